"""The talk at the desk, how it ended, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from booths import queries, rules
from booths.events import (
    FinishUndone,
    OutcomeAgreed,
    OutcomeLapsed,
    OutcomeRecorded,
    TicketServing,
)
from booths.models import Call, Interview, Ticket
from booths.services.moving import (
    about,
    close_open_call,
    end,
    live_call,
    lock_booth,
    lock_seeker,
    lock_ticket,
    move,
    release_held_calls,
)
from booths.services.staffing import ensure_on_duty
from jobfair.accounts.models import User
from jobfair.applications import services as applications
from jobfair.applications.models import Application
from jobfair.applications.rules import CannotDecide, ensure_reason
from jobfair.core.unit_of_work import emit, unit_of_work


@dataclass(frozen=True)
class Outcome:
    """What the recruiter says of the talk; `kind` is of Interview.Outcome. The reason is a rejection's."""

    kind: str = ""
    reason_code: str = ""
    reason_text: str = ""


@unit_of_work
def start_interview(*, ticket: Ticket, by: User, now: datetime) -> Ticket:
    """The talk begins at the desk that called. Refused: TicketCannotChange."""
    ticket = lock_ticket(ticket)
    move(ticket, Ticket.State.SERVING)
    desk_id = live_call(ticket).desk_id
    Interview.objects.create(ticket=ticket, desk_id=desk_id, recruiter=by, started_at=now)
    emit(TicketServing(**about(ticket), desk_id=desk_id, by=by.pk))
    return ticket


@unit_of_work
def finish_interview(
    *, ticket: Ticket, result: str, note: str, by: User, now: datetime, outcome: Outcome | None = None
) -> Ticket:
    """The talk is over; its result is kept and the seeker is free for held calls.

    An outcome decides the seeker's application to this employer at once; without one, an offer or a second
    interview waits for the person's consent. Refused: TicketCannotChange, ReasonNeeded,
    OutcomeNotOffered at a service desk.
    """
    outcome = outcome or Outcome()
    if outcome.kind == Interview.Outcome.REJECT:
        ensure_reason(Application.State.REJECTED, outcome.reason_code, outcome.reason_text)
    ticket = lock_ticket(ticket)
    rules.ensure_outcome(ticket.booth, outcome.kind)
    rules.ensure_ticket_may_become(ticket, Ticket.State.DONE)
    interview = Interview.objects.get(ticket=ticket, ended_at=None)
    interview.ended_at, interview.result, interview.note = now, result, note
    lock_seeker(ticket.seeker_id)
    _keep_outcome(interview, ticket, outcome, by, now)
    interview.save()
    close_open_call(ticket, Call.State.DONE, now)
    end(ticket, Ticket.State.DONE, by, now)
    release_held_calls(ticket.seeker_id, now)
    return ticket


def _keep_outcome(interview: Interview, ticket: Ticket, outcome: Outcome, by: User, now: datetime) -> None:
    interview.outcome = outcome.kind
    interview.reason_code, interview.reason_text = outcome.reason_code, outcome.reason_text
    if not outcome.kind:
        return
    emit(OutcomeRecorded(**about(ticket), outcome=outcome.kind, by=by.pk))
    application = queries.find_open_application(ticket)
    if application is not None and outcome.kind in rules.DECIDES:
        _decide(interview, application, by, now)
    elif application is None and rules.needs_consent(outcome.kind):
        interview.consent = Interview.Consent.AWAITED
        interview.consent_due_at = rules.consent_due(now)


def _decide(interview: Interview, application: Application, by: User, now: datetime) -> None:
    """The recruiter who talked decides; an application that cannot take it any more keeps its own state."""
    interview.application = application
    application = applications.open_application(application=application, by=by, now=now, how="talk")
    try:
        decided = applications.decide(
            inbox=application.participation,
            ids=[application.pk],
            to=rules.DECIDES[interview.outcome],
            reason_code=interview.reason_code,
            reason_text=interview.reason_text,
            by=by,
            now=now,
        )
    except CannotDecide:
        return
    interview.decision = decided.decision


@unit_of_work
def undo_finish(*, ticket: Ticket, by: User, now: datetime) -> Ticket:
    """Within ten seconds: the talk goes on at its desk, and what was decided is taken back.

    Refused: UndoTooLate, CannotReopen when the desk or the seeker has been called for something else.
    """
    ticket = lock_ticket(ticket)
    interview = Interview.objects.filter(ticket=ticket).order_by("-id").first()
    if ticket.state != Ticket.State.DONE or interview is None:
        raise rules.TicketCannotChange
    rules.ensure_may_undo_finish(interview, now)
    lock_seeker(ticket.seeker_id)
    mine = queries.active_tickets(ticket.seeker_id, ticket.booth.fair_id)
    if mine.filter(booth=ticket.booth_id).exists() or mine.count() >= ticket.booth.fair.tickets_per_seeker:
        raise rules.CannotReopen
    if interview.decision is not None:
        applications.undo(
            decision_id=interview.decision.pk, inbox=interview.decision.participation, by=by, now=now
        )
    call = Call.objects.filter(ticket=ticket, state=Call.State.DONE).order_by("-id")[0]
    call.state, call.ended_at = Call.State.LIVE, None
    try:
        with transaction.atomic():
            call.save(update_fields=["state", "ended_at"])
    except IntegrityError:  # the desk or the seeker is called already
        raise rules.CannotReopen from None
    interview.ended_at, interview.result, interview.outcome = None, "", ""
    interview.reason_code = interview.reason_text = interview.consent = ""
    interview.application = interview.decision = interview.consent_due_at = None
    interview.save()
    ticket.ended_at = None
    move(ticket, Ticket.State.SERVING)
    ensure_on_duty(call.desk, by, now)
    emit(FinishUndone(**about(ticket), desk_id=call.desk_id, by=by.pk))
    return ticket


# What the person agrees to afterwards


@unit_of_work
def settle_outcome(*, interview: Interview, now: datetime) -> bool:
    """The person has handed in the résumé, with a phone proved by code: the waiting result decides it."""
    ticket = lock_ticket(interview.ticket)
    lock_seeker(ticket.seeker_id)
    waiting = Interview.objects.filter(pk=interview.pk, consent=Interview.Consent.AWAITED).first()
    application = queries.find_open_application(ticket)
    if waiting is None or application is None:
        return False
    waiting.consent, waiting.consent_due_at = Interview.Consent.GIVEN, None
    _decide(waiting, application, waiting.recruiter, now)
    waiting.save()
    emit(OutcomeAgreed(**about(ticket), by=ticket.seeker_id))
    return True


@unit_of_work
def lapse_outcome(*, interview: Interview, now: datetime) -> bool:
    """Nobody agreed in time: the result stays the employer's note of a talk, and no application."""
    lock_booth(interview.ticket.booth_id)
    due = Interview.objects.filter(
        pk=interview.pk, consent=Interview.Consent.AWAITED, consent_due_at__lte=now
    )
    if not due.update(consent=Interview.Consent.LAPSED, consent_due_at=None):
        return False
    emit(OutcomeLapsed(**about(interview.ticket)))
    return True
