"""AMF 0, the values in RTMP commands (Adobe AMF 0 file format specification)."""

from __future__ import annotations

import struct
from typing import Any

DEEPEST = 8
MOST_VALUES = 500  # in one message; a command has about twenty
NUMBER, BOOLEAN, STRING, OBJECT, NULL, UNDEFINED = 0, 1, 2, 3, 5, 6
ECMA_ARRAY, END, STRICT_ARRAY, DATE, LONG_STRING = 8, 9, 10, 11, 12


class Malformed(Exception):
    """These bytes are not what the protocol allows."""


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0
        self.left = MOST_VALUES

    def take(self, size: int) -> bytes:
        piece = self.data[self.at : self.at + size]
        if len(piece) != size:
            raise Malformed("a value is cut short")
        self.at += size
        return piece

    def text(self, width: int) -> str:
        return self.take(int.from_bytes(self.take(width), "big")).decode("utf-8", "replace")

    def value(self, depth: int = 0) -> Any:
        self.left -= 1
        if depth > DEEPEST or self.left < 0:
            raise Malformed("values too deep or too many")
        kind = self.take(1)[0]
        if kind == NUMBER:
            return struct.unpack(">d", self.take(8))[0]
        if kind == BOOLEAN:
            return self.take(1) != b"\0"
        if kind in {STRING, LONG_STRING}:
            return self.text(2 if kind == STRING else 4)
        if kind in {NULL, UNDEFINED}:
            return None
        return self._of_many(kind, depth)

    def _of_many(self, kind: int, depth: int) -> Any:
        if kind == DATE:
            return struct.unpack(">d", self.take(10)[:8])[0]
        if kind == STRICT_ARRAY:
            count = int.from_bytes(self.take(4), "big")
            return [self.value(depth + 1) for _ in range(min(count, MOST_VALUES + 1))]
        if kind not in {OBJECT, ECMA_ARRAY}:
            raise Malformed(f"unknown value type {kind}")
        if kind == ECMA_ARRAY:
            self.take(4)  # its size, which is only a hint
        fields: dict[str, Any] = {}
        while name := self.text(2):
            fields[name] = self.value(depth + 1)
        if self.take(1)[0] != END:
            raise Malformed("an object without an end")
        return fields


def decode(data: bytes) -> list[Any]:
    """All values of a message; Malformed on anything else."""
    reader = _Reader(data)
    values = []
    while reader.at < len(data):
        values.append(reader.value())
    return values


def encode(*values: Any) -> bytes:
    return b"".join(_encoded(value) for value in values)


def _encoded(value: Any) -> bytes:
    if value is None:
        return bytes([NULL])
    if isinstance(value, bool):
        return bytes([BOOLEAN, value])
    if isinstance(value, (int, float)):
        return bytes([NUMBER]) + struct.pack(">d", value)
    if isinstance(value, str):
        return bytes([STRING]) + _text(value)
    if isinstance(value, dict):
        fields = b"".join(_text(name) + _encoded(one) for name, one in value.items())
        return bytes([OBJECT]) + fields + b"\0\0" + bytes([END])
    raise TypeError(type(value).__name__)


def _text(value: str) -> bytes:
    data = value.encode()
    return len(data).to_bytes(2, "big") + data
