"""Which records the estimate is given: the booth's own, its fair's, and everyone who may be called before."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booths import services
from booths.estimates import Prior
from booths.models import Booth, Ticket
from booths.waits import estimate_waits, prior_of_fair
from tests.factories import NOON, desks_of, make_booth, make_fair, make_recruiter, make_seeker

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def take(booth: Booth, now: datetime = NOON) -> Ticket:
    return services.take_ticket(booth=booth, seeker=make_seeker(), channel="onsite", now=now)


def talk(booth: Booth, times: int, *, minutes_each: float, now: datetime = NOON) -> None:
    """So many sittings one after another at the booth's first desk."""
    recruiter = make_recruiter(booth)
    for turn in range(times):
        began = now + minutes(turn * minutes_each)
        ticket = take(booth, began)
        services.call_next_ticket(desk=desks_of(booth)[0], by=recruiter, now=began)
        services.start_interview(ticket=ticket, by=recruiter, now=began)
        ended = began + minutes(minutes_each)
        services.finish_interview(ticket=ticket, result="talked", note="", by=recruiter, now=ended)


def told(booth: Booth, now: datetime) -> dict[str, Any]:
    return estimate_waits([booth.pk], now=now)[booth.pk]


def late_side(booth: Booth, now: datetime) -> int:
    """Of whoever stands last."""
    return int(told(booth, now)["table"][-1][2])


def test_a_silent_booth_is_told_by_its_own_fair() -> None:
    later = NOON + minutes(120)
    highs = []
    for minutes_each in (2, 15):
        fair = make_fair()
        silent = make_booth(fair)
        make_booth(make_fair())  # another fair's says nothing
        talk(make_booth(fair), 8, minutes_each=minutes_each)
        for _ in range(4):
            take(silent, later)
        highs.append(late_side(silent, later))
    assert highs[0] < highs[1] / 2
    fresh = make_booth(make_fair())
    assert prior_of_fair(fresh.fair_id) == Prior()


def test_a_booth_soon_speaks_for_itself() -> None:
    fair = make_fair()
    talk(make_booth(fair), 6, minutes_each=15)
    quick = make_booth(fair)
    talk(quick, 12, minutes_each=2)
    slow = make_booth(fair)
    for booth in (quick, slow):
        for _ in range(3):
            take(booth, NOON + minutes(120))
    assert late_side(quick, NOON + minutes(120)) < late_side(slow, NOON + minutes(120)) / 2


def test_whoever_gives_up_uncalled_is_learnt_from_the_fair() -> None:
    fair = make_fair()
    booth = make_booth(fair)
    talk(booth, 3, minutes_each=5)
    for _ in range(9):
        ticket = take(booth, NOON + minutes(30))
        services.leave_line(ticket=ticket, by=ticket.seeker, now=NOON + minutes(31))
    assert prior_of_fair(fair.pk).leave_share > Prior().leave_share


def test_paused_and_held_people_count_as_ahead() -> None:
    fair = make_fair()
    booth, other = make_booth(fair), make_booth(fair)
    line = [take(booth) for _ in range(4)]
    services.pause_ticket(ticket=line[1], minutes=10, by=line[1].seeker, now=NOON)
    services.take_ticket(booth=other, seeker=line[0].seeker, channel="onsite", now=NOON)
    services.call_next_ticket(desk=desks_of(other)[0], by=make_recruiter(other), now=NOON)
    services.call_next_ticket(desk=desks_of(booth)[0], by=make_recruiter(booth), now=NOON)  # line[0] is held
    waiting = Ticket.objects.filter(booth=booth, state="waiting").count()
    paused = Ticket.objects.filter(booth=booth, state="paused").count()
    assert paused == 1
    assert [row[0] for row in told(booth, NOON)["table"]] == list(range(waiting + paused + 1))


def test_the_range_is_told_in_whole_minutes_outward() -> None:
    booth = make_booth(make_fair())
    take(booth)
    rows = told(booth, NOON)["table"]
    assert all(low % 60 == 0 and high % 60 == 0 and low < high for _, low, high in rows)


def test_a_booth_that_does_not_call_tells_nothing() -> None:
    booth = make_booth(make_fair())
    services.pause_booth(booth=booth, by=make_recruiter(booth), now=NOON)
    assert told(booth, NOON) == {"table": [], "may_close_before": None}


def test_many_booths_cost_the_queries_of_one() -> None:
    fair = make_fair()
    booths = [make_booth(fair) for _ in range(6)]
    for booth in booths:
        take(booth)
    with CaptureQueriesContext(
        connection,
    ) as one:
        estimate_waits([booths[0].pk], now=NOON)
    with CaptureQueriesContext(connection) as many:
        found = estimate_waits([booth.pk for booth in booths], now=NOON)
    assert len(many) == len(one) == 7
    assert found == {booth.pk: told(booth, NOON) for booth in booths}
