"""The booth: its desks, who is on duty, and whether it is open."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from booths import queries, rules
from booths.events import (
    BoothCreated,
    BoothStateChanged,
    CounsellorAppointed,
    CounsellorRemoved,
    DutyChanged,
    LineRuleSet,
)
from booths.models import Booth, Call, Counsellor, Desk, DutyShift, LineRule, Ticket
from booths.services.moving import close_open_call, end, id_of, lock_booth, lock_booths, lock_seeker
from jobfair.accounts.models import User
from jobfair.core.unit_of_work import emit, unit_of_work
from jobfair.employers.models import Employer
from jobfair.fairs.models import Fair, Zone


@unit_of_work
def create_booth(
    *,
    fair: Fair,
    employer: Employer,
    zone: Zone | None,
    number: int,
    desks: int,
    by: User | None,
    now: datetime,
) -> Booth:
    """Give an employer a closed booth with desks 1..`desks`."""
    return _set_up(Booth(fair=fair, employer=employer, zone=zone, number=number), desks, by)


@unit_of_work
def create_service_desk(
    *,
    fair: Fair,
    service: str,
    title: str,
    zone: Zone | None,
    number: int,
    desks: int,
    by: User | None,
    now: datetime,
) -> Booth:
    """Give a service a closed booth with desks 1..`desks`; `title` may be empty. Its counsellors are appointed.

    Refused: NumberTaken.
    """
    return _set_up(Booth(fair=fair, service=service, title=title, zone=zone, number=number), desks, by)


def _set_up(booth: Booth, desks: int, by: User | None) -> Booth:
    try:
        with transaction.atomic():
            booth.save(force_insert=True)
    except IntegrityError:
        raise rules.NumberTaken(fields={"number": str(rules.NumberTaken.message)}) from None
    Desk.objects.bulk_create(Desk(booth=booth, number=index) for index in range(1, desks + 1))
    emit(BoothCreated(booth_id=booth.pk, by=id_of(by)))
    return booth


@unit_of_work
def appoint_counsellor(*, booth: Booth, user: User, by: User | None, now: datetime) -> Counsellor:
    """Let a user receive people at a service desk; doing so again changes nothing. Refused: NotAService."""
    rules.ensure_service(booth)
    counsellor, created = Counsellor.objects.get_or_create(booth=booth, user=user)
    if created:
        emit(CounsellorAppointed(booth_id=booth.pk, user_id=user.pk, by=id_of(by)))
    return counsellor


@unit_of_work
def remove_counsellor(*, booth: Booth, user: User, by: User | None, now: datetime) -> None:
    """End it, and the duty with it; doing so again changes nothing."""
    lock_booth(booth.pk)
    deleted, _ = Counsellor.objects.filter(booth=booth, user=user).delete()
    if not deleted:
        return
    for shift in DutyShift.objects.filter(recruiter=user, booth=booth, ended_at=None):
        _end_shift(shift, now)
        emit(DutyChanged(booth_id=booth.pk, recruiter_id=user.pk, state="off", by=id_of(by)))
    emit(CounsellorRemoved(booth_id=booth.pk, user_id=user.pk, by=id_of(by)))


@unit_of_work
def set_line_rule(
    *,
    fair: Fair,
    interleave_onsite: int,
    interleave_online: int,
    priorities: list[str],
    by: User | None,
    now: datetime,
) -> LineRule:
    """How the fair's lines are ordered from now on; places already given stay as they are."""
    rule, _ = LineRule.objects.update_or_create(
        fair=fair,
        defaults={
            "interleave_onsite": interleave_onsite,
            "interleave_online": interleave_online,
            "priorities": [kind for kind in rules.CERTIFICATES if kind in priorities],
        },
    )
    emit(LineRuleSet(fair_id=fair.pk, by=id_of(by)))
    return rule


@unit_of_work
def open_booth(*, booth: Booth, by: User | None, now: datetime) -> Booth:
    """Open, or resume after a pause. A booth opened anew takes tickets."""
    was_closed = booth.state == Booth.State.CLOSED
    booth = _change_booth(booth, Booth.State.OPEN, by)
    if was_closed and not booth.takes_tickets:
        booth.takes_tickets = True
        booth.save(update_fields=["takes_tickets"])
    return booth


@unit_of_work
def pause_booth(*, booth: Booth, by: User | None, now: datetime) -> Booth:
    """Stop calling; the line keeps its places and still takes tickets."""
    return _change_booth(booth, Booth.State.PAUSED, by)


