"""Messages in chunks (RTMP 1.0, section 5.3): the reader of one connection, and what we send."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from livestream.media.rtmp.amf import Malformed

CHUNK_AT_FIRST = 128
LARGEST_CHUNK = 1 << 20
MOST_STREAMS = 64  # chunk streams of one connection; encoders use four to six
EXTENDED = 0xFFFFFF
SET_CHUNK_SIZE, ABORT, ACKNOWLEDGEMENT, USER_CONTROL, WINDOW_SIZE, PEER_BANDWIDTH = 1, 2, 3, 4, 5, 6
AUDIO, VIDEO, DATA, COMMAND, COMMAND_3 = 8, 9, 18, 20, 17


@dataclass(frozen=True)
class Message:
    kind: int
    stream: int
    at_ms: int
    body: bytes


@dataclass
class _Partial:
    """What a chunk stream remembers from chunk to chunk."""

    at_ms: int = 0
    delta: int = 0
    length: int = 0
    kind: int = 0
    stream: int = 0
    extended: bool = False
    body: bytearray = field(default_factory=bytearray)


class ChunkReader:
    """Puts messages together. `largest` bounds one message: small until the publisher is admitted."""

    def __init__(self, reader: asyncio.StreamReader, *, largest: int) -> None:
        self.largest = largest
        self.received = 0
        self._reader = reader
        self._size = CHUNK_AT_FIRST
        self._streams: dict[int, _Partial] = {}

    async def next(self) -> Message:
        """The next whole message; Malformed, or IncompleteReadError at the end of the connection."""
        while True:
            partial = await self._header()
            wanted = min(self._size, partial.length - len(partial.body))
            partial.body += await self._take(wanted)
            if len(partial.body) < partial.length:
                continue
            message = Message(partial.kind, partial.stream, partial.at_ms, bytes(partial.body))
            partial.body = bytearray()
            if not self._is_about_chunks(message):
                return message

    async def _take(self, size: int) -> bytes:
        data = await self._reader.readexactly(size)
        self.received += size
        return data

    async def _number(self, size: int) -> int:
        return int.from_bytes(await self._take(size), "big")

    async def _header(self) -> _Partial:
        first = await self._number(1)
        form, id = first >> 6, first & 63
        if id == 0:
            id = 64 + await self._number(1)
        elif id == 1:
            id = 64 + int.from_bytes(await self._take(2), "little")
        if id not in self._streams and form > 1:
            raise Malformed("a chunk stream begins without a header")
        if id not in self._streams and len(self._streams) >= MOST_STREAMS:
            raise Malformed("too many chunk streams")
        partial = self._streams.setdefault(id, _Partial())
        if form == 3:
            await self._continue(partial)
        else:
            await self._begin(partial, form)
        if partial.length > self.largest:
            raise Malformed(f"a message of {partial.length} bytes")
        return partial

    async def _begin(self, partial: _Partial, form: int) -> None:
        time = await self._number(3)
        if form < 2:
            partial.length = await self._number(3)
            partial.kind = await self._number(1)
        if form == 0:
            partial.stream = int.from_bytes(await self._take(4), "little")
        partial.extended = time == EXTENDED
        if partial.extended:
            time = await self._number(4)
        partial.body = bytearray()
        partial.delta = 0 if form == 0 else time
        partial.at_ms = (time if form == 0 else partial.at_ms + time) & 0xFFFFFFFF

    async def _continue(self, partial: _Partial) -> None:
        if partial.extended:
            await self._take(4)
        if not partial.body:  # a new message like the one before
            partial.at_ms = (partial.at_ms + partial.delta) & 0xFFFFFFFF

    def _is_about_chunks(self, message: Message) -> bool:
        if message.kind == SET_CHUNK_SIZE and len(message.body) >= 4:
            size = int.from_bytes(message.body[:4], "big")
            if not 1 <= size <= LARGEST_CHUNK:
                raise Malformed(f"chunks of {size} bytes")
            self._size = size
            return True
        if message.kind == ABORT and len(message.body) >= 4:
            self._streams.pop(int.from_bytes(message.body[:4], "big"), None)
            return True
        return False


def written(kind: int, body: bytes, *, channel: int = 3, stream: int = 0) -> bytes:
    """A message of ours, in chunks of the size both sides begin with."""
    head = bytes([channel]) + b"\0\0\0" + len(body).to_bytes(3, "big") + bytes([kind])
    head += stream.to_bytes(4, "little")
    pieces = [body[at : at + CHUNK_AT_FIRST] for at in range(0, len(body), CHUNK_AT_FIRST)] or [b""]
    return head + bytes([0xC0 | channel]).join(pieces)
