"""The RTMP port against encoders that misbehave; ffmpeg as a good one is in test_station.py."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest

from livestream.media.rtmp import amf, flv
from livestream.media.rtmp.chunks import AUDIO, COMMAND, VIDEO, ChunkReader, Message, written
from livestream.media.rtmp.ingest import Refused, RtmpPort

pytestmark = pytest.mark.unit
HELLO = b"\3" + bytes(1536)


class Kept:
    """Takes an admitted encoder's messages."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.came = asyncio.Queue[Message]()
        self.is_gone = asyncio.Event()

    async def take(self, message: Message) -> bool:
        self.messages.append(message)
        self.came.put_nowait(message)
        return True

    async def gone(self) -> None:
        self.is_gone.set()


class Encoder:
    """Speaks to the port byte by byte."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def shake_hands(self) -> None:
        self.writer.write(HELLO)
        answer = await self.reader.readexactly(1 + 2 * 1536)
        assert answer[0] == 3
        assert answer[1537:] == HELLO[1:], "the echo of what we sent"
        self.writer.write(answer[1:1537])

    def say(self, *values: object) -> None:
        self.writer.write(written(COMMAND, amf.encode(*values)))

    async def publishes(self, key: str) -> None:
        await self.shake_hands()
        self.say("connect", 1, {"app": "live"})
        self.say("createStream", 2, None)
        self.say("publish", 3, None, key, "live")

    async def answers_until_the_end(self) -> bytes:
        """All that is said until the connection ends; it must."""
        said = b""
        try:
            while piece := await asyncio.wait_for(self.reader.read(4096), 20):
                said += piece
        except ConnectionResetError:
            pass
        return said


async def port_for(kept: Kept) -> RtmpPort:
    async def admit(key: str, address: str) -> Kept:
        assert address == "127.0.0.1"
        if key != "right":
            raise Refused("unknown stream key")
        return kept

    port = RtmpPort(admit)
    await port.open("127.0.0.1", 0)
    return port


@asynccontextmanager
async def connected(port: RtmpPort) -> AsyncIterator[Encoder]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port.port)
    try:
        yield Encoder(reader, writer)
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


async def test_frames_come_after_the_right_key() -> None:
    kept = Kept()
    port = await port_for(kept)
    async with connected(port) as encoder:
        await encoder.publishes("right")
        for _ in range(3):
            body = b"\x17\x01" + os.urandom(400)
            encoder.writer.write(written(VIDEO, body, channel=6, stream=1))
            assert (await asyncio.wait_for(kept.came.get(), 20)).body == body
    await asyncio.wait_for(kept.is_gone.wait(), 5)
    await port.close()


@pytest.mark.parametrize("key", ["wrong", "", "right/../x", "x" * 5000])
async def test_a_wrong_key_is_told_so_and_nothing_is_taken(key: str) -> None:
    kept = Kept()
    port = await port_for(kept)
    async with connected(port) as encoder:
        await encoder.publishes(key)
        encoder.writer.write(written(VIDEO, b"\x17\x01" + bytes(400), channel=6, stream=1))
        said = await encoder.answers_until_the_end()
    assert b"NetStream.Publish.BadName" in said
    assert b"NetStream.Publish.Start" not in said
    assert kept.messages == []
    await port.close()


@pytest.mark.parametrize(
    "sent",
    [
        b"GET / HTTP/1.1\r\n\r\n" + bytes(1600),
        HELLO + bytes(1536) + written(VIDEO, b"\x17\x01frame"),
        HELLO + bytes(1536) + written(COMMAND, b"\xff\xff"),
        HELLO + bytes(1536) + b"\x03\0\0\0\xff\xff\xff\x14\0\0\0\0" + bytes(300),
        HELLO + bytes(1536) + b"\xc3" + bytes(100),
        HELLO + bytes(1536) + written(COMMAND, amf.encode("play", 3, None, "right")),
    ],
    ids=["http", "frame before key", "not AMF", "16 MB before key", "no header", "plays"],
)
async def test_whatever_else_comes_ends_that_connection_only(sent: bytes) -> None:
    kept = Kept()
    port = await port_for(kept)
    async with connected(port) as bad:
        bad.writer.write(sent)
        await bad.answers_until_the_end()
    async with connected(port) as good:
        await good.publishes("right")
        good.writer.write(written(AUDIO, b"\xaf\x01sound", channel=4, stream=1))
        assert (await asyncio.wait_for(kept.came.get(), 20)).body == b"\xaf\x01sound"
    await port.close()


async def test_chunks_of_several_messages_may_be_mixed() -> None:
    """RTMP 1.0, section 5.3: sound goes between the chunks of a large picture."""
    stream = asyncio.StreamReader()
    picture, sound = os.urandom(300), os.urandom(20)
    stream.feed_data(b"\x06\0\0\x0a" + (300).to_bytes(3, "big") + b"\x09\1\0\0\0" + picture[:128])
    stream.feed_data(b"\x04\xff\xff\xff" + (20).to_bytes(3, "big") + b"\x08\1\0\0\0\x01\0\0\0" + sound)
    stream.feed_data(b"\xc6" + picture[128:256] + b"\xc6" + picture[256:])
    stream.feed_data(b"\x86\0\0\x28" + picture[:128] + b"\xc6" + picture[128:256] + b"\xc6" + picture[256:])
    chunks = ChunkReader(stream, largest=1000)
    got = [await chunks.next() for _ in range(3)]
    assert [(one.kind, one.at_ms, one.body) for one in got] == [
        (AUDIO, 0x01000000, sound),
        (VIDEO, 10, picture),
        (VIDEO, 50, picture),
    ]


def test_what_no_browser_plays_is_known_from_the_first_byte() -> None:
    h264, hevc, mp3 = b"\x17\x00", b"\x9chvc1", b"\x2f\xff"
    assert flv.is_playable(Message(VIDEO, 1, 0, h264))
    assert not flv.is_playable(Message(VIDEO, 1, 0, hevc))
    assert not flv.is_playable(Message(AUDIO, 1, 0, mp3))
