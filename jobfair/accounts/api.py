"""Sign-in, sign-out and who am I. Thin edges over allauth's flows and services.py."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.internal.flows.logout import logout
from allauth.account.models import Login
from django.conf import settings
from django.contrib.auth import authenticate, update_session_auth_hash
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from ninja import Router

from jobfair.accounts import queries, rules, second_factor, services, step_up
from jobfair.accounts.access import DEVICE_AGE, DEVICE_COOKIE, DEVICE_SALT, device_of, signed_in
from jobfair.accounts.adapter import AccountAdapter
from jobfair.accounts.limits import (
    forgive_second_factor,
    spend_code_confirm,
    spend_code_request,
    spend_guest,
    spend_password,
    spend_second_factor,
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
    NewSecretOut,
    RecoveryCodesOut,
    RequestCodeIn,
    SecondFactorIn,
    SecondFactorOut,
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
    return _sent(PhoneCode.start(request, phone))


@router.post(
    "/phone/confirm",
    response={200: MeOut, 403: ErrorReply, 409: ErrorReply, 422: ErrorReply, 429: ErrorReply},
)
def confirm_code(request: HttpRequest, response: HttpResponse, body: ConfirmCodeIn) -> MeOut:
    """Sign in, or up, with the code sent to this session; this device's guest becomes the account's."""
    name = rules.normal_name(body.display_name)
    now = clock.now()
    pending = _right_code(request, response, body.code, now)
    guest_id = request.user.pk if isinstance(request.user, User) and request.user.is_guest else None
    account = services.confirm_phone(phone=pending.phone, display_name=name, guest_id=guest_id, now=now)
    if isinstance(request.user, User) and not request.user.is_guest and request.user != account:
        tell_signed_out(request=request, user=request.user)
    if not pending.sign_in(account):
        raise rules.SecondFactorNeeded
    step_up.note_proof(request, user=account, method="code", now=now)
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
    step_up.note_proof(request, user=user, method="password", now=now)
    services.note_signed_in(user=user, method="password", now=now)
    return _me(request)


@router.post(
    "/sign-in/second-factor",
    response={200: MeOut, 403: ErrorReply, 409: ErrorReply, 422: ErrorReply, 429: ErrorReply},
)
def confirm_second_factor(request: HttpRequest, body: SecondFactorIn) -> MeOut:
    """Finish the sign-in that waits for an authenticator's code, or a recovery code."""
    stage = second_factor.waiting_sign_in(request)
    if stage is None:
        raise rules.SignInExpired
    now = clock.now()
    user = stage.login.user
    method = _use_second_factor(user, body.code, now)
    stage.exit()
    step_up.note_proof(request, user=user, method=method, now=now)
    services.note_signed_in(user=user, method=method, now=now)
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
    now = clock.now()
    codes = [DevelopmentCodeOut.of(row) for row in queries.list_development_codes(now=now)]
    return codes + [
        DevelopmentCodeOut(phone_masked=username, code=second_factor.code_at(secret, now), at=now)
        for username, secret in second_factor.list_demo_secrets()
    ]


@router.get("/me/second-factor", response={200: SecondFactorOut, 401: ErrorReply})
def my_second_factor(request: HttpRequest) -> SecondFactorOut:
    """Whether one has a second factor, must have one, and how long the last step-up still counts."""
    return _second_factor(request)


@router.post(
    "/me/second-factor/secret",
    response={200: NewSecretOut, 401: ErrorReply, 403: ErrorReply},
)
def begin_second_factor(request: HttpRequest) -> NewSecretOut:
    """A new secret to scan. It counts only once POST /me/second-factor has proved it; until then the old one does."""
    user = signed_in(request)
    step_up.ensure_recent_proof(request, user, clock.now())
    secret = second_factor.new_secret()
    request.session[second_factor.SETTING_UP] = secret
    address = second_factor.address_of_secret(user, secret)
    return NewSecretOut(secret=secret, address=address, picture=second_factor.picture_of(address))


@router.post(
    "/me/second-factor",
    response={
        200: RecoveryCodesOut,
        401: ErrorReply,
        403: ErrorReply,
        409: ErrorReply,
        422: ErrorReply,
        429: ErrorReply,
    },
)
def set_up_second_factor(request: HttpRequest, body: SecondFactorIn) -> RecoveryCodesOut:
    """Let the new secret count. Every other session ends; this one goes on under a new key."""
    user = signed_in(request)
    now = clock.now()
    step_up.ensure_recent_proof(request, user, now)
    secret = request.session.get(second_factor.SETTING_UP)
    if secret is None:
        raise rules.SecondFactorOff
    code = rules.normal_second_factor(body.code)
    spend_second_factor(user_id=user.pk, now=now)
    codes = services.set_up_second_factor(user=user, secret=secret, code=code, now=now)
    forgive_second_factor(user_id=user.pk)
    del request.session[second_factor.SETTING_UP]
    update_session_auth_hash(request, user)
    step_up.note_proof(request, user=user, method="totp", now=now)
    return RecoveryCodesOut(codes=codes)


