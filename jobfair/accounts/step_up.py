"""Step-up: who asks for something grave proves again that it is them, at most ten minutes ago.

By an authenticator (or a recovery code) where one is set up; else, for those who need none, by a fresh code to
their verified phone. Staff have no other way than the authenticator.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Literal

from django.http import HttpRequest

from jobfair.accounts import queries, rules, services
from jobfair.accounts.access import signed_in
from jobfair.accounts.models import User
from jobfair.accounts.rules import session_mark
from jobfair.core import clock

FRESH = timedelta(minutes=10)
PROOF = "step_up"  # in the session: {user, at, method}
EARLIER = "earlier_sessions"  # marks of the keys this session had before; its sockets bear them

Way = Literal["totp", "phone", "set_up"]


def require_step_up(request: HttpRequest) -> User:
    """The signed-in user, if they proved themselves in the last ten minutes, or StepUpRequired.

    Call it in the edge, before the service. Raises NotSignedIn first.
    """
    user = signed_in(request)
    if fresh_until(request, user, clock.now()) is None:
        raise rules.StepUpRequired
    return user


def way_of(user: User) -> Way:
    """How this user can step up."""
    if queries.has_second_factor(user):
        return "totp"
    if user.phone and user.phone_verified and not queries.is_staff(user):
        return "phone"
    return "set_up"


def fresh_until(request: HttpRequest, user: User, now: datetime) -> datetime | None:
    """Until when the last proof counts as a step-up; None when there is none, or not of the way asked for."""
    proof = last_proof(request, user, now)
    if proof is None:
        return None
    until, method = proof
    counts = {"totp": {"totp", "recovery_code"}, "phone": {"code"}, "set_up": set[str]()}
    return until if method in counts[way_of(user)] else None


def ensure_recent_proof(request: HttpRequest, user: User, now: datetime) -> None:
    """For setting up a second factor: with one, a step-up; without, a sign-in or step-up of the last ten minutes.

    Raises StepUpRequired.
    """
    if queries.has_second_factor(user):
        recent = fresh_until(request, user, now)
    else:
        proof = last_proof(request, user, now)
        recent = None if proof is None else proof[0]
    if recent is None:
        raise rules.StepUpRequired


def last_proof(request: HttpRequest, user: User, now: datetime) -> tuple[datetime, str] | None:
    """Until when this session's last proof of the user counts, and its method."""
    proof = request.session.get(PROOF)
    if not isinstance(proof, dict) or proof.get("user") != user.pk:
        return None
    until = datetime.fromtimestamp(proof["at"], tz=UTC) + FRESH
    return (until, str(proof["method"])) if now < until else None


def note_proof(request: HttpRequest, *, user: User, method: str, now: datetime) -> None:
    """Remember in the session that `user` has just proved themselves.

    `method`: totp, recovery_code, code or password.
    """
    request.session[PROOF] = {"user": user.pk, "at": now.timestamp(), "method": method}


def step_up(request: HttpRequest, *, user: User, method: str, now: datetime) -> None:
    """Give the session its proof and a new key; what its sockets bear still names it at sign-out."""
    renew_session(request)
    note_proof(request, user=user, method=method, now=now)
    services.note_stepped_up(user=user, method=method, now=now)


def renew_session(request: HttpRequest) -> None:
    marks = [*request.session.get(EARLIER, []), session_mark(request.session.session_key or "")]
    request.session.cycle_key()
    request.session[EARLIER] = marks[-20:]
