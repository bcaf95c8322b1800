"""What happens to people's accounts. Told by ids: no name, phone or code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from jobfair.core.events import Event


@dataclass(frozen=True, kw_only=True)
class GuestCreated(Event):
    name: ClassVar[str] = "accounts.guest_created"
    user_id: int

    @property
    def subject(self) -> str:
        return f"user:{self.user_id}"


@dataclass(frozen=True, kw_only=True)
class AccountCreated(Event):
    """A phone number proved itself for the first time."""

    name: ClassVar[str] = "accounts.account_created"
    user_id: int

    @property
    def subject(self) -> str:
        return f"user:{self.user_id}"


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
class AccountClosed(Event):
    """By its owner, for good: whoever keeps something of the account locks it away or deletes it."""

    name: ClassVar[str] = "accounts.account_closed"
    user_id: int

    @property
    def subject(self) -> str:
        return f"user:{self.user_id}"


@dataclass(frozen=True, kw_only=True)
class SignedIn(Event):
    name: ClassVar[str] = "accounts.signed_in"
    user_id: int
    method: str  # code | password | device

    @property
    def subject(self) -> str:
        return f"user:{self.user_id}"


@dataclass(frozen=True, kw_only=True)
class SignedOut(Event):
    """One session of the user ended; `session` is rules.session_mark of its key, never the key."""

    name: ClassVar[str] = "accounts.signed_out"
    user_id: int
    session: str

    @property
    def subject(self) -> str:
        return f"user:{self.user_id}"


@dataclass(frozen=True, kw_only=True)
class UserEdited(Event):
    """The back office changed a user; only the fields' names are told."""

    name: ClassVar[str] = "accounts.user_edited"
    user_id: int
    fields: tuple[str, ...]

    @property
    def subject(self) -> str:
        return f"user:{self.user_id}"


@dataclass(frozen=True, kw_only=True)
class SecondFactorSetUp(Event):
    """A new authenticator counts from now on; every other session of the user has ended."""

    name: ClassVar[str] = "accounts.second_factor_set_up"
    user_id: int

    @property
    def subject(self) -> str:
        return f"user:{self.user_id}"


@dataclass(frozen=True, kw_only=True)
class SecondFactorUsed(Event):
    name: ClassVar[str] = "accounts.second_factor_used"
    user_id: int
    method: str  # totp | recovery_code

    @property
    def subject(self) -> str:
        return f"user:{self.user_id}"


@dataclass(frozen=True, kw_only=True)
class SecondFactorFailed(Event):
    """A wrong or already used code; the code itself is told nowhere."""

    name: ClassVar[str] = "accounts.second_factor_failed"
    user_id: int

    @property
    def subject(self) -> str:
        return f"user:{self.user_id}"


@dataclass(frozen=True, kw_only=True)
class RecoveryCodesRenewed(Event):
    name: ClassVar[str] = "accounts.recovery_codes_renewed"
    user_id: int

    @property
    def subject(self) -> str:
        return f"user:{self.user_id}"


@dataclass(frozen=True, kw_only=True)
class SecondFactorReset(Event):
    """The back office took a lost authenticator away; the user sets up another at the next sign-in."""

    name: ClassVar[str] = "accounts.second_factor_reset"
    user_id: int

    @property
    def subject(self) -> str:
        return f"user:{self.user_id}"


@dataclass(frozen=True, kw_only=True)
class SteppedUp(Event):
    """The person at this session proved again who they are."""

    name: ClassVar[str] = "accounts.stepped_up"
    user_id: int
    method: str  # totp | recovery_code | code

    @property
    def subject(self) -> str:
        return f"user:{self.user_id}"
