from __future__ import annotations

import pytest

from jobfair.accounts.checks import sms_sender_is_chosen
from jobfair.accounts.models import DevelopmentCode
from jobfair.accounts.rules import SmsNotSent
from jobfair.accounts.senders import DevelopmentSender, sms_sender
from tests.accounts.outbox import Outbox
from tests.accounts.visitor import PHONE, Visitor, error

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

DEVELOPMENT = "jobfair.accounts.senders.DevelopmentSender"


@pytest.fixture
def development(settings):
    settings.DEBUG = True
    settings.SMS_SENDER = DEVELOPMENT


def test_the_sender_is_the_one_the_settings_name(settings):
    assert type(sms_sender()) is Outbox
    settings.SMS_SENDER = DEVELOPMENT
    assert type(sms_sender()) is DevelopmentSender


def test_in_development_the_code_is_on_the_page_and_in_the_log(development, visitor, caplog):
    caplog.set_level("INFO", "jobfair.accounts")
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


def test_outside_debug_the_development_sender_neither_sends_nor_tells(visitor, settings, caplog):
    settings.SMS_SENDER = DEVELOPMENT
    caplog.set_level("DEBUG")
    with pytest.raises(SmsNotSent):
        DevelopmentSender().send("sign_in_code", "+8613800001234", {"code": "123456", "minutes": "5"})
    assert "123456" not in caplog.text
    assert DevelopmentCode.objects.count() == 0
    assert visitor.tell("phone/request-code", phone=PHONE).status_code == 409


def test_going_live_without_a_sender_fails_the_deploy_check(settings):
    settings.SMS_SENDER = DEVELOPMENT
    assert [finding.id for finding in sms_sender_is_chosen()] == ["accounts.E001"]
    settings.SMS_SENDER = "tests.accounts.outbox.Outbox"
    assert sms_sender_is_chosen() == []
