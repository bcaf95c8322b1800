"""Notices over HTTP: one's own only, in pages, with choices; reports only when signed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from booths import services as booths_services
from jobfair.core import clock
from jobfair.notices import rules
from jobfair.notices.models import Channel, Message, Notice, StubMessage
from tests.accounts.visitor import Visitor
from tests.booths.test_api import client_of, post
from tests.factories import desks_of, make_booth, make_fair, make_recruiter, make_seeker
from tests.notices.people import person, tell, work

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]

ON = {"sms": True, "wechat": True, "push": True}
ALL_ON = {"calls": ON, "applications": ON, "fair": ON, "work": ON}
ENDPOINT = "https://fcm.googleapis.com/fcm/send/abc"
KEYS = {"p256dh": "B" * 87, "auth": "A" * 22}


def put(user: Any, body: Any) -> Any:
    return client_of(user).put("/api/me/notice-preferences", body, content_type="application/json")


def test_the_list_is_ones_own_in_pages_and_what_was_seen_stays_in_it(django_assert_num_queries: Any) -> None:
    user, stranger = person(), make_seeker()
    made = [tell(user, about=f"ticket:{number}").pk for number in range(23)]
    reader = client_of(user)
    first = reader.get("/api/me/notices").json()
    assert ([row["id"] for row in first["items"]], first["unseen"]) == (made[:2:-1], 23)
    second = reader.get(f"/api/me/notices?cursor={first['next']}").json()
    assert ([row["id"] for row in second["items"]], second["next"]) == (made[2::-1], None)
    assert post(stranger, "/me/notices/acknowledge", {"ids": made}).json() == {"ids": []}
    assert sorted(post(user, "/me/notices/acknowledge", {"ids": made[:2]}).json()["ids"]) == made[:2]
    again = reader.get("/api/me/notices").json()
    assert again["unseen"] == 21
    with django_assert_num_queries(4):  # session, user, the page, the count
        reader.get("/api/me/notices")
    assert client_of(stranger).get("/api/me/notices").json() == {"items": [], "next": None, "unseen": 0}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"ids": []},
        {"ids": [0]},
        {"ids": ["x"]},
        {"ids": [1] * 101},
        {"ids": [2**60]},
        {"ids": [1], "x": 1},
    ],
)
def test_a_strange_acknowledgement_is_refused_by_field(body: Any) -> None:
    reply = post(person(), "/me/notices/acknowledge", body)
    assert (reply.status_code, reply.json()["error"]["code"]) == (422, "core.invalid")


def test_nobody_has_no_notices_and_a_strange_cursor_is_refused() -> None:
    for path in ("/api/me/notices", "/api/me/notice-preferences"):
        assert Client().get(path).status_code == 401
    assert post(None, "/me/notices/acknowledge", {"ids": [1]}).status_code == 401
    reader = client_of(person())
    for cursor in ("x", "-1", "１", "1" * 16):
        assert reader.get(f"/api/me/notices?cursor={cursor}").status_code == 422


def test_choices_are_kept_and_say_how_one_can_be_reached() -> None:
    user = person()
    given = client_of(user).get("/api/me/notice-preferences").json()
    assert given == {
        **ALL_ON,
        "phone_masked": "138****0001",
        "wechat_left": 0,
        "wechat_ask": "",
        "devices": 0,
        "push_key": "",
    }
    chosen = {**ALL_ON, "calls": {"sms": False, "wechat": True, "push": False}}
    assert {name: put(user, chosen).json()[name] for name in chosen} == chosen
    assert client_of(user).get("/api/me/notice-preferences").json()["calls"] == chosen["calls"]
    assert put(user, {"calls": ON}).status_code == 422
    assert client_of(make_seeker(guest=True)).get("/api/me/notice-preferences").json()["phone_masked"] is None


def test_pushes_are_offered_only_where_the_house_can_send_them(settings: Any) -> None:
    user = person()
    body = {"endpoint": ENDPOINT, **KEYS}
    refused = post(user, "/me/push-subscriptions", body)
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "notices.channel_off")
    settings.DEBUG, settings.VAPID_PUBLIC_KEY = True, "public"
    assert post(user, "/me/push-subscriptions", body).json()["devices"] == 1
    for strange in (
        "https://127.0.0.1/",
        "http://fcm.googleapis.com/x",
        "https://fcm.googleapis.com.example.org/",
        "https://fcm.googleapis.com:8443/",
        "https://user@fcm.googleapis.com/",
        "https://[bad",
    ):
        reply = post(user, "/me/push-subscriptions", {**body, "endpoint": strange})
        assert (reply.status_code, list(reply.json()["error"]["fields"])) == (422, ["endpoint"]), strange
    tell(user)
    work(seconds=6)
    assert list(StubMessage.objects.values_list("channel", "link")) == [("push", "/t/1")]
    assert post(user, "/me/push-subscriptions/remove", {"endpoint": ENDPOINT}).json()["devices"] == 0


def test_each_consent_of_wechats_is_good_for_one_message(settings: Any) -> None:
    user = person()
    assert post(user, "/me/wechat-consents", {"code": "0a1b2c"}).status_code == 409
    settings.DEBUG = True
    assert [
        post(user, "/me/wechat-consents", {"code": "0a1b2c"}).json()["wechat_left"] for _ in range(2)
    ] == [1, 2]
    assert post(make_seeker(guest=True), "/me/wechat-consents", {"code": "0a1b2c"}).status_code == 401


def test_wechat_is_offered_to_people_where_a_service_account_is_set_up(settings: Any) -> None:
    user, guest = person(), make_seeker(guest=True)

    def ask(of: Any) -> str:
        return str(client_of(of).get("/api/me/notice-preferences").json()["wechat_ask"])

    assert ask(user) == ""
    settings.WECHAT_APP, settings.PUBLIC_URL = "wx&1", "https://fair.example.org/"
    assert ask(user) == ""  # nobody would send
    settings.NOTICE_GATEWAYS = {
        **settings.NOTICE_GATEWAYS,
        "wechat": {"url": "http://x", "key": "", "secret": ""},
    }
    assert ask(user) == (
        "https://open.weixin.qq.com/connect/oauth2/authorize?appid=wx%261"
        "&redirect_uri=https%3A%2F%2Ffair.example.org%2Fme%2Fnotices%2Fchoices"
        "&response_type=code&scope=snsapi_base&state=STATE#wechat_redirect"
    )
    assert ask(guest) == ""


def report(body: Any, *, secret: str, channel: str = "sms", tamper: bytes = b"") -> Any:
    content = json.dumps(body).encode()
    second = str(int(clock.now().timestamp()))
    headers = {"X-Timestamp": second, "X-Signature": rules.sign(secret, second, content)}
    return Client(enforce_csrf_checks=True).post(
        f"/api/gateways/{channel}/reports", content + tamper, content_type="application/json", headers=headers
    )


def test_only_the_gateways_own_reports_are_heard(settings: Any) -> None:
    settings.NOTICE_GATEWAYS = {
        "sms": {"url": "", "key": "", "secret": "s3"},
        "wechat": {"url": "", "key": "", "secret": ""},
    }
    settings.DEBUG = True
    tell(person())
    work(seconds=60)
    message = Message.objects.get(channel=Channel.SMS)
    body = {"reports": [{"id": str(message.uid), "state": "failed", "reason": "空号"}]}
    for reply in (
        report(body, secret="guessed"),
        report(body, secret="s3", tamper=b" "),
        report(body, secret="", channel="wechat"),
    ):
        assert (reply.status_code, reply.json()["error"]["code"]) == (403, "notices.report_refused")
    unknown = {"reports": [{"id": "00000000-0000-4000-8000-000000000000", "state": "delivered"}]}
    assert report(unknown, secret="s3").json() == {"known": 0}
    assert report(body, secret="s3").json() == {"known": 1}
    message.refresh_from_db()
    assert (message.state, message.reason) == ("failed", "空号")
    assert report({"reports": []}, secret="s3").status_code == 422
    assert report(body, secret="s3", channel="push").status_code == 422


def test_the_development_page_exists_in_development_only(settings: Any) -> None:
    assert Client().get("/api/dev/messages").status_code == 404
    settings.DEBUG = True
    tell(person())
    work(seconds=60)
    [shown] = Client().get("/api/dev/messages").json()
    assert (shown["recipient"], shown["state"], shown["signature"]) == ("138****0001", "received", "职等你来")


def test_writes_ask_for_the_csrf_token() -> None:
    visitor = Visitor()
    visitor.force_login(person(), backend="django.contrib.auth.backends.ModelBackend")
    reply = visitor.post("/api/me/notices/acknowledge", {"ids": [1]}, content_type="application/json")
    assert reply.status_code == 403


def test_a_call_is_told_and_whoever_comes_is_texted_nothing(settings: Any) -> None:
    settings.DEBUG = True
    now = clock.now()
    booth = make_booth(make_fair(now=now), now=now)
    recruiter, comes, stays_away = make_recruiter(booth), person(), person(last=2)
    tickets = [
        booths_services.take_ticket(booth=booth, seeker=one, channel="onsite", now=now)
        for one in (comes, stays_away)
    ]
    for desk in desks_of(booth):
        booths_services.call_next_ticket(desk=desk, by=recruiter, now=now)
    [told] = client_of(comes).get("/api/me/notices").json()["items"]
    assert told["text_zh"] == f"{tickets[0].label}轮到你了：请到{booth.number}号展位，{booth.employer.name}。"
    assert told["link"] == f"/t/{tickets[0].pk}"
    booths_services.arrive(ticket=tickets[0], by=comes, now=now)
    work(seconds=21)
    assert list(StubMessage.objects.values_list("recipient", flat=True)) == ["138****0002"]
    assert Notice.objects.get(user=comes).seen_at is not None
