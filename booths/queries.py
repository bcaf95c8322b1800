"""Every read of the lines that is more than a lookup."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from booths.estimates import EndedCall
from booths.models import Booth, Call, Counsellor, Desk, DutyShift, Interview, LineRule, Ticket
from jobfair.accounts.models import User
from jobfair.applications.models import Application
from jobfair.core import clock
from jobfair.core.prepared import prepared
from jobfair.employers.models import Recruiter
from jobfair.fairs.models import Fair
from jobfair.positions.models import Position
from jobfair.positions.queries import published_positions_of

OPEN_CALL = (Call.State.LIVE, Call.State.HELD)


@dataclass(frozen=True)
class Place:
    """A ticket with its open call (live or held) and its latest interview."""

    ticket: Ticket
    call: Call | None
    interview: Interview | None

    @property
    def live_call(self) -> Call | None:
        return self.call if self.call is not None and self.call.state == Call.State.LIVE else None

    @property
    def is_held(self) -> bool:
        return self.call is not None and self.call.state == Call.State.HELD


def _whole(tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
    return tickets.select_related("booth__employer", "seeker", "transferred_to")


def places_of(tickets: QuerySet[Ticket]) -> list[Place]:
    """In the order of `tickets`; three queries however many there are."""
    return _places(list(_whole(tickets)))


def _places(tickets: list[Ticket]) -> list[Place]:
    ids = [ticket.pk for ticket in tickets]
    calls = {call.ticket_id: call for call in _open_calls(ids)}
    talks = {talk.ticket_id: talk for talk in _talks(ids)}
    return [Place(ticket, calls.get(ticket.pk), talks.get(ticket.pk)) for ticket in tickets]


@prepared
def _open_calls(ticket_ids: Sequence[int]) -> QuerySet[Call]:
    return Call.objects.filter(ticket__in=ticket_ids, state__in=OPEN_CALL).select_related("desk")


@prepared
def _talks(ticket_ids: Sequence[int]) -> QuerySet[Interview]:
    return Interview.objects.filter(ticket__in=ticket_ids).order_by("id")


@prepared
def _tickets(ticket_ids: Sequence[int]) -> QuerySet[Ticket]:
    return _whole(Ticket.objects.filter(pk__in=ticket_ids))


@prepared
def _line(booth_id: int) -> QuerySet[Ticket]:
    waiting = Ticket.objects.filter(booth=booth_id, state__in=Ticket.ACTIVE)
    return _whole(waiting).order_by("place", "number")


@prepared
def _tickets_with_host(ticket_id: int) -> QuerySet[Ticket]:
    return Ticket.objects.filter(pk=ticket_id).select_related("booth__employer")


def get_place(ticket_id: int) -> Place:
    return _places(_tickets([ticket_id]))[0]


def map_places(ticket_ids: Collection[int]) -> dict[int, Place]:
    return {place.ticket.pk: place for place in _places(_tickets(list(ticket_ids)))}


def get_ticket(ticket_id: int) -> Ticket:
    """With its booth and host. Raises Ticket.DoesNotExist."""
    for ticket in _tickets_with_host(ticket_id):
        return ticket
    raise Ticket.DoesNotExist


def list_line(booth_id: int) -> list[Place]:
    """Everyone with an active ticket, in the line's order."""
    return _places(_line(booth_id))


def list_tickets_of(seeker: User, *, past: int = 20) -> list[Place]:
    """A seeker's active tickets, then the latest past ones."""
    own = Ticket.objects.filter(seeker=seeker)
    active = places_of(own.filter(state__in=Ticket.ACTIVE).order_by("taken_at"))
    ended = places_of(own.exclude(state__in=Ticket.ACTIVE).order_by("-ended_at", "-id")[:past])
    return active + ended


def find_active_ticket(seeker: User | None, booth: Booth) -> Place | None:
    if seeker is None:
        return None
    found = places_of(Ticket.objects.filter(booth=booth, seeker=seeker, state__in=Ticket.ACTIVE))
    return found[0] if found else None


FEW = 8  # people: among the first of a line there nearly always is one who can be called


