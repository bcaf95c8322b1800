"""What was withdrawn is told to nobody again: not from an earlier offset, a stored reply or an open page."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Any, ClassVar

import pytest
from asgiref.sync import sync_to_async
from django.db import connection
from django.test import Client

from jobfair.core import clock
from jobfair.core.errors import CommandConflict, Withdrawn
from jobfair.core.events import Event
from jobfair.core.idempotency import run_once
from jobfair.core.schemas import Schema
from jobfair.core.unit_of_work import emit, unit_of_work
from jobfair.realtime import consumer, doorbell, publisher, withdrawal
from jobfair.realtime.registry import TopicKind, registry
from tests.factories import NOON
from tests.pace import Pace
from tests.realtime.sockets import phone

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]

SECRET = "不想再让人看到的话"
TOPIC = "board:1"


class Note(Schema):
    id: int
    text: str


class Notes(Schema):
    notes: list[Note]


class NoteGone(Schema):
    id: int


@dataclass(frozen=True, kw_only=True)
class NoteWritten(Event):
    name = "tests.note_written"
    note: int

    @property
    def subject(self) -> str:
        return f"note:{self.note}"


@dataclass(frozen=True, kw_only=True)
class NoteWithdrawn(NoteWritten):
    name = "tests.note_withdrawn"
    withdraws: ClassVar[bool] = True


class Board:
    """A domain with one table: its notes."""

    def __init__(self) -> None:
        self.notes: dict[int, str] = {}

    def snapshot(self, viewer: Any, id: int) -> Notes:
        return Notes(notes=[Note(id=key, text=text) for key, text in sorted(self.notes.items())])

    @unit_of_work
    def write(self, id: int, text: str) -> dict[str, Any]:
        self.notes[id] = text
        emit(NoteWritten(note=id))
        return {"id": id, "text": text}

    @unit_of_work
    def withdraw(self, id: int) -> dict[str, Any]:
        del self.notes[id]
        emit(NoteWithdrawn(note=id))
        return {"id": id, "text": ""}

    def tell_written(self, event: NoteWritten) -> Any:
        yield TOPIC, "tests.note", Note(id=event.note, text=self.notes[event.note])


@pytest.fixture
def board(monkeypatch: pytest.MonkeyPatch) -> Board:
    board = Board()
    kind = TopicKind("board:{id}", lambda *_: None, snapshot=board.snapshot, snapshot_schema=Notes)
    monkeypatch.setitem(registry.topics, "board:{id}", kind)
    monkeypatch.setitem(registry.pushes, "tests.note", Note)
    monkeypatch.setitem(publisher._announcers, NoteWritten, [board.tell_written])
    monkeypatch.setitem(withdrawal._topics, NoteWithdrawn, [lambda event: [TOPIC]])
    return board


def poll(since: dict[str, Any] | None = None) -> dict[str, Any]:
    answer: dict[str, Any] = Client().get(f"/api/streams/{TOPIC}", since).json()
    return answer


def command(board: Board, act: str, id: int, *, text: str = "", actor: str = "user:1") -> Any:
    do = {"write": lambda: board.write(id, text), "withdraw": lambda: board.withdraw(id)}[act]
    body = {"id": id, "text": text}
    return run_once(actor=actor, command=f"tests.{act}", cid=f"cid-{id:05d}", body=body, do=do, now=NOON)


def test_from_every_earlier_offset_nothing_withdrawn_is_read(board: Board) -> None:
    for id in range(1, 11):
        board.write(id, SECRET if id == 4 else f"note {id}")
    epoch, top = poll()["epoch"], poll()["offset"]
    before = [poll({"epoch": epoch, "offset": at}) for at in range(top + 1)]
    assert sum(SECRET in str(read) for read in before) == 4  # the joins since 0..3 replayed it
    board.withdraw(4)
    board.write(11, "note 11")
    reads = [poll(), *(poll({"epoch": epoch, "offset": at}) for at in range(top + 3))]
    assert [at - 1 for at, read in enumerate(reads) if SECRET in str(read)] == []
    assert all("snapshot" in read for read in reads[: top + 2])
    assert [[push["data"]["id"] for push in read["missed"]] for read in reads[top + 2 :]] == [[11], []]
    print(f"{len(reads)} reads after the withdrawal, 0 with the withdrawn text")


def test_no_table_of_the_kernel_holds_it_any_more(board: Board) -> None:
    command(board, "write", 4, text=SECRET)
    command(board, "write", 5, text="another")
    assert _rows_with(SECRET) == {"realtime_streamevent": 1, "core_commandresult": 1}
    board.withdraw(4)
    assert _rows_with(SECRET) == {}


def _rows_with(text: str) -> dict[str, int]:
    """Counts by raw SQL; JSON columns may hold the text as escapes."""
    found = {}
    with connection.cursor() as cursor:
        for table in ("realtime_streamevent", "core_commandresult", "core_auditentry", "realtime_stream"):
            cursor.execute(f"SELECT * FROM {table}")
            rows = [json.dumps([str(cell) for cell in row]) for row in cursor.fetchall()]
            escaped = [text, json.dumps(text).strip('"'), json.dumps(json.dumps(text)).strip('"\\')]
            if count := sum(any(form in row for form in escaped) for row in rows):
                found[table] = count
    return found


def test_a_stored_reply_is_not_given_out_again_and_the_command_does_not_run_again(board: Board) -> None:
    command(board, "write", 4, text=SECRET)
    kept = command(board, "write", 5, text="another")
    assert command(board, "write", 4, text=SECRET)["text"] == SECRET
    gone = command(board, "withdraw", 4)
    with pytest.raises(Withdrawn):  # a late repeat from an offline phone
        command(board, "write", 4, text=SECRET)
    assert 4 not in board.notes
    assert command(board, "withdraw", 4) == gone == {"id": 4, "text": ""}
    assert command(board, "write", 5, text="another") == kept
    with pytest.raises(CommandConflict):
        command(board, "write", 5, text="changed")


def test_a_withdrawal_that_rolls_back_withdraws_nothing(board: Board) -> None:
    command(board, "write", 4, text=SECRET)
    at = poll()

    @unit_of_work
    def fail() -> None:
        emit(NoteWithdrawn(note=4))
        raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert poll() == at
    assert "missed" in poll({"epoch": at["epoch"], "offset": 0})
    assert command(board, "write", 4, text=SECRET)["text"] == SECRET


@pytest.mark.parametrize("doorbells", ["rung", "lost"])
async def test_open_pages_are_told_within_two_seconds_to_join_anew(
    board: Board, monkeypatch: pytest.MonkeyPatch, doorbells: str
) -> None:
    if doorbells == "lost":
        monkeypatch.setattr(doorbell, "ring", lambda *_: None)
    await sync_to_async(board.write)(4, SECRET)
    async with phone() as one, phone() as other:
        for socket in (one, other):
            assert SECRET in str(await socket.join(TOPIC))
        with Pace() as pace:
            began = time.monotonic()
            await sync_to_async(board.withdraw)(4)
            frames = [await socket.push() for socket in (one, other)]
            took, allowed = time.monotonic() - began, pace.allows(2)
        assert frames == [{"on": TOPIC, "reset": True}] * 2
        again = await one.join(TOPIC)
        assert again["snapshot"] == {"notes": []}
        await sync_to_async(board.write)(5, "another")
        pushes = [await socket.push() for socket in (one, other)]
        assert [(push["at"], push["data"]["id"]) for push in pushes] == [(again["offset"] + 1, 5)] * 2
    print(f"doorbells {doorbells}: both pages told after {took:.2f} s")
    assert took < allowed


async def test_a_page_that_joined_while_it_was_withdrawn_is_told_too(
    board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The join has read its snapshot; the withdrawal commits before the subscription takes part."""
    await sync_to_async(board.write)(4, SECRET)
    honest = consumer.read_join

    def read_then_withdraw(*args: Any) -> Any:
        reply = honest(*args)
        board.withdraw(4)
        return reply

    async with phone() as early, phone() as late:
        await early.join(TOPIC)
        monkeypatch.setattr(consumer, "read_join", read_then_withdraw)
        assert SECRET in str(await late.join(TOPIC))
        monkeypatch.setattr(consumer, "read_join", honest)
        for socket in (early, late):
            assert await socket.push() == {"on": TOPIC, "reset": True}
            assert await socket.silent()


