"""Every read of applications that is more than a lookup."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Max, Min, Prefetch, Q, QuerySet

from jobfair.accounts.models import User
from jobfair.applications import consent
from jobfair.applications.models import (
    AnswerReminder,
    Application,
    ApplicationNote,
    ApplicationStep,
    Consent,
    DataExport,
    Decision,
    LockedRecord,
    StartPlan,
)
from jobfair.employers.models import Employer, Participation, Recruiter
from jobfair.positions.models import Position

NEWEST = 50
State = Application.State

# Positions, employers and fairs have many columns; these lists and pushes need few of them.
OWN_COLUMNS = (
    "id", "seeker", "state", "source", "source_ref", "submitted_at", "opened_at", "answer_due_at", "answered_at",
    "owner_level", "locked_at", "position__title",
)  # fmt: skip
TOLD_COLUMNS = ("participation__employer__name", "fair__slug")
ROW_COLUMNS = ("participation", "owner__display_name", "resume")
OFFER_COLUMNS = (
    "title", "state", "valid_until", "employer__name", "fair__slug", "fair__state", "fair__extension_ends_at",
)  # fmt: skip


# The seeker's


def told(applications: QuerySet[Application]) -> QuerySet[Application]:
    """With what a seeker's page shows of each, in two queries: `steps` are those the seeker has been told."""
    steps = ApplicationStep.objects.exclude(told_at=None).order_by("id")
    shown = applications.select_related("position", "participation__employer", "fair")
    return shown.only(*OWN_COLUMNS, *TOLD_COLUMNS).prefetch_related(
        Prefetch("steps", steps, to_attr="told_steps")
    )


def told_state(application: Application) -> str:
    """Where the seeker knows it to be. Needs `told`."""
    steps: list[ApplicationStep] = application.told_steps  # type: ignore[attr-defined]
    return steps[-1].state


def list_applications_of(
    seeker: User | int, *, before: int | None = None, most: int = NEWEST
) -> list[Application]:
    """A seeker's applications, newest first; those with an id below `before`."""
    own = Application.objects.filter(seeker=seeker)
    if before is not None:
        own = own.filter(pk__lt=before)
    return list(told(own).order_by("-id")[:most])


def get_told(application_id: int) -> Application:
    return told(Application.objects.filter(pk=application_id)).get()


def map_told(application_ids: Collection[int]) -> dict[int, Application]:
    if not application_ids:
        return {}  # building a question that needs no answer costs as much as one that does
    return {one.pk: one for one in told(Application.objects.filter(pk__in=application_ids))}


def find_application(*, seeker: User, position_id: int) -> Application | None:
    """The one this seeker has for the position, whatever its state."""
    return Application.objects.filter(seeker=seeker, position=position_id).first()


def find_applications(
    *, seeker_ids: Collection[int], position_ids: Collection[int]
) -> dict[tuple[int, int], Application]:
    """By (seeker, position), in any state."""
    found = Application.objects.filter(seeker__in=seeker_ids, position__in=position_ids)
    return {(one.seeker_id, one.position_id): one for one in found}


def find_consent(seeker: User | None, employer_id: int) -> Consent | None:
    """The seeker's consent to the present text, for this employer."""
    if seeker is None:
        return None
    return Consent.objects.filter(seeker=seeker, employer=employer_id, text_version=consent.VERSION).first()


def agreed_among(seeker_ids: Collection[int], employer_ids: Collection[int]) -> set[tuple[int, int]]:
    """(seeker, employer) where that seeker has agreed to the present text, among these."""
    given = Consent.objects.filter(
        seeker__in=seeker_ids, employer__in=employer_ids, text_version=consent.VERSION
    )
    return set(given.values_list("seeker_id", "employer_id"))


def list_consents_of(seeker: User) -> list[Consent]:
    return list(Consent.objects.filter(seeker=seeker).select_related("employer").order_by("-id"))


def list_exports_of(user: User, *, now: datetime) -> list[DataExport]:
    """Those whose link still works or that are being made, newest first."""
    return list(DataExport.objects.filter(user=user, expires_at__gt=now).order_by("-id"))


# The employer's


def rows_of(applications: QuerySet[Application]) -> QuerySet[Application]:
    """With what an inbox row shows, in one query."""
    shown = applications.select_related("position", "owner", "resume__file")
    return shown.only(*OWN_COLUMNS, *ROW_COLUMNS).annotate(note_count=Count("notes"))


