from __future__ import annotations

from datetime import datetime
from typing import Annotated

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
