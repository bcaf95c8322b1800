"""Positions in real browsers: read and report one, type one and be told the law, import a sheet, review in bulk."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.async_api import Browser, ConsoleMessage, expect

from tests.e2e.people import DESKTOP, PHONE, Person, arrive
from tests.e2e.test_screens import look
from tests.faults.server import Server
from tests.positions.sheets import posting, sheet_of

pytestmark = [pytest.mark.e2e, pytest.mark.pages]
SIZES = {"390x844": PHONE, "1366x768": DESKTOP}
ENTER = """
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from jobfair.accounts.models import User
user = User.objects.get(username="{name}")
session = SessionStore()
session[SESSION_KEY] = str(user.pk)
session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
session[HASH_SESSION_KEY] = user.get_session_auth_hash()
session.create()
print(session.session_key)
"""
FACTS = """
import json
from jobfair.employers.models import Recruiter
from jobfair.positions.models import Position
own = Recruiter.objects.get(user__username="recruiter-1").employer
first = Position.objects.filter(state="published", employer=own).order_by("id").first()
print(json.dumps({"employer": own.pk, "name": own.name, "position": first.pk, "title": first.title}))
"""
NEW_CODE = "91320600MA9TTTTT9C"  # passes its check, belongs to nobody
SECOND = """
from jobfair.accounts.models import User
from jobfair.fairs.models import Fair, FairStaff
user = User.objects.create_user("organiser-2", display_name="组织者二")
FairStaff.objects.create(fair=Fair.objects.get(slug="nantong"), user=user, role="organiser")
"""


def run(server: Server, script: str) -> str:
    return server.manage("shell", "--no-imports", "-c", script).strip().splitlines()[-1]


@pytest.fixture
def server(make_server: Callable[..., Server]) -> Server:
    return make_server(demo=True)


@pytest.fixture
def facts(server: Server) -> dict[str, str]:
    return dict(json.loads(run(server, FACTS)))


async def enter(browser: Browser, server: Server, name: str, *, size: str = "1366x768") -> Person:
    """Someone whose session is already open."""
    person = await arrive(browser, server.url, size=SIZES[size])
    key = run(server, ENTER.format(name=name))
    await person.context.add_cookies([{"name": "sessionid", "value": key, "url": server.url}])
    return person


@pytest.mark.parametrize("size", SIZES)
async def test_a_seeker_reads_shares_and_reports(
    server: Server, browser: Browser, facts: dict[str, str], size: str
) -> None:
    person = await arrive(browser, server.url, size=SIZES[size])
    page, said = person.page, []

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error":
            said.append(message.text)

    page.on("console", hear)
    await person.open(f"/p/{facts['position']}")
    await expect(page.get_by_role("heading", name=facts["title"], level=1)).to_be_visible()
    for asked in ("用人单位", "招聘人数", "学历要求", "工作地点", "基本薪酬", "有效期", "工作内容"):
        await expect(page.get_by_text(asked, exact=True).first).to_be_visible()
    posting_ = json.loads(await page.locator('script[type="application/ld+json"]').inner_text())
    assert (posting_["@type"], posting_["title"]) == ("JobPosting", facts["title"])
    await look(page, "position", size=size)
    await person.press("分享")
    await expect(page.get_by_alt_text("岗位二维码")).to_be_visible()
    await look(page, "position-share", size=size)
    await page.get_by_role("dialog").get_by_role("button", name="关闭").click()
    await person.press("举报这个岗位")
    await page.get_by_text("收押金、收费").click()
    await page.get_by_label("补充说明（选填）").fill("电话里要求先交 300 元")
    await look(page, "position-report", size=size)
    await person.press("提交举报")
    await person.sees("已收到")
    assert [one for one in said if "Content Security Policy" in one] == []


async def test_a_position_is_typed_on_a_phone_kept_refused_mended_and_sent(
    server: Server, browser: Browser, facts: dict[str, str]
) -> None:
    person = await enter(browser, server, "recruiter-1", size="390x844")
    page = person.page
    await person.open(f"/hiring/{facts['employer']}/nantong/positions")
    await person.sees(facts["title"])
    await look(page, "own-positions", size="390x844")
    await person.press("新建岗位")
    await page.get_by_label("岗位名称*").fill("氩弧焊工")
    await page.get_by_label("招聘人数*").fill("３")
    await page.get_by_label("基本薪酬*").fill("6,000")
    await page.get_by_label("计薪单位").select_option("month")
    await page.get_by_label("招聘条件与福利").fill("45岁以下，包吃住")
    await person.sees("已保存")
    await page.close()  # the phone dies; another goes on
    page = person.page = await person.context.new_page()
    await person.open(f"/hiring/{facts['employer']}/nantong/positions")
    await page.get_by_text("氩弧焊工").click()
    await expect(page.get_by_label("基本薪酬*")).to_have_value("6000")
    await person.press("提交审核")
    await person.sees("限制年龄。")
    await person.sees("本平台规则")
    await look(page, "position-edit-refused", size="390x844")
    await page.get_by_label("招聘条件与福利").fill("包吃住")
    await page.get_by_label("学历要求*").select_option("00")
    await page.get_by_label("工作地点*").fill("通州区金沙街道")
    place = page.get_by_role("combobox", name="行政区划")
    await place.fill("通州")
    await expect(page.get_by_role("option", name=re.compile("南通通州区"))).to_be_visible()
    await look(page, "position-edit-picker", size="390x844")
    await place.press("Enter")
    await expect(place).to_have_value("南通通州区")
    await page.get_by_label("工作内容*").fill("按图纸焊接，自检焊缝。")
    await person.press("提交审核")
    await person.sees("正在等主办方审核")


async def test_two_recruiters_type_at_once_and_the_second_chooses(
    server: Server, browser: Browser, facts: dict[str, str]
) -> None:
    first, second = [await enter(browser, server, "recruiter-1") for _ in range(2)]
    for person in (first, second):
        await person.open(f"/hiring/positions/{facts['position']}")
        await person.sees("求职者正在看这个岗位")
    await first.page.get_by_label("薪酬说明").fill("另有全勤奖")
    await expect(first.page.get_by_role("button", name="放弃修改")).to_be_visible()
    await second.page.get_by_label("薪酬说明").fill("另有提成")
    await second.sees("同事刚刚改过这个岗位")
    await second.sees("现在是“另有全勤奖”。")
    await look(second.page, "position-edit-conflict", size="1366x768")
    await second.press("保留我写的")
    await second.sees("已保存")
    await first.page.reload()
    await expect(first.page.get_by_label("薪酬说明")).to_have_value("另有提成")


async def test_a_sheet_is_checked_imported_and_reviewed_in_bulk(
    server: Server, browser: Browser, tmp_path: Path
) -> None:
    run(server, SECOND + "\nprint(1)")
    organiser, second = await enter(browser, server, "organiser"), await enter(browser, server, "organiser-2")
    page = organiser.page
    await organiser.open("/organise/nantong/import")
    wrong = tmp_path / "岗位.xlsx"
    wrong.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 3000)
    await page.locator("input[type=file]").set_input_files(wrong)
    await organiser.sees("另存为")
    sheet = tmp_path / "新岗位.xlsx"
    rows = [
        posting(employer="示例焊接有限公司", code=NEW_CODE, title=title, notes=notes)
        for title, notes in (("焊工", "包吃住"), ("钳工", "限男性"), ("电工", "双休"))
    ]
    sheet.write_bytes(sheet_of(*rows))
    await page.locator("input[type=file]").set_input_files(sheet)
    await organiser.sees("核对完成，可以导入")
    await organiser.sees("限制性别")
    await look(page, "import-preview", size="1366x768")
    await page.get_by_role("button", name=re.compile("^确认导入")).click()
    await organiser.sees("已导入")
    await organiser.open("/organise/nantong/positions")
    await page.get_by_role("button", name=re.compile("^还不能发布")).click()
    await page.get_by_placeholder("搜岗位、企业").fill("示例焊接")
    rows_shown = page.get_by_role("listitem").filter(has_text="示例焊接")
    await expect(rows_shown).to_have_count(3)
    await expect(rows_shown.filter(has_text="企业尚未核验。")).to_have_count(3)
    await look(page, "review", size="1366x768")
    await second.open("/organise/nantong/positions")
    await second.page.get_by_role("button", name=re.compile("^还不能发布")).click()
    await second.page.get_by_placeholder("搜岗位、企业").fill("示例焊接")
    await expect(second.page.get_by_role("listitem").filter(has_text="示例焊接")).to_have_count(3)
    row = page.get_by_role("listitem").filter(has_text="钳工").first
    await row.get_by_role("button", name="退回").click()
    await expect(page.get_by_role("dialog").get_by_text("限制性别")).to_be_visible()
    await look(page, "review-refuse", size="1366x768")
    await page.get_by_role("dialog").get_by_role("button", name="退回", exact=True).click()
    await organiser.sees("已退回“钳工”")
    late = second.page.get_by_role("listitem").filter(has_text="钳工").first
    await late.get_by_role("button", name="退回").click()
    await second.page.get_by_role("dialog").get_by_role("button", name="退回", exact=True).click()
    await second.sees("刚被别人处理或修改过")