def list_inbox(
    participation_id: int,
    *,
    state: str = "",
    position: int | None = None,
    q: str = "",
    before: int | None = None,
    most: int = NEWEST,
) -> list[Application]:
    """Readable applications, newest first, narrowed by state, position, and words in a name or receipt."""
    rows = Application.objects.readable_by(participation_id)
    if state:
        rows = rows.filter(state=state)
    if position is not None:
        rows = rows.filter(position=position)
    if q:
        words = Q(resume__form__name__icontains=q) | Q(position__title__icontains=q)
        receipt = q.lstrip("0")
        if receipt.isascii() and receipt.isdigit() and len(receipt) < 16:
            words |= Q(pk=int(receipt))
        rows = rows.filter(words)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows_of(rows).order_by("-id")[:most])


def get_row(application_id: int) -> Application:
    return rows_of(Application.objects.filter(pk=application_id)).get()


def map_rows(application_ids: Collection[int]) -> dict[int, Application]:
    if not application_ids:
        return {}
    return {one.pk: one for one in rows_of(Application.objects.filter(pk__in=application_ids))}


def list_for_export(participation_id: int, *, most: int) -> list[Application]:
    """The newest readable ones."""
    return list(rows_of(Application.objects.readable_by(participation_id)).order_by("-id")[:most])


def count_by_state(participation_id: int) -> dict[str, int]:
    """How many readable applications stand where; every state but withdrawn has a figure."""
    counted = (
        Application.objects.readable_by(participation_id)
        .values_list("state")
        .annotate(n=Count("id"))
        .order_by()
    )
    found = dict(counted)
    return {state: found.get(state, 0) for state in State.values if state != State.WITHDRAWN}


def list_employers_steps(application: Application) -> list[ApplicationStep]:
    """Every step but those a colleague took back."""
    steps = ApplicationStep.objects.filter(application=application).select_related("user")
    return list(steps.exclude(decision__state=Decision.State.UNDONE).order_by("id"))


def list_notes(application: Application) -> list[ApplicationNote]:
    return list(ApplicationNote.objects.filter(application=application).select_related("by").order_by("id"))


@dataclass(frozen=True)
class Inbox:
    """One participation of an employer somebody recruits for."""

    participation: Participation
    unopened: int
    overdue: int


def list_inboxes(user: User, *, now: datetime) -> list[Inbox]:
    """The inboxes of all employers a user recruits for, newest fair first; one query."""
    seen = Q(applications__locked_at=None)
    late = Q(applications__answer_due_at__lt=now, applications__state__in=Application.UNANSWERED)
    own = Participation.objects.filter(employer__recruiters__user=user).select_related("employer", "fair")
    counted = own.exclude(employer__state=Employer.State.REFUSED).annotate(
        unopened=Count("applications", filter=seen & Q(applications__state=State.SUBMITTED)),
        overdue=Count("applications", filter=seen & late),
    )
    return [Inbox(one, one.unopened, one.overdue) for one in counted.order_by("-fair__opens_at", "id")]


def list_recruiters(employer_id: int) -> list[int]:
    """Who may answer for an employer: user ids, in the order of their appointment."""
    active = Recruiter.objects.filter(employer=employer_id, user__is_active=True)
    return list(active.order_by("id").values_list("user_id", flat=True))


def list_fairs_of_positions(position_ids: Collection[int]) -> list[int]:
    found = Position.objects.filter(pk__in=position_ids).order_by("fair_id")
    return list(found.values_list("fair_id", flat=True).distinct())


def map_inboxes(offered: Collection[tuple[int, int]]) -> dict[tuple[int, int], Participation]:
    """The participation of each (employer, fair)."""
    found = Participation.objects.only("employer", "fair").filter(
        employer__in={employer for employer, _ in offered}, fair__in={fair for _, fair in offered}
    )
    return {(one.employer_id, one.fair_id): one for one in found}


def map_recruiters(employer_ids: Collection[int]) -> dict[int, list[User]]:
    """`list_recruiters` of each, with their names."""
    active = Recruiter.objects.filter(employer__in=employer_ids, user__is_active=True).order_by("id")
    found: dict[int, list[User]] = {}
    for one in active.select_related("user").only("employer", "user__display_name"):
        found.setdefault(one.employer_id, []).append(one.user)
    return found


