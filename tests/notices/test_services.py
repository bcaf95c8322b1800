"""Who is told what, by which way, and when no more."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache

from jobfair.core import clock
from jobfair.core.models import Job
from jobfair.notices import queries, registry, rules, services
from jobfair.notices.jobs import hear_stub_reports
from jobfair.notices.models import Address, Channel, Message, Notice, StubMessage
from tests.factories import make_seeker
from tests.notices.people import NAMES, person, tell, work

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def house(settings: Any) -> None:
    """In development, where the stub is the gateway."""
    settings.DEBUG = True
    cache.clear()


def states() -> Counter[tuple[str, str]]:
    return Counter(Message.objects.values_list("channel", "state"))


def received() -> list[tuple[str, str, int]]:
    return list(StubMessage.objects.order_by("pk").values_list("channel", "text", "times"))


def test_an_unseen_notice_sends_one_text_message_after_its_wait_and_no_second() -> None:
    notice = tell(person())
    assert notice.text_zh == "42-017轮到你了：请到42号展位，示例企业。"
    assert notice.text_en == "42-017: it is your turn. Please go to booth 42, 示例企业."
    work(seconds=19)
    assert received() == []
    work(seconds=21)
    work(seconds=200_000)
    assert received() == [("sms", notice.text_zh, 1)]
    row = StubMessage.objects.get()
    assert (row.template_id, row.signature, row.parameters, row.recipient) == (
        "booths_called",
        "职等你来",
        NAMES,
        "138****0001",
    )


def test_what_was_seen_in_time_sends_nothing() -> None:
    user = person()
    notice = tell(user)
    assert services.acknowledge(user_id=user.pk, ids=[notice.pk, 999], now=clock.now()) == [notice.pk]
    assert services.acknowledge(user_id=user.pk, ids=[notice.pk], now=clock.now()) == []
    work(seconds=90_000)
    assert (states(), received()) == ({}, [])


def test_what_is_seen_between_queueing_and_sending_is_dropped() -> None:
    user = person()
    notice = tell(user)
    services.reach(notice_id=notice.pk, channel=Channel.SMS, now=clock.now())
    services.acknowledge(user_id=user.pk, ids=[notice.pk], now=clock.now())
    work()
    assert (states(), received()) == ({("sms", "dropped"): 1}, [])


def test_only_ones_own_notices_can_be_acknowledged() -> None:
    notice = tell(person())
    assert services.acknowledge(user_id=make_seeker().pk, ids=[notice.pk], now=clock.now()) == []
    notice.refresh_from_db()
    assert notice.seen_at is None


def test_what_is_done_about_it_settles_a_notice() -> None:
    user = person()
    notice, other = tell(user), tell(user, about="ticket:2")
    assert services.settle(user_id=user.pk, about="ticket:1", now=clock.now()) == [notice.pk]
    work(seconds=60)
    assert list(Message.objects.values_list("notice", flat=True)) == [other.pk]


def test_too_late_is_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    notice = tell(person())
    services.reach(notice_id=notice.pk, channel=Channel.SMS, now=clock.now())
    Message.objects.update(expires_at=clock.now())
    work()
    assert (states(), received()) == ({("sms", "expired"): 1}, [])


@pytest.mark.parametrize("fields", [{"verified": False}, {"is_active": False}])
def test_only_a_verified_phone_of_an_active_person_is_texted(fields: dict[str, Any]) -> None:
    tell(person(**fields))
    work(seconds=60)
    assert states() == {}


def test_what_is_not_urgent_stays_in_the_app() -> None:
    tell(person(), urgency="in_app")
    assert Job.objects.count() == 0


def test_what_was_switched_off_is_not_sent_and_still_told_in_the_app() -> None:
    user = person()
    services.set_preferences(user_id=user.pk, off={"calls:sms"}, now=clock.now())
    tell(user)
    work(seconds=60)
    assert states() == {}
    assert queries.count_unseen(user.pk) == 1


def test_a_recipient_and_the_site_get_no_more_in_a_day_than_allowed(settings: Any) -> None:
    user, other = person(), person(last=2)
    for number in range(rules.PER_RECIPIENT[Channel.SMS] + 2):
        tell(user, about=f"ticket:{number}")
    work(seconds=60)
    assert states() == {("sms", "sent"): 8, ("sms", "withheld"): 2}
    settings.SMS_PER_DAY = 9
    for number in range(2):
        tell(other, about=f"ticket:{number}")
    work(seconds=60)
    reasons = Counter(Message.objects.filter(state="withheld").values_list("reason", flat=True))
    assert reasons == {"recipient_limit": 2, "site_limit": 1}
    assert len(received()) == 9


def test_wechat_gets_a_message_per_consent_and_no_more() -> None:
    user = person()
    for _ in range(2):
        services.add_address(
            user_id=user.pk, channel=Channel.WECHAT, address="openid", keys={}, uses=1, now=clock.now()
        )
    for number in range(3):
        tell(user, about=f"ticket:{number}")
    work(seconds=6)
    assert states() == {("wechat", "sent"): 2}
    assert StubMessage.objects.first().parameters == {
        "character_string1": "42-017",
        "thing2": "示例企业",
        "character_string3": "42",
    }
    assert Address.objects.get().uses_left == 0


def test_an_address_belongs_to_whoever_brought_it_last_and_the_oldest_device_goes() -> None:
    first, second = person(), person(last=2)
    for number in range(rules.DEVICES_MOST + 1):
        services.add_address(
            user_id=first.pk,
            channel=Channel.PUSH,
            address=f"https://push/{number}",
            keys={},
            uses=None,
            now=clock.now() + number * MINUTE,
        )
    kept = [address.address for address in queries.addresses_of(first.pk, Channel.PUSH)]
    assert kept == [f"https://push/{number}" for number in range(1, 6)]
    services.add_address(
        user_id=second.pk, channel=Channel.PUSH, address="https://push/3", keys={}, uses=None, now=clock.now()
    )
    assert len(queries.addresses_of(first.pk, Channel.PUSH)) == 4
    assert len(queries.addresses_of(second.pk, Channel.PUSH)) == 1


def test_the_gateways_report_says_what_became_of_a_message() -> None:
    tell(person())
    tell(person(last=404))
    work(seconds=60)
    assert states() == {("sms", "sent"): 2}
    later = clock.now() + MINUTE
    assert (hear_stub_reports(later), hear_stub_reports(later)) == (2, 0)
    assert states() == {("sms", "delivered"): 1, ("sms", "failed"): 1}
    assert Message.objects.get(state="failed").reason == "空号"


def test_a_report_may_come_before_the_send_is_noted_and_the_first_one_counts() -> None:
    notice = tell(person())
    [message] = services.reach(notice_id=notice.pk, channel=Channel.SMS, now=clock.now())
    assert services.note_report(uid=message.uid, delivered=True, reason="", now=clock.now())
    assert services.note_report(uid=message.uid, delivered=False, reason="late", now=clock.now())
    services.note_sent(message_id=message.pk, now=clock.now())
    message.refresh_from_db()
    assert (message.state, message.reason) == ("delivered", "")


def test_a_guests_notices_become_the_accounts_and_a_merged_guest_is_told_as_the_account() -> None:
    guest, account = make_seeker(guest=True), person()
    notice = tell(guest)
    services.move_notices(guest_id=guest.pk, account_id=account.pk, now=clock.now())
    guest.merged_into, guest.is_active = account, False
    guest.save()
    late = tell(guest, about="ticket:2")
    assert {row.pk for row in queries.newest_of(account.pk)} == {notice.pk, late.pk}
    work(seconds=60)
    assert states() == {("sms", "sent"): 2}


def test_a_person_can_be_forgotten() -> None:
    user = person()
    tell(user)
    work(seconds=60)
    services.set_preferences(user_id=user.pk, off={"calls:sms"}, now=clock.now())
    services.forget_person(user_id=user.pk, by=user.pk, now=clock.now())
    counts = [model.objects.count() for model in (Notice, Message, Address)]
    assert (counts, queries.switched_off(user.pk)) == ([0, 0, 0], frozenset())


@pytest.mark.parametrize("link", ["//elsewhere", "https://elsewhere", "/\\elsewhere", "t/1", "/" + "x" * 200])
def test_a_link_stays_within_the_site(link: str) -> None:
    with pytest.raises(ValueError, match="stays within the site"):
        tell(person(), link=link)
    assert Notice.objects.count() == 0


def test_strange_parameters_are_text_and_nothing_more() -> None:
    strange = {"label": "{booth}", "booth": "\u202e4\x00\u200b2\n", "employer": "😀" * 400}
    notice = tell(person(), params=strange)
    assert notice.text_zh.startswith("{booth}轮到你了：请到42号展位")
    assert len(notice.text_zh) == rules.TEXT_LONGEST
    work(seconds=60)
    assert StubMessage.objects.get().parameters["employer"] == "😀" * 19 + "…"


def test_an_unknown_kind_and_a_missing_parameter_are_the_callers_fault() -> None:
    with pytest.raises(registry.UnknownKind):
        tell(person(), kind="nobody.knows")
    with pytest.raises(KeyError):
        tell(person(last=2), params={})
    assert Notice.objects.count() == 0


@pytest.mark.unit
def test_two_words_for_one_kind_are_refused() -> None:
    known = registry.find("sign_in_code")
    assert registry.template(**{name: getattr(known, name) for name in known.__dataclass_fields__}) == known
    with pytest.raises(ValueError, match="two templates"):
        registry.template("sign_in_code", category="fair", zh="", en="")


@pytest.mark.unit
def test_a_signature_covers_the_body_and_its_time() -> None:
    now = datetime.fromisoformat("2026-04-11T12:00:00+08:00")
    second = str(int(now.timestamp()))
    right = rules.sign("secret", second, b"body")
    rules.ensure_signed("secret", timestamp=second, signature=right, body=b"body", now=now)
    wrong: list[dict[str, Any]] = [
        {"body": b"other"},
        {"signature": "ß" * 64},
        {"signature": ""},
        {"timestamp": "x"},
        {"timestamp": "９"},
        {"timestamp": ""},
        {"now": now + timedelta(minutes=6)},
        {"now": now - timedelta(minutes=6)},
    ]
    given = {"timestamp": second, "signature": right, "body": b"body", "now": now}
    for change in wrong:
        with pytest.raises(rules.ReportRefused):
            rules.ensure_signed("secret", **{**given, **change})
    with pytest.raises(rules.ReportRefused):
        rules.ensure_signed("", timestamp=second, signature=rules.sign("", second, b""), body=b"", now=now)
