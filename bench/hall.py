"""A hall of booths, simulated event by event: the world `bench/estimates.py` holds the estimates against.

Nothing here is shared with the estimator. Each fair draws its own hidden parameters (`Nature`), each booth and
desk again its own; talks are heavy-tailed, desks open late, break, and close early, the pace drifts, people
leave, pause, do not come when called, are held elsewhere, come with priority or in another channel's turn.
"""

from __future__ import annotations

import heapq
import itertools
import math
import random
from collections.abc import Callable
from dataclasses import dataclass

MINUTE = 60.0
FAIR_S = 6 * 3600.0
LOOK_S = 8 * MINUTE  # how often a waiting person looks again
LONGEST_LINE = 14  # people per desk; whoever sees a longer line goes to another booth
Called = tuple[int, int, float, float, float]  # person, desk, taken, called, ended


@dataclass(frozen=True)
class Nature:
    """What a fair is like; the estimator never sees it."""

    talk_s: float
    booth_spread: float
    talk_sigma: float
    tail_share: float
    tail_index: float
    load: float
    rush: float
    leave_share: float
    no_show: float
    held: float
    pause: float
    priority: float
    online: float
    interleave: bool
    break_every_s: float
    break_s: float
    lunch: float
    late_desk: float
    early_close: float
    drift: float
    note_s: float

    @classmethod
    def draw(cls, dice: random.Random) -> Nature:
        return cls(
            talk_s=math.exp(dice.uniform(math.log(150), math.log(660))),
            booth_spread=dice.uniform(0.15, 0.5),
            talk_sigma=dice.uniform(0.35, 0.9),
            tail_share=dice.uniform(0.0, 0.08),
            tail_index=dice.uniform(1.4, 2.5),
            load=dice.uniform(0.7, 1.5),
            rush=dice.uniform(1.0, 3.0),
            leave_share=dice.uniform(0.0, 0.35),
            no_show=dice.uniform(0.02, 0.15),
            held=dice.uniform(0.0, 0.15),
            pause=dice.uniform(0.0, 0.08),
            priority=dice.uniform(0.0, 0.04),
            online=dice.uniform(0.0, 0.4),
            interleave=dice.random() < 0.4,
            break_every_s=dice.uniform(50, 150) * MINUTE,
            break_s=dice.uniform(4, 15) * MINUTE,
            lunch=dice.uniform(0.0, 0.6),
            late_desk=dice.uniform(0.0, 0.3),
            early_close=dice.uniform(0.0, 0.2),
            drift=dice.uniform(0.0, 0.3),
            note_s=dice.uniform(10, 70),
        )


@dataclass
class Person:
    number: int
    place: float
    taken_at: float
    online: bool
    leaves_at: float
    state: str = "waiting"  # waiting | held | paused | called | gone
    turn_at: float | None = None  # first called, or held while elsewhere
    paused_at: float | None = None
    misses: int = 0


@dataclass
class Desk:
    id: int
    on: bool = False
    busy_since: float | None = None
    wants_off: bool = False
    leaves_for: float = 0.0


@dataclass
class View:
    """What the product knows at one moment, and what it is asked for."""

    at: float
    person: Person
    ahead: int
    desks: int
    running: list[float]
    first: bool


