from __future__ import annotations

import asyncio

import pytest

from jobfair.realtime import connection as connection_module
from jobfair.realtime.connection import CAP_BYTES, QUEUE_BYTES, Connection
from jobfair.realtime.frames import Frame

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
        connection.push(Frame(str(number)))
    await everything_ready()
    assert reader.got == [str(number) for number in range(100)]
    connection.stop()


async def test_a_reader_that_does_not_keep_up_is_closed_not_buffered() -> None:
    reader = Reader()
    connection = Connection(send=reader.send, shut=reader.shut, user_id=None)
    for _ in range(2 * CAP_BYTES // 1000):
        connection.push(Frame("x" * 1000))
    assert await asyncio.wait_for(reader.code, 60) == 4001
    connection.push(Frame("late"))
    assert reader.got == []
    assert connection._bytes == 0


class Tap:
    """A transport that takes nothing until it is opened."""

    def __init__(self, reader: Reader) -> None:
        self.opened = asyncio.Event()
        self._reader = reader

    def has_room(self) -> bool:
        return self.opened.is_set()

    async def room(self) -> None:
        await self.opened.wait()

    def write(self, frame: Frame) -> None:
        self._reader.got.append(frame.text)


def connect(reader: Reader, tap: Tap) -> Connection:
    return Connection(send=reader.send, shut=reader.shut, user_id=None, flow=tap)


async def test_what_the_transport_can_take_is_written_at_once_and_the_rest_in_order_after_it() -> None:
    reader = Reader()
    tap = Tap(reader)
    connection = connect(reader, tap)
    tap.opened.set()
    connection.push(Frame("1"))
    assert reader.got == ["1"]
    tap.opened.clear()
    for number in (2, 3):
        connection.push(Frame(str(number)))
    assert (reader.got, connection.caught_up) == (["1"], False)
    tap.opened.set()
    connection.push(Frame("4"))
    assert reader.got == ["1"]
    await everything_ready()
    assert (reader.got, connection.caught_up) == (["1", "2", "3", "4"], True)
    connection.close(4000)
    connection.push(Frame("5"))
    await everything_ready()
    assert len(reader.got) == 4


async def test_what_the_transport_cannot_take_waits_here() -> None:
    reader = Reader()
    tap = Tap(reader)
    connection = connect(reader, tap)
    connection.push(Frame("first"))
    await everything_ready()
    assert reader.got == []
    tap.opened.set()
    await everything_ready()
    assert reader.got == ["first"]
    connection.stop()


async def test_gauges_go_first_and_the_log_stays() -> None:
    reader = Reader()
    tap = Tap(reader)
    connection = connect(reader, tap)
    connection.push_gauge("fair:1", Frame("g" * 20_000))
    for number in range(QUEUE_BYTES // 10_000):
        connection.push(Frame(str(number) + "x" * 9_990))
        connection.push_gauge("fair:2", Frame("g"))
    assert connection.stale == {"fair:1", "fair:2"}
    assert not connection.closing
    tap.opened.set()
    await everything_ready()
    assert len(reader.got) >= QUEUE_BYTES // 10_000
    assert not [frame for frame in reader.got if len(frame) == 20_000]
    assert connection.caught_up
    connection.stop()


async def test_chinese_counts_by_its_bytes() -> None:
    reader = Reader()
    tap = Tap(reader)
    connection = connect(reader, tap)
    for _ in range(QUEUE_BYTES // 3000 + 1):
        connection.push(Frame("招" * 1000))
    assert await asyncio.wait_for(reader.code, 60) == 4001


async def test_a_reply_waits_for_room_and_gives_up_on_a_socket_that_never_reads(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(connection_module, "ROOM_SECONDS", 0.2)
    reader = Reader()
    tap = Tap(reader)
    connection = connect(reader, tap)
    for _ in range(4):  # a page's topics after a reconnection; together more than the cap
        await connection.room_for(Frame("s" * 100_000))
        connection.push(Frame("s" * 100_000))
        if connection.closing:
            break
    assert await asyncio.wait_for(reader.code, 60) == 4001

    reader = Reader()
    tap = Tap(reader)
    tap.opened.set()
    connection = connect(reader, tap)
    for _ in range(4):
        await connection.room_for(Frame("s" * 100_000))
        connection.push(Frame("s" * 100_000))
    await everything_ready()
    assert len(reader.got) == 4
    assert not connection.closing
    connection.stop()


async def test_a_socket_that_goes_away_frees_a_reply_that_waits() -> None:
    reader = Reader()
    tap = Tap(reader)
    connection = connect(reader, tap)
    connection.push(Frame("s" * 100_000))
    waiting = asyncio.create_task(connection.room_for(Frame("s" * 100_000)))
    await everything_ready()
    assert not waiting.done()
    connection.stop()
    await asyncio.wait_for(waiting, 60)
