"""Signing in by a code sent to a phone, over HTTP."""

from __future__ import annotations

import threading
import time
from datetime import datetime, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.test import Client

from jobfair.accounts.models import User
from jobfair.core.models import AuditEntry
from tests.accounts.outbox import SENT, last_code
from tests.accounts.visitor import PHONE, Visitor, error

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_a_first_time_number_becomes_an_account_in_one_step(visitor):
    user = visitor.sign_in("138 0000 1234", name="王小明")
    account = User.objects.get()
    assert user == {
        "id": account.pk,
        "display_name": "王小明",
        "phone_masked": "138****1234",
        "is_guest": False,
    }
    assert (account.phone, account.phone_verified, account.is_guest) == ("+8613800001234", True, False)
    assert account.has_usable_password() is False
    assert "1380000" not in account.username


def test_the_message_is_a_template_with_parameters(visitor):
    visitor.tell("phone/request-code", phone=PHONE)
    [(template, phone, parameters)] = SENT
    assert (template, phone, parameters["minutes"]) == ("sign_in_code", "+8613800001234", "5")
    assert parameters["code"].isdigit()
    assert len(parameters["code"]) == 6


def test_nothing_is_stored_about_a_number_until_its_code_comes_back(visitor):
    visitor.tell("phone/request-code", phone=PHONE)
    visitor.tell("phone/confirm", code=wrong(last_code()), display_name="王小明")
    assert User.objects.count() == 0


def test_a_known_number_signs_in_to_its_account_and_keeps_its_name():
    first = Visitor().sign_in(name="王小明")
    clear_limits()
    assert Visitor().sign_in() == first
    assert User.objects.count() == 1


def test_a_known_and_an_unknown_number_get_the_same_answer(visitor):
    User.objects.create_user("known", phone="+8613800000001", phone_verified=True)
    User.objects.create_user("disabled", phone="+8613800000003", is_active=False)
    replies = [
        visitor.tell("phone/request-code", phone=phone)
        for phone in ("13800000001", "13800000002", "13800000003")
    ]
    assert [reply.status_code for reply in replies] == [200, 200, 200]
    assert [sorted(reply.json()) for reply in replies] == [["expires_at", "resend_at", "sent_at"]] * 3
    assert [len(reply.content) for reply in replies] == [len(replies[0].content)] * 3
    assert [phone for _, phone, _ in SENT] == ["+8613800000001", "+8613800000002", "+8613800000003"]


def test_the_answer_says_when_the_code_ends_and_when_to_ask_again(visitor):
    sent = visitor.tell("phone/request-code", phone=PHONE).json()
    at, expires, resend = (
        datetime.fromisoformat(sent[name]) for name in ("sent_at", "expires_at", "resend_at")
    )
    assert (expires - at, resend - at) == (timedelta(minutes=5), timedelta(minutes=1))


def test_five_wrong_codes_void_the_right_one(visitor):
    visitor.tell("phone/request-code", phone=PHONE)
    code = last_code()
    replies = [visitor.tell("phone/confirm", code=wrong(code)) for _ in range(5)]
    assert [error(reply)["code"] for reply in replies] == ["accounts.code_wrong"] * 4 + [
        "accounts.code_expired"
    ]
    reply = visitor.tell("phone/confirm", code=code)
    assert (reply.status_code, error(reply)["code"]) == (409, "accounts.code_expired")
    assert visitor.me() is None


def test_a_wrong_code_names_the_field(visitor):
    visitor.tell("phone/request-code", phone=PHONE)
    reply = visitor.tell("phone/confirm", code=wrong(last_code()))
    assert reply.status_code == 422
    assert error(reply)["fields"] == {"code": "验证码不对，请核对短信后重新填写。"}


def test_a_code_ends_after_five_minutes(visitor, monkeypatch):
    visitor.tell("phone/request-code", phone=PHONE)
    real = time.time
    monkeypatch.setattr("allauth.account.internal.flows.code_verification.time.time", lambda: real() + 301)
    reply = visitor.tell("phone/confirm", code=last_code())
    assert (reply.status_code, error(reply)["code"]) == (409, "accounts.code_expired")


def test_a_code_works_once_and_only_in_the_browser_that_asked(visitor):
    visitor.tell("phone/request-code", phone=PHONE)
    code = last_code()
    assert error(Visitor().tell("phone/confirm", code=code))["code"] == "accounts.code_expired"
    assert visitor.tell("phone/confirm", code=code).status_code == 200
    assert error(visitor.tell("phone/confirm", code=code))["code"] == "accounts.code_expired"


def test_asking_again_voids_the_earlier_code(visitor):
    visitor.tell("phone/request-code", phone=PHONE)
    first = last_code()
    clear_limits()
    visitor.tell("phone/request-code", phone=PHONE)
    if first != last_code():  # one in a million they are equal
        assert error(visitor.tell("phone/confirm", code=first))["code"] == "accounts.code_wrong"
    assert visitor.tell("phone/confirm", code=last_code()).status_code == 200


