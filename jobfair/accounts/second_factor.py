"""allauth's authenticators (TOTP by RFC 6238, recovery codes), read by our clock and used once.

allauth keeps the rows, makes secrets and values and asks for the second factor at sign-in. What differs: the
time is an argument, so a machine's wrong clock locks nobody out; a value counts once in the database, not in
a cache that may be away (RFC 6238, 5.2).
"""

from __future__ import annotations

import io
from datetime import datetime

import segno
from allauth.account.stages import LoginStageController
from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.adapter import DefaultMFAAdapter, get_adapter
from allauth.mfa.internal.constants import LoginStageKey
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from allauth.mfa.totp.internal.auth import format_hotp_value, generate_totp_secret, hotp_value
from cryptography.fernet import InvalidToken
from django.http import HttpRequest

from jobfair.accounts.models import User
from jobfair.core.sealing import keys_for

PERIOD = 30  # seconds
STEPS_OFF = 1  # how many periods a phone's clock may be early or late
SEALED_FOR = "jobfair.accounts.second_factor"
SETTING_UP = "second_factor_secret"  # in the session, until its first code proves it


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """Secrets lie encrypted in the database, under keys made from SECRET_KEY and its fallbacks."""

    def encrypt(self, text: str) -> str:
        return keys_for(SEALED_FOR).encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return keys_for(SEALED_FOR).decrypt(encrypted_text.encode()).decode()


def new_secret() -> str:
    return str(generate_totp_secret())


def address_of_secret(user: User, secret: str) -> str:
    """The `otpauth://` address that authenticator apps read."""
    return str(get_adapter().build_totp_url(user, secret))


def picture_of(address: str) -> str:
    """The address as a QR code, SVG."""
    picture = io.BytesIO()
    segno.make(address, error="m").save(picture, kind="svg", scale=6, border=2, xmldecl=False, svgns=True)
    return picture.getvalue().decode()


def matching_step(secret: str, code: str, now: datetime) -> int | None:
    """The period `code` belongs to, if it is one of those that count at `now`."""
    at = int(now.timestamp()) // PERIOD
    for step in range(at - STEPS_OFF, at + STEPS_OFF + 1):
        if compare_user_code(actual=code, expected=format_hotp_value(hotp_value(secret, step))):
            return step
    return None


def code_at(secret: str, now: datetime) -> str:
    """What an authenticator shows at `now`."""
    return str(format_hotp_value(hotp_value(secret, int(now.timestamp()) // PERIOD)))


def secret_of(authenticator: Authenticator) -> str | None:
    """The secret, or None when SECRET_KEY has changed since: then only a recovery by the back office helps."""
    try:
        return str(get_adapter().decrypt(authenticator.data["secret"]))
    except InvalidToken:
        return None


def list_demo_secrets() -> list[tuple[str, str]]:
    """The demo people's (username, secret): the development page shows what their authenticators would."""
    rows = Authenticator.objects.filter(type=Authenticator.Type.TOTP, data__demo=True).select_related("user")
    secrets = [(row.user.username, secret_of(row)) for row in rows.order_by("user_id")]
    return [(username, secret) for username, secret in secrets if secret is not None]


def waiting_sign_in(request: HttpRequest) -> AuthenticateStage | None:
    """The sign-in of this session that waits for its second factor."""
    return LoginStageController.enter(request, LoginStageKey.MFA_AUTHENTICATE.value)