def map_handed_in(seeker_ids: Collection[int], *, since: datetime) -> dict[int, tuple[int, datetime]]:
    """How many applications each of them has handed in since then, and when the first; none is not named."""
    handed_in = Application.objects.filter(seeker__in=seeker_ids, submitted_at__gt=since)
    counted = handed_in.values_list("seeker").annotate(n=Count("id"), first=Min("submitted_at")).order_by()
    return {seeker: (n, first) for seeker, n, first in counted}


# From the offer to the thirtieth day


def _starts(rows: QuerySet[StartPlan]) -> QuerySet[StartPlan]:
    beside = ("application__position", "application__participation__employer")
    return rows.select_related(*beside).prefetch_related("words")


def find_start(application_id: int) -> StartPlan | None:
    return _starts(StartPlan.objects.filter(application=application_id)).first()


def get_start(application_id: int) -> StartPlan:
    return _starts(StartPlan.objects.filter(application=application_id)).get()


def list_starts_of(user_id: int) -> list[StartPlan]:
    """Of what stands or has become a job; the earliest date first, two queries."""
    own = StartPlan.objects.filter(
        application__seeker=user_id, application__state__in=[State.OFFERED, State.HIRED]
    )
    return list(_starts(own).order_by("starts_on", "id")[:NEWEST])


# The organiser's: what is overdue, and whose


@dataclass(frozen=True)
class Overdue:
    """One employer's answers at a fair that are overdue, or that nobody of it can give."""

    participation: Participation
    overdue: int
    unowned: int  # not due yet, but with the organiser alone
    unopened: int
    oldest_due_at: datetime
    recruiters: int
    reminded_at: datetime | None


def overdue_at(fair_id: int, *, now: datetime) -> QuerySet[Application]:
    """Unanswered past their day, and those nobody but the organiser answers for."""
    late = Q(answer_due_at__lt=now) | Q(owner_level=Application.Owner.ORGANISER)
    return Application.objects.filter(
        late, participation__fair=fair_id, state__in=Application.UNANSWERED, locked_at=None
    )


def list_overdue_employers(
    fair_id: int, *, now: datetime, after: tuple[datetime, int] | None = None
) -> list[Overdue]:
    """The longest overdue first, 50 at a time; two queries."""
    grouped = overdue_at(fair_id, now=now).values("participation").annotate(
        late=Count("id", filter=Q(answer_due_at__lt=now)),
        unowned=Count("id", filter=Q(answer_due_at__gte=now)),
        unopened=Count("id", filter=Q(state=State.SUBMITTED)),
        oldest=Min("answer_due_at"),
    )  # fmt: skip
    if after is not None:
        grouped = grouped.filter(Q(oldest__gt=after[0]) | Q(oldest=after[0], participation__gt=after[1]))
    rows = list(grouped.order_by("oldest", "participation")[:NEWEST])
    staffed = Count(
        "employer__recruiters", filter=Q(employer__recruiters__user__is_active=True), distinct=True
    )
    inboxes = Participation.objects.select_related("employer").annotate(
        staffed=staffed, reminded=Max("reminders__at")
    )
    found = inboxes.in_bulk([row["participation"] for row in rows])
    return [
        Overdue(
            participation=found[row["participation"]],
            overdue=row["late"],
            unowned=row["unowned"],
            unopened=row["unopened"],
            oldest_due_at=row["oldest"],
            recruiters=found[row["participation"]].staffed,
            reminded_at=found[row["participation"]].reminded,
        )
        for row in rows
    ]


def list_overdue(
    inbox: Participation, *, now: datetime, after: tuple[datetime, int] | None = None
) -> list[Application]:
    """One employer's, the longest overdue first, 50 at a time."""
    rows = overdue_at(inbox.fair_id, now=now).filter(participation=inbox)
    if after is not None:
        rows = rows.filter(Q(answer_due_at__gt=after[0]) | Q(answer_due_at=after[0], pk__gt=after[1]))
    shown = rows.select_related("position", "owner")
    columns = (*OWN_COLUMNS, "owner__display_name")
    return list(shown.only(*columns).order_by("answer_due_at", "id")[:NEWEST])


