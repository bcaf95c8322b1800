from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from jobfair.core.schemas import Schema, Text
from jobfair.notices.models import Notice, StubMessage
from jobfair.notices.registry import CATEGORIES
from jobfair.notices.rules import ACKNOWLEDGED_AT_ONCE, switch


class NoticeOut(Schema):
    """In both languages: the page shows the reader's."""

    id: int
    kind: str
    text_zh: str
    text_en: str
    link: str
    created_at: datetime
    seen_at: datetime | None

    @classmethod
    def of(cls, notice: Notice) -> NoticeOut:
        return cls(
            id=notice.pk,
            kind=notice.kind,
            text_zh=notice.text_zh,
            text_en=notice.text_en,
            link=notice.link,
            created_at=notice.created_at,
            seen_at=notice.seen_at,
        )


class NoticesOut(Schema):
    """The newest fifty, newest first."""

    notices: list[NoticeOut]


class NoticeAddedPush(Schema):
    notice: NoticeOut


class NoticesSeenPush(Schema):
    ids: list[int]
    seen_at: datetime


class NoticesPageOut(Schema):
    """Newest first; `next` is the cursor of the page after it."""

    items: list[NoticeOut]
    next: str | None
    unseen: int


class AcknowledgeIn(Schema):
    ids: Annotated[
        list[Annotated[int, Field(gt=0, lt=2**53)]], Field(min_length=1, max_length=ACKNOWLEDGED_AT_ONCE)
    ]


class SeenOut(Schema):
    """Which of them were not seen before."""

    ids: list[int]


class Switches(Schema):
    sms: bool
    wechat: bool
    push: bool


class NoticePreferencesIn(Schema):
    calls: Switches
    applications: Switches
    fair: Switches
    work: Switches

    def off(self) -> set[str]:
        """The switches turned off."""
        chosen = {category: getattr(self, category).model_dump() for category in CATEGORIES}
        return {switch(c, channel) for c, row in chosen.items() for channel, on in row.items() if not on}


class NoticePreferencesOut(NoticePreferencesIn):
    """The choices, and which ways there are to reach this person.

    `wechat_ask`: where WeChat says who it is, with STATE to be filled in; empty where it is not offered.
    """

    phone_masked: str | None
    wechat_left: int
    wechat_ask: str
    devices: int
    push_key: str

    @classmethod
    def of(
        cls,
        off: Collection[str],
        *,
        phone_masked: str | None,
        wechat_left: int,
        wechat_ask: str,
        devices: int,
        push_key: str,
    ) -> NoticePreferencesOut:
        rows = {
            category: Switches(
                **{channel: switch(category, channel) not in off for channel in Switches.model_fields}
            )
            for category in CATEGORIES
        }
        return cls(
            **rows,
            phone_masked=phone_masked,
            wechat_left=wechat_left,
            wechat_ask=wechat_ask,
            devices=devices,
            push_key=push_key,
        )


class PushSubscriptionIn(Schema):
    """As PushManager gives it (W3C Push API): where to send, and the browser's keys."""

    endpoint: Annotated[Text, Field(min_length=1, max_length=500)]
    p256dh: Annotated[Text, Field(pattern=r"^[A-Za-z0-9_=-]{20,120}$")]
    auth: Annotated[Text, Field(pattern=r"^[A-Za-z0-9_=-]{10,40}$")]


class PushEndpointIn(Schema):
    endpoint: Annotated[Text, Field(min_length=1, max_length=500)]


class WeChatConsentIn(Schema):
    """The person allowed one more message; `code` is what WeChat's sign-in gave, good for five minutes."""

    code: Annotated[Text, Field(pattern=r"^[A-Za-z0-9_-]{4,128}$")]


class ReportIn(Schema):
    id: UUID
    state: Literal["delivered", "failed"]
    reason: Annotated[Text, Field(max_length=200)] = ""


class ReportsIn(Schema):
    reports: Annotated[list[ReportIn], Field(min_length=1, max_length=500)]


class ReportsOut(Schema):
    """Reports about messages that are ours."""

    known: int


class StubMessageOut(Schema):
    uid: UUID
    channel: str
    recipient: str
    template_id: str
    signature: str
    parameters: dict[str, str]
    text: str
    link: str
    received_at: datetime
    times: int
    state: Literal["received", "delivered", "failed"]
    reason: str

    @classmethod
    def of(cls, row: StubMessage) -> StubMessageOut:
        state = row.outcome if row.reported_at is not None else "received"
        return cls.model_validate(
            {name: getattr(row, name) for name in cls.model_fields if name != "state"} | {"state": state}
        )
