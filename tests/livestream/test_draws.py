"""Draws: one entry a person, drawn once, told to the winners, and found again by anyone from what was published."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jobfair.accounts.models import User
from jobfair.core import clock, jobs
from jobfair.core.errors import DomainError, NotFound
from jobfair.core.models import AuditEntry
from jobfair.notices.models import Notice
from jobfair.realtime.gathering import do_by_http
from jobfair.realtime.models import StreamEvent
from jobfair.realtime.reading import read_topic
from jobfair.realtime.registry import Asked, registry
from livestream.access import draws as access
from livestream.live.audience import figures
from livestream.live.draws import desk_snapshot, room_snapshot
from livestream.models import DrawEntry, LuckyDraw
from livestream.rules import draws as rules
from livestream.rules.polls import NoBroadcast, PhoneNeeded
from livestream.schemas.draws import EnterDrawArgs
from livestream.services import directing
from livestream.services import draws as services
from tests.booths.test_concurrency import at_once
from tests.factories import make_seeker
from tests.livestream.scene import Studio, make_director
from tests.livestream.talking import make_viewer
from tests.livestream.test_drawing import by_hand

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]
GOLDEN = Path(__file__).resolve().parents[2] / "frontend" / "tests" / "livestream" / "draws.golden.json"


class Raffle:
    """A broadcast that is on, and a draw with two prizes."""

    def __init__(self, winners: int = 2) -> None:
        self.studio = Studio()
        self.studio.go_live()
        self.room, self.director = self.studio.room, self.studio.director
        self.draw = self.prepare(winners=winners)

    def prepare(self, prize: str = "保温杯", *, winners: int = 2) -> LuckyDraw:
        return services.prepare_draw(
            room=self.room, prize=prize, winners=winners, by=self.director, now=clock.now()
        )

    def act(self, act: Callable[..., LuckyDraw], draw: LuckyDraw | None = None) -> LuckyDraw:
        return act(draw=draw or self.draw, by=self.director, now=clock.now())

    def open(self) -> LuckyDraw:
        return self.act(services.open_draw)

    def drawn(self) -> LuckyDraw:
        return self.act(services.draw_winners)

    def enter(self, by: User | None, cid: str = "") -> DrawEntry:
        wish = services.Wish(by.pk if by else None, self.draw.pk, cid or os.urandom(12).hex())
        [outcome] = services.enter_many(wishes=[wish], now=clock.now())
        if isinstance(outcome, DomainError):
            raise outcome
        return outcome

    def many(self, count: int) -> list[User]:
        people = [make_viewer() for _ in range(count)]
        for person in people:
            self.enter(person)
        return people

    def told(self) -> dict[str, Any]:
        """The draw as the last push showed it to everyone."""
        last = StreamEvent.objects.filter(topic=f"live:{self.room.pk}:draw").order_by("-offset")[0]
        shown: dict[str, Any] = last.payload["draw"]
        return shown


def test_a_person_enters_once_and_keeps_the_number() -> None:
    raffle = Raffle()
    raffle.open()
    first, second = make_viewer(), make_viewer()
    assert [raffle.enter(one).number for one in (first, first, second, first)] == [1, 1, 2, 1]
    again = raffle.enter(first, "another-press")
    assert again.ticket == DrawEntry.objects.get(user=first).ticket
    assert figures(raffle.room.pk)["entries"] == {"id": raffle.draw.pk, "n": 2}


def test_who_may_not_enter_and_when() -> None:
    raffle = Raffle()
    with pytest.raises(NotFound):  # nobody is asked yet
        raffle.enter(make_viewer())
    raffle.open()
    for nobody in (None, make_seeker(guest=True)):
        with pytest.raises(PhoneNeeded):
            raffle.enter(nobody)
    staff = make_director(raffle.studio.fair)
    User.objects.filter(pk=staff.pk).update(phone="+8613800008801", phone_verified=True)
    with pytest.raises(rules.StaffMayNotEnter):
        raffle.enter(staff)
    with pytest.raises(rules.NobodyEntered):
        raffle.drawn()
    person = make_viewer()
    raffle.enter(person)
    raffle.drawn()
    assert raffle.enter(person).number == 1  # its reply was lost on the way
    with pytest.raises(rules.DrawOver) as refused:
        raffle.enter(make_viewer())
    assert "已经截止" in str(refused.value.text)


def test_anyone_finds_the_winners_from_what_was_published() -> None:
    """Seed bound before the first entry, list bound before the winners; computed again from public replies alone."""
    raffle = Raffle(winners=3)
    raffle.open()
    before = raffle.told()
    assert (before["seed"], before["digest"], before["won"]) == (None, None, [])
    assert LuckyDraw.objects.get().seed not in json.dumps(before)
    raffle.many(20)
    raffle.drawn()
    client = Client()
    page = client.get(f"/api/draws/{raffle.draw.pk}").json()["draw"]
    listed = client.get(f"/api/draws/{raffle.draw.pk}/entries").json()["items"]
    assert [one["number"] for one in listed] == list(range(1, 21))
    assert (
        hashlib.sha256(bytes.fromhex(page["seed"])).hexdigest() == before["commitment"] == page["commitment"]
    )
    tickets = [one["ticket"] for one in listed]
    assert hashlib.sha256("\n".join(tickets).encode()).hexdigest() == page["digest"]
    won = [listed[index]["number"] for index in by_hand(page["seed"], tickets, 3)]
    assert won == [one["number"] for one in page["won"]] == [one["number"] for one in raffle.told()["won"]]


def test_nothing_of_a_person_is_public_but_a_masked_name() -> None:
    raffle = Raffle()
    raffle.open()
    nameless = make_viewer(name="")
    for person in (make_viewer(name="欧阳小明"), nameless):
        raffle.enter(person)
    raffle.drawn()
    public = [
        Client().get(path).content.decode()
        for path in (f"/api/draws/{raffle.draw.pk}", f"/api/draws/{raffle.draw.pk}/entries")
    ]
    public.append(json.dumps(list(StreamEvent.objects.values_list("payload", flat=True)), ensure_ascii=False))
    for text in public:
        assert "欧**" in text
        for private in ("小明", "13800", "****", "phone", "user"):
            assert private not in text, private


def test_staff_see_whom_to_give_the_prize_and_winners_are_told_once() -> None:
    raffle = Raffle()
    raffle.open()
    raffle.many(5)
    raffle.drawn()
    while jobs.run_next(clock.now()):
        pass
    winners = list(DrawEntry.objects.filter(place__isnull=False).order_by("place"))
    told = Notice.objects.filter(kind="livestream.draw_won")
    assert {one.user_id for one in told} == {one.user_id for one in winners}
    assert told.count() == 2
    client = Client()
    client.force_login(raffle.director, backend="django.contrib.auth.backends.ModelBackend")
    rows = client.get(f"/api/draws/{raffle.draw.pk}/winners").json()
    assert [(one["place"], one["number"]) for one in rows] == [(one.place, one.number) for one in winners]
    phone = winners[0].user.phone or ""
    assert rows[0]["phone_masked"] == f"138****{phone[-4:]}"


def test_two_directors_draw_together_and_it_is_drawn_once(rounds: Callable[[int, int], int]) -> None:
    for _ in range(rounds(3, 60)):
        raffle = Raffle()
        raffle.open()
        raffle.many(6)
        directors = [make_director(raffle.studio.fair) for _ in range(2)]

        def press(director: User, draw: LuckyDraw = raffle.draw) -> Callable[[], list[int]]:
            def act() -> list[int]:
                services.draw_winners(draw=draw, by=director, now=clock.now())
                won = DrawEntry.objects.filter(draw=draw, place__isnull=False).order_by("place")
                return list(won.values_list("number", flat=True))

            return act

        one, other = at_once([press(director) for director in directors], threads=2)
        assert one == other
        assert len(one) == 2
        assert (
            AuditEntry.objects.filter(
                action="livestream.draw_drawn", subject=f"draw:{raffle.draw.pk}"
            ).count()
            == 1
        )
        assert jobs.run_next(clock.now())
        while jobs.run_next(clock.now()):
            pass
        assert Notice.objects.filter(kind="livestream.draw_won", about=f"draw:{raffle.draw.pk}").count() == 2


def test_who_was_told_a_number_is_in_the_list_that_was_drawn_from(rounds: Callable[[int, int], int]) -> None:
    """Many enter twice while a director draws in the middle: by the store's own count nobody is lost or doubled."""
    raffle = Raffle()
    raffle.open()
    raffle.enter(make_viewer())
    kind = registry.commands["livestream.enter_draw"]
    people = [make_viewer() for _ in range(rounds(40, 400))]

    def press(place: int) -> Callable[[], tuple[int, int] | None]:
        person = people[place % len(people)]

        def act() -> tuple[int, int] | None:
            if place == len(people):
                raffle.drawn()
                return None
            try:
                told: Any = do_by_http(
                    kind, Asked(person.pk, f"enter-{place:05d}", EnterDrawArgs(draw_id=raffle.draw.pk))
                )
            except rules.DrawOver:
                return None
            return person.pk, told.number

        return act

    told = {one for one in at_once([press(place) for place in range(2 * len(people))], threads=8) if one}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT user_id, number FROM livestream_drawentry WHERE draw_id = %s", [raffle.draw.pk]
        )
        rows = set(cursor.fetchall())
    assert told <= rows
    assert len({user for user, _ in rows}) == len(rows)
    assert sorted(number for _, number in rows) == list(range(1, len(rows) + 1))
    assert raffle.told()["entries"] == len(rows)
    print(f"{len(told)} people told a number, {len(rows)} in the list, {2 * len(people)} presses")


