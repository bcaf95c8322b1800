"""What goes with an application is frozen: complete, equal content once, never changed."""

from __future__ import annotations

import threading

import pytest
from django.db import connections

from jobfair.core import clock
from jobfair.core.models import AuditEntry
from jobfair.resumes import rules
from jobfair.resumes.models import FrozenError, Resume, ResumeVersion
from jobfair.resumes.schemas import ResumeVersionOut
from jobfair.resumes.services import freeze, save_draft
from tests.factories import make_seeker
from tests.resumes.people import COMPLETE, Device, make_applicant, make_newcomer

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]


def test_a_version_stays_as_it_was_sent() -> None:
    seeker = make_applicant()
    first = freeze(seeker=seeker, now=clock.now())
    save_draft(seeker=seeker, changes={"summary": "改过了"}, based_on=99, now=clock.now())
    second = freeze(seeker=seeker, now=clock.now())
    assert (first.number, second.number) == (1, 2)
    assert ResumeVersion.objects.get(pk=first.pk).form["summary"] == COMPLETE["summary"]
    with pytest.raises(FrozenError):
        first.save()


def test_equal_content_is_one_version_however_often_it_is_sent() -> None:
    seeker = make_applicant()
    found: list[int] = []

    def send() -> None:
        found.append(freeze(seeker=seeker, now=clock.now()).pk)
        connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1
    assert AuditEntry.objects.filter(action="resumes.frozen").count() == 1
    save_draft(seeker=seeker, changes={"summary": "改过了"}, based_on=9, now=clock.now())
    save_draft(seeker=seeker, changes={"summary": COMPLETE["summary"]}, based_on=9, now=clock.now())
    assert freeze(seeker=seeker, now=clock.now()).pk == found[0]


def test_an_incomplete_resume_is_refused_by_what_is_missing() -> None:
    seeker = make_newcomer()
    save_draft(seeker=seeker, changes={"name": "王小明"}, based_on=0, now=clock.now())
    with pytest.raises(rules.ResumeIncomplete) as refused:
        freeze(seeker=seeker, now=clock.now())
    assert refused.value.fields.keys() == COMPLETE.keys() - {"name"}
    assert not ResumeVersion.objects.exists()


def test_without_a_verified_phone_nothing_is_frozen() -> None:
    guest = make_seeker(guest=True)
    save_draft(seeker=guest, changes=COMPLETE, based_on=0, now=clock.now())
    with pytest.raises(rules.ResumeIncomplete) as refused:
        freeze(seeker=guest, now=clock.now())
    assert refused.value.fields.keys() == {"phone"}


def test_a_minor_who_got_past_the_form_is_refused_all_the_same() -> None:
    seeker = make_applicant()
    today = clock.today()
    Resume.objects.filter(seeker=seeker).update(form={**COMPLETE, "birth": f"{today.year - 15}-01"})
    with pytest.raises(rules.Minor):
        freeze(seeker=seeker, now=clock.now())


def test_the_preview_is_what_the_employer_will_see() -> None:
    seeker = make_applicant(
        pay_from=6000, jobs=[{"employer": "示例机械厂", "role": "焊工", "since": "2016-03"}]
    )
    preview = Device(seeker).client.get("/api/me/resume/preview").json()
    sent = ResumeVersionOut.of(freeze(seeker=seeker, now=clock.now())).wire()
    for told_apart in ("number", "at"):
        preview.pop(told_apart)
        sent.pop(told_apart)
    assert preview == sent
    assert "1990" not in str(sent)
    assert (sent["name"], sent["education_label"], sent["experience_label"]) == ("王小明", "初中", "5–10 年")
    assert sent["phone"] == (seeker.phone or "").removeprefix("+86")


def test_no_more_than_eight_fields_are_asked_of_anyone() -> None:
    seeker = make_seeker(guest=True)
    assert len(Device(seeker).load()["missing"]) == 8