@prepared
def list_waiting(booth_id: int) -> QuerySet[Ticket]:
    """Who may be called, first come first."""
    waiting = Ticket.objects.filter(booth=booth_id, state=Ticket.State.WAITING)
    return waiting.select_related("booth__fair").order_by("place", "number")


@prepared
def list_first_waiting(booth_id: int) -> QuerySet[Ticket]:
    """The first few of `list_waiting`."""
    waiting = Ticket.objects.filter(booth=booth_id, state=Ticket.State.WAITING)
    return waiting.select_related("booth__fair").order_by("place", "number")[:FEW]


def find_busy_seekers(seeker_ids: Iterable[int]) -> set[int]:
    """Those whom some booth has called or is talking to."""
    return {call.seeker_id for call in _live_calls_to(list(seeker_ids))}


@prepared
def _live_calls_to(seeker_ids: Sequence[int]) -> QuerySet[Call]:
    return Call.objects.filter(seeker__in=seeker_ids, state=Call.State.LIVE)


def list_due_calls(now: datetime) -> list[Call]:
    """Live calls nobody answered in time."""
    due = Call.objects.filter(state=Call.State.LIVE, due_at__lte=now, ticket__state=Ticket.State.CALLED)
    return list(due.select_related("ticket").order_by("due_at"))


def list_due_pauses(now: datetime) -> list[Ticket]:
    due = Ticket.objects.filter(state=Ticket.State.PAUSED, paused_until__lte=now)
    return list(due.order_by("paused_until"))


def list_forgotten_booths(closed_before: datetime) -> list[Booth]:
    """Still open though their fair's hours ended before that; none with somebody at a desk."""
    open_booths = Booth.objects.filter(fair__closes_at__lte=closed_before).exclude(state=Booth.State.CLOSED)
    return list(open_booths.exclude(calls__state=Call.State.LIVE).order_by("pk")[:100])


def list_due_consents(now: datetime) -> list[Interview]:
    due = Interview.objects.filter(consent=Interview.Consent.AWAITED, consent_due_at__lte=now)
    return list(due.select_related("ticket").order_by("consent_due_at")[:100])


def list_settled_consents() -> list[Interview]:
    """Results that waited, whose person has applied to the employer since."""
    applied = Application.objects.readable_of(
        seeker=OuterRef("ticket__seeker"),
        employer=OuterRef("ticket__booth__employer"),
        fair=OuterRef("ticket__booth__fair"),
    )
    waiting = Interview.objects.filter(Exists(applied), consent=Interview.Consent.AWAITED)
    return list(waiting.select_related("ticket").order_by("id")[:100])


def active_tickets(seeker_id: int, fair_id: int) -> QuerySet[Ticket]:
    """What counts against the fair's number of lines."""
    return Ticket.objects.filter(seeker=seeker_id, state__in=Ticket.ACTIVE, booth__fair=fair_id)


def find_line_rule(fair_id: int) -> LineRule | None:
    return next(iter(_line_rules(fair_id)), None)


@prepared
def _line_rules(fair_id: int) -> QuerySet[LineRule]:
    return LineRule.objects.filter(fair=fair_id)


def find_shift(recruiter_id: int) -> DutyShift | None:
    return next(iter(_running_shifts(recruiter_id)), None)


@prepared
def _running_shifts(recruiter_id: int) -> QuerySet[DutyShift]:
    return DutyShift.objects.filter(recruiter=recruiter_id, ended_at=None)


@prepared
def list_duty(booth_id: int) -> QuerySet[DutyShift]:
    """Who is on duty or away, by desk."""
    shifts = DutyShift.objects.filter(booth=booth_id, ended_at=None).select_related("desk", "recruiter")
    return shifts.order_by("desk__number", "id")


@dataclass(frozen=True)
class LineFacts:
    """What is true of a whole line besides its booth's row."""

    rule: LineRule | None
    duty: list[DutyShift]

    @property
    def desks_on_duty(self) -> int:
        return len({shift.desk_id for shift in self.duty if shift.state == DutyShift.State.ON})


def line_facts(booth: Booth) -> LineFacts:
    """Two queries."""
    return LineFacts(find_line_rule(booth.fair_id), list_duty(booth.pk))


