"""Random taps at two gates, brought in whenever and however often: the figure depends on what happened alone."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from jobfair.checkin import queries, services
from jobfair.checkin.models import Passage
from jobfair.checkin.services import Scan
from jobfair.core import clock
from tests.checkin.scene import Doors, text_of

pytestmark = [pytest.mark.integration, pytest.mark.django_db]
PEOPLE, PHONES = 3, 2


class DoorsMachine(RuleBasedStateMachine):
    """`doors` hears the phones as they come; `calm` hears everything once, in order, at the end."""

    def __init__(self) -> None:
        super().__init__()
        self.doors = Doors()
        self.passes = [text_of(self.doors.issue()) for _ in range(PEOPLE)]
        self.kept: list[list[Scan]] = [[] for _ in range(PHONES)]
        self.made: dict[str, Scan] = {}
        self.brought: set[str] = set()

    @rule(
        phone=st.integers(0, PHONES - 1),
        person=st.integers(-1, PEOPLE - 1),
        direction=st.sampled_from(["in", "out"]),
        seconds=st.integers(0, 40),
    )
    def tap(self, phone: int, person: int, direction: str, seconds: int) -> None:
        self.doors.now += timedelta(seconds=seconds)
        scan = self.doors.scan(
            self.passes[person] if person >= 0 else None, direction, decided_by_device=True
        )
        self.kept[phone].append(scan)
        self.made[scan.id] = scan

    @rule(pick=st.integers(0, 99), seconds=st.integers(0, 20))
    def undo(self, pick: int, seconds: int) -> None:
        if not self.made:
            return
        scan = list(self.made.values())[pick % len(self.made)]
        undone = Scan(**{**vars(scan), "undone_at": scan.device_at + timedelta(seconds=seconds)})
        if scan.undone_at is None:
            self.made[scan.id] = undone
            self.kept[pick % PHONES].append(undone)

    @rule(
        phone=st.integers(0, PHONES - 1),
        seed=st.integers(),
        forgets=st.booleans(),
        waited=st.integers(0, 3600),
    )
    def bring(self, phone: int, seed: int, forgets: bool, waited: int) -> None:
        """Some of what a phone keeps, in any order; when the reply is lost it is sent again later."""
        batch = self.kept[phone][:]
        random.Random(seed).shuffle(batch)
        batch = batch[: len(batch) // 2 + 1]
        if not batch:
            return
        self.doors.now += timedelta(seconds=waited)
        assert [answer.scan_id for answer in self.doors.bring(*batch)] == [scan.id for scan in batch]
        self.brought |= {scan.id for scan in batch}
        if forgets:
            self.kept[phone] = [scan for scan in self.kept[phone] if scan not in batch]

    @invariant()
    def each_scan_is_one_passage(self) -> None:
        assert (
            set(Passage.objects.filter(fair=self.doors.fair).values_list("scan_id", flat=True))
            == self.brought
        )
        assert Passage.objects.filter(fair=self.doors.fair).count() == len(self.brought)

    def teardown(self) -> None:
        for phone, batch in enumerate(self.kept):
            if batch:
                self.doors.bring(*batch)
            self.kept[phone] = []
        self.doors.bring(*self.made.values()) if self.made else None
        day = clock.local(self.doors.now).date()
        heard = queries.count(self.doors.fair.pk, day)
        calm = Doors()
        calm.now = self.doors.now
        people = {old: text_of(calm.issue()) for old in self.passes}
        for scan in sorted(self.made.values(), key=lambda one: one.device_at):
            calm.bring(
                Scan(**{**vars(scan), "gate_id": calm.south.pk, "shown": people.get(scan.shown or "")})
            )
        assert queries.count(calm.fair.pk, day) == heard
        minutes = queries.minutes_of(self.doors.fair, day)
        if minutes:
            assert minutes[-1].occupancy == queries.count_inside(self.doors.fair.pk, day)
        with transaction.atomic():
            services.remove_passages(fair=self.doors.fair, now=self.doors.now)
            services.remove_passages(fair=calm.fair, now=self.doors.now)


def test_any_order_of_batches_gives_the_same_figure(rounds: Callable[[int, int], int]) -> None:
    examples = rounds(5, 300)
    machine_settings = settings(
        max_examples=examples,
        stateful_step_count=14,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
    )
    run_state_machine_as_test(DoorsMachine, settings=machine_settings)
    print(f"{examples} fairs of up to 14 steps, two phones, {PEOPLE} passes")
