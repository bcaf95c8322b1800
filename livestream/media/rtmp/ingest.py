"""The RTMP port: an encoder connects, names its key, and is admitted or sent away before any frame is taken."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from livestream.media.rtmp import amf
from livestream.media.rtmp.amf import Malformed
from livestream.media.rtmp.chunks import (
    ACKNOWLEDGEMENT,
    AUDIO,
    COMMAND,
    COMMAND_3,
    DATA,
    PEER_BANDWIDTH,
    USER_CONTROL,
    VIDEO,
    WINDOW_SIZE,
    ChunkReader,
    Message,
    written,
)

logger = logging.getLogger(__name__)
VERSION = 3
HANDSHAKE = 1536  # bytes of C1, S1, C2 and S2
ADMITTED_WITHIN = 10.0  # seconds from connecting to a right key
PARTS_WITHIN = 1.0  # seconds for a refused encoder to read why
SILENT_FOR = 20.0  # seconds without a byte, after which the connection is given up
BEFORE, AFTER = 64 << 10, 8 << 20  # bytes of the largest message, before and after the key was checked
WAITING_AT_ONCE = 20  # connections whose key is not yet known
WINDOW = 2_500_000  # bytes between acknowledgements
PLAYERS = {"play", "play2", "pause", "seek"}


class Refused(Exception):
    """The publisher is not taken; the text is for the encoder's log, so it is short and in English."""


class Taker(Protocol):
    """Whoever takes an admitted publisher's messages."""

    async def take(self, message: Message) -> bool:
        """False ends the connection."""

    async def gone(self) -> None: ...


Admit = Callable[[str, str], Awaitable[Taker]]  # (key, address); raises Refused


class RtmpPort:
    """Listens for encoders. `admit` says for each key who takes its stream."""

    def __init__(self, admit: Admit) -> None:
        self._admit = admit
        self._server: asyncio.Server | None = None
        self._waiting = 0
        self._open: set[asyncio.Task[None]] = set()
        self.port = 0

    async def open(self, host: str, port: int) -> None:
        self._server = await asyncio.start_server(self._serve, host, port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        try:
            if self._waiting < WAITING_AT_ONCE:
                await _Connection(reader, writer, self).run()
        except (TimeoutError, Malformed, Refused, asyncio.IncompleteReadError, OSError) as error:
            logger.info("an encoder's connection ended: %s", str(error) or type(error).__name__)
        except asyncio.CancelledError:
            return  # the port closes
        finally:
            self._open.discard(task)
            writer.close()

    async def admit(self, reading: Awaitable[str], address: str) -> Taker:
        """Wait for the key and check it, while counting who has not shown one."""
        self._waiting += 1
        try:
            key = await asyncio.wait_for(reading, ADMITTED_WITHIN)
            return await self._admit(key, address)
        finally:
            self._waiting -= 1


class _Connection:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: RtmpPort) -> None:
        self._reader, self._writer, self._port = reader, writer, port
        self._chunks = ChunkReader(reader, largest=BEFORE)
        self._acknowledged = 0

    async def run(self) -> None:
        peer = self._writer.get_extra_info("peername")
        try:
            taker = await self._port.admit(self._come_in(), peer[0] if peer else "")
        except Refused as refusal:
            self._say_status("error", "NetStream.Publish.BadName", str(refusal))
            await self._part()
            raise
        try:
            self._chunks.largest = AFTER
            self._say_status("status", "NetStream.Publish.Start", "go ahead")
            await self._stream(taker)
        finally:
            await taker.gone()

    async def _part(self) -> None:
        """Read on for a moment: closing on unread frames resets the connection, and the refusal is lost with it."""
        with contextlib.suppress(OSError, TimeoutError):
            await self._writer.drain()
            self._writer.write_eof()
            async with asyncio.timeout(PARTS_WITHIN):
                while await self._reader.read(BEFORE):
                    pass

    async def _come_in(self) -> str:
        """From the first byte to the name that is published: the key."""
        await self._shake_hands()
        while True:
            message = await self._chunks.next()
            key = self._answer(message)
            if key is not None:
                return key
            await self._writer.drain()

    async def _shake_hands(self) -> None:
        """Section 5.2, the plain form; encoders accept it everywhere."""
        first = await self._reader.readexactly(1 + HANDSHAKE)
        if first[0] != VERSION:
            raise Malformed(f"RTMP version {first[0]}")
        self._writer.write(bytes([VERSION]) + bytes(8) + os.urandom(HANDSHAKE - 8) + first[1:])
        await self._writer.drain()
        await self._reader.readexactly(HANDSHAKE)

    def _answer(self, message: Message) -> str | None:
        """Answer what comes before publishing; a frame before it is against the protocol."""
        if message.kind in {AUDIO, VIDEO, DATA}:
            raise Malformed("media before a key")
        if message.kind not in {COMMAND, COMMAND_3}:
            return None
        name, number, *rest = self._command(message)
        if name == "connect":
            self._say_connected(number)
        elif name == "createStream":
            self._send(COMMAND, amf.encode("_result", number, None, 1))
        elif name == "publish":
            key = rest[1] if len(rest) > 1 else ""
            return key.split("?", 1)[0] if isinstance(key, str) else ""
        elif name in PLAYERS:
            raise Refused("nothing is played here")
        return None

    @staticmethod
    def _command(message: Message) -> list[Any]:
        values = amf.decode(message.body[1:] if message.kind == COMMAND_3 else message.body)
        if len(values) < 2 or not isinstance(values[0], str) or not isinstance(values[1], float):
            raise Malformed("a command without a name and a number")
        return values

    def _say_connected(self, number: float) -> None:
        self._send(WINDOW_SIZE, WINDOW.to_bytes(4, "big"), channel=2)
        self._send(PEER_BANDWIDTH, WINDOW.to_bytes(4, "big") + b"\2", channel=2)
        server = {"fmsVer": "FMS/3,0,1,123", "capabilities": 31}
        status = {"level": "status", "code": "NetConnection.Connect.Success", "objectEncoding": 0}
        self._send(COMMAND, amf.encode("_result", number, server, status))

    def _say_status(self, level: str, code: str, description: str) -> None:
        status = {"level": level, "code": code, "description": description}
        self._send(COMMAND, amf.encode("onStatus", 0, None, status), stream=1)

    def _send(self, kind: int, body: bytes, *, channel: int = 3, stream: int = 0) -> None:
        self._writer.write(written(kind, body, channel=channel, stream=stream))

    async def _stream(self, taker: Taker) -> None:
        """Frames until the encoder ends, falls silent or is sent away."""
        while True:
            message = await asyncio.wait_for(self._chunks.next(), SILENT_FOR)
            if message.kind in {AUDIO, VIDEO, DATA}:
                if not await taker.take(message):
                    return
            elif message.kind == USER_CONTROL and message.body[:2] == b"\0\6":
                self._send(USER_CONTROL, b"\0\7" + message.body[2:6], channel=2)  # its ping (section 6.2)
            elif message.kind in {COMMAND, COMMAND_3} and self._command(message)[0] in {
                "FCUnpublish",
                "deleteStream",
                "closeStream",
            }:
                return
            if self._chunks.received - self._acknowledged >= WINDOW // 2:
                self._acknowledged = self._chunks.received
                count = self._acknowledged & 0xFFFFFFFF
                self._send(ACKNOWLEDGEMENT, count.to_bytes(4, "big"), channel=2)
                await self._writer.drain()