def test_only_a_fact_that_withdraws_may_empty_topics() -> None:
    with pytest.raises(TypeError):
        withdrawal.withdraw_on(NoteWritten, lambda event: [TOPIC])


def test_what_is_struck_keeps_its_place_and_loses_its_words(
    board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No page joins anew, and from no offset is it read again."""

    def strikes_of(event: NoteWithdrawn) -> list[withdrawal.Strike]:
        return [
            withdrawal.Strike(
                topic=TOPIC,
                type="tests.note",
                key="id",
                values={event.note},
                since=clock.now(),
                until=clock.now(),
                rest=lambda payload: payload | {"text": ""},
            )
        ]

    monkeypatch.setitem(withdrawal._topics, NoteWithdrawn, [])
    monkeypatch.setitem(withdrawal._strikes, NoteWithdrawn, [strikes_of])
    for id in range(1, 6):
        board.write(id, SECRET if id == 4 else f"note {id}")
    epoch, top = poll()["epoch"], poll()["offset"]
    board.withdraw(4)
    reads = [poll({"epoch": epoch, "offset": at}) for at in range(top + 1)]
    assert [read["offset"] for read in reads] == [top] * (top + 1)
    assert all("missed" in read for read in reads)
    assert SECRET not in str(reads)
    assert [push["data"]["text"] for push in reads[0]["missed"]] == [
        "note 1",
        "note 2",
        "note 3",
        "",
        "note 5",
    ]
