"""Broken sockets by the hundred: cut mid-frame, malformed, giant. The server stays as light as it was."""

from __future__ import annotations

import asyncio
import os
import random
import socket
import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.oracle import cursor_of, seen_wrongly
from tests.faults.scene import Scene, make_scene
from tests.faults.server import Server
from tests.faults.test_processes import TAKES, shell
from tests.faults.watcher import Watcher, agree, told, watching

pytestmark = [pytest.mark.faults, pytest.mark.once]
FLAT = 16 * 1024 * 1024  # bytes of resident memory that count as noise
GIANT = 24 * 1024 * 1024  # bytes of one frame; well above FLAT, so keeping it shows
TAKEN = 12 * 1024 * 1024  # what two kernels may hold of one connection that nobody reads
JOIN = b'{"id":1,"do":"join","topic":"booth:1","since":null}'


def resident(server: Server) -> int:
    """Bytes of memory the server's process holds."""
    pages = Path(f"/proc/{server.pid}/statm").read_text().split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def open_files(server: Server) -> int:
    return len(list(Path(f"/proc/{server.pid}/fd").iterdir()))


def raw_socket(server: Server) -> socket.socket:
    """A socket past its handshake, with nothing between us and the frames."""
    raw = socket.create_connection(("127.0.0.1", server.port), timeout=60)
    raw.sendall(
        (
            f"GET /ws/ HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nOrigin: {server.url}\r\n"
            "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        ).encode()
    )
    head = b""
    while b"\r\n\r\n" not in head:
        part = raw.recv(4096)
        assert part, head
        head += part
    assert head.startswith(b"HTTP/1.1 101"), head
    return raw


def frame(payload: bytes, *, first: int = 0x81, claimed: int | None = None) -> bytes:
    """A masked client frame (RFC 6455, section 5.2); the mask is zero, so the payload is sent as it is."""
    size = len(payload) if claimed is None else claimed
    if size < 126:
        head = struct.pack("!BB", first, 0x80 | size)
    elif size < 1 << 16:
        head = struct.pack("!BBH", first, 0x80 | 126, size)
    else:
        head = struct.pack("!BBQ", first, 0x80 | 127, size)
    return head + b"\0\0\0\0" + payload


def cut(server: Server, chance: random.Random) -> None:
    """Join, begin a frame, and vanish in the middle of it: politely, or with a reset."""
    with raw_socket(server) as raw:
        if chance.random() < 0.5:
            raw.sendall(frame(JOIN))
        whole = frame(JOIN)
        raw.sendall(whole[: chance.randrange(1, len(whole))])
        if chance.random() < 0.5:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


MALFORMED = {
    "reserved opcode": b"\x83" + frame(b"x")[1:],
    "reserved bits": frame(b"x", first=0xF1),
    "not UTF-8": frame(b"\xff\xfe\xfd"),
    "no mask": b"\x81\x02hi",
    "continuation of nothing": frame(b"x", first=0x80),
    "long ping": frame(b"p" * 200, first=0x89),
    "binary": frame(os.urandom(64), first=0x82),
    "close with a forbidden code": frame(struct.pack("!H", 1005), first=0x88),
    "not JSON": frame(b"{" * 5000),
    "a size beyond 2^62": frame(b"", claimed=(1 << 63) - 1),
}


def say_and_vanish(server: Server, said: bytes) -> None:
    with raw_socket(server) as raw:
        try:
            raw.sendall(said)
            raw.settimeout(0.05)
            raw.recv(4096)
        except OSError:
            pass  # refused, reset or kept waiting: all are answers


def pour(server: Server) -> int:
    """One frame without an end; returns the bytes the server took before it hung up."""
    block, sent = b"x" * 65_536, 0
    with raw_socket(server) as raw:
        try:
            raw.sendall(frame(b"", claimed=1 << 40))
            while sent < GIANT:
                raw.sendall(block)
                sent += len(block)
        except OSError:
            pass
    return sent


async def others_are_served(server: Server, scene: Scene, watchers: list[Watcher], changes: int) -> None:
    code = TAKES.format(booth=scene.booth, times=changes, pause=0.02, dies=False)
    writer = await asyncio.to_thread(shell, server, code)
    assert len((await asyncio.to_thread(writer.communicate, timeout=240))[0].splitlines()) == changes
    await agree(watchers, server)
    with cursor_of(server) as cursor:
        assert seen_wrongly(cursor, watchers) == []


async def test_sockets_cut_mid_frame_leave_nothing_behind(
    make_server: Callable[..., Server], rounds: Callable[[int, int], int]
) -> None:
    times = rounds(100, 1000)
    server = await asyncio.to_thread(make_server)
    scene = await asyncio.to_thread(make_scene, server)
    watchers = [Watcher([server], f"booth:{scene.booth}") for _ in range(2)]
    chance = random.Random(7)

    def cut_many(count: int) -> None:
        for _ in range(count):
            cut(server, chance)

    async with watching(watchers):
        # Until the allocator's pools are as full as they get.
        await asyncio.to_thread(cut_many, max(30, times // 2))
        await asyncio.sleep(2)
        files, memory = open_files(server), resident(server)
        await asyncio.to_thread(cut_many, times)
        await others_are_served(server, scene, watchers, 10)
        await asyncio.sleep(3)
        more_files, more_memory = open_files(server) - files, resident(server) - memory
    print(
        f"{times} sockets cut mid-frame: {more_files:+d} open files, {more_memory / 1e6:+.1f} MB; {told(watchers)}"
    )
    assert more_files <= 4  # a database connection or two, however many sockets
    assert more_memory < FLAT
    assert all(watcher.follower.counts["connections lost"] == 0 for watcher in watchers)


async def test_malformed_and_giant_frames_leave_memory_flat(
    make_server: Callable[..., Server], rounds: Callable[[int, int], int]
) -> None:
    times = rounds(5, 50)
    server = await asyncio.to_thread(make_server)
    scene = await asyncio.to_thread(make_scene, server)
    watchers = [Watcher([server], f"booth:{scene.booth}") for _ in range(2)]

    def misbehave(times: int) -> list[int]:
        for _ in range(times):
            for said in MALFORMED.values():
                say_and_vanish(server, said)
        return [pour(server) for _ in range(times)]

    async with watching(watchers):
        await asyncio.to_thread(misbehave, 1)  # warm
        await asyncio.sleep(2)
        files, memory = open_files(server), resident(server)
        swallowed = await asyncio.to_thread(misbehave, times)
        grown = resident(server) - memory
        await others_are_served(server, scene, watchers, 10)
        await asyncio.sleep(2)
        more_files = open_files(server) - files
    print(
        f"{times} × {len(MALFORMED)} malformed frames and {times} endless ones (at most {max(swallowed) / 1e6:.1f} MB "
        f"taken): {more_files:+d} open files, {grown / 1e6:+.1f} MB; {told(watchers)}"
    )
    assert more_files <= 4
    assert grown < FLAT
    assert max(swallowed) < TAKEN  # hung up on, not read to its end
    assert all(watcher.follower.counts["connections lost"] == 0 for watcher in watchers)