@dataclass(frozen=True)
class DeskFacts:
    """What a booth's console shows."""

    facts: LineFacts
    line: list[Place]
    desks: list[Desk]
    talked_today: int


def desk_facts(booth: Booth) -> DeskFacts:
    return DeskFacts(
        line_facts(booth), list_line(booth.pk), list_desks(booth.pk), count_talks(booth.pk, clock.today())
    )


def find_open_application(ticket: Ticket) -> Application | None:
    """The seeker's application to the booth's employer at this fair: one under way before one that is over."""
    if ticket.booth.employer_id is None:
        return None
    own = Application.objects.readable_of(
        seeker=ticket.seeker_id, employer=ticket.booth.employer_id, fair=ticket.booth.fair_id
    )
    found = list(own.select_related("participation").order_by("-id"))
    return next((one for one in found if one.state in Application.ACTIVE), found[0] if found else None)


RECENT_CALLS, RECENT_TURNS = 80, 400
OVER = (Call.State.DONE, Call.State.MISSED)  # a cancelled call cost its desk no sitting
CALL_FIELDS = ("ticket_id", "desk_id", "ticket__taken_at", "called_at", "ended_at")


def recent_calls(booth_ids: Collection[int]) -> dict[int, list[EndedCall]]:
    """Of each booth its latest calls that are over."""
    place = Window(RowNumber(), partition_by="booth_id", order_by="-ended_at")
    rows = (
        Call.objects.filter(booth__in=booth_ids, state__in=OVER)
        .annotate(place=place)
        .filter(place__lte=RECENT_CALLS)
        .values_list("booth_id", *CALL_FIELDS)
    )
    found: dict[int, list[EndedCall]] = defaultdict(list)
    for booth, *call in rows:
        found[booth].append(EndedCall(*call))
    return found


def recent_calls_of_fair(fair_id: int, *, most: int = RECENT_TURNS) -> list[EndedCall]:
    """The latest that are over at any of its booths."""
    over = Call.objects.filter(booth__fair=fair_id, state__in=OVER).order_by("-ended_at")
    return [EndedCall(*call) for call in over.values_list(*CALL_FIELDS)[:most]]


def count_turns(fair_id: int) -> tuple[int, int]:
    """Of the fair's latest tickets that are over: how many gave up uncalled, and how many had their turn."""
    ended = Ticket.objects.filter(booth__fair=fair_id, ended_at__isnull=False)
    called = Exists(Call.objects.filter(ticket=OuterRef("pk")))
    rows = ended.annotate(called=called).order_by("-ended_at").values_list("state", "called")[:RECENT_TURNS]
    turns = Counter(rows)
    left = turns[Ticket.State.LEFT, False]
    return left, sum(count for (state, was_called), count in turns.items() if was_called)


def count_places(booth_ids: Collection[int]) -> dict[int, int]:
    """Who may still be called at each: waiting, held elsewhere, or paused."""
    there = Ticket.objects.filter(
        booth__in=booth_ids, state__in=[Ticket.State.WAITING, Ticket.State.PAUSED]
    ).order_by()
    return dict(there.values_list("booth_id").annotate(Count("pk")))


def count_desks_on_duty(booth_ids: Collection[int]) -> dict[int, int]:
    on = DutyShift.objects.filter(booth__in=booth_ids, ended_at=None, state=DutyShift.State.ON).order_by()
    return dict(on.values_list("booth_id").annotate(Count("desk", distinct=True)))


def calls_running_since(booth_ids: Collection[int]) -> dict[int, list[datetime]]:
    """When each call now at a desk was made."""
    live = Call.objects.filter(booth__in=booth_ids, state=Call.State.LIVE)
    found: dict[int, list[datetime]] = defaultdict(list)
    for booth, called_at in live.values_list("booth_id", "called_at"):
        found[booth].append(called_at)
    return found


def list_calls_shown(fair_id: int, *, most: int = 40) -> list[Call]:
    """What the hall's display says: the latest calls to people on site, the newest first."""
    calls = Call.objects.filter(
        booth__fair=fair_id,
        ticket__channel=Ticket.Channel.ONSITE,
        state__in=[Call.State.LIVE, Call.State.DONE],
    )
    return list(calls.select_related("ticket__booth__zone", "desk").order_by("-announced_at", "-id")[:most])


