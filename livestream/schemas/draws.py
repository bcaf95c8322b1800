"""Draws, on the wire. No name but a masked one, and no seed before the draw."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from jobfair.accounts.rules import mask_phone
from jobfair.core.schemas import Schema, Text
from livestream.drawing import commitment_of
from livestream.models import DrawEntry, LuckyDraw
from livestream.models.draws import LONGEST_PRIZE
from livestream.rules.draws import WINNERS_AT_MOST

Id = Annotated[int, Field(ge=1, lt=1 << 53)]
DrawState = Literal["prepared", "open", "drawn", "gone", "cancelled"]


# Asked


class EnterDrawArgs(Schema):
    draw_id: Id


class DrawIn(Schema):
    prize: Annotated[Text, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_PRIZE)]
    winners: Annotated[int, Field(ge=1, le=WINNERS_AT_MOST)]


class DrawActIn(Schema):
    act: Literal["open", "draw", "cancel", "put_away"]


# Told


class WonOut(Schema):
    """`place` 1 was drawn first."""

    place: int
    number: int
    name: str

    @classmethod
    def of(cls, entry: DrawEntry) -> WonOut:
        return cls(place=entry.place or 0, number=entry.number, name=entry.name)


class DrawOut(Schema):
    """`commitment`: SHA-256 of the seed, from when it opens; `seed`, `digest` of the list and `entries` once drawn."""

    id: int
    prize: str
    winners: int
    state: DrawState
    opened_at: datetime | None
    drawn_at: datetime | None
    commitment: str | None
    seed: str | None
    digest: str | None
    entries: int | None
    won: list[WonOut]

    @classmethod
    def of(cls, draw: LuckyDraw) -> DrawOut:
        """Of a row from queries.draws, which count its entries and bring its winners."""
        is_over = draw.state in LuckyDraw.OVER
        names = ("prize", "winners", "state", "opened_at", "drawn_at")
        return cls.model_validate(
            {
                "id": draw.pk,
                **{name: getattr(draw, name) for name in names},
                "commitment": commitment_of(draw.seed) if draw.seed else None,
                "seed": draw.seed if is_over else None,
                "digest": draw.digest if is_over else None,
                "entries": getattr(draw, "entered", None) if is_over else None,
                "won": [WonOut.of(one) for one in getattr(draw, "won", [])],
            }
        )


class DrawPageOut(Schema):
    """A draw with where it was."""

    draw: DrawOut
    room_id: int
    room_name: str
    fair_name: str

    @classmethod
    def of(cls, draw: LuckyDraw) -> DrawPageOut:
        room = draw.room
        return cls(draw=DrawOut.of(draw), room_id=room.pk, room_name=room.name, fair_name=room.fair.name)


class DrawEntryOut(Schema):
    number: int
    ticket: str
    name: str

    @classmethod
    def of(cls, entry: DrawEntry) -> DrawEntryOut:
        return cls(number=entry.number, ticket=entry.ticket, name=entry.name)


class DrawEntriesPage(Schema):
    """In the order of their numbers; `next` is the cursor of those after."""

    items: list[DrawEntryOut]
    next: int | None


class WinnerOut(Schema):
    """For whoever hands out the prize: the number to be shown, and the end of the phone to ask for."""

    place: int
    number: int
    name: str
    phone_masked: str

    @classmethod
    def of(cls, entry: DrawEntry) -> WinnerOut:
        phone = mask_phone(entry.user.phone) if entry.user.phone else ""
        return cls(place=entry.place or 0, number=entry.number, name=entry.name, phone_masked=phone)


class EnteredOut(Schema):
    draw_id: int
    number: int
    ticket: str


class MyEntryOut(Schema):
    """All null where one takes no part in what the room shows; `place` once one has won."""

    draw_id: int | None = None
    number: int | None = None
    place: int | None = None


class RoomDrawOut(Schema):
    """The snapshot of `live:{id}:draw`: the draw that is open, or whose winners are shown."""

    room_id: int
    draw: DrawOut | None


class DrawDeskOut(Schema):
    """The snapshot of `live:{id}:draws`, for the studio: prepared and past ones too, the newest first."""

    room_id: int
    draws: list[DrawOut]
