"""What the lines tell whom: topics, snapshots, and the pushes each fact becomes."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from django.db.models import QuerySet

from booths import access, events, queries
from booths.models import Booth, Ticket
from booths.schemas import (
    BoothStatePush,
    DeskFinishUndonePush,
    DeskOut,
    DeskTicket,
    DeskTicketEndedPush,
    DeskTicketPush,
    DutyPush,
    DutyRow,
    LineOut,
    LineTicket,
    LineTicketPush,
    MyTicketPush,
    MyTicketsOut,
    ShownCall,
    TicketEndedPush,
    TicketOut,
)
from booths.waits import estimate_waits
from jobfair.accounts.models import User
from jobfair.core import clock
from jobfair.core.errors import NotFound
from jobfair.core.schemas import Schema
from jobfair.core.unit_of_work import emitted
from jobfair.fairs.events import FairCorrected
from jobfair.fairs.models import Fair
from jobfair.realtime.presence import audiences_of
from jobfair.realtime.publisher import announce, read_once
from jobfair.realtime.registry import Registry, TopicKind

Pushes = Iterator[tuple[str, str, Schema]]


# Topics


def may_see_booth(viewer: User | None, booth_id: int) -> None:
    access.booth_for_anyone(booth_id)


def may_work_at_booth(viewer: User | None, booth_id: int) -> None:
    access.booth_for_recruiter(viewer, booth_id)


def may_be(viewer: User | None, user_id: int) -> None:
    if viewer is None or viewer.pk != user_id:
        raise NotFound


def may_see_fair(viewer: User | None, fair_id: int) -> None:
    if not Fair.objects.filter(pk=fair_id).exclude(state=Fair.State.DRAFT).exists():
        raise NotFound


def line_snapshot(viewer: User | None, booth_id: int) -> LineOut:
    booth = access.booth_for_anyone(booth_id)
    return LineOut.of(booth, queries.line_facts(booth), queries.list_line(booth_id))


def desk_snapshot(viewer: User | None, booth_id: int) -> DeskOut:
    booth = access.booth_for_recruiter(viewer, booth_id)
    return DeskOut.at(booth, queries.desk_facts(booth))


def my_snapshot(viewer: User | None, user_id: int) -> MyTicketsOut:
    own = queries.places_of(
        Ticket.objects.filter(seeker=user_id, state__in=Ticket.ACTIVE).order_by("taken_at", "id")
    )
    return MyTicketsOut(tickets=[TicketOut.of(place) for place in own])


def line_lengths(fair_id: int) -> dict[str, Any]:
    """Of each booth: its state, how many wait, and how many recruiters are at its console."""
    lines = queries.measure_lines(fair_id)
    consoles = audiences_of(DESK.topic(pk) for pk in lines)
    return {
        f"booth:{pk}": {"state": state, "waiting": waiting, "recruiters": len(consoles[DESK.topic(pk)].who)}
        for pk, (state, waiting) in lines.items()
    }


def waits(booth_id: int) -> dict[str, Any]:
    """How long each place in line may wait; see estimate_waits."""
    return waits_of_many([booth_id])[booth_id]


def waits_of_many(booth_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    return estimate_waits(booth_ids, now=clock.now())


def calls_shown(fair_id: int) -> dict[str, Any]:
    """For the hall: the latest calls, the newest first."""
    return {"calls": [ShownCall.of(call).wire() for call in queries.list_calls_shown(fair_id)]}


LINE = TopicKind("booth:{id}", may_see_booth, snapshot=line_snapshot, snapshot_schema=LineOut)
DESK = TopicKind(
    "booth:{id}:desk", may_work_at_booth, snapshot=desk_snapshot, snapshot_schema=DeskOut, presence="who"
)
MINE = TopicKind("user:{id}", may_be, snapshot=my_snapshot, snapshot_schema=MyTicketsOut)
FAIR = TopicKind("fair:{id}", may_see_fair, gauge=line_lengths)
WAITS = TopicKind("booth:{id}:estimates", may_see_booth, gauge=waits, gauges=waits_of_many, each_s=5)
CALLS = TopicKind("fair:{id}:calls", may_see_fair, gauge=calls_shown)


# Pushes

ROW_CHANGED: dict[type[events.TicketEvent], str] = {
    events.TicketTaken: "booths.ticket_taken",
    events.TicketCalled: "booths.ticket_called",
    events.TicketArrived: "booths.ticket_arrived",
    events.TicketServing: "booths.ticket_serving",
    events.TicketRequeued: "booths.ticket_requeued",
    events.TicketPaused: "booths.ticket_changed",
    events.TicketResumed: "booths.ticket_changed",
    events.PriorityGiven: "booths.ticket_changed",
    events.CallUndone: "booths.ticket_changed",
}
PRIVATE: tuple[type[events.TicketEvent], ...] = (
    events.CallHeld,
    events.CallReleased,
    events.TicketMoved,
    events.ReadyAsked,
    events.TicketReady,
    events.TicketRecalled,
    events.TicketClaimed,
)


def _places_told_of() -> dict[int, queries.Place]:
    """Each ticket that something happened to in this unit, as it stands now that all has happened."""
    facts = (one for one in emitted() if isinstance(one, events.TicketEvent))
    return queries.map_places({one.ticket_id for one in facts})


def _place_of(event: events.TicketEvent) -> queries.Place:
    return read_once(_places_told_of)[event.ticket_id]


def tell_row_changed(event: events.TicketEvent) -> Pushes:
    """To everyone at the booth, to its recruiters, and to the ticket's seeker."""
    place = _place_of(event)
    if place.ticket.state in Ticket.ACTIVE:  # a later fact of the same unit may have ended it
        yield (
            LINE.topic(event.booth_id),
            ROW_CHANGED[type(event)],
            LineTicketPush(ticket=LineTicket.of(place)),
        )
        yield from tell_desk_and_seeker(event)


