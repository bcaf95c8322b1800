"""What happened to applications."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

from jobfair.core.events import Event


@dataclass(frozen=True, kw_only=True)
class ApplicationEvent(Event):
    application_id: int
    participation_id: int
    seeker_id: int

    @property
    def subject(self) -> str:
        return f"application:{self.application_id}"


@dataclass(frozen=True, kw_only=True)
class ApplicationMoved(ApplicationEvent):
    """From one state to another; `was` is empty at first. Pushes count by `was` and `became`."""

    was: str
    became: str


@dataclass(frozen=True, kw_only=True)
class ApplicationSubmitted(ApplicationMoved):
    name: ClassVar[str] = "applications.submitted"
    position_id: int
    source: str
    # The application as it was written, with all that `queries.told` and `queries.rows_of` would read again.
    written: Any = field(repr=False, compare=False)


@dataclass(frozen=True, kw_only=True)
class SubmissionRepeated(ApplicationEvent):
    """The same position once more, under another client id: the first application was shown again."""

    name: ClassVar[str] = "applications.submission_repeated"


@dataclass(frozen=True, kw_only=True)
class ApplicationOpened(ApplicationMoved):
    name: ClassVar[str] = "applications.opened"


@dataclass(frozen=True, kw_only=True)
class ApplicationDecided(ApplicationMoved):
    """The employer's side changed it; the seeker is told when the decision settles."""

    name: ClassVar[str] = "applications.decided"
    decision_id: int
    reason_code: str


@dataclass(frozen=True, kw_only=True)
class DecisionUndone(ApplicationMoved):
    name: ClassVar[str] = "applications.decision_undone"
    decision_id: int


@dataclass(frozen=True, kw_only=True)
class DecisionSettled(ApplicationEvent):
    """The time to undo is over: now it reaches the seeker."""

    name: ClassVar[str] = "applications.decision_settled"
    decision_id: int
    became: str


@dataclass(frozen=True, kw_only=True)
class StartPlanned(ApplicationEvent):
    """The employer said when the person starts."""

    name: ClassVar[str] = "applications.start_planned"


@dataclass(frozen=True, kw_only=True)
class StartSaid(ApplicationEvent):
    """One side's word on the start, day 7 or day 30."""

    name: ClassVar[str] = "applications.start_said"
    stage: str
    side: str
    yes: bool


@dataclass(frozen=True, kw_only=True)
class StartAsked(ApplicationEvent):
    """The day has come, and these sides have not said it yet."""

    name: ClassVar[str] = "applications.start_asked"
    stage: str
    sides: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class StandingChanged(ApplicationMoved):
    """What both sides said proves a hire now, or no longer."""

    name: ClassVar[str] = "applications.standing_changed"


@dataclass(frozen=True, kw_only=True)
class ApplicationWithdrawn(ApplicationMoved):
    name: ClassVar[str] = "applications.withdrawn"
    withdraws: ClassVar[bool] = True


@dataclass(frozen=True, kw_only=True)
class ApplicationLocked(ApplicationMoved):
    """Its seeker's account was closed: no employer reads it any more, whatever its state."""

    name: ClassVar[str] = "applications.locked"
    withdraws: ClassVar[bool] = True


@dataclass(frozen=True, kw_only=True)
class AnswerHandedOver(ApplicationEvent):
    """Somebody else owes the answer now: it is overdue, or its recruiter has left."""

    name: ClassVar[str] = "applications.answer_handed_over"
    to: str


@dataclass(frozen=True, kw_only=True)
class AnswersReminded(Event):
    """The organiser reminded an employer's recruiters of overdue answers."""

    name: ClassVar[str] = "applications.answers_reminded"
    participation_id: int
    overdue: int

    @property
    def subject(self) -> str:
        return f"participation:{self.participation_id}"


@dataclass(frozen=True, kw_only=True)
class NoteAdded(ApplicationEvent):
    name: ClassVar[str] = "applications.note_added"
    note_id: int


@dataclass(frozen=True, kw_only=True)
class ResumeViewed(ApplicationEvent):
    """Somebody of the employer read the résumé: on screen, as PDF, as file or in an export."""

    name: ClassVar[str] = "applications.resume_viewed"
    how: str  # screen | pdf | file | export


@dataclass(frozen=True, kw_only=True)
class ConsentGiven(Event):
    name: ClassVar[str] = "applications.consent_given"
    seeker_id: int
    employer_id: int
    text_version: str

    @property
    def subject(self) -> str:
        return f"user:{self.seeker_id}"


@dataclass(frozen=True, kw_only=True)
class DataExportRequested(Event):
    name: ClassVar[str] = "applications.data_export_requested"
    export_id: int
    user_id: int

    @property
    def subject(self) -> str:
        return f"user:{self.user_id}"


@dataclass(frozen=True, kw_only=True)
class DataExportReady(DataExportRequested):
    name: ClassVar[str] = "applications.data_export_ready"


@dataclass(frozen=True, kw_only=True)
class DataExported(DataExportRequested):
    """The file was fetched."""

    name: ClassVar[str] = "applications.data_exported"