def test_a_room_shows_one_draw_and_an_opened_one_is_not_removed() -> None:
    raffle = Raffle()
    later = raffle.prepare("雨伞")
    raffle.open()
    assert raffle.open().state == "open"
    seed = LuckyDraw.objects.get(pk=raffle.draw.pk).seed
    raffle.open()
    assert LuckyDraw.objects.get(pk=raffle.draw.pk).seed == seed
    with pytest.raises(rules.OtherDraw):
        raffle.act(services.open_draw, later)
    with pytest.raises(rules.DrawMoved):
        services.remove_draw(draw=raffle.draw, by=raffle.director, now=clock.now())
    raffle.many(1)
    raffle.drawn()
    with pytest.raises(rules.DrawMoved):
        raffle.act(services.cancel_draw)
    raffle.act(services.open_draw, later)
    assert LuckyDraw.objects.get(pk=raffle.draw.pk).state == "gone"
    assert access.drawn_for_anyone(raffle.draw.pk).pk == raffle.draw.pk  # its page stays
    raffle.act(services.cancel_draw, later)
    with pytest.raises(NotFound):
        access.draw_for_anyone(later.pk)


def test_it_can_be_drawn_after_the_broadcast_but_not_opened() -> None:
    raffle = Raffle()
    later = raffle.prepare()
    raffle.open()
    raffle.many(1)
    directing.end(session=raffle.studio.session, by=raffle.director, now=clock.now())
    assert raffle.drawn().state == "drawn"
    with pytest.raises(NoBroadcast):
        raffle.act(services.open_draw, later)


