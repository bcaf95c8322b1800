"""The checker itself: one planted violation per invariant, each reported."""

from __future__ import annotations

import pytest
from django.db import connection

from booths import services
from booths.models import Ticket
from tests.factories import NOON, desks_of, make_booth, make_fair, make_recruiter, make_seeker
from tests.invariants import CHECKS, violations

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]


def scene() -> dict[str, int]:
    fair = make_fair()
    booth, other = make_booth(fair), make_booth(fair)
    recruiter, seeker = make_recruiter(booth), make_seeker()
    tickets = [
        services.take_ticket(booth=one, seeker=who, channel="onsite", now=NOON)
        for one, who in [(booth, seeker), (booth, make_seeker()), (other, seeker), (other, make_seeker())]
    ]
    services.call_next_ticket(desk=desks_of(booth)[0], by=recruiter, now=NOON)
    services.start_interview(ticket=tickets[0], by=recruiter, now=NOON)
    services.call_next_ticket(desk=desks_of(other)[0], by=recruiter, now=NOON)  # holds tickets[2]
    return {
        "booth": booth.pk,
        "desk": desks_of(booth)[0].pk,
        "seeker": seeker.pk,
        "serving": tickets[0].pk,
        "waiting": tickets[1].pk,
        "held": tickets[2].pk,
        "fair": fair.pk,
    }


PLANTED = {
    "1a": ["UPDATE booths_ticket SET seeker_id = {seeker} WHERE id = {waiting}"],
    "1b": ["UPDATE fairs_fair SET tickets_per_seeker = 1 WHERE id = {fair}"],
    "2 ": ["UPDATE booths_ticket SET number = 9 WHERE id = {waiting}"],
    "4a": [
        (
            "INSERT INTO booths_interview (ticket_id, desk_id, recruiter_id, started_at, result, note, "
            "outcome, reason_code, reason_text, consent) "
            "SELECT {waiting}, desk_id, recruiter_id, started_at, '', '', '', '', '', '' FROM booths_interview"
        )
    ],
    "4b": [
        (
            "INSERT INTO booths_interview (ticket_id, desk_id, recruiter_id, started_at, result, note, "
            "outcome, reason_code, reason_text, consent) "
            "SELECT ticket_id, (SELECT MAX(id) FROM booths_desk), recruiter_id, started_at, '', '', '', '', '', '' "
            "FROM booths_interview"
        )
    ],
    "4c": ["UPDATE booths_ticket SET state = 'called' WHERE id = {serving}"],
    "5a": ["UPDATE booths_call SET state = 'live' WHERE ticket_id = {held}"],
    "5b": ["UPDATE booths_ticket SET state = 'called' WHERE id = {waiting}"],
    "5c": ["UPDATE booths_ticket SET state = 'paused' WHERE id = {held}"],
    "5d": ["UPDATE booths_call SET state = 'done' WHERE ticket_id = {serving}"],
    "5e": ["UPDATE booths_call SET seeker_id = {seeker} + 1 WHERE ticket_id = {held}"],
    "3 ": ["UPDATE booths_ticket SET state = 'left' WHERE id = {waiting}"],
    "8 ": ["UPDATE realtime_stream SET top = top + 1"],
    "2b": [
        (
            "INSERT INTO booths_call (ticket_id, booth_id, seeker_id, desk_id, state, called_by_id, called_at, "
            "due_at, announced_at, announcements, passed_over, pick_reason) SELECT ticket_id, booth_id, seeker_id, "
            "desk_id, 'live', called_by_id, called_at, due_at, announced_at, 1, 0, '' "
            "FROM booths_call WHERE ticket_id = {held}"
        )
    ],
}


def test_a_sound_scene_has_no_violation() -> None:
    scene()
    with connection.cursor() as cursor:
        assert violations(cursor) == []


@pytest.mark.parametrize("invariant", sorted(CHECKS))
def test_a_planted_violation_is_reported(invariant: str) -> None:
    ids = scene()
    indexes = ["one_active_ticket_per_seeker_and_booth", "one_open_interview_per_desk",
               "one_open_interview_per_ticket", "one_live_call_per_seeker", "one_live_call_per_desk",
               "one_open_call_per_ticket"]  # fmt: skip
    with connection.cursor() as cursor:
        saved = {name: _definition(cursor, name) for name in indexes}
        for name in indexes:
            cursor.execute(f"DROP INDEX {name}")
        try:
            for statement in PLANTED[invariant.split(" ", maxsplit=1)[0].ljust(2)]:
                cursor.execute(statement.format(**ids))
            found = violations(cursor)
        finally:
            for table in ("booths_interview", "booths_call", "booths_ticket"):
                cursor.execute(f"DELETE FROM {table}")
            for definition in saved.values():
                cursor.execute(definition)
    assert any(sentence.startswith(invariant) for sentence in found), found


def _definition(cursor: object, name: str) -> str:
    sql = (
        "SELECT indexdef FROM pg_indexes WHERE indexname = %s"
        if connection.vendor == "postgresql"
        else "SELECT sql FROM sqlite_master WHERE name = %s"
    )
    cursor.execute(sql, [name])  # type: ignore[attr-defined]
    return str(cursor.fetchone()[0])  # type: ignore[attr-defined]


def test_the_scene_holds_a_call() -> None:
    ids = scene()
    assert Ticket.objects.get(pk=ids["held"]).calls.get().state == "held"
