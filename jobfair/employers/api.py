"""HTTP of employers: their own area, and the organisers' review desk."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponseBase
from ninja import File, Query, Router
from ninja.files import UploadedFile

from jobfair.accounts.access import signed_in
from jobfair.accounts.durable import IdempotencyKey, durable
from jobfair.accounts.rules import normal_phone
from jobfair.core import clock
from jobfair.core.limits import spend
from jobfair.core.schemas import ErrorReply
from jobfair.core.uploads import MB, attachment, check_upload
from jobfair.employers import access, limits, queries, rules, schemas, services
from jobfair.employers.models import Employer, Licence
from jobfair.employers.services.colleagues import hash_of
from jobfair.fairs.access import fair_for_anyone
from jobfair.fairs.queries import list_announced_fairs

router = Router(tags=["employers"])
REFUSALS = {401: ErrorReply, 403: ErrorReply, 404: ErrorReply, 422: ErrorReply}
WRITES = {**REFUSALS, 409: ErrorReply, 410: ErrorReply, 429: ErrorReply}
LICENCE_MAX = 10 * MB
MAX_PAGES = 6


@router.get("/me/employers", response={200: schemas.MyEmployersOut, **REFUSALS})
def my_employers(request: HttpRequest) -> schemas.MyEmployersOut:
    """The employers one acts for, and what one has asked for."""
    user = signed_in(request)
    own = queries.list_employers_of(user)
    papers, last = queries.papers_of(own), queries.last_reviews_of(own)
    return schemas.MyEmployersOut(
        employers=[
            schemas.EmployerFileOut.of(employer, papers[employer.pk], last.get(employer.pk))
            for employer in own
        ],
        asked=[schemas.AskedOut.of(row) for row in queries.list_open_requests_of(user)],
        may_register=user.phone_verified,
    )


@router.post("/employers", response={200: schemas.RegistrationOut, **WRITES})
def register(
    request: HttpRequest, body: schemas.RegisterEmployerIn, key: IdempotencyKey
) -> schemas.RegistrationOut:
    """Register an employer, or ask its people to be let in where the code is known already."""
    user, now = signed_in(request), clock.now()
    spend((limits.REGISTER_PER_USER, str(user.pk)), now=now)
    code, file = rules.normal_code(body.credit_code), body.normal()

    def do() -> schemas.RegistrationOut:
        made = services.register_own_employer(code=code, file=file, by=user, now=now)
        return schemas.RegistrationOut(
            employer=_file(made.employer) if made.employer else None,
            asked=schemas.AskedOut.of(made.request) if made.request else None,
        )

    reply: schemas.RegistrationOut = durable(request, "employers.register", key, body, do)
    return reply


@router.get("/employers/{employer_id}/file", response={200: schemas.EmployerFileOut, **REFUSALS})
def get_file(request: HttpRequest, employer_id: int) -> schemas.EmployerFileOut:
    return _file(access.employer_for_recruiter(signed_in(request), employer_id))


@router.post("/employers/{employer_id}/file", response={200: schemas.EmployerFileOut, **WRITES})
def change_file(
    request: HttpRequest, employer_id: int, body: schemas.ChangeFileIn, key: IdempotencyKey
) -> schemas.EmployerFileOut:
    """Store corrections to the revision that was read; 409 when another page was first."""
    user = signed_in(request)
    employer = access.employer_for_recruiter(user, employer_id)
    file, now = body.normal(), clock.now()
    reply: schemas.EmployerFileOut = durable(
        request,
        f"employers.change_file:{employer.pk}",
        key,
        body,
        lambda: _file(
            services.change_file(employer=employer, file=file, revision=body.revision, by=user, now=now)
        ),
    )
    return reply


@router.post(
    "/employers/{employer_id}/licences/{paper}",
    response={200: schemas.EmployerFileOut, **WRITES, 507: ErrorReply},
)
def upload_licence(
    request: HttpRequest, employer_id: int, paper: schemas.Paper, file: File[UploadedFile]
) -> schemas.EmployerFileOut:
    """A photo or PDF of a paper, at most 10 MB. Sending the same file again changes nothing."""
    user = signed_in(request)
    employer = access.employer_for_recruiter(user, employer_id)
    now = clock.now()
    spend((limits.UPLOAD_PER_USER, str(user.pk)), now=now)
    checked = check_upload(
        file, area="licences", kinds={"pdf", "image"}, max_bytes=LICENCE_MAX, max_pages=MAX_PAGES
    )
    services.add_licence(employer=employer, paper=Licence.Paper(paper), checked=checked, by=user, now=now)
    employer.refresh_from_db()
    return _file(employer)


@router.get("/employers/{employer_id}/licence-files/{licence_id}", response={200: None, **REFUSALS})
def read_licence(request: HttpRequest, employer_id: int, licence_id: int) -> HttpResponseBase:
    """The paper as an attachment; each reading is audited."""
    user = signed_in(request)
    licence = access.licence_for_reader(user, employer_id, licence_id)
    reply = attachment(licence.key, name=licence.name, content_type=licence.content_type)
    services.note_licence_read(licence=licence, by=user, now=clock.now())
    return reply


@router.post("/employers/{employer_id}/submit", response={200: schemas.EmployerFileOut, **WRITES})
def submit(request: HttpRequest, employer_id: int, key: IdempotencyKey) -> schemas.EmployerFileOut:
    """Hand the file in; 422 names what is missing."""
    user = signed_in(request)
    employer = access.employer_for_recruiter(user, employer_id)
    reply: schemas.EmployerFileOut = durable(
        request,
        f"employers.submit:{employer.pk}",
        key,
        None,
        lambda: _file(services.submit_for_review(employer=employer, by=user, now=clock.now())),
    )
    return reply


@router.get("/employers/{employer_id}/colleagues", response={200: schemas.ColleaguesOut, **REFUSALS})
def list_colleagues(request: HttpRequest, employer_id: int) -> schemas.ColleaguesOut:
    user = signed_in(request)
    return _colleagues(access.employer_for_recruiter(user, employer_id), user.pk)


@router.post("/employers/{employer_id}/invitations", response={200: schemas.InvitationMadeOut, **WRITES})
def invite(request: HttpRequest, employer_id: int, body: schemas.InviteIn) -> schemas.InvitationMadeOut:
    """A link for one phone number. Asking again makes a new link and ends the earlier; no reply is kept."""
    user, now = signed_in(request), clock.now()
    employer = access.employer_for_recruiter(user, employer_id)
    phone = normal_phone(body.phone)
    spend((limits.INVITE_PER_EMPLOYER, str(employer.pk)), now=now)
    made, token = services.invite_colleague(employer=employer, phone=phone, by=user, now=now)
    return schemas.InvitationMadeOut(invitation=schemas.InvitationOut.of(made), token=token)


@router.post(
    "/employers/{employer_id}/invitations/{invitation_id}/revoke",
    response={200: schemas.ColleaguesOut, **WRITES},
)
def revoke_invitation(request: HttpRequest, employer_id: int, invitation_id: int) -> schemas.ColleaguesOut:
    user = signed_in(request)
    invitation = access.invitation_for_recruiter(user, employer_id, invitation_id)
    services.revoke_invitation(invitation=invitation, by=user, now=clock.now())
    return _colleagues(access.employer_for_recruiter(user, employer_id), user.pk)


@router.post(
    "/employers/{employer_id}/recruiters/{recruiter_id}/remove",
    response={200: schemas.ColleaguesOut, **WRITES},
)
def remove_recruiter(request: HttpRequest, employer_id: int, recruiter_id: int) -> schemas.ColleaguesOut:
    """End a colleague's (or one's own) office at once, on open screens too."""
    user = signed_in(request)
    employer = access.employer_for_recruiter(user, employer_id)
    colleague = access.colleague_for_recruiter(user, employer_id, recruiter_id)
    services.remove_recruiter(recruiter=colleague, by=user, now=clock.now(), keep_one=True)
    return _colleagues(employer, user.pk)


@router.post(
    "/employers/{employer_id}/join-requests/{request_id}/answer",
    response={200: schemas.JoinRequestOut, **WRITES},
)
def answer_join_request(
    request: HttpRequest, employer_id: int, request_id: int, body: schemas.AnswerIn
) -> schemas.JoinRequestOut:
    """For the employer's recruiters; where it has none, for its organisers."""
    user = signed_in(request)
    asked = access.join_request_for_colleague(user, employer_id, request_id)
    services.answer_join_request(request=asked, accept=body.accept, by=user, now=clock.now())
    return schemas.JoinRequestOut.of(asked)


