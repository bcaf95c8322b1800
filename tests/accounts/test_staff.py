from __future__ import annotations

import pytest
from django.contrib.auth import hashers

from jobfair.accounts.models import User
from jobfair.core.models import AuditEntry
from tests.accounts.visitor import Visitor, error

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

PASSWORD = "correct horse 展位"


@pytest.fixture
def zhang() -> User:
    return User.objects.create_user("zhang", PASSWORD, display_name="张主任")


def test_a_name_and_its_password_sign_in(visitor, zhang):
    reply = visitor.tell("staff/sign-in", username="zhang", password=PASSWORD)
    assert (reply.status_code, reply.json()["user"]["id"]) == (200, zhang.pk)
    assert visitor.me() == {"id": zhang.pk, "display_name": "张主任", "phone_masked": None, "is_guest": False}
    entry = AuditEntry.objects.get(action="accounts.signed_in")
    assert (entry.by, entry.detail) == (zhang.pk, {"user_id": zhang.pk, "method": "password"})


def test_the_session_key_changes(visitor, zhang):
    visitor.enter_as_guest()
    before = visitor.session_key
    visitor.tell("staff/sign-in", username="zhang", password=PASSWORD)
    assert visitor.session_key != before


def test_unknown_wrong_disabled_and_guest_get_one_answer(visitor, zhang):
    User.objects.create_user("gone", PASSWORD, is_active=False)
    User.objects.create_user("guest", PASSWORD, is_guest=True)
    User.objects.create_user("phone-only")
    replies = [
        visitor.tell("staff/sign-in", username=username, password=password)
        for username, password in [
            ("nobody", PASSWORD),
            ("zhang", "wrong"),
            ("gone", PASSWORD),
            ("guest", PASSWORD),
            ("phone-only", PASSWORD),
        ]
    ]
    assert [reply.status_code for reply in replies] == [422] * 5
    assert [reply.content for reply in replies] == [replies[0].content] * 5
    assert error(replies[0])["fields"] == {"password": "用户名或密码不对。"}
    assert visitor.me() is None


def test_unknown_and_wrong_cost_the_same_number_of_hashes(visitor, zhang, monkeypatch):
    """Time follows the hashes, and hashes can be counted without a clock."""
    hashes = []
    real = hashers.MD5PasswordHasher.encode

    def counted(self, password, salt):
        hashes.append(password)
        return real(self, password, salt)

    monkeypatch.setattr(hashers.MD5PasswordHasher, "encode", counted)
    counts = []
    for username in ("zhang", "nobody"):
        hashes.clear()
        visitor.tell("staff/sign-in", username=username, password="wrong")
        counts.append(len(hashes))
    assert counts[0] == counts[1]
    assert counts[0] > 0


@pytest.mark.parametrize(
    ("username", "password", "field"),
    [
        ("", PASSWORD, "username"),
        ("zhang", "", "password"),
        ("z" * 65, PASSWORD, "username"),
        ("zhang", "x" * 129, "password"),
        ("zh\x00ang", PASSWORD, "username"),
    ],
)
def test_bad_input_names_its_field(visitor, zhang, username, password, field):
    reply = visitor.tell("staff/sign-in", username=username, password=password)
    assert (reply.status_code, list(error(reply)["fields"])) == (422, [field])


def test_guessing_stops_after_ten_on_a_device_even_with_the_right_password(visitor, zhang):
    for _ in range(10):
        assert visitor.tell("staff/sign-in", username="zhang", password="wrong").status_code == 422
    reply = visitor.tell("staff/sign-in", username="zhang", password=PASSWORD)
    assert (reply.status_code, error(reply)["code"]) == (429, "core.too_many")
    assert int(reply["Retry-After"]) == error(reply)["retry_after"]
    assert Visitor().tell("staff/sign-in", username="zhang", password=PASSWORD).status_code == 200


def test_guessing_from_many_devices_stops_for_known_and_unknown_names(zhang):
    for username in ("zhang", "nobody"):
        replies = [
            Visitor().tell("staff/sign-in", username=username, password="wrong").status_code
            for _ in range(31)
        ]
        assert replies == [422] * 30 + [429]
