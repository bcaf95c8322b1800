"""An interview by video between two Chromiums: frames really arrive, and what breaks is mended or said."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from playwright.async_api import Page, async_playwright, expect

from tests.e2e import chatting, video
from tests.e2e.people import DESKTOP, PHONE, Person
from tests.e2e.test_chat import look
from tests.e2e.video import frames, frames_arrive
from tests.faults.server import Server

pytestmark = [pytest.mark.e2e, pytest.mark.pages]


async def go_in(person: Person) -> None:
    """Past the mirror."""
    await expect(person.page.get_by_role("heading", name="进入前看一眼")).to_be_visible()
    await person.press("进入面谈")


async def is_talking(person: Person) -> None:
    await expect(person.page.locator('.stage[data-phase="live"]')).to_be_visible()


async def second_page(person: Person, path: str) -> Person:
    page = await person.context.new_page()
    await page.goto(person.url + path)
    return Person(person.context, page, person.url)


async def open_from_console(recruiter: Person, booth: int) -> Person:
    """The link opens beside the console."""
    await recruiter.open(f"/desk/{booth}")
    await recruiter.page.get_by_text(re.compile(r"1\s?号桌：1-\d")).click()
    async with recruiter.context.expect_page() as opened:
        await recruiter.page.get_by_role("link", name="进入视频面谈").click()
    page: Page = await opened.value
    await page.set_viewport_size({"width": 1366, "height": 768})
    return Person(recruiter.context, page, recruiter.url)


async def test_two_people_see_and_hear_each_other_whatever_breaks(
    make_server: Callable[..., Server], chromium: str
) -> None:
    server = make_server(demo=True)
    async with async_playwright() as playwright:
        phones = await video.launch(playwright, chromium, *video.ALLOWED)
        desks = await video.launch(playwright, chromium, *video.ALLOWED)
        seeker = await video.person_with_camera(phones, server, size=PHONE)
        console = await video.person_with_camera(desks, server, size=DESKTOP)
        booth, ticket = await video.called_online(seeker, server, "13800001250")
        await chatting.sign_in_staff(console, "recruiter-1", server.demo_password)

        await seeker.open(f"/t/{ticket}")
        await look(seeker, "video-ticket")
        await seeker.page.get_by_role("link", name="进入视频面谈").click()
        await expect(seeker.page.get_by_role("heading", name="进入前看一眼")).to_be_visible()
        await look(seeker, "video-check")
        await go_in(seeker)
        await seeker.sees("正在等企业进入")
        await look(seeker, "video-waiting")
        recruiter = await open_from_console(console, booth)
        await look(console, "video-console")
        await expect(recruiter.page.get_by_role("heading", name="进入前看一眼")).to_be_visible()
        await look(recruiter, "video-check")
        started = time.monotonic()
        await go_in(recruiter)
        for person in (seeker, recruiter):
            await is_talking(person)
        connected = time.monotonic() - started
        both = [await frames_arrive(person.page) for person in (seeker, recruiter)]
        print(f"connected {connected:.1f} s after both were in; frames {both}")
        assert all(one["audio"] > 0 for one in both)
        await console.sees("面谈中")
        await recruiter.sees("熟悉低压配电")
        await look(recruiter, "video-live")
        await look(seeker, "video-live")

        await mute_and_hide(seeker, recruiter)
        await the_server_dies_and_they_talk_on(server, seeker, recruiter)
        await a_reload_comes_back_to_the_same_talk(seeker, recruiter)
        seeker = await a_second_tab_takes_over(seeker, recruiter)
        await the_console_finishes(console, seeker, recruiter, booth)
        await phones.close()
        await desks.close()


async def mute_and_hide(seeker: Person, recruiter: Person) -> None:
    await seeker.press("关摄像头")
    await recruiter.sees("关了摄像头")
    await look(recruiter, "video-hidden")
    await seeker.press("静音")
    await look(seeker, "video-muted")
    await seeker.press("开摄像头")
    await expect(recruiter.page.get_by_text("关了摄像头")).to_have_count(0)
    await recruiter.sees("对方已静音")
    await seeker.press("取消静音")
    await recruiter.page.set_viewport_size({"width": 390, "height": 844})
    await look(recruiter, "video-live-recruiter")
    await recruiter.press("文字")
    await look(recruiter, "video-chat-recruiter")
    await recruiter.page.set_viewport_size({"width": 1366, "height": 768})
    await recruiter.press("简历")


async def the_server_dies_and_they_talk_on(server: Server, seeker: Person, recruiter: Person) -> None:
    server.kill9()
    dead = [await frames_arrive(person.page) for person in (seeker, recruiter)]
    server.start()
    for person in (seeker, recruiter):
        await expect(person.page.get_by_text("网络断开")).to_have_count(0)
        await is_talking(person)
    print(f"frames while the server was dead: {dead}")
    assert [one["peers"] for one in dead] == [
        (await frames(one.page))["peers"] for one in (seeker, recruiter)
    ]


async def a_reload_comes_back_to_the_same_talk(seeker: Person, recruiter: Person) -> None:
    address = seeker.page.url
    started = time.monotonic()
    await seeker.page.reload()
    await is_talking(seeker)
    await frames_arrive(seeker.page)
    await is_talking(recruiter)
    print(f"back {time.monotonic() - started:.1f} s after a reload")
    assert seeker.page.url == address
    await frames_arrive(recruiter.page)


async def a_second_tab_takes_over(seeker: Person, recruiter: Person) -> Person:
    second = await second_page(seeker, re.sub(r"^https?://[^/]+", "", seeker.page.url))
    await go_in(second)
    await seeker.sees("面谈在另一个页面继续")
    await look(seeker, "video-elsewhere")
    await is_talking(second)
    await frames_arrive(second.page)
    await frames_arrive(recruiter.page)
    await seeker.page.close()
    await is_talking(second)
    await frames_arrive(recruiter.page)
    return second


async def the_console_finishes(console: Person, seeker: Person, recruiter: Person, booth: int) -> None:
    await seeker.press("离开")
    await recruiter.sees("求职者暂时离开了")
    await look(recruiter, "video-left")
    await look(seeker, "video-you-left")
    await seeker.press("重新进入")
    await is_talking(recruiter)
    await console.page.bring_to_front()
    await console.page.locator(".endings button").first.click()
    await console.press("记录并结束")
    for person in (seeker, recruiter):
        await person.sees("面谈已结束")
    await look(seeker, "video-over")
    await seeker.press("改用文字沟通")
    await expect(seeker.page.get_by_role("textbox", name="输入消息")).to_be_visible()


async def test_without_a_camera_it_goes_on_by_chat_and_says_why(
    make_server: Callable[..., Server], chromium: str
) -> None:
    server = make_server(demo=True)
    async with async_playwright() as playwright:
        running = await video.launch(playwright, chromium, *video.DEVICES)  # nobody allows anything here
        seeker = await video.person_with_camera(running, server, size=PHONE)
        _, ticket = await video.called_online(seeker, server, "13800001251")
        await seeker.open(f"/talk/ticket/{ticket}")
        await seeker.sees("没有摄像头和麦克风的权限")
        await look(seeker, "video-denied")
        await seeker.press("改用文字沟通")
        await seeker.sees("没有摄像头和麦克风的权限")
        await chatting.say(seeker, "我这边打不开摄像头，可以打字吗？")
        await look(seeker, "video-chat")
        await seeker.context.add_init_script("delete window.RTCPeerConnection")
        await seeker.open(f"/talk/ticket/{ticket}")
        await seeker.sees("这个浏览器不支持视频")
        await running.close()
