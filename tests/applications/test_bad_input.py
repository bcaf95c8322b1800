"""What people and programs send that makes no sense: a sentence that names the field, and nothing stored by half."""

from __future__ import annotations

import re
from typing import Any

import pytest

from jobfair.applications import consent
from jobfair.applications.models import Application, ApplicationNote, ApplicationStep, Consent, Decision
from jobfair.core import clock
from jobfair.notices.models import Preference
from jobfair.resumes.models import ResumeVersion
from tests.applications.browser import client_of, post
from tests.applications.scene import Hiring, make_applicant

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

CHINESE_SENTENCE = re.compile(r"[\u4e00-\u9fff].*。$", re.DOTALL)
STRANGE: dict[str, Any] = {
    "over-long": "x" * 5000, "NUL": "a\x00b", "turned round": "\u202eabc", "emoji": "😀", "full-width": "１２",
    "Chinese": "展位", "markup": "<b>", "a number": 5, "a list": ["x"], "an object": {"x": 1}, "nothing": None,
}  # fmt: skip


def assert_said(reply: Any, field: str) -> None:
    """Refused with 422, a sentence in Chinese, and that field's own."""
    assert reply.status_code == 422, reply.content.decode()
    error = reply.json()["error"]
    assert CHINESE_SENTENCE.search(error["message"]), error
    assert field in error["fields"], error
    assert all(CHINESE_SENTENCE.search(sentence) for sentence in error["fields"].values()), error


@pytest.mark.parametrize("what", STRANGE)
@pytest.mark.parametrize("field", ["source_ref", "source", "consent_text_version", "resume"])
def test_a_strange_submission_stores_nothing(field: str, what: str) -> None:
    hiring, seeker = Hiring(now=clock.now()), make_applicant()
    body = {"source": "web", "consent_text_version": consent.VERSION, field: STRANGE[what]}
    reply = post(seeker, f"/positions/{hiring.position.pk}/applications", body)
    if field == "consent_text_version" and reply.status_code == 409:  # text, but not the text that was shown
        assert reply.json()["error"]["code"] == "applications.consent_needed"
    else:
        assert_said(reply, field)
    counts = [model.objects.count() for model in (Application, ApplicationStep, Consent, ResumeVersion)]
    assert counts == [0, 0, 0, 0]


@pytest.mark.parametrize("key", ["", "short", "x" * 65, "with space", "键键键键键键键键", "a\u202eb_______"])
def test_a_strange_key_is_refused(key: str) -> None:
    hiring, seeker = Hiring(now=clock.now()), make_applicant()
    headers = {"Idempotency-Key": key.encode().decode("latin-1")}
    path = f"/api/positions/{hiring.position.pk}/applications"
    reply = client_of(seeker).post(path, {}, content_type="application/json", headers=headers)
    assert reply.status_code == 422
    assert Application.objects.count() == 0


@pytest.mark.parametrize("text", ["", "   ", "x" * 501, "a\x00b", 5, None])
def test_a_strange_note_is_refused(text: Any) -> None:
    hiring = Hiring(now=clock.now())
    application = hiring.open(hiring.submit())
    path = f"/inboxes/{hiring.inbox.pk}/applications/{application.pk}/notes"
    assert_said(post(hiring.recruiter, path, {"text": text}), "text")
    assert ApplicationNote.objects.count() == 0


@pytest.mark.parametrize(
    "text", ["😀 很好", "\u202e工电", "１２３", "<script>x</script>", "=1+1", "字" * 500]
)
def test_an_odd_note_is_kept_as_text(text: str) -> None:
    hiring = Hiring(now=clock.now())
    application = hiring.open(hiring.submit())
    path = f"/inboxes/{hiring.inbox.pk}/applications/{application.pk}/notes"
    assert post(hiring.recruiter, path, {"text": text}).status_code == 201
    assert ApplicationNote.objects.get().text == text


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"reason_code": ""}, "reason_code"),
        ({"reason_code": "age"}, "reason_code"),
        ({"reason_code": "other"}, "reason_text"),
        ({"reason_code": "other", "reason_text": " \n"}, "reason_text"),
        ({"reason_text": "字" * 201}, "reason_text"),
        ({"reason_text": "a\x00b"}, "reason_text"),
        ({"ids": []}, "ids"),
        ({"ids": ["一"]}, "ids"),
        ({"ids": [2**63]}, "ids"),
        ({"ids": list(range(1, 2000))}, "ids"),
        ({"to": "hidden"}, "to"),
        ({"to": "submitted"}, "to"),
    ],
)
def test_a_strange_decision_decides_nothing(change: dict[str, Any], field: str) -> None:
    hiring = Hiring(now=clock.now())
    application = hiring.open(hiring.submit())
    body = {"ids": [application.pk], "to": "rejected", "reason_code": "filled", **change}
    reply = post(hiring.recruiter, f"/inboxes/{hiring.inbox.pk}/decide", body)
    assert reply.status_code == 422, reply.content.decode()
    error = reply.json()["error"]
    assert [name for name in error["fields"] if name.startswith(field)], error
    assert all(CHINESE_SENTENCE.search(sentence) for sentence in error["fields"].values()), error
    application.refresh_from_db()
    assert (application.state, Decision.objects.count()) == ("opened", 0)


@pytest.mark.parametrize(
    "wrong", [{}, {"calls": 5}, {"calls": {"sms": "也许"}}, {"calls": {}}, [], "关", None]
)
def test_strange_choices_change_none(wrong: Any) -> None:
    seeker = make_applicant()
    reply = client_of(seeker).put("/api/me/notice-preferences", wrong, content_type="application/json")
    assert reply.status_code == 422
    error = reply.json()["error"]
    assert CHINESE_SENTENCE.search(error["message"])
    assert all(CHINESE_SENTENCE.search(sentence) for sentence in error["fields"].values()), error
    assert Preference.objects.count() == 0
