"""A person's own data as one ZIP: `data.json` and the files that belong to it (个人信息保护法第四十五条).

Every domain that keeps something about people adds its part, at start; nobody has to know them all.
"""

from __future__ import annotations

import json
import secrets
import zipfile
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder

from jobfair.accounts.models import User
from jobfair.applications.models import Application, ApplicationStep, Consent, StartPlan
from jobfair.core.models import AuditEntry
from jobfair.core.uploads import open_stored
from jobfair.resumes.models import ResumeFile
from jobfair.resumes.queries import list_versions_of, resume_of

Part = Callable[[User], Any]
Files = Callable[[User], Iterable[tuple[str, bytes]]]
_parts: dict[str, Part] = {}
_files: list[Files] = []


def add_part(name: str, part: Part) -> None:
    """Put `part(user)`, something JSON can hold, under `name` of data.json. The last one of a name wins."""
    _parts[name] = part


def add_files(files: Files) -> None:
    """Put (name in the ZIP, content) of each into it."""
    if files not in _files:
        _files.append(files)


def folder() -> Path:
    """Outside every served folder; shared by all processes, as the rest of the state folder is."""
    return Path(settings.STATE_DIR) / "exports"


def write_zip(user: User, *, now: datetime) -> Path:
    """Collect everything about `user` into a new file that nobody can guess."""
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder() / f"{secrets.token_urlsafe(24)}.zip"
    data = {"made_at": now, **{name: part(user) for name, part in sorted(_parts.items())}}
    with zipfile.ZipFile(path, "x", zipfile.ZIP_DEFLATED) as archive:
        text = json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
        archive.writestr("data.json", text)
        for files in _files:
            for name, content in files(user):
                archive.writestr(f"files/{name}", content)
    path.chmod(0o600)
    return path


def _start_of(application: Application) -> dict[str, Any] | None:
    """The first day and what both sides said of it."""
    plan = StartPlan.objects.filter(application=application).first()
    if plan is None:
        return None
    words = plan.words.values("stage", "side", "yes", "at", "source")
    return {"starts_on": plan.starts_on, "contract_on": plan.contract_on, "words": list(words)}


def account_part(user: User) -> dict[str, Any]:
    return {
        "phone": user.phone,
        "phone_verified": user.phone_verified,
        "display_name": user.display_name,
        "joined_at": user.date_joined,
    }


def applications_part(user: User) -> list[dict[str, Any]]:
    """Each with its steps as told, and who of the employer read the résumé when."""
    own = Application.objects.filter(seeker=user).select_related(
        "position", "participation__employer", "fair"
    )
    told = ApplicationStep.objects.exclude(told_at=None)
    steps = told.filter(application__seeker=user).order_by("id").values(
        "application_id", "state", "at", "by", "reason_code", "reason_text"
    )  # fmt: skip
    subjects = [f"application:{one.pk}" for one in own]
    views = AuditEntry.objects.filter(action="applications.resume_viewed", subject__in=subjects)
    looked = list(views.order_by("id").values("subject", "at", "detail"))
    return [
        {
            "receipt": one.receipt,
            "position": one.position.title,
            "employer": one.participation.employer.name,
            "fair": one.fair.name,
            "source": one.source,
            "submitted_at": one.submitted_at,
            "answer_due_at": one.answer_due_at,
            "start": _start_of(one),
            "steps": [
                {name: value for name, value in step.items() if name != "application_id"}
                for step in steps
                if step["application_id"] == one.pk
            ],
            "resume_views": [
                {"at": view["at"], "how": view["detail"]["how"]}
                for view in looked
                if view["subject"] == f"application:{one.pk}"
            ],
        }
        for one in own.order_by("id")
    ]


def consents_part(user: User) -> list[dict[str, Any]]:
    given = Consent.objects.filter(seeker=user).select_related("employer").order_by("id")
    return [
        {"employer": one.employer.name, "text_version": one.text_version, "given_at": one.given_at}
        for one in given
    ]


def resume_part(user: User) -> dict[str, Any]:
    """The draft as it is, and every version that went with an application."""
    versions = list_versions_of(user)
    return {
        "draft": resume_of(user).form,
        "versions": [
            {"number": one.number, "frozen_at": one.frozen_at, "phone": one.phone, "form": one.form}
            for one in versions
        ],
    }


def resume_files(user: User) -> Iterator[tuple[str, bytes]]:
    """Every file of the user's, under its number."""
    for file in ResumeFile.objects.filter(seeker=user).order_by("id"):
        with open_stored(file.key) as stored:
            yield f"{file.pk}-{PurePosixPath(file.name).name}", stored.read()


def acts_part(user: User) -> list[dict[str, Any]]:
    """What the audit log has of one's own acts."""
    acts = AuditEntry.objects.filter(by=user.pk).order_by("id")
    return [
        {"at": at, "action": action, "subject": subject}
        for at, action, subject in acts.values_list("at", "action", "subject")
    ]


add_part("account", account_part)
add_part("applications", applications_part)
add_part("consents", consents_part)
add_part("resume", resume_part)
add_part("acts", acts_part)
add_files(resume_files)
