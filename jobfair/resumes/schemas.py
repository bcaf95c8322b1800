"""Wire types of résumés."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from jobfair.accounts.rules import mask_phone
from jobfair.core.schemas import ErrorReply, Schema, Text
from jobfair.resumes import rules
from jobfair.resumes.models import Resume, ResumeFile, ResumeVersion
from jobfair.resumes.queries import Sheet, sheet_of_version

Education = Literal["", "80", "70", "60", "40", "30", "20", "10"]
Experience = Literal["", "none", "under_1", "1_3", "3_5", "5_10", "over_10"]
Available = Literal["", "now", "week", "month", "later"]
Month = Annotated[Text, StringConstraints(max_length=10)]  # "1990-05"; rules refuse what is no month
Line20 = Annotated[Text, StringConstraints(max_length=20)]
Line40 = Annotated[Text, StringConstraints(max_length=40)]
Paragraph = Annotated[Text, StringConstraints(max_length=500)]


class Job(Schema):
    """One place worked at. Months are "2021-03"; an empty `until` is now."""

    employer: Line40 = ""
    role: Line20 = ""
    since: Month = ""
    until: Month = ""
    did: Annotated[Text, StringConstraints(max_length=300)] = ""


class ResumeForm(Schema):
    """The form. As changes it holds only the fields that changed; empty means emptied."""

    name: Line20 = ""
    birth: Month = ""
    area: Line40 = ""
    occupation: Line20 = ""
    education: Education = ""
    experience: Experience = ""
    summary: Paragraph = ""
    pay_from: Annotated[int, Field(ge=1, le=100_000)] | None = None
    available: Available = ""
    skills: Annotated[list[Line20], Field(max_length=12)] = []
    jobs: Annotated[list[Job], Field(max_length=8)] = []


class SaveResumeIn(Schema):
    """`based_on` is the revision this device had seen before these changes."""

    based_on: Annotated[int, Field(ge=0, le=2**31 - 1)]
    changes: ResumeForm

    def changed(self) -> dict[str, Any]:
        """Only the fields that were sent."""
        return self.changes.model_dump(mode="json", exclude_unset=True)


class ResumeFileOut(Schema):
    name: str
    size: int
    pages: int
    uploaded_at: datetime

    @classmethod
    def of(cls, file: ResumeFile) -> ResumeFileOut:
        return cls(name=file.name, size=file.size, pages=file.pages, uploaded_at=file.uploaded_at)


class ResumeOut(Schema):
    """One's own résumé as far as it is. `missing` says per field what an application still needs."""

    revision: int
    saved_at: datetime | None
    form: ResumeForm
    file: ResumeFileOut | None
    phone: str
    missing: dict[str, str]

    @classmethod
    def of(cls, resume: Resume) -> ResumeOut:
        seeker, file = resume.seeker, resume.file
        phone = (seeker.phone if seeker.phone_verified else None) or ""
        missing = rules.missing(resume.form, has_file=file is not None, has_phone=bool(phone))
        return cls(
            revision=resume.revision,
            saved_at=resume.saved_at,
            form=ResumeForm.model_validate(resume.form),
            file=ResumeFileOut.of(file) if file else None,
            phone=mask_phone(phone) if phone else "",
            missing={field: str(text) for field, text in missing.items()},
        )


class SentFile(Schema):
    """What an upload was, for telling a repeat from another file under the same key."""

    sha256: str


class ResumeConflictReply(ErrorReply):
    """A 409 that brings along what is there, so that the page can show both; `fields` names the clashing ones."""

    theirs: ResumeOut


class ResumeVersionOut(Schema):
    """A résumé as an employer reads it. The month of birth only proves the age of 16 and is not shown."""

    number: int | None
    at: datetime
    name: str
    phone: str
    area: str
    occupation: str
    education: Education
    education_label: str
    experience: Experience
    experience_label: str
    available_label: str
    pay_from: int | None
    summary: str
    skills: list[str]
    jobs: list[Job]
    file: ResumeFileOut | None

    @classmethod
    def of(cls, version: ResumeVersion) -> ResumeVersionOut:
        return cls.of_sheet(sheet_of_version(version))

    @classmethod
    def of_sheet(cls, sheet: Sheet) -> ResumeVersionOut:
        form = ResumeForm.model_validate(sheet.form)
        return cls(
            number=sheet.number,
            at=sheet.at,
            name=form.name,
            phone=sheet.phone.removeprefix("+86"),
            area=form.area,
            occupation=form.occupation,
            education=form.education,
            education_label=str(rules.EDUCATION.get(form.education, "")),
            experience=form.experience,
            experience_label=str(rules.EXPERIENCE.get(form.experience, "")),
            available_label=str(rules.AVAILABLE.get(form.available, "")),
            pay_from=form.pay_from,
            summary=form.summary,
            skills=form.skills,
            jobs=[job for job in form.jobs if any(job.wire().values())],
            file=ResumeFileOut.of(sheet.file) if sheet.file else None,
        )