def tell_desk_and_seeker(event: events.TicketEvent) -> Pushes:
    """What strangers need not see: a held call, a changed owner."""
    place = _place_of(event)
    if place.ticket.state in Ticket.ACTIVE:
        desk_push = DeskTicketPush(ticket=DeskTicket.of(place))
        yield DESK.topic(event.booth_id), "booths.desk_ticket_changed", desk_push
        yield (
            MINE.topic(event.seeker_id),
            "booths.my_ticket_changed",
            MyTicketPush(ticket=TicketOut.of(place)),
        )


def tell_ended(event: events.TicketEnded) -> Pushes:
    ended = TicketEndedPush.model_validate({"ticket_id": event.ticket_id, "state": event.state})
    yield LINE.topic(event.booth_id), "booths.ticket_ended", ended
    desk_push = DeskTicketEndedPush(
        ticket_id=ended.ticket_id,
        state=ended.state,
        talked_today=queries.count_talks(event.booth_id, clock.today()),
    )
    yield DESK.topic(event.booth_id), "booths.desk_ticket_ended", desk_push
    place = _place_of(event)
    yield MINE.topic(event.seeker_id), "booths.my_ticket_changed", MyTicketPush(ticket=TicketOut.of(place))


def tell_ended_again(event: events.TicketEvent) -> Pushes:
    """What an ended ticket's seeker sees of it has changed: where it went on, or whether a result waits."""
    place = _place_of(event)
    yield MINE.topic(event.seeker_id), "booths.my_ticket_changed", MyTicketPush(ticket=TicketOut.of(place))


def tell_finish_undone(event: events.FinishUndone) -> Pushes:
    """The row is back in the line, at the desk and on the seeker's phone."""
    place = _place_of(event)
    yield (
        LINE.topic(event.booth_id),
        "booths.ticket_changed",
        LineTicketPush(ticket=LineTicket.of(place)),
    )
    back = DeskFinishUndonePush(
        ticket=DeskTicket.of(place), talked_today=queries.count_talks(event.booth_id, clock.today())
    )
    yield DESK.topic(event.booth_id), "booths.desk_finish_undone", back
    yield MINE.topic(event.seeker_id), "booths.my_ticket_changed", MyTicketPush(ticket=TicketOut.of(place))


def tell_booth_state(event: events.BoothEvent) -> Pushes:
    yield from _heads(Booth.objects.filter(pk=event.booth_id))


def tell_duty(event: events.DutyChanged) -> Pushes:
    duty = [DutyRow.of(shift) for shift in queries.list_duty(event.booth_id)]
    yield DESK.topic(event.booth_id), "booths.duty_changed", DutyPush(duty=duty)
    yield from tell_booth_state(event)


def tell_rule(event: events.LineRuleSet) -> Pushes:
    yield from _heads(Booth.objects.filter(fair=event.fair_id))


def tell_hours(event: FairCorrected) -> Pushes:
    if "closes_at" in event.changed:
        yield from _heads(Booth.objects.filter(fair=event.fair_id))


def _heads(booths: QuerySet[Booth]) -> Pushes:
    for booth in booths.select_related("fair").order_by("pk"):
        head = BoothStatePush.of(booth, queries.line_facts(booth)).model_dump()
        for topic in (LINE.topic(booth.pk), DESK.topic(booth.pk)):
            yield topic, "booths.booth_state_changed", BoothStatePush.model_validate(head)


def topics_of(fair_id: int) -> tuple[str, ...]:
    """All that is told of a fair and its booths."""
    booths = Booth.objects.filter(fair=fair_id).order_by("number").values_list("pk", flat=True)
    return (FAIR.topic(fair_id), *(kind.topic(booth) for booth in booths for kind in (LINE, DESK)))


def register(registry: Registry) -> None:
    """Plug the lines into the socket."""
    for kind in (LINE, DESK, MINE, FAIR, WAITS, CALLS):
        registry.add_topic(kind)
    for event_type, name in ROW_CHANGED.items():
        registry.add_push(name, LineTicketPush)
        announce(event_type, tell_row_changed)
    registry.add_push("booths.ticket_ended", TicketEndedPush)
    registry.add_push("booths.desk_ticket_changed", DeskTicketPush)
    registry.add_push("booths.desk_ticket_ended", DeskTicketEndedPush)
    registry.add_push("booths.desk_finish_undone", DeskFinishUndonePush)
    registry.add_push("booths.duty_changed", DutyPush)
    registry.add_push("booths.my_ticket_changed", MyTicketPush)
    registry.add_push("booths.booth_state_changed", BoothStatePush)
    for private in PRIVATE:
        announce(private, tell_desk_and_seeker)
    announce(events.TicketEnded, tell_ended)
    announce(events.FinishUndone, tell_finish_undone)
    for again in (events.OutcomeAgreed, events.OutcomeLapsed):
        announce(again, tell_ended_again)
    announce(events.BoothStateChanged, tell_booth_state)
    announce(events.DutyChanged, tell_duty)
    announce(events.LineRuleSet, tell_rule)
    announce(FairCorrected, tell_hours)
