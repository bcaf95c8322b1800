"""Wire types of employers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from jobfair.accounts.models import User
from jobfair.accounts.rules import mask_phone
from jobfair.core.schemas import Schema, Text
from jobfair.employers import rules
from jobfair.employers.models import (
    Employer,
    Invitation,
    JoinRequest,
    Licence,
    Participation,
    Recruiter,
    Review,
)
from jobfair.employers.queries import Colleagues

# Wider than any right answer: the rules say in words what is wrong with the rest.
Line = Annotated[Text, Field(max_length=400)]
State = Literal["registered", "in_review", "verified", "refused", "due"]
ParticipationState = Literal["applied", "accepted", "refused", "withdrawn"]
Paper = Literal["business", "permit"]


def name_of(user: User) -> str:
    """As colleagues know each other: the name they gave, else their number, else the staff's user name."""
    return user.display_name or (mask_phone(user.phone) if user.phone else user.username)


class FileIn(Schema):
    """What an employer says of itself. The permit's number is asked of agencies and dispatch firms."""

    name: Line
    kind: Literal["direct", "agency", "dispatch"] = "direct"
    permit_number: Line = ""
    area: Line = ""
    contact: Line = ""
    contact_phone: Line = ""

    def normal(self) -> dict[str, str]:
        return rules.normal_file(
            name=self.name,
            kind=self.kind,
            permit_number=self.permit_number,
            area=self.area,
            contact=self.contact,
            contact_phone=self.contact_phone,
        )


class RegisterEmployerIn(FileIn):
    credit_code: Line


class ChangeFileIn(FileIn):
    revision: int


class InviteIn(Schema):
    phone: Line


class TokenIn(Schema):
    token: Annotated[Text, Field(min_length=1, max_length=100)]


class AnswerIn(Schema):
    accept: bool


class TakeReviewIn(Schema):
    release: bool = False


class DecideReviewIn(Schema):
    """`revision`: of the file as it was read; another one is refused, so nobody decides on what they haven't seen."""

    accept: bool
    reasons: Annotated[list[Annotated[Text, Field(max_length=40)]], Field(max_length=10)] = []
    text: Line = ""
    revision: int


class ContactIn(Schema):
    contact: Line
    contact_phone: Line


class ApplyForFairIn(ContactIn):
    fair_slug: Annotated[Text, Field(max_length=50)]


class DecideParticipationIn(Schema):
    accept: bool
    reason: Line = ""


class LicenceOut(Schema):
    id: int
    paper: Paper
    name: str
    content_type: str
    size: int
    uploaded_at: datetime

    @classmethod
    def of(cls, row: Licence) -> LicenceOut:
        return cls(
            id=row.pk,
            paper=row.paper,
            name=row.name,
            content_type=row.content_type,
            size=row.size,
            uploaded_at=row.uploaded_at,
        )


class EmployerReviewOut(Schema):
    """One decision, as both sides read it."""

    at: datetime
    verdict: State
    reasons: list[str]
    text: str

    @classmethod
    def of(cls, row: Review) -> EmployerReviewOut:
        named = [str(rules.REFUSALS[code]) for code in row.reasons if code in rules.REFUSALS]
        return cls(at=row.at, verdict=row.verdict, reasons=named, text=row.text)


class EmployerFileOut(Schema):
    """The file, for its own people and its reviewers. `missing` = {field: what to do} before it can be handed in."""

    id: int
    name: str
    credit_code: str | None
    kind: Literal["direct", "agency", "dispatch"]
    permit_number: str
    area: str
    contact: str
    contact_phone: str
    state: State
    revision: int
    submitted_at: datetime | None
    verified_at: datetime | None
    due_at: datetime | None
    papers_asked: list[Paper]
    papers: list[LicenceOut]
    missing: dict[str, str]
    last_review: EmployerReviewOut | None

    @classmethod
    def of(cls, row: Employer, papers: list[Licence], last: Review | None) -> EmployerFileOut:
        return cls(
            id=row.pk,
            name=row.name,
            credit_code=row.credit_code,
            kind=row.kind,
            permit_number=row.permit_number,
            area=row.area,
            contact=row.contact,
            contact_phone=row.contact_phone,
            state=row.state,
            revision=row.revision,
            submitted_at=row.submitted_at,
            verified_at=row.verified_at,
            due_at=row.due_at,
            papers_asked=[paper.value for paper in rules.papers_asked_of(row)],
            papers=[LicenceOut.of(paper) for paper in papers],
            missing=rules.missing_in_file(row, {paper.paper for paper in papers}),
            last_review=EmployerReviewOut.of(last) if last else None,
        )


class AskedOut(Schema):
    """A request that waits; only what the asker wrote, nothing of the employer's."""

    id: int
    stated_name: str
    asked_at: datetime

    @classmethod
    def of(cls, row: JoinRequest) -> AskedOut:
        return cls(id=row.pk, stated_name=row.stated_name, asked_at=row.asked_at)


class RegistrationOut(Schema):
    employer: EmployerFileOut | None
    asked: AskedOut | None


