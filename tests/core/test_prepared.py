"""A prepared query gives what Django's own gives, builds its text once, and says what it cannot do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import transaction
from django.db.models import QuerySet
from django.db.transaction import TransactionManagementError

from booths.models import Booth, Ticket
from jobfair.accounts.models import User
from jobfair.core.models import AuditEntry
from jobfair.core.prepared import find, prepared
from tests.factories import make_booth, make_fair, make_seeker

pytestmark = [pytest.mark.integration, pytest.mark.django_db]
AT = datetime(2026, 3, 1, 1, 2, 3, 456789, tzinfo=UTC)


@prepared
def entries(ids: Sequence[int], by: int) -> QuerySet[AuditEntry]:
    return AuditEntry.objects.filter(pk__in=ids, by=by, action="tests.told").order_by("-pk")


@prepared
def joined(booth_id: int) -> QuerySet[Booth]:
    return Booth.objects.select_related("fair__city", "employer", "zone").filter(pk=booth_id)


@prepared
def locked(booth_id: int) -> QuerySet[Booth]:
    return Booth.objects.select_for_update(of=("self",)).filter(pk=booth_id)


def told(count: int) -> list[AuditEntry]:
    return [
        AuditEntry.objects.create(
            at=AT, by=7, action="tests.told", subject=f"t:{n}", detail={"中": [n, None]}
        )
        for n in range(count)
    ]


@pytest.mark.parametrize("count", [1, 2, 3, 5, 8])
def test_rows_come_as_django_gives_them(count: int) -> None:
    ids = [one.pk for one in told(count)]
    AuditEntry.objects.create(at=AT, by=8, action="tests.told", subject="another's", detail={})
    found = entries(ids, 7)
    assert [one.pk for one in found] == ids[::-1]
    assert [(one.at, one.by, one.subject, one.detail) for one in found] == [
        (AT, 7, f"t:{n}", {"中": [n, None]}) for n in reversed(range(count))
    ]
    assert all((one._state.adding, one._state.db) == (False, "default") for one in found)
    assert entries(ids, 8) == []


def test_the_same_text_serves_other_values(django_assert_num_queries: Any) -> None:
    first, second = told(2)
    assert [one.pk for one in entries([first.pk], 7)] == [first.pk]
    with django_assert_num_queries(1):
        assert [one.pk for one in entries([second.pk], 7)] == [second.pk]


def test_joined_rows_need_no_further_question(django_assert_num_queries: Any) -> None:
    booth = make_booth(make_fair())
    wanted = (
        booth.number,
        booth.fair.name,
        booth.fair.city.name,
        booth.employer and booth.employer.name,
        booth.zone,
    )
    with django_assert_num_queries(1):
        [found] = joined(booth.pk)
        fair, employer = found.fair, found.employer
        assert (found.number, fair.name, fair.city.name, employer and employer.name, found.zone) == wanted
    assert found.fair.opens_at == booth.fair.opens_at


def test_a_number_that_no_id_can_be_is_no_rows() -> None:
    [entry] = told(1)
    assert joined(2**63) == []
    assert find(User, 64643317030967754883072) is None
    assert entries([2**70, entry.pk, -(2**64)], 7) == [entry]
    assert entries([2**70], 7) == []


def test_nothing_is_asked_of_an_empty_list(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert entries([], 7) == []


def test_a_row_by_id() -> None:
    seeker = make_seeker()
    assert find(User, seeker.pk) == seeker
    assert find(User, seeker.pk + 1000) is None


@pytest.mark.django_db(transaction=True)
def test_a_lock_is_taken_in_a_transaction_only() -> None:
    booth = make_booth(make_fair())
    with transaction.atomic():
        assert locked(booth.pk) == [booth]
    with pytest.raises(TransactionManagementError):
        locked(booth.pk)


def test_what_cannot_be_prepared_says_so() -> None:
    @prepared
    def values(pk: int) -> QuerySet[Any]:
        return Ticket.objects.filter(pk=pk).values_list("pk")

    @prepared
    def cut_off(most: int) -> QuerySet[Ticket]:
        return Ticket.objects.filter(state="waiting")[: most % 7]

    with pytest.raises(TypeError, match="something else than model rows"):
        values(1)
    with pytest.raises(TypeError, match="hides a value"):
        cut_off(3)
    with pytest.raises(TypeError, match="without names"):
        entries(ids=[1], by=7)
