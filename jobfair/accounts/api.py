"""Sign-in, sign-out and who am I. Thin edges over allauth's flows and services.py."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.internal.flows.logout import logout
from allauth.account.models import Login
from django.conf import settings
from django.contrib.auth import authenticate
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from ninja import Router

from jobfair.accounts import queries, rules, services
from jobfair.accounts.access import DEVICE_AGE, DEVICE_COOKIE, DEVICE_SALT, device_of
from jobfair.accounts.adapter import AccountAdapter
from jobfair.accounts.limits import (
    spend_code_confirm,
    spend_code_request,
    spend_guest,
    spend_password,
)
from jobfair.accounts.models import User
from jobfair.accounts.phone_code import PhoneCode
from jobfair.accounts.schemas import (
    CodeSentOut,
    ConfirmCodeIn,
    DevelopmentCodeOut,
    MeOut,
    MyBoothOut,
    MyFairOut,
    RequestCodeIn,
    StaffSignInIn,
    UserOut,
)
from jobfair.accounts.sessions import tell_signed_out
from jobfair.core import clock
from jobfair.core.errors import NotFound
from jobfair.core.schemas import ErrorReply

router = Router(tags=["accounts"])
RESEND_AFTER = timedelta(minutes=1)


@router.get("/me", response={200: MeOut})
def me(request: HttpRequest, response: HttpResponse) -> MeOut:
    """Who this browser is, and its CSRF token. A first visit gives the device its cookie."""
    if device_of(request) is None:
        _device(request, response)
    return _me(request)


@router.post("/guests", response={200: MeOut, 403: ErrorReply, 429: ErrorReply})
def enter_as_guest(request: HttpRequest, response: HttpResponse) -> MeOut:
    """Sign this device's guest in; whoever is signed in already stays."""
    if not isinstance(request.user, User):
        now = clock.now()
        device = _device(request, response)
        spend_guest(device=device, request=request, now=now)
        guest = services.enter_as_guest(device=device, now=now)
        AccountAdapter(request).login(request, guest)
    return _me(request)


@router.post(
    "/phone/request-code",
    response={200: CodeSentOut, 403: ErrorReply, 409: ErrorReply, 422: ErrorReply, 429: ErrorReply},
)
def request_code(request: HttpRequest, response: HttpResponse, body: RequestCodeIn) -> CodeSentOut:
    """Send a code. The answer is the same whether the number has an account or not."""
    phone = rules.normal_phone(body.phone)
    spend_code_request(phone=phone, device=_device(request, response), request=request, now=clock.now())
    code = PhoneCode.start(request, phone)
    return CodeSentOut(
        sent_at=code.sent_at, expires_at=code.expires_at, resend_at=code.sent_at + RESEND_AFTER
    )


@router.post(
    "/phone/confirm",
    response={200: MeOut, 403: ErrorReply, 409: ErrorReply, 422: ErrorReply, 429: ErrorReply},
)
def confirm_code(request: HttpRequest, response: HttpResponse, body: ConfirmCodeIn) -> MeOut:
    """Sign in, or up, with the code sent to this session; this device's guest becomes the account's."""
    name = rules.normal_name(body.display_name)
    typed = rules.normal_code(body.code)
    pending = PhoneCode.pending(request)
    if pending is None:
        raise rules.CodeExpired
    now = clock.now()
    spend_code_confirm(
        phone=pending.phone,
        issue=pending.issue,
        device=_device(request, response),
        now=now,
    )
    if not pending.is_right(typed):
        if not pending.record_invalid_attempt():
            raise rules.CodeExpired
        raise rules.CodeWrong(fields={"code": str(rules.CodeWrong.message)})
    guest_id = request.user.pk if isinstance(request.user, User) and request.user.is_guest else None
    account = services.confirm_phone(phone=pending.phone, display_name=name, guest_id=guest_id, now=now)
    if isinstance(request.user, User) and not request.user.is_guest and request.user != account:
        tell_signed_out(request=request, user=request.user)
    if not pending.sign_in(account):
        raise rules.SecondFactorNeeded
    return _me(request)


@router.post("/staff/sign-in", response={200: MeOut, 403: ErrorReply, 422: ErrorReply, 429: ErrorReply})
def staff_sign_in(request: HttpRequest, response: HttpResponse, body: StaffSignInIn) -> MeOut:
    """Sign in by password. One answer, at one speed, for an unknown name and a wrong password."""
    now = clock.now()
    spend_password(username=body.username, device=_device(request, response), request=request, now=now)
    user = authenticate(request, username=body.username, password=body.password)
    if not isinstance(user, User) or user.is_guest:
        raise rules.PasswordWrong(fields={"password": str(rules.PasswordWrong.message)})
    _end_session(request)
    perform_password_login(request, {"username": user.username}, Login(user=user))
    if not request.user.is_authenticated:
        raise rules.SecondFactorNeeded
    services.note_signed_in(user=user, method="password", now=now)
    return _me(request)


@router.post("/sign-out", response={200: MeOut, 403: ErrorReply})
def sign_out(request: HttpRequest) -> MeOut:
    """End this session; its cookie is worth nothing afterwards. Nobody signed in: nothing happens."""
    _end_session(request)
    return _me(request)


@router.get("/dev/codes", response={200: list[DevelopmentCodeOut], 404: ErrorReply})
def development_codes(request: HttpRequest) -> list[DevelopmentCodeOut]:
    """The codes nobody texts while developing; does not exist outside DEBUG."""
    if not settings.DEBUG:
        raise NotFound
    return [DevelopmentCodeOut.of(row) for row in queries.list_development_codes(now=clock.now())]


def _end_session(request: HttpRequest) -> None:
    """In one transaction: whoever sees the sign-out no longer finds the session."""
    with transaction.atomic():
        logout(request, show_message=False)
        request.session.flush()


def _me(request: HttpRequest) -> MeOut:
    user = request.user if isinstance(request.user, User) else None
    return MeOut(
        user=UserOut.of(user) if user else None,
        booths=[MyBoothOut.model_validate(row) for row in queries.get_me_section("booths", user)],
        fairs=[MyFairOut.model_validate(row) for row in queries.get_me_section("fairs", user)],
        csrf_token=get_token(request),
        now=clock.now(),
        debug=settings.DEBUG,
    )


def _device(request: HttpRequest, response: HttpResponse) -> UUID:
    """This browser's device, given one where it has none; the cookie is renewed."""
    device = device_of(request) or uuid4()
    response.set_signed_cookie(
        DEVICE_COOKIE,
        str(device),
        salt=DEVICE_SALT,
        max_age=DEVICE_AGE,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return device
