"""The attached file: checked, kept apart, swept when nobody names it, and safe from double clicks and kills."""

from __future__ import annotations

import io
import itertools
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections

from jobfair.accounts.models import User
from jobfair.core import clock
from jobfair.core.uploads import keeping
from jobfair.core.uploads.refusals import NoRoom
from jobfair.resumes import files, rules
from jobfair.resumes.models import Resume, ResumeFile
from jobfair.resumes.services import freeze, save_draft
from tests.core.uploads import good, hostile
from tests.factories import make_seeker
from tests.resumes.people import COMPLETE, client_of, make_applicant, make_newcomer

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]
PATH = "/api/me/resume/file"
_keys = itertools.count(1)


@pytest.fixture(autouse=True)
def state(tmp_path: Path, settings: Any) -> Path:
    settings.STATE_DIR = tmp_path
    return tmp_path


def kept(state: Path) -> list[Path]:
    return [one for one in (state / "uploads").rglob("*") if one.is_file()]


def send(user: User | None, data: bytes, name: str = "我的简历.pdf", *, key: str = "") -> Any:
    headers = {"Idempotency-Key": key or f"upload-{next(_keys):06d}"}
    return client_of(user).post(PATH, {"file": SimpleUploadedFile(name, data)}, headers=headers)


def test_a_file_is_attached_shown_downloaded_and_removed(state: Path) -> None:
    seeker = make_applicant()
    reply = send(seeker, good.pdf(2), "C:\\桌面\\我的简历.doc")
    assert reply.status_code == 200, reply.content.decode()
    assert (reply.json()["file"]["name"], reply.json()["file"]["pages"]) == ("我的简历.pdf", 2)
    got = client_of(seeker).get(PATH)
    assert b"".join(got.streaming_content).startswith(b"%PDF-")
    assert got["Content-Disposition"].startswith("attachment")
    assert got["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in got["Content-Security-Policy"]
    assert client_of(seeker).delete(PATH).json()["file"] is None
    assert client_of(seeker).get(PATH).status_code == 404
    assert client_of(seeker).delete(PATH).status_code == 200
    keeping.sweep_now(clock.now() + timedelta(hours=2))
    assert kept(state) == []


def test_a_late_repeat_gets_its_own_reply_and_never_takes_a_newer_files_place(state: Path) -> None:
    """The reply to the first was lost; another file came meanwhile; then the first phone tries again."""
    seeker, old = make_applicant(), good.pdf(1)
    first = send(seeker, old, "旧.pdf", key="upload-first")
    second = send(seeker, good.pdf(2), "新.pdf")
    again = send(seeker, old, "旧.pdf", key="upload-first")
    assert [reply.status_code for reply in (first, second, again)] == [200, 200, 200]
    assert again.json() == first.json()
    assert client_of(seeker).get("/api/me/resume").json()["file"]["name"] == "新.pdf"
    other = send(seeker, good.pdf(3), "旧.pdf", key="upload-first")
    assert (other.status_code, other.json()["error"]["code"]) == (409, "core.command_conflict")
    keyless = client_of(seeker).post(PATH, {"file": SimpleUploadedFile("a.pdf", good.pdf(1))})
    assert keyless.status_code == 422


@pytest.mark.parametrize(
    "made", [hostile.virus, hostile.docx_with_macros, hostile.pdf_with_a_password, hostile.nothing, good.xlsx]
)
def test_a_refused_file_says_why_and_leaves_the_form_as_it_was(state: Path, made: Any) -> None:
    seeker = make_applicant()
    reply = send(seeker, made())
    assert reply.status_code == 422
    assert reply.json()["error"]["fields"]["file"].endswith("。")
    assert kept(state) == []
    assert Resume.objects.get(seeker=seeker).form == COMPLETE
    assert not ResumeFile.objects.exists()


def test_fifty_megabytes_are_refused(state: Path) -> None:
    reply = send(make_applicant(), b"%PDF-1.7" + bytes(50 << 20))
    assert (reply.status_code, "10 MB" in reply.json()["error"]["fields"]["file"]) == (422, True)
    assert kept(state) == []


def test_a_full_disk_is_said_and_the_form_stays(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seeker = make_applicant()

    def full(size: int) -> None:
        raise NoRoom

    monkeypatch.setattr(keeping, "ensure_room", full)
    reply = send(seeker, good.pdf())
    assert (reply.status_code, reply.json()["error"]["code"]) == (507, "uploads.no_room")
    assert Resume.objects.get(seeker=seeker).form == COMPLETE


def test_a_transaction_that_fails_after_the_check_leaves_only_what_is_swept(
    state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from jobfair.resumes import services

    def fail(*_: Any, **__: Any) -> None:
        raise OSError("the database went away")

    monkeypatch.setattr(services, "emit", fail)
    client = client_of(make_applicant())
    client.raise_request_exception = False
    sent = {"file": SimpleUploadedFile("a.pdf", good.pdf())}
    assert client.post(PATH, sent, headers={"Idempotency-Key": "upload-fails"}).status_code == 500
    assert not ResumeFile.objects.exists()
    assert len(kept(state)) == 1
    keeping.sweep_now(clock.now() + timedelta(hours=2))
    assert kept(state) == []


def test_two_clicks_attach_one_file(state: Path) -> None:
    seeker, data = make_applicant(), good.docx()
    statuses: list[int] = []

    def click() -> None:
        statuses.append(send(seeker, data, "简历.docx").status_code)
        connections.close_all()

    threads = [threading.Thread(target=click) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [200, 200]
    assert ResumeFile.objects.count() == 1
    keeping.sweep_now(clock.now() + timedelta(hours=2))
    assert len(kept(state)) == 1


def test_a_replaced_file_goes_unless_a_version_went_out_with_it(state: Path) -> None:
    seeker = make_applicant()
    send(seeker, good.pdf(1))
    version = freeze(seeker=seeker, now=clock.now())
    send(seeker, good.pdf(2))
    send(seeker, good.pdf(3))
    assert sorted(ResumeFile.objects.values_list("pages", flat=True)) == [1, 3]
    keeping.sweep_now(clock.now() + timedelta(hours=2))
    assert len(kept(state)) == 2
    reply = files.version_file(version)
    assert b"".join(reply).startswith(b"%PDF-")  # type: ignore[arg-type]
    reply.close()
    assert freeze(seeker=seeker, now=clock.now()).number == 2


def test_a_file_speaks_for_the_experience_but_not_for_the_name() -> None:
    seeker = make_newcomer()
    brief = {field: COMPLETE[field] for field in ("name", "birth", "area", "occupation", "education")}
    save_draft(seeker=seeker, changes=brief, based_on=0, now=clock.now())
    with pytest.raises(rules.ResumeIncomplete):
        freeze(seeker=seeker, now=clock.now())
    assert send(seeker, good.docx(), "简历.docx").json()["missing"] == {}
    version = freeze(seeker=seeker, now=clock.now())
    assert version.file is not None
    assert version.file.name == "简历.docx"


def test_a_file_is_its_owners_own_and_a_guest_sends_none(state: Path) -> None:
    send(make_applicant(), good.pdf())
    assert client_of(make_newcomer()).get(PATH).status_code == 404
    assert send(None, good.pdf()).status_code == 401
    assert send(make_seeker(guest=True), good.pdf()).status_code == 401
    assert len(kept(state)) == 1
    missing = client_of(make_applicant()).post(PATH, {}, headers={"Idempotency-Key": "upload-nothing"})
    assert (missing.status_code, list(missing.json()["error"]["fields"])) == (422, ["file"])


def test_uploads_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    from jobfair.core.limits import Limit
    from jobfair.resumes import api

    monkeypatch.setattr(api, "UPLOADS", (Limit("resume-uploads-tested", 1, timedelta(minutes=1)),))
    seeker = make_applicant()
    assert [send(seeker, good.pdf()).status_code for _ in range(2)] == [200, 429]


def test_an_upload_broken_off_half_way_leaves_nothing(state: Path) -> None:
    """The connection ends inside the file's part: Django gives what came, which is no whole PDF."""
    whole = good.pdf()
    assert send(make_applicant(), whole[: len(whole) // 3]).status_code == 422
    assert kept(state) == []
    assert io.BytesIO(whole).read(5) == b"%PDF-"
