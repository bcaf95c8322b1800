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


@dataclass(frozen=True, kw_only=True)
class RecruiterAppointed(EmployerEvent):
    name: ClassVar[str] = "employers.recruiter_appointed"
    user_id: int


@dataclass(frozen=True, kw_only=True)
class RecruiterRemoved(EmployerEvent):
    name: ClassVar[str] = "employers.recruiter_removed"
    user_id: int