def test_before_it_is_drawn_the_list_is_nobodys() -> None:
    raffle = Raffle()
    client = Client()
    assert client.get(f"/api/draws/{raffle.draw.pk}").status_code == 404
    raffle.open()
    raffle.many(2)
    assert client.get(f"/api/draws/{raffle.draw.pk}/entries").status_code == 404
    assert client.get(f"/api/draws/{raffle.draw.pk}").json()["draw"]["seed"] is None


def test_directors_acts_are_audited_without_a_seed() -> None:
    raffle = Raffle()
    raffle.open()
    raffle.many(1)
    raffle.drawn()
    raffle.act(services.put_away_draw)
    acts = AuditEntry.objects.filter(action__startswith="livestream.draw_").order_by("id")
    assert [(one.action.removeprefix("livestream.draw_"), one.by) for one in acts] == [
        (name, raffle.director.pk) for name in ("prepared", "opened", "drawn", "put_away")
    ]
    assert LuckyDraw.objects.get().seed not in str([one.detail for one in acts])


def test_questions_to_the_store_do_not_grow_with_the_entries() -> None:
    raffle = Raffle()
    raffle.open()

    def cost(people: int) -> int:
        wishes = [services.Wish(make_viewer().pk, raffle.draw.pk, os.urandom(8).hex()) for _ in range(people)]
        with CaptureQueriesContext(connection) as asked:
            services.enter_many(wishes=wishes, now=clock.now())
        return len(asked)

    assert cost(1) == cost(20) <= 8


