"""Handing in a résumé: one application per seeker, position and fair, however often and from wherever it is sent."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from jobfair.accounts.models import User
from jobfair.applications import access, consent, queries, rules
from jobfair.applications.events import ApplicationSubmitted, ConsentGiven, SubmissionRepeated
from jobfair.applications.models import Application, ApplicationStep, Consent
from jobfair.applications.services.moving import By, about, hold, lock_seekers
from jobfair.core import clock, rows
from jobfair.core.errors import DomainError, NotFound, NotSignedIn
from jobfair.core.unit_of_work import emit, unit_of_work
from jobfair.employers.models import Participation
from jobfair.fairs.models import Fair
from jobfair.positions.models import Position
from jobfair.resumes import services as resumes
from jobfair.resumes.models import Resume, ResumeVersion

Owner = Application.Owner


@dataclass(frozen=True)
class HandIn:
    """What a seeker hands in. `agreed_to`: the version of the consent text just agreed to."""

    seeker_id: int
    position_id: int
    cid: str
    source: str
    source_ref: str
    agreed_to: str | None


@dataclass(frozen=True)
class Submission:
    """`application` is as `queries.told` gives it."""

    application: Application
    created: bool


@unit_of_work
def submit(
    *,
    position: Position,
    seeker: User,
    cid: str,
    source: str,
    source_ref: str,
    consent_text_version: str | None,
    now: datetime,
) -> Submission:
    """Hand in the seeker's résumé as it is now; see `submit_many`."""
    handed = HandIn(seeker.pk, position.pk, cid, source, source_ref, consent_text_version)
    [answer] = submit_many(handed=[handed], now=now)
    if isinstance(answer, DomainError):
        raise answer
    return answer


@unit_of_work
def submit_many(*, handed: Sequence[HandIn], now: datetime) -> list[Submission | DomainError]:
    """Hand in the résumés of different seekers as they are now; an answer for each, in order.

    The same position again gives the first application. Neither fair nor position can close before this commits.
    Nothing is written for one that is refused: NotSignedIn for an account closed meanwhile, PhoneNeeded,
    WithdrawnBefore, TooMany, NotFound for a position nobody may see, FairNotOpen, FairOver, PositionClosed,
    ConsentNeeded, what `resumes` refuses.
    """
    now = now.astimezone(UTC)  # what is told without being read again is told as it would be read
    desk = _open_desk(handed, now)
    answers: dict[HandIn, Submission | DomainError] = {}
    again: dict[HandIn, Application] = {}
    accepted: list[HandIn] = []
    for one in handed:
        try:
            first = _examine(one, desk, now)
        except DomainError as refusal:
            answers[one] = refusal
            continue
        if first is None:
            accepted.append(one)
        else:
            again[one] = first
    answers |= _show_again(again)
    answers |= _take_in(accepted, desk, now)
    return [answers[one] for one in handed]


@dataclass(frozen=True)
class _Offer:
    """A position with its fair and employer, the inbox that applications for it go to, and who answers for it."""

    position: Position
    inbox: Participation
    recruiters: Sequence[User]


@dataclass(frozen=True)
class _Desk:
    """All that these submissions are judged by, as it stands until the unit ends."""

    seekers: Mapping[int, User]
    first: Mapping[tuple[int, int], Application]  # by seeker and position
    lately: Mapping[int, tuple[int, datetime]]  # by seeker, as `queries.map_handed_in` gives it
    offers: Mapping[int, _Offer]
    agreed: Collection[tuple[int, int]]  # seeker and employer
    drafts: Mapping[int, Resume]


def _open_desk(handed: Sequence[HandIn], now: datetime) -> _Desk:
    """Seekers are locked before fairs, fairs before positions, each by id."""
    seekers = lock_seekers({one.seeker_id for one in handed})
    positions = {one.position_id for one in handed}
    first = queries.find_applications(seeker_ids=seekers, position_ids=positions)
    fresh = [one for one in handed if (one.seeker_id, one.position_id) not in first]
    offers = _hold_offers({one.position_id for one in fresh})
    employers = {offer.position.employer_id for offer in offers.values()}
    return _Desk(
        seekers=seekers,
        first=first,
        lately=queries.map_handed_in({one.seeker_id for one in fresh}, since=now - rules.SUBMISSIONS_PERIOD),
        offers=offers,
        agreed=queries.agreed_among(seekers, employers),
        drafts=resumes.lock_drafts({one.seeker_id for one in fresh}),
    )


