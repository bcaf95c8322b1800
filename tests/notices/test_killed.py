"""Workers killed with -9 around the send: whoever did not look gets one text message, whoever did gets none."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Callable

import pytest

from jobfair.core import clock
from jobfair.notices import services
from tests.core.nursery import Nursery, query, wait_for
from tests.notices.people import person, tell

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]

EACH_ROUND = 8


def test_one_text_message_each_whatever_dies(nursery: Nursery, rounds: Callable[[int, int], int]) -> None:
    times = rounds(4, 50)
    workers = [nursery.start(), nursery.start()]
    unseen = 0
    for number in range(times):
        for serial in range(EACH_ROUND):
            user = person(last=1000 + number * EACH_ROUND + serial)
            notice = tell(user)
            if serial % 4 == 0:
                services.acknowledge(user_id=user.pk, ids=[notice.pk], now=clock.now())
            else:
                unseen += 1
        query(
            "UPDATE core_job SET due_at = (SELECT min(created_at) FROM notices_notice) "
            "WHERE kind = 'notices.reach' AND attempts = 0 RETURNING id"
        )
        wait_for(
            "SELECT count(*) FROM core_job WHERE kind = 'notices.deliver' AND leased_until IS NOT NULL",
            lambda leased: leased > 0,
        )
        time.sleep(random.uniform(0, 0.15))
        assert nursery.end(workers.pop(0), signal.SIGKILL) == -signal.SIGKILL
        workers.append(nursery.start())
    wait_for("SELECT count(*) FROM core_job WHERE state = 'waiting'", lambda waiting: waiting == 0)
    wait_for("SELECT count(*) FROM notices_stubmessage WHERE reported_at IS NULL", lambda open_: open_ == 0)
    assert [nursery.end(pid, signal.SIGTERM) for pid in workers] == [0, 0]

    assert query("SELECT channel, state, count(*) FROM notices_message GROUP BY channel, state") == [
        ("sms", "delivered", unseen)
    ]
    received = query("SELECT recipient, count(*), max(times) FROM notices_stubmessage GROUP BY recipient")
    assert len(received) == unseen
    assert {count for _, count, _ in received} == {1}
    told = query(
        "SELECT count(*) FROM notices_message m JOIN notices_notice n ON n.id = m.notice_id WHERE n.seen_at IS NOT NULL"
    )
    assert told == [(0,)]
    twice = sum(1 for _, _, came in received if int(str(came)) > 1)
    print(
        f"{times} × kill -9 around the send: {unseen} unseen notices, {len(received)} text messages, "
        f"{twice} of them handed over again under the same id; {times * EACH_ROUND - unseen} seen, none sent"
    )
