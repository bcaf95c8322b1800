"""A crowd that talks in a room: each of them over a socket of their own, on the clock, as nobody may say much."""

from __future__ import annotations

import asyncio
import itertools
import json
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from jobfair.config.simulation.wire import Address, Socket
from tests.faults.server import Server

EACH_S = 0.25  # lines a second of one person: fewer than the twenty a minute that are allowed
LINES = (
    "夜班补贴多少", "包住吗？几人间", "45岁可以吗", "已投，什么时候有消息", "有没有班车到通州",
    "退役军人优先吗", "五险一金从哪个月开始交", "试用期多久", "女工能做吗", "工资几号发",
    "周末双休吗", "可以住宿舍带孩子吗", "应届生要不要", "要不要电工证", "主持人讲得清楚",
)  # fmt: skip
PEOPLE = """
import json
from jobfair.accounts.models import User
from tests.applications.scene import session_of
people = User.objects.bulk_create(
    [User(username=f"crowd-{{n}}", password="!x", phone=f"crowd-{{n}}", phone_verified=True,
     display_name="王李周陈徐"[n % 5] + "小明") for n in range({many})], batch_size=500)
print(json.dumps([session_of(one) for one in people]))
"""


def gather_people(server: Server, *, lines_a_second: int) -> list[str]:
    """As many as can say so much; their sessions."""
    code = PEOPLE.format(many=int(lines_a_second / EACH_S))
    found: list[str] = json.loads(server.manage("shell", "-v", "0", "-c", code).splitlines()[-1])
    return found


@asynccontextmanager
async def talking(server: Server, room: int, sessions: list[str]) -> AsyncIterator[None]:
    """They talk until the block is left."""
    address = Address.of(server.url)
    sockets = [await Socket.open(address, f"sessionid={key}") for key in sessions]
    crowd = [asyncio.create_task(_speak(socket, room, n)) for n, socket in enumerate(sockets)]
    try:
        yield
    finally:
        for one in crowd:
            one.cancel()
        await asyncio.gather(*crowd, return_exceptions=True)
        for socket in sockets:
            socket.close()


async def _speak(socket: Socket, room: int, number: int) -> None:
    """Nobody says the same twice in half a minute."""
    due = time.monotonic() + secrets.randbelow(int(1000 / EACH_S)) / 1000
    for turn in itertools.count():
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        text = LINES[(number * 7 + turn) % len(LINES)]
        frame = {"id": turn + 1, "do": "livestream.say", "cid": f"crowd-{number:05d}-{turn:06d}"}
        socket.send({**frame, "args": {"room_id": room, "text": text}})
        while (await socket.receive()).get("re") != turn + 1:
            pass
        due += 1 / EACH_S
