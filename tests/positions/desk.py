"""People at work on positions over HTTP."""

from __future__ import annotations

import itertools
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from jobfair.accounts.models import User
from jobfair.employers.models import Employer, Participation, Recruiter
from jobfair.fairs.models import Fair, FairStaff
from tests.factories import make_employer, make_seeker

_keys = itertools.count(1)
FORM: dict[str, Any] = {
    "title": "焊工", "headcount_min": 3, "headcount_max": 5, "pay_min": 6000, "pay_max": 9000, "pay_unit": "month",
    "pay_note": "", "education": "00", "occupation": "", "place": "", "area": "通州区", "form": "full_time",
    "meals": True, "lodging": None, "mode": "both", "groups": ["veterans"], "notes": "两班倒", "duties": "按图纸焊接。",
    "actual_employer": "", "mandate": "", "is_repost": False, "source": "", "valid_from": None, "valid_until": None,
}  # fmt: skip


class Person:
    """One signed-in browser."""

    def __init__(self, user: User | None) -> None:
        self.user = user
        self.client = Client()
        if user is not None:
            self.client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(f"/api{path}", query)

    def put(self, path: str, body: Any) -> Any:
        return self.client.put(f"/api{path}", body, content_type="application/json")

    def post(self, path: str, body: Any = None, *, key: str | None = None) -> Any:
        headers = {"Idempotency-Key": key or f"key-{next(_keys):08d}"}
        return self.client.post(f"/api{path}", body, content_type="application/json", headers=headers)

    def upload(self, path: str, content: bytes, name: str = "岗位表.xlsx") -> Any:
        return self.client.post(f"/api{path}", {"file": SimpleUploadedFile(name, content)})


def recruiter_of(employer: Employer) -> Person:
    user = make_seeker(name="招聘员")
    Recruiter.objects.create(employer=employer, user=user)
    return Person(user)


def organiser_of(fair: Fair) -> Person:
    user = make_seeker(name="组织者")
    FairStaff.objects.create(fair=fair, user=user, role=FairStaff.Role.ORGANISER)
    return Person(user)


def employer_at(fair: Fair) -> Employer:
    employer = make_employer()
    Participation.objects.create(employer=employer, fair=fair)
    return employer


def start(person: Person, employer: Employer, fair: Fair, **changes: Any) -> dict[str, Any]:
    """A draft of FORM; returns the edit as the API tells it."""
    body = {"fair_slug": fair.slug, "form": FORM | changes}
    reply = person.post(f"/employers/{employer.pk}/positions", body)
    assert reply.status_code == 201, reply.content.decode()
    return dict(reply.json())


def submit(person: Person, edit: dict[str, Any], **changes: Any) -> Any:
    body = {"revision": edit["revision"], "form": edit["form"] | changes}
    return person.post(f"/positions/{edit['id']}/submit", body)
