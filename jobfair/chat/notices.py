"""What conversations tell people by notice: an answer, when to expect one, and questions nobody has answered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from jobfair.chat.events import (
    ComplaintAnswered,
    ConversationEvent,
    ConversationHandedOver,
    ConversationReported,
    MessagePosted,
    MessagesSeen,
)
from jobfair.chat.models import Complaint, Conversation
from jobfair.chat.registry import owner_of
from jobfair.core import clock
from jobfair.core.events import listen
from jobfair.notices.models import Notice
from jobfair.notices.registry import Template, template
from jobfair.notices.services import notify, settle

Level = Conversation.Level
Side = Conversation.Side

ANSWERED = template(
    "chat.answered",
    category="applications",
    zh="{place}回复了你的消息，请查看。",
    en="{place} has answered your message.",
    sms_template_id="chat_answered",
    sms_params=("place",),
    wechat_template_id="chat_answered",
    wechat_fields={"thing1": "place"},
    useful_for=timedelta(days=1),
)
EXPECT = template(
    "chat.expect_answer",
    category="applications",
    zh="{place}现在没有人在线，会在{time}前回复你，消息已保留。",
    en="Nobody of {place} is there now. You will have an answer by {time}; your message is kept.",
)
WAITS = template(
    "chat.waits",
    category="work",
    zh="{place}有求职者的消息等待回复，请尽快回复。",
    en="{place}: a seeker's message waits for an answer.",
    sms_template_id="chat_waits",
    sms_params=("place",),
    wechat_template_id="chat_waits",
    wechat_fields={"thing1": "place"},
)
OVERDUE = template(
    "chat.overdue",
    category="work",
    zh="{place}没有按时回复求职者的消息，请联系企业。",
    en="{place} has not answered a seeker in time. Please call the employer.",
    sms_template_id="chat_overdue",
    sms_params=("place",),
)
REPORTED = template(
    "chat.reported",
    category="work",
    zh="{place}的一个会话被举报，请在{time}前处理。",
    en="A conversation with {place} was reported. Please answer by {time}.",
)
COMPLAINT_ANSWERED = template(
    "chat.complaint_answered",
    category="fair",
    zh="你举报的会话（{place}）已处理，结果可查看。",
    en="Your report about {place} has been dealt with.",
)


def connect() -> None:
    """Called once, by wiring."""
    listen(MessagePosted, tell_answered)
    listen(MessagesSeen, settle_answered)
    listen(ConversationHandedOver, tell_handed_over)
    listen(ConversationReported, tell_reported)
    listen(ComplaintAnswered, tell_complaint_answered)


def tell_answered(event: MessagePosted) -> None:
    """Of an answer nobody has looked at yet, once: the tenth line needs no tenth text message."""
    if event.side != Side.BOOTH:
        return
    settle(user_id=event.seeker_id, about=_expected(event), now=clock.now())
    _tell(ANSWERED, event, [event.seeker_id], about=event_about(event), link=_page(event))


def settle_answered(event: MessagesSeen) -> None:
    if event.side == Side.SEEKER and event.read_to:
        settle(user_id=event.seeker_id, about=event_about(event), now=clock.now())


def tell_handed_over(event: ConversationHandedOver) -> None:
    """To the seeker when nobody is left at the desk; to those who owe the answer now."""
    waiting = Conversation.objects.filter(pk=event.conversation_id).exclude(waiting_since=None).first()
    if waiting is None or waiting.answer_due_at is None:
        return
    owner, id = owner_of(event.topic)
    if event.level == Level.RECRUITER:
        if event.to is not None and event.why != "claimed":
            _tell(WAITS, event, [event.to], about=_at_work(event), link=owner.place(id).desk_link)
        return
    due = waiting.escalates_at or waiting.answer_due_at
    if event.why != "overdue":
        _tell(EXPECT, event, [event.seeker_id], about=_expected(event), link=_page(event), due=due)
    if event.level == Level.BOOTH:
        _tell(WAITS, event, owner.recruiters(id), about=_at_work(event), link=owner.place(id).desk_link)
    else:
        _tell(OVERDUE, event, owner.organisers(id), about=_at_work(event), link=_page(event))


def tell_reported(event: ConversationReported) -> None:
    owner, id = owner_of(event.topic)
    due = Complaint.objects.values_list("due_at", flat=True).get(pk=event.complaint_id)
    about = f"chat_complaint:{event.complaint_id}"
    _tell(REPORTED, event, owner.organisers(id), about=about, link=_page(event), due=due)


def tell_complaint_answered(event: ComplaintAnswered) -> None:
    by = Complaint.objects.values_list("by_id", flat=True).get(pk=event.complaint_id)
    about = f"chat_complaint:{event.complaint_id}"
    _tell(COMPLAINT_ANSWERED, event, [by], about=about, link=_page(event))


def event_about(event: ConversationEvent) -> str:
    return f"conversation:{event.conversation_id}"


def _expected(event: ConversationEvent) -> str:
    return f"conversation:{event.conversation_id}:expected"


def _at_work(event: ConversationHandedOver) -> str:
    return f"conversation:{event.conversation_id}:{event.level}"


def _page(event: ConversationEvent) -> str:
    return f"/chat/{event.conversation_id}"


def _tell(
    kind: Template,
    event: ConversationEvent,
    user_ids: Sequence[int],
    *,
    about: str,
    link: str,
    due: datetime | None = None,
) -> None:
    """Each person who has no unseen notice of this kind about it."""
    owner, id = owner_of(event.topic)
    people = list(dict.fromkeys(user_ids))
    unseen = Notice.objects.filter(user__in=people, about=about, kind=kind.kind, seen_at=None)
    told = set(unseen.values_list("user_id", flat=True))
    params = {"place": owner.place(id).title, **({"time": _clock_time(due)} if due else {})}
    for user_id in people:
        if user_id not in told:
            notify(
                user_id=user_id,
                kind=kind.kind,
                about=about,
                params=params,
                link=link,
                urgency="sms_if_unseen" if kind.sms_template_id else "in_app",
                now=clock.now(),
            )


def _clock_time(due: datetime) -> str:
    """`14:05`, or `11月24日 18:00` on another day, by the fair's clock."""
    at = clock.local(due)
    return f"{at:%H:%M}" if at.date() == clock.today() else f"{at.month}月{at.day}日 {at:%H:%M}"
