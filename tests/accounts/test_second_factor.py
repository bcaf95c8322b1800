"""The authenticator: set up by its first code, asked for at every sign-in, each value used once."""

from __future__ import annotations

import json
import logging
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from jobfair.accounts import second_factor, services
from jobfair.accounts.models import User
from jobfair.accounts.rules import SecondFactorWrong
from jobfair.core import clock
from jobfair.core.models import AuditEntry
from jobfair.fairs.access import organises
from tests.accounts.outbox import last_code
from tests.accounts.visitor import PHONE, Visitor, error
from tests.factories import make_fair

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

PASSWORD = "correct horse 展位"
STEP = timedelta(seconds=30)


@pytest.fixture
def zhang() -> User:
    return User.objects.create_user("zhang", PASSWORD, display_name="张主任", is_staff=True)


def set_up(visitor: Visitor, *, periods_ago: int = 1) -> tuple[str, list[str]]:
    """Set an authenticator up by a code of an earlier period, so that the present one is still unused."""
    secret = visitor.tell("me/second-factor/secret").json()["secret"]
    code = second_factor.code_at(secret, clock.now() - periods_ago * STEP)
    reply = visitor.tell("me/second-factor", code=code)
    assert reply.status_code == 200, reply.content.decode()
    return secret, reply.json()["codes"]


def sign_in(visitor: Visitor):
    return visitor.tell("staff/sign-in", username="zhang", password=PASSWORD)


def test_setting_up_shows_the_secret_and_ten_codes_once_and_asks_at_the_next_sign_in(zhang):
    visitor = Visitor()
    assert sign_in(visitor).status_code == 200
    begun = visitor.tell("me/second-factor/secret").json()
    assert begun["address"].startswith("otpauth://totp/zhang?secret=" + begun["secret"])
    assert begun["picture"].startswith("<svg")
    secret, codes = set_up(visitor)
    assert (len(set(codes)), {len(code) for code in codes}) == (10, {8})
    state = visitor.ask("me/second-factor").json()
    assert (state["is_on"], state["way"], state["recovery_codes_left"]) == (True, "totp", 10)
    assert state["fresh_until"] is not None

    visitor.tell("sign-out")
    reply = sign_in(visitor)
    assert (reply.status_code, error(reply)["code"]) == (403, "accounts.second_factor_needed")
    assert visitor.me() is None
    reply = visitor.tell("sign-in/second-factor", code=second_factor.code_at(secret, clock.now()))
    assert (reply.status_code, reply.json()["user"]["id"]) == (200, zhang.pk)
    assert visitor.me()["id"] == zhang.pk


def test_the_address_of_a_page_in_between_does_not_end_the_sign_in(zhang):
    visitor = Visitor()
    sign_in(visitor)
    _, codes = set_up(visitor)
    visitor.tell("sign-out")
    sign_in(visitor)
    visitor.get("/staff")
    visitor.ask("me")
    assert visitor.tell("sign-in/second-factor", code=codes[0]).status_code == 200


def test_a_value_counts_once_and_so_does_a_recovery_code(zhang):
    visitor = Visitor()
    sign_in(visitor)
    secret, codes = set_up(visitor)
    value = second_factor.code_at(secret, clock.now())
    for code, expected in [(value, 200), (value, 422), (codes[3], 200), (codes[3], 422)]:
        visitor.tell("sign-out")
        sign_in(visitor)
        assert visitor.tell("sign-in/second-factor", code=code).status_code == expected, code
    assert visitor.me() is None


def test_a_phone_sign_in_asks_for_it_too_and_is_audited_only_when_whole(zhang):
    visitor = Visitor()
    visitor.sign_in()
    user = User.objects.get(phone__endswith=PHONE)
    _, codes = set_up(visitor)
    visitor.tell("sign-out")
    before = AuditEntry.objects.filter(action="accounts.signed_in").count()
    services_free = Visitor()
    from django.core.cache import cache

    cache.clear()
    services_free.tell("phone/request-code", phone=PHONE)
    reply = services_free.tell("phone/confirm", code=last_code())
    assert error(reply)["code"] == "accounts.second_factor_needed"
    assert AuditEntry.objects.filter(action="accounts.signed_in").count() == before
    assert services_free.tell("sign-in/second-factor", code=codes[0]).json()["user"]["id"] == user.pk
    entry = AuditEntry.objects.filter(action="accounts.signed_in").latest("pk")
    assert entry.detail == {"user_id": user.pk, "method": "recovery_code"}


@pytest.mark.parametrize("code", ["", "12345", "abcdef", "１２", "1234567", "\u202e123456x", "999999999"])
def test_what_cannot_be_a_code_names_the_remedy(zhang, code):
    visitor = Visitor()
    sign_in(visitor)
    set_up(visitor)
    visitor.tell("sign-out")
    sign_in(visitor)
    reply = visitor.tell("sign-in/second-factor", code=code)
    assert (reply.status_code, list(error(reply)["fields"])) == (422, ["code"])


def test_full_width_digits_and_spaces_are_no_error(zhang):
    visitor = Visitor()
    sign_in(visitor)
    secret, _ = set_up(visitor)
    visitor.tell("sign-out")
    sign_in(visitor)
    value = second_factor.code_at(secret, clock.now())
    wide = " ".join(chr(ord(digit) + 0xFEE0) for digit in value)
    assert visitor.tell("sign-in/second-factor", code=wide).status_code == 200


