"""FLV, the form in which ffmpeg takes what RTMP brings (Adobe FLV 10.1, annex E)."""

from __future__ import annotations

from livestream.media.rtmp.chunks import AUDIO, DATA, VIDEO, Message

HEADER = b"FLV\x01\x05\x00\x00\x00\x09\x00\x00\x00\x00"
SET_DATA_FRAME = b"\x02\x00\x0d@setDataFrame"
AVC, AAC = 7, 10
KEY_FRAME = 1


def tag(message: Message, *, since_ms: int) -> bytes:
    """One FLV tag, its time counted from `since_ms`."""
    body = message.body
    if message.kind == DATA and body.startswith(SET_DATA_FRAME):
        body = body[len(SET_DATA_FRAME) :]
    at = (message.at_ms - since_ms) & 0xFFFFFFFF
    head = bytes([message.kind]) + len(body).to_bytes(3, "big")
    head += (at & 0xFFFFFF).to_bytes(3, "big") + bytes([at >> 24 & 0x7F]) + b"\0\0\0"
    return head + body + (11 + len(body)).to_bytes(4, "big")


def is_key_frame(message: Message) -> bool:
    return message.kind == VIDEO and bool(message.body) and message.body[0] >> 4 == KEY_FRAME


def is_set_up(message: Message) -> bool:
    """The decoder's configuration, which is no frame."""
    return message.kind in {AUDIO, VIDEO} and len(message.body) > 1 and message.body[1] == 0


def is_playable(message: Message) -> bool:
    """H.264 or AAC: what every browser plays without our encoding it anew."""
    if not message.body:
        return True
    if message.kind == VIDEO:
        return not message.body[0] & 0x80 and message.body[0] & 0x0F == AVC
    return message.kind != AUDIO or message.body[0] >> 4 == AAC
