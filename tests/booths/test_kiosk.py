"""A walk-in's number on paper: one press, one number; claimed on a phone, once."""

from __future__ import annotations

import pytest
from django.db import connection

from booths import claims, rules, services
from booths.models import Booth, Call, LineRule, Ticket
from jobfair.accounts.models import User
from jobfair.core import clock
from jobfair.core.models import AuditEntry
from tests.booths.test_api import client_of, post
from tests.factories import (
    desks_of,
    make_booth,
    make_fair,
    make_organiser,
    make_recruiter,
    make_seeker,
)
from tests.invariants import violations

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def booth() -> Booth:
    now = clock.now()
    return make_booth(make_fair(now=now), now=now)


@pytest.fixture
def clerk(booth: Booth) -> User:
    return make_organiser(booth.fair)


def paper(booth: Booth, clerk: User) -> services.Paper:
    return services.give_kiosk_ticket(booth=booth, seeker=None, by=clerk, now=clock.now())


def claim(one: services.Paper, seeker: User) -> Ticket:
    return services.claim_ticket(label=one.ticket.label, code=one.code, seeker=seeker, now=clock.now())


def assert_sound() -> None:
    with connection.cursor() as cursor:
        assert violations(cursor) == []


def test_one_press_one_paper_and_a_repeat_prints_the_same(booth: Booth, clerk: User) -> None:
    path = f"/fairs/{booth.fair.slug}/kiosk/tickets"
    printed = post(clerk, path, {"booth_id": booth.pk}, "one-press-1")
    again = post(clerk, path, {"booth_id": booth.pk}, "one-press-1")
    assert (printed.status_code, again.json()) == (201, printed.json())
    body = printed.json()
    assert body["ticket"]["label"] == f"{booth.number}-001"
    assert body["claim_code"] in body["claim_url"]
    assert body["qr_svg"].startswith("<svg")
    assert Ticket.objects.count() == 1
    assert body["claim_code"] not in str(list(AuditEntry.objects.values_list("detail", flat=True)))


def test_a_phone_with_an_account_gets_the_ticket_itself(booth: Booth, clerk: User) -> None:
    account = make_seeker()
    User.objects.filter(pk=account.pk).update(phone="+8613800005555", phone_verified=True)
    path = f"/fairs/{booth.fair.slug}/kiosk/tickets"
    known = post(clerk, path, {"booth_id": booth.pk, "phone": "138 0000 5555"}).json()
    unknown = post(clerk, path, {"booth_id": booth.pk, "phone": "13800006666"}).json()
    assert (known["claim_code"], Ticket.objects.get(pk=known["ticket"]["id"]).seeker_id) == ("", account.pk)
    assert unknown["claim_code"]


def test_a_claimed_paper_is_the_phones_place(booth: Booth, clerk: User) -> None:
    one, seeker = paper(booth, clerk), make_seeker(guest=True)
    reply = post(seeker, "/tickets/claim", {"label": f" {one.ticket.label} ", "code": one.code.lower()})
    assert (reply.status_code, reply.json()["id"]) == (200, one.ticket.pk)
    mine = client_of(seeker).get("/api/me/tickets").json()
    assert [ticket["label"] for ticket in mine] == [one.ticket.label]
    late = post(make_seeker(), "/tickets/claim", {"label": one.ticket.label, "code": one.code})
    assert (late.status_code, late.json()["error"]["code"]) == (409, "booths.claim_unknown")
    assert_sound()


def test_a_called_paper_is_claimed_with_its_call(booth: Booth, clerk: User) -> None:
    one, seeker, recruiter = paper(booth, clerk), make_seeker(), make_recruiter(booth)
    services.call_next_ticket(desk=desks_of(booth)[0], by=recruiter, now=clock.now())
    assert claim(one, seeker).state == "called"
    assert Call.objects.get(state="live").seeker_id == seeker.pk
    assert_sound()


