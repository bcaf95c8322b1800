"""Saving as one types: two devices, lost answers, hostile text, and nothing half stored."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest
from django.db import connections

from jobfair.accounts.models import User
from jobfair.core import clock
from jobfair.core.models import AuditEntry
from jobfair.resumes.models import Resume
from jobfair.resumes.services import erase, move_resume, save_draft
from tests.accounts.visitor import Visitor
from tests.factories import make_seeker
from tests.resumes.people import COMPLETE, Device, client_of, form_of, make_applicant, make_newcomer

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]


def test_a_resume_is_filled_in_on_one_device_and_goes_on_on_another() -> None:
    seeker = make_newcomer()
    phone = Device(seeker)
    assert phone.load()["missing"].keys() == COMPLETE.keys()
    assert phone.save(name="王小明").json()["missing"].keys() == COMPLETE.keys() - {"name"}
    tablet = Device(seeker)
    assert tablet.load()["form"]["name"] == "王小明"
    rest = {field: value for field, value in COMPLETE.items() if field != "name"}
    assert tablet.save(**rest).json()["missing"] == {}
    assert form_of(seeker) == COMPLETE


def test_two_devices_editing_different_fields_come_together() -> None:
    seeker = make_newcomer()
    one, other = Device(seeker), Device(seeker)
    one.load(), other.load()
    assert one.save(name="王小明").status_code == 200
    merged = other.save(area="南通市")
    assert (merged.status_code, merged.json()["form"]["name"]) == (200, "王小明")
    assert form_of(seeker) == {"name": "王小明", "area": "南通市"}


def test_two_devices_editing_the_same_field_are_asked_and_nothing_is_lost() -> None:
    seeker = make_newcomer()
    one, other = Device(seeker), Device(seeker)
    one.load(), other.load()
    assert one.save(name="王小明", area="南通市").status_code == 200
    refused = other.save(name="王晓明", education="30")
    assert refused.status_code == 409
    error, theirs = refused.json()["error"], refused.json()["theirs"]
    assert (error["code"], list(error["fields"])) == ("resumes.stale", ["name"])
    assert (theirs["form"]["name"], theirs["revision"]) == ("王小明", 1)
    assert form_of(seeker) == {"name": "王小明", "area": "南通市"}
    other.seen = theirs["revision"]
    assert other.save(name="王晓明", education="30").status_code == 200
    assert form_of(seeker) == {"name": "王晓明", "area": "南通市", "education": "30"}


def test_a_save_whose_answer_was_lost_is_sent_again_without_a_clash() -> None:
    device = Device(make_newcomer())
    first = device.save(name="王小明")
    device.seen = 0
    again = device.save(name="王小明")
    assert (again.status_code, again.content) == (200, first.content)
    assert Resume.objects.get().revision == 1


def test_typing_fast_on_two_devices_at_once_loses_no_field() -> None:
    seeker = make_newcomer()
    fields = {"name": "王小明", "area": "南通市", "occupation": "电焊工", "summary": "能看图纸"}
    statuses: list[int] = []

    def type_in(field: str, value: str) -> None:
        device = Device(seeker)
        statuses.extend(device.save(**{field: value[: n + 1]}).status_code for n in range(len(value)))
        connections.close_all()

    threads = [threading.Thread(target=type_in, args=pair) for pair in fields.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(statuses) == {200}
    assert form_of(seeker) == fields


def test_emptying_a_field_is_a_change_and_leaving_it_out_is_none() -> None:
    seeker = make_applicant(pay_from=6000, skills=["焊工证"])
    device = Device(seeker)
    device.load()
    assert device.save(summary="", pay_from=None, skills=[]).json()["missing"].keys() == {"summary"}
    assert form_of(seeker) == {field: value for field, value in COMPLETE.items() if field != "summary"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "王" * 21}, "name"),
        ({"name": "小明😀"}, "name"),
        ({"name": "13800001234"}, "name"),
        ({"name": "空\x00字"}, "name"),
        ({"name": "\ud800"}, "name"),
        ({"summary": "好" * 501}, "summary"),
        ({"summary": "空\x00字"}, "summary"),
        ({"education": "博士后"}, "education"),
        ({"birth": "1990-13"}, "birth"),
        ({"birth": "去年"}, "birth"),
        ({"birth": "1800-01"}, "birth"),
        ({"birth": "2990-01"}, "birth"),
        ({"pay_from": -1}, "pay_from"),
        ({"pay_from": 10**9}, "pay_from"),
        ({"skills": ["焊"] * 13}, "skills"),
        ({"jobs": [{"employer": "厂" * 41}]}, "employer"),
        ({"salary": 1}, "salary"),
        ({"name": 5}, "name"),
        ({"jobs": "many"}, "jobs"),
    ],
)
def test_what_cannot_be_kept_is_refused_by_field_and_remedy(changes: dict[str, Any], field: str) -> None:
    seeker = make_newcomer()
    refused = Device(seeker).save(**changes)
    assert refused.status_code == 422
    assert list(refused.json()["error"]["fields"]) == [field]
    assert refused.json()["error"]["fields"][field].endswith("。")
    assert not Resume.objects.exclude(form={}).exists()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("８年焊工，ＣＡＤ", "8年焊工，CAD"),
        ("  两  头\t空格 ", "两 头 空格"),
        ("右\u202eנכשל\u202c左", "右נכשל左"),
        ("隐\u200b藏\ufeff字", "隐藏字"),
        ("控\x07制", "控制"),
        ("第一行\r\n\r\n\r\n\r\n第二行", "第一行\n\n第二行"),
        ("能吃苦 👷‍♀️", "能吃苦 👷‍♀️"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ('#read("/etc/passwd")', '#read("/etc/passwd")'),
    ],
)
def test_text_is_kept_as_meant_without_what_hides_in_it(typed: str, kept: str) -> None:
    seeker = make_newcomer()
    assert Device(seeker).save(summary=typed).json()["form"]["summary"] == kept
    assert form_of(seeker) == {"summary": kept}


@pytest.mark.parametrize(
    ("age_in_months", "status"), [(16 * 12 - 1, 422), (16 * 12, 422), (16 * 12 + 1, 200), (30 * 12, 200)]
)
def test_nobody_under_sixteen_is_taken_and_nothing_of_them_is_kept(age_in_months: int, status: int) -> None:
    """劳动法第十五条. In the month of the birthday it is not certain yet."""
    today = clock.today()
    born = today.year * 12 + today.month - 1 - age_in_months
    seeker = make_newcomer()
    reply = Device(seeker).save(name="小王", birth=f"{born // 12}-{born % 12 + 1:02d}")
    assert reply.status_code == status
    if status == 422:
        assert reply.json()["error"]["code"] == "resumes.minor"
        assert not Resume.objects.exclude(form={}).exists()


def test_a_draft_is_its_owners_own_and_not_in_the_log() -> None:
    seeker = make_applicant()
    for path in ("", "/preview", ".pdf", "/file"):
        assert client_of(None).get(f"/api/me/resume{path}").status_code == 401
    other = client_of(make_newcomer()).get("/api/me/resume").json()
    assert other["form"]["name"] == ""
    body = json.dumps({"based_on": 0, "changes": {"name": "王"}})
    assert client_of(None).put("/api/me/resume", body, content_type="application/json").status_code == 401
    told = json.dumps(list(AuditEntry.objects.values_list("detail", flat=True)), ensure_ascii=False)
    assert COMPLETE["name"] not in told
    assert seeker.phone
    assert seeker.phone[3:] not in json.dumps(Device(seeker).load())


def test_saving_too_often_is_asked_to_slow_down(monkeypatch: pytest.MonkeyPatch) -> None:
    from jobfair.core.limits import Limit
    from jobfair.resumes import api

    monkeypatch.setattr(api, "SAVES", Limit("resume-saves-tested", 2, api.SAVES.period))
    device = Device(make_newcomer())
    statuses = [device.save(name=name).status_code for name in ("王", "王小", "王小明")]
    assert statuses == [200, 200, 429]


def test_a_guests_draft_fills_the_accounts_blanks_and_overwrites_nothing() -> None:
    guest, account = make_seeker(guest=True), make_newcomer()
    now = clock.now()
    save_draft(seeker=guest, changes={"name": "客人", "area": "南通市"}, based_on=0, now=now)
    save_draft(seeker=account, changes={"name": "王小明"}, based_on=0, now=now)
    assert move_resume(guest_id=guest.pk, account_id=account.pk, now=now)
    assert form_of(account) == {"name": "王小明", "area": "南通市"}
    assert form_of(guest) == {}
    assert not move_resume(guest_id=guest.pk, account_id=account.pk, now=now)


def test_a_guest_who_signs_in_finds_what_was_typed(settings: Any) -> None:
    settings.SMS_SENDER = "tests.accounts.outbox.Outbox"
    visitor = Visitor()
    visitor.enter_as_guest()
    guest = User.objects.get(is_guest=True)
    save_draft(seeker=guest, changes={"name": "王小明"}, based_on=0, now=clock.now())
    visitor.sign_in()
    assert visitor.ask("me/resume").json()["form"]["name"] == "王小明"


def test_a_closed_accounts_draft_is_erased() -> None:
    seeker = make_applicant()
    assert erase(seeker_id=seeker.pk, now=clock.now())
    assert form_of(seeker) == {}
    assert not erase(seeker_id=make_newcomer().pk, now=clock.now())
