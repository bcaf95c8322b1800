"""Reads of résumés that are more than a lookup."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jobfair.accounts.models import User
from jobfair.resumes.models import Resume, ResumeFile, ResumeVersion


@dataclass(frozen=True)
class Sheet:
    """A résumé as its reader sees it, whether it is a draft's preview or a frozen version."""

    form: Mapping[str, Any]
    phone: str  # E.164, or empty
    file: ResumeFile | None
    number: int | None  # of the version; None for a draft
    at: datetime


def resume_of(seeker: User) -> Resume:
    """The seeker's résumé; an empty, unsaved one before the first save."""
    found = Resume.objects.select_related("file").filter(seeker=seeker).first()
    return found if found is not None else Resume(seeker=seeker)


def sheet_of_version(version: ResumeVersion) -> Sheet:
    return Sheet(version.form, version.phone, version.file, version.number, version.frozen_at)


def sheet_of_draft(seeker: User, now: datetime) -> Sheet:
    """What an employer would see if the seeker applied now."""
    resume = resume_of(seeker)
    phone = seeker.phone if seeker.phone_verified else None
    return Sheet(resume.form, phone or "", resume.file, None, resume.saved_at or now)


def list_versions_of(seeker: User) -> list[ResumeVersion]:
    """Newest first."""
    return list(ResumeVersion.objects.filter(seeker=seeker).select_related("file").order_by("-number"))


def files_in_use(keys: Iterable[str]) -> set[str]:
    """Which stored files some row names; the sweep asks."""
    return set(ResumeFile.objects.filter(key__in=list(keys)).values_list("key", flat=True))
