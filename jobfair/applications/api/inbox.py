"""The recruiter's inbox: list, open, decide, take back, note."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from ninja import Query, Router, Status

from jobfair.accounts.access import signed_in
from jobfair.accounts.durable import IdempotencyKey, durable
from jobfair.accounts.step_up import require_step_up
from jobfair.applications import access, queries, rules, services
from jobfair.applications.api.seeker import OWN, WRITE
from jobfair.applications.limits import spend_download
from jobfair.applications.models import Application
from jobfair.applications.schemas.inbox import (
    DecideIn,
    DecisionOut,
    EmployersStepOut,
    FiguresOut,
    InboxApplicationOut,
    InboxBrief,
    InboxFilter,
    InboxOut,
    InboxPage,
    InboxRow,
    NoteIn,
    NoteOut,
    ReasonChoice,
    UndoIn,
    UndoneOut,
)
from jobfair.applications.schemas.seeker import AnswerRateOut
from jobfair.applications.workbook import CONTENT_TYPE, write_workbook
from jobfair.core import clock
from jobfair.core.schemas import ErrorReply
from jobfair.resumes.files import version_file, version_pdf
from jobfair.resumes.schemas import ResumeVersionOut

router = Router(tags=["applications"])
EXPORTED_AT_MOST = 5_000  # applications


@router.get("/inboxes", response={200: list[InboxBrief], 401: ErrorReply})
def list_inboxes(request: HttpRequest) -> Any:
    """The inboxes one recruits for."""
    return [InboxBrief.of(one) for one in queries.list_inboxes(signed_in(request), now=clock.now())]


@router.get("/inboxes/{participation_id}", response={200: InboxOut, **OWN})
def get_inbox(request: HttpRequest, participation_id: int) -> Any:
    """What the topic's snapshot shows."""
    inbox = access.inbox_for_recruiter(signed_in(request), participation_id)
    return InboxOut.of(inbox, queries.list_inbox(inbox.pk), queries.count_by_state(inbox.pk))


@router.get("/inboxes/{participation_id}/applications", response={200: InboxPage, **OWN})
def list_inbox(request: HttpRequest, participation_id: int, narrowed: Query[InboxFilter]) -> Any:
    """Newest first, 50 at a time, narrowed by state, position, and words in a name, title or receipt."""
    inbox = access.inbox_for_recruiter(signed_in(request), participation_id)
    rows = queries.list_inbox(
        inbox.pk,
        state=narrowed.state or "",
        position=narrowed.position,
        q=narrowed.q,
        before=narrowed.cursor,
    )
    return InboxPage(
        items=[InboxRow.of(row) for row in rows],
        next=rows[-1].pk if len(rows) == queries.NEWEST else None,
    )


@router.post(
    "/inboxes/{participation_id}/applications/{application_id}/open",
    response={200: InboxApplicationOut, **WRITE},
)
def open_application(request: HttpRequest, participation_id: int, application_id: int) -> Any:
    """Read the résumé. Each look is recorded; a repeat changes nothing else, so it needs no key."""
    recruiter = signed_in(request)
    application = access.application_for_recruiter(recruiter, participation_id, application_id)
    services.open_application(application=application, by=recruiter, now=clock.now())
    return _opened(queries.get_row(application_id))


def _opened(row: Application) -> InboxApplicationOut:
    return InboxApplicationOut.model_validate(
        {
            "application": InboxRow.of(row),
            "phone": row.resume.phone.removeprefix("+86"),
            "resume": ResumeVersionOut.of(row.resume),
            "steps": [EmployersStepOut.of(step) for step in queries.list_employers_steps(row)],
            "notes": [NoteOut.of(note) for note in queries.list_notes(row)],
            "may_become": sorted(rules.DECISIONS[row.state]),
        }
    )


@router.get(
    "/inboxes/{participation_id}/applications/{application_id}/resume.pdf",
    response={200: None, **OWN, 429: ErrorReply},
)
def get_resume_pdf(request: HttpRequest, participation_id: int, application_id: int) -> HttpResponseBase:
    """The résumé's form as a PDF; a look like any other."""
    row = _look(request, participation_id, application_id, how="pdf")
    return version_pdf(row.resume)


@router.get(
    "/inboxes/{participation_id}/applications/{application_id}/file",
    response={200: None, **OWN, 429: ErrorReply},
)
def get_resume_file(request: HttpRequest, participation_id: int, application_id: int) -> HttpResponseBase:
    """The file that was attached, as an attachment; a look like any other."""
    row = _look(request, participation_id, application_id, how="file")
    return version_file(row.resume)


