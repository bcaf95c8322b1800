"""Step-up: proved again, at most ten minutes ago, by the way that is asked of this person."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache

from jobfair.accounts import second_factor, services
from jobfair.accounts.models import User
from jobfair.accounts.rules import session_mark
from jobfair.core import clock
from jobfair.core.models import AuditEntry
from tests.accounts.outbox import SENT, last_code
from tests.accounts.test_second_factor import PASSWORD, STEP, set_up, sign_in
from tests.accounts.visitor import Visitor, error

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def age(visitor: Visitor, by: timedelta) -> None:
    """Let the session's last proof be older."""
    session = visitor.session
    session["step_up"] = {**session["step_up"], "at": session["step_up"]["at"] - by.total_seconds()}
    session.save()


def is_fresh(visitor: Visitor) -> bool:
    return visitor.ask("me/second-factor").json()["fresh_until"] is not None


def test_a_phone_code_counts_ten_minutes_then_a_new_one_does(visitor):
    visitor.sign_in()
    assert is_fresh(visitor)
    age(visitor, timedelta(minutes=10))
    assert not is_fresh(visitor)
    cache.clear()
    before = visitor.session_key
    assert visitor.tell("me/step-up/request-code").status_code == 200
    assert visitor.tell("me/step-up", code="000000").status_code == 422
    assert not is_fresh(visitor)
    reply = visitor.tell("me/step-up", code=last_code())
    assert reply.status_code == 200, reply.content.decode()
    assert is_fresh(visitor)
    assert visitor.session_key != before
    entry = AuditEntry.objects.get(action="accounts.stepped_up")
    assert entry.detail == {"user_id": visitor.me()["id"], "method": "code"}
    assert visitor.tell("me/step-up", code=last_code()).status_code == 409


def test_a_code_of_another_number_is_no_proof(visitor):
    visitor.sign_in()
    age(visitor, timedelta(minutes=11))
    visitor.tell("phone/request-code", phone="13800005678")
    assert error(visitor.tell("me/step-up", code=last_code()))["code"] == "accounts.code_expired"
    assert not is_fresh(visitor)


def test_who_has_an_authenticator_steps_up_by_it_not_by_phone(visitor):
    visitor.sign_in()
    secret, codes = set_up(visitor)
    age(visitor, timedelta(minutes=11))
    assert not is_fresh(visitor)
    sent = len(SENT)
    assert error(visitor.tell("me/step-up/request-code"))["code"] == "accounts.no_way_to_step_up"
    assert len(SENT) == sent
    assert visitor.tell("me/step-up", code=second_factor.code_at(secret, clock.now())).status_code == 200
    assert is_fresh(visitor)
    age(visitor, timedelta(minutes=11))
    assert visitor.tell("me/step-up", code=codes[9]).status_code == 200
    assert is_fresh(visitor)
    assert len(visitor.tell("me/second-factor/recovery-codes").json()["codes"]) == 10
    assert visitor.tell("me/step-up", code=codes[8]).status_code == 422


def test_a_phone_proof_is_none_once_an_authenticator_is_there(visitor):
    """Set up elsewhere, by a service: this session's own proof was a phone's code."""
    visitor.sign_in()
    user = User.objects.get(pk=visitor.me()["id"])
    now = clock.now()
    secret = second_factor.new_secret()
    services.set_up_second_factor(
        user=user, secret=secret, code=second_factor.code_at(secret, now - STEP), now=now
    )
    User.objects.filter(pk=user.pk).update(sessions_ended=0)  # so that this session is not over
    assert not is_fresh(visitor)
    assert error(visitor.tell("me/second-factor/recovery-codes"))["code"] == "accounts.step_up_required"


def test_staff_have_no_other_way_than_an_authenticator():
    User.objects.create_user("zhang", PASSWORD, is_staff=True, phone="+8613800009999", phone_verified=True)
    visitor = Visitor()
    sign_in(visitor)
    assert visitor.ask("me/second-factor").json()["way"] == "set_up"
    assert not is_fresh(visitor)
    for path in ("me/step-up/request-code", "me/step-up"):
        reply = visitor.tell(path, **({"code": "123456"} if path == "me/step-up" else {}))
        assert error(reply)["code"] == "accounts.no_way_to_step_up"


@pytest.mark.parametrize("guest", [False, True])
def test_nobody_and_guests_must_sign_in(visitor, guest):
    if guest:
        visitor.enter_as_guest()
    for path in ("me/second-factor/secret", "me/second-factor/recovery-codes", "me/step-up/request-code"):
        assert visitor.tell(path).status_code == 401
    assert visitor.ask("me/second-factor").status_code == 401


def test_sign_out_names_every_key_the_session_had(visitor):
    """Sockets opened before a step-up bear the earlier mark; they must end at sign-out too."""
    visitor.sign_in()
    marks = [session_mark(visitor.session_key)]
    age(visitor, timedelta(minutes=11))
    cache.clear()
    visitor.tell("me/step-up/request-code")
    visitor.tell("me/step-up", code=last_code())
    marks.append(session_mark(visitor.session_key))
    visitor.tell("sign-out")
    told = AuditEntry.objects.filter(action="accounts.signed_out").order_by("pk")
    assert [entry.detail["session"] for entry in told] == marks
