"""Socket tests read as a conversation: `async with phone(user) as socket: …`."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from jobfair.accounts.models import User
from jobfair.config.asgi import application
from jobfair.realtime.hub import get_hub

ORIGIN = b"http://localhost"
HEADERS = [(b"host", b"localhost"), (b"origin", ORIGIN)]
Frame = dict[str, Any]
PATIENCE = 60.0  # seconds; what must be quick is timed by the test


class Socket:
    def __init__(self, communicator: WebsocketCommunicator) -> None:
        self.communicator = communicator
        self.ids = 0
        self.pushes: list[Frame] = []

    async def send(self, frame: Frame | str) -> None:
        await self.communicator.send_to(text_data=frame if isinstance(frame, str) else json.dumps(frame))

    async def ask(self, frame: Frame) -> Frame:
        """Send a frame with a new id and return its reply; pushes that come first are kept."""
        self.ids += 1
        await self.send({"id": self.ids, **frame})
        while True:
            answer = await self.receive()
            if answer.get("re") == self.ids:
                return answer
            self.pushes.append(answer)

    async def join(self, topic: str, since: Frame | None = None) -> Frame:
        reply = await self.ask({"do": "join", "topic": topic, "since": since})
        assert "ok" in reply, reply
        ok: Frame = reply["ok"]
        return ok

    async def receive(self, timeout: float = PATIENCE) -> Frame:
        frame: Frame = json.loads(await self.communicator.receive_from(timeout=timeout))
        return frame

    async def push(self, timeout: float = PATIENCE) -> Frame:
        """The next push."""
        if self.pushes:
            return self.pushes.pop(0)
        return await self.receive(timeout)

    async def silent(self, seconds: float = 0.2) -> bool:
        return not self.pushes and await self.communicator.receive_nothing(timeout=seconds)

    async def closed(self, timeout: float = PATIENCE) -> int:
        """The close code."""
        async with asyncio.timeout(timeout):
            while True:
                message = await self.communicator.receive_output(timeout)
                if message["type"] == "websocket.close":
                    return int(message["code"])


async def hub_knows(epoch: str) -> None:
    """Until this loop's poll has seen that epoch."""
    async with asyncio.timeout(PATIENCE):
        while True:
            if get_hub().epoch == epoch:
                return
            await asyncio.sleep(0.05)


@sync_to_async
def session_of(user: User) -> bytes:
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return f"sessionid={session.session_key}".encode()


@asynccontextmanager
async def phone(user: User | None = None, *, cookie: bytes = b"") -> AsyncIterator[Socket]:
    """An open socket of `user`, of the session in `cookie`, or of nobody."""
    cookie = cookie or (await session_of(user) if user else b"")
    headers = [*HEADERS, *([(b"cookie", cookie)] if cookie else [])]
    communicator = WebsocketCommunicator(application, "/ws/", headers=headers)
    connected, _ = await communicator.connect(timeout=PATIENCE)
    assert connected
    try:
        yield Socket(communicator)
    finally:
        await communicator.disconnect(timeout=PATIENCE)
