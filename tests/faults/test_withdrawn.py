"""A withdrawn application is unreadable: from every earlier offset, stored reply, snapshot and open page, in 2 s.

Two real processes over one database, without a doorbell between them: Valkey is stopped.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.faults.client import Json, Reply, Visitor
from tests.faults.hiring import HiringScene, make_hiring, submission
from tests.faults.oracle import cursor_of, rows
from tests.faults.server import Server
from tests.faults.watcher import open_socket
from tests.pace import Pace
from tests.stores import Valkey, start_valkey

pytestmark = pytest.mark.faults
UNREADABLE_WITHIN = 2.0  # seconds after the withdrawal was acknowledged
NAME = "无人再见"
SECRET = NAME + chr(0x4E03)  # of the fourth seeker
OTHERS = 6


@dataclass
class Page:
    """A recruiter's open inbox on one raw socket: joins anew when told to, keeps every frame with its time."""

    server: Server
    topic: str
    cookies: str
    secret: str
    shown: str = ""
    clean: list[float] = field(default_factory=list)  # when it showed an inbox without the secret
    heard: list[tuple[float, str]] = field(default_factory=list)
    joined: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        async with open_socket(self.server, self.cookies) as socket:
            await socket.send(self._join(1))
            async for text in socket:
                frame = json.loads(text)
                self.heard.append((time.monotonic(), str(text)))
                if "re" in frame:
                    self.shown = json.dumps(frame["ok"], ensure_ascii=False)
                    self.joined.set()
                elif frame.get("reset"):
                    self.shown = ""
                    await socket.send(self._join(len(self.heard) + 1))
                elif "is" in frame and frame["is"] == "applications.inbox_changed":
                    self.shown += str(text)
                if self.shown and self.secret not in self.shown:
                    self.clean.append(time.monotonic())

    def _join(self, id: int) -> str:
        return json.dumps({"id": id, "do": "join", "topic": self.topic, "since": None})

    async def forgets(self, since: float) -> float:
        """Seconds after `since` until the page showed an inbox without the secret."""
        while not self.clean:
            assert time.monotonic() - since < 90, "the page goes on showing what was withdrawn"
            await asyncio.sleep(0.02)
        assert self.secret not in self.shown
        return max(0.0, self.clean[0] - since)


@pytest.fixture
def two_servers(
    make_server: Callable[..., Server], own_valkey_or_none: Valkey | None, tmp_path: Path
) -> Iterator[list[Server]]:
    """Two processes over one database; with PostgreSQL they ring each other through a Valkey that a test may kill."""
    first = make_server(**({"REDIS_URL": own_valkey_or_none.url} if own_valkey_or_none else {}))
    second = Server(first.state, env={key: first.env[key] for key in first.env if key.endswith("_URL")})
    yield [first, second.start()]
    second.stop()


@pytest.fixture
def own_valkey_or_none(the_stores: object) -> Iterator[Valkey | None]:
    if getattr(the_stores, "name", "") == "sqlite":
        yield None
        return
    server = start_valkey()
    yield server
    server.stop()


async def test_a_withdrawn_application_is_unreadable_within_two_seconds(
    two_servers: list[Server], own_valkey_or_none: Valkey | None
) -> None:
    scene = await asyncio.to_thread(make_hiring, two_servers[0], seekers=OTHERS, name=NAME)
    recruiter, seeker = scene.recruiter(two_servers), scene.seeker(3, two_servers)
    told = await asyncio.to_thread(a_busy_inbox, scene, two_servers)
    pages = [
        Page(server, scene.topic, recruiter.cookie_header, SECRET) for server in two_servers for _ in range(2)
    ]
    tasks = [asyncio.create_task(page.run()) for page in pages]
    for page in pages:
        await asyncio.wait_for(page.joined.wait(), 90)
        assert SECRET in page.shown
    before = await asyncio.to_thread(read_everywhere, scene, two_servers, recruiter)
    assert any(SECRET in text for text in before), "the secret was never readable: nothing is proved"
    if own_valkey_or_none is not None:
        own_valkey_or_none.kill()
    stack = contextlib.ExitStack()
    pace = stack.enter_context(Pace())
    taken_back = await asyncio.to_thread(
        seeker.settle, "POST", f"applications/{told.id}/withdraw", None, "gone-key"
    )
    at = time.monotonic()
    assert taken_back.status == 200, taken_back.text
    at_once = await asyncio.to_thread(read_everywhere, scene, two_servers, recruiter)
    took = [await page.forgets(at) for page in pages]
    allowed = pace.allows(UNREADABLE_WITHIN)
    stack.close()
    await asyncio.sleep(max(0.0, allowed - (time.monotonic() - at)))
    late = [text for page in pages for when, text in page.heard if when > at + allowed and SECRET in text]
    since = [text for server in two_servers for text in await from_every_offset(server, scene, recruiter)]
    for task in tasks:
        task.cancel()
    replies = await asyncio.to_thread(repeat, told, scene, two_servers)
    print(
        f"withdrawn: {len(at_once)} HTTP reads at once and {len(since)} joins from every offset held it 0 times; "
        f"{len(pages)} open pages in two processes forgot it after {max(took):.2f} s at most"
    )
    assert [text for text in (*at_once, *since, *late) if SECRET in text] == []
    assert max(took) < allowed
    assert [reply.text for reply in replies if SECRET in reply.text] == []
    assert {reply.status for reply in replies} <= {404, 409, 410}
    with cursor_of(two_servers[0]) as cursor:
        assert kept(cursor, SECRET) == {}


