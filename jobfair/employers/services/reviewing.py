"""What organisers decide about employers' files, and what the calendar does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from jobfair.accounts.models import User
from jobfair.core import clock
from jobfair.core.unit_of_work import emit, unit_of_work
from jobfair.employers import queries, rules
from jobfair.employers.events import (
    EmployerCameDue,
    EmployerRefused,
    EmployerReminded,
    EmployerVerified,
    ReviewTaken,
)
from jobfair.employers.models import Employer, Review
from jobfair.employers.services.acting import id_of, lock

State = Employer.State
AT_ONCE = 200  # rows the calendar moves in one transaction


@unit_of_work
def verify_employers(*, employers: Iterable[int], by: User | None, now: datetime) -> list[int]:
    """Verify those (by id) whose code passes and who have nothing left to settle; returns their ids.

    The others stay as they are, with their reasons.
    """
    rows = Employer.objects.select_for_update(no_key=True).filter(pk__in=list(employers)).order_by("pk")
    verified = [employer.pk for employer in rows if rules.may_be_verified(employer)]
    Employer.objects.filter(pk__in=verified).update(**_verified(now))
    Review.objects.bulk_create(
        Review(employer_id=pk, at=now, by=by, verdict=State.VERIFIED) for pk in verified
    )
    for pk in verified:
        emit(EmployerVerified(employer_id=pk, by=id_of(by)))
    return verified


@unit_of_work
def refuse_employer(*, employer: Employer, by: User | None, now: datetime) -> Employer:
    """End a review with a refusal. EmployerStateRefused unless one is under way."""
    locked = lock(employer)
    if locked.state != State.IN_REVIEW:
        raise rules.EmployerStateRefused
    _refuse(locked, reasons=(), text="", by=by, now=now)
    return locked


@unit_of_work
def take_review(*, employer: Employer, release: bool, by: User, now: datetime) -> Employer:
    """Take a waiting file on, also from a colleague, or give it back: everyone sees whose it is."""
    locked = lock(employer)
    if locked.submitted_at is None:
        raise rules.NothingToReview
    reviewer_id = None if release else by.pk
    if locked.reviewer_id != reviewer_id:
        locked.reviewer_id = reviewer_id
        locked.save(update_fields=["reviewer"])
        emit(ReviewTaken(employer_id=locked.pk, reviewer_id=reviewer_id, by=by.pk))
    return locked


@unit_of_work
def decide_review(
    *,
    employer: Employer,
    accept: bool,
    reasons: Sequence[str],
    text: str,
    revision: int,
    by: User,
    now: datetime,
) -> Employer:
    """Accept or refuse the file as `revision` showed it.

    AlreadyDecided tells who was first; FileChanged that the employer changed it meanwhile. Also CannotVerify,
    FileInvalid. Locks the employer.
    """
    locked = lock(employer)
    text = rules.normal_text(text)
    if locked.submitted_at is None:
        raise _already_decided(locked)
    if locked.revision != revision:
        raise rules.FileChanged
    if accept:
        rules.ensure_may_become(locked, State.VERIFIED)
        rules.ensure_can_verify(locked, papers=queries.current_papers(locked), text=text)
        Review.objects.create(employer=locked, at=now, by=by, verdict=State.VERIFIED, text=text)
        for field, value in _verified(now).items():
            setattr(locked, field, value)
        locked.revision += 1
        locked.save()
        emit(EmployerVerified(employer_id=locked.pk, by=by.pk))
    else:
        rules.ensure_reasons(reasons, text)
        rules.ensure_may_become(locked, State.REFUSED)
        _refuse(locked, reasons=tuple(dict.fromkeys(reasons)), text=text, by=by, now=now)
    return locked


def _already_decided(employer: Employer) -> Exception:
    last = employer.reviews.select_related("by").first()
    if last is None:
        return rules.NothingToReview()
    verdict = _("通过") if last.verdict == State.VERIFIED else _("退回")
    return rules.AlreadyDecided(
        _("%(who)s 已在 %(when)s %(verdict)s了这份资料。")
        % {
            "who": (last.by.display_name or last.by.username) if last.by else _("系统"),
            "when": f"{clock.local(last.at):%m-%d %H:%M}",
            "verdict": verdict,
        }
    )


def _refuse(employer: Employer, *, reasons: Sequence[str], text: str, by: User | None, now: datetime) -> None:
    Review.objects.create(
        employer=employer, at=now, by=by, verdict=State.REFUSED, reasons=list(reasons), text=text
    )
    employer.state, employer.submitted_at, employer.reviewer = State.REFUSED, None, None
    employer.revision += 1
    employer.save(update_fields=["state", "submitted_at", "reviewer", "revision"])
    emit(EmployerRefused(employer_id=employer.pk, reasons=tuple(reasons), by=id_of(by)))


def _verified(now: datetime) -> dict[str, object]:
    return {
        "state": State.VERIFIED,
        "verified_at": now,
        "due_at": rules.six_months_after(now),
        "reminders": 0,
        "submitted_at": None,
        "reviewer": None,
    }


@unit_of_work
def remind_and_lapse(*, now: datetime) -> int:
    """Remind the verified whose six months run out, then let them come due; returns how many it moved.

    Each reminder and each lapse is told once: the row says how many were sent, and rows are locked. Two
    workers at once share the rows.
    """
    moved = 0
    ending = Employer.objects.filter(state=State.VERIFIED, due_at__lte=now).order_by("pk")
    for employer in ending.select_for_update(no_key=True, skip_locked=True)[:AT_ONCE]:
        employer.state = State.DUE
        employer.save(update_fields=["state"])
        emit(EmployerCameDue(employer_id=employer.pk))
        moved += 1
    for number, before in enumerate(rules.REMINDED_BEFORE, start=1):
        soon = Employer.objects.filter(
            state=State.VERIFIED, due_at__lte=now + before, due_at__gt=now, reminders__lt=number
        )
        rows = soon.order_by("pk").select_for_update(no_key=True, skip_locked=True)
        for employer in rows[:AT_ONCE]:
            employer.reminders = number
            employer.save(update_fields=["reminders"])
            emit(EmployerReminded(employer_id=employer.pk, number=number))
            moved += 1
    return moved
