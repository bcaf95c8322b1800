"""The only writer of users."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings

from jobfair.accounts import second_factor
from jobfair.accounts.events import (
    AccountClosed,
    AccountCreated,
    GuestCreated,
    GuestMerged,
    PasswordChanged,
    RecoveryCodesRenewed,
    SecondFactorFailed,
    SecondFactorReset,
    SecondFactorSetUp,
    SecondFactorUsed,
    SignedIn,
    SignedOut,
    SteppedUp,
    UserEdited,
)
from jobfair.accounts.models import DevelopmentCode, User
from jobfair.accounts.queries import CODES_KEPT, has_second_factor
from jobfair.accounts.rules import AccountDisabled, SecondFactorWrong
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

    Sign-up and sign-in are one act, except where a second factor is still to come. Refuses a disabled account.
    Locks the account before the guest.
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
        merge_guest(guest_id=guest_id, account=account)
    if not has_second_factor(account):
        emit(SignedIn(user_id=account.pk, method="code", by=account.pk))
    return account


@unit_of_work
def enter_as_walk_in(*, by: User, now: datetime) -> User:
    """Someone a clerk gives a paper to: a guest without a device, until the paper is claimed on one."""
    guest = User(username=f"walk-in-{uuid4().hex}", is_guest=True, date_joined=now)
    guest.set_unusable_password()
    guest.save()
    emit(GuestCreated(user_id=guest.pk, by=by.pk))
    return guest


@unit_of_work
def merge_guest(*, guest_id: int, account: User) -> None:
    """The guest was `account` all along. A second merge of the same guest changes nothing."""
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
def close_account(*, user: User, now: datetime) -> None:
    """Empty and disable it: every session is dead from its next request, the number is free for a new account."""
    User.objects.filter(pk=user.pk).update(
        phone=None, phone_verified=False, display_name="", email="", is_active=False
    )
    emit(AccountClosed(user_id=user.pk, by=user.pk))


@unit_of_work
def note_signed_in(*, user: User, method: str, now: datetime) -> None:
    """Audit a sign-in that needed no other change."""
    emit(SignedIn(user_id=user.pk, method=method, by=user.pk))


@unit_of_work
def note_password_changed(*, user: User, now: datetime) -> None:
    """Audit a new password, or that there is none any more; listeners close what old sessions hold open."""
    emit(PasswordChanged(user_id=user.pk))


@unit_of_work
def note_signed_out(*, user: User, session: str, now: datetime) -> None:
    """Audit a sign-out; listeners close what the session still holds open. `session`: rules.session_mark."""
    emit(SignedOut(user_id=user.pk, session=session, by=user.pk))


@unit_of_work
def set_up_second_factor(*, user: User, secret: str, code: str, now: datetime) -> list[str]:
    """Let `secret` count once its first code is right, and end every session; returns the recovery codes.

    Replaces an earlier authenticator and its recovery codes. Raises SecondFactorWrong.
    """
    locked = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    step = second_factor.matching_step(secret, code, now)
    if step is None:
        raise SecondFactorWrong(fields={"code": str(SecondFactorWrong.message)})
    Authenticator.objects.filter(user_id=user.pk).delete()
    authenticator = TOTP.activate(locked, secret).instance
    authenticator.data["last_step"] = step
    authenticator.save(update_fields=["data"])
    recovery = RecoveryCodes.activate(locked)
    _end_sessions(locked)
    user.sessions_ended = locked.sessions_ended
    emit(SecondFactorSetUp(user_id=user.pk, by=user.pk))
    return list(recovery.generate_codes())


@unit_of_work
def give_demo_authenticator(*, user: User, now: datetime) -> tuple[str, ...]:
    """An authenticator whose values the development page shows; returns the recovery codes left.

    In DEBUG only: anywhere else it would be an open door. One that the person set up stays.
    """
    if not settings.DEBUG:
        return ()
    own = Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.TOTP).first()
    if own is None:
        secret = second_factor.new_secret()
        set_up_second_factor(user=user, secret=secret, code=second_factor.code_at(secret, now), now=now)
        own = Authenticator.objects.get(user_id=user.pk, type=Authenticator.Type.TOTP)
        own.data |= {"demo": True, "last_step": 0}
        own.save(update_fields=["data"])
    if not own.data.get("demo"):
        return ()
    return tuple(RecoveryCodes.activate(user).get_unused_codes())


@unit_of_work
def use_second_factor(*, user: User, code: str, now: datetime) -> str | None:
    """Use up one code: `totp`, `recovery_code`, or None when it is wrong or was used before.

    A failure is audited, so it is no exception here; the edge refuses.
    """
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    rows = {row.type: row for row in Authenticator.objects.filter(user_id=user.pk)}
    totp, recovery = rows.get(Authenticator.Type.TOTP), rows.get(Authenticator.Type.RECOVERY_CODES)
    method = None
    if totp is not None and _use_step(totp, code, now):
        method = "totp"
    elif recovery is not None and recovery.wrap().validate_code(code):
        method = "recovery_code"
    if method is None:
        emit(SecondFactorFailed(user_id=user.pk, by=user.pk))
    else:
        emit(SecondFactorUsed(user_id=user.pk, method=method, by=user.pk))
    return method


def _use_step(authenticator: Authenticator, code: str, now: datetime) -> bool:
    secret = second_factor.secret_of(authenticator)
    step = None if secret is None else second_factor.matching_step(secret, code, now)
    if step is None or step <= authenticator.data.get("last_step", 0):
        return False
    authenticator.data["last_step"] = step
    authenticator.last_used_at = now
    authenticator.save(update_fields=["data", "last_used_at"])
    return True


@unit_of_work
def renew_recovery_codes(*, user: User, now: datetime) -> list[str]:
    """New recovery codes; the earlier ones are worth nothing any more."""
    locked = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.RECOVERY_CODES).delete()
    codes = list(RecoveryCodes.activate(locked).generate_codes())
    emit(RecoveryCodesRenewed(user_id=user.pk, by=user.pk))
    return codes


@unit_of_work
def reset_second_factor(*, user: User, by: User, now: datetime) -> None:
    """Take a lost authenticator away and end every session of the user; again: nothing happens."""
    locked = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    deleted, _ = Authenticator.objects.filter(user_id=user.pk).delete()
    if deleted:
        _end_sessions(locked)
        emit(SecondFactorReset(user_id=user.pk, by=by.pk))


@unit_of_work
def note_stepped_up(*, user: User, method: str, now: datetime) -> None:
    """Audit a step-up."""
    emit(SteppedUp(user_id=user.pk, method=method, by=user.pk))


def _end_sessions(user: User) -> None:
    user.sessions_ended += 1
    user.save(update_fields=["sessions_ended"])


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
