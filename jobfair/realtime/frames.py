"""A frame as it goes over the wire: written out once, whoever gets it."""

from __future__ import annotations

import json
import struct
from functools import cached_property
from typing import Any

from jobfair.realtime.log import Entry

FINAL_TEXT = 0x81  # a whole text message in one frame
SHORT, MEDIUM = 125, 0xFFFF  # bytes of payload, up to which its length is told in 7 and in 16 bits


class Frame:
    """JSON text for one socket or for thousands."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.payload = text.encode()

    @property
    def size(self) -> int:
        """Bytes on the wire, frame header aside."""
        return len(self.payload)

    @cached_property
    def wire(self) -> bytes:
        """Header and payload, unmasked and uncompressed, as a server sends it (RFC 6455, section 5.2)."""
        if self.size <= SHORT:
            head = struct.pack("!BB", FINAL_TEXT, self.size)
        elif self.size <= MEDIUM:
            head = struct.pack("!BBH", FINAL_TEXT, 126, self.size)
        else:
            head = struct.pack("!BBQ", FINAL_TEXT, 127, self.size)
        return head + self.payload


def encode(frame: dict[str, Any]) -> Frame:
    return Frame(json.dumps(frame, ensure_ascii=False, separators=(",", ":")))


def push_frame(topic: str, entry: Entry) -> Frame:
    return encode({"on": topic, "at": entry.at, "is": entry.type, "data": entry.payload})
