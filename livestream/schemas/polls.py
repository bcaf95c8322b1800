"""Polls, on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from jobfair.core.schemas import Schema, Text
from livestream.models import Poll
from livestream.models.polls import LONGEST_ASKED, LONGEST_CHOICE
from livestream.queries.polls import Counts
from livestream.rules.polls import FEWEST, MOST

Id = Annotated[int, Field(ge=1, lt=1 << 53)]
PollState = Literal["prepared", "open", "closed", "gone"]
ChoiceText = Annotated[
    Text, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_CHOICE)
]


# Asked


class VoteArgs(Schema):
    poll_id: Id
    choice_id: Id


class PollIn(Schema):
    """`minutes` null: until a director closes it."""

    question: Annotated[
        Text, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_ASKED)
    ]
    choices: Annotated[list[ChoiceText], Field(min_length=FEWEST, max_length=MOST)]
    minutes: Annotated[int, Field(ge=1, le=60)] | None = None


class PollActIn(Schema):
    act: Literal["open", "close", "put_away"]


# Told


class PollChoiceOut(Schema):
    id: int
    text: str


class PollCountOut(Schema):
    choice_id: int
    votes: int


def counts_out(counts: Counts) -> list[PollCountOut]:
    return [PollCountOut(choice_id=choice, votes=votes) for choice, votes in counts.items()]


class PollOut(Schema):
    """`counts` is the result, once it is closed; before, the gauge `live:{id}:figures` has them as they are."""

    id: int
    question: str
    choices: list[PollChoiceOut]
    minutes: int | None
    state: PollState
    opened_at: datetime | None
    closes_at: datetime | None
    closed_at: datetime | None
    counts: list[PollCountOut] | None

    @classmethod
    def of(cls, poll: Poll, counts: Counts) -> PollOut:
        names = ("question", "minutes", "state", "opened_at", "closes_at", "closed_at")
        is_over = poll.state in {Poll.State.CLOSED, Poll.State.GONE}
        return cls.model_validate(
            {
                "id": poll.pk,
                "choices": [PollChoiceOut(id=one.pk, text=one.text) for one in poll.choices.all()],
                "counts": counts_out(counts) if is_over else None,
                **{name: getattr(poll, name) for name in names},
            }
        )


class VotedOut(Schema):
    """What stands for oneself, and all votes with it."""

    poll_id: int
    choice_id: int
    counts: list[PollCountOut]


class MyVoteOut(Schema):
    """`choice_id` null: one has not voted."""

    poll_id: int | None
    choice_id: int | None


class RoomPollOut(Schema):
    """The snapshot of `live:{id}:poll`: the poll that is open, or whose result is shown."""

    room_id: int
    poll: PollOut | None


class PollDeskOut(Schema):
    """The snapshot of `live:{id}:polls`, for the studio: prepared and past ones too, the newest first."""

    room_id: int
    polls: list[PollOut]
