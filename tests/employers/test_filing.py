"""An employer registers, shows its papers and hands its file in."""

from __future__ import annotations

from datetime import timedelta

import pytest

from jobfair.core.models import AuditEntry
from jobfair.employers.models import Employer, JoinRequest, Licence, Recruiter
from jobfair.fairs.models import Fair
from tests.core.uploads import hostile
from tests.core.uploads.good import pdf
from tests.employers.page import Page, error, photo, read
from tests.factories import (
    credit_code,
    make_employer,
    make_fair,
    make_organiser,
    make_recruiter_of,
    make_seeker,
)

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

FILE = {"name": "示例(南通)公司", "area": "通州区", "contact": "王主管", "contact_phone": "13800001234"}


@pytest.fixture
def li():
    """Someone with a verified phone, who acts for nobody yet."""
    user = make_seeker(name="李四")
    user.phone, user.phone_verified = "+8613800007001", True
    user.save()
    return user


def register(page: Page, code: str, **more):
    return page.tell("employers", credit_code=code, **FILE | more)


def test_from_registration_to_the_review_desk(li):
    page, code = Page(li), credit_code(1)
    made = register(page, f" {code.lower()} ").json()
    file = made["employer"]
    assert (file["name"], file["credit_code"], file["state"]) == ("示例（南通）公司", code, "registered")
    assert made["asked"] is None
    assert list(file["missing"]) == ["paper_business"]

    refused = page.tell(f"employers/{file['id']}/submit")
    assert (refused.status_code, error(refused)["code"]) == (422, "employers.file_incomplete")
    assert list(error(refused)["fields"]) == ["paper_business"]
    shown = page.upload(f"employers/{file['id']}/licences/business", photo())
    assert shown.status_code == 200, shown.content.decode()
    assert (shown.json()["missing"], shown.json()["papers"][0]["name"]) == ({}, "licence.jpg")
    handed = page.tell(f"employers/{file['id']}/submit").json()
    assert (handed["state"], handed["submitted_at"] is not None) == ("in_review", True)
    assert page.tell(f"employers/{file['id']}/submit").json() == handed
    said = list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))
    assert said == [
        "employers.employer_registered",
        "employers.recruiter_appointed",
        "employers.licence_added",
        "employers.employer_submitted",
    ]


def test_pressing_twice_registers_once(li):
    page, code = Page(li), credit_code(2)
    first = page.tell("employers", key="same-key-1", credit_code=code, **FILE)
    again = page.tell("employers", key="same-key-1", credit_code=code, **FILE)
    assert (first.status_code, again.json()) == (200, first.json())
    assert register(page, code).json()["employer"]["id"] == first.json()["employer"]["id"]
    assert (Employer.objects.count(), Recruiter.objects.count()) == (1, 1)
    other = page.tell("employers", key="same-key-1", credit_code=code, **FILE | {"name": "别的公司"})
    assert other.status_code == 409


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("credit_code", ""),
        ("credit_code", "91320600MA0000001X"),
        ("credit_code", "9" * 401),
        ("credit_code", "9132\x0006"),
        ("name", "😀😀"),
        ("name", "示例\u202e公司"),
        ("contact_phone", "110"),
        ("area", "区" * 41),
    ],
)
def test_bad_input_names_its_field_and_stores_nothing(li, field, text):
    reply = Page(li).tell("employers", **{"credit_code": credit_code(3)} | FILE | {field: text})
    assert (reply.status_code, list(error(reply)["fields"])) == (422, [field])
    assert Employer.objects.count() == 0


def test_full_width_digits_are_no_error(li):
    wide = "".join(chr(ord(char) + 0xFEE0) for char in credit_code(4))
    assert register(Page(li), wide).json()["employer"]["credit_code"] == credit_code(4)


def test_who_has_no_verified_phone_does_not_register():
    assert error(register(Page(make_seeker()), credit_code(5)))["code"] == "employers.phone_needed"
    assert register(Page(make_seeker(guest=True)), credit_code(5)).status_code == 401
    assert register(Page(None), credit_code(5)).status_code == 401
    assert Employer.objects.count() == 0


