"""The checker's wider half: one planted violation per invariant, each reported."""

from __future__ import annotations

import pytest
from django.db import connection

from tests.applications import test_invariants as planting
from tests.booths.test_invariants import scene
from tests.invariants import WIDER, names, violations

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]
THEN = "'2026-04-11 04:00:00+00:00'"
PLANTED = {
    "2c": ["UPDATE booths_ticket SET number = 3 - number WHERE booth_id = {booth}"],
    "2d": [
        "DELETE FROM core_auditentry WHERE action = 'booths.ticket_called' AND subject = 'ticket:{serving}'",
        "INSERT INTO core_auditentry (id, action, subject) VALUES (99999, 'booths.ticket_called', 'ticket:{waiting}')",
    ],
    "3b": ["UPDATE booths_ticket SET state = 'lost' WHERE id = {waiting}"],
    "3c": ["UPDATE booths_ticket SET state = 'transferred' WHERE id = {waiting}"],
    "7": [
        ("INSERT INTO core_commandresult (id, command, reply) VALUES "
        "(1, 'booths.take_ticket:1', '{{\"id\": 99999, \"number\": 1}}')")
    ],
    "8b": ["UPDATE booths_ticket SET state = 'paused' WHERE id = {waiting}"],
    "10": ["INSERT INTO positions_position (id, state, title) VALUES (1, 'published', '')"],
    "11": [
        ('INSERT INTO realtime_streamevent (id, topic, "offset", type, payload) VALUES (99999, '
        "'booth:{booth}:desk', 99999, 'booths.desk_ticket_ended', '{{\"ticket_id\": {waiting}, \"talked_today\": 7}}')")
    ],
    "12a": [
        "INSERT INTO notices_message (id, uid, state) VALUES (1, '0123456789abcdef0123456789abcdef', 'queued')"
    ],
    "12b": [
        "INSERT INTO notices_message (id, uid, state) VALUES (1, '0123456789abcdef0123456789abcdef', 'sent')"
    ],
    "13e": [f"INSERT INTO chat_conversation (id, waiting_since, level) VALUES (1, {THEN}, 'booth')"],
    "13f": ["UPDATE booths_interview SET consent = 'awaited', consent_due_at = NULL"],
    "14a": ["INSERT INTO livestream_cue (id, session_id, state) VALUES (1, 1, 'on_air')"],
    "14b": [
        "INSERT INTO livestream_livesession (id, state) VALUES (1, 'ended')",
        "INSERT INTO livestream_cue (id, session_id, state) VALUES (1, 1, 'on_air')",
        "INSERT INTO livestream_airing (id, session_id, cue_id) VALUES (1, 1, 1)",
    ],
    "14c": [
        "INSERT INTO livestream_cue (id, session_id, state) VALUES (1, 1, 'done')",
        f"INSERT INTO livestream_airing (id, session_id, cue_id, ended_at) VALUES (1, 1, 1, {THEN})",
        "INSERT INTO positions_position (id, state, employer_id) VALUES (1, 'draft', 1)",
        "INSERT INTO livestream_pinnedposition (id, airing_id, position_id) VALUES (1, 1, 1)",
    ],
    "13g": ["UPDATE booths_ticket SET state = 'paused', paused_until = NULL WHERE id = {waiting}"],
}  # fmt: skip
TABLES = (
    "booths_ticket", "booths_interview", "core_auditentry", "core_commandresult", "positions_position",
    "realtime_streamevent", "notices_message", "chat_conversation", "livestream_livesession", "livestream_cue",
    "livestream_airing", "livestream_pinnedposition",
)  # fmt: skip


@pytest.mark.parametrize("invariant", sorted(WIDER))
def test_a_planted_violation_is_reported(invariant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = scene()
    monkeypatch.setattr(planting, "TABLES", TABLES)
    with connection.cursor() as cursor, planting.copies(cursor):
        assert violations(cursor) == []
        for statement in PLANTED[invariant.split(" ", maxsplit=1)[0]]:
            cursor.execute(statement.format(**ids))
        found = violations(cursor)
    assert any(sentence.startswith(invariant) for sentence in found), found


def test_every_name_is_one_of_its_own() -> None:
    ids = [name.split(" ", maxsplit=1)[0] for name in names()]
    assert len(set(ids)) == len(ids)