def _look(request: HttpRequest, participation_id: int, application_id: int, *, how: str) -> Application:
    recruiter, now = signed_in(request), clock.now()
    application = access.application_for_recruiter(recruiter, participation_id, application_id)
    spend_download(user=recruiter, now=now)
    services.open_application(application=application, by=recruiter, now=now, how=how)
    return queries.get_row(application_id)


@router.get(
    "/inboxes/{participation_id}/export.xlsx",
    response={200: None, **OWN, 403: ErrorReply, 429: ErrorReply},
)
def export_workbook(request: HttpRequest, participation_id: int) -> HttpResponse:
    """The inbox as a workbook, for whoever has just proved again who they are."""
    recruiter, now = signed_in(request), clock.now()
    inbox = access.inbox_for_recruiter(recruiter, participation_id)
    require_step_up(request)
    spend_download(user=recruiter, now=now)
    applications = queries.list_for_export(inbox.pk, most=EXPORTED_AT_MOST)
    services.note_export(applications=applications, by=recruiter, now=now)
    name = f"applications-{inbox.fair.slug}-{clock.local(now):%Y%m%d}.xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(write_workbook(applications), content_type=CONTENT_TYPE, headers=headers)


@router.get("/inboxes/{participation_id}/reasons", response={200: list[ReasonChoice], **OWN})
def list_reasons(request: HttpRequest, participation_id: int) -> Any:
    """What a rejection may say; the seeker reads it."""
    access.inbox_for_recruiter(signed_in(request), participation_id)
    return [ReasonChoice(code=code, label=str(label)) for code, label in rules.REASONS.items()]


@router.post("/inboxes/{participation_id}/decide", response={200: DecisionOut, **WRITE})
def decide(request: HttpRequest, participation_id: int, body: DecideIn, key: IdempotencyKey) -> Any:
    """Decide on one or many; what cannot be changed is named and does not hold up the others."""
    recruiter = signed_in(request)
    inbox = access.inbox_for_recruiter(recruiter, participation_id)

    def press() -> DecisionOut:
        done = services.decide(
            inbox=inbox,
            ids=body.ids,
            to=body.to,
            reason_code=body.reason_code,
            reason_text=body.reason_text,
            by=recruiter,
            now=clock.now(),
        )
        refused = {pk: (why.code, str(why.text)) for pk, why in done.refused.items()}
        return DecisionOut.of(done.decision, done.changed, refused)

    return durable(request, f"applications.decide:{participation_id}", key, body, press)


@router.post("/inboxes/{participation_id}/undo", response={200: UndoneOut, **WRITE})
def undo(request: HttpRequest, participation_id: int, body: UndoIn, key: IdempotencyKey) -> Any:
    """Take a decision back, within ten seconds of it."""
    recruiter = signed_in(request)
    inbox = access.inbox_for_recruiter(recruiter, participation_id)

    def take_back() -> UndoneOut:
        restored = services.undo(decision_id=body.decision_id, inbox=inbox, by=recruiter, now=clock.now())
        return UndoneOut(decision_id=body.decision_id, restored=restored)

    return durable(request, f"applications.undo:{participation_id}", key, body, take_back)


@router.post(
    "/inboxes/{participation_id}/applications/{application_id}/notes", response={201: NoteOut, **WRITE}
)
def add_note(
    request: HttpRequest, participation_id: int, application_id: int, body: NoteIn, key: IdempotencyKey
) -> Any:
    recruiter = signed_in(request)
    application = access.application_for_recruiter(recruiter, participation_id, application_id)

    def write() -> NoteOut:
        return NoteOut.of(
            services.add_note(application=application, text=body.text, by=recruiter, now=clock.now())
        )

    return Status(201, durable(request, f"applications.add_note:{application_id}", key, body, write))


@router.get("/inboxes/{participation_id}/figures", response={200: FiguresOut, **OWN})
def get_figures(request: HttpRequest, participation_id: int) -> Any:
    """The employer's own figures for this fair."""
    inbox = access.inbox_for_recruiter(signed_in(request), participation_id)
    now = clock.now()
    rate = queries.answer_rate(inbox.employer, now=now)
    told = AnswerRateOut(due=rate.due, in_time=rate.in_time, percent=rate.percent)
    return FiguresOut.of(queries.figures_of(inbox.pk, now=now), told)
