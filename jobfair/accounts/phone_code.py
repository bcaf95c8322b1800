"""allauth's sign-in by code, opened to numbers that have no account yet.

allauth makes, keeps (in the session), times out and compares the code, counts the failures, and runs the
stages of a login (second factor). What differs: every number gets a code, so an answer tells nothing about
who has an account; and no row is written for a number until its code has come back.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.internal.constants import LoginStageKey
from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.account.internal.stagekit import pop_login
from allauth.account.models import Login
from allauth.account.stages import LoginByCodeStage, LoginStageController
from allauth.core.internal.cryptokit import compare_user_code
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from jobfair.accounts.models import User


class PhoneCode(LoginCodeVerificationProcess):  # type: ignore[misc]  # allauth has no types
    """The code pending in one session."""

    @classmethod
    def start(cls, request: HttpRequest, phone: str) -> PhoneCode:
        """Send a new code to `phone`; the session's earlier one is void. Raises SmsNotSent."""
        login = Login(user=None, phone=phone)
        login.state["stages"] = {"current": LoginStageKey.LOGIN_BY_CODE.value}
        stage = LoginByCodeStage(LoginStageController(request, login), request, login)
        stage.state.update(cls.initial_state(user=None, phone=phone))
        stage.state.update(initiated_by_user=True, issue=uuid4().hex)
        process = cls(stage=stage)
        process.send()
        process.persist()
        return process

    @classmethod
    def pending(cls, request: HttpRequest) -> PhoneCode | None:
        """The session's code, unless it has timed out, been used or been guessed at too often."""
        stage = LoginStageController.enter(request, LoginStageKey.LOGIN_BY_CODE.value)
        if stage is None or "issue" not in stage.state:
            return None
        process: PhoneCode | None = cls(stage=stage).abort_if_invalid()
        return process

    def send_by_phone(self, phone: str, skip_enumeration_mails: bool = False) -> None:
        adapter = get_adapter()
        code = adapter.generate_phone_verification_code(user=None, phone=phone)
        self.state["code"] = code
        adapter.send_verification_code_sms(user=None, phone=phone, code=code)

    @property
    def phone(self) -> str:
        return str(self.state["phone"])

    @property
    def issue(self) -> str:
        """Names this one code, for counting guesses."""
        return str(self.state["issue"])

    @property
    def sent_at(self) -> datetime:
        return datetime.fromtimestamp(self.state["at"], tz=UTC)

    @property
    def expires_at(self) -> datetime:
        return self.sent_at + timedelta(seconds=app_settings.LOGIN_BY_CODE_TIMEOUT)

    def is_right(self, code: str) -> bool:
        """Whether `code` is the one sent; in constant time."""
        return bool(compare_user_code(actual=code, expected=self.code))

    def forget(self) -> None:
        """Use the code up without signing anyone in."""
        pop_login(self.request)

    def sign_in(self, user: User) -> bool:
        """End the session at hand (a guest's, or another account's), begin `user`'s under a new key.

        False when a second factor is still asked for.
        """
        self.request.session.flush()
        self.request.user = AnonymousUser()
        self._user = user
        self.finish(None)
        return bool(self.request.user.is_authenticated)