@router.post("/employer-invitations/look", response={200: schemas.InvitationShownOut, **WRITES})
def look_at_invitation(request: HttpRequest, body: schemas.TokenIn) -> schemas.InvitationShownOut:
    """Who invites to what, for the person invited; the token travels in the body, so no log keeps it."""
    user, now = signed_in(request), clock.now()
    spend((limits.TOKEN_PER_USER, str(user.pk)), now=now)
    invitation = queries.find_by_token(hash_of(body.token))
    if invitation is None:
        raise rules.InvitationUnknown
    rules.ensure_usable(invitation, phone=user.phone if user.phone_verified else None, now=now)
    return schemas.InvitationShownOut(
        employer_name=invitation.employer.name,
        invited_by=schemas.name_of(invitation.invited_by),
        expires_at=invitation.expires_at,
    )


@router.post("/employer-invitations/accept", response={200: schemas.JoinedOut, **WRITES})
def accept_invitation(request: HttpRequest, body: schemas.TokenIn) -> schemas.JoinedOut:
    """Become a recruiter, once; the same person pressing twice gets the same reply."""
    user, now = signed_in(request), clock.now()
    spend((limits.TOKEN_PER_USER, str(user.pk)), now=now)
    employer = services.accept_invitation(token=body.token, by=user, now=now)
    return schemas.JoinedOut(employer_id=employer.pk, employer_name=employer.name)