def _hold_offers(position_ids: Collection[int]) -> dict[int, _Offer]:
    hold(Fair, queries.list_fairs_of_positions(position_ids))
    hold(Position, position_ids)
    positions = list(access.positions_for_anyone(position_ids).only(*queries.OFFER_COLUMNS))
    inboxes = queries.map_inboxes({(one.employer_id, one.fair_id) for one in positions})
    recruiters = queries.map_recruiters({one.employer_id for one in positions})
    offers = {}
    for one in positions:
        inbox = inboxes[one.employer_id, one.fair_id]
        inbox.employer = one.employer
        offers[one.pk] = _Offer(one, inbox, recruiters.get(one.employer_id, []))
    return offers


def _examine(one: HandIn, desk: _Desk, now: datetime) -> Application | None:
    """The application there is already, or None where a new one may be made; or a refusal."""
    seeker = desk.seekers.get(one.seeker_id)
    if seeker is None or not seeker.is_active:
        raise NotSignedIn
    rules.ensure_may_submit(seeker)
    first = desk.first.get((one.seeker_id, one.position_id))
    if first is not None:
        if first.state == Application.State.WITHDRAWN:
            raise rules.WithdrawnBefore
        return first
    rules.ensure_not_too_many(desk.lately.get(one.seeker_id), now=now)
    offer = desk.offers.get(one.position_id)
    if offer is None:
        raise NotFound
    position = offer.position
    rules.ensure_takes_applications(position, position.fair, today=clock.local(now).date(), now=now)
    if (one.seeker_id, position.employer_id) not in desk.agreed and one.agreed_to != consent.VERSION:
        raise rules.ConsentNeeded
    resumes.ensure_ready(desk.drafts[one.seeker_id], seeker, now=now)
    return None


def _show_again(first: Mapping[HandIn, Application]) -> dict[HandIn, Submission]:
    told = queries.map_told({application.pk for application in first.values()})
    for one, application in first.items():
        emit(SubmissionRepeated(**about(application), by=one.seeker_id))
    return {one: Submission(told[application.pk], created=False) for one, application in first.items()}


def _take_in(accepted: Sequence[HandIn], desk: _Desk, now: datetime) -> dict[HandIn, Submission]:
    if not accepted:
        return {}
    _write_consents(accepted, desk, now)
    versions = resumes.freeze_many(
        drafts=[(desk.drafts[one.seeker_id], desk.seekers[one.seeker_id]) for one in accepted], now=now
    )
    due = rules.answer_due(now)
    made = [
        _application(one, desk.offers[one.position_id], versions[one.seeker_id], now, due) for one in accepted
    ]
    rows.insert(made)
    steps = [
        ApplicationStep(
            application=one, state=one.state, at=now, told_at=now, by=By.YOU, user_id=one.seeker_id
        )
        for one in made
    ]
    rows.insert(steps)
    for application, step in zip(made, steps, strict=True):
        application.told_steps, application.note_count = [step], 0  # type: ignore[attr-defined]
        emit(
            ApplicationSubmitted(
                **about(application),
                was="",
                became=application.state,
                position_id=application.position_id,
                source=application.source,
                written=application,
                by=application.seeker_id,
            )
        )
    return {
        one: Submission(application, created=True) for one, application in zip(accepted, made, strict=True)
    }


def _write_consents(accepted: Sequence[HandIn], desk: _Desk, now: datetime) -> None:
    """Those given with these submissions, to the present text."""
    given = [(one.seeker_id, desk.offers[one.position_id].position.employer_id) for one in accepted]
    new = [pair for pair in given if pair not in desk.agreed]
    version = consent.VERSION
    rows.insert(
        Consent(seeker_id=seeker, employer_id=employer, text_version=version, given_at=now)
        for seeker, employer in new
    )
    for seeker, employer in new:
        emit(ConsentGiven(seeker_id=seeker, employer_id=employer, text_version=version, by=seeker))


def _application(
    one: HandIn, offer: _Offer, resume: ResumeVersion, now: datetime, due: datetime
) -> Application:
    """Owed an answer by one of the employer's recruiters; by the organiser where there is none."""
    recruiters, seeker_id = offer.recruiters, one.seeker_id
    return Application(
        seeker_id=seeker_id,
        position=offer.position,
        fair=offer.position.fair,
        resume=resume,
        participation=offer.inbox,
        cid=one.cid,
        source=one.source,
        source_ref=one.source_ref,
        submitted_at=now,
        answer_due_at=due,
        owner_level=Owner.RECRUITER if recruiters else Owner.ORGANISER,
        owner=recruiters[seeker_id % len(recruiters)] if recruiters else None,
        escalates_at=due if recruiters else None,
    )
