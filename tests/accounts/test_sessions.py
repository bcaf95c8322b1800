"""Sessions, devices and CSRF: what a cookie is worth, and when it stops being worth anything."""

from __future__ import annotations

import pytest

from jobfair.accounts.models import User
from jobfair.accounts.rules import session_mark
from jobfair.core.models import AuditEntry
from tests.accounts.outbox import last_code
from tests.accounts.visitor import PHONE, Visitor, error

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

WRITES = ["guests", "phone/request-code", "phone/confirm", "staff/sign-in", "sign-out"]


def with_session(key: str) -> Visitor:
    visitor = Visitor()
    visitor.cookies["sessionid"] = key
    return visitor


@pytest.mark.parametrize("path", WRITES)
def test_every_write_needs_the_csrf_header(path):
    bare = Visitor()
    bare.ask("me")  # has the cookie, sends no header
    reply = bare.post(f"/api/{path}", {}, content_type="application/json")
    assert reply.status_code == 403
    assert User.objects.count() == 0


@pytest.mark.parametrize("path", WRITES)
def test_a_foreign_pages_token_is_no_token(path):
    visitor = Visitor()
    visitor.ask("me")
    reply = visitor.post(
        f"/api/{path}", {}, content_type="application/json", headers={"X-CSRFToken": "a" * 32}
    )
    assert reply.status_code == 403


def test_me_gives_the_token_and_its_cookie():
    visitor = Visitor()
    reply = visitor.ask("me")
    assert "csrftoken" in reply.cookies
    used = visitor.post(
        "/api/guests",
        {},
        content_type="application/json",
        headers={"X-CSRFToken": reply.json()["csrf_token"]},
    )
    assert used.status_code == 200


def test_the_token_in_a_sign_in_reply_works_for_the_next_write():
    visitor = Visitor()
    visitor.ask("me")
    token = visitor.tell("guests").json()["csrf_token"]
    reply = visitor.post("/api/sign-out", {}, content_type="application/json", headers={"X-CSRFToken": token})
    assert reply.status_code == 200


def test_the_session_key_changes_at_sign_in():
    visitor = Visitor()
    visitor.tell("phone/request-code", phone=PHONE)
    before = visitor.session_key
    visitor.tell("phone/confirm", code=last_code())
    assert visitor.session_key != before
    assert with_session(before).me() is None


def test_after_sign_out_the_old_cookie_is_dead():
    visitor = Visitor()
    visitor.sign_in()
    key = visitor.session_key
    assert with_session(key).me() is not None
    reply = visitor.tell("sign-out")
    assert (reply.status_code, reply.json()["user"]) == (200, None)
    assert with_session(key).me() is None
    assert AuditEntry.objects.get(action="accounts.signed_out").detail["session"] == session_mark(key)


def test_signing_out_while_signed_out_changes_nothing():
    reply = Visitor().tell("sign-out")
    assert (reply.status_code, reply.json()["user"]) == (200, None)
    assert AuditEntry.objects.count() == 0


def test_disabling_an_account_ends_its_sessions():
    visitor = Visitor()
    visitor.sign_in()
    User.objects.update(is_active=False)
    assert visitor.me() is None


def test_the_guests_session_is_dead_everywhere_once_merged():
    visitor = Visitor()
    visitor.enter_as_guest()
    guests_key = visitor.session_key
    other = Visitor()
    other.cookies["device"] = visitor.cookies["device"].value
    other.enter_as_guest()
    visitor.sign_in()
    assert (with_session(guests_key).me(), other.me()) == (None, None)


def test_signing_in_to_another_account_leaves_nothing_of_the_first():
    visitor = Visitor()
    first = visitor.sign_in("13800000001")
    key = visitor.session_key
    second = visitor.sign_in("13800000002")
    assert first["id"] != second["id"]
    assert visitor.me() == second
    assert with_session(key).me() is None


def test_the_device_cookie_is_signed_long_lived_and_out_of_scripts_reach():
    cookie = Visitor().tell("guests").cookies["device"]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 31536000)


def test_the_first_visit_gives_the_device_its_cookie_and_keeps_it():
    visitor = Visitor()
    assert "device" in visitor.ask("me").cookies
    assert "device" not in visitor.ask("me").cookies


def test_the_device_finds_its_guest_again_without_a_session():
    visitor = Visitor()
    guest = visitor.enter_as_guest()
    del visitor.cookies["sessionid"]
    assert visitor.me() is None
    assert visitor.enter_as_guest() == guest
    assert User.objects.count() == 1


@pytest.mark.parametrize("forge", ["", "x", "not-a-uuid:sig", "{other}:{signature}"])
def test_a_tampered_device_cookie_is_ignored(forge):
    victim = Visitor()
    guest = victim.enter_as_guest()
    value, _, signature = victim.cookies["device"].value.strip('"').partition(":")
    thief = Visitor()
    other = value.replace(value[0], "1" if value[0] == "0" else "0")
    thief.cookies["device"] = forge.format(other=other, signature=signature) or '""'
    assert thief.enter_as_guest()["id"] != guest["id"]


def test_a_guest_who_is_in_already_stays_the_same():
    visitor = Visitor()
    assert visitor.enter_as_guest() == visitor.enter_as_guest()
    assert User.objects.count() == 1


def test_an_account_does_not_become_a_guest():
    visitor = Visitor()
    account = visitor.sign_in()
    assert visitor.enter_as_guest() == account


def test_two_first_visits_are_two_guests():
    assert Visitor().enter_as_guest()["id"] != Visitor().enter_as_guest()["id"]


def test_an_unknown_session_cookie_is_nobody():
    assert with_session("a" * 32).me() is None


def test_the_body_of_a_refusal_has_the_contracts_shape():
    refusal = Visitor().tell("phone/confirm", code="123456")
    assert sorted(error(refusal)) == ["code", "fields", "message", "retry_after"]
