"""Tables of the livestream: rooms and rundowns here; each further concern in a file of its own."""

from livestream.models.audience import AudienceMinute, Viewing
from livestream.models.interaction import LikeTally
from livestream.models.questions import Question, QuestionBacker
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
    "AudienceMinute",
    "Cue",
    "CuePosition",
    "FilterWord",
    "LikeTally",
    "LiveLine",
    "LiveSession",
    "PinnedPosition",
    "PostingCorrection",
    "Question",
    "QuestionBacker",
    "Room",
    "RoomTalk",
    "SessionPerson",
    "Viewing",
]
