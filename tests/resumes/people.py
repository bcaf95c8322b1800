"""Seekers with résumés, and their clients."""

from __future__ import annotations

import itertools
import json
from typing import Any

from django.test import Client

from jobfair.accounts.models import User
from jobfair.core import clock
from jobfair.resumes.models import Resume
from jobfair.resumes.services import save_draft

_serial = itertools.count(1000)

COMPLETE: dict[str, Any] = {
    "name": "王小明",
    "birth": "1990-05",
    "area": "南通市 崇川区",
    "occupation": "电焊工",
    "education": "70",
    "experience": "5_10",
    "summary": "八年氩弧焊，有焊工证，能看图纸。",
}


def make_applicant(**form: Any) -> User:
    """A seeker with a verified phone and, unless told otherwise, a complete résumé."""
    serial = next(_serial)
    seeker = User.objects.create_user(
        f"applicant-{serial}", phone=f"+861380000{serial}", phone_verified=True, display_name="王小明"
    )
    save_draft(seeker=seeker, changes={**COMPLETE, **form}, based_on=0, now=clock.now())
    return seeker


def make_newcomer() -> User:
    """A seeker with a verified phone and nothing filled in."""
    serial = next(_serial)
    return User.objects.create_user(f"newcomer-{serial}", phone=f"+861380000{serial}", phone_verified=True)


def client_of(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


class Device:
    """One of a person's devices: it knows the revision it has seen."""

    def __init__(self, user: User) -> None:
        self.client = client_of(user)
        self.seen = 0

    def load(self) -> dict[str, Any]:
        self.shown = self.client.get("/api/me/resume").json()
        self.seen = self.shown["revision"]
        return self.shown

    def save(self, **changes: Any) -> Any:
        body = json.dumps({"based_on": self.seen, "changes": changes})
        reply = self.client.put("/api/me/resume", body, content_type="application/json")
        if reply.status_code == 200:
            self.seen = reply.json()["revision"]
        return reply


def form_of(user: User) -> dict[str, Any]:
    return Resume.objects.get(seeker=user).form
