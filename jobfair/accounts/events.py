"""What happens to people's accounts. Told by ids: no name, phone or code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from jobfair.core.events import Event


@dataclass(frozen=True, kw_only=True)
class UserEvent(Event):
    noun: ClassVar[str] = "user"
    user_id: int


@dataclass(frozen=True, kw_only=True)
class GuestCreated(UserEvent):
    name: ClassVar[str] = "accounts.guest_created"


@dataclass(frozen=True, kw_only=True)
class AccountCreated(UserEvent):
    """A phone number proved itself for the first time."""

    name: ClassVar[str] = "accounts.account_created"


@dataclass(frozen=True, kw_only=True)
class GuestMerged(Event):
    """The guest of a device turned out to be `account_id`: listeners move the guest's rows to the account."""

    name: ClassVar[str] = "accounts.guest_merged"
    guest_id: int
    account_id: int

    @property
    def subject(self) -> str:
        return f"user:{self.account_id}"


@dataclass(frozen=True, kw_only=True)
class AccountClosed(UserEvent):
    """By its owner, for good: whoever keeps something of the account locks it away or deletes it."""

    name: ClassVar[str] = "accounts.account_closed"


@dataclass(frozen=True, kw_only=True)
class SignedIn(UserEvent):
    name: ClassVar[str] = "accounts.signed_in"
    method: str  # code | password | device


@dataclass(frozen=True, kw_only=True)
class SignedOut(UserEvent):
    """One session of the user ended; `session` is rules.session_mark of its key, never the key."""

    name: ClassVar[str] = "accounts.signed_out"
    session: str


@dataclass(frozen=True, kw_only=True)
class PasswordChanged(UserEvent):
    """Every session opened with the old one is dead, whoever changed it and wherever."""

    name: ClassVar[str] = "accounts.password_changed"


@dataclass(frozen=True, kw_only=True)
class UserEdited(UserEvent):
    """The back office changed a user; only the fields' names are told."""

    name: ClassVar[str] = "accounts.user_edited"
    fields: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class SecondFactorSetUp(UserEvent):
    """A new authenticator counts from now on; every other session of the user has ended."""

    name: ClassVar[str] = "accounts.second_factor_set_up"


@dataclass(frozen=True, kw_only=True)
class SecondFactorUsed(UserEvent):
    name: ClassVar[str] = "accounts.second_factor_used"
    method: str  # totp | recovery_code


@dataclass(frozen=True, kw_only=True)
class SecondFactorFailed(UserEvent):
    """A wrong or already used code; the code itself is told nowhere."""

    name: ClassVar[str] = "accounts.second_factor_failed"


@dataclass(frozen=True, kw_only=True)
class RecoveryCodesRenewed(UserEvent):
    name: ClassVar[str] = "accounts.recovery_codes_renewed"


@dataclass(frozen=True, kw_only=True)
class SecondFactorReset(UserEvent):
    """The back office took a lost authenticator away; the user sets up another at the next sign-in."""

    name: ClassVar[str] = "accounts.second_factor_reset"


@dataclass(frozen=True, kw_only=True)
class SteppedUp(UserEvent):
    """The person at this session proved again who they are."""

    name: ClassVar[str] = "accounts.stepped_up"
    method: str  # totp | recovery_code | code
