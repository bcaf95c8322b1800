"""Advice at the fair: a time booked on a phone, called by a counsellor, and the plan on the phone afterwards."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e.applying import verify_phone
from tests.e2e.people import DESKTOP, PHONE, Person, arrive
from tests.faults.server import Server

pytestmark = [pytest.mark.e2e, pytest.mark.pages]
SCREENS = Path(__file__).resolve().parents[2] / "docs" / "screens"
KEEP = os.environ.get("JOBFAIR_TEST_SCREENS") == "1"

# Times all day and night, so that one is always near; its own desk is what the strip shows first.
ALL_DAY = """
from datetime import time
from booths.models import Booth
from jobfair.advice.services import set_booking_rule
from jobfair.core import clock
booth = Booth.objects.get(number=301)
set_booking_rule(booth=booth, slot_minutes=5, each=1, opens=time(0), closes=time(23, 59), by=None, now=clock.now())
"""


async def picture(page: Page, name: str) -> None:
    if KEEP:
        SCREENS.mkdir(parents=True, exist_ok=True)
        await page.screenshot(path=SCREENS / f"{name}.png", full_page=True)


async def sign_in(counsellor: Person, password: str) -> None:
    """A counsellor of several desks picks one."""
    await counsellor.open("/staff")
    await counsellor.page.get_by_label("账号").fill("counsellor")
    await counsellor.page.get_by_label("密码").fill(password)
    await counsellor.press("登录")
    await counsellor.page.get_by_role("link", name=re.compile("政策咨询")).click()
    await expect(counsellor.page).to_have_url(re.compile(r"/desk/\d+$"))


async def book(seeker: Person) -> None:
    """From the fair's page to a booked time."""
    page = seeker.page
    await seeker.open("/f/nantong")
    await page.get_by_role("region", name="服务台").get_by_role("link", name="政策咨询").click()
    await seeker.sees("预约时间")
    await page.get_by_role("button", name=re.compile(r"余\s*1")).first.click()
    await page.get_by_label("想问什么（可不填）").fill("社保怎么转到南通")
    await picture(page, "service-book")
    await page.get_by_role("button", name=re.compile("^预约.月|^预约")).last.click()
    await seeker.sees("我的预约")


async def come(seeker: Person, stranger: Person) -> int:
    """Somebody without a booking takes a number first; who has booked comes then. Returns the desk's id."""
    desk = int(seeker.page.url.rsplit("/", 1)[-1])
    await stranger.open(f"/b/{desk}")
    await stranger.press("取号排队")
    await stranger.page.get_by_role("dialog").get_by_text("现场", exact=True).click()
    await stranger.sees("下一位就是你")
    await seeker.press("我到了，取号")
    await seeker.press("我在现场")
    await expect(seeker.page).to_have_url(re.compile(r"/t/\d+$"))
    await seeker.sees("301-002")
    return desk


async def advise(counsellor: Person, seeker: Person, desk: int) -> None:
    """Call, talk, write, finish. What was typed is saved by finishing."""
    page = counsellor.page
    await counsellor.open(f"/desk/{desk}")
    await counsellor.sees("301-002")
    await picture(page, "service-desk-line")
    await page.get_by_role("button", name=re.compile("叫下一位")).first.click()
    await seeker.sees("请现在到展位")
    await seeker.press("我到了")
    await counsellor.press("开始面谈")
    await seeker.sees("工作人员写好后，规划会出现在这里")
    form = page.get_by_role("form", name="职业规划")
    await form.get_by_label("主题").fill("社保转移")
    await form.get_by_label("建议").fill("先在原参保地开凭证，再到新单位办转移，两边不用都跑。")
    await form.get_by_label("做什么").fill("到社保窗口补交材料")
    await form.get_by_label("什么时候前").fill("2027-01-15")
    await form.get_by_label("资料网址").fill("https://example.org/leaflet")
    await picture(page, "service-desk-plan")
    assert await page.locator(".endings button").count() == 3  # it neither hires nor rejects
    await page.locator(".endings .talked").click()
    await counsellor.press("记录并结束")


async def test_booked_then_called_then_the_plan_is_on_the_phone(
    make_server: Callable[..., Server], browser: Browser
) -> None:
    server = make_server(demo=True)
    server.manage("shell", "--no-imports", "-c", ALL_DAY)
    seeker = await arrive(browser, server.url, size=PHONE)
    stranger = await arrive(browser, server.url, size=PHONE)
    counsellor = await arrive(browser, server.url, size=DESKTOP)
    await sign_in(counsellor, server.demo_password)
    await verify_phone(seeker, "13800000871")
    await book(seeker)
    await advise(counsellor, seeker, await come(seeker, stranger))

    # On the phone: pushed to the open page, there after a reload, kept under one's own, and ticked off.
    await seeker.sees("到社保窗口补交材料")
    await seeker.page.reload()
    await seeker.sees("先在原参保地开凭证")
    await picture(seeker.page, "service-ticket-plan")
    await seeker.open("/me/advice")
    await seeker.page.get_by_role("checkbox", name="做完了“到社保窗口补交材料”").click()
    await seeker.sees("1/1")
    await picture(seeker.page, "service-my-advice")
    await seeker.open("/me")
    await seeker.sees("到社保窗口补交材料")
    await picture(seeker.page, "service-me")
    await counsellor.sees("301-001")
