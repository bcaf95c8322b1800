"""Over the wire: a poll is on every screen at once, and a flood of votes is no flood of pushes."""

from __future__ import annotations

import asyncio

import pytest
from asgiref.sync import sync_to_async

from jobfair.accounts.models import User
from livestream.models import PollVote
from tests.livestream.talking import make_viewer
from tests.livestream.test_polls import Voting
from tests.realtime.sockets import Frame, phone

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]


def ballot(voting: Voting, place: int, cid: str) -> Frame:
    args = {"poll_id": voting.poll.pk, "choice_id": voting.choices[place]}
    return {"do": "livestream.vote", "cid": cid, "args": args}


@sync_to_async
def viewers(count: int) -> list[User]:
    return [make_viewer() for _ in range(count)]


async def test_a_flood_of_votes_moves_the_bars_and_pushes_nothing() -> None:
    voting = await sync_to_async(Voting)()
    topic = f"live:{voting.room.pk}:poll"
    people = await viewers(30)

    async def press(user: User, place: int) -> Frame:
        async with phone(user) as socket:
            return await socket.ask(ballot(voting, place, f"vote-of-{user.pk:06d}"))

    async with phone() as watching:
        joined = await watching.join(topic)
        assert joined["snapshot"]["poll"] is None
        await sync_to_async(voting.open)()
        opened = await watching.push()
        assert (opened["is"], opened["at"]) == ("livestream.poll_changed", joined["offset"] + 1)
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(press(user, n % 3)) for n, user in enumerate(people)]
        assert all("ok" in task.result() for task in tasks)
        gauge = await watching.join(f"live:{voting.room.pk}:figures")
        assert gauge["gauge"]["poll"]["counts"] == {str(choice): 10 for choice in voting.choices}
        await sync_to_async(voting.close)()
        closed = await watching.push()
        while "gauge" in closed:
            closed = await watching.push()
        assert closed["at"] == opened["at"] + 1
        assert [one["votes"] for one in closed["data"]["poll"]["counts"]] == [10, 10, 10]
    assert await sync_to_async(PollVote.objects.count)() == 30


async def test_a_dropped_socket_and_a_second_press_are_one_vote() -> None:
    voting = await sync_to_async(Voting)()
    await sync_to_async(voting.open)()
    [viewer] = await viewers(1)
    async with phone(viewer) as socket:
        await socket.send({"id": 1, **ballot(voting, 1, "vote-dropped")})
    for cid in ("vote-dropped", "vote-again00"):
        async with phone(viewer) as socket:
            answer = await socket.ask(ballot(voting, 1, cid))
            assert [one["votes"] for one in answer["ok"]["counts"]] == [0, 1, 0]
    async with phone() as nobody:
        refused = await nobody.ask(ballot(voting, 1, "vote-nobody0"))
        assert refused["error"]["code"] == "livestream.phone_needed_to_join"
    assert await sync_to_async(PollVote.objects.count)() == 1
