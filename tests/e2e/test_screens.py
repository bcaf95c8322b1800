"""Every page at every size, with the longest name, 0, 1 and 999 in line, and 200 % text: nothing overflows.

Two more sizes are looked at under --full. With JOBFAIR_TEST_SCREENS=1 pictures are written to docs/screens/.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.conftest import FULL
from tests.e2e.people import PATIENCE, Person, sign_in_recruiter, take_ticket
from tests.faults.server import Server

pytestmark = [pytest.mark.e2e, pytest.mark.pages]
SIZES = {"360x740": (360, 740), "390x844": (390, 844), "1366x768": (1366, 768), "1920x1080": (1920, 1080)}
SCREENS = Path(__file__).resolve().parents[2] / "docs" / "screens"
KEEP = os.environ.get("JOBFAIR_TEST_SCREENS") == "1"

OVERFLOWING = """() => {
  const wide = document.documentElement.scrollWidth - window.innerWidth;
  const found = wide > 1 ? [`page is ${wide}px too wide`] : [];
  for (const element of document.querySelectorAll("body *")) {
    const style = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    if (box.width === 0 || style.visibility === "hidden" || element.closest("[data-scrolls], .visually-hidden, .skip"))
      continue;
    const clipped = element.scrollWidth - element.clientWidth > 2 && style.overflowX === "hidden" &&
      style.textOverflow !== "ellipsis" && element.clientWidth > 0;
    if (clipped && element.children.length === 0) found.push(`clipped: ${element.textContent.trim().slice(0, 40)}`);
  }
  return found;
}"""


async def look(page: Page, name: str, *, size: str) -> None:
    """No overflow now, and a picture where pictures are kept."""
    await page.wait_for_timeout(400)  # a page's entrance is 200 ms
    assert await page.evaluate(OVERFLOWING) == [], f"{name} at {size}"
    if KEEP:
        SCREENS.mkdir(parents=True, exist_ok=True)
        await page.screenshot(path=SCREENS / f"{name}-{size}.png")


async def visit(browser: Browser, server: Server, size: str, state: str | None = None) -> Person:
    width, height = SIZES[size]
    context = await browser.new_context(
        viewport={"width": width, "height": height},
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        has_touch=width < 500,
        storage_state=state,
        reduced_motion="reduce",
    )
    context.set_default_timeout(PATIENCE * 1000)
    return Person(context, await context.new_page(), server.url)


@pytest.fixture
def server(make_server: Callable[..., Server]) -> Server:
    return make_server(demo=True)


async def double_text(page: Page) -> None:
    """200 % text, as a phone's font setting gives it: the root size doubles."""
    await page.add_style_tag(content="html { font-size: 200% !important; }")


FILL = """
from datetime import timedelta
from booths.models import Booth, Ticket
from booths.services import call_next_ticket, take_ticket
from jobfair.accounts.models import User
from jobfair.core import clock
from jobfair.core.unit_of_work import unit_of_work
booth = Booth.objects.order_by("-id").get(employer__recruiters__user__username="recruiter-longest")
@unit_of_work
def fill():
    for n in range({count}):
        seeker = User.objects.create(username=f"filler-{{n}}", display_name="欧阳示例", is_guest=n % 3 == 0)
        take_ticket(booth=booth, seeker=seeker, channel="online" if n % 4 == 0 else "onsite", now=clock.now())
fill()
print(booth.pk)
"""


LEAVE = """
from booths.models import Ticket
from booths.services import leave_line
from jobfair.core import clock
for one in Ticket.objects.filter(booth={booth}, state="waiting").exclude(seeker__username__startswith="filler-"):
    leave_line(ticket=one, by=one.seeker, now=clock.now())
"""


def fill_longest(server: Server, count: int) -> int:
    """Put `count` people in the line of the employer with the longest name; returns the booth's id."""
    return int(
        server.manage("shell", "--no-imports", "-c", FILL.format(count=count)).strip().splitlines()[-1]
    )


every_size = pytest.mark.parametrize("size", SIZES if FULL or KEEP else ["390x844", "1366x768"])


@every_size
async def test_a_seekers_pages_hold_their_content(server: Server, browser: Browser, size: str) -> None:
    booth = fill_longest(server, 0)
    person = await visit(browser, server, size)
    page = person.page
    await person.open("/")
    await expect(page.get_by_text("南通东升机械制造集团有限公司").first).to_be_visible()
    await look(page, "fair", size=size)
    await (
        page.get_by_role("searchbox").or_(page.get_by_placeholder("搜岗位、企业、展位号")).first.fill("焊工")
    )
    await look(page, "fair-search", size=size)
    await (
        page.get_by_role("searchbox")
        .or_(page.get_by_placeholder("搜岗位、企业、展位号"))
        .first.fill("没有这样的岗位")
    )
    await person.sees("没有符合的展位")
    await look(page, "fair-nothing", size=size)
    await person.open("/")
    await page.get_by_text("南通东升机械制造集团有限公司").first.click()
    await person.sees("取号排队")
    await look(page, "booth", size=size)
    await person.open(f"/b/{booth}")  # the longest name; its credit code is wrong, so nothing is published
    await person.sees("取号排队")
    await look(page, "booth-0", size=size)
    await take_ticket(person, booth)
    await person.sees("下一位就是你")
    await look(page, "ticket-next", size=size)
    for path, name in [("/me", "me"), ("/sign-in", "sign-in"), ("/staff", "staff"), ("/nowhere", "missing")]:
        await person.open(path)
        await expect(page.locator("h1, h2").first).to_be_visible()
        await look(page, name, size=size)
    await person.open("/")
    await expect(page.get_by_text("下一位就是你").or_(page.get_by_text("前面还有")).first).to_be_visible()
    await look(page, "fair-with-ticket", size=size)


