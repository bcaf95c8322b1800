"""How a page comes back: sent away, reset, shut out, too slow, too much for a socket, and never as somebody else."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from playwright.async_api import Browser, Route, expect

from tests.e2e.people import DESKTOP, PATIENCE, PHONE, Person, arrive, sign_in_recruiter, take_ticket
from tests.e2e.test_outbox import KEPT_IN, first_booth, my_tickets, press_take
from tests.e2e.test_people import sign_in_by_phone
from tests.faults.server import Server
from tests.realtime.pages import run_instead

pytestmark = pytest.mark.e2e

# Every socket of the page: when it opened, and when and why it was closed (milliseconds).
RECORD = """
window.socketsOpened = []; window.socketsClosed = [];
window.WebSocket = class extends WebSocket {
  constructor(url) {
    super(url);
    this.addEventListener("open", () => window.socketsOpened.push(performance.now()));
    this.addEventListener("close", (event) => window.socketsClosed.push([performance.now(), event.code, event.reason]));
  }
};
"""


def frames_of(person: Person) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What the page's sockets send and receive from now on."""
    sent: list[dict[str, Any]] = []
    received: list[dict[str, Any]] = []

    def follow(socket: Any) -> None:
        socket.on("framesent", lambda text: sent.append(json.loads(text)))
        socket.on("framereceived", lambda text: received.append(json.loads(text)))

    person.page.on("websocket", follow)
    return sent, received


async def until(true: Callable[[], Any], what: str, within: float = PATIENCE) -> None:
    deadline = time.monotonic() + within
    while not true():
        assert time.monotonic() < deadline, what
        await asyncio.sleep(0.05)


WITHDRAW = """
from django.db import transaction
from jobfair.core import clock
from jobfair.realtime import log
with transaction.atomic():
    log.append([], at=clock.now(), withdrawn=["booth:{booth}"])
"""
DISMISS = """
from jobfair.core import clock
from jobfair.employers.models import Recruiter
from jobfair.employers.services import remove_recruiter
remove_recruiter(recruiter=Recruiter.objects.get(user__username="recruiter-1"), by=None, now=clock.now())
"""


async def test_a_page_that_is_reset_shut_out_or_sent_away_knows_what_to_do(
    make_server: Callable[..., Server], browser: Browser
) -> None:
    server = await asyncio.to_thread(make_server, demo=True)
    seeker = await arrive(browser, server.url, size=PHONE)
    recruiter = await arrive(browser, server.url, size=DESKTOP)
    await seeker.page.add_init_script(RECORD)
    sent, received = frames_of(seeker)
    await sign_in_recruiter(recruiter, "recruiter-1", server.demo_password)
    booth = int(recruiter.page.url.rsplit("/", 1)[-1])
    label = await take_ticket(seeker, booth)
    await recruiter.sees(label)

    await asyncio.to_thread(server.manage, "shell", "-v", "0", "-c", WITHDRAW.format(booth=booth))
    topic = f"booth:{booth}"
    await until(lambda: any(one.get("reset") and one["on"] == topic for one in received), "no reset came")
    afresh = [one for one in sent if one["do"] == "join" and one["topic"] == topic]
    await until(lambda: any(one.get("re") == afresh[-1]["id"] for one in received), "no answer to the join")
    assert len(afresh) >= 2
    assert afresh[-1]["since"] is None
    reply = next(one for one in received if one.get("re") == afresh[-1]["id"])
    assert [row["label"] for row in reply["ok"]["snapshot"]["waiting"]] == [label]

    await asyncio.to_thread(server.manage, "shell", "-v", "0", "-c", DISMISS)
    await recruiter.sees("这里需要相应的权限")
    await expect(recruiter.page.get_by_text(label)).to_have_count(0)

    await asyncio.to_thread(server.stop)  # SIGTERM: sockets are sent away, each told when to come back
    await asyncio.to_thread(server.start)
    await seeker.is_connected()
    away = await seeker.page.evaluate("window.socketsClosed")
    came = await seeker.page.evaluate("window.socketsOpened")
    left_at, reason = next((at, reason) for at, code, reason in away if code == 4000)
    asked_back_in = json.loads(reason)["retry_in_ms"]
    back_after = min(at for at in came if at > left_at) - left_at
    assert back_after >= asked_back_in - 50
    print(f"sent away, asked back in {asked_back_in} ms, back after {back_after:.0f} ms")
    await seeker.sees(label)


# A path that carries only as much as it is told


