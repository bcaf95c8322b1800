"""People at the fair over real HTTP: cookies, CSRF, and one Idempotency-Key per command for as long as it takes.

A command is repeated after every lost connection and every 5xx until the server acknowledges or refuses it.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import random
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any

from tests.faults.scene import Scene
from tests.faults.server import Server

Json = dict[str, Any]
ANSWER_WITHIN = 60.0  # seconds for one attempt
SETTLED_WITHIN = 240.0  # seconds of attempts for one command


class Unreachable(Exception):
    """No whole answer came: whether the server acted is unknown."""


@dataclass(frozen=True)
class Reply:
    status: int
    kind: str
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def is_json(self) -> bool:
        return self.kind.startswith("application/json")

    @property
    def code(self) -> str:
        """The refusal's code, or the bare status."""
        return self.json["error"]["code"] if self.is_json else str(self.status)


class Visitor:
    """One browser. With several servers it goes to the next when one does not answer."""

    def __init__(self, servers: Sequence[Server]) -> None:
        self.servers = servers
        self.turn = 0
        self.cookies: dict[str, str] = {}
        self.in_doubt = 0  # commands sent whole or in part, whose answer never came
        self.failures: list[Reply] = []

    @property
    def cookie_header(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def once(self, method: str, path: str, body: Json | None = None, key: str = "") -> Reply:
        """One attempt at /api/`path`; Unreachable when its answer did not arrive."""
        server = self.servers[self.turn % len(self.servers)]
        headers = {"Cookie": self.cookie_header, "X-CSRFToken": self.cookies.get("csrftoken", "")}
        headers |= {"Idempotency-Key": key} if key else {}
        headers |= {"Content-Type": "application/json"} if body is not None else {}
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=ANSWER_WITHIN)
        try:
            with contextlib.closing(connection):
                connection.request(
                    method, f"/api/{path}", json.dumps(body) if body is not None else None, headers
                )
                # An answer that is cut off holds the socket open.
                with contextlib.closing(connection.getresponse()) as answer:
                    reply = Reply(answer.status, answer.headers.get_content_type(), answer.read().decode())
                for line in answer.headers.get_all("Set-Cookie", []):
                    self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        except (OSError, http.client.HTTPException) as error:
            raise Unreachable(repr(error)) from error
        return reply

    def settle(self, method: str, path: str, body: Json | None = None, key: str = "") -> Reply:
        """Attempts until an answer below 500; the same key each time."""
        deadline = time.monotonic() + SETTLED_WITHIN
        while True:
            try:
                reply = self.once(method, path, body, key)
                if reply.status < 500:
                    return reply
                self.failures.append(reply)
            except Unreachable as error:
                self.turn += 1
                self.in_doubt += not isinstance(error.__cause__, ConnectionRefusedError) and bool(key)
            assert time.monotonic() < deadline, f"{method} {path} found no answer in {SETTLED_WITHIN:.0f} s"
            time.sleep(random.uniform(0.05, 0.25))

    def enter_as_guest(self) -> Json:
        self.settle("GET", "me")
        reply = self.settle("POST", "guests")
        assert reply.status == 200, reply.text
        return reply.json["user"]

    def sign_in_staff(self, username: str, password: str) -> Json:
        self.settle("GET", "me")
        reply = self.settle("POST", "staff/sign-in", {"username": username, "password": password})
        assert reply.status == 200, reply.text
        return reply.json["user"]

    def sign_in_by_phone(self, phone: str) -> Json:
        """Ask for a code and read it where development shows it."""
        self.settle("GET", "me")
        sent = self.settle("POST", "phone/request-code", {"phone": phone})
        assert sent.status == 200, sent.text
        code = self.settle("GET", "dev/codes").json[0]["code"]
        reply = self.settle("POST", "phone/confirm", {"code": code, "display_name": "王小明"})
        assert reply.status == 200, reply.text
        return reply.json["user"]


@dataclass(frozen=True)
class Acknowledged:
    """A durable command the server said it had done."""

    path: str
    key: str
    reply: Json
    at: float  # time.monotonic() of the answer


