"""A seeker finds a position, on a phone and at a desk."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.people import DESKTOP, PHONE, arrive
from tests.faults.server import Server

pytestmark = [pytest.mark.e2e, pytest.mark.pages]


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
async def test_from_the_fairs_box_to_a_narrow_search_and_back(
    make_server: Callable[..., Server], browser: Browser, size: dict[str, int]
) -> None:
    server = make_server(demo=True)
    seeker = await arrive(browser, server.url, size=size)
    page = seeker.page
    await seeker.open("/f/nantong")
    box = page.get_by_placeholder("搜岗位、企业、展位号")
    await box.fill("焊工")
    await box.press("Enter")
    await expect(page).to_have_url(re.compile(r"/search\?.*q="))
    await expect(page.get_by_text("25 个岗位".replace(" ", "\u202f")).first).to_be_visible()
    if size is PHONE:
        await page.get_by_role("button", name="筛选").click()
    await page.get_by_role("button", name=re.compile("^包住")).first.click()
    await expect(page).to_have_url(re.compile("board=lodging"))
    if size is PHONE:
        await page.get_by_role("dialog").get_by_role("button", name=re.compile("^看")).click()
    await expect(page.locator("main li a")).to_have_count(7)
    await expect(page.locator("main li a").first).to_contain_text("包住")

    shared = await arrive(browser, server.url, size=size)  # whoever gets the address sees the same
    await shared.page.goto(page.url)
    await expect(shared.page.locator("main li a")).to_have_count(7)
    await expect(shared.page.get_by_role("button", name="去掉包住")).to_be_visible()

    await page.go_back()  # takes the last choice back, not the whole search
    await expect(page.locator("main li a")).to_have_count(20)
    await expect(page.get_by_role("searchbox").or_(page.locator("main input")).first).to_have_value("焊工")

    await page.locator("main input").first.fill("没有这样的岗位")
    await seeker.sees("没有符合的岗位")
    await page.locator("main input").first.fill("焊" * 81)
    await seeker.sees("搜索内容太长")


async def test_without_network_the_last_results_stay_and_come_back_to_life(
    make_server: Callable[..., Server], browser: Browser
) -> None:
    server = make_server(demo=True)
    seeker = await arrive(browser, server.url, size=PHONE)
    page = seeker.page
    await seeker.open("/search?fair=nantong&q=电工")
    await expect(page.locator("main li a").first).to_contain_text("电工")
    await seeker.context.set_offline(True)
    await page.locator("main input").first.fill("保洁")
    await seeker.sees("下面是断开前的结果")
    await expect(page.locator("main li a").first).to_contain_text("电工")
    await seeker.context.set_offline(False)
    await expect(page.locator("main li a").first).to_contain_text("保洁")