@router.post(
    "/me/second-factor/recovery-codes",
    response={200: RecoveryCodesOut, 401: ErrorReply, 403: ErrorReply, 409: ErrorReply},
)
def renew_recovery_codes(request: HttpRequest) -> RecoveryCodesOut:
    """New recovery codes, after a step-up; the earlier ones end."""
    user = step_up.require_step_up(request)
    if not queries.has_second_factor(user):
        raise rules.SecondFactorOff
    return RecoveryCodesOut(codes=services.renew_recovery_codes(user=user, now=clock.now()))


@router.post(
    "/me/step-up/request-code",
    response={200: CodeSentOut, 401: ErrorReply, 403: ErrorReply, 409: ErrorReply, 429: ErrorReply},
)
def request_step_up_code(request: HttpRequest, response: HttpResponse) -> CodeSentOut:
    """A code to one's own phone, for those who step up by phone."""
    user = signed_in(request)
    if step_up.way_of(user) != "phone" or user.phone is None:
        raise rules.NoWayToStepUp
    spend_code_request(phone=user.phone, device=_device(request, response), request=request, now=clock.now())
    return _sent(PhoneCode.start(request, user.phone))


@router.post(
    "/me/step-up",
    response={
        200: SecondFactorOut,
        401: ErrorReply,
        403: ErrorReply,
        409: ErrorReply,
        422: ErrorReply,
        429: ErrorReply,
    },
)
def step_up_now(request: HttpRequest, response: HttpResponse, body: SecondFactorIn) -> SecondFactorOut:
    """Prove again who one is; counts for ten minutes, in this session, under a new key."""
    user = signed_in(request)
    now = clock.now()
    way = step_up.way_of(user)
    if way == "set_up":
        raise rules.NoWayToStepUp
    if way == "totp":
        method = _use_second_factor(user, body.code, now)
    else:
        pending = _right_code(request, response, body.code, now)
        if pending.phone != user.phone:
            raise rules.CodeExpired
        pending.forget()
        method = "code"
    step_up.step_up(request, user=user, method=method, now=now)
    return _second_factor(request)


def _right_code(request: HttpRequest, response: HttpResponse, text: str, now: datetime) -> PhoneCode:
    """The pending code of this session, if `text` is it. Raises CodeExpired, CodeWrong, TooMany."""
    typed = rules.normal_code(text)
    pending = PhoneCode.pending(request)
    if pending is None:
        raise rules.CodeExpired
    device = _device(request, response)
    spend_code_confirm(phone=pending.phone, issue=pending.issue, device=device, now=now)
    if not pending.is_right(typed):
        if not pending.record_invalid_attempt():
            raise rules.CodeExpired
        raise rules.CodeWrong(fields={"code": str(rules.CodeWrong.message)})
    return pending


def _use_second_factor(user: User, text: str, now: datetime) -> str:
    """The method that was right: totp or recovery_code. Raises SecondFactorWrong, TooMany."""
    code = rules.normal_second_factor(text)
    spend_second_factor(user_id=user.pk, now=now)
    method = services.use_second_factor(user=user, code=code, now=now)
    if method is None:
        raise rules.SecondFactorWrong(fields={"code": str(rules.SecondFactorWrong.message)})
    forgive_second_factor(user_id=user.pk)
    return method


def _second_factor(request: HttpRequest) -> SecondFactorOut:
    user = signed_in(request)
    way = step_up.way_of(user)
    return SecondFactorOut(
        is_on=way == "totp",
        is_required=settings.STAFF_NEED_SECOND_FACTOR and queries.is_staff(user),
        recovery_codes_left=queries.count_recovery_codes(user),
        way=way,
        phone_masked=rules.mask_phone(user.phone) if user.phone else None,
        fresh_until=step_up.fresh_until(request, user, clock.now()),
    )


def _sent(code: PhoneCode) -> CodeSentOut:
    return CodeSentOut(
        sent_at=code.sent_at, expires_at=code.expires_at, resend_at=code.sent_at + RESEND_AFTER
    )


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