@every_size
async def test_a_called_ticket_and_the_console_hold_their_content(
    server: Server, browser: Browser, size: str
) -> None:
    password = server.demo_password
    recruiter = await visit(browser, server, size)
    await sign_in_recruiter(recruiter, "recruiter-longest", password)
    booth = int(recruiter.page.url.rsplit("/", 1)[-1])
    await look(recruiter.page, "desk-0", size=size)
    seeker = await visit(browser, server, size)
    label = await take_ticket(seeker, booth)
    await recruiter.sees(label)
    await look(recruiter.page, "desk-1", size=size)
    await recruiter.page.get_by_role("button", name="叫下一位").first.click()
    await seeker.sees("请现在到展位")
    await look(seeker.page, "ticket-called", size=size)
    await look(recruiter.page, "desk-called", size=size)
    await seeker.press("我到了")
    await recruiter.press("开始面谈")
    await seeker.sees("正在面谈")
    await look(seeker.page, "ticket-serving", size=size)
    await look(recruiter.page, "desk-serving", size=size)
    await expect(recruiter.page.locator(".endings")).to_be_visible()
    await recruiter.page.keyboard.press("1")
    await recruiter.press("记录并结束")
    await seeker.sees("面谈结束")
    await look(seeker.page, "ticket-done", size=size)
    await no_permission(seeker, booth, size)


async def no_permission(seeker: Person, booth: int, size: str) -> None:
    await seeker.open(f"/desk/{booth}")
    await expect(
        seeker.page.get_by_text("请先登录").or_(seeker.page.get_by_text("这里需要相应的权限")).first
    ).to_be_visible()
    await look(seeker.page, "desk-forbidden", size=size)


async def test_999_in_line_and_200_percent_text(server: Server, browser: Browser) -> None:
    booth = fill_longest(server, 999)
    for size in ("390x844", "1366x768"):
        await a_long_line_and_large_text(server, browser, booth, size)
        await asyncio.to_thread(server.manage, "shell", "--no-imports", "-c", LEAVE.format(booth=booth))


async def a_long_line_and_large_text(server: Server, browser: Browser, booth: int, size: str) -> None:
    password = server.demo_password
    seeker, recruiter = await visit(browser, server, size), await visit(browser, server, size)
    await sign_in_recruiter(recruiter, "recruiter-longest", password)
    await recruiter.sees("999")
    await look(recruiter.page, "desk-999", size=size)
    await take_ticket(seeker, booth)
    await seeker.sees("前面还有")
    await look(seeker.page, "ticket-999", size=size)
    large: list[tuple[str, Callable[[], Awaitable[None]]]] = [
        ("fair", lambda: seeker.open("/")),
        ("booth", lambda: seeker.open(f"/b/{booth}")),
        ("me", lambda: seeker.open("/me")),
        ("sign-in", lambda: seeker.open("/sign-in")),
    ]
    await double_text(seeker.page)
    await look(seeker.page, "ticket-large", size=size)
    for name, go in large:
        await go()
        await double_text(seeker.page)
        await seeker.page.wait_for_timeout(600)
        await look(seeker.page, f"{name}-large", size=size)
    await double_text(recruiter.page)
    await look(recruiter.page, "desk-large", size=size)


CLOSE = "from booths.models import Booth; Booth.objects"


async def active_ticket(person: Person) -> int:
    tickets = await (await person.page.request.get(f"{person.url}/api/me/tickets")).json()
    return int(tickets[0]["id"])


@pytest.mark.parametrize("size", ["390x844", "1366x768"])
async def test_what_waits_to_be_sent_holds_its_content(server: Server, browser: Browser, size: str) -> None:
    booth = fill_longest(server, 2)
    person = await visit(browser, server, size)
    page = person.page
    await person.open("/me")  # its parts are loaded before the network goes
    await take_ticket(person, booth)
    await person.open(f"/t/{await active_ticket(person)}")
    await person.sees("前面还有")
    await person.is_connected()
    await person.context.set_offline(True)
    await person.press("退出排队")
    await page.get_by_role("dialog").get_by_role("button", name="退出").first.click()
    await person.sees("等待发送")
    await look(page, "ticket-waits", size=size)
    await person.context.set_offline(False)
    await person.sees("已送达")
    await look(page, "ticket-delivered", size=size)
    await person.open(f"/b/{booth}")
    await person.sees("取号排队")
    await person.is_connected()
    await person.context.set_offline(True)
    await person.press("取号排队")
    await page.get_by_role("dialog").get_by_text("现场", exact=True).click()
    await person.sees("等待发送")
    await look(page, "booth-waits", size=size)
    await double_text(page)
    await look(page, "booth-waits-large", size=size)
    server.manage("shell", "--no-imports", "-c", f"{CLOSE}.filter(pk={booth}).update(state='closed')")
    await person.context.set_offline(False)
    await person.sees("没有取到号")
    await look(page, "booth-failed-large", size=size)
    await page.get_by_role("link", name="返回").click()
    await person.sees("没有取到号")
    await look(page, "fair-failed-large", size=size)
