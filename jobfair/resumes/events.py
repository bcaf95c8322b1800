"""What happens to résumés. Autosaves are not told: a draft is nobody else's business until it is frozen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from jobfair.core.events import Event


@dataclass(frozen=True, kw_only=True)
class ResumeEvent(Event):
    seeker_id: int

    @property
    def subject(self) -> str:
        return f"resume_of:{self.seeker_id}"


@dataclass(frozen=True, kw_only=True)
class ResumeFrozen(ResumeEvent):
    """A new version exists; freezing equal content again tells nothing."""

    name: ClassVar[str] = "resumes.frozen"
    version_id: int


@dataclass(frozen=True, kw_only=True)
class ResumeFileAttached(ResumeEvent):
    name: ClassVar[str] = "resumes.file_attached"
    file_id: int


@dataclass(frozen=True, kw_only=True)
class ResumeFileRemoved(ResumeEvent):
    name: ClassVar[str] = "resumes.file_removed"
    file_id: int


@dataclass(frozen=True, kw_only=True)
class ResumeMerged(ResumeEvent):
    """What a guest had filled in on this device now belongs to the account."""

    name: ClassVar[str] = "resumes.merged"
    guest_id: int


@dataclass(frozen=True, kw_only=True)
class ResumeErased(ResumeEvent):
    """The draft of a closed account is gone; versions stay locked away with the applications they went with."""

    name: ClassVar[str] = "resumes.erased"
