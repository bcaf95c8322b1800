from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pytest
from django.db import OperationalError

from jobfair.core import unit_of_work as uow
from jobfair.core.events import Event, listen
from jobfair.core.models import AppendOnlyError, AuditEntry
from jobfair.core.unit_of_work import OutsideUnitOfWork, emit, unit_of_work

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]


@dataclass(frozen=True, kw_only=True)
class Rang(Event):
    name: ClassVar[str] = "tests.rang"
    bell: int

    @property
    def subject(self) -> str:
        return f"bell:{self.bell}"


@dataclass(frozen=True, kw_only=True)
class Echoed(Event):
    name: ClassVar[str] = "tests.echoed"

    @property
    def subject(self) -> str:
        return "bell:0"


class DeadlockDetected(Exception):
    sqlstate = "40P01"


def audited() -> list[tuple[str, str]]:
    return list(AuditEntry.objects.order_by("id").values_list("action", "subject"))


def test_a_fact_is_audited_with_the_change() -> None:
    @unit_of_work
    def ring() -> None:
        emit(Rang(bell=7, by=3))

    ring()
    entry = AuditEntry.objects.get()
    assert (entry.by, entry.action, entry.subject, entry.detail) == (3, "tests.rang", "bell:7", {"bell": 7})


def test_nothing_is_told_of_a_unit_that_failed() -> None:
    @unit_of_work
    def ring() -> None:
        emit(Rang(bell=1))
        raise LookupError

    with pytest.raises(LookupError):
        ring()
    assert audited() == []


def test_an_inner_service_that_failed_takes_back_only_its_own_facts() -> None:
    @unit_of_work
    def inner() -> None:
        emit(Rang(bell=2))
        raise LookupError

    @unit_of_work
    def outer() -> None:
        emit(Rang(bell=1))
        with pytest.raises(LookupError):
            inner()

    outer()
    assert audited() == [("tests.rang", "bell:1")]


def test_a_listener_runs_inside_and_may_emit() -> None:
    def echo(event: Rang) -> None:
        if event.bell == 99:
            emit(Echoed())

    listen(Rang, echo)
    listen(Rang, echo)  # twice is once

    @unit_of_work
    def ring() -> None:
        emit(Rang(bell=99))

    ring()
    assert audited() == [("tests.rang", "bell:99"), ("tests.echoed", "bell:0")]


def test_a_deadlock_runs_the_whole_unit_again_at_most_three_times(monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[int] = []

    def fail_until(success: int) -> None:
        @unit_of_work
        def service() -> None:
            tries.append(1)
            emit(Rang(bell=len(tries)))
            if len(tries) < success:
                raise OperationalError from DeadlockDetected()

        service()

    fail_until(3)
    assert audited() == [("tests.rang", "bell:3")]
    tries.clear()
    with pytest.raises(OperationalError):
        fail_until(4)
    assert len(tries) == uow.RETRIES == 3


def test_emit_needs_a_unit() -> None:
    with pytest.raises(OutsideUnitOfWork):
        emit(Rang(bell=1))


def test_the_audit_log_only_grows() -> None:
    entry = AuditEntry.objects.create(at="2026-04-11T04:00:00Z", action="tests.rang", subject="bell:1")
    entry.action = "tests.changed"
    with pytest.raises(AppendOnlyError):
        entry.save()
    with pytest.raises(AppendOnlyError):
        entry.delete()
    with pytest.raises(AppendOnlyError):
        AuditEntry.objects.all().delete()
    with pytest.raises(AppendOnlyError):
        AuditEntry.objects.update(action="tests.changed")
    assert audited() == [("tests.rang", "bell:1")]