@unit_of_work
def set_last_ticket(*, booth: Booth, on: bool, by: User | None, now: datetime) -> Booth:
    """With `on`, whoever is in the line is served and nobody joins; refused at a closed booth: BoothNotOpen."""
    booth = lock_booth(booth.pk)
    if booth.state == Booth.State.CLOSED:
        raise rules.BoothNotOpen
    if booth.takes_tickets == on:
        booth.takes_tickets = not on
        booth.save(update_fields=["takes_tickets"])
        emit(BoothStateChanged(booth_id=booth.pk, state=booth.state, by=id_of(by)))
    return booth


@unit_of_work
def close_booth(*, booth: Booth, by: User | None, now: datetime, confirm: bool = True) -> Booth:
    """Close for the day. Whoever still waits keeps a record that says so, and everyone goes off duty.

    Refused: BoothBusy while a call or talk is on, PeopleWaiting unless confirmed.
    """
    closed = _change_booth(booth, Booth.State.CLOSED, by)
    if Call.objects.filter(booth=closed, state=Call.State.LIVE).exists():
        raise rules.BoothBusy
    open_tickets = Ticket.objects.filter(booth=closed, state__in=[Ticket.State.WAITING, Ticket.State.PAUSED])
    for ticket in open_tickets.order_by("place", "number"):
        if not confirm:
            raise rules.PeopleWaiting
        close_open_call(ticket, Call.State.CANCELLED, now)
        end(ticket, Ticket.State.EXPIRED, by, now)
    for shift in DutyShift.objects.filter(booth=closed, ended_at=None).order_by("id"):
        _end_shift(shift, now)
        emit(DutyChanged(booth_id=closed.pk, recruiter_id=shift.recruiter_id, state="off", by=id_of(by)))
    return closed


def _change_booth(booth: Booth, state: Booth.State, by: User | None) -> Booth:
    booth = lock_booth(booth.pk)
    rules.ensure_booth_may_become(booth, state)
    booth.state = state
    booth.save(update_fields=["state"])
    emit(BoothStateChanged(booth_id=booth.pk, state=state, by=id_of(by)))
    return booth


# Who is on duty


@unit_of_work
def set_duty(*, desk: Desk, recruiter: User, state: str, now: datetime) -> DutyShift | None:
    """The recruiter sits at this desk (`on`), is away from it, or is `off`. Elsewhere they are off from then on.

    None: off duty. Repeating the same state changes nothing.
    """
    lock_for_desk(desk, recruiter)
    lock_seeker(recruiter.pk)
    shift = queries.find_shift(recruiter.pk)
    if shift is not None and (shift.desk_id, shift.state) == (desk.pk, state):
        return shift
    if shift is not None:
        _end_shift(shift, now)
        if shift.booth_id != desk.booth_id:
            emit(
                DutyChanged(booth_id=shift.booth_id, recruiter_id=recruiter.pk, state="off", by=recruiter.pk)
            )
    elif state == "off":
        return None
    emit(DutyChanged(booth_id=desk.booth_id, recruiter_id=recruiter.pk, state=state, by=recruiter.pk))
    if state == "off":
        return None
    return DutyShift.objects.create(
        booth_id=desk.booth_id, desk=desk, recruiter=recruiter, state=state, started_at=now
    )


@unit_of_work
def end_duty(*, recruiter_id: int, employer_id: int, now: datetime) -> None:
    """Whoever no longer acts for the employer is on duty at none of its booths."""
    shifts = DutyShift.objects.filter(recruiter=recruiter_id, booth__employer=employer_id, ended_at=None)
    lock_booths(shifts.values_list("booth_id", flat=True))
    for shift in shifts:
        _end_shift(shift, now)
        emit(DutyChanged(booth_id=shift.booth_id, recruiter_id=recruiter_id, state="off"))


def lock_for_desk(desk: Desk, recruiter: User) -> Booth:
    """The desk's booth, and with it the one where the recruiter is on duty now."""
    shift = queries.find_shift(recruiter.pk)
    return lock_booths([desk.booth_id, shift.booth_id if shift else desk.booth_id])[desk.booth_id]


def ensure_on_duty(desk: Desk, by: User, now: datetime) -> None:
    """Whoever calls or talks at a desk is there."""
    shift = queries.find_shift(by.pk)
    if shift is None or shift.desk_id != desk.pk or shift.state != DutyShift.State.ON:
        set_duty(desk=desk, recruiter=by, state=DutyShift.State.ON, now=now)


def _end_shift(shift: DutyShift, now: datetime) -> None:
    shift.ended_at = now
    shift.save(update_fields=["ended_at"])
