"""Recruiters at their desks, and the clerk at the kiosk."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from typing import Any

from jobfair.config.simulation.browser import Browser, Page
from jobfair.config.simulation.scene import SimulatedBooth, SimulatedDesk
from jobfair.config.simulation.seekers import Hall, Seeker

Json = dict[str, Any]
TALK_S, TALK_SPREAD = 300.0, 0.7  # median and standard deviation of the logarithm
JUST_THERE = 0.5  # of those who have not pressed "I am here", who stand at the desk all the same
LONGEST_TALK_S = 1500.0
TURNS = 80  # looks at the line before a call is given up as lost
AT_A_DESK = ("called", "arrived", "serving")
OUTCOMES = ("", "", "", "reserve", "second_interview", "reject", "offer")


class Recruiter:
    """One person at one desk. The page follows the booth's public line, which says who has arrived."""

    def __init__(
        self, desk: SimulatedDesk, booth: SimulatedBooth, others: list[SimulatedBooth], hall: Hall
    ) -> None:
        self.desk, self.booth, self.others = desk, booth, others
        self.clock, self.told, self.dice = hall.clock, hall.told, hall.own_dice()
        self.browser = Browser(hall.pool, self.told, self.dice, desk.session)
        self.page = Page(self.browser, self._take)
        self.rows: dict[int, Json] = {}
        self.closing = False

    async def live(self) -> None:
        self.page.open()
        self.page.follow(f"booth:{self.booth.id}")
        await self._press("duty", {"state": "on"})
        while not (self.closing and not self.waiting):
            if await self._call_one():
                await self._trouble()
            else:
                await self.page.wait(self.dice.uniform(20, 60) / self.clock.speed + 0.3)
        await self._press("duty", {"state": "off"})

    @property
    def waiting(self) -> list[Json]:
        return [row for row in self.rows.values() if row["state"] == "waiting"]

    async def _call_one(self) -> bool:
        """One call to its end; False where nobody could be called."""
        mine = self._at_this_desk()
        if mine is None and not self.waiting:
            return False
        if mine is None:
            called = await self._call()
            if not called:
                return False
            mine = called["id"]
            if self.dice.random() < 0.015:
                await self.press(mine, "undo", {"what": "call"})
                return True
            if self.dice.random() < 0.03:
                await self.press(mine, "recall")
        await self._attend(mine)
        return True

    async def _call(self) -> Json | None:
        if len(self.waiting) > 2 and self.dice.random() < 0.02:
            picked = self.dice.choice(self.waiting)["ticket_id"]
            return await self._press("call", {"ticket_id": picked, "reason": "预约过的求职者"})
        called = await self._press("call-next", None)
        return called["ticket"] if called else None

    def _at_this_desk(self) -> int | None:
        """Whoever this desk has called or talks to, as a page loaded anew would find them."""
        at_desks = (row for row in self.rows.values() if row["desk_number"] == self.desk.number)
        return next((row["ticket_id"] for row in at_desks if row["state"] in AT_A_DESK), None)

    async def _attend(self, ticket: int) -> None:
        """Until the person has been talked to, or the call is over without."""
        looks_up = self.dice.randrange(2, 8) if self.dice.random() < JUST_THERE else TURNS
        for turn in range(TURNS):
            row = self.rows.get(ticket)
            state = row["state"] if row else "called" if turn == 0 else "gone"
            if state == "serving":
                await self._talk_with(ticket)
                return
            if state == "arrived" or (state == "called" and turn >= looks_up):
                if await self.press(ticket, "serve") is not None:
                    await self._talk_with(ticket)
                    return
            elif state != "called":
                return
            elif turn > 10 and self.dice.random() < 0.2:
                await self.press(ticket, "miss")
            await self.page.wait(15 / self.clock.speed + 0.4)

    async def _talk_with(self, ticket: int) -> None:
        seconds = min(TALK_S * math.exp(self.dice.gauss(0, TALK_SPREAD)), LONGEST_TALK_S)
        await self.clock.sleep(seconds)
        await self._finish(ticket)

    async def _finish(self, ticket: int) -> None:
        outcome = self.dice.choice(OUTCOMES)
        body = {"result": "talked", "outcome": outcome, "note": "模拟记录"}
        if outcome == "reject":
            body["reason_code"] = "filled"
        if await self.press(ticket, "finish", body) is None or (
            self.dice.random() < 0.02 and await self.press(ticket, "undo", {"what": "finish"}) is not None
        ):
            await self.press(ticket, "finish", {"result": "talked", "note": "模拟记录"})

    async def _trouble(self) -> None:
        chance = self.dice.random()
        if chance < 0.02:
            await self._press("duty", {"state": "away"})
            await self.clock.sleep(self.dice.uniform(240, 900))
            await self._press("duty", {"state": "on"})
        elif chance < 0.03 and self.waiting:
            await self.press(self.dice.choice(self.waiting)["ticket_id"], "hold", {"minutes": 5})
        elif chance < 0.04 and self.waiting and self.others:
            there = self.dice.choice(self.others)
            row = self.dice.choice(self.waiting)
            await self.press(row["ticket_id"], "transfer", {"booth_id": there.id})
        elif chance < 0.06:
            self.page.drop()
        elif chance < 0.08:
            self.page.refresh()
        await self.clock.sleep(self.dice.uniform(10, 50))

    async def close_booth(self) -> None:
        """Whoever still waits is told; a call or a talk at another desk is let end."""
        for _ in range(30):
            if await self.browser.press(f"booths/{self.booth.id}/close", {"confirm": True}) is not None:
                return
            await asyncio.sleep(1.0)
        self.told.failed["booth that did not close"] += 1

    async def press(self, ticket: int, verb: str, body: Json | None = None) -> Json | None:
        return await self.browser.press(f"tickets/{ticket}/{verb}", body)

    async def _press(self, verb: str, body: Json | None) -> Json | None:
        return await self.browser.press(f"desks/{self.desk.id}/{verb}", body)

    def _take(self, topic: str, name: str, data: Json) -> None:
        if name == "snapshot":
            self.rows = {row["ticket_id"]: row for row in data["waiting"]}
        elif name == "booths.ticket_ended":
            self.rows.pop(data["ticket_id"], None)
        elif "ticket" in data:
            self.rows[data["ticket"]["ticket_id"]] = data["ticket"]


