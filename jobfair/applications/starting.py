"""From an offer to a job that lasts: what each side has said of the start, of day 7 and of day 30, and what it proves.

An offer is an intent, and so is a date. Somebody is hired when they say so themselves, or when the employer says so
with the date of the written contract (劳动合同法第十条), and never against the other's word.
Pure: no query, no clock.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Literal, Protocol

from jobfair.core.clock import SHANGHAI, local
from jobfair.core.working_days import is_working_day

Stage = Literal["start", "day_7", "day_30"]
Standing = Literal["planned", "claimed", "hired", "not_started", "disputed"]
STAGES: tuple[Stage, ...] = ("start", "day_7", "day_30")
AFTER: dict[Stage, timedelta] = {
    "start": timedelta(),
    "day_7": timedelta(days=7),
    "day_30": timedelta(days=30),
}
ASKED_AT = time(9)  # in Asia/Shanghai, on a working day


class Said(Protocol):
    """One side's word on one stage, with its place in the order in which words came."""

    stage: str
    side: str
    yes: bool


def asked_at(starts_on: date, stage: Stage) -> datetime:
    """When both sides are asked: nine o'clock on that day, or on the next working day."""
    day = starts_on + AFTER[stage]
    while not is_working_day(day):
        day += timedelta(days=1)
    return datetime.combine(day, ASKED_AT, tzinfo=SHANGHAI)


def may_say(starts_on: date, stage: Stage, now: datetime) -> bool:
    """From the day itself on: nobody has started, or stayed, before it."""
    return local(now).date() >= starts_on + AFTER[stage]


def last_word(words: Iterable[Said], stage: Stage, side: str) -> bool | None:
    """What that side said last of that stage; `words` in the order in which they came."""
    said = [word.yes for word in words if word.stage == stage and word.side == side]
    return said[-1] if said else None


def standing_of(words: Iterable[Said], *, contract_on: date | None) -> Standing:
    """What may be said of the start by all that is known. Only `hired` is ever shown or counted as hired."""
    words = list(words)
    seeker, employer = last_word(words, "start", "you"), last_word(words, "start", "employer")
    if seeker is not None and employer is not None and seeker != employer:
        return "disputed"
    if seeker is False or employer is False:
        return "not_started"
    if seeker or (employer and contract_on is not None):
        return "hired"
    return "claimed" if employer else "planned"


def open_stage(words: Iterable[Said], *, starts_on: date, side: str, now: datetime) -> Stage | None:
    """What a side is still to say: the latest stage that has come, unless it has; nothing after a start denied."""
    words = list(words)
    if last_word(words, "start", side) is False:
        return None
    due = [stage for stage in STAGES if may_say(starts_on, stage, now)]
    if not due or last_word(words, due[-1], side) is not None:
        return None
    return due[-1]
