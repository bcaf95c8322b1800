"""What happened to an employer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from jobfair.core.events import Event


@dataclass(frozen=True, kw_only=True)
class EmployerEvent(Event):
    noun: ClassVar[str] = "employer"
    employer_id: int


@dataclass(frozen=True, kw_only=True)
class EmployerRegistered(EmployerEvent):
    """`reasons` says what already stands in the way of verification."""

    name: ClassVar[str] = "employers.employer_registered"
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class EmployerJoinedFair(EmployerEvent):
    name: ClassVar[str] = "employers.employer_joined_fair"
    fair_id: int


@dataclass(frozen=True, kw_only=True)
class EmployerCorrected(EmployerEvent):
    """`changed` names the fields, not their values."""

    name: ClassVar[str] = "employers.employer_corrected"
    changed: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class EmployerVerified(EmployerEvent):
    name: ClassVar[str] = "employers.employer_verified"


@dataclass(frozen=True, kw_only=True)
class EmployerRefused(EmployerEvent):
    name: ClassVar[str] = "employers.employer_refused"
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class EmployerSubmitted(EmployerEvent):
    """The file waits for an organiser."""

    name: ClassVar[str] = "employers.employer_submitted"


@dataclass(frozen=True, kw_only=True)
class EmployerCameDue(EmployerEvent):
    """Six months have passed since its verification: nothing new is published until it is verified again."""

    name: ClassVar[str] = "employers.employer_came_due"


@dataclass(frozen=True, kw_only=True)
class EmployerReminded(EmployerEvent):
    """`number`: the first or the second reminder of this verification's end."""

    name: ClassVar[str] = "employers.employer_reminded"
    number: int


@dataclass(frozen=True, kw_only=True)
class ReviewTaken(EmployerEvent):
    """An organiser took the file on, or gave it back."""

    name: ClassVar[str] = "employers.review_taken"
    reviewer_id: int | None


@dataclass(frozen=True, kw_only=True)
class LicenceAdded(EmployerEvent):
    name: ClassVar[str] = "employers.licence_added"
    licence_id: int
    paper: str


@dataclass(frozen=True, kw_only=True)
class LicenceRead(EmployerEvent):
    name: ClassVar[str] = "employers.licence_read"
    licence_id: int


@dataclass(frozen=True, kw_only=True)
class JoinAsked(EmployerEvent):
    name: ClassVar[str] = "employers.join_asked"
    request_id: int
    user_id: int


@dataclass(frozen=True, kw_only=True)
class JoinAnswered(EmployerEvent):
    name: ClassVar[str] = "employers.join_answered"
    request_id: int
    user_id: int
    accepted: bool


@dataclass(frozen=True, kw_only=True)
class ColleagueInvited(EmployerEvent):
    name: ClassVar[str] = "employers.colleague_invited"
    invitation_id: int


@dataclass(frozen=True, kw_only=True)
class InvitationRevoked(EmployerEvent):
    name: ClassVar[str] = "employers.invitation_revoked"
    invitation_id: int


@dataclass(frozen=True, kw_only=True)
class InvitationUsed(EmployerEvent):
    name: ClassVar[str] = "employers.invitation_used"
    invitation_id: int
    user_id: int


@dataclass(frozen=True, kw_only=True)
class FairApplied(EmployerEvent):
    """The employer asks to take part."""

    name: ClassVar[str] = "employers.fair_applied"
    fair_id: int
    participation_id: int


@dataclass(frozen=True, kw_only=True)
class ParticipationDecided(EmployerEvent):
    name: ClassVar[str] = "employers.participation_decided"
    fair_id: int
    participation_id: int
    accepted: bool


@dataclass(frozen=True, kw_only=True)
class ParticipationWithdrawn(EmployerEvent):
    name: ClassVar[str] = "employers.participation_withdrawn"
    fair_id: int
    participation_id: int


@dataclass(frozen=True, kw_only=True)
class ParticipationContactChanged(EmployerEvent):
    name: ClassVar[str] = "employers.participation_contact_changed"
    participation_id: int


@dataclass(frozen=True, kw_only=True)
class RecruiterAppointed(EmployerEvent):
    name: ClassVar[str] = "employers.recruiter_appointed"
    user_id: int


@dataclass(frozen=True, kw_only=True)
class RecruiterRemoved(EmployerEvent):
    name: ClassVar[str] = "employers.recruiter_removed"
    user_id: int