def test_a_code_typed_full_width_and_spaced_is_the_code(visitor):
    visitor.tell("phone/request-code", phone=PHONE)
    typed = last_code().translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    assert visitor.tell("phone/confirm", code=f"{typed[:3]} {typed[3:]}").status_code == 200


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("明" * 21, "称呼请缩短到 20 个字以内。"),
        ("王\u202e明", "称呼里有看不见的控制字符，请重新输入。"),
        ("王\x00明", "含有无法保存的字符，请重新输入。"),
        ("明" * 5000, "请缩短到 200 个字以内。"),
    ],
)
def test_a_bad_name_is_refused_before_the_code_is_touched(visitor, name, remedy):
    visitor.tell("phone/request-code", phone=PHONE)
    reply = visitor.tell("phone/confirm", code=last_code(), display_name=name)
    assert (reply.status_code, error(reply)["fields"]) == (422, {"display_name": remedy})
    assert User.objects.count() == 0
    assert visitor.tell("phone/confirm", code=last_code(), display_name="王小明").status_code == 200


@pytest.mark.parametrize(
    "phone", ["", "1" * 5000, "📱", "1380000\x001234", "\u202e43210000831", "0513-88001234"]
)
def test_a_bad_phone_names_the_field_and_sends_nothing(visitor, phone):
    reply = visitor.tell("phone/request-code", phone=phone)
    assert (reply.status_code, list(error(reply)["fields"])) == (422, ["phone"])
    assert (SENT, Session.objects.count()) == ([], 0)


@pytest.mark.parametrize(
    "body", [{}, {"phone": None}, {"phone": 13800001234}, {"phone": PHONE, "admin": True}]
)
def test_a_malformed_body_is_a_422(visitor, body):
    assert visitor.tell("phone/request-code", **body).status_code == 422


def test_a_gateway_that_fails_says_so_and_leaves_no_code(visitor, settings):
    settings.SMS_SENDER = "tests.accounts.outbox.BrokenGateway"
    reply = visitor.tell("phone/request-code", phone=PHONE)
    assert (reply.status_code, error(reply)["code"], reply["Retry-After"]) == (
        409,
        "accounts.sms_not_sent",
        "60",
    )
    assert error(visitor.tell("phone/confirm", code="123456"))["code"] == "accounts.code_expired"


def test_a_disabled_account_learns_it_only_with_the_code(visitor):
    User.objects.create_user("banned", phone="+8613800001234", is_active=False)
    visitor.tell("phone/request-code", phone=PHONE)
    reply = visitor.tell("phone/confirm", code=last_code())
    assert (reply.status_code, error(reply)["code"]) == (403, "accounts.disabled")
    assert visitor.me() is None


def test_a_number_entered_by_staff_is_verified_by_its_first_code(visitor):
    invited = User.objects.create_user("invited", phone="+8613800001234", display_name="李四")
    assert visitor.sign_in()["id"] == invited.pk
    invited.refresh_from_db()
    assert invited.phone_verified is True


def test_neither_code_nor_number_reaches_log_or_audit(visitor, caplog):
    caplog.set_level("DEBUG")
    visitor.sign_in(name="王小明")
    told = caplog.text + str(list(AuditEntry.objects.values()))
    assert (last_code() in told, "13800001234" in told, "王小明" in told) == (False, False, False)


def test_allauths_own_endpoints_are_no_second_door():
    for path in ("auth/code/request", "auth/code/confirm", "auth/signup", "account/phone", "auth/login"):
        assert Client().post(f"/_allauth/browser/v1/{path}", {}).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_the_same_code_confirmed_twice_at_once_gives_one_account():
    phone = Visitor()
    phone.enter_as_guest()
    phone.tell("phone/request-code", phone=PHONE)
    code, start, replies = last_code(), threading.Barrier(4), []

    def confirm() -> None:
        visitor = Visitor()
        visitor.cookies = phone.cookies.copy()
        try:
            start.wait(timeout=60)
            reply = visitor.post(
                "/api/phone/confirm",
                {"code": code},
                content_type="application/json",
                headers={"X-CSRFToken": visitor.cookies["csrftoken"].value},
            )
            replies.append(reply.json())
        finally:
            connection.close()

    threads = [threading.Thread(target=confirm) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    accounts = User.objects.filter(is_guest=False)
    assert [account.phone for account in accounts] == ["+8613800001234"]
    assert len(replies) == 4
    signed_in = [reply["user"]["id"] for reply in replies if "user" in reply]
    assert signed_in == [accounts[0].pk] * len(signed_in)
    assert {reply["error"]["code"] for reply in replies if "error" in reply} <= {"accounts.code_expired"}
    assert AuditEntry.objects.filter(action="accounts.guest_merged").count() == 1
    assert AuditEntry.objects.filter(action="accounts.account_created").count() == 1


def clear_limits() -> None:
    cache.clear()
