"""Calls at the same time: shared rounds, each its own answer, nobody harmed by another."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import pytest
from django.db import OperationalError

from jobfair.core.errors import DomainError
from jobfair.core.together import Together
from tests.booths.test_concurrency import at_once

pytestmark = [pytest.mark.unit]


class Desk:
    """Doubles numbers; its first round waits until `company` others have come. 13 is refused, 666 breaks a round."""

    def __init__(self, company: int, *, apart: Callable[[int], int] = lambda number: number) -> None:
        self.company, self.rounds = company, list[list[int]]()
        self.together: Together[int, int] = Together(self.do, apart=apart, most=8)

    def do(self, numbers: Sequence[int]) -> list[int | DomainError]:
        self.rounds.append(list(numbers))
        waited = threading.Event()
        for _ in range(6000 if len(self.rounds) == 1 else 0):
            if len(self.together._waiting) >= self.company:
                break
            waited.wait(0.01)
        if 666 in numbers:
            raise ValueError("poison")
        if 500 in numbers:
            raise OperationalError("the database is away")
        return [DomainError(f"refused {number}") if number == 13 else number * 2 for number in numbers]

    def ask(self, number: int) -> int | str:
        try:
            return self.together(number)
        except (DomainError, ValueError, OperationalError) as error:
            return type(error).__name__


def test_whoever_is_alone_is_a_round_of_one() -> None:
    desk = Desk(0)
    assert [desk.ask(number) for number in (1, 2, 13, 666, 3)] == [2, 4, "DomainError", "ValueError", 6]
    assert desk.rounds == [[1], [2], [13], [666], [3]]


def test_those_who_come_meanwhile_go_together_and_each_gets_its_own_answer() -> None:
    desk = Desk(7)
    numbers = [1, 2, 3, 13, 5, 6, 7, 8]
    answers = at_once([lambda n=n: desk.ask(n) for n in numbers], threads=8)
    assert dict(zip(numbers, answers, strict=True)) == {
        n: n * 2 if n != 13 else "DomainError" for n in numbers
    }
    assert [len(one) for one in desk.rounds] == [1, 7]


def test_a_round_has_its_limit_and_nobody_is_left_behind() -> None:
    desk = Desk(19)
    answers = at_once([lambda n=n: desk.ask(n) for n in range(20, 40)], threads=20)
    assert sorted(answers) == [n * 2 for n in range(20, 40)]
    assert [len(one) for one in desk.rounds] == [1, 8, 8, 3]


def test_poison_harms_only_itself() -> None:
    desk = Desk(4)
    answers = at_once([lambda n=n: desk.ask(n) for n in (1, 2, 666, 4, 5)], threads=5)
    assert answers == [2, 4, "ValueError", 8, 10]


def test_without_a_database_nothing_is_tried_one_by_one() -> None:
    desk = Desk(3)
    answers = at_once([lambda n=n: desk.ask(n) for n in (500, 501, 502, 503)], threads=4)
    assert "OperationalError" in answers
    assert len(desk.rounds) <= 2


def test_equal_ones_never_share_a_round() -> None:
    desk = Desk(5, apart=lambda number: number % 2)
    answers = at_once([lambda n=n: desk.ask(n) for n in (2, 4, 6, 3, 5, 7)], threads=6)
    assert sorted(answers) == [4, 6, 8, 10, 12, 14]
    for one in desk.rounds:
        assert len({number % 2 for number in one}) == len(one)
