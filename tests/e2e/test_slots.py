"""After the fair: a time offered, wanted by two, kept in a calendar, given back, and taken by the other."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Browser, Locator

from tests.e2e.applying import save_resume, verify_phone
from tests.e2e.hall import command, look_at, read, recruiter_of
from tests.e2e.people import PHONE, Person, arrive
from tests.faults.server import Server

pytestmark = [pytest.mark.e2e, pytest.mark.pages]
SHANGHAI = ZoneInfo("Asia/Shanghai")
PLACE = "南通市崇川区示例路幸福大厦接待室"


async def seeker_who_queued(browser: Browser, server: Server, booth: int, phone: str, name: str) -> Person:
    """On a phone, at the booth's times."""
    person = await arrive(browser, server.url, size=PHONE)
    await verify_phone(person, phone)
    await save_resume(person, name=name)
    await command(person, f"/booths/{booth}/tickets", {"channel": "onsite"})
    await person.open(f"/b/{booth}/slots")
    return person


async def publish_one(recruiter: Person, booth: int, day: datetime) -> None:
    page = recruiter.page
    await recruiter.open(f"/desk/{booth}/slots")
    await recruiter.sees("还没有发布时段")
    await page.get_by_label("日期").fill(f"{day:%Y-%m-%d}")
    await page.get_by_label("开始时间").fill("14:30")
    await page.get_by_label("连续几个").select_option("1")
    await page.get_by_text("现场", exact=True).click()
    await page.get_by_label("面谈地点").fill(PLACE)
    await page.get_by_role("button", name="发布时段").click()
    await recruiter.sees("已发布")
    await recruiter.sees("未约")


async def take(person: Person) -> None:
    await person.page.get_by_role("button", name=re.compile("14:30")).click()
    await person.press("确认预约")


def properties(calendar: bytes, component: str) -> dict[str, str]:
    """Of the one component in it: unfolded, by name; a line of at most 75 octets ends with CRLF (RFC 5545, 3.1)."""
    lines = calendar.split(b"\r\n")
    assert lines.pop() == b""
    assert max(len(line) for line in lines) <= 75
    text = calendar.decode().replace("\r\n ", "").splitlines()
    begin, end = text.index(f"BEGIN:{component}"), text.index(f"END:{component}")
    assert (text[0], text[-1], text.count(f"BEGIN:{component}")) == ("BEGIN:VCALENDAR", "END:VCALENDAR", 1)
    found = (line.partition(":") for line in text[begin + 1 : end] if not line.startswith(("BEGIN", "END")))
    return {name.partition(";")[0]: value for name, _, value in found}


async def calendar_of(person: Person, path: Path) -> dict[str, str]:
    async with person.page.expect_download() as arriving:
        await person.page.get_by_role("link", name="加到日历").click()
    download = await arriving.value
    assert download.suggested_filename.endswith(".ics")
    await download.save_as(path)
    return properties(await asyncio.to_thread(path.read_bytes), "VEVENT")


async def test_two_want_one_time_and_the_other_has_it_when_it_is_given_back(
    fair_server: Server, browser: Browser, tmp_path: Path
) -> None:
    recruiter, booth = await recruiter_of(browser, fair_server, 2)
    closes_at = datetime.fromisoformat((await read(recruiter, f"/booths/{booth}/desk"))["closes_at"])
    day = (closes_at + timedelta(days=2)).astimezone(SHANGHAI)
    await publish_one(recruiter, booth, day)
    people = [
        await seeker_who_queued(browser, fair_server, booth, phone, name)
        for phone, name in (("13800001281", "王小明"), ("13800001282", "李小红"))
    ]
    await people[0].sees(PLACE)
    await look_at(people[0], "slots-free")
    await asyncio.gather(*(take(one) for one in people))
    await asyncio.gather(*(one.page.locator("p.problem").or_(booked(one)).wait_for() for one in people))
    first = 0 if await booked(people[0]).count() else 1
    winner, other = people[first], people[1 - first]
    assert await booked(other).count() == 0
    await other.sees("现在没有可以预约的时段")

    await recruiter.page.reload()
    await recruiter.sees("已预约")
    await look_at(recruiter, "slots-desk-booked")
    await look_at(winner, "slots-booked")
    entry = await calendar_of(winner, tmp_path / "interview.ics")
    assert entry["DTSTART"] == f"{day:%Y%m%d}T143000"
    assert datetime.strptime(entry["DTSTAMP"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC) <= datetime.now(UTC)
    assert (entry["STATUS"], entry["LOCATION"]) == ("CONFIRMED", PLACE)

    await winner.press("取消预约")
    await winner.page.get_by_role("dialog").get_by_role("button", name="确认取消").click()
    await winner.sees("已取消")
    await other.page.reload()
    await take(other)
    await booked(other).wait_for()
    desk = await read(recruiter, f"/booths/{booth}/slot-desk")
    assert [row["booking"]["state"] for row in desk["slots"]] == ["booked"]
    own = [(await read(one, "/me/bookings"))["bookings"] for one in (winner, other)]
    assert [[one["state"] for one in bookings] for bookings in own] == [["cancelled"], ["booked"]]
    await winner.open(f"/bookings/{own[0][0]['id']}")
    await winner.sees("你已取消")


def booked(person: Person) -> Locator:
    return person.page.get_by_text("已约好，开始前会提醒你")
