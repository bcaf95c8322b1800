"""What the lines tell whom: topics, snapshots, and the pushes each fact becomes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from booths import access, events, queries
from booths.models import Booth, Ticket
from booths.schemas import (
    BoothStatePush,
    DeskOut,
    DeskTicket,
    DeskTicketEndedPush,
    DeskTicketPush,
    LineOut,
    LineTicket,
    LineTicketPush,
    MyTicketPush,
    MyTicketsOut,
    TicketEndedPush,
    TicketOut,
)
from jobfair.accounts.models import User
from jobfair.core import clock
from jobfair.core.errors import NotFound
from jobfair.core.schemas import Schema
from jobfair.fairs.models import Fair
from jobfair.realtime.presence import audiences_of
from jobfair.realtime.publisher import announce
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
    return LineOut.of(access.booth_for_anyone(booth_id), queries.list_line(booth_id))


def desk_snapshot(viewer: User | None, booth_id: int) -> DeskOut:
    booth = access.booth_for_recruiter(viewer, booth_id)
    return DeskOut.of(
        booth,
        queries.list_line(booth_id),
        queries.list_desks(booth_id),
        queries.count_talks(booth_id, clock.today()),
    )


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


LINE = TopicKind("booth:{id}", may_see_booth, snapshot=line_snapshot, snapshot_schema=LineOut)
DESK = TopicKind(
    "booth:{id}:desk", may_work_at_booth, snapshot=desk_snapshot, snapshot_schema=DeskOut, presence="who"
)
MINE = TopicKind("user:{id}", may_be, snapshot=my_snapshot, snapshot_schema=MyTicketsOut)
FAIR = TopicKind("fair:{id}", may_see_fair, gauge=line_lengths)


# Pushes

ROW_CHANGED: dict[type[events.TicketEvent], str] = {
    events.TicketTaken: "booths.ticket_taken",
    events.TicketCalled: "booths.ticket_called",
    events.TicketArrived: "booths.ticket_arrived",
    events.TicketServing: "booths.ticket_serving",
    events.TicketRequeued: "booths.ticket_requeued",
}


def tell_row_changed(event: events.TicketEvent) -> Pushes:
    """To everyone at the booth, to its recruiters, and to the ticket's seeker."""
    place = queries.get_place(event.ticket_id)
    if place.ticket.state in Ticket.ACTIVE:  # a later fact of the same unit may have ended it
        yield (
            LINE.topic(event.booth_id),
            ROW_CHANGED[type(event)],
            LineTicketPush(ticket=LineTicket.of(place)),
        )
        yield from tell_desk_and_seeker(event)


def tell_desk_and_seeker(event: events.TicketEvent) -> Pushes:
    """What strangers need not see: a held call, a changed owner."""
    place = queries.get_place(event.ticket_id)
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
    place = queries.get_place(event.ticket_id)
    yield MINE.topic(event.seeker_id), "booths.my_ticket_changed", MyTicketPush(ticket=TicketOut.of(place))


def tell_booth_state(event: events.BoothStateChanged) -> Pushes:
    state = Booth.objects.values_list("state", flat=True).get(pk=event.booth_id)
    for topic in (LINE.topic(event.booth_id), DESK.topic(event.booth_id)):
        yield topic, "booths.booth_state_changed", BoothStatePush.model_validate({"state": state})


def topics_of(fair_id: int) -> tuple[str, ...]:
    """All that is told of a fair and its booths."""
    booths = Booth.objects.filter(fair=fair_id).order_by("number").values_list("pk", flat=True)
    return (FAIR.topic(fair_id), *(kind.topic(booth) for booth in booths for kind in (LINE, DESK)))


def register(registry: Registry) -> None:
    """Plug the lines into the socket."""
    for kind in (LINE, DESK, MINE, FAIR):
        registry.add_topic(kind)
    for event_type, name in ROW_CHANGED.items():
        registry.add_push(name, LineTicketPush)
        announce(event_type, tell_row_changed)
    registry.add_push("booths.ticket_ended", TicketEndedPush)
    registry.add_push("booths.desk_ticket_changed", DeskTicketPush)
    registry.add_push("booths.desk_ticket_ended", DeskTicketEndedPush)
    registry.add_push("booths.my_ticket_changed", MyTicketPush)
    registry.add_push("booths.booth_state_changed", BoothStatePush)
    announce(events.CallHeld, tell_desk_and_seeker)
    announce(events.CallReleased, tell_desk_and_seeker)
    announce(events.TicketMoved, tell_desk_and_seeker)
    announce(events.TicketEnded, tell_ended)
    announce(events.BoothStateChanged, tell_booth_state)