@dataclass(frozen=True)
class Visitor:
    """One who waits, with what the booth may know: applications handed in to this employer, talks had here."""

    place: Place
    applications: list[Application]
    talks: list[Interview]


def visitors_of(booth: Booth, places: list[Place]) -> list[Visitor]:
    """Two queries however many there are. A service's talks are those at its own desk."""
    seekers = [place.ticket.seeker_id for place in places]
    handed_in: dict[int, list[Application]] = defaultdict(list)
    own = Application.objects.filter(
        seeker__in=seekers, participation__employer=booth.employer_id, fair=booth.fair_id, locked_at=None
    ).exclude(state=Application.State.WITHDRAWN)
    for application in own.select_related("position", "seeker").order_by("-id"):
        handed_in[application.seeker_id].append(application)
    had: dict[int, list[Interview]] = defaultdict(list)
    here = Q(ticket__booth__employer=booth.employer_id) if booth.employer_id else Q(ticket__booth=booth)
    talks = Interview.objects.filter(here, ticket__seeker__in=seekers, ended_at__isnull=False)
    for talk in talks.select_related("ticket", "recruiter").order_by("-id"):
        had[talk.ticket.seeker_id].append(talk)
    return [
        Visitor(place, handed_in[place.ticket.seeker_id], had[place.ticket.seeker_id]) for place in places
    ]


def next_waiting(booth_id: int, *, most: int = 5) -> list[Place]:
    """Who is called next, in the line's order."""
    waiting = Ticket.objects.filter(booth=booth_id, state=Ticket.State.WAITING)
    return places_of(waiting.order_by("place", "number"))[:most]


def count_talks(booth_id: int, day: date) -> int:
    return Ticket.objects.filter(booth=booth_id, day=day, interviews__result=Interview.Result.TALKED).count()


def list_desks(booth_id: int) -> list[Desk]:
    return list(Desk.objects.filter(booth=booth_id).order_by("number"))


def measure_lines(fair_id: int) -> dict[int, tuple[str, int]]:
    """{booth id: (state, people waiting)} of a fair; one query."""
    booths = Booth.objects.filter(fair=fair_id).annotate(
        waiting=Count("tickets", filter=Q(tickets__state=Ticket.State.WAITING))
    )
    return {pk: (state, waiting) for pk, state, waiting in booths.values_list("pk", "state", "waiting")}


@dataclass(frozen=True)
class BoothCard:
    """A booth with what its employer offers at the fair."""

    booth: Booth
    waiting: int
    positions: list[Position]


def list_booth_cards(fair: Fair) -> list[BoothCard]:
    """Every booth of a fair by number; three queries however many there are."""
    waiting = measure_lines(fair.pk)
    offered: dict[int, list[Position]] = defaultdict(list)
    published = Position.objects.filter(fair=fair, state=Position.State.PUBLISHED).order_by("id")
    for position in published:
        offered[position.employer_id].append(position)
    booths = Booth.objects.filter(fair=fair).select_related("employer").order_by("number")
    return [
        BoothCard(booth, waiting[booth.pk][1], offered[booth.employer_id] if booth.employer_id else [])
        for booth in booths
    ]


def list_offered_at(booth: Booth) -> list[Position]:
    """What the booth's employer offers at the fair; a service offers no positions."""
    return published_positions_of(booth.employer, booth.fair) if booth.employer else []


def find_booth(employer_id: int, fair_id: int) -> Booth | None:
    """An employer's booth at a fair, the lowest number if it has several."""
    booths = Booth.objects.select_related("zone").filter(employer_id=employer_id, fair_id=fair_id)
    return booths.order_by("number").first()


def list_booths_worked_at(user: User) -> list[Booth]:
    """Where one recruits or counsels."""
    own = Q(employer__in=Recruiter.objects.filter(user=user).values("employer"))
    own |= Q(pk__in=Counsellor.objects.filter(user=user).values("booth"))
    return list(Booth.objects.filter(own).select_related("employer", "fair").order_by("fair_id", "number"))
