from __future__ import annotations

import pytest

from jobfair.accounts.models import DevelopmentCode
from jobfair.accounts.rules import SmsNotSent
from jobfair.accounts.senders import sms_sender
from jobfair.notices.checks import text_messages_can_be_sent
from jobfair.notices.models import Message, StubMessage
from jobfair.notices.senders import GatewaySender
from tests.accounts.outbox import Outbox
from tests.accounts.visitor import PHONE, Visitor, error

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

HOUSE = "jobfair.notices.senders.GatewaySender"


@pytest.fixture
def development(settings):
    settings.DEBUG = True
    settings.SMS_SENDER = HOUSE


def test_the_sender_is_the_one_the_settings_name(settings):
    assert type(sms_sender()) is Outbox
    settings.SMS_SENDER = HOUSE
    assert type(sms_sender()) is GatewaySender


def test_in_development_the_code_is_on_the_page_and_in_the_log(development, visitor, caplog):
    caplog.set_level("INFO", "jobfair.notices")
    visitor.tell("phone/request-code", phone=PHONE)
    [shown] = visitor.ask("dev/codes").json()
    assert (shown["phone_masked"], shown["code"] in caplog.text) == ("138****1234", True)
    assert visitor.tell("phone/confirm", code=shown["code"]).json()["user"]["phone_masked"] == "138****1234"


def test_the_page_lists_newest_first(development):
    for n in range(3):
        Visitor().tell("phone/request-code", phone=f"1380000000{n}")
    shown = Visitor().ask("dev/codes").json()
    assert [row["phone_masked"] for row in shown] == ["138****0002", "138****0001", "138****0000"]


def test_outside_debug_the_page_does_not_exist(visitor):
    DevelopmentCode.objects.create(phone="+8613800001234", code="123456", at="2026-11-21T12:00:00Z")
    reply = visitor.ask("dev/codes")
    assert (reply.status_code, error(reply)["code"]) == (404, "core.not_found")
    assert "123456" not in reply.content.decode()


def test_outside_debug_a_house_without_a_gateway_neither_sends_nor_tells(visitor, settings, caplog):
    settings.SMS_SENDER = HOUSE
    caplog.set_level("DEBUG")
    with pytest.raises(SmsNotSent):
        GatewaySender().send("sign_in_code", "+8613800001234", {"code": "123456", "minutes": "5"})
    assert "123456" not in caplog.text
    assert (DevelopmentCode.objects.count(), StubMessage.objects.count()) == (0, 0)
    assert list(Message.objects.values_list("state", "template")) == [("failed", "sign_in_code")]
    assert visitor.tell("phone/request-code", phone=PHONE).status_code == 409


def test_going_live_without_a_gateway_fails_the_deploy_check(settings):
    assert [finding.id for finding in text_messages_can_be_sent()] == ["notices.E001"]
    settings.NOTICE_GATEWAYS = {"sms": {"url": "https://sms.example.org/send", "key": "us", "secret": "s"}}
    assert text_messages_can_be_sent() == []