def test_guessing_stops_after_five_even_with_the_right_code(zhang):
    visitor = Visitor()
    sign_in(visitor)
    _, codes = set_up(visitor)
    visitor.tell("sign-out")
    sign_in(visitor)
    wrong = [visitor.tell("sign-in/second-factor", code="00000000").status_code for _ in range(5)]
    assert wrong == [422] * 5
    reply = visitor.tell("sign-in/second-factor", code=codes[0])
    assert (reply.status_code, error(reply)["retry_after"] > 0) == (429, True)
    assert AuditEntry.objects.filter(action="accounts.second_factor_failed").count() == 5


def test_without_a_waiting_sign_in_there_is_nothing_to_confirm(visitor):
    assert error(visitor.tell("sign-in/second-factor", code="123456"))["code"] == "accounts.sign_in_expired"


def test_setting_up_ends_every_other_session(zhang):
    here, elsewhere = Visitor(), Visitor()
    sign_in(here)
    sign_in(elsewhere)
    assert elsewhere.me() is not None
    before = here.session_key
    set_up(here)
    assert here.session_key != before
    assert here.me()["id"] == zhang.pk
    assert elsewhere.me() is None


def test_neither_the_log_nor_the_audit_nor_the_table_tells_a_secret(zhang, caplog):
    caplog.set_level(logging.DEBUG)
    visitor = Visitor()
    sign_in(visitor)
    secret, codes = set_up(visitor)
    visitor.tell("sign-out")
    sign_in(visitor)
    visitor.tell("sign-in/second-factor", code=codes[0])
    told = caplog.text + json.dumps(list(AuditEntry.objects.values_list("detail", flat=True)))
    stored = json.dumps(list(Authenticator.objects.values_list("data", flat=True)))
    for kept in (secret, *codes):
        assert kept not in told
        assert kept not in stored


def test_a_sign_in_long_ago_does_not_set_up_an_authenticator(zhang):
    visitor = Visitor()
    sign_in(visitor)
    session = visitor.session
    session["step_up"] = {**session["step_up"], "at": clock.now().timestamp() - 601}
    session.save()
    assert error(visitor.tell("me/second-factor/secret"))["code"] == "accounts.step_up_required"


def test_a_wrong_first_code_sets_nothing_up(zhang):
    visitor = Visitor()
    sign_in(visitor)
    visitor.tell("me/second-factor/secret")
    assert visitor.tell("me/second-factor", code="000000").status_code == 422
    assert visitor.ask("me/second-factor").json()["is_on"] is False


def test_the_time_is_an_argument_so_a_wrong_machine_clock_locks_nobody_out(zhang):
    then = clock.now() - timedelta(days=400)
    secret = second_factor.new_secret()
    with pytest.raises(SecondFactorWrong):
        services.set_up_second_factor(
            user=zhang, secret=secret, code=second_factor.code_at(secret, then), now=clock.now()
        )
    services.set_up_second_factor(
        user=zhang, secret=secret, code=second_factor.code_at(secret, then), now=then
    )
    later = then + timedelta(minutes=5)
    code = second_factor.code_at(secret, later)
    assert services.use_second_factor(user=zhang, code=code, now=later + timedelta(seconds=29)) == "totp"
    assert services.use_second_factor(user=zhang, code=code, now=later) is None


def test_outside_debug_an_office_counts_only_with_a_second_factor(zhang, settings):
    settings.STAFF_NEED_SECOND_FACTOR = True
    boss = User.objects.create_superuser("boss", PASSWORD)
    fair = make_fair()
    office = Client()
    office.force_login(boss, "django.contrib.auth.backends.ModelBackend")
    assert not organises(boss, fair)
    sent = office.get("/admin/accounts/user/")
    assert sent.status_code == 302
    assert office.get(sent["Location"])["Location"].startswith("/staff/second-factor?next=%2Fadmin")
    assert office.get("/api/me/second-factor").json()["is_required"] is True

    now = clock.now()
    secret = second_factor.new_secret()
    services.set_up_second_factor(user=boss, secret=secret, code=second_factor.code_at(secret, now), now=now)
    assert organises(boss, fair)
    office.force_login(boss, "django.contrib.auth.backends.ModelBackend")
    assert office.get("/admin/accounts/user/").status_code == 200


def test_the_back_office_has_no_sign_in_form_of_its_own(client):
    assert client.get("/admin/login/?next=/admin/fairs/")["Location"] == "/staff?next=%2Fadmin%2Ffairs%2F"


def test_a_lost_authenticator_is_reset_by_a_superuser_only(zhang):
    visitor = Visitor()
    sign_in(visitor)
    set_up(visitor)
    body = {"action": "reset_second_factor", "_selected_action": [zhang.pk]}
    boss = User.objects.create_superuser("boss", PASSWORD)
    office = Client()
    office.force_login(boss, "django.contrib.auth.backends.ModelBackend")
    assert office.post("/admin/accounts/user/", body).status_code == 302
    assert visitor.me() is None
    assert sign_in(visitor).status_code == 200
    assert AuditEntry.objects.get(action="accounts.second_factor_reset").by == boss.pk
