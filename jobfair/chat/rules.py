"""What may be said, by whom, how long an answer may take, and which words deserve a warning."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from jobfair.accounts.models import User
from jobfair.chat.models import Complaint, Conversation, Message
from jobfair.core.errors import DomainError, Invalid

Level = Conversation.Level
Side = Conversation.Side

GONE_FOR = timedelta(seconds=6)  # a reload or a change of network is no drop
SILENT_FOR = timedelta(seconds=60)  # for a recruiter whose page never had a socket
TALKING = timedelta(minutes=10)  # after its last line a talk still counts as going on
TYPING = timedelta(seconds=6)
WITHDRAW_WITHIN = timedelta(minutes=10)
COMPLAINT_ANSWERED_WITHIN = timedelta(days=3)  # the house's promise, as for positions
CANNED_MOST = 30


class PhoneNeeded(DomainError):
    """Real-name rules: 网络安全法（2016）第二十四条 asks a proven identity of who publishes or sends messages."""

    code = "chat.phone_needed"
    status = 403
    message = _("发消息前请先用手机号登录。")


class Muted(DomainError):
    code = "chat.muted"
    status = 403
    message = _("你暂时不能发消息，请看主办方的说明，或到服务台咨询。")


class Blocked(DomainError):
    code = "chat.blocked"
    message = _("这个会话已被屏蔽，消息没有发出。")


class ConversationOver(DomainError):
    code = "chat.over"
    message = _("招聘会已归档，会话可以查看，不能再发消息。")


class Empty(Invalid):
    code = "chat.empty"
    message = _("消息是空的，请输入内容再发送。")


class HeldByOther(DomainError):
    """Somebody else was first, or it was handed over meanwhile."""

    code = "chat.held_by_other"
    message = _("这个会话由同事负责，请请对方转给你，或看最新状态。")


class NotHolder(DomainError):
    code = "chat.not_holder"
    message = _("请先接待这个会话，再做这件事。")


class CannotTransfer(DomainError):
    code = "chat.cannot_transfer"
    message = _("这位同事现在不在岗，请换一位同事。")


class NothingWaits(DomainError):
    code = "chat.nothing_waits"
    message = _("这个会话没有等待答复的消息。")


class WithdrawTooLate(DomainError):
    code = "chat.withdraw_too_late"
    message = _("发出超过 10 分钟的消息不能撤回。")


class AnsweredBefore(DomainError):
    code = "chat.answered_before"
    message = _("这条举报已经处理过，请刷新查看。")


def ensure_may_speak(user: User) -> None:
    if user.is_guest or not user.phone_verified or not user.phone:
        raise PhoneNeeded


def ensure_not_blocked(conversation: Conversation) -> None:
    if conversation.blocked_by:
        raise Blocked


def plain_text(text: str) -> str:
    """A line as it is kept: NFC, plain newlines, no control characters; its directions end with it. Empty: Empty.

    Marks of direction may stay, as Arabic and Uyghur need them; each override or isolate is closed before the line
    ends (Unicode TR 9, 3.3.2), so it turns nothing around that stands behind it.
    """
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept = "".join(char for char in text if char == "\n" or unicodedata.category(char) not in {"Cc", "Cs"})
    kept = re.sub(r"\n{3,}", "\n\n", kept).strip()
    if not any(unicodedata.category(char)[0] not in "CZM" for char in kept):
        raise Empty(fields={"text": str(_("请输入内容再发送。"))})
    return _closed(kept)


_ISOLATES, _OVERRIDES = "\u2066\u2067\u2068", "\u202a\u202b\u202d\u202e"


def _closed(text: str) -> str:
    isolates = sum(text.count(char) for char in _ISOLATES) - text.count("\u2069")
    overrides = sum(text.count(char) for char in _OVERRIDES) - text.count("\u202c")
    return text + "\u202c" * max(0, overrides) + "\u2069" * max(0, isolates)


# Warnings. Nothing is blocked: the seeker is told what the law says, and decides.
#
# fee:     劳动合同法第九条: 用人单位招用劳动者，不得扣押居民身份证和其他证件，不得要求劳动者提供担保或者以其他名义
#          向劳动者收取财物. So also 就业服务与就业管理规定（人社部令第28号）第十四条.
# contact: the house's own advice, no law: what is agreed elsewhere leaves no record that could help the seeker.
_FEE = (
    r"押金|保证金|定金|订金|培训费|服装费|工装费|体检费|中介费|介绍费|报名费|建档费|资料费|手续费|会员费|办证费|入职费|"
    r"垫付|刷单|培训贷|贷款(?:培训|入职)|(?:先|需要?|要)(?:交|缴|付|转)(?:费|钱|款|[0-9０-９]+\s*[元块])|扣押?身份证|押身份证"
)
_CONTACT = (
    r"(?:加|添加)[我你下个一]{0,3}(?:微信|QQ|vx|wx|好友|抖音)|微信号|薇信|威信号|[vV][xX信]|(?<![A-Za-z])QQ|企鹅号|"
    r"[Tt]elegram|电报群|(?:扫|识别)(?:一?下)?(?:这个)?(?:二维码|码)|私下(?:聊|联系|转)|转账(?:给|到)|下载[^。，\n]{0,8}(?:app|APP)|"
    r"(?<![0-9])1[3-9][0-9]{9}(?![0-9])"
)
_DENIED = re.compile(
    r"(?:不|无|没有|免|勿|别|拒绝|绝不|从不|不会|不需要?|不用|不得)(?:再?(?:收取?|交纳?|缴纳?|要|付|用|需要?|任何|你)){0,4}$"
)
WARNINGS = {"fee": re.compile(_FEE), "contact": re.compile(_CONTACT, re.IGNORECASE)}
_LOOK_BACK = 10  # characters before a word in which a denial counts: 不收任何押金


def warnings_of(text: str) -> list[str]:
    """Which advice the seeker should see beside a line of the other side. `不收押金` deserves none."""
    folded = unicodedata.normalize("NFKC", text)
    folded = "".join(char for char in folded if unicodedata.category(char) != "Cf")
    folded = re.sub(r"(?<=[\u4e00-\u9fff])[ \t*.·_-]+(?=[\u4e00-\u9fff])", "", folded)  # 押 金
    return [code for code, words in WARNINGS.items() if _is_said(words, folded)]


def _is_said(words: re.Pattern[str], text: str) -> bool:
    return any(
        not _DENIED.search(text[max(0, at.start() - _LOOK_BACK) : at.start()]) for at in words.finditer(text)
    )


def ensure_may_withdraw(message: Message, now: datetime) -> None:
    if now >= message.at + WITHDRAW_WITHIN:
        raise WithdrawTooLate


def ensure_unanswered(complaint: Complaint) -> None:
    if complaint.state != Complaint.State.OPEN:
        raise AnsweredBefore


def has_dropped(conversation: Conversation, *, is_present: bool, now: datetime) -> bool:
    """Whether its recruiter is away for good: sockets gone for six seconds, or, without any, a minute of silence."""
    if is_present:
        return False
    if conversation.was_present:
        return conversation.gone_at is not None and now - conversation.gone_at >= GONE_FOR
    return conversation.held_at is None or now - conversation.held_at >= SILENT_FOR


def next_level(level: str) -> Level:
    return Level.BOOTH if level == Level.RECRUITER else Level.ORGANISER
