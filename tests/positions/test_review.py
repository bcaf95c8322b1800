from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries

from jobfair.accounts.models import User
from jobfair.core.models import AuditEntry
from jobfair.employers.models import Employer
from jobfair.fairs.models import Fair
from jobfair.positions import services
from jobfair.positions.models import Position
from jobfair.positions.queries import published_positions_of
from jobfair.positions.rules import PositionStateRefused
from jobfair.positions.schemas import PositionOut
from tests.factories import NOON, make_employer, make_fair, make_seeker

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


@pytest.fixture
def fair() -> Fair:
    return make_fair()


@pytest.fixture
def employer() -> Employer:
    return make_employer()


@pytest.fixture
def organiser() -> User:
    return make_seeker(name="组织者")


def in_review(fair: Fair, employer: Employer, **changes: object) -> Position:
    """A position that lacks only the confirmation of its duties."""
    fields: dict[str, object] = {
        "title": "钳工", "headcount_min": 5, "headcount_max": 5, "pay_min": 5000, "pay_max": 8000,
        "pay_unit": "month", "education": "60", "area": "通州区", "duties": "按图纸装配。",
        "valid_from": NOON.date(), "valid_until": NOON.date() + timedelta(days=30), "state": "in_review",
    }  # fmt: skip
    return Position.objects.create(fair=fair, employer=employer, **fields | changes)


def publish(fair: Fair) -> services.review.Published:  # type: ignore[name-defined]
    return services.publish_positions(fair=fair, by=None, now=NOON)


def published(fair: Fair, employer: Employer) -> Position:
    position = in_review(fair, employer, duties_confirmed_at=NOON)
    publish(fair)
    position.refresh_from_db()
    assert position.state == Position.State.PUBLISHED
    return position


def audited(action: str) -> list[tuple[str, int | None]]:
    return list(AuditEntry.objects.filter(action=action).values_list("subject", "by"))


def test_confirming_duties_in_bulk_is_audited_per_position(
    fair: Fair, employer: Employer, organiser: User
) -> None:
    first, second = in_review(fair, employer), in_review(fair, employer, title="焊工")
    in_review(fair, employer, title="无职责", duties="")
    in_review(make_fair(), employer)
    confirmed = services.confirm_duties(fair=fair, by=organiser, now=NOON)
    assert confirmed == [first.pk, second.pk]
    assert audited("positions.duties_confirmed") == [
        (f"position:{first.pk}", organiser.pk), (f"position:{second.pk}", organiser.pk),
    ]  # fmt: skip
    assert services.confirm_duties(fair=fair, by=organiser, now=NOON) == []


def test_only_the_named_positions_are_confirmed_and_published(fair: Fair, employer: Employer) -> None:
    first, second = in_review(fair, employer), in_review(fair, employer)
    assert services.confirm_duties(fair=fair, by=None, now=NOON, positions=[second.pk]) == [second.pk]
    done = services.publish_positions(fair=fair, by=None, now=NOON, positions=[first.pk])
    assert (done.published, done.waiting) == ((), {first.pk: ("positions.duties_unconfirmed",)})


def test_publishing_takes_what_the_gate_lets_through(fair: Fair, employer: Employer) -> None:
    good = in_review(fair, employer, duties_confirmed_at=NOON)
    bad = in_review(fair, employer, duties_confirmed_at=NOON, notes="限男性", reasons=[])
    done = publish(fair)
    assert (done.published, done.waiting) == ((good.pk,), {bad.pk: ("positions.limits_sex",)})
    bad.refresh_from_db()
    assert (bad.state, bad.reasons) == ("in_review", ["positions.limits_sex"])
    assert audited("positions.position_published") == [(f"position:{good.pk}", None)]
    assert published_positions_of(employer, fair) == [good]


def test_stored_reasons_are_never_trusted(fair: Fair, employer: Employer) -> None:
    position = in_review(fair, employer, duties_confirmed_at=NOON, reasons=["positions.limits_sex"])
    assert publish(fair).published == (position.pk,)
    position.refresh_from_db()
    assert position.reasons == []


