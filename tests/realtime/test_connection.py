from __future__ import annotations

import asyncio

import pytest

from jobfair.realtime.connection import CAP_BYTES, Connection

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

    async def shut(self, code: int) -> None:
        self.code.set_result(code)


async def test_frames_leave_in_order() -> None:
    reader = Reader()
    reader.reading.set()
    connection = Connection(send=reader.send, shut=reader.shut, user_id=None)
    for number in range(100):
        connection.push(str(number))
    await asyncio.sleep(0.05)
    assert reader.got == [str(number) for number in range(100)]
    connection.stop()


async def test_a_reader_that_does_not_keep_up_is_closed_not_buffered() -> None:
    reader = Reader()
    connection = Connection(send=reader.send, shut=reader.shut, user_id=None)
    for _ in range(2 * CAP_BYTES // 1000):
        connection.push("x" * 1000)
    assert await asyncio.wait_for(reader.code, 1) == 4001
    connection.push("late")
    assert reader.got == []
    assert connection._bytes == 0
