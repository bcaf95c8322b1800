"""A socket ends within two seconds of what ends its right, with no doorbell to tell it."""

from __future__ import annotations

import time
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.test import Client

from booths import services as booth_services
from booths.models import Booth
from jobfair.accounts import services as account_services
from jobfair.accounts.models import User
from jobfair.accounts.rules import session_mark
from jobfair.core import clock
from jobfair.core.errors import NotFound
from jobfair.core.models import AuditEntry
from jobfair.employers import services as employer_services
from jobfair.employers.models import Recruiter
from jobfair.fairs import services as fair_services
from jobfair.fairs.access import organises
from jobfair.fairs.models import Fair, FairStaff
from jobfair.realtime import consumer, doorbell, revocation
from jobfair.realtime.registry import TopicKind, registry
from tests.factories import NOON, make_booth, make_fair, make_recruiter, make_seeker
from tests.pace import Pace
from tests.realtime.sockets import Frame, Socket, phone, session_of

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]
WITHIN = 2.0  # seconds


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


async def closed(socket: Socket) -> int:
    """Its close code, which came in time."""
    with Pace() as pace:
        began = time.monotonic()
        code = await socket.closed()
        assert time.monotonic() - began < pace.allows(WITHIN)
    return code


async def pushed(socket: Socket) -> Frame:
    """Its next push, which came in time. Figures (line lengths once a second) may change meanwhile."""
    with Pace() as pace:
        began = time.monotonic()
        while "gauge" in (push := await socket.push()):
            pass
        assert time.monotonic() - began < pace.allows(WITHIN)
    return push


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
        assert await closed(mine) == 4100
        assert await still_serves(other, user)
        assert "error" in await nobody.ask({"do": "join", "topic": f"user:{user.pk}"})


async def test_a_ban_ends_every_socket_of_the_user(bells: str) -> None:
    user, stranger = await person(), await person()
    async with phone(user) as one, phone(user) as two, phone(stranger) as other:
        await settled(one, two, other)
        await disable(user)
        assert [await closed(one), await closed(two)] == [4101, 4101]
        assert await still_serves(other, stranger)


async def test_a_merge_ends_the_guests_sockets(bells: str) -> None:
    guest = await sync_to_async(make_seeker)(guest=True)
    async with phone(guest) as socket:
        await settled(socket)
        await sync_to_async(account_services.confirm_phone)(
            phone="+8613800001234", display_name="", guest_id=guest.pk, now=clock.now()
        )
        assert await closed(socket) == 4100


async def test_a_lost_office_takes_its_topic_away_and_no_other(bells: str) -> None:
    booth = await sync_to_async(lambda: make_booth(make_fair()))()
    recruiter = await sync_to_async(make_recruiter)(booth)
    desk = f"booth:{booth.pk}:desk"
    async with phone(recruiter) as socket:
        await socket.join(desk)
        line = await socket.join(f"booth:{booth.pk}")
        await remove(recruiter)
        assert await pushed(socket) == {"on": desk, "gone": True}
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
        assert (await pushed(socket))["gone"] is True


@pytest.mark.parametrize(("ends", "code"), [("session", 4100), ("user", 4101), ("password", 4100)])
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
        elif ends == "password":
            user.set_password("another-password-9")
            await user.asave()
        else:
            await sign_out(user, cookie)
            await sync_to_async(self.scope["session"].flush)()
        await honest(self, session_key)

    monkeypatch.setattr(consumer.SocketConsumer, "_attend", late)
    async with phone(cookie=cookie) as socket:
        assert await closed(socket) == code


async def test_nobody_may_join_the_revocations() -> None:
    async with phone(await person()) as socket:
        assert (await socket.ask({"do": "join", "topic": revocation.TOPIC}))["error"]["code"] == NotFound.code


async def test_a_closed_socket_takes_no_more_frames() -> None:
    user = await person()
    async with phone(user) as socket:
        await still_serves(socket, user)
        await disable(user)
        assert await closed(socket) == 4101
        await socket.send({"id": 9, "do": "join", "topic": f"user:{user.pk}"})
        assert await socket.silent(0.5)


# Passwords


@sync_to_async
def boss() -> User:
    return User.objects.create_superuser("boss", password="the-old-password")


