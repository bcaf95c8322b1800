"""Reads of employers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from jobfair.accounts.models import User
from jobfair.employers.models import (
    Employer,
    Invitation,
    JoinRequest,
    Licence,
    Participation,
    Recruiter,
    Review,
)
from jobfair.employers.rules import Identity, StatedEmployer, identify, read_code

PAGE = 30
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Colleagues:
    """Who acts for an employer, who was invited, and who asks to."""

    recruiters: list[Recruiter]
    invitations: list[Invitation]
    requests: list[JoinRequest]


@dataclass(frozen=True)
class ReviewPage:
    """Files that wait, the longest wait first; `next` is the cursor of the page after."""

    items: list[Employer]
    next: str | None


def papers_of(employers: Iterable[Employer]) -> dict[int, list[Licence]]:
    """The current papers of each employer, by its id; one query."""
    papers: dict[int, list[Licence]] = {employer.pk: [] for employer in employers}
    for licence in Licence.objects.filter(employer_id__in=papers, replaced_at=None).order_by("paper"):
        papers[licence.employer_id].append(licence)
    return papers


def last_reviews_of(employers: Iterable[Employer]) -> dict[int, Review]:
    """The last decision about each employer, by its id; one query."""
    rows = Review.objects.filter(employer_id__in=[employer.pk for employer in employers])
    return {review.employer_id: review for review in rows.order_by("at", "pk")}


def current_papers(employer: Employer) -> set[str]:
    """Which papers the employer has shown."""
    return set(Licence.objects.filter(employer=employer, replaced_at=None).values_list("paper", flat=True))


def list_employers_of(user: User) -> list[Employer]:
    """Those the user recruits for."""
    return list(Employer.objects.filter(recruiters__user=user).order_by("pk"))


def list_open_requests_of(user: User) -> list[JoinRequest]:
    """What the user asked for and nobody has answered. Never tell the employer's own particulars from it."""
    return list(JoinRequest.objects.filter(user=user, state=JoinRequest.State.ASKED).order_by("pk"))


def list_colleagues(employer: Employer, *, now: datetime) -> Colleagues:
    """Three queries. Links that can still be used only."""
    usable = Invitation.objects.filter(
        employer=employer, used_at=None, revoked_at=None, expires_at__gt=now
    ).select_related("invited_by")
    asked = JoinRequest.objects.filter(employer=employer, state=JoinRequest.State.ASKED)
    return Colleagues(
        recruiters=list(Recruiter.objects.filter(employer=employer).select_related("user").order_by("pk")),
        invitations=list(usable.order_by("pk")),
        requests=list(asked.select_related("user").order_by("pk")),
    )


def list_participations(employer: Employer) -> list[Participation]:
    """All fairs of the employer, the newest first."""
    return list(
        Participation.objects.filter(employer=employer)
        .select_related("fair", "fair__city")
        .order_by("-fair__opens_at", "-pk")
    )


def find_by_token(token_hash: str) -> Invitation | None:
    """The invitation of a link."""
    rows = Invitation.objects.select_related("employer", "invited_by")
    return rows.filter(token_hash=token_hash).first()


def list_reviews(
    employers: QuerySet[Employer],
    *,
    user: User,
    state: str,
    owner: str,
    fair_slug: str,
    text: str,
    cursor: tuple[datetime, int] | None,
) -> ReviewPage:
    """A page of the review desk, the oldest first; one query.

    `state`: waiting (handed in), verified, due, refused, registered or all. `owner`: anyone, mine or nobody.
    """
    rows = _in_state(employers, state)
    if owner == "mine":
        rows = rows.filter(reviewer=user)
    elif owner == "nobody":
        rows = rows.filter(reviewer=None)
    if fair_slug:
        rows = rows.filter(
            Exists(Participation.objects.filter(employer=OuterRef("pk"), fair__slug=fair_slug))
        )
    if text:
        rows = rows.filter(Q(name__icontains=text) | Q(credit_code__istartswith=text))
    if state == "waiting":
        rows = rows.order_by("submitted_at", "pk")
        if cursor is not None:
            at, pk = cursor
            rows = rows.filter(Q(submitted_at__gt=at) | Q(submitted_at=at, pk__gt=pk))
    else:
        rows = rows.order_by("-pk")
        if cursor is not None:
            rows = rows.filter(pk__lt=cursor[1])
    found = list(rows.select_related("reviewer")[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    return ReviewPage(items=found[:PAGE], next=cursor_of(last) if last else None)


def cursor_of(employer: Employer) -> str:
    at = employer.submitted_at.isoformat() if employer.submitted_at else ""
    return f"{at}~{employer.pk}"


def read_cursor(text: str) -> tuple[datetime, int] | None:
    """What `cursor_of` wrote; None for the first page and for what it never wrote."""
    at, _, pk = text.partition("~")
    if not pk.isascii() or not pk.isdigit() or len(pk) > 18:
        return None
    try:
        when = datetime.fromisoformat(at) if at else _LONG_AGO
    except ValueError:
        return None
    return (when, int(pk)) if when.tzinfo is not None else None


def count_reviews(employers: QuerySet[Employer]) -> dict[str, int]:
    """How many are in each state of the desk; one query."""
    counted: dict[str, int] = employers.order_by().aggregate(
        waiting=Count("pk", filter=Q(submitted_at__isnull=False), distinct=True),
        verified=Count("pk", filter=Q(state=Employer.State.VERIFIED), distinct=True),
        due=Count("pk", filter=Q(state=Employer.State.DUE), distinct=True),
        refused=Count("pk", filter=Q(state=Employer.State.REFUSED), distinct=True),
        registered=Count("pk", filter=Q(state=Employer.State.REGISTERED), distinct=True),
    )
    return counted


def licence_keys_in_use(keys: Iterable[str]) -> set[str]:
    """Of stored files, those some licence names; earlier ones are kept on record too."""
    return set(Licence.objects.filter(key__in=list(keys)).values_list("key", flat=True))


def _in_state(employers: QuerySet[Employer], state: str) -> QuerySet[Employer]:
    if state == "all":
        return employers
    if state == "waiting":
        return employers.filter(submitted_at__isnull=False)
    return employers.filter(state=state)


def identify_employers(stated: Sequence[StatedEmployer]) -> list[Identity]:
    """Who each stated employer is, given the codes already registered; one query."""
    codes = {code for one in stated if (code := read_code(one.code)[0])}
    holders = dict(Employer.objects.filter(credit_code__in=codes).values_list("credit_code", "name"))
    return identify(stated, {code: name for code, name in holders.items() if code})


def find_employers(identities: Iterable[Identity]) -> dict[Identity, Employer]:
    """The registered ones; two queries.

    By code, else by name among those without a code. A code seen for the first time also finds the codeless
    employer of that name, unless another identity is that employer: its code has come in later.
    """
    wanted = set(identities)
    by_code = {
        employer.credit_code: employer
        for employer in Employer.objects.filter(credit_code__in={one.code for one in wanted if one.code})
    }
    codeless = Employer.objects.filter(credit_code=None, name__in={one.name for one in wanted})
    by_name = {employer.name: employer for employer in codeless.order_by("-id")}
    taken = {one.name for one in wanted if one.code is None}
    found: dict[Identity, Employer] = {}
    for one in wanted:
        employer = by_code.get(one.code) if one.code else by_name.get(one.name)
        if employer is None and one.code and one.name not in taken:
            employer = by_name.get(one.name)
        if employer is not None:
            found[one] = employer
    return found
