"""A socket ends within two seconds of what ends its right, with no doorbell to tell it."""

from __future__ import annotations

from typing import Any

import pytest
from asgiref.sync import sync_to_async

from booths import services as booth_services
from booths.models import Booth
from jobfair.accounts import services as account_services
from jobfair.accounts.models import User
from jobfair.accounts.rules import session_mark
from jobfair.core import clock
from jobfair.core.errors import NotFound
from jobfair.employers import services as employer_services
from jobfair.employers.models import Recruiter
from jobfair.realtime import consumer, doorbell, revocation
from tests.factories import NOON, make_booth, make_fair, make_recruiter, make_seeker
from tests.realtime.sockets import Socket, phone, session_of

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]
WITHIN = 3.0  # seconds: the two that are promised, and one for a busy machine


@pytest.fixture(params=["doorbells", "no doorbells"])
def bells(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "no doorbells":
        monkeypatch.setattr(doorbell, "ring", lambda *_: None)
    return str(request.param)


@sync_to_async
def person() -> User:
    return make_seeker()


@sync_to_async
def sign_out(user: User, cookie: bytes) -> None:
    key = cookie.decode().removeprefix("sessionid=")
    account_services.note_signed_out(user=user, session=session_mark(key), now=clock.now())


@sync_to_async
def disable(user: User) -> None:
    user.is_active = False
    account_services.save_from_back_office(user=user, fields=("is_active",), by=user, now=clock.now())


@sync_to_async
def remove(recruiter: User) -> None:
    row = Recruiter.objects.get(user=recruiter)
    employer_services.remove_recruiter(recruiter=row, by=None, now=clock.now())


@sync_to_async
def take(booth: Booth) -> None:
    booth_services.take_ticket(booth=booth, seeker=make_seeker(), channel="onsite", now=NOON)


async def settled(*sockets: Socket) -> None:
    """The hub knows them and has looked at their sessions: frames are answered one after another."""
    for socket in sockets:
        await socket.ask({"do": "leave", "topic": "booth:1"})


async def still_serves(socket: Socket, user: User) -> bool:
    return "snapshot" in await socket.join(f"user:{user.pk}")


async def test_sign_out_ends_the_sockets_of_that_session_only(bells: str) -> None:
    user = await person()
    here, there = await session_of(user), await session_of(user)
    async with phone(cookie=here) as mine, phone(cookie=there) as other, phone() as nobody:
        await settled(mine, other, nobody)
        await sign_out(user, here)
        assert await mine.closed(WITHIN) == 4100
        assert await still_serves(other, user)
        assert "error" in await nobody.ask({"do": "join", "topic": f"user:{user.pk}"})


async def test_a_ban_ends_every_socket_of_the_user(bells: str) -> None:
    user, stranger = await person(), await person()
    async with phone(user) as one, phone(user) as two, phone(stranger) as other:
        await settled(one, two, other)
        await disable(user)
        assert [await one.closed(WITHIN), await two.closed(WITHIN)] == [4101, 4101]
        assert await still_serves(other, stranger)


async def test_a_merge_ends_the_guests_sockets(bells: str) -> None:
    guest = await sync_to_async(make_seeker)(guest=True)
    async with phone(guest) as socket:
        await settled(socket)
        await sync_to_async(account_services.confirm_phone)(
            phone="+8613800001234", display_name="", guest_id=guest.pk, now=clock.now()
        )
        assert await socket.closed(WITHIN) == 4100


async def test_a_lost_office_takes_its_topic_away_and_no_other(bells: str) -> None:
    booth = await sync_to_async(lambda: make_booth(make_fair()))()
    recruiter = await sync_to_async(make_recruiter)(booth)
    desk = f"booth:{booth.pk}:desk"
    async with phone(recruiter) as socket:
        await socket.join(desk)
        line = await socket.join(f"booth:{booth.pk}")
        await remove(recruiter)
        assert await socket.push(WITHIN) == {"on": desk, "gone": True}
        await take(booth)
        push = await socket.push()
        assert (push["on"], push["at"]) == (f"booth:{booth.pk}", line["offset"] + 1)
        assert await socket.silent(1.2)
        refused = await socket.ask({"do": "join", "topic": desk})
        assert refused["error"]["code"] == "core.not_found"


async def test_rights_that_cannot_be_read_are_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    booth = await sync_to_async(lambda: make_booth(make_fair()))()
    recruiter = await sync_to_async(make_recruiter)(booth)
    honest, failures = revocation.read_lost, [OSError("no database"), OSError("no database")]

    def sometimes(*args: Any) -> set[str]:
        if failures:
            raise failures.pop()
        return honest(*args)

    monkeypatch.setattr(revocation, "read_lost", sometimes)
    async with phone(recruiter) as socket:
        await socket.join(f"booth:{booth.pk}:desk")
        await remove(recruiter)
        assert (await socket.push(5))["gone"] is True
    assert failures == []


async def test_a_right_lost_while_joining_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """The join has read the right; the office ends, and every hub has heard so, before it takes part."""
    booth = await sync_to_async(lambda: make_booth(make_fair()))()
    recruiter = await sync_to_async(make_recruiter)(booth)
    honest = consumer.read_join
    row = await sync_to_async(Recruiter.objects.get)(user=recruiter)

    def read_then_lose(*args: Any) -> Any:
        reply = honest(*args)
        employer_services.remove_recruiter(recruiter=row, by=None, now=clock.now())
        return reply

    monkeypatch.setattr(consumer, "read_join", read_then_lose)
    async with phone(recruiter) as socket:
        joined = await socket.ask({"do": "join", "topic": f"booth:{booth.pk}:desk"})
        assert "ok" in joined
        assert (await socket.push(WITHIN))["gone"] is True


@pytest.mark.parametrize(("ends", "code"), [("session", 4100), ("user", 4101)])
async def test_what_ended_during_the_handshake_is_noticed(
    ends: str, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cookie was read, then the session ended, then the hub came to know the socket."""
    user = await person()
    cookie = await session_of(user)
    honest = consumer.SocketConsumer._attend

    async def late(self: consumer.SocketConsumer, session_key: str | None) -> None:
        if ends == "user":
            await disable(user)
        else:
            await sign_out(user, cookie)
            await sync_to_async(self.scope["session"].flush)()
        await honest(self, session_key)

    monkeypatch.setattr(consumer.SocketConsumer, "_attend", late)
    async with phone(cookie=cookie) as socket:
        assert await socket.closed(WITHIN) == code


async def test_nobody_may_join_the_revocations() -> None:
    async with phone(await person()) as socket:
        assert (await socket.ask({"do": "join", "topic": revocation.TOPIC}))["error"]["code"] == NotFound.code


async def test_a_closed_socket_takes_no_more_frames() -> None:
    user = await person()
    async with phone(user) as socket:
        await still_serves(socket, user)
        await disable(user)
        assert await socket.closed(WITHIN) == 4101
        await socket.send({"id": 9, "do": "join", "topic": f"user:{user.pk}"})
        assert await socket.silent(0.5)
