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

__all__ = [
    "Airing",
    "Cue",
    "CuePosition",
    "LiveSession",
    "PinnedPosition",
    "PostingCorrection",
    "Room",
    "SessionPerson",
]
