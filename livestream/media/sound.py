"""The sound of a segment by itself, for viewers whose network carries no picture: a tenth of the bytes or less.

HLS's packed audio (RFC 8216, section 3.4): ADTS frames as they lie in the transport stream, behind a tag that says when
the first of them is played.
"""

from __future__ import annotations

from dataclasses import dataclass, field

AAC = 0x0F
PACKET = 188
OWNER = b"com.apple.streaming.transportStreamTimestamp\0"


@dataclass
class Sound:
    """Collects the packets of one audio stream until `close` gives what has come as a segment of its own."""

    _frames: bytearray = field(default_factory=bytearray)
    _at: int = -1  # PTS of the first frame; -1: what comes belongs to a frame whose beginning was not seen

    def take(self, payload: bytes, *, begins: bool, at: int | None) -> None:
        """What one packet carries; `begins`: with the head of a PES packet (ISO/IEC 13818-1, 2.4.3.6), for `at`."""
        if begins:
            if self._at < 0 and at is not None:
                self._at = at
            payload = payload[9 + payload[8] :] if len(payload) > 8 else b""
        if self._at >= 0:
            self._frames += payload

    def close(self) -> bytes:
        """Empty when there was no sound."""
        frames, at = bytes(self._frames), self._at
        self._frames, self._at = bytearray(), -1
        return tag(at) + frames if frames else b""


def tag(at: int) -> bytes:
    """ID3v2.4 with the one private frame that HLS asks for."""
    body = OWNER + at.to_bytes(8, "big")
    frame = b"PRIV" + _size(len(body)) + b"\0\0" + body
    return b"ID3\4\0\0" + _size(len(frame)) + frame


def _size(count: int) -> bytes:
    """Seven bits a byte (ID3v2.4, section 6.2)."""
    return bytes(count >> shift & 0x7F for shift in (21, 14, 7, 0))
