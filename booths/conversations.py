"""The booth's side of conversations: who speaks for it, who takes questions now, and by when it answers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from booths.events import CounsellorRemoved, DutyChanged
from booths.models import Booth, Counsellor, DutyShift
from jobfair.accounts.models import User
from jobfair.applications.models import Consent
from jobfair.chat import services
from jobfair.chat.live import present_on
from jobfair.chat.registry import Owner, Place, add_owner
from jobfair.chat.rules import ConversationOver
from jobfair.core import clock
from jobfair.core.errors import NotFound
from jobfair.core.events import listen
from jobfair.core.working_days import end_of_working_day
from jobfair.employers.events import EmployerRefused, RecruiterRemoved
from jobfair.employers.models import Employer, Recruiter
from jobfair.fairs.access import organises
from jobfair.fairs.models import Fair, FairStaff


def connect() -> None:
    """Called once, by wiring, before topics are registered."""
    add_owner(BOOTHS)
    listen(DutyChanged, pass_on_absent)
    listen(RecruiterRemoved, pass_on_leavers)
    listen(EmployerRefused, release_refused)
    listen(CounsellorRemoved, pass_on_counsellors)


def topic_of(booth_id: int) -> str:
    return f"booth:{booth_id}"


def place(booth_id: int) -> Place:
    booth = _booth(booth_id)
    return Place(
        title=booth.host,
        detail=f"{booth.number}",
        link=f"/b/{booth.pk}",
        group=f"employer:{booth.employer_id}" if booth.employer_id else f"booth:{booth.pk}",
        scope=f"fair:{booth.fair_id}",
        desk_link=f"/desk/{booth.pk}/chats",
    )


def ensure_seen(booth_id: int) -> None:
    """A booth of an announced fair, of an employer that may hire."""
    booth = _booth(booth_id)
    if booth.fair.state == Fair.State.DRAFT or _is_refused(booth):
        raise NotFound


def ensure_open(booth_id: int) -> None:
    """Until the fair is archived there is somebody who answers."""
    booth = _booth(booth_id)
    if booth.fair.state == Fair.State.ARCHIVED or _is_refused(booth):
        raise ConversationOver


def answers(user: User | None, booth_id: int) -> bool:
    """A recruiter of the booth's employer, nobody once that was refused; or a counsellor of the service."""
    return user is not None and user.is_active and user.pk in recruiters(booth_id)


def organises_booth(user: User | None, booth_id: int) -> bool:
    booth = Booth.objects.select_related("fair").filter(pk=booth_id).first()
    return booth is not None and organises(user, booth.fair)


def recruiters(booth_id: int) -> Sequence[int]:
    """User ids, in the order of their appointment; of a service its counsellors."""
    counselling = Counsellor.objects.filter(booth=booth_id, user__is_active=True).order_by("id")
    own = Recruiter.objects.filter(employer__booths=booth_id, user__is_active=True)
    own = own.exclude(employer__state=Employer.State.REFUSED)
    here = list(own.order_by("id").values_list("user_id", flat=True))
    return here or list(counselling.values_list("user_id", flat=True))


def on_duty(booth_id: int) -> Sequence[int]:
    """Those on duty at its desks, then those who have not sat at one today: chats are answered from offices too.

    Left out while the fair is on: whoever is away, on duty at another booth, or went off duty today.
    """
    own, now = recruiters(booth_id), clock.now()
    day = clock.local(now).replace(hour=0, minute=0, second=0, microsecond=0)
    shifts = DutyShift.objects.filter(recruiter__in=own, started_at__gte=day).order_by("id")
    latest = {shift.recruiter_id: shift for shift in shifts}
    here = [pk for pk in own if pk in latest and _is_on(latest[pk], booth_id)]
    free = [pk for pk in own if pk not in latest or (latest[pk].ended_at and not _is_on_now(booth_id, now))]
    return [*here, *free]


def _is_on(shift: DutyShift, booth_id: int) -> bool:
    return shift.ended_at is None and shift.state == DutyShift.State.ON and shift.booth_id == booth_id


def _is_on_now(booth_id: int, now: datetime) -> bool:
    fair = _booth(booth_id).fair
    return fair.state == Fair.State.OPEN and fair.opens_at <= now < fair.closes_at


def organisers(booth_id: int) -> Sequence[int]:
    office = FairStaff.objects.filter(
        fair__booths=booth_id, role=FairStaff.Role.ORGANISER, user__is_active=True
    )
    return list(office.order_by("id").values_list("user_id", flat=True))


def answer_due(booth_id: int, asked_at: datetime) -> datetime:
    """Within minutes while the fair is on, within working days before and after; both are the fair's settings."""
    fair = _booth(booth_id).fair
    if _is_on_now(booth_id, asked_at):
        return asked_at + timedelta(minutes=fair.chat_answer_minutes)
    return end_of_working_day(asked_at, days=fair.chat_answer_days)


def names(booth_id: int, seekers: Collection[int]) -> Mapping[int, str]:
    """Of those who have let the employer have their résumé; strangers stay masked."""
    given = Consent.objects.filter(seeker__in=list(seekers), employer__booths=booth_id)
    return dict(given.values_list("seeker_id", "seeker__display_name"))


def titles(booth_ids: Collection[int]) -> Mapping[int, str]:
    return {one.pk: one.host for one in Booth.objects.filter(pk__in=booth_ids).select_related("employer")}


def under(scope: str) -> Sequence[int]:
    """The booths of `fair:2`."""
    prefix, _, id = scope.partition(":")
    if prefix != "fair":
        return []
    return list(Booth.objects.filter(fair=int(id)).order_by("number").values_list("pk", flat=True))


BOOTHS = Owner(
    prefix="booth",
    place=place,
    ensure_seen=ensure_seen,
    ensure_open=ensure_open,
    answers=answers,
    organises=organises_booth,
    recruiters=recruiters,
    on_duty=on_duty,
    present=present_on("booth:{id}:desk", "booth:{id}:chats"),
    organisers=organisers,
    answer_due=answer_due,
    names=names,
    titles=titles,
    under=under,
)


def pass_on_absent(event: DutyChanged) -> None:
    """Away or off duty: the chats go to a colleague at once."""
    if event.state != DutyShift.State.ON:
        topic = topic_of(event.booth_id)
        services.pass_on(topic=topic, recruiter_id=event.recruiter_id, why="off_duty", now=clock.now())


def pass_on_leavers(event: RecruiterRemoved) -> None:
    for booth_id in _booths_of(event.employer_id):
        services.pass_on(topic=topic_of(booth_id), recruiter_id=event.user_id, why="left", now=clock.now())
        if not recruiters(booth_id):
            services.release(topic=topic_of(booth_id), now=clock.now())


def pass_on_counsellors(event: CounsellorRemoved) -> None:
    topic = topic_of(event.booth_id)
    services.pass_on(topic=topic, recruiter_id=event.user_id, why="left", now=clock.now())
    if not recruiters(event.booth_id):
        services.release(topic=topic, now=clock.now())


def release_refused(event: EmployerRefused) -> None:
    for booth_id in _booths_of(event.employer_id):
        services.release(topic=topic_of(booth_id), now=clock.now())


def _booths_of(employer_id: int) -> list[int]:
    return list(Booth.objects.filter(employer=employer_id).order_by("id").values_list("pk", flat=True))


def _is_refused(booth: Booth) -> bool:
    return booth.employer is not None and booth.employer.state == Employer.State.REFUSED


def _booth(booth_id: int) -> Booth:
    booth = Booth.objects.select_related("fair", "employer").filter(pk=booth_id).first()
    if booth is None:
        raise NotFound
    return booth
