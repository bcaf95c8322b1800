from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from jobfair.accounts import services
from jobfair.accounts.events import GuestMerged
from jobfair.accounts.models import DevelopmentCode, User
from jobfair.core import events
from jobfair.core.idempotency import run_once
from jobfair.core.models import AuditEntry, CommandResult

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
PHONE = "+8613800001234"


@pytest.fixture
def guest() -> User:
    return services.enter_as_guest(device=uuid4(), now=NOW)


@pytest.fixture
def merges(monkeypatch) -> list[GuestMerged]:
    heard: list[GuestMerged] = []
    monkeypatch.setitem(events._listeners, GuestMerged, [])
    events.listen(GuestMerged, heard.append)
    return heard


def confirm(guest: User | None = None, name: str = "") -> User:
    return services.confirm_phone(
        phone=PHONE, display_name=name, guest_id=guest.pk if guest else None, now=NOW
    )


def test_a_device_has_one_guest():
    device = uuid4()
    first = services.enter_as_guest(device=device, now=NOW)
    assert services.enter_as_guest(device=device, now=NOW + timedelta(days=1)) == first
    assert (first.is_guest, first.phone, first.has_usable_password()) == (True, None, False)
    assert AuditEntry.objects.filter(action="accounts.guest_created").count() == 1


def test_a_guest_becomes_the_account_in_one_unit(guest, merges):
    account = confirm(guest, "王小明")
    guest.refresh_from_db()
    assert (guest.merged_into, guest.is_active, guest.device) == (account, False, None)
    assert merges == [GuestMerged(guest_id=guest.pk, account_id=account.pk, by=account.pk)]
    assert [entry.action for entry in AuditEntry.objects.order_by("id")] == [
        "accounts.guest_created",
        "accounts.account_created",
        "accounts.guest_merged",
        "accounts.signed_in",
    ]


def test_a_second_merge_of_the_same_guest_is_harmless(guest, merges):
    account = confirm(guest)
    assert confirm(guest) == account
    assert len(merges) == 1
    assert User.objects.filter(is_guest=False).count() == 1


def test_a_merged_guest_cannot_be_merged_into_someone_else(guest, merges):
    account = confirm(guest)
    services.confirm_phone(phone="+8613800005678", display_name="", guest_id=guest.pk, now=NOW)
    guest.refresh_from_db()
    assert (guest.merged_into, len(merges)) == (account, 1)


def test_an_account_is_never_merged_as_a_guest(merges):
    first = confirm()
    services.confirm_phone(phone="+8613800005678", display_name="", guest_id=first.pk, now=NOW)
    first.refresh_from_db()
    assert (first.is_active, first.merged_into, merges) == (True, None, [])


def test_an_existing_account_takes_the_guest_over_and_keeps_its_own_name(guest, merges):
    account = confirm(name="王小明")
    User.objects.filter(pk=guest.pk).update(display_name="路人")
    assert confirm(guest) == account
    account.refresh_from_db()
    assert (account.display_name, len(merges)) == ("王小明", 1)


def test_a_nameless_account_takes_the_guests_name(guest):
    User.objects.filter(pk=guest.pk).update(display_name="路人")
    account = confirm(guest)
    account.refresh_from_db()
    assert account.display_name == "路人"


def test_a_listener_that_fails_undoes_the_whole_merge(guest, monkeypatch):
    def fail(event: GuestMerged) -> None:
        raise RuntimeError("the line could not be moved")

    monkeypatch.setitem(events._listeners, GuestMerged, [fail])
    with pytest.raises(RuntimeError, match="the line could not be moved"):
        confirm(guest)
    guest.refresh_from_db()
    assert (guest.is_active, guest.merged_into) == (True, None)
    assert User.objects.filter(phone=PHONE).count() == 0


def test_the_guests_commands_answer_the_accounts_repeats(guest):
    ran: list[str] = []

    def run(user: User, cid: str) -> str:
        return run_once(
            actor=f"user:{user.pk}",
            command="take_ticket",
            cid=cid,
            body={"booth": 1},
            do=lambda: ran.append(cid) or f"ticket of {cid}",
            now=NOW,
        )

    run(guest, "a")
    account = confirm()
    run(account, "b")
    confirm(guest)
    assert (run(account, "a"), run(account, "b"), ran) == ("ticket of a", "ticket of b", ["a", "b"])
    assert set(CommandResult.objects.values_list("actor", flat=True)) == {f"user:{account.pk}"}


def test_after_the_merge_the_device_may_have_a_new_guest():
    device = uuid4()
    first = services.enter_as_guest(device=device, now=NOW)
    confirm(first)
    second = services.enter_as_guest(device=device, now=NOW)
    assert second.pk != first.pk


def test_the_database_itself_refuses_a_guest_with_a_phone_and_a_live_merged_guest(guest):
    account = confirm()
    for change in ({"phone": "+8613800009999"}, {"is_staff": True}, {"merged_into": account}):
        with pytest.raises(IntegrityError), transaction.atomic():
            User.objects.filter(pk=guest.pk).update(**change)


def test_the_database_itself_refuses_a_number_twice():
    confirm()
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user("second", phone=PHONE)


def test_development_codes_are_gone_after_ten_minutes():
    services.keep_development_code(phone=PHONE, code="111111", now=NOW)
    services.keep_development_code(phone=PHONE, code="222222", now=NOW + timedelta(minutes=9))
    services.keep_development_code(phone=PHONE, code="333333", now=NOW + timedelta(minutes=10))
    assert list(DevelopmentCode.objects.order_by("at").values_list("code", flat=True)) == ["222222", "333333"]


def test_the_back_offices_changes_are_audited_by_field_name_only():
    account, boss = confirm(name="王小明"), User.objects.create_superuser("boss")
    account.display_name = "王大明"
    services.save_from_back_office(user=account, fields=("display_name",), by=boss, now=NOW)
    entry = AuditEntry.objects.get(action="accounts.user_edited")
    assert (entry.by, entry.subject, entry.detail) == (
        boss.pk,
        f"user:{account.pk}",
        {"user_id": account.pk, "fields": ["display_name"]},
    )