@router.get("/employers/{employer_id}/participations", response={200: schemas.ParticipationsOut, **REFUSALS})
def list_participations(request: HttpRequest, employer_id: int) -> schemas.ParticipationsOut:
    return _participations(access.employer_for_recruiter(signed_in(request), employer_id), clock.now())


@router.post("/employers/{employer_id}/participations", response={200: schemas.ParticipationsOut, **WRITES})
def apply_for_fair(
    request: HttpRequest, employer_id: int, body: schemas.ApplyForFairIn, key: IdempotencyKey
) -> schemas.ParticipationsOut:
    user, now = signed_in(request), clock.now()
    employer = access.employer_for_recruiter(user, employer_id)
    fair = fair_for_anyone(body.fair_slug)
    contact = rules.normal_contact(contact=body.contact, contact_phone=body.contact_phone)

    def do() -> schemas.ParticipationsOut:
        services.apply_for_fair(employer=employer, fair=fair, contact=contact, by=user, now=now)
        return _participations(employer, now)

    reply: schemas.ParticipationsOut = durable(
        request, f"employers.apply_for_fair:{employer.pk}", key, body, do
    )
    return reply


@router.post("/participations/{participation_id}/contact", response={200: schemas.ParticipationOut, **WRITES})
def change_contact(
    request: HttpRequest, participation_id: int, body: schemas.ContactIn
) -> schemas.ParticipationOut:
    user = signed_in(request)
    participation = access.participation_for_recruiter(user, participation_id)
    contact = rules.normal_contact(contact=body.contact, contact_phone=body.contact_phone)
    changed = services.change_fair_contact(
        participation=participation, contact=contact, by=user, now=clock.now()
    )
    return schemas.ParticipationOut.of(changed)


@router.post(
    "/participations/{participation_id}/withdraw", response={200: schemas.ParticipationOut, **WRITES}
)
def withdraw_participation(request: HttpRequest, participation_id: int) -> schemas.ParticipationOut:
    user = signed_in(request)
    participation = access.participation_for_recruiter(user, participation_id)
    return schemas.ParticipationOut.of(
        services.withdraw_participation(participation=participation, by=user, now=clock.now())
    )


# ---- the review desk ---------------------------------------------------------------------------------------


@router.get("/review/employers", response={200: schemas.ReviewQueueOut, **REFUSALS})
def review_queue(request: HttpRequest, asked: Query[schemas.ReviewFilter]) -> schemas.ReviewQueueOut:
    """The review desk, the longest wait first."""
    user = signed_in(request)
    employers = access.employers_for_reviewer(user)
    page = queries.list_reviews(
        employers,
        user=user,
        state=asked.state,
        owner=asked.owner,
        fair_slug=asked.fair,
        text=asked.q.strip(),
        cursor=queries.read_cursor(asked.cursor),
    )
    papers = queries.papers_of(page.items)
    return schemas.ReviewQueueOut(
        items=[schemas.ReviewItemOut.of(row, papers[row.pk], user.pk) for row in page.items],
        next=page.next,
        counts=queries.count_reviews(employers),
    )


