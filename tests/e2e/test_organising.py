"""Organisers at their desks: a service set up and staffed, a reported conversation read and answered."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Browser, expect

from tests.e2e import chatting
from tests.e2e.applying import sign_in_organiser, verify_phone
from tests.e2e.hall import command, look_at, read
from tests.e2e.people import DESKTOP, PHONE, Person, arrive
from tests.faults.server import Server

pytestmark = [pytest.mark.e2e, pytest.mark.pages]
TITLE = "退役军人就业政策服务台"


async def an_organiser(browser: Browser, server: Server) -> Person:
    person = await arrive(browser, server.url, size=DESKTOP)
    await sign_in_organiser(person, server.demo_password)
    return person


async def test_a_service_desk_is_made_staffed_and_bookable(fair_server: Server, browser: Browser) -> None:
    organiser = await an_organiser(browser, fair_server)
    page = organiser.page
    await organiser.open("/organise/nantong/services")
    new = page.get_by_role("form", name="新建服务台")
    await new.get_by_label("号码").fill("301")
    await new.get_by_role("button", name="建立").click()
    await organiser.sees("这个展位号已经有人用了")
    await new.get_by_label("号码").fill("305")
    await new.get_by_label("名称").fill(TITLE)
    await new.get_by_role("button", name="建立").click()
    card = page.get_by_role("article").filter(has_text=TITLE)
    await expect(card).to_contain_text("还没有工作人员")
    await card.get_by_label("手机号或账号").fill("没有这个人")
    await card.get_by_role("button", name="添加").click()
    await expect(card).to_contain_text("没有找到这个人")
    await card.get_by_label("手机号或账号").fill("counsellor")
    await card.get_by_role("button", name="添加").click()
    await expect(card).to_contain_text("演示咨询员")
    await card.get_by_role("button", name="开放预约").click()
    await card.get_by_label("到几点").fill("23:59")
    await card.get_by_role("button", name="保存").click()
    await expect(card).to_contain_text("每天09:00–23:59".replace("每天", "每天\u202f"))
    await look_at(organiser, "organise-services")

    counsellor = await arrive(browser, fair_server.url, size=DESKTOP)
    await chatting.sign_in_staff(counsellor, "counsellor", fair_server.demo_password)
    desk = next(one for one in await read(organiser, "/fairs/nantong/services") if one["name"] == TITLE)
    await counsellor.open(f"/desk/{desk['id']}")
    await counsellor.press("开放展位")
    await counsellor.sees("接待中")
    seeker = await arrive(browser, fair_server.url, size=PHONE)
    await seeker.open(f"/b/{desk['id']}")
    await seeker.sees(TITLE)
    await expect(seeker.page.get_by_role("button", name="取号排队")).to_be_enabled()
    await card.get_by_role("button", name="移除").click()
    await page.get_by_role("dialog").get_by_role("button", name="移除").click()
    await counsellor.sees("这里需要相应的权限")


async def test_a_report_is_read_with_its_conversation_and_ends_in_silence(
    fair_server: Server, browser: Browser
) -> None:
    seeker = await arrive(browser, fair_server.url, size=PHONE)
    await verify_phone(seeker, "13800001295")
    booth = int((await read(seeker, "/fairs/nantong/booths"))[0]["id"])
    talk = await chatting.ask(seeker, booth, "入职要交费用吗？")
    recruiter = await arrive(browser, fair_server.url, size=DESKTOP)
    await chatting.sign_in_staff(recruiter, "recruiter-1", fair_server.demo_password)
    await chatting.open_desk(recruiter, booth)
    await recruiter.page.locator("li").filter(has_text="入职要交费用吗").first.get_by_role("button").click()
    await recruiter.press("我来接待")
    await chatting.say(recruiter, "先交三百元押金")
    await command(seeker, f"/conversations/{talk}/report", {"reason": "fee", "text": "要收押金"})

    organiser = await an_organiser(browser, fair_server)
    await organiser.open("/organise/nantong/chats")
    await organiser.page.get_by_role("button", name=re.compile("收取押金或费用")).click()
    await organiser.sees("先交三百元押金")
    await look_at(organiser, "organise-chats")
    await organiser.page.get_by_label("写明处理结果").fill("已核实，禁止收取押金")
    await organiser.page.get_by_text(re.compile("禁言.30.天")).click()
    await organiser.page.get_by_role("button", name="属实", exact=True).click()
    await organiser.sees("没有待处理的举报")
    await organiser.press("全部")
    await organiser.page.get_by_role("button", name=re.compile("收取押金或费用")).click()
    await organiser.sees("已核实，禁止收取押金")

    await recruiter.page.get_by_role("textbox", name="输入消息").fill("还可以再商量")
    await chatting.send(recruiter)
    await recruiter.sees("你暂时不能发消息")