def test_an_unverified_employers_positions_wait(fair: Fair) -> None:
    employer = Employer.objects.create(name="乙", state="in_review", reasons=["employers.code_missing"])
    position = in_review(fair, employer, duties_confirmed_at=NOON)
    assert publish(fair).waiting == {position.pk: ("employers.code_missing",)}


@pytest.mark.parametrize(
    "emptied",
    [
        {"title": ""}, {"headcount_min": None}, {"headcount_min": 0}, {"pay_min": None}, {"pay_unit": ""},
        {"duties": ""}, {"duties_confirmed_at": None}, {"area": ""}, {"education": ""},
        {"valid_from": None}, {"valid_until": None}, {"published_at": None},
    ],
    ids=str,
)  # fmt: skip
def test_the_database_itself_refuses_an_incomplete_publication(
    fair: Fair, employer: Employer, emptied: dict[str, object]
) -> None:
    position = published(fair, employer)
    with pytest.raises(IntegrityError), transaction.atomic():
        Position.objects.filter(pk=position.pk).update(**emptied)


def test_a_correction_takes_a_published_position_back_to_review(fair: Fair, employer: Employer) -> None:
    position = published(fair, employer)
    position.notes, position.duties = "45岁以下", "维护设备。"
    later = NOON + timedelta(hours=1)
    services.correct_position(position=position, changed=["notes", "duties", "state"], by=None, now=later)
    position.refresh_from_db()
    assert (position.state, position.published_at) == ("in_review", None)
    assert (position.reasons, position.duties_confirmed_at) == (["positions.limits_age"], later)
    entry = AuditEntry.objects.get(action="positions.position_corrected")
    assert entry.detail["changed"] == ["notes", "duties"]


def test_closing_and_refusing(fair: Fair, employer: Employer, organiser: User) -> None:
    closed = services.close_position(position=published(fair, employer), by=organiser, now=NOON)
    assert closed.state == "closed"
    with pytest.raises(PositionStateRefused):
        services.close_position(position=closed, by=organiser, now=NOON)
    refused = services.refuse_position(
        position=in_review(fair, employer), reasons=["positions.asks_payment"], by=organiser, now=NOON
    )
    assert (refused.state, refused.reasons) == ("refused", ["positions.asks_payment"])
    assert audited("positions.position_closed") == [(f"position:{closed.pk}", organiser.pk)]
    assert audited("positions.position_refused") == [(f"position:{refused.pk}", organiser.pk)]


def test_prolonging_keeps_open_positions_valid(fair: Fair, employer: Employer) -> None:
    position = in_review(fair, employer)
    until = NOON.date() + timedelta(days=60)
    assert services.prolong_positions(fair=fair, valid_until=until, by=None, now=NOON) == 1
    assert services.prolong_positions(fair=fair, valid_until=until, by=None, now=NOON) == 0
    position.refresh_from_db()
    assert position.valid_until == until


def test_publishing_many_costs_a_constant_number_of_queries(
    fair: Fair, employer: Employer, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """The same for five and for fifty: eight here, four for what was on air, and the search's index."""
    for many in (5, 50):
        for _ in range(many):
            in_review(fair, employer, duties_confirmed_at=NOON)
        with django_assert_max_num_queries(18):
            assert len(publish(fair).published) == many


def test_the_wire_type_of_a_position(fair: Fair, employer: Employer) -> None:
    position = published(fair, employer)
    assert PositionOut.of(position).wire() == {
        "id": position.pk,
        "title": "钳工",
        "headcount_min": 5,
        "headcount_max": 5,
        "pay_min": 5000,
        "pay_max": 8000,
        "pay_unit": "month",
        "pay_note": "",
        "education": "60",
        "education_label": "高中",
        "area": "通州区",
        "notes": "",
        "duties": "按图纸装配。",
        "valid_from": "2026-04-11",
        "valid_until": "2026-05-11",
    }
