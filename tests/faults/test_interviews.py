"""The server is killed between a booking and its reminder: each is told once, and what was cancelled not at all."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.faults.server import Server

pytestmark = [pytest.mark.faults, pytest.mark.integration]

BOOK = """
from datetime import timedelta
from booths.models import Booth
from jobfair.accounts.models import User
from booths.services import take_ticket
from jobfair.core import clock
from jobfair.interviews import services
now = clock.now()
booth = Booth.objects.select_related("fair").get(number=1)
recruiter = User.objects.get(username="recruiter-1")
first = now + timedelta(minutes=30, seconds=6)
for number in range(3):
    phone = f"+861380000127{number}"
    seeker = User.objects.create_user(f"booker-{number}", phone=phone, phone_verified=True)
    take_ticket(booth=booth, seeker=seeker, channel="online", now=now)
    (slot,) = services.publish_slots(booth=booth, starts_at=first + timedelta(minutes=10 * number), minutes=10,
        count=1, mode="video", address="", by=recruiter, now=now)
    booking = services.book_slot(slot=slot, seeker=seeker, now=now)
    if number == 1:
        services.cancel_booking(booking=booking, side="seeker", by=seeker, now=now)
    if number == 2:
        from jobfair.core.models import Job
        Job.objects.filter(kind="interviews.remind", key__startswith=f"{booking.pk}:").update(due_at=now)
        services.withdraw_slot(slot=slot, by=recruiter, now=now)
"""
TOLD = """
import json
from jobfair.core.models import Job
from jobfair.notices.models import Notice
own = Notice.objects.filter(user__username__startswith="booker-", kind__startswith="interviews.").order_by("id")
kinds = list(own.values_list("user__username", "kind"))
print(json.dumps({"told": kinds, "open": Job.objects.filter(kind="interviews.remind", state="waiting").count()}))
"""


def told(server: Server) -> dict[str, Any]:
    return dict(json.loads(server.manage("shell", "-v", "0", "-c", TOLD).splitlines()[-1]))


def test_a_killed_server_reminds_once_and_of_what_is_still_true(make_server: Callable[..., Server]) -> None:
    server = make_server(demo=True)
    server.manage("shell", "-v", "0", "-c", BOOK)
    for _ in range(2):
        server.kill9()
        server.start()
    until = time.monotonic() + 180
    while (found := told(server))[
        "open"
    ] > 1 and time.monotonic() < until:  # that of the cancelled one is later
        time.sleep(1)
    server.kill9()
    server.start()
    time.sleep(2)
    found = told(server)
    near = [name for name, kind in found["told"] if kind == "interviews.near"]
    print(f"{found}")
    assert near == ["booker-0"]
    assert [kind for name, kind in found["told"] if name == "booker-2"] == [
        "interviews.booked",
        "interviews.cancelled",
    ]
