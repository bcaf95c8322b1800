"""What the studio and the organisers send."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, StringConstraints

from jobfair.core.schemas import Schema, Text
from livestream.rules.rooms import CUES_AT_MOST, PEOPLE_AT_MOST, POSITIONS_PER_CUE
from livestream.services.rooms import PersonPlan
from livestream.services.rundown import CuePlan

Id = Annotated[int, Field(ge=1, lt=2**63)]
Name = Annotated[Text, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
Title = Annotated[Text, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
Minutes = Annotated[int, Field(ge=1, le=180)]


class RoomIn(Schema):
    name: Name
    about: Annotated[Text, StringConstraints(strip_whitespace=True, max_length=200)] = ""


class LiveSessionIn(Schema):
    title: Title
    starts_at: AwareDatetime
    ends_at: AwareDatetime


class PersonIn(Schema):
    """`id` is null for somebody new; `shown_name` empty: the real name is shown."""

    id: Id | None = None
    role: Literal["host", "speaker"]
    real_name: Name
    shown_name: Annotated[Text, StringConstraints(strip_whitespace=True, max_length=40)] = ""
    organisation: Annotated[Text, StringConstraints(strip_whitespace=True, max_length=80)] = ""

    def plan(self) -> PersonPlan:
        return PersonPlan(
            id=self.id,
            role=self.role,
            real_name=self.real_name,
            shown_name=self.shown_name or self.real_name,
            organisation=self.organisation,
        )


class PeopleIn(Schema):
    people: Annotated[list[PersonIn], Field(max_length=PEOPLE_AT_MOST)]


class PaperIn(Schema):
    """Which paper was seen."""

    paper: Literal["id_card", "passport", "permit"]


class CueIn(Schema):
    """A cue as the studio plans it: an employer with positions, or a part of the programme with a title."""

    title: Annotated[Text, StringConstraints(strip_whitespace=True, max_length=60)] = ""
    employer_id: Id | None = None
    positions: Annotated[list[Id], Field(max_length=POSITIONS_PER_CUE)] = []
    host_id: Id | None = None
    minutes: Minutes = 5
    notes: Annotated[Text, StringConstraints(strip_whitespace=True, max_length=500)] = ""

    def plan(self) -> CuePlan:
        return CuePlan(**{**self.model_dump(), "positions": tuple(self.positions)})


class CuesIn(Schema):
    """Several at once, in this order."""

    cues: Annotated[list[CueIn], Field(min_length=1, max_length=CUES_AT_MOST)]


class OrderIn(Schema):
    """All cues of the broadcast, in the order wanted."""

    order: Annotated[list[Id], Field(max_length=CUES_AT_MOST)]


class ActIn(Schema):
    act: Literal["go_live", "interrupt", "resume", "end", "publish", "take_back"]


class AirIn(Schema):
    """`seen`: the cue that was on air on the director's page, null for none."""

    act: Literal["next", "back", "clear"]
    seen: Id | None


class JumpIn(Schema):
    seen: Id | None
