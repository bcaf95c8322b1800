"""The life of a broadcast and of its cues, as pure decisions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from jobfair.core.errors import DomainError, Invalid
from livestream.models import Cue, LiveSession, SessionPerson

State = LiveSession.State
TRANSITIONS: dict[str, frozenset[str]] = {
    State.PLANNED: frozenset({State.LIVE}),
    State.LIVE: frozenset({State.INTERRUPTED, State.ENDED}),
    State.INTERRUPTED: frozenset({State.LIVE, State.ENDED}),
    State.ENDED: frozenset({State.PUBLISHED}),
    State.PUBLISHED: frozenset({State.ENDED}),  # a replay taken back
}
CUES_AT_MOST = 60
POSITIONS_PER_CUE = 6
PEOPLE_AT_MOST = 20
LONGEST = timedelta(hours=12)


class StateRefused(DomainError):
    """The broadcast cannot go from its state to the one asked for."""

    code = "livestream.state_refused"
    message = _("直播现在的状态不能这样操作，请刷新后再看。")


class FairOver(DomainError):
    code = "livestream.fair_over"
    message = _("招聘会已经结束，不能再开播。")


class NameTaken(DomainError):
    code = "livestream.name_taken"
    message = _("本场招聘会已有同名直播间，请换一个名称。")


class OtherBroadcast(DomainError):
    code = "livestream.other_broadcast"
    message = _("这个直播间正在播另一场，请先结束它。")


class NobodyNamed(DomainError):
    """互联网直播服务管理规定第十二条: whoever broadcasts is known by the real name."""

    code = "livestream.nobody_named"
    message = _("开播前请先登记至少一位主持人，并查验每位出镜人员的证件。")


class NotOnAir(DomainError):
    code = "livestream.not_on_air"
    message = _("开播之后才能推进环节。")


class CueMoved(DomainError):
    """Two directors pressed, or a page was behind: nothing is skipped by accident."""

    code = "livestream.cue_moved"
    message = _("另一位导播刚切换了环节，请看清当前环节再操作。")


class RundownOver(DomainError):
    code = "livestream.rundown_over"
    message = _("后面没有待播的环节了。")


class NothingBefore(DomainError):
    code = "livestream.nothing_before"
    message = _("前面没有讲过的环节。")


class CueStarted(DomainError):
    code = "livestream.cue_started"
    message = _("这个环节已经播过或正在播，不能再改动或移走。")


class RundownFull(DomainError):
    code = "livestream.rundown_full"
    message = _("一场直播最多安排60个环节。")


class RundownMoved(DomainError):
    """Somebody else changed the order meanwhile."""

    code = "livestream.rundown_moved"
    message = _("环节单刚被别人改过，已为你刷新，请重新调整顺序。")


class PeopleMoved(DomainError):
    code = "livestream.people_moved"
    message = _("出镜人员名单刚被别人改过，请刷新后再改。")


class CueNameless(Invalid):
    code = "livestream.cue_nameless"
    message = _("请选择企业，或者写下环节名称。")


class EmployerForeign(Invalid):
    code = "livestream.employer_foreign"
    message = _("这家企业没有参加本场招聘会。")


class PositionsForeign(Invalid):
    code = "livestream.positions_foreign"
    message = _("只能选择这家企业在本场招聘会已发布的岗位。")


def ensure_may_become(session: LiveSession, state: str) -> None:
    if state not in TRANSITIONS[session.state]:
        raise StateRefused


def ensure_named(people: Sequence[SessionPerson]) -> None:
    hosts = [one for one in people if one.role == SessionPerson.Role.HOST]
    if not hosts or any(not one.paper for one in people):
        raise NobodyNamed


def ensure_times(starts_at: datetime, ends_at: datetime) -> None:
    if ends_at <= starts_at:
        raise Invalid(fields={"ends_at": _("结束时间要晚于开播时间。")})
    if ends_at - starts_at > LONGEST:
        raise Invalid(fields={"ends_at": _("一场直播最长12小时，请分成几场。")})


def next_cue(cues: Iterable[Cue], current: Cue | None) -> Cue:
    """The first one still to come after the current one, or, at its end, one that was left behind."""
    waiting = [one for one in cues if one.state == Cue.State.PLANNED]
    if not waiting:
        raise RundownOver
    after = [one for one in waiting if current is None or (one.rank, one.pk) > (current.rank, current.pk)]
    return (after or waiting)[0]
