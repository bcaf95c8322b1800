"""Who may speak in a room, how often, and what a line may be."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from jobfair.accounts.models import User
from jobfair.chat.rules import plain_text
from jobfair.core.errors import DomainError, Invalid
from livestream.models import LiveLine, Room, RoomTalk
from livestream.models.talk import LONGEST_LINE

SLOW_CHOICES = (0, 3, 5, 10, 30, 60)  # seconds
MUTES = (5, 30, 120, 1440)  # minutes
REPEATED_WITHIN = timedelta(seconds=30)
MOST_A_MINUTE = 20
LOOK_BACK = timedelta(seconds=60)
MARKS = 4  # combining signs on one letter: Tibetan and Uyghur need some, a tower of them hides its neighbours


class SpeakerUnknown(DomainError):
    """Real-name rules: 网络安全法（2016）第二十四条; 互联网直播服务管理规定第十二条."""

    code = "livestream.phone_needed"
    status = 403
    message = _("发言前请先用手机号登录，观看不需要登录。")


class Silenced(DomainError):
    code = "livestream.silenced"
    status = 403
    message = _("你在这个直播间暂时不能发言，仍可观看和投递。")


class Banned(DomainError):
    code = "livestream.banned"
    status = 403
    message = _("你在本场招聘会的直播间不能发言，仍可观看和投递。有疑问请联系主办方。")


class TalkClosed(DomainError):
    code = "livestream.talk_closed"
    message = _("主持人已暂停互动，稍后再发。")


class SlowMode(DomainError):
    code = "livestream.slow_mode"
    status = 429
    message = _("互动人多，主持人开启了慢速模式，请稍等再发。")


class TooOften(DomainError):
    code = "livestream.too_often"
    status = 429
    message = _("发言太频繁，请稍等再发。")


class Repeated(DomainError):
    code = "livestream.repeated"
    message = _("刚发过一样的内容，换一句再发。")


class TooLong(Invalid):
    code = "livestream.line_too_long"
    message = _("一条发言最多100个字，请缩短后再发。")


class LineGone(DomainError):
    """Another moderator was faster, or it was never shown."""

    code = "livestream.line_gone"
    message = _("这条发言已被处理，请看最新状态。")


class NotSilenced(DomainError):
    code = "livestream.not_silenced"
    message = _("这条禁言已经解除或到期。")


class TooManyWords(Invalid):
    code = "livestream.too_many_words"
    message = _("过滤词最多1,000个，请删掉一些。")


@dataclass(frozen=True)
class Standing:
    """What a sender is in a room, and what they said there within the last minute."""

    user: User
    side: LiveLine.Side
    name: str
    banned: bool
    silenced_until: datetime | None
    lately: Sequence[tuple[datetime, str]]  # the oldest first


def scopes_of(room: Room) -> tuple[str, str, str]:
    """Under which somebody may be kept from speaking here: muted in the room, banned from the fair's rooms, muted
    in all conversations of the fair."""
    return mute_scope(room.pk), ban_scope(room.fair_id), f"fair:{room.fair_id}"


def mute_scope(room_id: int) -> str:
    return f"live:{room_id}"


def ban_scope(fair_id: int) -> str:
    return f"lives:{fair_id}"


def line_text(text: str) -> str:
    """As it is kept: one line, no control characters, no towers of signs. Refused: chat.Empty, TooLong."""
    flat = plain_text(re.sub(r"\s+", " ", text))
    calm: list[str] = []
    marks = 0
    for char in flat:
        marks = marks + 1 if unicodedata.category(char) in {"Mn", "Me"} else 0
        if marks <= MARKS:
            calm.append(char)
    kept = "".join(calm)
    if len(kept) > LONGEST_LINE:
        raise TooLong(fields={"text": _("请缩短到100个字以内。")})
    return kept


def is_known(user: User | None) -> bool:
    """A person with a verified phone."""
    return (
        user is not None and user.is_active and not user.is_guest and bool(user.phone_verified and user.phone)
    )


def ensure_known(user: User | None) -> None:
    if not is_known(user):
        raise SpeakerUnknown


def ensure_may_say(standing: Standing, talk: RoomTalk, text: str, now: datetime) -> None:
    """In the order in which a person can do something about it. Hosts are neither slowed down nor closed out."""
    ensure_not_silenced(standing, now)
    if standing.side == LiveLine.Side.HOST:
        return
    if talk.closed:
        raise TalkClosed
    last = standing.lately[-1][0] if standing.lately else None
    if last is not None and talk.slow_seconds and now - last < timedelta(seconds=talk.slow_seconds):
        raise SlowMode(retry_after=_seconds(timedelta(seconds=talk.slow_seconds) - (now - last)))
    if len(standing.lately) >= MOST_A_MINUTE:
        raise TooOften(retry_after=_seconds(LOOK_BACK - (now - standing.lately[-MOST_A_MINUTE][0])))
    if any(said == text and now - at < REPEATED_WITHIN for at, said in standing.lately):
        raise Repeated


def ensure_not_silenced(standing: Standing, now: datetime) -> None:
    if standing.banned:
        raise Banned
    if standing.silenced_until is not None:
        raise Silenced(retry_after=_seconds(standing.silenced_until - now))


def having_said(standing: Standing, text: str, now: datetime) -> Standing:
    """The same person after one more line, as the next one is judged."""
    return replace(standing, lately=(*standing.lately, (now, text)))


def _seconds(left: timedelta) -> int:
    return max(1, math.ceil(left.total_seconds()))
