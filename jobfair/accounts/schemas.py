from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from jobfair.accounts.models import DevelopmentCode, User
from jobfair.accounts.rules import mask_phone
from jobfair.core.schemas import Schema, Text

# Wider than any right answer: rules.py says in words what is wrong with the rest.
Line = Annotated[Text, Field(max_length=200)]


class RequestCodeIn(Schema):
    phone: Line


class ConfirmCodeIn(Schema):
    code: Line
    display_name: Line = ""


class StaffSignInIn(Schema):
    username: Annotated[Text, Field(min_length=1, max_length=64)]
    password: Annotated[Text, Field(min_length=1, max_length=128)]


class SecondFactorIn(Schema):
    """Six digits of the authenticator, eight of a recovery code, or the phone's code, as the step asks."""

    code: Line


class SecondFactorOut(Schema):
    """How one proves oneself. `way`: what a step-up asks for; `set_up` = an authenticator must be set up first."""

    is_on: bool
    is_required: bool
    recovery_codes_left: int
    way: Literal["totp", "phone", "set_up"]
    phone_masked: str | None
    fresh_until: datetime | None


class NewSecretOut(Schema):
    """Shown once, to be scanned or typed into an authenticator app."""

    secret: str
    address: str
    picture: str  # SVG


class RecoveryCodesOut(Schema):
    """Shown once. `me` renews the page's CSRF token: the session has a new key."""

    codes: list[str]


class CodeSentOut(Schema):
    """The same for known and unknown numbers."""

    sent_at: datetime
    expires_at: datetime
    resend_at: datetime


class UserOut(Schema):
    """Oneself."""

    id: int
    display_name: str
    phone_masked: str | None
    is_guest: bool

    @classmethod
    def of(cls, user: User) -> UserOut:
        return cls(
            id=user.pk,
            display_name=user.display_name,
            phone_masked=mask_phone(user.phone) if user.phone else None,
            is_guest=user.is_guest,
        )


class MyBoothOut(Schema):
    """A booth one recruits for."""

    id: int
    number: int
    employer_name: str
    fair_slug: str


class MyFairOut(Schema):
    """A fair one is staff of."""

    slug: str
    name: str
    role: str


class MeOut(Schema):
    user: UserOut | None
    booths: list[MyBoothOut]
    fairs: list[MyFairOut]
    csrf_token: str
    now: datetime
    debug: bool


class DevelopmentCodeOut(Schema):
    phone_masked: str
    code: str
    at: datetime

    @classmethod
    def of(cls, row: DevelopmentCode) -> DevelopmentCodeOut:
        return cls(phone_masked=mask_phone(row.phone), code=row.code, at=row.at)