class Watched:
    """A viewer's and a director's page, each kept as a browser would keep it: every push is the whole."""

    def __init__(self) -> None:
        self.raffle = Raffle()
        room = self.raffle.room.pk
        self.snapshots: dict[str, Callable[[], dict[str, Any]]] = {
            f"live:{room}:draw": lambda: room_snapshot(None, room).wire(),
            f"live:{room}:draws": lambda: desk_snapshot(None, room).wire(),
        }
        self.views = {topic: snapshot() for topic, snapshot in self.snapshots.items()}
        self.before = dict(self.views)
        self.record: dict[str, list[dict[str, Any]]] = {topic: [] for topic in self.views}

    @contextmanager
    def expect(self, *, viewers: bool) -> Iterator[None]:
        last = StreamEvent.objects.order_by("-id").values_list("id", flat=True).first() or 0
        yield
        fresh = StreamEvent.objects.filter(id__gt=last, topic__in=self.views).order_by("id")
        assert sorted(one.topic.rsplit(":", 1)[1] for one in fresh) == ["draw", "draws"][not viewers :]
        for event in fresh:
            self.views[event.topic] = event.payload
            self.record[event.topic].append({"is": event.type, "data": event.payload})
        for topic, snapshot in self.snapshots.items():
            assert self.views[topic] == snapshot(), topic


def test_old_snapshot_and_pushes_are_the_new_snapshot() -> None:
    watched = Watched()
    raffle = watched.raffle
    with watched.expect(viewers=False):
        other = raffle.prepare("雨伞", winners=1)
    with watched.expect(viewers=True):
        raffle.open()
    raffle.many(4)
    with watched.expect(viewers=True):
        raffle.drawn()
    with watched.expect(viewers=True):
        raffle.act(services.open_draw, other)
    with watched.expect(viewers=True):
        raffle.act(services.cancel_draw, other)
    with watched.expect(viewers=False):
        last = raffle.prepare("毛巾")
    with watched.expect(viewers=False):
        services.remove_draw(draw=last, by=raffle.director, now=clock.now())
    if os.environ.get("UPDATE_GOLDEN"):
        golden = [
            {"before": watched.before[topic], "pushes": watched.record[topic], "after": watched.views[topic]}
            for topic in watched.views
        ]
        GOLDEN.write_text(json.dumps(golden, ensure_ascii=False, separators=(",", ":")) + "\n")
    golden = json.loads(GOLDEN.read_text())
    shapes = [[push["is"] for push in one["pushes"]] for one in golden]
    assert shapes == [[push["is"] for push in watched.record[topic]] for topic in watched.views]
    assert [set(one["after"]) for one in golden] == [set(view) for view in watched.views.values()]
    with pytest.raises(NotFound):
        read_topic(f"live:{raffle.room.pk}:draws", make_viewer().pk, None)