@sync_to_async
def post_in_back_office(by: User, path: str, **fields: str) -> None:
    client = Client()
    client.force_login(by, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.post(path, fields)
    assert answer.status_code == 302


NEW = {"password1": "another-password-9", "password2": "another-password-9"}


@pytest.mark.parametrize(
    "form", [{**NEW, "usable_password": "true"}, {"usable_password": "false", "unset-password": "1"}]
)
async def test_a_password_changed_in_the_back_office_ends_every_socket_of_its_user(
    form: dict[str, str],
) -> None:
    chief, user, stranger = await boss(), await person(), await person()
    user.set_password("the-old-password")
    await user.asave()
    async with phone(user) as one, phone(user) as two, phone(stranger) as other:
        await settled(one, two, other)
        await post_in_back_office(chief, f"/admin/accounts/user/{user.pk}/password/", **form)
        assert [await closed(one), await closed(two)] == [4100, 4100]
        assert await still_serves(other, stranger)
    assert await AuditEntry.objects.filter(
        action="accounts.password_changed", subject=f"user:{user.pk}"
    ).acount()


async def test_ones_own_new_password_ends_ones_sockets() -> None:
    chief = await boss()
    async with phone(chief) as socket:
        await settled(socket)
        await post_in_back_office(
            chief,
            "/admin/password_change/",
            old_password="the-old-password",
            new_password1=NEW["password1"],
            new_password2=NEW["password2"],
        )
        assert await closed(socket) == 4100


async def test_an_edited_name_ends_no_socket() -> None:
    chief, user = await boss(), await person()
    async with phone(user) as socket:
        await settled(socket)
        user.display_name = "王小红"
        await sync_to_async(account_services.save_from_back_office)(
            user=user, fields=("display_name",), by=chief, now=clock.now()
        )
        assert await still_serves(socket, user)
        assert await socket.silent(0.3)


# Objects taken out of view


@sync_to_async
def take_back(fair: Fair) -> None:
    fair_services.change_state(fair=fair, state=Fair.State.DRAFT, by=None, now=clock.now())


@sync_to_async
def scheduled_booth() -> Booth:
    booth = make_booth(make_fair())
    Fair.objects.filter(pk=booth.fair_id).update(state=Fair.State.SCHEDULED)
    return Booth.objects.select_related("fair").get(pk=booth.pk)


async def test_a_fair_taken_back_is_gone_from_every_open_page_and_no_other_is(bells: str) -> None:
    booth, other = await scheduled_booth(), await sync_to_async(lambda: make_booth(make_fair()))()
    recruiter = await sync_to_async(make_recruiter)(booth)
    line, desk, fair = f"booth:{booth.pk}", f"booth:{booth.pk}:desk", f"fair:{booth.fair_id}"
    async with phone() as nobody, phone(recruiter) as console, phone(await person()) as seeker:
        for socket, topics in (
            (nobody, [line, fair]),
            (console, [desk]),
            (seeker, [line, f"booth:{other.pk}"]),
        ):
            for topic in topics:
                await socket.join(topic)
        await take_back(booth.fair)
        gone = [await pushed(nobody), await pushed(nobody)]
        assert sorted(one["on"] for one in gone) == [line, fair]
        assert all(one["gone"] is True for one in gone)
        assert await pushed(console) == {"on": desk, "gone": True}
        assert await pushed(seeker) == {"on": line, "gone": True}
        assert (await nobody.ask({"do": "join", "topic": line}))["error"]["code"] == NotFound.code
        await take(other)
        assert (await seeker.push())["on"] == f"booth:{other.pk}"


async def test_a_fair_taken_back_while_joining_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    booth = await scheduled_booth()
    honest = consumer.read_join

    def read_then_lose(*args: Any) -> Any:
        reply = honest(*args)
        fair_services.change_state(fair=booth.fair, state=Fair.State.DRAFT, by=None, now=clock.now())
        return reply

    monkeypatch.setattr(consumer, "read_join", read_then_lose)
    async with phone() as nobody:
        joined = await nobody.ask({"do": "join", "topic": f"booth:{booth.pk}"})
        assert "ok" in joined
        assert (await pushed(nobody))["gone"] is True


@pytest.mark.parametrize("how", ["removed", "given another role"])
async def test_a_lost_office_at_a_fair_takes_its_topics_away(how: str) -> None:
    fair = await sync_to_async(make_fair)()
    user = await person()
    await sync_to_async(fair_services.appoint_staff)(
        fair=fair, user=user, role=FairStaff.Role.ORGANISER, by=None, now=clock.now()
    )

    def may_organise(viewer: User | None, fair_id: int) -> None:
        if not organises(viewer, Fair.objects.get(pk=fair_id)):
            raise NotFound

    kind = TopicKind("organisers:{id}", may_organise, gauge=lambda _: {})
    registry.topics[kind.pattern] = kind
    try:
        async with phone(user) as socket:
            await socket.join(kind.topic(fair.pk))
            await socket.join(f"fair:{fair.pk}")
            if how == "removed":
                await sync_to_async(fair_services.remove_staff)(
                    fair=fair, user=user, by=None, now=clock.now()
                )
            else:
                await sync_to_async(fair_services.appoint_staff)(
                    fair=fair, user=user, role=FairStaff.Role.STAFF, by=None, now=clock.now()
                )
            assert await pushed(socket) == {"on": kind.topic(fair.pk), "gone": True}
            assert await socket.silent(0.5)
    finally:
        del registry.topics[kind.pattern]
