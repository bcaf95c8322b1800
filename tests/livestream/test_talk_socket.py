"""Over the wire: lines reach every viewer once and in order, a ban silences at once, moderators keep to themselves."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from jobfair.accounts.models import User
from jobfair.core import clock
from livestream.models import LiveLine
from livestream.services import talk as services
from tests.livestream.talking import Chatter, make_viewer
from tests.pace import Pace
from tests.realtime.sockets import Frame, Socket, phone

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]
VIEWERS_MAY_SEE = {"livestream.lines_posted", "livestream.lines_deleted", "livestream.talk_changed"}
ATTACKS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "javascript:alert(1)",
    '"><iframe srcdoc="<script>alert(1)</script>">',
    "{{constructor.constructor('alert(1)')()}}",
    "&lt;b&gt;&#x3C;script&#x3E;",
    "\u202e<b>反转</b>",
)


@sync_to_async
def scene() -> Chatter:
    return Chatter()


@sync_to_async
def viewers(count: int) -> list[User]:
    return [make_viewer() for _ in range(count)]


def line(chatter: Chatter, text: str, cid: str) -> Frame:
    return {"do": "livestream.say", "cid": cid, "args": {"room_id": chatter.room.pk, "text": text}}


async def pushes(socket: Socket, until: Any) -> list[Frame]:
    """Everything that comes, to the first one that `until` accepts."""
    seen: list[Frame] = []
    while not seen or not until(seen[-1]):
        seen.append(await socket.push())
    return seen


async def test_lines_of_many_reach_everyone_once_and_in_order() -> None:
    chatter = await scene()
    people = await viewers(8)

    async def talk(user: User, name: str) -> list[int]:
        async with phone(user) as socket:
            answers = [
                await socket.ask(line(chatter, f"{name} {n}", f"{name}-line-{n:03d}")) for n in range(5)
            ]
        return [answer["ok"]["line"]["id"] for answer in answers]

    async with phone() as one, phone(chatter.viewer) as other:
        first = [await socket.join(chatter.topic) for socket in (one, other)]
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(talk(user, f"v{n}")) for n, user in enumerate(people)]
        said = {name: task.result() for name, task in enumerate(tasks)}
        told: list[list[tuple[int, str]]] = []
        for socket, joined in zip((one, other), first, strict=True):
            lines: list[tuple[int, str]] = []
            at = joined["offset"]
            while len(lines) < 40:
                push = await socket.push()
                assert push["at"] == at + 1
                at += 1
                lines += [(row["id"], row["text"]) for row in push["data"]["lines"]]
            told.append(lines)
    assert told[0] == told[1]
    assert sorted(id for id, _ in told[0]) == sorted(id for ids in said.values() for id in ids)
    assert len(told[0]) == len({id for id, _ in told[0]}) == 40
    for number in range(8):
        own = [text for _, text in told[0] if text.startswith(f"v{number} ")]
        assert own == [f"v{number} {n}" for n in range(5)]
    print(f"40 lines of 8 people in {at - first[1]['offset']} pushes, each told once to both")


async def test_a_ban_silences_open_sockets_and_viewers_see_no_moderator() -> None:
    chatter = await scene()
    moderator, spammer = chatter.moderator, chatter.viewer

    @sync_to_async
    def moderate() -> None:
        now = clock.now()
        first = LiveLine.objects.filter(sender=spammer, state="shown").order_by("pk")[0]
        held = LiveLine.objects.get(state="held")
        services.settle_held(line=held, show=False, by=moderator, now=now)
        services.silence(
            line=first, minutes=None, reason="刷屏太多了", delete_lines=True, by=moderator, now=now
        )

    async with phone() as viewer, phone(spammer) as spam, phone(spammer) as second, phone(moderator) as desk:
        await viewer.join(chatter.topic)
        await viewer.join(f"live:{chatter.room.pk}")
        await spam.join(f"user:{spammer.pk}:live")
        await desk.join(f"live:{chatter.room.pk}:moderation")
        assert "ok" in await spam.ask(line(chatter, "第一句", "spam-00001"))
        assert (await spam.ask(line(chatter, "看 www.example.com", "spam-00002")))["ok"]["state"] == "held"
        with Pace() as pace:
            await moderate()
            began = time.monotonic()
            for number, socket in enumerate((spam, second)):
                refused = await socket.ask(line(chatter, "还要说", f"spam-1000{number}"))
                assert refused["error"]["code"] == "livestream.banned"
            told = await pushes(spam, lambda push: push["on"].startswith("user:"))
            assert time.monotonic() - began < pace.allows(2)
        assert told[-1]["data"]["silenced"][0]["banned"] is True
        await sync_to_async(chatter.say)("散场", by=await sync_to_async(make_viewer)())
        seen = await pushes(viewer, lambda push: "散场" in str(push))
        desks = await pushes(desk, lambda push: push["is"] == "livestream.sanctions_changed")
    assert {push["is"] for push in seen} <= VIEWERS_MAY_SEE
    for private in ("held", "sanction", "刷屏太多了", "example.com", "decided", "sender"):
        assert private not in str(seen), private
    assert [push["is"] for push in desks] == [
        "livestream.line_held",
        "livestream.held_line_settled",
        "livestream.sanctions_changed",
    ]
    print(f"{len(seen)} frames on the viewer's wire, none of a moderator")


async def test_what_is_said_goes_as_text_and_comes_back_as_it_was() -> None:
    chatter = await scene()
    people = await viewers(len(ATTACKS))
    async with phone() as viewer:
        await viewer.join(chatter.topic)
        for number, (user, attack) in enumerate(zip(people, ATTACKS, strict=True)):
            async with phone(user) as socket:
                answer = await socket.ask(line(chatter, attack, f"attack-{number:04d}"))
                assert answer["ok"]["state"] == "shown", attack
            push = await viewer.push()
            assert push["data"]["lines"][0]["text"].rstrip("\u202c") == attack


async def test_a_stranger_is_refused_and_the_socket_lives_on() -> None:
    chatter = await scene()
    async with phone() as nobody:
        refused = await nobody.ask(line(chatter, "你好", "nobody-0001"))
        assert refused["error"]["code"] == "livestream.phone_needed"
        unreadable = await nobody.ask(
            {"do": "livestream.say", "cid": "nobody-0002", "args": {"room_id": "x"}}
        )
        assert unreadable["error"]["code"] == "core.invalid"
        missing = await nobody.ask(
            {"do": "livestream.say", "cid": "nobody-0003", "args": {"room_id": 999_999, "text": "你好"}}
        )
        assert missing["error"]["code"] == "core.not_found"
        assert (await nobody.join(chatter.topic))["snapshot"]["lines"] == []
