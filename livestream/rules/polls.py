"""What may be put to a room's vote, and who votes until when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from jobfair.accounts.models import User
from jobfair.chat.rules import plain_text
from jobfair.core.errors import DomainError, Invalid
from livestream.models import Poll
from livestream.rules.talk import is_known

FEWEST, MOST = 2, 6  # choices
PREPARED_AT_MOST = 30  # in one room


class PhoneNeeded(DomainError):
    """One vote, and one entry of a draw, per person: a verified phone stands for a person."""

    code = "livestream.phone_needed_to_join"
    status = 403
    message = _("参与前请先用手机号登录，你的选择会为你保留。")


class PollOver(DomainError):
    code = "livestream.poll_over"
    message = _("投票已经结束，没有计入这一票。请看结果。")


class PollMoved(DomainError):
    """Another director was faster."""

    code = "livestream.poll_moved"
    message = _("这个投票刚被操作过，请看最新状态。")


class OtherPoll(DomainError):
    code = "livestream.other_poll"
    message = _("另一个投票正在进行，请先结束它。")


class NoBroadcast(DomainError):
    code = "livestream.no_broadcast"
    message = _("直播间开播以后才能发起。")


class TooManyPolls(DomainError):
    code = "livestream.too_many_polls"
    message = _("一个直播间最多准备30个投票，请先删掉不用的。")


class ChoicesUnclear(Invalid):
    code = "livestream.choices_unclear"
    message = _("请写下2到6个互不相同的选项。")


class ChoiceElsewhere(Invalid):
    code = "livestream.choice_elsewhere"
    message = _("请从列出的选项里选一个。")


def ensure_person(user: User | None) -> User:
    if user is None or not is_known(user):
        raise PhoneNeeded
    return user


def one_line(text: str) -> str:
    return " ".join(plain_text(text).split())


def choices_of(texts: Sequence[str]) -> list[str]:
    """In their order. Refused: ChoicesUnclear where two are the same."""
    kept = [one_line(text) for text in texts]
    if len(set(kept)) != len(kept) or not FEWEST <= len(kept) <= MOST:
        raise ChoicesUnclear(fields={"choices": _("请写下2到6个互不相同的选项。")})
    return kept


def is_open(poll: Poll, now: datetime) -> bool:
    """Not after its time, even where nobody has closed it yet."""
    return poll.state == Poll.State.OPEN and (poll.closes_at is None or now < poll.closes_at)
