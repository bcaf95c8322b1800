"""Tables of the livestream: rooms and rundowns here; each further concern in a file of its own."""

from livestream.models.audience import AudienceMinute, Viewing
from livestream.models.draws import DrawEntry, LuckyDraw
from livestream.models.interaction import LikeTally
from livestream.models.media import (
    CameraTake,
    FallbackFile,
    OutsideViews,
    PictureCut,
    Recording,
    RelayTarget,
    Signal,
    StreamKey,
)
from livestream.models.polls import Poll, PollChoice, PollVote
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
    "CameraTake",
    "Cue",
    "CuePosition",
    "DrawEntry",
    "FallbackFile",
    "FilterWord",
    "LikeTally",
    "LiveLine",
    "LiveSession",
    "LuckyDraw",
    "OutsideViews",
    "PictureCut",
    "PinnedPosition",
    "Poll",
    "PollChoice",
    "PollVote",
    "PostingCorrection",
    "Question",
    "QuestionBacker",
    "Recording",
    "RelayTarget",
    "Room",
    "RoomTalk",
    "SessionPerson",
    "Signal",
    "StreamKey",
    "Viewing",
]
