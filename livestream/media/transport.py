"""MPEG-TS cut at key frames into segments that each can be played by itself (ISO/IEC 13818-1, RFC 8216 section 3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from livestream.media.sound import AAC, PACKET, Sound

SYNC = 0x47
PAT = 0
H264 = 0x1B
TICKS = 90_000  # of a PTS, per second
WRAP = 1 << 33
LARGEST = 24 << 20  # bytes of a segment: what has no key frame for as long is cut anyway
ENOUGH = 0.95  # of the wanted length: 24 frames of 25 are a second


@dataclass(frozen=True)
class Cut:
    """One segment, and its `sound` alone. `offset` counts in seconds from the first frame of its run."""

    data: bytes
    offset: float
    seconds: float
    frames: int
    sound: bytes = b""


@dataclass
class Cutter:
    """Takes a transport stream in pieces of any size and gives it back in segments of about `wanted` seconds."""

    wanted: float = 1.0
    _rest: bytearray = field(default_factory=bytearray)
    _tables: dict[int, bytes] = field(default_factory=dict)  # the last PAT and PMT, by pid
    _map_pid: int = -1
    _video_pid: int = -1
    _audio_pid: int = -1
    _first: int = -1  # PTS of the run's first frame
    _began: int = -1  # PTS of the open segment's first frame
    _latest: int = -1
    _frames: int = 0
    _open: bytearray = field(default_factory=bytearray)
    _sound: Sound = field(default_factory=Sound)

    def feed(self, data: bytes) -> list[Cut]:
        self._rest += data
        whole = len(self._rest) // PACKET * PACKET
        packets, self._rest = bytes(self._rest[:whole]), self._rest[whole:]
        return [
            cut
            for at in range(0, whole, PACKET)
            if (cut := self._take(packets[at : at + PACKET])) is not None
        ]

    def finish(self) -> Cut | None:
        """What is left when the stream ends."""
        if self._began < 0 or self._frames < 2:
            return None
        gap = _between(self._began, self._latest) / (self._frames - 1)
        return self._close(self._latest + round(gap * TICKS))

    def _take(self, packet: bytes) -> Cut | None:
        if packet[0] != SYNC:
            return None  # ffmpeg sends none; a torn pipe might
        pid = (packet[1] & 0x1F) << 8 | packet[2]
        if pid in {PAT, self._map_pid}:
            self._note_table(pid, packet)
        cut = self._at_frame(packet) if pid == self._video_pid and packet[1] & 0x40 else None
        if self._began >= 0:
            self._open += packet
            if pid == self._audio_pid:
                begins = bool(packet[1] & 0x40)
                at = _pts(packet) if begins else None
                self._sound.take(packet[_payload(packet) :], begins=begins, at=at)
        return cut

    def _note_table(self, pid: int, packet: bytes) -> None:
        self._tables[pid] = packet
        section = _section(packet)
        if pid == PAT and len(section) >= 12:
            self._map_pid = (section[10] & 0x1F) << 8 | section[11]
        elif pid != PAT:
            pids = dict(_streams(section))
            self._video_pid, self._audio_pid = pids.get(H264, -1), pids.get(AAC, -1)

    def _at_frame(self, packet: bytes) -> Cut | None:
        at = _pts(packet)
        if at is None:
            return None
        if self._first < 0:
            self._first = at
        cut = None
        if self._ends_here(packet, at):
            cut = self._close(at)
            self._began, self._latest, self._frames = at, at, 0
            self._open = bytearray(b"".join(self._tables[pid] for pid in sorted(self._tables)))
        if self._began >= 0:
            self._frames += 1
            self._latest = at if _between(self._latest, at) < WRAP / TICKS / 2 else self._latest
        return cut

    def _ends_here(self, packet: bytes, at: int) -> bool:
        if len(self._open) > LARGEST:
            return True
        if not _is_random_access(packet):
            return False
        return self._began < 0 or _between(self._began, at) >= self.wanted * ENOUGH

    def _close(self, at: int) -> Cut | None:
        if self._began < 0:
            return None
        offset, seconds = _between(self._first, self._began), _between(self._began, at)
        return Cut(bytes(self._open), offset, seconds, self._frames, self._sound.close())


def _between(earlier: int, later: int) -> float:
    return ((later - earlier) % WRAP) / TICKS


def _is_random_access(packet: bytes) -> bool:
    return bool(packet[3] & 0x20 and packet[4] and packet[5] & 0x40)


def _payload(packet: bytes) -> int:
    """Where the payload begins."""
    return 5 + packet[4] if packet[3] & 0x20 else 4


def _section(packet: bytes) -> bytes:
    start = _payload(packet)
    return packet[start + 1 + packet[start] :] if start < PACKET else b""


def _streams(section: bytes) -> Iterator[tuple[int, int]]:
    """(kind, pid) of each elementary stream in a program map (2.4.4.8)."""
    if len(section) < 12:
        return
    end = min(3 + ((section[1] & 0x0F) << 8 | section[2]) - 4, len(section) - 4)
    at = 12 + ((section[10] & 0x0F) << 8 | section[11])
    while at + 5 <= end:
        yield section[at], (section[at + 1] & 0x1F) << 8 | section[at + 2]
        at += 5 + ((section[at + 3] & 0x0F) << 8 | section[at + 4])


def _pts(packet: bytes) -> int | None:
    """The presentation time in the head of a frame (2.4.3.6)."""
    at = _payload(packet)
    head = packet[at : at + 14]
    if len(head) < 14 or head[:3] != b"\0\0\1" or not head[7] & 0x80:
        return None
    high, middle, low = head[9] >> 1 & 7, (head[10] << 8 | head[11]) >> 1, (head[12] << 8 | head[13]) >> 1
    return high << 30 | middle << 15 | low
