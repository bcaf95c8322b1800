"""Seekers and walk-ins: take a ticket, wait, look, lose the network, come when called, or not."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any, Protocol

from jobfair.applications import consent
from jobfair.config.simulation.browser import Browser, Clock, Page, Told
from jobfair.config.simulation.scene import Scene, SimulatedBooth
from jobfair.config.simulation.wire import Pool

Json = dict[str, Any]
ACTIVE = ("waiting", "paused", "called", "arrived", "serving")
LOOK_S = 240.0  # fair seconds between two looks at the phone
WALK_S = 40.0


@dataclass
class Habits:
    """Chances, each at the moment named."""

    lines: tuple[int, ...] = (1, 1, 2, 2, 3)  # how many booths at once
    comes: float = 0.78  # called: arrives by phone; of the others some are just there
    later: float = 0.05  # called: in ten minutes
    gives_up: float = 0.03  # called: leaves
    leaves: float = 0.006  # a look while waiting
    pauses: float = 0.01
    drops: float = 0.02
    refreshes: float = 0.02
    applies: float = 0.7  # an account, once, to a booth it stood at


class Hall(Protocol):
    """What everybody shares."""

    scene: Scene
    pool: Pool
    clock: Clock
    told: Told

    def own_dice(self) -> random.Random: ...


class Seeker:
    """One person with a phone. `tickets` is what the phone shows."""

    def __init__(self, hall: Hall, session: str = "", habits: Habits | None = None) -> None:
        self.scene, self.clock, self.told, self.dice = hall.scene, hall.clock, hall.told, hall.own_dice()
        self.session = session
        self.habits = habits or Habits()
        self.tickets: dict[int, Json] = {}
        self.id = 0
        self.browser = Browser(hall.pool, self.told, self.dice, session)
        self.page = Page(self.browser, self._take)
        self._answered: set[tuple[int, str]] = set()

    async def live(self) -> None:
        """From entering to the last line's end."""
        if not await self.enter():
            return
        visited: list[SimulatedBooth] = []
        for booth in self.dice.sample(
            self.scene.booths, min(self.dice.choice(self.habits.lines), len(self.scene.booths))
        ):
            visited += [booth] if await self.take_ticket(booth) else []
            await self.clock.sleep(self.dice.uniform(5, 60))
        await self.wait_for_all()
        if self.session and visited:
            await self._apply(self.dice.choice(visited))

    async def enter(self) -> bool:
        """As a guest of this device, or signed in; then the page is open."""
        if self.session:
            entered = await self.browser.get("me")
        else:
            entered = await self.browser.press("guests")
        user = (entered or {}).get("user")
        if user is None:
            return False
        self.id = user["id"]
        self.page.open()
        self.page.follow(f"user:{self.id}")
        return True

    async def take_ticket(self, booth: SimulatedBooth) -> bool:
        channel = "online" if self.dice.random() < 0.25 else "onsite"
        ticket = await self.browser.press(f"booths/{booth.id}/tickets", {"channel": channel})
        if ticket is None:
            return False
        self.remember(ticket)
        return True

    def remember(self, ticket: Json) -> None:
        """What a reply said; a push that came first knows better."""
        self.tickets.setdefault(ticket["id"], ticket)
        if ticket["state"] in ACTIVE:
            self.page.follow(f"booth:{ticket['booth_id']}")
            self.page.follow(f"booth:{ticket['booth_id']}:estimates")

    async def wait_for_all(self) -> None:
        while any(ticket["state"] in ACTIVE for ticket in self.tickets.values()):
            for ticket in list(self.tickets.values()):
                await self._act(ticket)
            await self.page.wait(self.dice.uniform(0.5, 1.5) * LOOK_S / self.clock.speed)
            self._trouble()

    async def _act(self, ticket: Json) -> None:
        state, chance, habits = ticket["state"], self.dice.random(), self.habits
        if state == "called" and self._first(ticket, f"called {ticket['called_at']}"):
            await self._answer(ticket, chance)
        elif state == "waiting" and ticket.get("ready_asked_at") and self._first(ticket, "ready"):
            await self.press(ticket, "ready")
        elif state == "waiting" and chance < habits.leaves:
            await self.press(ticket, "leave")
        elif state == "waiting" and chance < habits.leaves + habits.pauses:
            await self.press(ticket, "pause", {"minutes": 10})
        elif state == "paused" and chance < 0.5:
            await self.press(ticket, "resume")

    async def _answer(self, ticket: Json, chance: float) -> None:
        """Called: come, ask for ten minutes, give up, or be missed; whoever is just there presses nothing."""
        habits = self.habits
        await self.clock.sleep(self.dice.expovariate(1 / WALK_S))
        if chance < habits.comes:
            await self.press(ticket, "arrive")
        elif chance < habits.comes + habits.later:
            await self.press(ticket, "later")
        elif chance < habits.comes + habits.later + habits.gives_up:
            await self.press(ticket, "leave")

    async def press(self, ticket: Json, verb: str, body: Json | None = None) -> None:
        changed = await self.browser.press(f"tickets/{ticket['id']}/{verb}", body)
        if changed is not None:
            self.told.counts["pressed by seekers"] += 1

    def _first(self, ticket: Json, what: str) -> bool:
        fresh = (ticket["id"], what) not in self._answered
        self._answered.add((ticket["id"], what))
        return fresh

    def _trouble(self) -> None:
        chance = self.dice.random()
        if chance < self.habits.drops:
            self.page.drop()
        elif chance < self.habits.drops + self.habits.refreshes:
            self.page.refresh()

    async def _apply(self, booth: SimulatedBooth) -> None:
        if not booth.positions or self.dice.random() >= self.habits.applies:
            return
        body = {
            "resume": "form",
            "source": "booth",
            "source_ref": str(booth.id),
            "consent_text_version": consent.VERSION,
        }
        await self.browser.press(f"positions/{self.dice.choice(booth.positions)}/applications", body)

    def _take(self, topic: str, name: str, data: Json) -> None:
        if not topic.startswith("user:"):
            return
        if name == "snapshot":
            shown = {ticket["id"]: ticket for ticket in data.get("tickets", [])}
            for ended in self.tickets.keys() - shown.keys():
                if self.tickets[ended]["state"] in ACTIVE:
                    self.tickets[ended] = {**self.tickets[ended], "state": "done"}  # over, however
            self.tickets |= shown
        elif name == "booths.my_ticket_changed":
            ticket = data["ticket"]
            self.tickets[ticket["id"]] = ticket
            if ticket["state"] not in ACTIVE:
                self.page.unfollow(f"booth:{ticket['booth_id']}")
                self.page.unfollow(f"booth:{ticket['booth_id']}:estimates")

    async def sees_the_truth(self) -> bool:
        """After quiet: what the phone shows as active is what a fresh page is shown."""
        fresh = await self.browser.get("me/tickets")
        if fresh is None:
            return True
        shown = {pk: ticket["state"] for pk, ticket in self.tickets.items() if ticket["state"] in ACTIVE}
        return shown == {one["id"]: one["state"] for one in fresh if one["state"] in ACTIVE}
