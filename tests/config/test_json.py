"""HTTP and the socket write one instant alike, to the microsecond: pages compare what both of them told."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from booths.models import Booth, Ticket
from jobfair.config.api import PlainJson
from jobfair.core import clock
from jobfair.core.models import CommandResult
from jobfair.core.schemas import Schema
from jobfair.realtime.models import StreamEvent
from tests.booths.test_api import client_of, post
from tests.factories import make_booth, make_fair, make_seeker

EXACT = datetime(2026, 4, 11, 4, 0, 0, 123_456, tzinfo=UTC)


class Moment(Schema):
    at: datetime


def rendered(value: Any) -> Any:
    return json.loads(PlainJson().render(None, value, response_status=200))  # type: ignore[arg-type]


@pytest.mark.unit
@pytest.mark.parametrize(
    "instant",
    [
        EXACT,
        EXACT.replace(microsecond=0),
        EXACT.replace(microsecond=1_000),
        EXACT + timedelta(days=-400 * 100),
    ],
)
def test_an_instant_looks_as_it_does_on_the_socket(instant: datetime) -> None:
    for one in (instant, instant.astimezone(timezone(timedelta(hours=8)))):
        assert rendered({"at": one}) == Moment(at=one).wire()


@pytest.mark.integration
@pytest.mark.django_db(transaction=True)
def test_a_reply_a_repeat_a_read_and_a_push_tell_one_instant() -> None:
    now = clock.now()
    booth: Booth = make_booth(make_fair(now=now), now=now)
    seeker = make_seeker()
    first = post(seeker, f"/booths/{booth.pk}/tickets", {"channel": "onsite"}, key="the-same-key")
    again = post(seeker, f"/booths/{booth.pk}/tickets", {"channel": "onsite"}, key="the-same-key")
    taken = first.json()["taken_at"]
    assert taken == Moment(at=Ticket.objects.get().taken_at).wire()["at"]
    assert again.json()["taken_at"] == taken
    assert client_of(seeker).get("/api/me/tickets").json()[0]["taken_at"] == taken
    assert CommandResult.objects.get(cid="the-same-key").reply["taken_at"] == taken
    pushed = StreamEvent.objects.get(type="booths.my_ticket_changed").payload
    assert pushed["ticket"]["taken_at"] == taken