class Booth:
    """One booth's day. `tell` is asked when a ticket is taken and at every later look."""

    def __init__(self, nature: Nature, dice: random.Random, tell: Callable[[Booth, View], None]) -> None:
        self.nature, self.dice, self.tell = nature, dice, tell
        self.talk_s = nature.talk_s * math.exp(dice.gauss(0, nature.booth_spread))
        self.desks = [Desk(id=n) for n in range(dice.choice([1, 1, 1, 2, 2, 3, 4]))]
        self.calls: list[Called] = []
        self.left = 0
        self.active: list[Person] = []
        self.now = 0.0
        self.pace = 1.0
        self.taken = {"online": 0, "onsite": 0}  # since the line's rule began a new round
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()
        self._plan_desks()
        self._plan_people()
        self._at(20 * MINUTE, self._drift)

    def run(self) -> None:
        while self._events and self._events[0][0] <= FAIR_S:
            self.now, _, happen = heapq.heappop(self._events)
            happen()

    # The day's plan

    def _at(self, moment: float, happen: Callable[[], None]) -> None:
        heapq.heappush(self._events, (moment, next(self._order), happen))

    def _plan_desks(self) -> None:
        nature, dice = self.nature, self.dice
        for index, desk in enumerate(self.desks):
            late = dice.uniform(5, 60) * MINUTE if index and dice.random() < nature.late_desk else 0.0
            self._at(late, lambda desk=desk: self._on(desk))
            if dice.random() < nature.early_close:
                self._at(FAIR_S - dice.uniform(10, 90) * MINUTE, lambda desk=desk: self._off(desk, FAIR_S))
            if dice.random() < nature.lunch:
                noon = dice.uniform(2.3, 3.7) * 3600
                length = dice.uniform(20, 45) * MINUTE
                self._at(noon, lambda desk=desk, length=length: self._off(desk, length))

    def _plan_people(self) -> None:
        nature, dice = self.nature, self.dice
        mean = self.talk_s * math.exp(nature.talk_sigma**2 / 2) + nature.note_s + 40
        rate = nature.load * len(self.desks) / mean
        moment, number = 0.0, 0
        while moment < FAIR_S - 10 * MINUTE:
            rush = nature.rush if moment < 3600 else 0.8
            moment += dice.expovariate(rate * rush)
            number += 1
            impatient = dice.random() < nature.leave_share
            patience = dice.expovariate(1 / (25 * MINUTE)) if impatient else math.inf
            front = dice.random() < nature.priority
            person = Person(
                number=number,
                place=-1 / number if front else float(number),
                taken_at=moment,
                online=dice.random() < nature.online,
                leaves_at=moment + patience,
            )
            self._at(moment, lambda person=person: self._take(person))

    # What happens

    def _drift(self) -> None:
        step = self.nature.drift / 3
        self.pace = min(1.8, max(0.55, self.pace * math.exp(self.dice.gauss(0.01, step))))
        self._at(self.now + 20 * MINUTE, self._drift)

    def _on(self, desk: Desk) -> None:
        desk.on, desk.wants_off = True, False
        self._at(
            self.now + self.dice.expovariate(1 / self.nature.break_every_s),
            lambda: self._off(desk, self.dice.uniform(0.5, 1.7) * self.nature.break_s),
        )
        self._call(desk)

    def _off(self, desk: Desk, length: float) -> None:
        if not desk.on:
            return
        desk.wants_off, desk.leaves_for = True, length
        if desk.busy_since is None:
            self._leave_desk(desk)

    def _leave_desk(self, desk: Desk) -> None:
        desk.on = desk.wants_off = False
        self._at(self.now + desk.leaves_for, lambda: self._on(desk))

    def _take(self, person: Person) -> None:
        self.active = [other for other in self.active if other.state not in ("called", "gone")]
        if len(self.active) > LONGEST_LINE * len(self.desks):
            return
        self.active.append(person)
        self._look(person, first=True)
        if person.leaves_at < math.inf:
            self._at(person.leaves_at, lambda: self._give_up(person))
        if self.dice.random() < self.nature.pause:
            self._at(self.now + self.dice.uniform(1, 15) * MINUTE, lambda: self._pause(person))
        for desk in self.desks:
            self._call(desk)

    def _give_up(self, person: Person) -> None:
        if person.state in ("waiting", "held", "paused"):
            person.state = "gone"
            self.left += 1

    def _pause(self, person: Person) -> None:
        if person.state == "waiting" and person.turn_at is None:
            person.state, person.paused_at = "paused", self.now
            self._at(self.now + self.dice.uniform(4, 15) * MINUTE, lambda: self._resume(person))

    def _resume(self, person: Person) -> None:
        if person.state in ("paused", "held"):
            person.state = "waiting"
            for desk in self.desks:
                self._call(desk)

    def line(self, *states: str) -> list[Person]:
        """Who is in one of these states, in the order in which they would be called."""
        waiting = sorted((p for p in self.active if p.state in states), key=lambda p: p.place)
        if not self.nature.interleave:
            return waiting
        onsite = [p for p in waiting if not p.online]
        online = [p for p in waiting if p.online]
        order, count = [], self.taken["onsite"] % 3
        while onsite and online:
            take = onsite if count < 2 else online
            order.append(take.pop(0))
            count = (count + 1) % 3
        return order + onsite + online

    def _look(self, person: Person, *, first: bool = False) -> None:
        if person.state != "waiting" or person.turn_at is not None:
            return
        line = self.line("waiting", "held", "paused")
        ahead = next(index for index, other in enumerate(line) if other is person)
        self.tell(
            self,
            View(
                at=self.now,
                person=person,
                ahead=ahead,
                desks=sum(desk.on for desk in self.desks),
                running=[self.now - d.busy_since for d in self.desks if d.on and d.busy_since is not None],
                first=first,
            ),
        )
        self._at(self.now + LOOK_S, lambda: self._look(person))

    def _call(self, desk: Desk) -> None:
        """The desk calls whoever is next, if it is on duty and free."""
        if not desk.on or desk.busy_since is not None:
            return
        for person in self.line("waiting"):
            person.turn_at = person.turn_at or self.now
            if self.dice.random() < self.nature.held:
                # With another booth just now: asked again when that talk is over.
                person.state = "held"
                self._at(self.now + self.dice.uniform(2, 12) * MINUTE, lambda p=person: self._resume(p))
                continue
            self._sit(desk, person)
            return

    def _sit(self, desk: Desk, person: Person) -> None:
        nature, dice = self.nature, self.dice
        person.state = "called"
        self.taken["onsite"] += 1
        comes = dice.random() >= nature.no_show
        if comes:
            seconds = dice.expovariate(1 / (15.0 if person.online else 40.0)) + self._talk()
        else:
            seconds = (90.0 if person.online else 180.0) + dice.uniform(0, 30)
            person.misses += 1
        desk.busy_since = self.now
        self._at(self.now + seconds, lambda: self._end(desk, person, comes))

    def _talk(self) -> float:
        nature, dice = self.nature, self.dice
        seconds = self.talk_s * self.pace * math.exp(dice.gauss(0, nature.talk_sigma))
        if dice.random() < nature.tail_share:
            seconds *= 1 + dice.paretovariate(nature.tail_index)
        return min(max(seconds, 20.0), 90 * MINUTE)

    def _end(self, desk: Desk, person: Person, came: bool) -> None:
        assert desk.busy_since is not None
        gap = self.dice.uniform(0.3, 1.7) * self.nature.note_s
        self.calls.append((person.number, desk.id, person.taken_at, desk.busy_since, self.now))
        if not came and person.misses == 1:
            behind = [p.place for p in self.line("waiting", "held") if p.place > person.place]
            person.state = "waiting"
            self.active = [*(p for p in self.active if p is not person), person]
            person.place = (
                behind[min(2, len(behind) - 1)] + 0.001 * self.dice.random() if behind else person.place
            )
        else:
            person.state = "gone"
        self._at(self.now + gap, lambda: self._free(desk))

    def _free(self, desk: Desk) -> None:
        desk.busy_since = None
        if desk.wants_off:
            self._leave_desk(desk)
        else:
            self._call(desk)
