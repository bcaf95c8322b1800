"""One's own notices, choices and devices; the gateways' delivery reports; the development page."""

from __future__ import annotations

from typing import Annotated, Any

from django.conf import settings
from django.http import HttpRequest
from ninja import Path, Query, Router

from jobfair.accounts.access import seeker_of, signed_in
from jobfair.accounts.models import User
from jobfair.accounts.rules import mask_phone
from jobfair.core import clock
from jobfair.core.errors import NotFound
from jobfair.core.schemas import ErrorReply
from jobfair.notices import queries, rules, services
from jobfair.notices.gateways import identify_wechat, where_wechat_asks
from jobfair.notices.models import Channel
from jobfair.notices.schemas import (
    AcknowledgeIn,
    NoticeOut,
    NoticePreferencesIn,
    NoticePreferencesOut,
    NoticesPageOut,
    PushEndpointIn,
    PushSubscriptionIn,
    ReportsIn,
    ReportsOut,
    SeenOut,
    StubMessageOut,
    WeChatConsentIn,
)
from jobfair.notices.web_push import is_push_service, push_key

router = Router(tags=["notices"])
OWN = {401: ErrorReply}
WRITE = {401: ErrorReply, 403: ErrorReply, 422: ErrorReply}
Cursor = Annotated[str | None, Query(pattern=r"^[0-9]{1,15}$")]


@router.get("/me/notices", response={200: NoticesPageOut, 422: ErrorReply, **OWN})
def list_my_notices(request: HttpRequest, cursor: Cursor = None) -> NoticesPageOut:
    user = seeker_of(request)
    rows, following = queries.page_of(user.pk, before=int(cursor) if cursor else None)
    return NoticesPageOut(
        items=[NoticeOut.of(row) for row in rows],
        next=str(following) if following else None,
        unseen=queries.count_unseen(user.pk),
    )


@router.post("/me/notices/acknowledge", response={200: SeenOut, **WRITE})
def acknowledge(request: HttpRequest, body: AcknowledgeIn) -> SeenOut:
    """Seen on a visible page. Repeats, and ids that are not one's own, change nothing."""
    user = seeker_of(request)
    return SeenOut(ids=services.acknowledge(user_id=user.pk, ids=body.ids, now=clock.now()))


@router.get("/me/notice-preferences", response={200: NoticePreferencesOut, **OWN})
def get_preferences(request: HttpRequest) -> NoticePreferencesOut:
    return _preferences(request, seeker_of(request))


@router.put("/me/notice-preferences", response={200: NoticePreferencesOut, **WRITE})
def set_preferences(request: HttpRequest, body: NoticePreferencesIn) -> NoticePreferencesOut:
    user = seeker_of(request)
    services.set_preferences(user_id=user.pk, off=body.off(), now=clock.now())
    return _preferences(request, user)


@router.post("/me/push-subscriptions", response={200: NoticePreferencesOut, 409: ErrorReply, **WRITE})
def add_push_subscription(request: HttpRequest, body: PushSubscriptionIn) -> NoticePreferencesOut:
    """This browser may be sent pushes; only addresses of the browsers' own push services are taken."""
    user = seeker_of(request)
    if not push_key():
        raise rules.ChannelOff
    if not is_push_service(body.endpoint):
        raise rules.AddressRefused(fields={"endpoint": str(rules.AddressRefused.message)})
    keys = {"p256dh": body.p256dh, "auth": body.auth}
    services.add_address(
        user_id=user.pk, channel=Channel.PUSH, address=body.endpoint, keys=keys, uses=None, now=clock.now()
    )
    return _preferences(request, user)


@router.post("/me/push-subscriptions/remove", response={200: NoticePreferencesOut, **WRITE})
def remove_push_subscription(request: HttpRequest, body: PushEndpointIn) -> NoticePreferencesOut:
    user = seeker_of(request)
    services.remove_address(user_id=user.pk, channel=Channel.PUSH, address=body.endpoint, now=clock.now())
    return _preferences(request, user)


@router.post("/me/wechat-consents", response={200: NoticePreferencesOut, 409: ErrorReply, **WRITE})
def consent_to_wechat(request: HttpRequest, body: WeChatConsentIn) -> NoticePreferencesOut:
    """WeChat's own dialogue was answered with yes: one more subscription message may be sent."""
    user = signed_in(request)
    openid = identify_wechat(body.code)
    if openid is None:
        raise rules.ChannelOff
    services.add_address(
        user_id=user.pk, channel=Channel.WECHAT, address=openid, keys={}, uses=1, now=clock.now()
    )
    return _preferences(request, user)


@router.post(
    "/gateways/{channel}/reports", response={200: ReportsOut, 403: ErrorReply, 422: ErrorReply}, auth=None
)
def hear_reports(
    request: HttpRequest, channel: Annotated[str, Path(pattern="^(sms|wechat)$")], body: ReportsIn
) -> Any:
    """A gateway says what became of messages; signed like what it was sent, so it needs no session."""
    now = clock.now()
    rules.ensure_signed(
        settings.NOTICE_GATEWAYS[channel]["secret"],
        timestamp=request.headers.get("X-Timestamp", ""),
        signature=request.headers.get("X-Signature", ""),
        body=request.body,
        now=now,
    )
    known = [
        services.note_report(
            uid=report.id, delivered=report.state == "delivered", reason=report.reason, now=now
        )
        for report in body.reports
    ]
    return ReportsOut(known=sum(known))


@router.get("/dev/messages", response={200: list[StubMessageOut], 404: ErrorReply})
def development_messages(request: HttpRequest) -> list[StubMessageOut]:
    """What the local gateways received; does not exist outside DEBUG."""
    if not settings.DEBUG:
        raise NotFound
    return [StubMessageOut.of(row) for row in queries.list_stub_messages()]


def _preferences(request: HttpRequest, user: User) -> NoticePreferencesOut:
    phone = queries.reachable_phone(user)
    wechat = queries.addresses_of(user.pk, Channel.WECHAT)
    return NoticePreferencesOut.of(
        queries.switched_off(user.pk),
        phone_masked=mask_phone(phone) if phone else None,
        wechat_left=sum(address.uses_left or 0 for address in wechat),
        wechat_ask=""
        if user.is_guest
        else where_wechat_asks(settings.PUBLIC_URL or request.build_absolute_uri("/")),
        devices=len(queries.addresses_of(user.pk, Channel.PUSH)),
        push_key=push_key(),
    )
