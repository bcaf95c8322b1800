"""Tables of the livestream: rooms and rundowns here; each further concern in a file of its own."""

from livestream.models.rooms import (
    Airing,
    Cue,
    CuePosition,
    LiveSession,
    PinnedPosition,
    PostingCorrection,
    Room,
    SessionPerson,
)
from livestream.models.talk import FilterWord, LiveLine, RoomTalk

__all__ = [
    "Airing",
    "Cue",
    "CuePosition",
    "FilterWord",
    "LiveLine",
    "LiveSession",
    "PinnedPosition",
    "PostingCorrection",
    "Room",
    "RoomTalk",
    "SessionPerson",
]
