"""Who takes part in a draw, and until when."""

from __future__ import annotations

import hashlib

from django.utils.translation import gettext_lazy as _

from jobfair.core.errors import DomainError

PREPARED_AT_MOST = 30  # in one room
WINNERS_AT_MOST = 50
TICKET_LENGTH = 12


class DrawOver(DomainError):
    code = "livestream.draw_over"
    message = _("抽奖已经截止，没有登记成功。请看结果。")


class DrawMoved(DomainError):
    """Another director was faster."""

    code = "livestream.draw_moved"
    message = _("这次抽奖刚被操作过，请看最新状态。")


class OtherDraw(DomainError):
    code = "livestream.other_draw"
    message = _("另一次抽奖还没有开奖，请先开奖或取消。")


class NobodyEntered(DomainError):
    code = "livestream.nobody_entered"
    message = _("还没有人参与，不能开奖。")


class TooManyDraws(DomainError):
    code = "livestream.too_many_draws"
    message = _("一个直播间最多准备30次抽奖，请先删掉不用的。")


class StaffMayNotEnter(DomainError):
    """Whoever could steer a draw takes no part in it."""

    code = "livestream.staff_may_not_enter"
    status = 403
    message = _("本场招聘会的工作人员不参加抽奖。")


def ticket_of(draw_id: int, cid: str) -> str:
    """From the random id that the entrant's own page made: whoever knew the seed could not choose it."""
    return hashlib.sha256(f"{draw_id}:{cid}".encode()).hexdigest()[:TICKET_LENGTH]
