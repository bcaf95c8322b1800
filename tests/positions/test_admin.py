"""The organiser's back office: bulk steps through the services, on one's own fairs only."""

from __future__ import annotations

import pytest
from django.test import Client

from jobfair.accounts.models import User
from jobfair.core.models import AuditEntry
from jobfair.employers.models import Employer
from jobfair.fairs.models import Fair, FairStaff
from jobfair.fairs.services import appoint_staff
from jobfair.positions.models import Position
from jobfair.positions.services import import_workbook
from tests.factories import NOON, make_fair, make_seeker
from tests.positions.sheets import posting, sheet_of

pytestmark = [pytest.mark.integration, pytest.mark.django_db]
POSITIONS = "/admin/positions/position/"


@pytest.fixture
def fair() -> Fair:
    fair = make_fair()
    rows = [posting(), posting(title="焊工", pay="面议"), posting(title="普工", notes="限男性")]
    import_workbook(fair=fair, content=sheet_of(*rows), by=None, now=NOON, valid_until=None)
    Position.objects.update(valid_until="2099-12-31")
    return fair


@pytest.fixture
def organiser(fair: Fair, client: Client) -> User:
    user = make_seeker(name="组织者")
    user.is_staff = True
    user.save()
    appoint_staff(fair=fair, user=user, role=FairStaff.Role.ORGANISER, by=None, now=NOON)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return user


def act(client: Client, address: str, action: str, ids: list[int]) -> None:
    reply = client.post(address, {"action": action, "_selected_action": ids})
    assert reply.status_code == 302


def test_an_organiser_verifies_confirms_and_publishes_in_bulk(client: Client, organiser: User) -> None:
    everything = list(Position.objects.values_list("pk", flat=True))
    act(client, "/admin/employers/employer/", "verify", list(Employer.objects.values_list("pk", flat=True)))
    act(client, POSITIONS, "confirm_duties", everything)
    act(client, POSITIONS, "publish", everything)
    assert list(Position.objects.order_by("id").values_list("state", flat=True)) == [
        "published", "in_review", "in_review",
    ]  # fmt: skip
    audited = AuditEntry.objects.filter(by=organiser.pk).values_list("action", flat=True)
    assert sorted(set(audited)) == [
        "employers.employer_verified",
        "positions.duties_confirmed",
        "positions.position_published",
    ]


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("", {"钳工", "焊工", "普工"}),
        ("?reason=positions.pay_missing", {"焊工"}),
        ("?reason=positions.limits_sex", {"普工"}),
        ("?reason=positions.duties_unconfirmed", {"钳工", "焊工", "普工"}),
        ("?reason=employers.not_verified", {"钳工", "焊工", "普工"}),
        ("?reason=employers.code_wrong", set()),
        ("?state__exact=published", set()),
    ],
)
def test_lists_are_filtered_by_reason(client: Client, organiser: User, query: str, titles: set[str]) -> None:
    shown = client.get(POSITIONS + query).context["cl"].queryset
    assert {position.title for position in shown} == titles


def test_a_correction_in_the_form_goes_through_the_service(client: Client, organiser: User) -> None:
    position = Position.objects.get(title="焊工")
    page = f"{POSITIONS}{position.pk}/change/"
    form = client.get(page).context["adminform"].form
    data = {name: value for name, value in form.initial.items() if value is not None and name in form.fields}
    reply = client.post(page, data | {"pay_min": 6000, "pay_unit": "month", "state": "published"})
    assert reply.status_code == 302, reply.context["errors"]
    position.refresh_from_db()
    assert (position.pay_min, position.state, position.reasons) == (6000, "in_review", [])
    assert AuditEntry.objects.get(action="positions.position_corrected").by == organiser.pk


def test_another_fairs_positions_are_out_of_reach(client: Client, organiser: User) -> None:
    other = make_fair()
    import_workbook(fair=other, content=sheet_of(posting()), by=None, now=NOON)
    foreign = Position.objects.get(fair=other)
    act(client, POSITIONS, "confirm_duties", [foreign.pk])
    foreign.refresh_from_db()
    assert foreign.duties_confirmed_at is None
    assert client.get(f"{POSITIONS}{foreign.pk}/change/").status_code == 302  # to the start: not there


@pytest.mark.parametrize("address", [POSITIONS, "/admin/employers/employer/", "/admin/fairs/fair/"])
def test_staff_who_organise_no_fair_see_nothing(client: Client, fair: Fair, address: str) -> None:
    user = make_seeker()
    user.is_staff = True
    user.save()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(address).status_code == 403