class Narrow:
    """Stands between browser and server, at an address of its own, and lets sockets starve."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.flows = asyncio.Event()
        self.flows.set()
        self.sockets = 0  # upgraded connections so far
        self.url = ""
        self._tasks: set[asyncio.Task[None]] = set()

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        away_reader, away_writer = await asyncio.open_connection("127.0.0.1", self.server.port, limit=4096)
        head = await reader.readuntil(b"\r\n\r\n")
        is_socket = b"upgrade: websocket" in head.lower()
        self.sockets += is_socket
        away_writer.write(head)
        both = self._pump(reader, away_writer, False), self._pump(away_reader, writer, is_socket)
        self._tasks = {task for task in self._tasks if not task.done()} | {
            asyncio.create_task(p) for p in both
        }

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, starves: bool) -> None:
        with contextlib.suppress(OSError), contextlib.closing(writer):
            while True:
                if starves:
                    await self.flows.wait()
                chunk = await reader.read(4096)
                if not chunk:
                    return
                writer.write(chunk)
                await writer.drain()

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


@contextlib.asynccontextmanager
async def narrow(server: Server) -> AsyncIterator[Narrow]:
    way = Narrow(server)
    listening = await asyncio.start_server(way.accept, "127.0.0.1", 0)
    way.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    try:
        yield way
    finally:
        listening.close()
        await way.stop()


@pytest.mark.pages
async def test_a_page_too_slow_for_its_socket_comes_back_by_offset_and_then_rests(
    make_server: Callable[..., Server], browser: Browser
) -> None:
    server = await asyncio.to_thread(make_server, demo=True)
    booth = await first_booth(await arrive(browser, server.url, size=PHONE))
    flood = ("-m", "tests.realtime.flooding", "--topic", f"booth:{booth}", "--pad", "20000")
    await asyncio.to_thread(run_instead, server, *flood)
    async with narrow(server) as way:
        person = await arrive(browser, way.url, size=PHONE)
        sent, _ = frames_of(person)
        await person.open(f"/b/{booth}")
        await person.is_connected()
        for time_closed in range(1, 4):  # a megabyte a second, and nobody reads: the server hangs up
            await until(lambda: any(one["do"] == "join" for one in sent), "not joined")
            sent.clear()
            way.flows.clear()
            await asyncio.to_thread(logged, server, time_closed)
            way.flows.set()
            if time_closed < 3:
                await until(lambda n=time_closed: way.sockets > n, "it did not come back")
                await until(
                    lambda: any(one["do"] == "join" and one.get("since") for one in sent), "not by offset"
                )
        await expect(person.page.locator("body")).to_contain_text("定时更新")
        tried = way.sockets
        await asyncio.sleep(8)
        assert way.sockets == tried == 3  # it reads by HTTP now, and hurries no more
        await person.sees("取号排队")


def logged(server: Server, times: int) -> None:
    """Wait until the server has hung up on a slow reader so many times."""
    deadline = time.monotonic() + PATIENCE
    while server.log_text().count("too slow") < times:
        assert time.monotonic() < deadline, server.log_text()[-2000:]
        time.sleep(0.1)


CROWD = """
from booths.models import Booth, Ticket
from jobfair.accounts.models import User
from jobfair.core import clock
booth = Booth.objects.get(pk={booth})
people = User.objects.bulk_create(User(username=f"crowd-{{n}}", is_guest=True) for n in range({many}))
now = clock.now()
Ticket.objects.bulk_create(
    Ticket(booth=booth, seeker=one, number=n, place=n * 1000, day=clock.today(), taken_at=now)
    for n, one in enumerate(people, 1000)
)
"""


@pytest.mark.pages
async def test_a_line_too_long_for_a_socket_is_read_by_http_and_goes_on_live(
    make_server: Callable[..., Server], browser: Browser
) -> None:
    server = await asyncio.to_thread(make_server, demo=True)
    seeker = await arrive(browser, server.url, size=PHONE)
    booth, many = await first_booth(seeker), 1500
    await asyncio.to_thread(server.manage, "shell", "-v", "0", "-c", CROWD.format(booth=booth, many=many))
    sent, received = frames_of(seeker)
    await seeker.open(f"/b/{booth}")
    await until(
        lambda: any(one.get("error", {}).get("code") == "realtime.too_large" for one in received),
        "no refusal",
    )
    await until(lambda: any("missed" in one.get("ok", {}) for one in received), "no replay after HTTP")
    joins = [one for one in sent if one["do"] == "join" and one["topic"] == f"booth:{booth}"]
    assert [one["since"] is None for one in joins] == [True, False]
    await seeker.sees(f"{many:,}")
    other = await arrive(browser, server.url, size=PHONE)
    await take_ticket(other, booth)
    await seeker.sees(f"{many + 1:,}")  # pushed


# Whose press it is


async def test_a_guest_signs_in_with_a_press_pending_and_a_strangers_session_sends_nothing(
    make_server: Callable[..., Server], browser: Browser
) -> None:
    server = await asyncio.to_thread(make_server, demo=True)
    person = await arrive(browser, server.url, size=PHONE)
    booth = await first_booth(person)
    blocked, asked = True, list[dict[str, str]]()

    async def hold(route: Route) -> None:
        asked.append(route.request.headers)
        await (route.abort("connectionreset") if blocked else route.continue_())

    await person.context.route("**/api/booths/*/tickets", hold)
    await person.open(f"/b/{booth}")
    await person.is_connected()
    await press_take(person)
    await person.sees("等待发送")
    await until(lambda: asked, "not sent as the guest")
    guest = (await (await person.page.request.get(f"{server.url}/api/me")).json())["user"]["id"]
    await sign_in_by_phone(person, "/me")
    account = (await (await person.page.request.get(f"{server.url}/api/me")).json())["user"]["id"]
    blocked = False
    await person.sees("1-001")
    assert [one["x-expected-user"] for one in asked] == [str(guest)] * (len(asked) - 1) + [str(account)] or (
        {one["x-expected-user"] for one in asked} == {str(guest), str(account)}
    )
    assert len({one["idempotency-key"] for one in asked}) == 1
    assert [ticket["label"] for ticket in await my_tickets(person)] == ["1-001"]

    # Another tab signs in as a recruiter; this page, which has not noticed, presses.
    await person.open(f"/b/{booth + 1}")
    await person.sees("取号排队")
    await person.context.route("**/api/me", lambda route: route.abort())  # and cannot find out
    headers = {"Origin": server.url, "X-CSRFToken": await csrf_of(person)}
    staff = {"username": "recruiter-2", "password": server.demo_password}
    signed = await person.page.request.post(f"{server.url}/api/staff/sign-in", data=staff, headers=headers)
    assert signed.ok, await signed.text()
    before = len(asked)
    await press_take(person)
    await until(lambda: len(asked) > before, "not sent")
    assert asked[-1]["x-expected-user"] == str(account)
    await person.context.unroute("**/api/me")
    await person.open("/me")
    await person.sees("属于另一个账号")
    kept = await person.page.evaluate(KEPT_IN)
    assert [(row["path"], row["actor"]) for row in kept] == [(f"/booths/{booth + 1}/tickets", account)]
    assert await my_tickets(person) == []  # the recruiter got no number


async def csrf_of(person: Person) -> str:
    cookies = await person.context.cookies()
    return next(str(cookie["value"]) for cookie in cookies if cookie["name"] == "csrftoken")


@pytest.mark.pages
async def test_a_note_outlives_a_reload_of_the_console_until_it_is_recorded(
    make_server: Callable[..., Server], browser: Browser
) -> None:
    server = await asyncio.to_thread(make_server, demo=True)
    seeker = await arrive(browser, server.url, size=PHONE)
    recruiter = await arrive(browser, server.url, size=DESKTOP)
    await sign_in_recruiter(recruiter, "recruiter-1", server.demo_password)
    label = await take_ticket(seeker, int(recruiter.page.url.rsplit("/", 1)[-1]))
    await recruiter.sees(label)
    await recruiter.page.get_by_role("button", name=re.compile("叫下一位")).first.click()
    await recruiter.press("开始面谈")
    note = recruiter.page.get_by_role("textbox").first
    await note.fill("数控经验五年，下周复试")
    await recruiter.page.reload()
    await expect(note).to_have_value("数控经验五年，下周复试")
    await recruiter.page.keyboard.press("Escape")
    await recruiter.page.locator("body").click(position={"x": 5, "y": 5})
    await expect(recruiter.page.locator(".endings")).to_be_visible()
    await recruiter.page.keyboard.press("1")  # talked
    await recruiter.press("记录并结束")
    await seeker.sees("面谈结束")
    await recruiter.comes_to("Object.keys(sessionStorage).filter((key) => key.includes('note'))", [])
    written = "from booths.models import Interview; print(Interview.objects.get().note)"
    assert "数控经验五年，下周复试" in await asyncio.to_thread(
        server.manage, "shell", "-v", "0", "-c", written
    )
