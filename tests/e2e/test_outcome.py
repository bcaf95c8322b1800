"""From an offer to the thirtieth day: one side alone hires nobody, and one tap of the person does."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Browser, Locator, expect

from tests.e2e.applying import (
    RESUME,
    agree,
    apply_button,
    first_position,
    inbox_row,
    open_inbox,
    receipt,
    save_resume,
    verify_phone,
)
from tests.e2e.hall import THIN, look_at, recruiter_of
from tests.e2e.people import PHONE, Person, arrive
from tests.faults.server import Server

pytestmark = [pytest.mark.e2e, pytest.mark.pages]
# What the worker does ten seconds after a decision, when it can no longer be taken back.
SETTLE = """
from datetime import timedelta
from jobfair.applications.models import Decision
from jobfair.applications.services import settle_decision
from jobfair.core import clock
for one in Decision.objects.filter(state="pending"):
    settle_decision(decision_id=one.pk, now=clock.now() + timedelta(seconds=11))
"""


def panel(recruiter: Person) -> Locator:
    return recruiter.page.get_by_role("region", name="到岗确认")


async def offer(recruiter: Person, server: Server) -> Locator:
    """The row of the person who was offered the job, opened."""
    await open_inbox(recruiter)
    row = inbox_row(recruiter, RESUME["name"])
    await row.get_by_role("button").click()
    await recruiter.sees("熟悉低压配电")
    await recruiter.press("决定录用")
    await expect(row).to_contain_text("拟录用")
    await asyncio.to_thread(server.manage, "shell", "-v", "0", "-c", SETTLE)
    return row


async def set_first_day(recruiter: Person, day: date) -> None:
    await panel(recruiter).get_by_label("到岗日").fill(day.isoformat())
    await panel(recruiter).get_by_role("button", name="日").click()  # 登记到岗日, later 改日期
    await expect(panel(recruiter).get_by_role("button", name="改日期")).to_have_count(0)


async def state_of(seeker: Person) -> str:
    reply = await seeker.page.request.get(f"{seeker.url}/api/me/applications")
    return str((await reply.json())["items"][0]["state"])


async def test_an_offer_is_no_hire_until_the_person_says_so(fair_server: Server, browser: Browser) -> None:
    seeker = await arrive(browser, fair_server.url, size=PHONE)
    await verify_phone(seeker, "13800001291")
    await save_resume(seeker)
    recruiter, booth = await recruiter_of(browser, fair_server, 3)
    await seeker.open(f"/b/{booth}")
    await first_position(seeker).click()
    await apply_button(seeker).click()
    await agree(seeker)
    await receipt(seeker)
    row = await offer(recruiter, fair_server)
    today = datetime.now(ZoneInfo("Asia/Shanghai")).date()
    await set_first_day(recruiter, today)
    await expect(panel(recruiter)).to_contain_text("待到岗")
    await panel(recruiter).get_by_role("button", name="已到岗").click()
    await expect(panel(recruiter)).to_contain_text("企业登记到岗，待本人确认")
    await expect(row).to_contain_text("拟录用")
    await seeker.open("/me")
    await seeker.sees("你到岗了吗")
    await look_at(seeker, "me-start-asked")
    assert await state_of(seeker) == "offered"

    await seeker.press("已到岗")  # the one tap
    await expect(row).to_contain_text("已入职")
    await expect(seeker.page.get_by_text("你到岗了吗")).to_have_count(0)
    assert await state_of(seeker) == "hired"
    for days in (7, 30):
        asked, stays = f"满{THIN}{days}{THIN}天了", f"第{THIN}{days}{THIN}天：还在岗"
        await set_first_day(recruiter, today - timedelta(days=days))
        await recruiter.sees(f"{asked}，对方还在岗吗")
        await panel(recruiter).get_by_role("button", name="还在岗").click()
        await expect(panel(recruiter).get_by_text(stays)).to_have_count(1)
        await seeker.open("/me")
        await seeker.sees(f"{asked}，你还在岗吗")
        await seeker.press("还在岗")
        await expect(panel(recruiter).get_by_text(stays)).to_have_count(2)
    await look_at(recruiter, "start-day-30")
    await seeker.page.locator('a[href^="/a/"]').first.click()
    await expect(seeker.page.get_by_text(stays)).to_have_count(2)