@router.get("/review/employers/{employer_id}", response={200: schemas.ReviewFileOut, **REFUSALS})
def review_file(request: HttpRequest, employer_id: int) -> schemas.ReviewFileOut:
    user = signed_in(request)
    return _review(access.employer_for_reviewer(user, employer_id), user.pk)


@router.post("/review/employers/{employer_id}/take", response={200: schemas.ReviewFileOut, **WRITES})
def take_review(request: HttpRequest, employer_id: int, body: schemas.TakeReviewIn) -> schemas.ReviewFileOut:
    """Take a waiting file on, or give it back."""
    user = signed_in(request)
    employer = access.employer_for_reviewer(user, employer_id)
    taken = services.take_review(employer=employer, release=body.release, by=user, now=clock.now())
    return _review(taken, user.pk)


@router.post("/review/employers/{employer_id}/decide", response={200: schemas.ReviewFileOut, **WRITES})
def decide_review(
    request: HttpRequest, employer_id: int, body: schemas.DecideReviewIn, key: IdempotencyKey
) -> schemas.ReviewFileOut:
    """Accept or refuse; 409 says who decided before, or that the file has changed since it was read."""
    user = signed_in(request)
    employer = access.employer_for_reviewer(user, employer_id)

    def do() -> schemas.ReviewFileOut:
        decided = services.decide_review(
            employer=employer,
            accept=body.accept,
            reasons=body.reasons,
            text=body.text,
            revision=body.revision,
            by=user,
            now=clock.now(),
        )
        return _review(decided, user.pk)

    reply: schemas.ReviewFileOut = durable(request, f"employers.decide:{employer.pk}", key, body, do)
    return reply


@router.post(
    "/review/participations/{participation_id}/decide",
    response={200: schemas.ParticipationOut, **WRITES},
)
def decide_participation(
    request: HttpRequest, participation_id: int, body: schemas.DecideParticipationIn
) -> schemas.ParticipationOut:
    """Give an employer its place at the fair, or refuse it with a reason."""
    user = signed_in(request)
    participation = access.participation_for_organiser(user, participation_id)
    return schemas.ParticipationOut.of(
        services.decide_participation(
            participation=participation, accept=body.accept, reason=body.reason, by=user, now=clock.now()
        )
    )


def _file(employer: Employer) -> schemas.EmployerFileOut:
    papers = list(employer.licences.filter(replaced_at=None).order_by("paper"))
    return schemas.EmployerFileOut.of(employer, papers, employer.reviews.first())


def _colleagues(employer: Employer, me: int) -> schemas.ColleaguesOut:
    return schemas.ColleaguesOut.of(queries.list_colleagues(employer, now=clock.now()), me)


def _participations(employer: Employer, now: datetime) -> schemas.ParticipationsOut:
    own = queries.list_participations(employer)
    there = {row.fair_id for row in own if row.state != "withdrawn"}
    fairs = [
        fair
        for fair in list_announced_fairs()
        if fair.pk not in there and rules.takes_applications(fair, now)
    ]
    return schemas.ParticipationsOut(
        participations=[schemas.ParticipationOut.of(row) for row in own],
        fairs=[
            schemas.FairChoiceOut(
                slug=fair.slug, name=fair.name, opens_at=fair.opens_at, closes_at=fair.closes_at
            )
            for fair in fairs
        ],
    )


def _review(employer: Employer, me: int) -> schemas.ReviewFileOut:
    history = list(employer.reviews.select_related("by")[:20])
    recruiters = employer.recruiters.count()
    found = queries.list_colleagues(employer, now=clock.now()).requests if recruiters == 0 else []
    return schemas.ReviewFileOut(
        file=_file(employer),
        reviewer=schemas.name_of(employer.reviewer) if employer.reviewer else None,
        is_mine=employer.reviewer_id == me,
        registered_by=schemas.name_of(employer.registered_by) if employer.registered_by else None,
        recruiters=recruiters,
        history=[
            schemas.PastEmployerReviewOut(
                **schemas.EmployerReviewOut.of(row).model_dump(),
                by=schemas.name_of(row.by) if row.by else None,
            )
            for row in history
        ],
        participations=[schemas.ParticipationOut.of(row) for row in queries.list_participations(employer)],
        requests=[schemas.JoinRequestOut.of(row) for row in found],
        reasons=[
            schemas.EmployerRefusalReasonOut(code=code, text=str(text))
            for code, text in rules.REFUSALS.items()
        ],
    )
