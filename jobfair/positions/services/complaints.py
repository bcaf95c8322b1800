"""Reports about positions: anyone may make one, the organiser answers by a deadline."""

from __future__ import annotations

from datetime import datetime, timedelta

from jobfair.accounts.models import User
from jobfair.core.unit_of_work import emit, unit_of_work
from jobfair.positions import rules
from jobfair.positions.events import ComplaintSettled, PositionReported
from jobfair.positions.models import Complaint, Position
from jobfair.positions.services.review import ids_of, refuse_position

ANSWERED_WITHIN = timedelta(days=3)  # the house's promise, told to whoever reports


@unit_of_work
def report_position(
    *, position: Position, reason: Complaint.Reason, text: str, phone: str, device: str, now: datetime
) -> Complaint:
    """Store a report; the same device's same reason about the same position is the report it made before."""
    complaint, created = Complaint.objects.get_or_create(
        position=position,
        device=device,
        reason=reason,
        defaults={"text": text, "phone": phone, "at": now, "due_at": now + ANSWERED_WITHIN},
    )
    if created:
        emit(PositionReported(**ids_of(position), complaint_id=complaint.pk, reason=reason))
    return complaint


@unit_of_work
def settle_complaint(
    *, complaint: Complaint, state: Complaint.State, answer: str, by: User | None, now: datetime
) -> Complaint:
    """Answer a report, once: ComplaintSettledBefore for the second organiser. One that is upheld takes the
    position off the fair, with the answer as the reason its employer reads."""
    locked = Complaint.objects.select_for_update(no_key=True).select_related("position").get(pk=complaint.pk)
    rules.ensure_unsettled(locked)
    locked.state, locked.answer, locked.answered_at = state, answer, now
    locked.save(update_fields=["state", "answer", "answered_at"])
    position = locked.position
    emit(
        ComplaintSettled(
            **ids_of(position), complaint_id=locked.pk, state=state, by=None if by is None else by.pk
        )
    )
    open_states = {Position.State.PUBLISHED, Position.State.IN_REVIEW}
    if state == Complaint.State.UPHELD and position.state in open_states:
        locked.position = refuse_position(position=position, reasons=[], text=answer, by=by, now=now)
    return locked
