from __future__ import annotations

import asyncio

import pytest

from jobfair.realtime import connection as connection_module
from jobfair.realtime.connection import CAP_BYTES, QUEUE_BYTES, Connection

pytestmark = pytest.mark.unit


class Reader:
    """The far end of a connection: reads only while `reading` is set."""

    def __init__(self) -> None:
        self.reading = asyncio.Event()
        self.got: list[str] = []
        self.code: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def send(self, frame: str) -> None:
        await self.reading.wait()
        self.got.append(frame)

    async def shut(self, code: int, reason: str) -> None:
        self.code.set_result(code)


async def everything_ready() -> None:
    """Whatever does not wait for us has been done: turns of the loop, however long they take."""
    for _ in range(1000):
        await asyncio.sleep(0)


async def test_frames_leave_in_order() -> None:
    reader = Reader()
    reader.reading.set()
    connection = Connection(send=reader.send, shut=reader.shut, user_id=None)
    for number in range(100):
        connection.push(str(number))
    await everything_ready()
    assert reader.got == [str(number) for number in range(100)]
    connection.stop()


async def test_a_reader_that_does_not_keep_up_is_closed_not_buffered() -> None:
    reader = Reader()
    connection = Connection(send=reader.send, shut=reader.shut, user_id=None)
    for _ in range(2 * CAP_BYTES // 1000):
        connection.push("x" * 1000)
    assert await asyncio.wait_for(reader.code, 60) == 4001
    connection.push("late")
    assert reader.got == []
    assert connection._bytes == 0


class Tap:
    """A transport that takes nothing until it is opened."""

    def __init__(self) -> None:
        self.opened = asyncio.Event()

    async def room(self) -> None:
        await self.opened.wait()


def connect(reader: Reader, tap: Tap) -> Connection:
    reader.reading.set()  # send never waits, as Daphne's
    return Connection(send=reader.send, shut=reader.shut, user_id=None, flow=tap)


async def test_what_the_transport_cannot_take_waits_here() -> None:
    reader, tap = Reader(), Tap()
    connection = connect(reader, tap)
    connection.push("first")
    await everything_ready()
    assert reader.got == []
    tap.opened.set()
    await everything_ready()
    assert reader.got == ["first"]
    connection.stop()


async def test_gauges_go_first_and_the_log_stays() -> None:
    reader, tap = Reader(), Tap()
    connection = connect(reader, tap)
    connection.push_gauge("fair:1", "g" * 20_000)
    for number in range(QUEUE_BYTES // 10_000):
        connection.push(str(number) + "x" * 9_990)
        connection.push_gauge("fair:2", "g")
    assert connection.stale == {"fair:1", "fair:2"}
    assert not connection.closing
    tap.opened.set()
    await everything_ready()
    assert len(reader.got) >= QUEUE_BYTES // 10_000
    assert not [frame for frame in reader.got if len(frame) == 20_000]
    assert connection.caught_up
    connection.stop()


async def test_chinese_counts_by_its_bytes() -> None:
    reader, tap = Reader(), Tap()
    connection = connect(reader, tap)
    for _ in range(QUEUE_BYTES // 3000 + 1):
        connection.push("招" * 1000)
    assert await asyncio.wait_for(reader.code, 60) == 4001


async def test_a_reply_waits_for_room_and_gives_up_on_a_socket_that_never_reads(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(connection_module, "ROOM_SECONDS", 0.2)
    reader, tap = Reader(), Tap()
    connection = connect(reader, tap)
    for _ in range(4):  # a page's topics after a reconnection; together more than the cap
        await connection.room_for("s" * 100_000)
        connection.push("s" * 100_000)
        if connection.closing:
            break
    assert await asyncio.wait_for(reader.code, 60) == 4001

    reader, tap = Reader(), Tap()
    tap.opened.set()
    connection = connect(reader, tap)
    for _ in range(4):
        await connection.room_for("s" * 100_000)
        connection.push("s" * 100_000)
    await everything_ready()
    assert len(reader.got) == 4
    assert not connection.closing
    connection.stop()


async def test_a_socket_that_goes_away_frees_a_reply_that_waits() -> None:
    reader, tap = Reader(), Tap()
    connection = connect(reader, tap)
    connection.push("s" * 100_000)
    waiting = asyncio.create_task(connection.room_for("s" * 100_000))
    await everything_ready()
    assert not waiting.done()
    connection.stop()
    await asyncio.wait_for(waiting, 60)