def test_of_two_places_in_a_line_the_better_stays(booth: Booth, clerk: User) -> None:
    one, seeker = paper(booth, clerk), make_seeker()
    own = services.take_ticket(booth=booth, seeker=seeker, channel="onsite", now=clock.now())
    assert claim(one, seeker).pk == one.ticket.pk
    assert Ticket.objects.get(pk=own.pk).state == "left"
    late = paper(booth, clerk)
    assert claim(late, seeker).pk == one.ticket.pk
    assert Ticket.objects.get(pk=late.ticket.pk).state == "left"
    assert_sound()


def test_no_fourth_line_by_paper(booth: Booth, clerk: User) -> None:
    seeker, now = make_seeker(), clock.now()
    for _ in range(3):
        services.take_ticket(booth=make_booth(booth.fair, now=now), seeker=seeker, channel="onsite", now=now)
    one = paper(booth, clerk)
    with pytest.raises(rules.TooManyLines):
        claim(one, seeker)
    assert claim(one, make_seeker()).pk == one.ticket.pk  # the paper is as good as before


def test_a_transferred_paper_leads_to_the_new_place(booth: Booth, clerk: User) -> None:
    one, there = paper(booth, clerk), make_booth(booth.fair, now=clock.now())
    new = services.transfer_ticket(ticket=one.ticket, to=there, by=make_recruiter(booth), now=clock.now())
    assert claim(one, make_seeker()).pk == new.pk


def test_codes_cannot_be_tried_often(booth: Booth, clerk: User) -> None:
    one, seeker = paper(booth, clerk), make_seeker()
    statuses = [
        post(seeker, "/tickets/claim", {"label": one.ticket.label, "code": f"AAAA{n:02d}"}).status_code
        for n in range(12)
    ]
    assert statuses == [409] * 10 + [429] * 2


@pytest.mark.parametrize("who", ["seeker", "recruiter", "other"])
def test_only_the_fairs_staff_print(booth: Booth, who: str) -> None:
    other = make_organiser(make_fair(now=clock.now()))
    people = {"seeker": make_seeker(), "recruiter": make_recruiter(booth), "other": other}
    reply = post(people[who], f"/fairs/{booth.fair.slug}/kiosk/tickets", {"booth_id": booth.pk})
    assert reply.status_code == 404
    assert not Ticket.objects.exists()


@pytest.mark.unit
def test_a_code_is_told_apart_by_number_and_letters_alone() -> None:
    code = claims.new_code()
    assert len(code) == claims.LENGTH
    assert claims.hash_of("42-017", code) == claims.hash_of("42-17 ", f" {code.lower()}")
    assert claims.hash_of("42-017", code) != claims.hash_of("42-018", code)


def test_a_clerk_finds_a_place_by_its_number_and_registers_a_priority(booth: Booth, clerk: User) -> None:
    LineRule.objects.create(fair=booth.fair, priorities=["veteran"])
    first, second = paper(booth, clerk).ticket, paper(booth, clerk).ticket
    path = f"/api/fairs/{booth.fair.slug}/kiosk/tickets/{booth.number}-2"
    found = client_of(clerk).get(path)
    assert (found.status_code, found.json()["priorities"]) == (200, ["veteran"])
    assert found.json()["ticket"]["id"] == second.pk
    given = post(
        clerk,
        f"/tickets/{second.pk}/priority",
        {"kind": "veteran", "certificate": "veteran_card"},
        "press-01",
    )
    assert (given.status_code, given.json()["priority"]) == (200, "veteran")
    assert client_of(clerk).get(path).json()["ticket"]["priority"] == "veteran"
    assert [one.pk for one in Ticket.objects.order_by("place", "number")] == [second.pk, first.pk]
    assert_sound()


@pytest.mark.parametrize(("label", "status"), [("1-099", 404), ("1", 422), ("1-x", 422), ("１-1", 422)])
def test_a_number_that_nobody_has_is_said_so(booth: Booth, clerk: User, label: str, status: int) -> None:
    assert client_of(clerk).get(f"/api/fairs/{booth.fair.slug}/kiosk/tickets/{label}").status_code == status
