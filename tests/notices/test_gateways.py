"""Messages over real HTTP: what a gateway is sent, what its answers mean, what becomes of a message when it is ill."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from jobfair.accounts.rules import SmsNotSent
from jobfair.core import clock, jobs
from jobfair.core.jobs import RetryLater
from jobfair.core.models import Job
from jobfair.notices import services
from jobfair.notices.gateways import (
    AddressGone,
    HttpGateway,
    Outgoing,
    Refused,
    hand_to,
    identify_wechat,
)
from jobfair.notices.models import Address, Channel, Message
from jobfair.notices.senders import GatewaySender
from tests.notices.listener import Answer, Listener, listening
from tests.notices.people import NAMES, person, tell
from tests.pace import Pace
from tests.stores import free_port

SECRET = "ours-and-the-gateways"


@pytest.fixture
def gateway(settings: Any) -> Iterator[Listener]:
    with listening() as ears:
        account = {"url": ears.url, "key": "house-1", "secret": SECRET}
        settings.NOTICE_GATEWAYS = {"sms": account, "wechat": {**account}}
        yield ears


def message(**fields: Any) -> Outgoing:
    given = {
        "uid": uuid4(), "channel": Channel.SMS, "to": "+8613800000001", "template_id": "booths_called",
        "signature": "职等你来", "parameters": NAMES, "text": "轮到你了", "link": "/t/1", "keys": {},
    }  # fmt: skip
    return Outgoing(**{**given, **fields})


def send(ears: Listener, **fields: Any) -> None:
    HttpGateway(ears.url, "house-1", SECRET).send(message(**fields))


def outcome(ears: Listener) -> str:
    try:
        send(ears)
    except RetryLater:
        return "later"
    except AddressGone:
        return "gone"
    except Refused:
        return "never"
    return "taken"


@pytest.mark.unit
def test_a_gateway_gets_signed_json_and_can_prove_whose_it_is(gateway: Listener) -> None:
    uid = uuid4()
    send(gateway, uid=uid)
    (heard,) = gateway.heard
    expected = hmac.new(
        SECRET.encode(), heard.headers["x-timestamp"].encode() + b"\n" + heard.body, hashlib.sha256
    ).hexdigest()
    assert heard.headers["x-signature"] == expected
    assert heard.headers["x-key"] == "house-1"
    assert abs(int(heard.headers["x-timestamp"]) - time.time()) < 60
    assert json.loads(heard.body) == {
        "id": str(uid), "channel": "sms", "to": "+8613800000001", "template": "booths_called",
        "signature": "职等你来", "parameters": NAMES, "link": "/t/1",
    }  # fmt: skip


@pytest.mark.unit
@pytest.mark.parametrize(
    ("status", "means"),
    [
        (200, "taken"), (202, "taken"), (204, "taken"), (409, "taken"),
        (408, "later"), (425, "later"), (429, "later"), (500, "later"), (502, "later"), (503, "later"),
        (400, "never"), (401, "never"), (403, "never"), (404, "never"), (301, "never"), (302, "never"),
        (307, "never"), (410, "gone"),
    ],
)  # fmt: skip
def test_what_each_answer_means(gateway: Listener, status: int, means: str) -> None:
    elsewhere = (("Location", gateway.url.replace("/send", "/sign-in")),)
    gateway.answers = [Answer(status, b"", elsewhere if status // 100 == 3 else ())]
    assert outcome(gateway) == means
    assert [heard.path for heard in gateway.heard] == ["/send"]  # nobody is led elsewhere


@pytest.mark.unit
@pytest.mark.parametrize(
    ("said", "after"), [("30", 30), ("999999", 86400), ("", None), ("soon", None), ("９", None), ("-5", None)]
)
def test_a_gateway_may_say_when_to_come_back(gateway: Listener, said: str, after: int | None) -> None:
    gateway.answers = [Answer(503, b"", (("Retry-After", said.encode().decode("latin-1")),))]
    with pytest.raises(RetryLater) as caught:
        send(gateway)
    assert caught.value.after == (None if after is None else timedelta(seconds=after))


@pytest.mark.unit
@pytest.mark.parametrize(
    "answer",
    [
        Answer(hang=3),
        Answer(breaks=True),
        Answer(raw=b"\x16\x03\x01 this is no HTTP\r\n\r\n"),
        Answer(raw=b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n"),
    ],
    ids=["silent", "cut off", "not HTTP", "endless head"],
)
def test_an_ill_gateway_is_asked_again_later_and_holds_nobody_up(gateway: Listener, answer: Answer) -> None:
    gateway.answers = [answer]
    with Pace() as pace:
        began = time.monotonic()
        with pytest.raises(RetryLater):
            hand_to(gateway.url, b"{}", {}, within=0.5)
        assert time.monotonic() - began < pace.allows(2.5)


@pytest.mark.unit
def test_a_gateway_that_drips_is_not_listened_to_for_long(gateway: Listener) -> None:
    gateway.answers = [Answer(body=b"x" * 100, drip=0.2)]
    with Pace() as pace:
        began = time.monotonic()
        assert hand_to(gateway.url, b"{}", {}, within=0.6)[:1] == b"x"
        assert time.monotonic() - began < pace.allows(2.5)


@pytest.mark.unit
def test_nobody_listening_is_an_ill_gateway_too() -> None:
    with pytest.raises(RetryLater, match="no answer"):
        hand_to(f"http://127.0.0.1:{free_port()}/", b"{}", {}, within=2)


def run_due() -> None:
    """Everything that waits, as if its time had come."""
    Job.objects.filter(state="waiting").update(due_at=clock.now())
    while jobs.run_next(clock.now()):
        pass


def report(body: Any) -> Any:
    content, second = json.dumps(body).encode(), str(int(clock.now().timestamp()))
    signed = hmac.new(SECRET.encode(), second.encode() + b"\n" + content, hashlib.sha256).hexdigest()
    headers = {"X-Timestamp": second, "X-Signature": signed}
    return Client().post(
        "/api/gateways/sms/reports", content, content_type="application/json", headers=headers
    )


@pytest.mark.integration
@pytest.mark.django_db(transaction=True)
def test_through_failures_one_message_under_one_id_and_its_delivery_report(gateway: Listener) -> None:
    gateway.answers = [Answer(500), Answer(503, b"", (("Retry-After", "7"),)), Answer(breaks=True), Answer()]
    tell(person())
    for _ in range(6):
        run_due()
    sent = [json.loads(heard.body) for heard in gateway.heard]
    assert len(sent) == 4
    assert len({one["id"] for one in sent}) == 1
    (row,) = Message.objects.filter(channel=Channel.SMS)
    assert (row.state, str(row.uid)) == ("sent", sent[0]["id"])
    failed = {"reports": [{"id": str(row.uid), "state": "failed", "reason": "空号"}]}
    assert [report(failed).json() for _ in range(2)] == [{"known": 1}] * 2
    row.refresh_from_db()
    assert (row.state, row.reason) == ("failed", "空号")


@pytest.mark.integration
@pytest.mark.django_db(transaction=True)
def test_what_a_gateway_refuses_is_closed_and_not_sent_again(gateway: Listener) -> None:
    gateway.answers = [Answer(400)]
    tell(person())
    for _ in range(3):
        run_due()
    (row,) = Message.objects.filter(channel=Channel.SMS)
    assert (row.state, row.reason, len(gateway.heard)) == ("failed", "the gateway answered 400", 1)


@pytest.mark.integration
@pytest.mark.django_db(transaction=True)
def test_wechat_is_sent_its_own_fields_and_an_account_that_is_gone_is_forgotten(gateway: Listener) -> None:
    gateway.answers = [Answer(body=b'{"openid": "o-1"}')]
    assert identify_wechat("0a1b2c") == "o-1"
    assert json.loads(gateway.heard[0].body) == {"code": "0a1b2c"}
    for wrong in (Answer(body=b"[]"), Answer(body=b"not json"), Answer(body=b'{"openid": 5}'), Answer(503)):
        gateway.answers = [wrong]
        assert identify_wechat("0a1b2c") is None
    user = person(verified=False)
    services.add_address(
        user_id=user.pk, channel=Channel.WECHAT, address="o-1", keys={}, uses=2, now=clock.now()
    )
    gateway.heard.clear()
    gateway.answers = [Answer(410)]
    tell(user)
    run_due()
    run_due()
    (heard,) = gateway.heard
    body = json.loads(heard.body)
    assert (body["channel"], body["to"], body["template"]) == ("wechat", "o-1", "booths_called")
    assert body["parameters"]["character_string1"] == "42-017"
    assert Address.objects.count() == 0


@pytest.mark.integration
@pytest.mark.django_db(transaction=True)
def test_a_sign_in_code_is_sent_at_once_and_a_failure_is_said(gateway: Listener) -> None:
    GatewaySender().send("sign_in_code", "+8613800000002", {"code": "123456", "minutes": "5"})
    assert json.loads(gateway.heard[0].body)["parameters"] == {"code": "123456", "minutes": "5"}
    gateway.answers = [Answer(raw=b"nonsense\r\n\r\n")]
    with pytest.raises(SmsNotSent):
        GatewaySender().send("sign_in_code", "+8613800000002", {"code": "123456", "minutes": "5"})
    assert list(Message.objects.order_by("pk").values_list("state", flat=True)) == ["sent", "failed"]
    assert "123456" not in str(list(Message.objects.values()))
