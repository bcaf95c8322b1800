"""Where allauth asks about our users."""

from __future__ import annotations

from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from jobfair.accounts.models import User
from jobfair.accounts.queries import find_by_phone
from jobfair.accounts.senders import SIGN_IN_CODE, sms_sender

_STAGES_OF_OUR_OWN = (
    "allauth.account.stages.PhoneVerificationStage",  # signing in by code is the verification
    "allauth.account.stages.EmailVerificationStage",  # nobody needs an email address
)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Phones live on User; the front end shows its own words; sign-up is the first confirmed code only."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_stages(self) -> list[str]:
        return [stage for stage in super().get_login_stages() if stage not in _STAGES_OF_OUR_OWN]

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """No flash messages: there is no page of ours that would show them."""

    def send_verification_code_sms(self, user: User | None, phone: str, code: str, **kwargs: Any) -> None:
        minutes = str(app_settings.LOGIN_BY_CODE_TIMEOUT // 60)
        sms_sender().send(SIGN_IN_CODE, phone, {"code": code, "minutes": minutes})

    def get_user_by_phone(self, phone: str) -> User | None:
        return find_by_phone(phone)

    def get_phone(self, user: User) -> tuple[str, bool] | None:
        return (user.phone, user.phone_verified) if user.phone else None

    def set_phone(self, user: User, phone: str, verified: bool) -> None:
        raise NotImplementedError("phones are set by services.confirm_phone")

    def set_phone_verified(self, user: User, phone: str) -> None:
        """Already written by services.confirm_phone, in the unit of work that made the account."""
        if user.phone != phone or not user.phone_verified:
            raise NotImplementedError("phones are verified by services.confirm_phone")
