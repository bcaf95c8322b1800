"""Durable jobs: done once, by one worker, or parked where a person sees why."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from jobfair.accounts.models import User
from jobfair.core import clock, jobs
from jobfair.core.models import AuditEntry, Job
from jobfair.core.unit_of_work import OutsideUnitOfWork, unit_of_work
from tests.booths.test_concurrency import at_once

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]

SOON = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def own_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "_kinds", {})


@unit_of_work
def schedule(kind: str = "tests.note", key: str = "1", **payload: Any) -> None:
    jobs.schedule(kind, key=key, payload=payload, due_at=clock.now())


def note(effect: str) -> None:
    AuditEntry.objects.create(at=clock.now(), action="tests.effect", subject=effect)


def effects() -> Counter[str]:
    return Counter(AuditEntry.objects.filter(action="tests.effect").values_list("subject", flat=True))


def noting() -> None:
    @jobs.handler("tests.note")
    def do(payload: dict[str, Any], *, now: Any, job: jobs.Attempt) -> None:
        note(job.key)


def failing(*errors: Exception, attempts: int = jobs.ATTEMPTS) -> list[int]:
    """A handler that raises each of `errors` once, after an effect that must not stay, and then succeeds."""
    numbers: list[int] = []
    left = list(errors)

    @jobs.handler("tests.note", attempts=attempts)
    def do(payload: dict[str, Any], *, now: Any, job: jobs.Attempt) -> None:
        numbers.append(job.number)
        note(job.key)
        if left:
            raise left.pop(0)

    return numbers


def due_now() -> None:
    Job.objects.filter(state="waiting").update(due_at=clock.now())


def test_scheduling_twice_runs_once_and_never_again() -> None:
    noting()
    schedule()
    schedule(again="ignored")
    assert [jobs.run_next(clock.now()) for _ in range(3)] == [1, 0, 0]
    schedule()
    assert jobs.run_next(clock.now()) == 0
    assert effects() == {"1": 1}
    assert list(Job.objects.values_list("state", "attempts", "payload")) == [("done", 1, {})]


def test_a_job_is_as_durable_as_what_asked_for_it() -> None:
    @unit_of_work
    def ask_and_fail() -> None:
        jobs.schedule("tests.note", key="1", payload={}, due_at=clock.now())
        raise LookupError

    with pytest.raises(LookupError):
        ask_and_fail()
    assert Job.objects.count() == 0
    with pytest.raises(OutsideUnitOfWork):
        jobs.schedule("tests.note", key="1", payload={}, due_at=clock.now())


def test_a_job_waits_for_its_time_and_for_a_worker_that_knows_it() -> None:
    schedule()
    assert jobs.run_next(clock.now()) == 0
    noting()
    Job.objects.update(due_at=clock.now() + timedelta(minutes=1))
    assert jobs.run_next(clock.now()) == 0
    assert jobs.run_next(clock.now() + timedelta(minutes=2)) == 1
    assert effects() == {"1": 1}


def test_the_job_due_first_is_done_first() -> None:
    noting()
    for key, minutes in (("later", 1), ("first", 3), ("second", 2)):
        schedule(key=key)
        Job.objects.filter(key=key).update(due_at=clock.now() - timedelta(minutes=minutes))
    for _ in range(3):
        jobs.run_next(clock.now())
    order = AuditEntry.objects.filter(action="tests.effect").order_by("pk")
    assert list(order.values_list("subject", flat=True)) == ["first", "second", "later"]


def test_a_failure_leaves_no_effect_and_is_tried_again_later() -> None:
    numbers = failing(LookupError("not yet\nsecond line"))
    schedule()
    before = clock.now()
    jobs.run_next(before)
    job = Job.objects.get()
    assert effects() == {}
    assert (job.state, job.last_error, job.leased_until) == ("waiting", "LookupError: not yet", None)
    assert timedelta(seconds=2.5) <= job.due_at - before <= timedelta(seconds=9)
    assert jobs.run_next(clock.now()) == 0
    due_now()
    jobs.run_next(clock.now())
    assert numbers == [1, 2]
    assert effects() == {"1": 1}
    assert Job.objects.get().last_error == ""


def test_the_other_side_says_when_to_come_back() -> None:
    failing(jobs.RetryLater("busy", after=timedelta(minutes=7)))
    schedule()
    before = clock.now()
    jobs.run_next(before)
    assert Job.objects.get().due_at >= before + timedelta(minutes=7)


@pytest.mark.parametrize(
    ("errors", "attempts", "reason"),
    [
        ([LookupError("one"), LookupError("two")], 2, "LookupError: two"),
        ([jobs.GiveUp("the template is unknown")], 9, "GiveUp: the template is unknown"),
    ],
)
def test_a_hopeless_job_is_parked_with_its_reason_and_runs_again_when_told(
    errors: list[Exception], attempts: int, reason: str
) -> None:
    failing(*errors, attempts=attempts)
    schedule()
    for _ in range(4):
        jobs.run_next(clock.now())
        due_now()
    parked = Job.objects.get()
    assert (parked.state, parked.last_error, parked.attempts) == ("parked", reason, len(errors))
    assert AuditEntry.objects.filter(action="core.job_parked").count() == 1
    assert jobs.run_again(job=parked, by=None, now=clock.now())
    assert not jobs.run_again(job=parked, by=None, now=clock.now())
    jobs.run_next(clock.now())
    assert effects() == {"1": 1}
    assert AuditEntry.objects.filter(action="core.job_run_again").count() == 1


def test_a_job_that_kills_its_workers_is_parked() -> None:
    noting()
    schedule()
    for _ in range(jobs.ATTEMPTS):
        assert jobs._claim(clock.now()) is not None  # and the worker died
        Job.objects.update(leased_until=clock.now())
    jobs.run_next(clock.now())
    job = Job.objects.get()
    assert job.state == "parked"
    assert job.last_error.startswith("GiveUp: every attempt ended without a result")
    assert effects() == {}


def test_a_leased_job_is_left_alone_until_the_lease_ends() -> None:
    noting()
    schedule()
    first = jobs._claim(clock.now())
    assert first is not None
    assert jobs.run_next(clock.now()) == 0
    assert jobs.run_next(clock.now() + jobs.LEASE + SOON) == 1
    with pytest.raises(jobs.LeaseLost):
        jobs._do(first)
    assert effects() == {"1": 1}


def test_a_worker_that_slept_through_its_lease_finishes_nothing_even_when_nobody_else_came() -> None:
    noting()
    schedule()
    slept = jobs._claim(clock.now())
    assert slept is not None
    Job.objects.update(leased_until=clock.now())
    with pytest.raises(jobs.LeaseLost):
        jobs._do(slept)
    assert (effects(), Job.objects.get().state) == ({}, "waiting")


def test_an_outside_effect_carries_the_same_name_each_time_and_its_record_is_fenced() -> None:
    sent: list[str] = []

    @jobs.handler("tests.note", outside=True)
    def do(payload: dict[str, Any], *, now: Any, job: jobs.Attempt) -> Any:
        assert not connection.in_atomic_block
        sent.append(str(job.uid))
        return lambda: note(job.key)

    schedule()
    slow = jobs._claim(clock.now())
    assert slow is not None
    Job.objects.update(leased_until=clock.now())
    assert jobs.run_next(clock.now()) == 1
    with pytest.raises(jobs.LeaseLost):
        jobs._do(slow)
    assert len(sent) == 2
    assert len(set(sent)) == 1
    assert effects() == {"1": 1}


def test_cancelled_and_moved_jobs() -> None:
    noting()
    cancel, reschedule = unit_of_work(jobs.cancel), unit_of_work(jobs.reschedule)
    schedule()
    running = jobs._claim(clock.now())
    assert cancel("tests.note", "1")
    assert not cancel("tests.note", "1")
    assert running is not None
    with pytest.raises(jobs.LeaseLost):
        jobs._do(running)
    schedule()
    assert reschedule("tests.note", "1", due_at=clock.now() + timedelta(hours=1))
    assert jobs.run_next(clock.now()) == 0
    assert reschedule("tests.note", "1", due_at=clock.now())
    assert jobs.run_next(clock.now()) == 1
    assert not reschedule("tests.note", "1", due_at=clock.now())
    assert not cancel("tests.note", "1")
    assert effects() == {"1": 1}


def test_old_done_jobs_are_forgotten_and_parked_ones_kept() -> None:
    noting()
    for key in ("1", "2"):
        schedule(key=key)
    jobs.run_next(clock.now())
    Job.objects.filter(key="2").update(state="parked", ended_at=clock.now())
    assert jobs.purge_done(clock.now()) == 0
    assert jobs.purge_done(clock.now() + jobs.KEPT + SOON) == 1
    assert list(Job.objects.values_list("key", flat=True)) == ["2"]


def test_six_workers_at_once_do_each_job_once() -> None:
    noting()
    keys = [str(number) for number in range(40)]
    for key in keys:
        schedule(key=key)

    def drain() -> int:
        done = 0
        while jobs.run_next(clock.now()):
            done += 1
        return done

    shares = at_once([drain] * 6, threads=6)
    assert sum(shares) == len(keys)
    assert effects() == dict.fromkeys(keys, 1)


@pytest.mark.unit
def test_waits_double_with_half_of_them_by_chance_and_never_exceed_an_hour() -> None:
    assert [jobs.wait_after(n, 1.0).total_seconds() for n in (1, 2, 3, 99)] == [5, 10, 20, 3600]
    assert [jobs.wait_after(n, 0.0).total_seconds() for n in (1, 2, 3, 99)] == [2.5, 5, 10, 1800]


def test_the_back_office_lists_what_is_parked_and_runs_it_again(admin_client: Any) -> None:
    failing(jobs.GiveUp("no such template"))
    schedule()
    jobs.run_next(clock.now())
    listed = admin_client.get("/admin/core/job/?state__exact=parked")
    assert "no such template" in listed.content.decode()
    pk = Job.objects.get().pk
    chosen = {"action": "run_again", "_selected_action": [pk]}
    assert admin_client.post("/admin/core/job/", chosen).status_code == 302
    assert Job.objects.get().state == "waiting"
    told = AuditEntry.objects.get(action="core.job_run_again")
    assert User.objects.get(pk=told.by).is_superuser


def test_a_slow_job_holds_up_no_deadline() -> None:
    from jobfair.core import deadlines

    ticks, slow = threading.Event(), threading.Event()
    watched = {"tests.tick": lambda now: int(ticks.set() or 0)}
    apart = {"tests.slow": (lambda now: int(slow.wait(600)), 1)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(deadlines, "_jobs", watched)
        patch.setattr(deadlines, "_apart", apart)
        worker = deadlines.Worker()
        worker.start()
        assert ticks.wait(120)
        ticks.clear()
        assert ticks.wait(120)
        slow.set()
        worker.stop()
    assert not worker.is_alive()
