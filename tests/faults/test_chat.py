"""Conversations when things break: a server killed before its answer arrives, two claims at once, no doorbells."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from tests.faults.client import Reply
from tests.faults.oracle import cursor_of, rows
from tests.faults.server import Server
from tests.faults.talking import TalkScene, make_talk
from tests.faults.test_applications import at_once
from tests.faults.test_withdrawn import own_valkey_or_none, two_servers  # noqa: F401 - fixtures
from tests.faults.watcher import open_socket
from tests.pace import Pace
from tests.stores import Valkey

pytestmark = pytest.mark.faults
SECRET = "我的银行卡尾号七六五四"
UNREADABLE_WITHIN = 2.0  # seconds
PATIENCE = 90.0  # seconds until what has not come counts as missing


def lines(server: Server, cid: str) -> int:
    with cursor_of(server) as cursor:
        return int(rows(cursor, f"SELECT COUNT(*) FROM chat_message WHERE cid = '{cid}'")[0][0])


def say(scene: TalkScene, cid: str, text: str) -> str:
    args = {"conversation_id": scene.conversation, "text": text}
    return json.dumps({"id": 1, "do": "chat.post_message", "cid": cid, "args": args})


async def test_a_line_whose_answer_is_lost_with_the_server_is_there_once(
    make_server: Callable[..., Server], rounds: Callable[[int, int], int]
) -> None:
    server = await asyncio.to_thread(make_server)
    scene = await asyncio.to_thread(make_talk, server)
    for number in range(rounds(1, 20)):
        cid = uuid.uuid4().hex
        async with open_socket(server, scene.seeker([server]).cookie_header) as socket:
            await socket.send(say(scene, cid, f"第{number}次"))
            until = time.monotonic() + PATIENCE
            while await asyncio.to_thread(lines, server, cid) == 0:  # committed, and its answer never read
                assert time.monotonic() < until
            await asyncio.to_thread(server.kill9)
        await asyncio.to_thread(server.start)
        for _ in range(2):
            path = f"{scene.path}/messages/{cid}"
            again = await asyncio.to_thread(
                scene.seeker([server]).settle, "POST", path, {"text": f"第{number}次"}
            )
            assert (again.status, again.json["cid"]) == (200, cid), again.text
        assert await asyncio.to_thread(lines, server, cid) == 1


def test_of_many_claims_and_presses_at_once_one_counts(make_server: Callable[..., Server]) -> None:
    server = make_server()
    scene = make_talk(server)
    people = [scene.recruiter([server], number % 2) for number in range(10)]

    def claim(number: int) -> Reply:
        return people[number].settle("POST", f"{scene.path}/claim", None, uuid.uuid4().hex)

    replies = at_once(10, claim)
    winners = {number % 2 for number, reply in enumerate(replies) if reply.status == 200}
    assert len(winners) == 1
    assert {reply.code for reply in replies if reply.status != 200} == {"chat.held_by_other"}
    cid, path = uuid.uuid4().hex, f"{scene.path}/messages/"
    seekers = [scene.seeker([server]) for _ in range(10)]
    pressed = at_once(10, lambda number: seekers[number].settle("POST", path + cid, {"text": "在吗"}))
    assert {(reply.status, reply.text) for reply in pressed} == {(200, pressed[0].text)}
    assert lines(server, cid) == 1


class Page:
    """An open page on one raw socket: joins anew when told to, keeps what it shows."""

    def __init__(self, server: Server, topic: str, cookies: str) -> None:
        self.server, self.topic, self.cookies = server, topic, cookies
        self.shown = ""
        self.clean_at = 0.0

    async def run(self) -> None:
        async with open_socket(self.server, self.cookies) as socket:
            await socket.send(self._join())
            async for text in socket:
                frame: dict[str, Any] = json.loads(text)
                if frame.get("reset"):
                    self.shown = ""
                    await socket.send(self._join())
                elif "re" in frame:
                    self.shown = json.dumps(frame["ok"], ensure_ascii=False)
                    self.clean_at = self.clean_at or (0.0 if SECRET in self.shown else time.monotonic())
                elif "is" in frame:
                    self.shown += json.dumps(frame, ensure_ascii=False)
                    self.clean_at = 0.0 if SECRET in self.shown else self.clean_at

    def _join(self) -> str:
        return json.dumps({"id": 1, "do": "join", "topic": self.topic})


async def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, "it did not come in time"
        await asyncio.sleep(0.02)


async def test_lines_go_on_without_doorbells_and_a_withdrawn_one_is_unreadable_within_two_seconds(
    two_servers: list[Server],  # noqa: F811
    own_valkey_or_none: Valkey | None,  # noqa: F811
) -> None:
    """Two processes over one database; the Valkey between them is stopped."""
    scene = await asyncio.to_thread(make_talk, two_servers[0])
    seeker, recruiter = scene.seeker(two_servers), scene.recruiter(two_servers)
    topics = (
        (f"chat:{scene.conversation}", recruiter), (f"booth:{scene.booth}:chats", recruiter),
        (f"user:{scene.seeker_id}:chats", seeker), (f"chat:{scene.conversation}", seeker),
    )  # fmt: skip
    pages = [Page(server, topic, who.cookie_header) for topic, who in topics for server in two_servers]
    tasks = [asyncio.create_task(page.run()) for page in pages]
    await until(lambda: all(page.shown for page in pages))
    if own_valkey_or_none is not None:
        own_valkey_or_none.kill()
    cid = uuid.uuid4().hex
    said = await asyncio.to_thread(seeker.settle, "POST", f"{scene.path}/messages/{cid}", {"text": SECRET})
    assert said.status == 200, said.text
    await until(lambda: all(SECRET in page.shown for page in pages))
    for page in pages:
        page.clean_at = 0.0
    path = f"{scene.path}/messages/{said.json['id']}/withdraw"
    with Pace() as pace:
        taken_back = await asyncio.to_thread(seeker.settle, "POST", path, None, "take-it-back")
        at = time.monotonic()
        assert taken_back.status == 200, taken_back.text
        await until(lambda: all(page.clean_at for page in pages))
        took, allowed = max(page.clean_at - at for page in pages), pace.allows(UNREADABLE_WITHIN)
    read = [
        await asyncio.to_thread(who.settle, "GET", f"streams/{topic}?epoch={epoch}&offset={offset}")
        for topic, who in topics
        for epoch, offset in (("none", 0), (_epoch(two_servers[0]), 1))
    ]
    repeat = await asyncio.to_thread(seeker.settle, "POST", f"{scene.path}/messages/{cid}", {"text": SECRET})
    for task in tasks:
        task.cancel()
    print(
        f"{len(pages)} open pages in two processes forgot the line {took:.2f} s after it was withdrawn, at most"
    )
    assert [reply.text for reply in read if SECRET in reply.text] == []
    assert (repeat.status, repeat.code) == (410, "core.withdrawn")
    assert took < allowed


def _epoch(server: Server) -> str:
    with cursor_of(server) as cursor:
        return str(rows(cursor, "SELECT value FROM realtime_epoch")[0][0])
