"""Workers killed with -9 around the send: whoever did not look gets one text message, whoever did gets none."""

from __future__ import annotations

import json
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

import pytest

from jobfair.core import clock
from jobfair.notices import services
from tests.conftest import Stores
from tests.core.nursery import WITHIN, Nursery, query, rearing, wait_for
from tests.notices.listener import Answer, Listener, listening
from tests.notices.people import person, tell

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

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
        let_it_be_due()
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


def test_killed_after_the_gateway_took_it_and_before_we_noted_so(
    the_stores: Stores, tmp_path: Path, rounds: Callable[[int, int], int]
) -> None:
    """The worst moment, each time: the message is out, its worker dies with the answer unread. The repeat bears the
    same id, so the gateway sends it once; afterwards nothing is left to send.
    """
    times = rounds(2, 30)
    with listening() as gateway:
        settings = {"JOBFAIR_SMS_GATEWAY": gateway.url, "JOBFAIR_SMS_SECRET": "s"}
        with contextmanager(rearing)(the_stores, tmp_path, **settings) as nursery:
            for number in range(times):
                gateway.answers = [Answer(hang=600)]
                tell(person(last=2000 + number))
                let_it_be_due()
                worker = nursery.start()
                until_heard(gateway, 2 * number + 1)
                assert nursery.end(worker, signal.SIGKILL) == -signal.SIGKILL
                assert query("SELECT count(*) FROM notices_message WHERE state = 'queued'") == [(1,)]
                gateway.answers = [Answer()]
                worker = nursery.start()
                wait_for(
                    "SELECT count(*) FROM core_job WHERE state = 'waiting'", lambda waiting: waiting == 0
                )
                assert nursery.end(worker, signal.SIGTERM) == 0
    came = Counter(json.loads(heard.body)["id"] for heard in gateway.heard)
    assert sorted(came.values()) == [2] * times
    assert query("SELECT state, count(*) FROM notices_message GROUP BY state") == [("sent", times)]
    print(
        f"{times} × kill -9 between taking and noting: {times} text messages, each handed over twice under one id"
    )


def let_it_be_due() -> None:
    query(
        "UPDATE core_job SET due_at = (SELECT min(created_at) FROM notices_notice) "
        "WHERE kind = 'notices.reach' AND attempts = 0 RETURNING id"
    )


def until_heard(gateway: Listener, count: int) -> None:
    deadline = time.monotonic() + WITHIN
    while len(gateway.heard) < count:
        assert time.monotonic() < deadline
        time.sleep(0.01)
