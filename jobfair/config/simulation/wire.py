"""HTTP over a few kept-alive connections, and one WebSocket, by the standard library alone.

A simulation of thousands of browsers must cost its machine less than the server it looks at.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import secrets
import struct
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

ANSWER_WITHIN = 60.0  # seconds
TEXT, CLOSE, PING, PONG = 1, 8, 9, 10


class Broken(Exception):
    """The connection ended before a whole answer: whether the server acted is unknown."""


@dataclass(frozen=True)
class Address:
    """Where the server listens."""

    host: str
    port: int

    @classmethod
    def of(cls, url: str) -> Address:
        parts = urlsplit(url)
        return cls(parts.hostname or "127.0.0.1", parts.port or 80)

    @property
    def origin(self) -> str:
        return f"http://{self.host}:{self.port}"


@dataclass(frozen=True)
class Reply:
    status: int
    body: bytes
    cookies: dict[str, str] = field(default_factory=dict)

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """The refusal's code, or the bare status."""
        try:
            return str(self.json["error"]["code"])
        except (ValueError, KeyError, TypeError):
            return str(self.status)


class Pool:
    """Kept-alive connections that requests take turns on. `backlog`: how many wait for one."""

    def __init__(self, address: Address, size: int) -> None:
        self.address = address
        self.size = size
        self.backlog = 0
        self._free: asyncio.LifoQueue[Connection] = asyncio.LifoQueue()
        self._all = [Connection(address) for _ in range(size)]
        for connection in self._all:
            self._free.put_nowait(connection)

    @property
    def is_behind(self) -> bool:
        """The server answers more slowly than people press."""
        return self.backlog > 2 * self.size

    async def send(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Reply:
        self.backlog += 1
        try:
            connection = await self._free.get()
        finally:
            self.backlog -= 1
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                return await connection.send(method, path, headers, body)
        except (OSError, EOFError, ValueError, TimeoutError) as error:
            connection.close()
            raise Broken(repr(error)) from error
        except asyncio.CancelledError:
            connection.close()
            raise
        finally:
            self._free.put_nowait(connection)

    def close(self) -> None:
        for connection in self._all:
            connection.close()


class Connection:
    """One kept-alive connection, opened when it is needed."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def send(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Reply:
        if self._writer is None or self._writer.is_closing():
            self._reader, self._writer = await asyncio.open_connection(self.address.host, self.address.port)
        assert self._reader is not None
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self.address.host}:{self.address.port}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        lines.append(f"Content-Length: {len(body)}")
        self._writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        fields = [line.split(": ", 1) for line in head[1:] if ": " in line]
        return Reply(int(head[0].split()[1]), await self._body(fields), _cookies(fields))

    async def _body(self, fields: list[list[str]]) -> bytes:
        assert self._reader is not None
        named = {name.lower(): value for name, value in fields}
        if named.get("transfer-encoding", "").lower() != "chunked":
            return await self._reader.readexactly(int(named.get("content-length", "0")))
        whole = b""
        while size := int(await self._reader.readline(), 16):
            whole += await self._reader.readexactly(size)
            await self._reader.readline()
        await self._reader.readline()
        return whole

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
        self._reader = self._writer = None


def _cookies(fields: Iterable[list[str]]) -> dict[str, str]:
    pairs = (value.split(";", 1)[0].split("=", 1) for name, value in fields if name.lower() == "set-cookie")
    return {pair[0]: pair[1] for pair in pairs if len(pair) == 2}


class Socket:
    """A WebSocket of JSON text frames; answers the server's pings."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def open(cls, address: Address, cookies: str) -> Socket:
        """Broken where the server does not take it."""
        writer: asyncio.StreamWriter | None = None
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                reader, writer = await asyncio.open_connection(address.host, address.port)
                key = base64.b64encode(os.urandom(16)).decode()
                writer.write(
                    (
                        f"GET /ws/ HTTP/1.1\r\nHost: {address.host}:{address.port}\r\nUpgrade: websocket\r\n"
                        f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
                        f"Origin: {address.origin}\r\nCookie: {cookies}\r\n\r\n"
                    ).encode()
                )
                head = await reader.readuntil(b"\r\n\r\n")
            if b" 101 " not in head.split(b"\r\n", 1)[0]:
                raise Broken(head.split(b"\r\n", 1)[0].decode("latin-1"))
        except (OSError, EOFError, ValueError, TimeoutError) as error:
            if writer is not None:
                writer.close()
            raise Broken(repr(error)) from error
        return cls(reader, writer)

    def send(self, frame: Any) -> None:
        self._write(TEXT, json.dumps(frame).encode())

    async def receive(self) -> dict[str, Any]:
        """The next frame; Broken when there is none any more."""
        try:
            while True:
                kind, data = await self._frame()
                if kind == TEXT:
                    frame: dict[str, Any] = json.loads(data)
                    return frame
                if kind == PING:
                    self._write(PONG, data)
                if kind == CLOSE:
                    raise Broken("closed by the server")
        except (OSError, EOFError) as error:
            raise Broken(repr(error)) from error

    def cut(self) -> None:
        """As when a phone loses its network: no goodbye."""
        self._writer.transport.abort()

    def close(self) -> None:
        if not self._writer.is_closing():
            self._write(CLOSE, struct.pack("!H", 1000))
            self._writer.close()

    async def _frame(self) -> tuple[int, bytes]:
        first, second = await self._reader.readexactly(2)
        length = second & 0x7F
        if length == 126:
            (length,) = struct.unpack("!H", await self._reader.readexactly(2))
        elif length == 127:
            (length,) = struct.unpack("!Q", await self._reader.readexactly(8))
        return first & 0x0F, await self._reader.readexactly(length)

    def _write(self, kind: int, data: bytes) -> None:
        if self._writer.is_closing():
            return
        size = len(data)
        head = (
            bytes([0x80 | kind, 0x80 | size]) if size < 126 else struct.pack("!BBH", 0x80 | kind, 0xFE, size)
        )
        mask = secrets.token_bytes(4)
        repeated = (mask * (size // 4 + 1))[:size]
        masked = (int.from_bytes(data) ^ int.from_bytes(repeated)).to_bytes(size) if size else b""
        self._writer.write(head + mask + masked)
