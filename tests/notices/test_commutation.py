"""Old list plus pushes is the fresh list, for every service that changes what a person is told."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from jobfair.core import clock
from jobfair.notices import live, services
from jobfair.notices.queries import NEWEST
from jobfair.realtime.log import read_bounds
from jobfair.realtime.models import StreamEvent
from tests.factories import make_seeker
from tests.notices.people import person, tell

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]
GOLDEN = Path(__file__).resolve().parents[2] / "frontend" / "tests" / "notices" / "commutation.golden.json"
Json = dict[str, Any]


def apply(view: Json, name: str, data: Json) -> Json:
    """The browser's reducer, written down a second time."""
    rows = view["notices"]
    if name == "notices.notice_added":
        new = data["notice"]
        rows = [new, *(row for row in rows if row["id"] != new["id"])]
        return {"notices": sorted(rows, key=lambda row: -row["id"])[:NEWEST]}
    assert name == "notices.notices_seen"
    seen = {"seen_at": data["seen_at"]}
    return {"notices": [{**row, **seen} if row["id"] in data["ids"] else row for row in rows]}


class Watcher:
    def __init__(self, user_id: int) -> None:
        self.topic = f"user:{user_id}:notices"
        self.snapshot = lambda: live.snapshot(None, user_id).wire()
        self.view = self.before = self.snapshot()
        self.pushes: list[Json] = []

    @contextmanager
    def expect(self, *names: str) -> Iterator[None]:
        last = StreamEvent.objects.order_by("-id").values_list("id", flat=True).first() or 0
        yield
        told = list(StreamEvent.objects.filter(id__gt=last, topic=self.topic).order_by("id"))
        for event in told:
            self.view = apply(self.view, event.type, event.payload)
            self.pushes.append({"is": event.type, "data": event.payload})
        assert [event.type for event in told] == list(names)
        assert self.view == self.snapshot()


def test_every_service_commutes() -> None:
    user, guest = person(), make_seeker(guest=True)
    watcher = Watcher(user.pk)
    with watcher.expect("notices.notice_added"):
        first = tell(user)
    with watcher.expect("notices.notice_added"):
        tell(user, about="ticket:2", urgency="in_app")
    with watcher.expect("notices.notices_seen"):
        services.acknowledge(user_id=user.pk, ids=[first.pk], now=clock.now())
    with watcher.expect():
        services.acknowledge(user_id=user.pk, ids=[first.pk], now=clock.now())
    with watcher.expect("notices.notices_seen"):
        services.settle(user_id=user.pk, about="ticket:2", now=clock.now())
    with watcher.expect():
        for number in range(3):
            tell(guest, about=f"ticket:{number}")
    with watcher.expect(*["notices.notice_added"] * 3):
        services.move_notices(guest_id=guest.pk, account_id=user.pk, now=clock.now())
    with watcher.expect():
        services.set_preferences(user_id=user.pk, off={"calls:sms"}, now=clock.now())
    with watcher.expect(*["notices.notice_added"] * NEWEST):
        for number in range(NEWEST):
            tell(user, about=f"ticket:{number}", urgency="in_app")
    if os.environ.get("UPDATE_GOLDEN"):
        record = {"before": watcher.before, "pushes": watcher.pushes[:8], "after": None}
        view = record["before"]
        for push in watcher.pushes[:8]:
            view = apply(view, push["is"], push["data"])
        GOLDEN.write_text(json.dumps({**record, "after": view}, ensure_ascii=False, indent=1) + "\n")


def test_the_browsers_golden_conversation_is_current() -> None:
    """vitest replays this file through the browser's reducer. `UPDATE_GOLDEN=1` writes it anew."""
    recorded = json.loads(GOLDEN.read_text())
    view = recorded["before"]
    for push in recorded["pushes"]:
        view = apply(view, push["is"], push["data"])
    assert view == recorded["after"]
    assert {push["is"] for push in recorded["pushes"]} == {"notices.notice_added", "notices.notices_seen"}


def test_what_is_forgotten_is_gone_from_every_earlier_position() -> None:
    user = person()
    tell(user)
    topic = f"user:{user.pk}:notices"
    services.forget_person(user_id=user.pk, by=None, now=clock.now())
    assert StreamEvent.objects.filter(topic=topic).count() == 0
    assert read_bounds(topic) == (2, 2)
    assert live.snapshot(None, user.pk).wire() == {"notices": []}
