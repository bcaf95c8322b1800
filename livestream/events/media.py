"""What happened to a room's picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from livestream.events.rooms import RoomEvent, SessionEvent


@dataclass(frozen=True, kw_only=True)
class StreamKeyMade(RoomEvent):
    """The key before it holds no more."""

    name: ClassVar[str] = "livestream.stream_key_made"
    key_id: int


@dataclass(frozen=True, kw_only=True)
class StreamKeyRevoked(RoomEvent):
    name: ClassVar[str] = "livestream.stream_key_revoked"
    key_id: int


@dataclass(frozen=True, kw_only=True)
class CameraBegan(RoomEvent):
    name: ClassVar[str] = "livestream.camera_began"
    take_id: int


@dataclass(frozen=True, kw_only=True)
class CameraEnded(RoomEvent):
    name: ClassVar[str] = "livestream.camera_ended"
    take_id: int


@dataclass(frozen=True, kw_only=True)
class SignalChanged(RoomEvent):
    """Another source is shown, or none."""

    name: ClassVar[str] = "livestream.signal_changed"
    was: str
    became: str


@dataclass(frozen=True, kw_only=True)
class RelaysChanged(RoomEvent):
    """A platform was added, switched or removed; `what` says which."""

    name: ClassVar[str] = "livestream.relays_changed"
    what: str
    target_id: int


@dataclass(frozen=True, kw_only=True)
class FallbackChanged(RoomEvent):
    name: ClassVar[str] = "livestream.fallback_changed"
    state: str


@dataclass(frozen=True, kw_only=True)
class PictureTakenAway(SessionEvent):
    """The picture was cut for every viewer."""

    name: ClassVar[str] = "livestream.picture_cut"
    cut_id: int


@dataclass(frozen=True, kw_only=True)
class PictureRestored(SessionEvent):
    name: ClassVar[str] = "livestream.picture_restored"
    cut_id: int


@dataclass(frozen=True, kw_only=True)
class OutsideViewsNoted(SessionEvent):
    """A figure of another platform was entered, or taken out again."""

    name: ClassVar[str] = "livestream.outside_views_noted"
    what: str
    row_id: int