def test_a_known_code_asks_to_join_and_tells_nothing_of_the_employer(li):
    known = make_employer()
    known.credit_code, known.name = credit_code(6), "真正的名字有限公司"
    known.contact, known.contact_phone = "真联系人", "13800009999"
    known.save()
    colleague = make_recruiter_of(known)
    page = Page(li)
    reply = register(page, credit_code(6))
    asked = reply.json()["asked"]
    assert (reply.json()["employer"], asked["stated_name"]) == (None, "示例（南通）公司")
    told = reply.content.decode() + page.ask("me/employers").content.decode()
    for secret in ("真正的名字", "真联系人", "13800009999", "verified"):
        assert secret not in told
    assert register(page, credit_code(6)).json()["asked"]["id"] == asked["id"]
    assert JoinRequest.objects.count() == 1
    assert page.ask(f"employers/{known.pk}/file").status_code == 404

    path = f"employers/{known.pk}/join-requests/{asked['id']}/answer"
    assert page.tell(path, accept=True).status_code == 404
    assert Page(colleague).tell(path, accept=True).status_code == 200
    assert Page(colleague).tell(path, accept=True).status_code == 200
    assert error(Page(colleague).tell(path, accept=False))["code"] == "employers.request_answered"
    assert page.ask(f"employers/{known.pk}/file").json()["name"] == "真正的名字有限公司"


def test_where_nobody_recruits_yet_the_organiser_lets_the_first_in(li):
    fair = make_fair()
    known = make_employer()
    known.credit_code = credit_code(7)
    known.save()
    known.participations.create(fair=fair)
    asked = register(Page(li), credit_code(7)).json()["asked"]
    boss = Page(make_organiser(fair))
    shown = boss.ask(f"review/employers/{known.pk}").json()
    assert [row["id"] for row in shown["requests"]] == [asked["id"]]
    stranger = Page(make_organiser(make_fair()))
    path = f"employers/{known.pk}/join-requests/{asked['id']}/answer"
    assert stranger.tell(path, accept=True).status_code == 404
    assert boss.tell(path, accept=True).status_code == 200
    assert Recruiter.objects.get().user == li


def test_a_change_made_on_an_old_page_is_refused_whole(li):
    page = Page(li)
    file = register(page, credit_code(8)).json()["employer"]
    path, body = f"employers/{file['id']}/file", FILE | {"revision": file["revision"]}
    assert page.tell(path, **body | {"area": "海门区"}).json()["area"] == "海门区"
    reply = page.tell(path, **body | {"area": "如东县"})
    assert (reply.status_code, error(reply)["code"]) == (409, "employers.file_changed")
    assert page.ask(path).json()["area"] == "海门区"


def test_a_verified_employer_that_changes_its_name_is_looked_at_again(li):
    employer = make_employer()
    employer.name = "示例企业有限公司"
    employer.save()
    page = Page(make_recruiter_of(employer))
    same = page.tell(f"employers/{employer.pk}/file", **FILE | {"name": employer.name, "revision": 1}).json()
    assert same["state"] == "verified"
    other = page.tell(f"employers/{employer.pk}/file", **FILE | {"revision": same["revision"]}).json()
    assert (other["state"], other["submitted_at"] is not None) == ("in_review", True)


def test_an_agency_shows_its_permit_too(li):
    page = Page(li)
    file = register(page, credit_code(9), kind="agency").json()["employer"]
    assert set(file["missing"]) == {"permit_number", "paper_business", "paper_permit"}
    assert file["papers_asked"] == ["business", "permit"]


def test_a_licence_is_an_attachment_without_its_metadata_for_those_with_a_right(li):
    page, fair = Page(li), make_fair()
    file = register(page, credit_code(10)).json()["employer"]
    sent = photo(place=True)
    assert b"PhoneOfTheOwner" in sent
    papers = page.upload(f"employers/{file['id']}/licences/business", sent, "执照 扫描.jpg").json()["papers"]
    path = f"employers/{file['id']}/licence-files/{papers[0]['id']}"
    reply = page.ask(path)
    content = read(reply)
    assert reply.status_code == 200
    assert reply["Content-Disposition"].startswith("attachment")
    assert reply["X-Content-Type-Options"] == "nosniff"
    assert content.startswith(b"\xff\xd8")
    assert b"PhoneOfTheOwner" not in content
    reviewed = Page(make_organiser(fair)).ask(path)  # of no fair yet: any organiser reviews it
    assert (reviewed.status_code, read(reviewed)) == (200, content)
    for other in (None, make_seeker(), make_recruiter_of(make_employer())):
        assert Page(other).ask(path).status_code == (401 if other is None else 404)
    assert AuditEntry.objects.filter(action="employers.licence_read").count() == 2