def count_overdue(participation_id: int, *, now: datetime) -> int:
    fair_id = Participation.objects.values_list("fair_id", flat=True).get(pk=participation_id)
    late = overdue_at(fair_id, now=now).filter(participation=participation_id, answer_due_at__lt=now)
    return late.count()


def last_reminded_at(participation_id: int) -> datetime | None:
    last = AnswerReminder.objects.filter(participation=participation_id).order_by("-at").first()
    return last.at if last else None


# Deadlines


def list_due_decisions(now: datetime, *, most: int = 100) -> list[int]:
    """Decisions whose time to undo is over."""
    due = Decision.objects.filter(state=Decision.State.PENDING, settles_at__lte=now)
    return list(due.order_by("settles_at", "id").values_list("pk", flat=True)[:most])


def list_due_escalations(now: datetime, *, most: int = 100) -> list[int]:
    """Unanswered applications whose present owner has had the time."""
    due = Application.objects.filter(escalates_at__lte=now, state__in=Application.UNANSWERED)
    return list(due.order_by("escalates_at", "id").values_list("pk", flat=True)[:most])


def list_expired_exports(now: datetime, *, most: int = 20) -> list[int]:
    over = DataExport.objects.filter(expires_at__lte=now).order_by("expires_at")
    return list(over.values_list("pk", flat=True)[:most])


def list_forgotten_records(now: datetime, *, most: int = 20) -> list[int]:
    """Records of closed accounts whose time is over."""
    over = LockedRecord.objects.filter(kept_until__lte=now).order_by("kept_until")
    return list(over.values_list("pk", flat=True)[:most])


# Figures


@dataclass(frozen=True)
class AnswerRate:
    """Of the applications whose answer was due or given: how many were answered in time."""

    due: int
    in_time: int

    @property
    def percent(self) -> int | None:
        """Rounded down; None while nothing has come due."""
        return self.in_time * 100 // self.due if self.due else None


def answer_rate(employer: Employer | int, *, now: datetime) -> AnswerRate:
    """Over all fairs. What its seeker withdrew unanswered is nobody's failure and does not count."""
    own = Application.objects.filter(participation__employer=employer)
    answered = Q(answered_at__isnull=False)
    overdue = Q(answer_due_at__lt=now, state__in=Application.UNANSWERED)
    counted = own.aggregate(
        due=Count("id", filter=answered | overdue),
        in_time=Count("id", filter=Q(answered_at__lte=F("answer_due_at"))),
    )
    return AnswerRate(counted["due"], counted["in_time"])


@dataclass(frozen=True)
class Figures:
    """An employer's fair in numbers; each is a count of records. Reached: has ever been in that state or beyond."""

    received: int
    withdrawn: int
    opened: int
    invited: int
    offered: int
    hired: int
    rejected: int
    answered_in_time: int
    overdue: int
    by_source: dict[str, int]
    by_position: list[tuple[int, str, int]]


def figures_of(participation_id: int, *, now: datetime) -> Figures:
    """Three queries. Rejected: as the seeker was told. Hired: what is proved now, never an intent."""
    own = Application.objects.filter(participation=participation_id)
    told_steps = ApplicationStep.objects.filter(
        application__participation=participation_id, told_at__isnull=False
    )
    reached = dict(told_steps.values_list("state").annotate(n=Count("application", distinct=True)).order_by())
    totals = own.aggregate(
        received=Count("id"),
        opened=Count("id", filter=Q(opened_at__isnull=False)),
        hired=Count("id", filter=Q(state=State.HIRED)),
        in_time=Count("id", filter=Q(answered_at__lte=F("answer_due_at"))),
        overdue=Count("id", filter=Q(answer_due_at__lt=now, state__in=Application.UNANSWERED)),
    )
    sources = dict(own.values_list("source").annotate(n=Count("id")).order_by())
    positions = own.values_list("position_id", "position__title").annotate(n=Count("id"))
    return Figures(
        received=totals["received"],
        opened=totals["opened"],
        answered_in_time=totals["in_time"],
        overdue=totals["overdue"],
        withdrawn=reached.get(State.WITHDRAWN, 0),
        invited=reached.get(State.INVITED, 0),
        offered=reached.get(State.OFFERED, 0),
        hired=totals["hired"],
        rejected=reached.get(State.REJECTED, 0),
        by_source={source: sources.get(source, 0) for source in Application.Source.values},
        by_position=list(positions.order_by("-n", "position_id")),
    )
