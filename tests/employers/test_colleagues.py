"""Colleagues: invited by a link that works once, for one number, for three days; removed at once."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from jobfair.core import clock
from jobfair.core.models import AuditEntry, CommandResult
from jobfair.employers import services
from jobfair.employers.models import Invitation, Recruiter
from jobfair.realtime.models import StreamEvent
from tests.employers.page import Page, error
from tests.factories import make_employer, make_recruiter_of, make_seeker

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

PHONE = "13800007100"


@pytest.fixture
def employer():
    return make_employer()


@pytest.fixture
def boss(employer):
    return make_recruiter_of(employer)


@pytest.fixture
def qian():
    user = make_seeker(name="钱工")
    user.phone, user.phone_verified = "+86" + PHONE, True
    user.save()
    return user


def invite(boss, employer, phone: str = PHONE) -> str:
    reply = Page(boss).tell(f"employers/{employer.pk}/invitations", phone=phone)
    assert reply.status_code == 200, reply.content.decode()
    return reply.json()["token"]


def accept(user, token: str):
    return Page(user).tell("employer-invitations/accept", token=token)


def test_the_invited_sees_who_invites_and_becomes_a_recruiter(employer, boss, qian):
    token = invite(boss, employer, " 138 0000 7100 ")
    shown = Page(qian).tell("employer-invitations/look", token=token).json()
    assert (shown["employer_name"], shown["invited_by"]) == (employer.name, "招聘员")
    assert accept(qian, token).json() == {"employer_id": employer.pk, "employer_name": employer.name}
    assert Recruiter.objects.filter(employer=employer, user=qian).count() == 1
    assert accept(qian, token).status_code == 200  # pressed twice
    assert AuditEntry.objects.filter(action="employers.recruiter_appointed").count() == 1
    assert Page(qian).ask(f"employers/{employer.pk}/file").status_code == 200


def test_each_way_a_link_may_fail_has_its_own_words(employer, boss, qian):
    stranger = make_seeker()
    used, over, revoked = (invite(boss, employer, phone) for phone in (PHONE, "13800007101", "13800007102"))
    assert error(accept(stranger, used)) == {
        "code": "employers.invitation_for_another",
        "message": "这个邀请是发给 138****7100 的，请用这个手机号登录后再打开链接。",
        "fields": {},
        "retry_after": None,
    }
    accept(qian, used)
    services.remove_recruiter(recruiter=Recruiter.objects.get(user=qian), by=boss, now=clock.now())
    assert error(accept(qian, used))["code"] == "employers.invitation_used"
    Invitation.objects.filter(phone="+8613800007101").update(expires_at=clock.now() - timedelta(seconds=1))
    assert error(accept(qian, over))["code"] == "employers.invitation_expired"
    taken_back = Invitation.objects.get(phone="+8613800007102")
    path = f"employers/{employer.pk}/invitations/{taken_back.pk}/revoke"
    assert Page(stranger).tell(path).status_code == 404
    assert Page(boss).tell(path).json()["invitations"] == []
    assert Page(boss).tell(path).status_code == 200
    assert error(accept(qian, revoked))["code"] == "employers.invitation_revoked"
    assert error(accept(qian, "nobody-made-this"))["code"] == "employers.invitation_unknown"
    assert accept(None, used).status_code == 401
    for token in (used, over, revoked):
        assert Page(qian).tell("employer-invitations/look", token=token).status_code == 409
    assert Recruiter.objects.filter(user__in=[qian, stranger]).count() == 0


def test_inviting_again_ends_the_earlier_link(employer, boss, qian):
    first, second = invite(boss, employer), invite(boss, employer)
    assert error(accept(qian, first))["code"] == "employers.invitation_revoked"
    assert accept(qian, second).status_code == 200


def test_no_table_and_no_audit_row_holds_a_token(employer, boss):
    token = invite(boss, employer)
    stored = [
        json.dumps(list(model.objects.values()), default=str)
        for model in (Invitation, AuditEntry, CommandResult, StreamEvent)
    ]
    assert all(token not in rows for rows in stored)
    shown = Page(boss).ask(f"employers/{employer.pk}/colleagues").json()
    assert [row["phone_masked"] for row in shown["invitations"]] == ["138****7100"]


@pytest.mark.parametrize("phone", ["", "12345", "1" * 401, "139\x00", "😀"])
def test_a_number_that_is_none_is_refused(employer, boss, phone):
    reply = Page(boss).tell(f"employers/{employer.pk}/invitations", phone=phone)
    assert (reply.status_code, list(error(reply)["fields"])) == (422, ["phone"])
    assert Invitation.objects.count() == 0


def test_guessing_tokens_stops(qian):
    replies = [accept(qian, f"guess-{number}").status_code for number in range(21)]
    assert replies == [404] * 20 + [429]


def test_a_removed_colleague_loses_the_file_the_links_and_the_open_screens(employer, boss, qian):
    accept(qian, invite(boss, employer))
    sent = invite(qian, employer, "13800007103")
    row = Recruiter.objects.get(user=qian)
    path = f"employers/{employer.pk}/recruiters/{row.pk}/remove"
    assert [one["name"] for one in Page(boss).tell(path).json()["recruiters"]] == ["招聘员"]
    assert Page(boss).tell(path).status_code == 404
    assert Page(qian).ask(f"employers/{employer.pk}/file").status_code == 404
    assert Invitation.objects.get(phone="+8613800007103").revoked_at is not None
    assert sent
    told = StreamEvent.objects.filter(topic="system:0", type="realtime.revoked")
    assert [event.payload["user_id"] for event in told] == [qian.pk]


def test_the_last_recruiter_stays(employer, boss):
    own = Recruiter.objects.get(user=boss)
    reply = Page(boss).tell(f"employers/{employer.pk}/recruiters/{own.pk}/remove")
    assert (reply.status_code, error(reply)["code"]) == (409, "employers.last_recruiter")
    assert Recruiter.objects.filter(pk=own.pk).exists()


def test_nobody_sees_anothers_colleagues(employer, boss):
    other = make_recruiter_of(make_employer())
    for user, status in ((other, 404), (make_seeker(), 404), (None, 401)):
        assert Page(user).ask(f"employers/{employer.pk}/colleagues").status_code == status
        assert Page(user).tell(f"employers/{employer.pk}/invitations", phone=PHONE).status_code == status
