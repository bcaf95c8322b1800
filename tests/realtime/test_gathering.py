"""Commands that are done together: few transactions, a reply for each, and one that fails harms only itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from jobfair.core.errors import DomainError, Invalid
from jobfair.core.schemas import Schema
from jobfair.realtime import gathering
from jobfair.realtime.registry import Asked, CommandKind, registry
from tests.realtime.sockets import phone

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]


class NoteIn(Schema):
    text: str


class NoteOut(Schema):
    number: int


class Board:
    """Keeps notes by their cid; `fail` is asked before anything is written, `lose` after all of it is."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self.rounds: list[int] = []
        self.fail: Callable[[Sequence[Asked]], None] = lambda asked: None
        self.lose: Callable[[], None] = lambda: None

    def write(self, asked: Sequence[Asked]) -> list[Schema | DomainError]:
        self.rounds.append(len(asked))
        self.fail(asked)
        outcomes: list[Schema | DomainError] = []
        for one in asked:
            if one.args.text == "refused":
                outcomes.append(Invalid(fields={"text": "no"}))
                continue
            number = self.numbers.setdefault(one.cid, len(self.numbers) + 1)
            outcomes.append(NoteOut(number=number))
        self.lose()
        return outcomes


@pytest.fixture
def board(monkeypatch: pytest.MonkeyPatch) -> Board:
    board = Board()
    kind = CommandKind("tests.note", NoteIn, together=board.write)
    monkeypatch.setitem(registry.commands, kind.name, kind)
    monkeypatch.setattr(gathering, "AGAIN_SECONDS", 0.0)
    return board


def note(text: str, cid: str) -> dict[str, Any]:
    return {"do": "tests.note", "cid": cid, "args": {"text": text}}


async def ask_all(texts: Sequence[str]) -> list[dict[str, Any]]:
    """Each by a socket of its own, at the same time."""
    async with asyncio.TaskGroup() as group:
        asked = [group.create_task(_ask(text, number)) for number, text in enumerate(texts)]
    return [task.result() for task in asked]


async def _ask(text: str, number: int) -> dict[str, Any]:
    async with phone() as socket:
        return await socket.ask(note(text, f"note-{number:05d}"))


async def test_many_share_a_round_and_each_is_answered(board: Board) -> None:
    answers = await ask_all(["a"] * 29 + ["refused"])
    assert sorted(answer["ok"]["number"] for answer in answers[:29]) == list(range(1, 30))
    assert answers[29]["error"]["code"] == "core.invalid"
    assert sum(board.rounds) == 30
    assert len(board.rounds) < 15
    print(f"30 commands in {len(board.rounds)} rounds")


async def test_a_lone_one_waits_for_no_company_and_order_is_kept(board: Board) -> None:
    async with phone() as socket:
        answers = [await socket.ask(note("a", f"note-{number:05d}")) for number in range(5)]
    assert [answer["ok"]["number"] for answer in answers] == [1, 2, 3, 4, 5]
    assert board.rounds == [1] * 5


async def test_a_poison_one_harms_only_itself(board: Board) -> None:
    def fail(asked: Sequence[Asked]) -> None:
        if any(one.args.text == "poison" for one in asked):
            raise RuntimeError("poison")

    board.fail = fail
    answers = await ask_all(["a", "poison", "a", "a"])
    assert ["ok" in answer for answer in answers] == [True, False, True, True]
    assert answers[1]["error"]["code"] == "core.refused"
    assert len(board.numbers) == 3


async def test_a_lost_answer_to_commit_is_found_by_cid(board: Board) -> None:
    lost: list[int] = []

    def lose() -> None:
        if not lost:
            lost.append(1)
            raise OperationalError("server closed the connection")

    board.lose = lose
    answers = await ask_all(["a"] * 4)
    assert sorted(answer["ok"]["number"] for answer in answers) == [1, 2, 3, 4]
    assert len(board.numbers) == 4


async def test_while_the_database_is_away_they_are_told_to_come_again(board: Board) -> None:
    def fail(asked: Sequence[Asked]) -> None:
        raise OperationalError("no")

    board.fail = fail
    async with phone() as socket:
        refused = await socket.ask(note("a", "note-00001"))
        board.fail = lambda asked: None
        done = await socket.ask(note("a", "note-00001"))
    assert (refused["error"]["code"], done["ok"]["number"]) == ("core.busy", 1)


def test_the_way_round_is_the_same(board: Board) -> None:
    body = {"cid": "note-00001", "args": {"text": "a"}}
    first, again = (
        Client().post("/api/commands/tests.note", body, content_type="application/json").json()
        for _ in range(2)
    )
    assert first == again == {"number": 1}
    refused = Client().post(
        "/api/commands/tests.note", {"cid": "note-00002", "args": {"text": "refused"}}, "application/json"
    )
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "core.invalid")


def test_a_kind_is_done_alone_or_together() -> None:
    with pytest.raises(TypeError, match="alone or together"):
        CommandKind("tests.note", NoteIn)
