"""Taking one's data along, and closing one's account."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from booths.models import Ticket
from booths.services import take_ticket
from jobfair.accounts.models import User
from jobfair.applications import jobs, live, my_data, rules, services
from jobfair.applications.models import Application, DataExport, LockedRecord
from jobfair.core import clock
from jobfair.core import jobs as durable_jobs
from jobfair.core.errors import NotFound, NotSignedIn
from jobfair.realtime.models import StreamEvent
from tests.applications.browser import get, post, stepped_up
from tests.applications.scene import Hiring, make_applicant
from tests.factories import make_booth

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]

NAME = "古力娜扎尔"


def ask(me: User) -> Any:
    """Ask for an export, just after a fresh code to the phone."""
    return post(me, "/me/exports", client=stepped_up(me))


def run_jobs() -> None:
    while durable_jobs.run_next(clock.now()):
        pass


def test_an_export_holds_what_is_kept_about_me_and_nobody_else() -> None:
    hiring, me = Hiring(now=clock.now()), make_applicant(name="李小红")
    mine = hiring.open(hiring.submit(me))
    booth = make_booth(hiring.fair, now=clock.now())
    take_ticket(booth=booth, seeker=me, channel="onsite", now=clock.now())
    theirs = hiring.submit(make_applicant(name="别人"))
    asked = ask(me)
    assert (asked.status_code, asked.json()["ready_at"]) == (201, None)
    assert ask(me).json()["id"] == asked.json()["id"]
    run_jobs()
    (ready,) = get(me, "/me/exports").json()["exports"]
    fetched = stepped_up(me).get(f"/api/me/exports/{ready['id']}/file")
    assert fetched["Content-Disposition"].startswith("attachment")
    assert len(fetched.content) == ready["size"]
    with zipfile.ZipFile(io.BytesIO(fetched.content)) as archive:
        text = archive.read("data.json").decode()
    data = json.loads(text)
    assert data["account"]["phone"] == me.phone
    (application,) = data["applications"]
    assert application["receipt"] == mine.receipt
    assert [step["state"] for step in application["steps"]] == ["submitted", "opened"]
    assert [view["how"] for view in application["resume_views"]] == ["screen"]
    assert [one["employer"] for one in data["consents"]] == [hiring.employer.name]
    (ticket,) = data["tickets"]
    assert (ticket["employer"], ticket["state"]) == (booth.employer.name, "waiting")
    assert [hiring.employer.name in one["text"] for one in data["notices"]] == [True]
    assert f'"{theirs.receipt}"' not in text
    assert "别人" not in text


def test_the_link_is_the_owners_and_runs_out() -> None:
    me, other = make_applicant(), make_applicant()
    ask(me)
    run_jobs()
    export = DataExport.objects.get()
    path = my_data.folder() / export.file
    assert path.is_file()
    for stranger, status in ((other, 404), (None, 401)):
        assert get(stranger, f"/me/exports/{export.pk}/file").status_code == status
    later = export.expires_at
    with pytest.raises(NotFound):
        services.fetch_export(export=export, by=me, now=later)
    assert jobs.purge_exports(later - timedelta(seconds=1)) == 0
    assert jobs.purge_exports(later) == 1
    assert not path.exists()
    assert get(me, "/me/exports").json() == {"exports": []}


def test_a_phone_left_on_a_table_takes_nothing_along_and_closes_nothing() -> None:
    """Each asks for a fresh code first; a stranger's file stays as missing as it was."""
    me, other = make_applicant(), make_applicant()
    ask(me)
    run_jobs()
    file = f"/me/exports/{DataExport.objects.get().pk}/file"
    refused = [post(me, "/me/exports"), get(me, file), post(me, "/me/close")]
    assert [(one.status_code, one.json()["error"]["code"]) for one in refused] == [
        (403, "accounts.step_up_required")
    ] * 3
    assert stepped_up(other).get(f"/api{file}").status_code == 404
    me.refresh_from_db()
    assert (me.is_active, DataExport.objects.count()) == (True, 1)
    assert stepped_up(me).get(f"/api{file}").status_code == 200


def test_exports_are_limited() -> None:
    me = make_applicant()
    for _ in range(5):
        assert ask(me).status_code == 201
        run_jobs()
    refused = ask(me)
    assert (refused.status_code, refused.json()["error"]["code"]) == (429, "core.too_many")


def test_a_closed_account_leaves_every_inbox_at_once_and_is_locked_away() -> None:
    hiring, me = Hiring(now=clock.now()), make_applicant(name=NAME)
    phone = me.phone or ""
    open_one = hiring.submit(me)
    other_fair = Hiring(now=clock.now())
    rejected = other_fair.open(other_fair.submit(me))
    other_fair.decide(rejected, to="rejected", reason="filled")
    ask(me)
    run_jobs()
    file = my_data.folder() / DataExport.objects.get().file
    take_ticket(booth=make_booth(hiring.fair, now=clock.now()), seeker=me, channel="onsite", now=clock.now())
    closed = post(me, "/me/close", client=stepped_up(me))
    assert closed.status_code == 200
    states = {one.pk: one.state for one in Application.objects.all()}
    assert states == {open_one.pk: "withdrawn", rejected.pk: "rejected"}
    for one in (hiring, other_fair):
        snapshot = live.inbox_snapshot(one.recruiter, one.inbox.pk)
        assert (snapshot.applications, set(snapshot.counts.values())) == ([], {0})
        opened = f"/inboxes/{one.inbox.pk}/applications"
        assert get(one.recruiter, opened).json() == {"items": [], "next": None}
    assert post(other_fair.recruiter, f"{opened}/{rejected.pk}/open").status_code == 404
    assert not file.exists()
    record = LockedRecord.objects.get(user=me)
    assert record.phone == phone
    assert record.kept_until - record.locked_at >= timedelta(days=3 * 365)
    assert [ticket.state for ticket in Ticket.objects.filter(seeker=me)] == ["left"]
    me.refresh_from_db()
    assert (me.phone, me.display_name, me.is_active) == (None, "", False)
    assert get(me, "/me/applications").status_code == 401
    assert not StreamEvent.objects.filter(topic=f"user:{me.pk}:applications").exists()
    User.objects.create_user("again", phone=phone, phone_verified=True).delete()
    with pytest.raises(NotSignedIn):
        services.close_account(user=me, now=clock.now())
    assert jobs.forget_records(record.kept_until - timedelta(seconds=1)) == 0
    assert jobs.forget_records(record.kept_until) == 1
    with connection.cursor() as cursor:
        for table in (
            "applications_lockedrecord",
            "accounts_user",
            "resumes_resume",
            "resumes_resumeversion",
        ):
            cursor.execute(f"SELECT * FROM {table}")
            assert [row for row in cursor.fetchall() if phone in str(row) or NAME in str(row)] == [], table


def test_whoever_holds_an_office_does_not_close_the_account() -> None:
    hiring = Hiring()
    with pytest.raises(rules.HoldsOffice):
        services.close_account(user=hiring.recruiter, now=clock.now())
    assert hiring.recruiter.is_active
