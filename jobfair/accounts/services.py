"""The only writer of users."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from jobfair.accounts.events import AccountCreated, GuestCreated, GuestMerged, SignedIn, SignedOut, UserEdited
from jobfair.accounts.models import DevelopmentCode, User
from jobfair.accounts.queries import CODES_KEPT
from jobfair.accounts.rules import AccountDisabled
from jobfair.core.idempotency import move_results
from jobfair.core.unit_of_work import emit, unit_of_work


@unit_of_work
def enter_as_guest(*, device: UUID, now: datetime) -> User:
    """The one guest of `device`, made on first sight. Two requests at once get the same guest."""
    guest, created = User.objects.get_or_create(
        device=device, defaults={"username": f"guest-{uuid4().hex}", "is_guest": True, "date_joined": now}
    )
    if created:
        guest.set_unusable_password()
        guest.save(update_fields=["password"])
        emit(GuestCreated(user_id=guest.pk, by=guest.pk))
    if not guest.is_active:
        raise AccountDisabled
    return guest


@unit_of_work
def confirm_phone(*, phone: str, display_name: str, guest_id: int | None, now: datetime) -> User:
    """The account of a number that has just proved itself, made on first sight; takes over `guest_id`.

    Sign-up and sign-in are one act. Refuses a disabled account. Locks the account before the guest.
    """
    account, created = User.objects.get_or_create(
        phone=phone,
        defaults={"username": f"phone-{uuid4().hex}", "phone_verified": True, "date_joined": now},
    )
    account = User.objects.select_for_update(no_key=True).get(pk=account.pk)
    if not account.is_active:
        raise AccountDisabled
    if created:
        account.set_unusable_password()
        emit(AccountCreated(user_id=account.pk, by=account.pk))
    account.phone_verified = True
    account.display_name = display_name or account.display_name
    account.save(update_fields=["password", "phone_verified", "display_name"])
    if guest_id is not None:
        _merge_guest(guest_id=guest_id, account=account)
    emit(SignedIn(user_id=account.pk, method="code", by=account.pk))
    return account


def _merge_guest(*, guest_id: int, account: User) -> None:
    """A second merge of the same guest changes nothing."""
    guest = (
        User.objects.select_for_update(no_key=True)
        .filter(pk=guest_id, is_guest=True, merged_into=None)
        .first()
    )
    if guest is None:
        return
    if not account.display_name and guest.display_name:
        account.display_name = guest.display_name
        account.save(update_fields=["display_name"])
    guest.merged_into = account
    guest.is_active = False  # every session of the guest is dead from its next request
    guest.device = None
    guest.save(update_fields=["merged_into", "is_active", "device"])
    move_results(from_actor=f"user:{guest.pk}", to_actor=f"user:{account.pk}")
    emit(GuestMerged(guest_id=guest.pk, account_id=account.pk, by=account.pk))


@unit_of_work
def note_signed_in(*, user: User, method: str, now: datetime) -> None:
    """Audit a sign-in that needed no other change."""
    emit(SignedIn(user_id=user.pk, method=method, by=user.pk))


@unit_of_work
def note_signed_out(*, user: User, session: str, now: datetime) -> None:
    """Audit a sign-out; listeners close what the session still holds open. `session`: rules.session_mark."""
    emit(SignedOut(user_id=user.pk, session=session, by=user.pk))


@unit_of_work
def save_from_back_office(*, user: User, fields: tuple[str, ...], by: User, now: datetime) -> None:
    """Store what the back office's form has checked, and audit which fields it changed."""
    user.save()
    emit(UserEdited(user_id=user.pk, fields=fields, by=by.pk))


@unit_of_work
def keep_development_code(*, phone: str, code: str, now: datetime) -> None:
    """Keep a code for the development page, and forget those older than ten minutes."""
    DevelopmentCode.objects.filter(at__lte=now - CODES_KEPT).delete()
    DevelopmentCode.objects.create(phone=phone, code=code, at=now)
