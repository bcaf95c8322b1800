"""The event log does not grow for ever, and trimming it shows nobody half a history."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import transaction

from jobfair.core.deadlines import run_due
from jobfair.realtime import log
from jobfair.realtime.log import Push
from jobfair.realtime.models import StreamEvent
from jobfair.realtime.protocol import Since
from jobfair.realtime.reading import read_topic
from tests.factories import NOON, make_booth, make_fair

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]
OLD = NOON - timedelta(days=8)


def write(topic: str, count: int, *, at: datetime) -> None:
    with transaction.atomic():
        log.append([Push(topic, "tests.counted", {"n": n}) for n in range(count)], at=at)


def offsets(topic: str) -> list[int]:
    return [entry.at for entry in log.read_entries(topic, after=0)]


def test_the_worker_trims_what_is_older_than_a_week() -> None:
    write("t:1", 3, at=OLD)
    write("t:2", 2, at=OLD)
    write("t:1", 2, at=NOON)
    assert run_due(NOON)["realtime.trim_log"] == 5
    assert (offsets("t:1"), offsets("t:2")) == ([4, 5], [])
    assert (log.read_bounds("t:1"), log.read_bounds("t:2")) == ((5, 3), (2, 2))
    write("t:2", 1, at=NOON)
    assert offsets("t:2") == [3]
    assert run_due(NOON)["realtime.trim_log"] == 0


def test_a_round_is_bounded_and_the_floor_stays_below_what_is_left() -> None:
    write("t:1", 7, at=OLD)
    seen = []
    for _ in range(4):
        deleted = log.trim(NOON - log.KEPT, most=3)
        seen.append((deleted, log.read_bounds("t:1"), offsets("t:1")))
    assert seen == [(3, (7, 3), [4, 5, 6, 7]), (3, (7, 6), [7]), (1, (7, 7), []), (0, (7, 7), [])]


def test_a_page_below_the_floor_gets_a_snapshot_and_one_above_its_replay() -> None:
    booth = make_booth(make_fair())
    topic = f"booth:{booth.pk}"
    StreamEvent.objects.filter(topic=topic).update(at=OLD)
    first = log.read_bounds(topic)[0]
    write(topic, 4, at=OLD)
    write(topic, 4, at=NOON)
    log.trim(NOON - log.KEPT)
    top, floor = log.read_bounds(topic)
    assert (top, floor) == (first + 8, first + 4)
    epoch = read_topic(topic, None, None).epoch
    assert epoch is not None
    replies = [read_topic(topic, None, Since(epoch=epoch, offset=at)) for at in range(top + 1)]
    assert [at for at, reply in enumerate(replies) if reply.snapshot is None] == list(range(floor, top + 1))
    for at in range(floor, top + 1):
        missed = replies[at].missed
        assert missed is not None
        assert [push.at for push in missed] == list(range(at + 1, top + 1))