@dataclass(frozen=True)
class Told:
    """The application in question, and the commands whose replies told of it."""

    id: int
    commands: list[tuple[Visitor, str, Json | None, str]]


def a_busy_inbox(scene: HiringScene, servers: Sequence[Server]) -> Told:
    """Everyone applies, everything is opened, one is noted and decided on."""
    path = f"positions/{scene.positions[0]}/applications"
    ids, commands = [], []
    for number in range(OTHERS):
        seeker, key = scene.seeker(number, servers), uuid.uuid4().hex
        made = seeker.settle("POST", path, submission(), key)
        assert made.status == 201, made.text
        ids.append(made.json["id"])
        if number == 3:
            commands.append((seeker, path, submission(), key))
    recruiter, base = scene.recruiter(servers), f"inboxes/{scene.inbox}"
    for pk in ids:
        assert recruiter.settle("POST", f"{base}/applications/{pk}/open").status == 200
    for path, body in (
        (f"{base}/applications/{ids[3]}/notes", {"text": SECRET}),
        (f"{base}/decide", {"ids": [ids[3]], "to": "shortlisted", "reason_code": "", "reason_text": SECRET}),
    ):
        key = uuid.uuid4().hex
        assert recruiter.settle("POST", path, body, key).status < 300
        commands.append((recruiter, path, body, key))
    return Told(ids[3], commands)


def read_everywhere(scene: HiringScene, servers: Sequence[Server], recruiter: Visitor) -> list[str]:
    """Everything the employer's side can ask for over HTTP, of each process, from every offset."""
    found = []
    for server in servers:
        one = Visitor([server])
        one.cookies = dict(recruiter.cookies)
        fresh = one.settle("GET", f"streams/{scene.topic}").json
        offsets = range(fresh["offset"] + 1)
        paths = [f"streams/{scene.topic}?epoch={fresh['epoch']}&offset={at}" for at in offsets]
        base = f"inboxes/{scene.inbox}"
        paths += [f"streams/{scene.topic}", base, f"{base}/applications", f"{base}/applications?q={NAME[:2]}"]
        paths += [f"{base}/applications?state=shortlisted", f"{base}/figures", "inboxes"]
        replies = [one.settle("GET", path.replace(NAME[:2], "%E6%97%A0%E4%BA%BA")) for path in paths]
        assert [reply.status for reply in replies] == [200] * len(paths)
        found += [reply.text for reply in replies]
    return found


async def from_every_offset(server: Server, scene: HiringScene, recruiter: Visitor) -> list[str]:
    """Joins over a raw socket, since every offset there ever was."""
    fresh = json.loads(recruiter.settle("GET", f"streams/{scene.topic}").text)
    answers = []
    async with asyncio.timeout(60), open_socket(server, recruiter.cookie_header) as socket:
        for at in range(fresh["offset"] + 2):
            since = {"epoch": fresh["epoch"], "offset": at}
            await socket.send(json.dumps({"id": at + 1, "do": "join", "topic": scene.topic, "since": since}))
            while True:
                text = str(await socket.recv())
                answers.append(text)
                if json.loads(text).get("re") == at + 1:
                    break
            await socket.send(json.dumps({"id": 10_000 + at, "do": "leave", "topic": scene.topic}))
    return answers


def repeat(told: Told, scene: HiringScene, servers: Sequence[Server]) -> list[Reply]:
    """Every stored reply asked for again, and the application itself."""
    again = [who.settle("POST", path, body, key) for who, path, body, key in told.commands]
    recruiter, base = scene.recruiter(servers), f"inboxes/{scene.inbox}/applications/{told.id}"
    direct = [recruiter.settle("POST", f"{base}/open"), recruiter.settle("GET", f"applications/{told.id}")]
    return again + direct


def kept(cursor: object, secret: str) -> dict[str, int]:
    """Where the kernel's tables still hold it; JSON may hold it as escapes."""
    found = {}
    for table in ("realtime_streamevent", "core_commandresult", "core_auditentry"):
        texts = [json.dumps([str(cell) for cell in row]) for row in rows(cursor, f"SELECT * FROM {table}")]
        forms = [secret, json.dumps(secret).strip('"'), json.dumps(json.dumps(secret)).strip('"\\')]
        count = sum(any(form in text for form in forms) for text in texts)
        if count:
            found[table] = count
    return found