@dataclass
class Crowd:
    """Seekers who take, arrive, ask for later, pause and leave, and one recruiter per desk who calls, holds, undoes,
    serves and finishes.
    """

    servers: Sequence[Server]
    scene: Scene
    seekers: int = 12
    pace: float = 0.08  # seconds between two acts of one person, on average
    acknowledged: list[Acknowledged] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    errors: list[BaseException] = field(default_factory=list)
    people: list[Visitor] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> Crowd:
        for booth in self.scene.booths:
            console = self._person()
            console.sign_in_staff(booth.recruiter, self.scene.password)
            for desk in booth.desks:
                desk_person = self._person()
                desk_person.cookies = dict(console.cookies)
                self._begin(self._recruit, desk_person, desk)
        for _ in range(self.seekers):
            self._begin(self._seek, self._person())
        return self

    def stop(self) -> None:
        """Let everyone finish the command at hand: afterwards nothing is in doubt."""
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout=SETTLED_WITHIN + ANSWER_WITHIN)
        assert not any(thread.is_alive() for thread in self._threads)
        assert not self.errors, self.errors

    @property
    def in_doubt(self) -> int:
        """Commands cut off between sending and answer, and repeated."""
        return sum(person.in_doubt for person in self.people)

    @property
    def failures(self) -> list[Reply]:
        return [reply for person in self.people for reply in person.failures]

    def told(self) -> str:
        refused = sum(self.refused.values())
        return (
            f"{len(self.acknowledged)} acknowledged, {refused} refused, {self.in_doubt} cut off and repeated, "
            f"{len(self.failures)} answers of 5xx"
        )

    def _person(self) -> Visitor:
        person = Visitor(self.servers)
        self.people.append(person)
        person_turn = len(self.people) % len(self.servers)
        person.servers = [*self.servers[person_turn:], *self.servers[:person_turn]]
        return person

    def _begin(self, life: Callable[..., None], *arguments: Any) -> None:
        def live() -> None:
            try:
                life(random.Random(len(self._threads)), *arguments)
            except BaseException as error:  # noqa: BLE001 - shown by stop()
                self.errors.append(error)

        thread = threading.Thread(target=live, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _pause(self, chance: random.Random) -> None:
        self._stop.wait(chance.uniform(0, 2 * self.pace))

    def _command(self, who: Visitor, path: str, body: Json | None = None) -> Json | None:
        """The acknowledged reply, or None when refused."""
        key = uuid.uuid4().hex
        reply = who.settle("POST", path, body, key)
        if reply.status < 300:
            self.acknowledged.append(Acknowledged(path, key, reply.json, time.monotonic()))
            return reply.json
        assert reply.status in {404, 409, 429}, f"POST {path}: {reply.status} {reply.text}"
        self.refused[reply.code] += 1
        return None

    def _seek(self, chance: random.Random, me: Visitor) -> None:
        me.enter_as_guest()
        while not self._stop.is_set():
            booth = chance.choice(self.scene.booths)
            channel = chance.choice(["onsite", "online"])
            ticket = self._command(me, f"booths/{booth.id}/tickets", {"channel": channel})
            if ticket is not None:
                self._stand_in_line(chance, me, ticket["id"], time.monotonic() + chance.uniform(2, 12))
            self._pause(chance)

    def _stand_in_line(self, chance: random.Random, me: Visitor, ticket: int, patience: float) -> None:
        while not self._stop.is_set():
            self._pause(chance)
            state = me.settle("GET", f"tickets/{ticket}").json["ticket"]["state"]
            if state == "called" and chance.random() < 0.7:
                self._command(me, f"tickets/{ticket}/{chance.choice(['arrive', 'arrive', 'later'])}")
            elif state == "paused":
                self._command(me, f"tickets/{ticket}/resume")
            elif state == "waiting" and chance.random() < 0.1:
                self._command(me, f"tickets/{ticket}/pause", {"minutes": 1})
            elif state == "called" or (state == "waiting" and time.monotonic() > patience):
                self._command(me, f"tickets/{ticket}/leave")
            elif state in {"done", "missed", "left", "expired"}:
                return

    def _recruit(self, chance: random.Random, me: Visitor, desk: int) -> None:
        while not self._stop.is_set():
            self._pause(chance)
            called = self._command(me, f"desks/{desk}/call-next")
            if called is None or called["ticket"] is None:
                continue
            ticket = called["ticket"]["id"]
            self._pause(chance)
            if chance.random() < 0.2:
                self._change_mind(chance, me, ticket)
            if self._command(me, f"tickets/{ticket}/serve") is not None:
                self._pause(chance)
                self._command(me, f"tickets/{ticket}/finish", {"result": "talked", "note": "记录"})

    def _change_mind(self, chance: random.Random, me: Visitor, ticket: int) -> None:
        """What is said to a person just called; whoever is no longer called is not served."""
        act = chance.choice(["undo", "hold", "recall"])
        body: dict[str, Json] = {"undo": {"what": "call"}, "hold": {"minutes": 1}}
        self._command(me, f"tickets/{ticket}/{act}", body.get(act))
