"""The export: behind a fresh proof, and never a formula."""

from __future__ import annotations

import io
import itertools
from typing import Any

import openpyxl
import pytest

from jobfair.accounts.models import User
from jobfair.applications.workbook import safe_text
from jobfair.core import clock
from jobfair.core.models import AuditEntry
from jobfair.resumes.models import Resume
from tests.applications.browser import get, stepped_up
from tests.applications.scene import Hiring, make_applicant

DANGEROUS = [
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1+1", "＋1", "－1", "＠x", "|cmd", "%0A=1",
    "\u200b=1", "\ufeff=1",
]  # fmt: skip
HARMLESS = ["电工", "5-10 年", "a=b", "王+李", "", "0123"]


@pytest.mark.unit
@pytest.mark.parametrize("text", DANGEROUS)
def test_what_a_spreadsheet_would_calculate_is_made_text(text: str) -> None:
    assert safe_text(text).startswith("'")


@pytest.mark.unit
@pytest.mark.parametrize("text", HARMLESS)
def test_plain_words_stay_as_they_are(text: str) -> None:
    assert safe_text(text) == text


@pytest.mark.unit
def test_control_characters_are_left_out() -> None:
    assert safe_text("a\x00b\x08\ufffec") == "abc"


@pytest.mark.integration
@pytest.mark.django_db
def test_an_export_needs_a_fresh_proof_and_is_recorded() -> None:
    hiring = Hiring(now=clock.now())
    recruiter = hiring.recruiter
    recruiter.phone, recruiter.phone_verified = "+8613800009999", True
    recruiter.save()
    names = itertools.cycle(["-赵", "赵一"])
    opened = [hiring.open(hiring.submit(applicant(next(names), f"={number}+1"))) for number in range(3)]
    unopened = hiring.submit(applicant("-王", "秘密自述"))
    path = f"/api/inboxes/{hiring.inbox.pk}/export.xlsx"
    refused = get(recruiter, path.removeprefix("/api"))
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "accounts.step_up_required")
    reply = stepped_up(recruiter).get(path)
    assert reply.status_code == 200
    assert reply["Content-Disposition"].startswith("attachment")
    sheet = openpyxl.load_workbook(io.BytesIO(reply.content)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(min_row=2))
    assert len(rows) == 4
    assert {cell.data_type for row in rows for cell in row} <= {"s", "inlineStr", "n", "d"}
    assert [
        cell.value for row in rows for cell in row if str(cell.value or "").startswith(tuple("=+-@"))
    ] == []
    assert rows[0][4].value is None  # nobody has opened it: no phone
    assert all(str(row[4].value).startswith("1380000") for row in rows[1:])
    assert "秘密自述" not in {cell.value for row in rows for cell in row}
    seen = AuditEntry.objects.filter(action="applications.resume_viewed", detail__how="export")
    assert set(seen.values_list("subject", flat=True)) == {f"application:{one.pk}" for one in opened}
    assert unopened.opened_at is None
    stranger = Hiring(now=clock.now()).recruiter
    assert stepped_up(stranger).get(path).status_code == 404


def applicant(name: str, summary: str) -> User:
    """Older rows may hold what the form refuses today."""
    seeker = make_applicant()
    resume = Resume.objects.get(seeker=seeker)
    resume.form = {**resume.form, "name": name, "summary": summary}
    resume.save()
    return seeker


@pytest.mark.integration
@pytest.mark.django_db
@pytest.mark.parametrize(("what", "status"), [("resume.pdf", 200), ("file", 404)])
def test_the_resume_leaves_as_an_attachment_and_each_look_is_recorded(what: str, status: int) -> None:
    hiring = Hiring(now=clock.now())
    application = hiring.submit()
    path = f"/inboxes/{hiring.inbox.pk}/applications/{application.pk}/{what}"
    reply: Any = get(hiring.recruiter, path)
    assert reply.status_code == status
    if status == 200:
        assert reply["Content-Disposition"].startswith("attachment")
        assert b"".join(reply.streaming_content).startswith(b"%PDF")
    application.refresh_from_db()
    assert application.state == "opened"
    for stranger in (Hiring(now=clock.now()).recruiter, application.seeker):
        assert get(stranger, path).status_code == 404