class Clerk:
    """Gives paper tickets to walk-ins; some claim theirs on a phone. Notes a priority once a certificate is seen."""

    def __init__(self, hall: Hall) -> None:
        self.hall, self.scene, self.clock, self.dice = hall, hall.scene, hall.clock, hall.own_dice()
        self.browser = Browser(hall.pool, hall.told, self.dice, hall.scene.clerk)

    async def live(self, papers: int, over: float, join: Callable[[Seeker, Json], None]) -> None:
        """`papers` tickets within `over` fair seconds; `join` lets whoever claimed one live on."""
        for _ in range(papers):
            await self.clock.sleep(self.dice.expovariate(papers / over))
            booth = self.dice.choice(self.scene.booths)
            paper = await self.browser.press(f"fairs/{self.scene.slug}/kiosk/tickets", {"booth_id": booth.id})
            if paper is None:
                continue
            ticket = paper["ticket"]
            if self.scene.priorities and self.dice.random() < 0.15:
                seen = {"kind": "veteran", "certificate": "veteran_card"}
                await self.browser.press(f"tickets/{ticket['id']}/priority", seen)
            if self.dice.random() < 0.6:
                await self._claim(paper, join)

    async def _claim(self, paper: Json, join: Callable[[Seeker, Json], None]) -> None:
        walker = Seeker(self.hall)
        if not await walker.enter():
            return
        body = {"label": paper["ticket"]["label"], "code": paper["claim_code"]}
        claimed = await walker.browser.press("tickets/claim", body)
        if claimed is not None:
            join(walker, claimed)
        else:
            await walker.page.close()
