"""The server killed with -9 while phones bring in what they kept: nothing acknowledged is lost, nothing is double."""

from __future__ import annotations

import asyncio
import random
import threading
import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from jobfair.core import clock
from tests.faults.client import Unreachable, Visitor
from tests.faults.oracle import cursor_of
from tests.faults.server import Server

pytestmark = pytest.mark.faults
CLERKS = """
from jobfair.accounts.models import User
from jobfair.fairs.models import Fair, FairStaff
for n in range(2):
    user = User.objects.create_user(f"door-clerk-{n}", "a-long-password-1")
    FairStaff.objects.create(fair=Fair.objects.get(slug="nantong"), user=user, role="staff")
"""


class Phone(threading.Thread):
    """Brings in batches of five until told to stop; one without an answer is brought in again."""

    def __init__(self, server: Server, number: int, gate: int) -> None:
        super().__init__(daemon=True)
        self.visitor, self.number, self.gate = Visitor([server]), number, gate
        self.stopped = threading.Event()
        self.acknowledged: list[str] = []
        self.repeats = 0

    def run(self) -> None:
        self.visitor.sign_in_staff(f"door-clerk-{self.number}", "a-long-password-1")
        while not self.stopped.is_set():
            self.bring([self.scan() for _ in range(5)])

    def scan(self) -> dict[str, Any]:
        at = clock.now().isoformat()
        stated = {"id": uuid.uuid4().hex, "gate_id": self.gate, "direction": "in", "shown": None}
        return {**stated, "device_at": at, "decided_by_device": True}

    def bring(self, scans: list[dict[str, Any]]) -> None:
        until = time.monotonic() + 120
        while time.monotonic() < until:
            try:
                body = {"sent_at": clock.now().isoformat(), "scans": scans}
                reply = self.visitor.once("POST", "fairs/nantong/scans", body)
                if reply.status == 200:
                    assert all(answer["counted"] for answer in reply.json["answers"])
                    self.acknowledged += [answer["id"] for answer in reply.json["answers"]]
                    return
                assert reply.status >= 500, reply.text
            except Unreachable:
                time.sleep(0.1)
            self.repeats += 1


async def all_got_through(phones: list[Phone]) -> None:
    """Each phone has had another answer since now."""
    before = [len(phone.acknowledged) for phone in phones]
    until = time.monotonic() + 90
    while any(len(phone.acknowledged) == known for phone, known in zip(phones, before, strict=True)):
        assert time.monotonic() < until, "no answer in 90 s"
        await asyncio.sleep(0.05)


async def test_kill_9_while_scans_come_in(
    make_server: Callable[..., Server], rounds: Callable[[int, int], int]
) -> None:
    times = rounds(2, 30)
    server = await asyncio.to_thread(make_server, demo=True)
    await asyncio.to_thread(server.manage, "shell", "--no-imports", "-c", CLERKS)
    with cursor_of(server) as cursor:
        cursor.execute("SELECT min(id) FROM checkin_gate")
        gate = cursor.fetchone()[0]
    phones = [Phone(server, number, gate) for number in range(2)]
    for phone in phones:
        phone.start()
    for _ in range(times):
        await all_got_through(phones)
        await asyncio.sleep(random.uniform(0, 0.5))
        server.kill9()
        await asyncio.to_thread(server.start)
    await all_got_through(phones)
    for phone in phones:
        phone.stopped.set()
    for phone in phones:
        await asyncio.to_thread(phone.join, 120)
    told = [scan_id for phone in phones for scan_id in phone.acknowledged]
    with cursor_of(server) as cursor:
        cursor.execute("SELECT scan_id FROM checkin_passage")
        kept = [row[0] for row in cursor.fetchall()]
    repeats = sum(phone.repeats for phone in phones)
    print(
        f"{times} × kill -9: {len(told)} scans acknowledged, {repeats} batches sent again, {len(kept)} passages"
    )
    assert sorted(told) == sorted(kept)
    assert len(told) >= 10 * (times + 1)
    assert repeats > 0
