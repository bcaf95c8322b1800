"""Random commands against applications; the invariants hold after every one, by raw SQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from jobfair.applications import live, services
from jobfair.applications.jobs import escalate_overdue, settle_decisions
from jobfair.applications.models import Application, Decision
from jobfair.core.errors import DomainError
from jobfair.employers.models import Recruiter
from jobfair.employers.services import appoint_recruiter, remove_recruiter
from jobfair.fairs.models import Fair
from jobfair.realtime.models import StreamEvent
from tests.applications import views
from tests.applications.scene import NOW, Hiring, make_applicant, make_position, told_state
from tests.invariants import violations

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]
SEEKERS, POSITIONS = 4, 2
DECIDED = ["shortlisted", "invited", "offered", "rejected"]


class ApplicationMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.hiring = Hiring()
        self.now = NOW
        Fair.objects.filter(pk=self.hiring.fair.pk).update(extension_ends_at=NOW + timedelta(days=300))
        second = make_position(self.hiring.fair, self.hiring.employer, title="焊工")
        self.positions = [self.hiring.position, second]
        self.seekers = [make_applicant() for _ in range(SEEKERS)]
        self.closed: set[int] = set()
        self.serial = 0
        self.inbox = f"inbox:{self.hiring.inbox.pk}"
        self.view = self._snapshot()
        self.last_event = StreamEvent.objects.order_by("-id").values_list("id", flat=True).first() or 0

    def _snapshot(self) -> views.Json:
        viewer = Recruiter.objects.filter(employer=self.hiring.employer).order_by("id").first()
        return live.inbox_snapshot(viewer.user if viewer else None, self.hiring.inbox.pk).wire()

    def _rows(self) -> list[tuple[object, ...]]:
        own = Application.objects.filter(participation=self.hiring.inbox).order_by("pk")
        return list(own.values_list("pk", "state", "answered_at", "owner_level", "locked_at"))

    def _pick(self, pick: int) -> Application | None:
        own = list(Application.objects.filter(participation=self.hiring.inbox).order_by("pk"))
        return own[pick % len(own)] if own else None

    @contextmanager
    def refused_or_done(self) -> Iterator[None]:
        """A refusal is an answer; it must leave nothing behind."""
        before = self._rows()
        try:
            yield
        except DomainError:
            assert self._rows() == before

    @rule(seeker=st.integers(0, SEEKERS - 1), position=st.integers(0, POSITIONS - 1), again=st.booleans())
    def submit(self, seeker: int, position: int, again: bool) -> None:
        who, where = self.seekers[seeker], self.positions[position]
        had = Application.objects.filter(seeker=who, position=where).first()
        self.serial += 1
        with self.refused_or_done():
            one = self.hiring.submit(who, position=where, cid=f"cid-{self.serial:06d}", now=self.now)
            assert had is None or one.pk == had.pk

    @rule(pick=st.integers(0, 99))
    def open(self, pick: int) -> None:
        application = self._pick(pick)
        if application is not None:
            with self.refused_or_done():
                services.open_application(application=application, by=self.hiring.recruiter, now=self.now)

    @rule(picks=st.lists(st.integers(0, 99), min_size=1, max_size=4), to=st.sampled_from(DECIDED))
    def decide(self, picks: list[int], to: str) -> None:
        chosen = [one for pick in picks if (one := self._pick(pick)) is not None]
        if not chosen:
            return
        with self.refused_or_done():
            services.decide(
                inbox=self.hiring.inbox, ids=[one.pk for one in chosen], to=to,
                reason_code="filled" if to == "rejected" else "", reason_text="", by=self.hiring.recruiter,
                now=self.now,
            )  # fmt: skip

    @rule(pick=st.integers(0, 9))
    def undo(self, pick: int) -> None:
        latest = list(Decision.objects.filter(participation=self.hiring.inbox).order_by("-pk")[:10])
        if latest:
            decision = latest[pick % len(latest)]
            before = {step.application_id: told_state(step.application) for step in decision.steps.all()}
            with self.refused_or_done():
                services.undo(
                    decision_id=decision.pk, inbox=self.hiring.inbox, by=self.hiring.recruiter, now=self.now
                )
            after = {step.application_id: told_state(step.application) for step in decision.steps.all()}
            assert before == after  # no seeker ever notices

    @rule(pick=st.integers(0, 99))
    def withdraw(self, pick: int) -> None:
        application = self._pick(pick)
        if application is not None:
            with self.refused_or_done():
                services.withdraw(application=application, by=application.seeker, now=self.now)

    @rule(pick=st.integers(0, 99))
    def note(self, pick: int) -> None:
        application = self._pick(pick)
        if application is not None:
            with self.refused_or_done():
                services.add_note(
                    application=application, text="再看看", by=self.hiring.recruiter, now=self.now
                )

    @rule(seeker=st.integers(0, SEEKERS - 1))
    def close_account(self, seeker: int) -> None:
        if len(self.closed) < 2:
            with self.refused_or_done():
                services.close_account(user=self.seekers[seeker], now=self.now)
                self.closed.add(seeker)

    @rule()
    def a_recruiter_goes_and_another_comes(self) -> None:
        leaving = Recruiter.objects.filter(employer=self.hiring.employer).order_by("id").first()
        coming = self.hiring.appoint()
        self.hiring.recruiters = [coming]
        assert leaving is not None
        remove_recruiter(recruiter=leaving, by=None, now=self.now)
        assert appoint_recruiter(employer=self.hiring.employer, user=coming, by=None, now=self.now)

    @rule(seconds=st.sampled_from([3, 10, 3600, 86_400, 3 * 86_400]))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)
        while settle_decisions(self.now) + escalate_overdue(self.now):
            pass  # a round is bounded, and earlier examples have left theirs
        overdue = Application.objects.filter(state__in=Application.UNANSWERED, escalates_at__lte=self.now)
        assert not overdue.exists()  # nothing waits with one who has had the time

    @rule()
    def a_transaction_dies(self) -> None:
        before = self._rows()
        with transaction.atomic():
            self.hiring.submit(make_applicant(), now=self.now)
            transaction.set_rollback(True)
        assert self._rows() == before

    @invariant()
    def invariants_hold(self) -> None:
        with connection.cursor() as cursor:
            assert violations(cursor) == []

    @invariant()
    def the_recruiters_screen_equals_a_fresh_snapshot(self) -> None:
        """A push is applied; what was withdrawn empties the topic, and the page joins anew."""
        for event in StreamEvent.objects.filter(id__gt=self.last_event, topic=self.inbox).order_by("id"):
            self.last_event = event.pk
            if event.type == views.WITHDRAWN:
                self.view = self._snapshot()
                self.last_event = StreamEvent.objects.latest("id").pk
                break
            self.view = views.apply(self.view, event.type, event.payload)
        assert self.view == self._snapshot()

    @invariant()
    def the_employer_reads_nothing_withdrawn(self) -> None:
        gone = Application.objects.filter(participation=self.hiring.inbox, state="withdrawn")
        locked = Application.objects.filter(participation=self.hiring.inbox, locked_at__isnull=False)
        hidden = {*gone.values_list("pk", flat=True), *locked.values_list("pk", flat=True)}
        shown = {row["id"] for row in self._snapshot()["applications"]}
        assert shown & hidden == set()


def test_the_invariants_of_applications_hold_under_random_commands(rounds: Callable[[int, int], int]) -> None:
    run_state_machine_as_test(
        ApplicationMachine,
        settings=settings(
            max_examples=rounds(12, 300),
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
