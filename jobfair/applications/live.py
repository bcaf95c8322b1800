"""What applications tell whom: topics, snapshots, and the pushes each fact becomes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from jobfair.accounts.models import User
from jobfair.applications import access, events, queries
from jobfair.applications.models import Application
from jobfair.applications.schemas.inbox import InboxChangedPush, InboxOut, InboxRow, InboxWithdrawnPush
from jobfair.applications.schemas.seeker import ApplicationOut, MyApplicationPush, MyApplicationsOut
from jobfair.core.errors import NotFound
from jobfair.core.schemas import Schema
from jobfair.core.unit_of_work import emitted
from jobfair.employers.models import Participation
from jobfair.realtime.publisher import announce, announce_together
from jobfair.realtime.registry import Registry, TopicKind
from jobfair.realtime.withdrawal import withdraw_on

Pushes = list[tuple[str, str, Schema]]  # of one fact


# Topics


def may_be(viewer: User | None, user_id: int) -> None:
    if viewer is None or viewer.pk != user_id:
        raise NotFound


def may_read_inbox(viewer: User | None, participation_id: int) -> None:
    access.inbox_for_recruiter(viewer, participation_id)


def my_snapshot(viewer: User | None, user_id: int) -> MyApplicationsOut:
    own = queries.list_applications_of(user_id)
    return MyApplicationsOut(applications=[ApplicationOut.of(one) for one in own])


def inbox_snapshot(viewer: User | None, participation_id: int) -> InboxOut:
    inbox = access.inbox_for_recruiter(viewer, participation_id)
    return InboxOut.of(inbox, queries.list_inbox(inbox.pk), queries.count_by_state(inbox.pk))


MINE = TopicKind("user:{id}:applications", may_be, snapshot=my_snapshot, snapshot_schema=MyApplicationsOut)
INBOX = TopicKind("inbox:{id}", may_read_inbox, snapshot=inbox_snapshot, snapshot_schema=InboxOut)


def topics_of(employer_id: int) -> tuple[str, ...]:
    """An employer's inboxes at all fairs."""
    own = Participation.objects.filter(employer=employer_id).order_by("id")
    return tuple(INBOX.topic(pk) for pk in own.values_list("pk", flat=True))


# Pushes


def just_written(facts: Sequence[events.ApplicationEvent]) -> dict[int, Application]:
    """Those that nothing has happened to in this unit but being handed in: as they were written, so they are."""
    seen = Counter(one.application_id for one in emitted() if isinstance(one, events.ApplicationEvent))
    return {
        fact.application_id: fact.written
        for fact in facts
        if isinstance(fact, events.ApplicationSubmitted) and seen[fact.application_id] == 1
    }


def tell_seekers(facts: Sequence[events.ApplicationEvent]) -> Iterator[Pushes]:
    told = just_written(facts)
    told |= queries.map_told({fact.application_id for fact in facts} - told.keys())
    for fact in facts:
        push = MyApplicationPush(application=ApplicationOut.of(told[fact.application_id]))
        yield [(MINE.topic(fact.seeker_id), "applications.my_application_changed", push)]


def tell_inboxes_moved(facts: Sequence[events.ApplicationMoved]) -> Iterator[Pushes]:
    rows = just_written(facts)
    rows |= queries.map_rows({fact.application_id for fact in facts} - rows.keys())
    for fact in facts:
        yield _inbox_row(fact, rows, was=fact.was or None, became=fact.became)


def tell_inboxes_row(facts: Sequence[events.ApplicationEvent]) -> Iterator[Pushes]:
    """The row changed, the counts did not."""
    rows = queries.map_rows({fact.application_id for fact in facts})
    for fact in facts:
        state = rows[fact.application_id].state
        yield _inbox_row(fact, rows, was=state, became=state)


def _inbox_row(
    fact: events.ApplicationEvent, rows: Mapping[int, Application], *, was: str | None, became: str
) -> Pushes:
    row = rows[fact.application_id]
    if row.state == Application.State.WITHDRAWN or row.locked_at is not None:
        return []  # a later fact of the same unit took it back
    push = InboxChangedPush.model_validate({"application": InboxRow.of(row), "was": was, "became": became})
    return [(INBOX.topic(fact.participation_id), "applications.inbox_changed", push)]


def tell_inbox_withdrawn(event: events.ApplicationMoved) -> Pushes:
    push = InboxWithdrawnPush.model_validate({"application_id": event.application_id, "was": event.was})
    return [(INBOX.topic(event.participation_id), "applications.inbox_withdrawn", push)]


def inbox_of(event: events.ApplicationMoved) -> list[str]:
    """Where the employer was told of it; its own seeker may go on knowing."""
    return [INBOX.topic(event.participation_id)]


def seekers_own(event: events.ApplicationLocked) -> list[str]:
    """A closed account's own list goes with it."""
    return [MINE.topic(event.seeker_id)]


def register(registry: Registry) -> None:
    """Plug applications into the socket."""
    registry.add_topic(MINE)
    registry.add_topic(INBOX)
    registry.add_push("applications.my_application_changed", MyApplicationPush)
    registry.add_push("applications.inbox_changed", InboxChangedPush)
    registry.add_push("applications.inbox_withdrawn", InboxWithdrawnPush)
    for moved in (
        events.ApplicationSubmitted,
        events.ApplicationOpened,
        events.ApplicationDecided,
        events.DecisionUndone,
        events.StandingChanged,
    ):
        announce_together(moved, tell_inboxes_moved)
    for told in (
        events.ApplicationSubmitted,
        events.ApplicationOpened,
        events.DecisionSettled,
        events.ApplicationWithdrawn,
        events.StartPlanned,
        events.StartSaid,
        events.StandingChanged,
    ):
        announce_together(told, tell_seekers)
    for changed in (
        events.DecisionSettled,
        events.AnswerHandedOver,
        events.NoteAdded,
        events.StartPlanned,
        events.StartSaid,
    ):
        announce_together(changed, tell_inboxes_row)
    for gone in (events.ApplicationWithdrawn, events.ApplicationLocked):
        announce(gone, tell_inbox_withdrawn)
        withdraw_on(gone, inbox_of)
    withdraw_on(events.ApplicationLocked, seekers_own)
