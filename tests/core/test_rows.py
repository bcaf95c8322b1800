"""Rows handed over as one parameter arrive as they were given."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from jobfair.accounts.models import User
from jobfair.core import rows
from jobfair.core.models import AuditEntry
from tests.factories import make_seeker

pytestmark = [pytest.mark.integration, pytest.mark.django_db]
AT = datetime(2026, 3, 1, 1, 2, 3, 456789, tzinfo=UTC)
DETAILS: tuple[dict[str, Any], ...] = (
    {"reason": "a \"quoted\" \\ backslash, {braces}, %s and 'apostrophe'"},
    {"中文": "电焊工\n第二行\t", "emoji": "👷🏽", "list": [1, 2.5, None, True, {"deep": []}]},
    {},
)


def entries(by: int) -> list[AuditEntry]:
    return [
        AuditEntry(
            at=AT, by=by if place else None, action="tests.told", subject=f"test:{place}", detail=detail
        )
        for place, detail in enumerate(DETAILS)
    ]


@pytest.mark.parametrize(
    "insert", [rows.insert, AuditEntry.objects.bulk_create], ids=["insert", "bulk_create"]
)
def test_what_is_inserted_is_what_was_given(
    insert: Callable[[Sequence[AuditEntry]], list[AuditEntry]],
) -> None:
    by = make_seeker().pk
    written = insert(entries(by))
    stored = AuditEntry.objects.filter(action="tests.told").order_by("pk")
    assert [one.pk for one in stored] == [one.pk for one in written]
    assert [(one.at, one.by, one.subject, one.detail) for one in stored] == [
        (AT, None, "test:0", DETAILS[0]),
        (AT, by, "test:1", DETAILS[1]),
        (AT, by, "test:2", DETAILS[2]),
    ]


def test_a_row_inserted_knows_that_it_is_stored() -> None:
    [entry] = rows.insert([AuditEntry(at=AT, action="tests.told", subject="test:1", detail={})])
    assert (entry._state.adding, entry._state.db) == (False, "default")
    entry.refresh_from_db()
    assert entry.subject == "test:1"


def test_no_rows_are_no_statement(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert rows.insert([]) == []


def test_a_row_found_plainly_is_the_row_that_django_reads() -> None:
    written = make_seeker()
    User.objects.filter(pk=written.pk).update(is_guest=True, phone=None, device=uuid4(), last_login=AT)
    found, read = User.objects.get(pk=written.pk), User.objects.filter(pk=written.pk).get()
    assert found.__dict__.keys() == read.__dict__.keys()
    for field in User._meta.concrete_fields:
        assert getattr(found, field.attname) == getattr(read, field.attname), field.name
        assert type(getattr(found, field.attname)) is type(getattr(read, field.attname)), field.name
    assert found == read
    with pytest.raises(User.DoesNotExist):
        User.objects.get(pk=2**40)
