from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.test import RequestFactory

from jobfair.accounts import limits
from jobfair.core.errors import TooMany
from tests.accounts.visitor import PHONE, Visitor, error

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
PERSON = "+8613800001234"


def ask(phone: str = PERSON, *, at: datetime, device=None) -> int:
    """0, or the seconds to wait."""
    try:
        limits.spend_code_request(
            phone=phone, device=device or uuid4(), request=RequestFactory().post("/"), now=at
        )
    except TooMany as refusal:
        return refusal.retry_after or -1
    return 0


@pytest.mark.unit
def test_a_phone_gets_one_code_a_minute():
    assert [ask(at=NOON + timedelta(seconds=s)) for s in (0, 1, 59, 60)] == [0, 59, 1, 0]


@pytest.mark.unit
def test_a_phone_gets_five_codes_an_hour_and_ten_a_day():
    minutes = [ask(at=NOON + timedelta(minutes=m)) for m in range(6)]
    assert minutes == [0, 0, 0, 0, 0, 55 * 60]
    assert [ask(at=NOON + timedelta(hours=2, minutes=m)) for m in range(5)] == [0] * 5
    assert ask(at=NOON + timedelta(hours=4)) == 20 * 3600
    assert ask(at=NOON + timedelta(hours=24)) == 0


@pytest.mark.unit
def test_waiting_out_the_minute_costs_nothing_of_the_hour():
    refused = [ask(at=NOON + timedelta(seconds=s)) for s in range(1, 40)]
    assert refused[1:] == list(range(59, 21, -1))
    assert [ask(at=NOON + timedelta(minutes=m)) for m in range(2, 6)] == [0] * 4


@pytest.mark.unit
def test_a_device_asks_for_five_numbers_a_minute():
    device = uuid4()
    waits = [ask(f"+861380000{n:04d}", at=NOON, device=device) for n in range(6)]
    assert waits == [0, 0, 0, 0, 0, 60]


@pytest.mark.unit
def test_a_hall_behind_one_address_is_not_a_flood_but_a_flood_is():
    waits = [ask(f"+861380000{n:04d}", at=NOON) for n in range(601)]
    assert waits == [0] * 600 + [60]


@pytest.mark.unit
def test_guesses_are_counted_per_code_whatever_the_session_says():
    def guess(issue: str) -> int:
        try:
            limits.spend_code_confirm(phone=PERSON, issue=issue, device=uuid4(), now=NOON)
        except TooMany:
            return 429
        return 200

    assert [guess("first") for _ in range(6)] == [200] * 5 + [429]
    assert [guess("second") for _ in range(5)] == [200] * 5


@pytest.mark.integration
@pytest.mark.django_db
def test_a_limit_is_a_429_with_retry_after():
    visitor = Visitor()
    visitor.tell("phone/request-code", phone=PHONE)
    reply = visitor.tell("phone/request-code", phone=PHONE)
    assert reply.status_code == 429
    assert error(reply)["code"] == "core.too_many"
    assert 0 < int(reply["Retry-After"]) == error(reply)["retry_after"] <= 60


@pytest.mark.integration
@pytest.mark.django_db
def test_another_browser_meets_the_same_phones_limit():
    assert Visitor().tell("phone/request-code", phone=PHONE).status_code == 200
    assert Visitor().tell("phone/request-code", phone="+86 138-0000-1234").status_code == 429


@pytest.mark.unit
def test_the_address_behind_a_proxy_is_the_one_the_proxy_wrote(settings):
    request = RequestFactory().post(
        "/", REMOTE_ADDR="10.0.0.1", headers={"X-Forwarded-For": "6.6.6.6, 1.2.3.4"}
    )
    assert limits.address_of(request) == "10.0.0.1"
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert limits.address_of(request) == "1.2.3.4"


@pytest.mark.unit
def test_a_socket_without_an_address_has_one_all_the_same():
    assert limits.address_of(RequestFactory().post("/", REMOTE_ADDR="")) == "unknown"
