"""Invariant 10: a published position always satisfies the gate, whatever is typed, decided or changed around it.

Random commands of recruiters, organisers, sheets and time; after each one the tables are read by raw SQL, against
a list of this test's own and not the gate's.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from jobfair.core import clock
from jobfair.core.errors import DomainError
from jobfair.employers.models import Employer
from jobfair.employers.services import correct_employer, refuse_employer, verify_employers
from jobfair.positions import form, rules, services
from jobfair.positions.models import Complaint, Position
from tests.factories import NOON, make_employer, make_fair, make_position
from tests.positions.desk import FORM
from tests.positions.sheets import posting, sheet_of

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]
UNLAWFUL = ("限男性", "45岁以下", "需交押金300元", "限本地户口", "未婚优先", "限汉族", "扣押身份证")
LAWFUL = ("", "男女不限", "年满18周岁", "退役军人优先", "不收押金", "包吃住", "残疾人优先")
VIOLATIONS = f"""
    SELECT p.id, p.title, e.state FROM positions_position p JOIN employers_employer e ON e.id = p.employer_id
    WHERE p.state = 'published' AND (
        e.state NOT IN ('verified', 'due') OR p.title = '' OR p.duties = '' OR p.area = '' OR p.education = ''
        OR p.pay_min IS NULL OR p.pay_unit = '' OR p.headcount_min IS NULL
        OR p.valid_from IS NULL OR p.valid_until IS NULL OR p.duties_confirmed_at IS NULL
        OR (p.is_repost AND p.source = '')
        OR (e.kind IN ('agency', 'dispatch') AND (p.actual_employer = '' OR p.mandate = ''))
        OR {" OR ".join(f"p.{field} LIKE '%{word}%'" for field in ("title", "notes", "duties") for word in UNLAWFUL)}
    )"""
words = st.sampled_from(LAWFUL * 4 + UNLAWFUL)
edits = st.fixed_dictionaries(
    {},
    optional={
        "notes": words,
        "duties": st.sampled_from(("按图纸焊接。", "负责焊接。", "", "焊接，限男性")),
        "title": st.sampled_from(("焊工", "会计", "")),
        "pay_min": st.sampled_from((5000, 6000, None)),
        "headcount_min": st.sampled_from((1, 3, None)),
        "education": st.sampled_from(("00", "60", "")),
        "area": st.sampled_from(("通州区", "如皋市", " ")),
        "is_repost": st.booleans(),
        "source": st.sampled_from(("某平台", "")),
        "actual_employer": st.sampled_from(("用工有限公司", "")),
        "mandate": st.sampled_from(("委托书 1 号", "")),
    },
)


def violations() -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(VIOLATIONS)
        return list(cursor.fetchall())


class PositionMachine(RuleBasedStateMachine):
    seen: dict[str, int]

    def __init__(self) -> None:
        super().__init__()
        self.now = NOON
        self.fair = make_fair(closes=timedelta(days=2))
        self.employers = [make_employer(), make_employer()]
        self.employers[1].kind = Employer.Kind.AGENCY
        self.employers[1].save(update_fields=["kind"])
        for number, state in enumerate(("published", "in_review", "published", "in_review")):
            named = {"actual_employer": "用工有限公司", "mandate": "委托书 1 号"} if number % 2 else {}
            make_position(self.fair, employer=self.employers[number % 2], state=state, **named)

    @contextmanager
    def refused_or_done(self) -> Iterator[None]:
        """A refusal is an answer; it must leave nothing behind."""
        before = list(Position.objects.order_by("pk").values_list())
        try:
            yield
        except DomainError:
            assert list(Position.objects.order_by("pk").values_list()) == before

    def some(self, number: int) -> Position | None:
        rows = list(Position.objects.select_related("employer", "fair__city").order_by("pk"))
        return rows[number % len(rows)] if rows else None

    def employer(self, number: int) -> Employer:
        return Employer.objects.get(pk=self.employers[number % 2].pk)

    @rule(which=st.integers(0, 1), changes=edits)
    def start(self, which: int, changes: dict[str, Any]) -> None:
        stated = FORM | changes
        services.start_position(
            employer=self.employer(which), fair=self.fair, stated=stated, by=None, now=self.now
        )

    @rule(which=st.integers(0, 9), changes=edits)
    def save(self, which: int, changes: dict[str, Any]) -> None:
        if position := self.some(which):
            stated = form.form_of(position) | changes
            with self.refused_or_done():
                services.save_edit(
                    position=position, stated=stated, seen=position.revision, by=None, now=self.now
                )

    @rule(which=st.integers(0, 9), changes=edits, late=st.integers(0, 1))
    def submit(self, which: int, changes: dict[str, Any], late: int) -> None:
        if position := self.some(which):
            stated, seen = form.form_of(position) | changes, position.revision - late
            with self.refused_or_done():
                services.submit_position(position=position, stated=stated, seen=seen, by=None, now=self.now)

    @rule(which=st.integers(0, 9), notes=words, title=st.sampled_from(("", "焊工")))
    def correct_in_back_office(self, which: int, notes: str, title: str) -> None:
        if position := self.some(which):
            position.notes, position.title = notes, title or position.title
            with self.refused_or_done():
                services.correct_position(
                    position=position, changed=["notes", "title"], by=None, now=self.now
                )

    @rule(confirm=st.booleans())
    def publish(self, confirm: bool) -> None:
        if confirm:
            services.confirm_duties(fair=self.fair, by=None, now=self.now)
        done = services.publish_positions(fair=self.fair, by=None, now=self.now)
        PositionMachine.seen["published"] += len(done.published)
        PositionMachine.seen["kept waiting"] += len(done.waiting)

    @rule(which=st.integers(0, 9))
    def refuse(self, which: int) -> None:
        if position := self.some(which):
            with self.refused_or_done():
                services.refuse_position(position=position, reasons=[], text="不实", by=None, now=self.now)

    @rule(which=st.integers(0, 9))
    def close(self, which: int) -> None:
        if position := self.some(which):
            with self.refused_or_done():
                services.close_position(position=position, by=None, now=self.now)

    @rule(which=st.integers(0, 9))
    def report_and_uphold(self, which: int) -> None:
        position = self.some(which)
        if position is not None and position.state == Position.State.PUBLISHED:
            reason, upheld = Complaint.Reason.FEE, Complaint.State.UPHELD
            one = services.report_position(
                position=position,
                reason=reason,
                text="",
                phone="",
                device=f"{position.revision}",
                now=self.now,
            )
            with self.refused_or_done():
                services.settle_complaint(complaint=one, state=upheld, answer="属实", by=None, now=self.now)

    @rule(pay=st.sampled_from(("6000-9000元/月", "面议")), notes=words)
    def import_sheet(self, pay: str, notes: str) -> None:
        content = sheet_of(posting(pay=pay, notes=notes), posting(title="会计", notes=notes))
        with self.refused_or_done():
            services.import_workbook(fair=self.fair, content=content, by=None, now=self.now)

    @rule(which=st.integers(0, 1), change=st.sampled_from(("verify", "refuse", "rename", "due")))
    def change_employer(self, which: int, change: str) -> None:
        employer = self.employer(which)
        with self.refused_or_done():
            if change == "verify":
                Employer.objects.filter(pk=employer.pk, state="refused").update(state="in_review", reasons=[])
                Employer.objects.filter(pk=employer.pk).exclude(state="verified").update(verified_at=self.now)
                Employer.objects.filter(pk=employer.pk).exclude(state="verified").update(
                    state="verified", reasons=[]
                )
                verify_employers(employers=[employer.pk], by=None, now=self.now)
            elif change == "refuse":
                refuse_employer(employer=employer, by=None, now=self.now)
            elif change == "rename":
                employer.name = f"{employer.name[:20]}改"
                correct_employer(employer=employer, changed=["name"], by=None, now=self.now)
            else:
                Employer.objects.filter(pk=employer.pk, state="verified").update(state="due")

    @rule(days=st.sampled_from((0, 1, 5, 40)))
    def let_time_pass(self, days: int) -> None:
        self.now += timedelta(days=days)
        services.close_expired(now=self.now)
        over = clock.local(self.now).date()
        assert not Position.objects.filter(state="published", valid_until__lt=over).exists()

    @rule(days=st.integers(1, 60))
    def prolong(self, days: int) -> None:
        until = clock.local(self.now).date() + timedelta(days=days)
        services.prolong_positions(fair=self.fair, valid_until=until, by=None, now=self.now)

    @invariant()
    def what_is_published_satisfies_the_gate(self) -> None:
        assert violations() == []
        today = clock.local(self.now).date()
        for position in Position.objects.filter(state="published").select_related("employer"):
            assert rules.list_lapses(position, position.employer, on=today) == []


def test_published_always_satisfies_the_gate(rounds: Callable[[int, int], int]) -> None:
    """Each example runs in a transaction that is rolled back."""

    class RolledBack(PositionMachine):
        def __init__(self) -> None:
            self.outer = transaction.atomic()
            self.outer.__enter__()
            super().__init__()

        def teardown(self) -> None:
            transaction.set_rollback(True)
            self.outer.__exit__(None, None, None)

    PositionMachine.seen = {"published": 0, "kept waiting": 0}
    run_state_machine_as_test(
        RolledBack,
        settings=settings(
            max_examples=rounds(15, 400),
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    print(PositionMachine.seen)
    assert min(PositionMachine.seen.values()) > 0


@pytest.mark.parametrize(
    "planted",
    [
        {"notes": "限男性"}, {"title": "会计需交押金300元"}, {"is_repost": True, "source": "x"},
    ],
    ids=str,
)  # fmt: skip
def test_the_checker_sees_what_it_looks_for(planted: dict[str, Any]) -> None:
    """One planted violation each; the last is none, and is not reported."""
    make_position(make_fair(), **planted)
    assert len(violations()) == (0 if "source" in planted else 1)


def test_the_checker_sees_an_employer_that_may_not_hire() -> None:
    position = make_position(make_fair())
    Employer.objects.filter(pk=position.employer_id).update(state="refused")
    assert len(violations()) == 1


@pytest.mark.concurrency
def test_an_employer_changed_while_its_positions_are_published(rounds: Callable[[int, int], int]) -> None:
    """Whoever is first: no position of an unverified employer is on the fair afterwards."""
    fair, outcomes = make_fair(), []
    for number in range(rounds(15, 200)):
        employer = make_employer()
        position = make_position(fair, employer=employer, state="in_review")
        start = threading.Barrier(2)

        def publish(pk: int = position.pk, start: threading.Barrier = start) -> None:
            start.wait(5)
            services.publish_positions(fair=fair, by=None, now=NOON, positions=[pk])

        def change(
            employer: Employer = employer, start: threading.Barrier = start, late: int = number % 5
        ) -> None:
            start.wait(5)
            time.sleep(late / 250)  # so that each of the two is first now and then
            employer.name = f"{employer.name}改"
            correct_employer(employer=employer, changed=["name"], by=None, now=NOON)

        both = [threading.Thread(target=_closing, args=(act,)) for act in (publish, change)]
        for one in both:
            one.start()
        for one in both:
            one.join(20)
        position.refresh_from_db()
        outcomes.append(position.was_public)
        assert violations() == []
    print(f"published first {outcomes.count(True)}, changed first {outcomes.count(False)}")


def _closing(act: Callable[[], None]) -> None:
    try:
        act()
    finally:
        connections.close_all()