def test_the_same_file_again_changes_nothing_and_another_replaces_it(li):
    page = Page(li)
    file = register(page, credit_code(11)).json()["employer"]
    path = f"employers/{file['id']}/licences/business"
    first = page.upload(path, photo()).json()
    assert page.upload(path, photo()).json() == first
    second = page.upload(path, pdf(), "licence.pdf").json()
    assert [paper["content_type"] for paper in second["papers"]] == ["application/pdf"]
    assert Licence.objects.count() == 2


def svg() -> bytes:
    return b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    "make",
    [
        hostile.nothing,
        hostile.virus,
        hostile.pdf_that_is_a_zip,
        hostile.png_of_a_billion_pixels,
        hostile.pdf_with_a_password,
        svg,
        lambda: b"\xff\xd8\xff" + bytes(50 << 20),
    ],
)
def test_what_is_no_licence_is_refused_with_a_remedy_and_kept_nowhere(li, make, settings):
    page = Page(li)
    file = register(page, credit_code(12)).json()["employer"]
    reply = page.upload(f"employers/{file['id']}/licences/business", make(), "licence.jpg")
    assert (reply.status_code, list(error(reply)["fields"])) == (422, ["file"])
    assert error(reply)["fields"]["file"]
    assert Licence.objects.count() == 0
    kept = [path for path in settings.STATE_DIR.rglob("*") if path.is_file() and "licences" in path.parts]
    assert kept == []


def test_ones_own_list_costs_the_same_whatever_it_holds(li, django_assert_num_queries):
    page = Page(li)
    for number in range(3):
        register(page, credit_code(20 + number))
    page.ask("me/employers")
    with django_assert_num_queries(6):
        assert len(page.ask("me/employers").json()["employers"]) == 3


def test_a_fair_is_applied_for_once_and_decided_by_its_organiser(li):
    page, fair = Page(li), make_fair(closes=timedelta(days=4000))
    employer = register(page, credit_code(30)).json()["employer"]["id"]
    choices = page.ask(f"employers/{employer}/participations").json()["fairs"]
    assert [choice["slug"] for choice in choices] == [fair.slug]
    body = {"fair_slug": fair.slug, "contact": "赵经理", "contact_phone": "0513-80000002"}
    made = page.tell(f"employers/{employer}/participations", **body).json()
    again = page.tell(f"employers/{employer}/participations", **body).json()
    assert (made, made["fairs"]) == (again, [])
    (own,) = made["participations"]
    assert (own["state"], own["contact"]) == ("applied", "赵经理")

    boss, path = Page(make_organiser(fair)), f"review/participations/{own['id']}/decide"
    assert Page(make_organiser(make_fair())).tell(path, accept=True).status_code == 404
    refused = boss.tell(path, accept=False)
    assert list(error(refused)["fields"]) == ["reason"]
    assert boss.tell(path, accept=False, reason="展位已满").json()["state"] == "refused"
    assert page.tell(f"employers/{employer}/participations", **body).status_code == 409
    assert boss.tell(path, accept=True).json()["state"] == "accepted"
    assert boss.tell(path, accept=True).json()["state"] == "accepted"
    assert page.tell(f"participations/{own['id']}/withdraw").status_code == 409
    changed = page.tell(f"participations/{own['id']}/contact", contact="钱工", contact_phone="13800001111")
    assert changed.json()["contact"] == "钱工"


def test_a_closed_fair_takes_no_applications(li):
    page, fair = Page(li), make_fair()
    Fair.objects.filter(pk=fair.pk).update(state=Fair.State.CLOSED)
    employer = register(page, credit_code(31)).json()["employer"]["id"]
    body = {"fair_slug": fair.slug, "contact": "赵经理", "contact_phone": "0513-80000002"}
    reply = page.tell(f"employers/{employer}/participations", **body)
    assert (reply.status_code, error(reply)["code"]) == (409, "employers.fair_not_open")