class MyEmployersOut(Schema):
    employers: list[EmployerFileOut]
    asked: list[AskedOut]
    may_register: bool  # a verified phone is there


class RecruiterOut(Schema):
    id: int
    name: str
    phone_masked: str | None
    is_me: bool

    @classmethod
    def of(cls, row: Recruiter, me: int) -> RecruiterOut:
        return cls(
            id=row.pk,
            name=name_of(row.user),
            phone_masked=mask_phone(row.user.phone) if row.user.phone else None,
            is_me=row.user_id == me,
        )


class InvitationOut(Schema):
    id: int
    phone_masked: str
    invited_by: str
    expires_at: datetime

    @classmethod
    def of(cls, row: Invitation) -> InvitationOut:
        return cls(
            id=row.pk,
            phone_masked=mask_phone(row.phone),
            invited_by=name_of(row.invited_by),
            expires_at=row.expires_at,
        )


class JoinRequestOut(Schema):
    id: int
    name: str
    phone_masked: str | None
    asked_at: datetime

    @classmethod
    def of(cls, row: JoinRequest) -> JoinRequestOut:
        phone = row.user.phone
        return cls(
            id=row.pk,
            name=name_of(row.user),
            phone_masked=mask_phone(phone) if phone else None,
            asked_at=row.asked_at,
        )


class ColleaguesOut(Schema):
    recruiters: list[RecruiterOut]
    invitations: list[InvitationOut]
    requests: list[JoinRequestOut]

    @classmethod
    def of(cls, found: Colleagues, me: int) -> ColleaguesOut:
        return cls(
            recruiters=[RecruiterOut.of(row, me) for row in found.recruiters],
            invitations=[InvitationOut.of(row) for row in found.invitations],
            requests=[JoinRequestOut.of(row) for row in found.requests],
        )


class InvitationMadeOut(Schema):
    """`token` is told once: the link is /employer/join#token."""

    invitation: InvitationOut
    token: str


class InvitationShownOut(Schema):
    """What the holder of a link reads before using it."""

    employer_name: str
    invited_by: str
    expires_at: datetime


class JoinedOut(Schema):
    employer_id: int
    employer_name: str


class ParticipationOut(Schema):
    id: int
    fair_slug: str
    fair_name: str
    opens_at: datetime
    closes_at: datetime
    state: ParticipationState
    contact: str
    contact_phone: str
    reason: str
    applied_at: datetime | None

    @classmethod
    def of(cls, row: Participation) -> ParticipationOut:
        return cls(
            id=row.pk,
            fair_slug=row.fair.slug,
            fair_name=row.fair.name,
            opens_at=row.fair.opens_at,
            closes_at=row.fair.closes_at,
            state=row.state,
            contact=row.contact,
            contact_phone=row.contact_phone,
            reason=row.reason,
            applied_at=row.applied_at,
        )


class FairChoiceOut(Schema):
    slug: str
    name: str
    opens_at: datetime
    closes_at: datetime


class ParticipationsOut(Schema):
    participations: list[ParticipationOut]
    fairs: list[FairChoiceOut]  # that still take applications and are not in the list


class ReviewFilter(Schema):
    state: Literal["waiting", "verified", "due", "refused", "registered", "all"] = "waiting"
    owner: Literal["anyone", "mine", "nobody"] = "anyone"
    fair: Annotated[Text, Field(max_length=50)] = ""
    q: Annotated[Text, Field(max_length=60)] = ""
    cursor: Annotated[Text, Field(max_length=80)] = ""


class ReviewItemOut(Schema):
    """A row of the review desk."""

    id: int
    name: str
    credit_code: str | None
    kind: Literal["direct", "agency", "dispatch"]
    area: str
    state: State
    submitted_at: datetime | None
    due_at: datetime | None
    reviewer: str | None
    is_mine: bool
    papers: list[Paper]

    @classmethod
    def of(cls, row: Employer, papers: list[Licence], me: int) -> ReviewItemOut:
        return cls(
            id=row.pk,
            name=row.name,
            credit_code=row.credit_code,
            kind=row.kind,
            area=row.area,
            state=row.state,
            submitted_at=row.submitted_at,
            due_at=row.due_at,
            reviewer=name_of(row.reviewer) if row.reviewer else None,
            is_mine=row.reviewer_id == me,
            papers=[paper.paper for paper in papers],
        )


class ReviewQueueOut(Schema):
    items: list[ReviewItemOut]
    next: str | None
    counts: dict[str, int]


class EmployerRefusalReasonOut(Schema):
    code: str
    text: str


class PastEmployerReviewOut(EmployerReviewOut):
    by: str | None


class ReviewFileOut(Schema):
    """Everything an organiser decides by. `requests` only where the employer has no recruiter to answer them."""

    file: EmployerFileOut
    reviewer: str | None
    is_mine: bool
    registered_by: str | None
    recruiters: int
    history: list[PastEmployerReviewOut]
    participations: list[ParticipationOut]
    requests: list[JoinRequestOut]
    reasons: list[EmployerRefusalReasonOut]
