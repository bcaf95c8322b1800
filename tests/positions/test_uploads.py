"""Workbooks over HTTP: preview, verdicts, confirm, repeat, report; and files that are no position sheets."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from jobfair.core import clock
from jobfair.employers.models import Employer
from jobfair.fairs.models import Fair
from jobfair.positions.models import Position, PositionImport
from jobfair.positions.services import uploads
from jobfair.positions.sheet.report import plain_cell
from tests.factories import make_fair
from tests.pace import Pace
from tests.positions.desk import Person, employer_at, organiser_of, recruiter_of
from tests.positions.sheets import CODE, DEMO, HEADER, OTHER_CODE, content_of, fill, posting, sheet_of

pytestmark = [pytest.mark.integration, pytest.mark.django_db]
GOOD = posting(title="钳工"), posting(title="会计", pay="面议"), posting(title="保安", notes="限男性")


@pytest.fixture
def fair() -> Fair:
    return make_fair(now=clock.now())


@pytest.fixture
def organiser(fair: Fair) -> Person:
    return organiser_of(fair)


@pytest.fixture(autouse=True)
def state(tmp_path: Path, settings: Any) -> Path:
    settings.STATE_DIR = tmp_path
    return tmp_path


def upload(person: Person, fair: Fair, content: bytes) -> dict[str, Any]:
    reply = person.upload(f"/fairs/{fair.slug}/imports", content)
    assert reply.status_code == 201, reply.content.decode()
    return dict(reply.json())


def confirm(person: Person, preview: dict[str, Any]) -> Any:
    return person.post(f"/imports/{preview['id']}/confirm")


def kept_files(state: Path) -> list[Path]:
    return [path for path in (state / "uploads").rglob("*") if path.is_file()]


@pytest.mark.django_db(transaction=True)
def test_the_demo_workbook_from_upload_to_repeat(fair: Fair, organiser: Person, state: Path) -> None:
    """The messy sheet of a real fair: previewed, stored only when confirmed, and unchanged the second time."""
    began = time.monotonic()
    preview = upload(organiser, fair, DEMO.read_bytes())
    took = time.monotonic() - began
    assert (preview["state"], preview["can_confirm"], Position.objects.count()) == ("previewed", True, 0)
    assert preview["effects"]["created"] == preview["counts"]["positions"] > 900
    done = confirm(organiser, preview).json()
    assert (done["state"], Position.objects.count()) == ("confirmed", preview["counts"]["positions"])
    assert kept_files(state) == []
    known = {
        "occupation": Position.objects.exclude(occupation="").count(),
        "place": Position.objects.exclude(place="").count(),
        "meals": Position.objects.filter(meals=True).count(),
        "lodging": Position.objects.filter(lodging=True).count(),
        "mode": Position.objects.exclude(mode="").count(),
    }
    print(f"{preview['counts']}\nread with certainty: {known}; previewed in {took:.1f} s")
    assert known["place"] == Position.objects.count()
    assert known["occupation"] >= 0.93 * Position.objects.count()
    assert 200 <= known["meals"] < known["lodging"] + known["meals"] < Position.objects.count()
    again = upload(organiser, fair, DEMO.read_bytes())
    assert again["effects"] == {"created": 0, "updated": 0, "unchanged": preview["counts"]["positions"]}
    assert confirm(organiser, again).json()["effects"]["unchanged"] == preview["counts"]["positions"]


def test_thousands_of_rows_are_previewed_and_imported(
    fair: Fair, organiser: Person, rounds: Callable[[int, int], int]
) -> None:
    rows_sent = rounds(500, 5000)
    rows = [
        posting(title=f"操作工{n}", notes="两班倒，五险一金，包吃住，男女不限，年终奖")
        for n in range(rows_sent)
    ]
    began = time.monotonic()
    preview = upload(organiser, fair, sheet_of(*rows))
    previewed = time.monotonic() - began
    done = confirm(organiser, preview).json()
    print(
        f"{rows_sent} rows: previewed in {previewed:.1f} s, imported in {time.monotonic() - began - previewed:.1f} s"
    )
    assert (done["effects"]["created"], Position.objects.count()) == (rows_sent, rows_sent)
    rows_page = organiser.get(f"/imports/{preview['id']}/rows", cursor=rows_sent - 100).json()
    assert (len(rows_page["rows"]), rows_page["next"], rows_page["total"]) == (100, None, rows_sent)


def test_verdicts_can_be_sieved(fair: Fair, organiser: Person) -> None:
    preview = upload(organiser, fair, sheet_of(*GOOD, GOOD[0]))
    assert preview["verdicts"] == {"accepted": 1, "waits": 2, "refused": 0, "duplicate": 1}
    rows = organiser.get(f"/imports/{preview['id']}/rows", verdict="waits").json()["rows"]
    assert [(row["row"], row["title"], row["reasons"][0]["source"]) for row in rows] == [
        (3, "会计", "人社厅发〔2025〕60号"), (4, "保安", "妇女权益保障法第四十三条"),
    ]  # fmt: skip
    found = organiser.get(f"/imports/{preview['id']}/rows", q="钳工", effect="created").json()
    assert [row["row"] for row in found["rows"]] == [2]


def test_one_refused_row_and_nothing_is_stored(fair: Fair, organiser: Person) -> None:
    preview = upload(organiser, fair, sheet_of(*GOOD, posting(title="长" * 200)))
    assert (preview["can_confirm"], preview["verdicts"]["refused"]) == (False, 1)
    refused = confirm(organiser, preview)
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "positions.rows_refused")
    assert (Position.objects.count(), Employer.objects.count()) == (0, 0)


def test_confirming_twice_and_double_clicking_import_once(fair: Fair, organiser: Person) -> None:
    preview = upload(organiser, fair, sheet_of(*GOOD))
    path = f"/imports/{preview['id']}/confirm"
    replies = [
        organiser.post(path, key="pressed-twice"),
        organiser.post(path, key="pressed-twice"),
        organiser.post(path),
    ]
    assert [reply.json() for reply in replies] == [replies[0].json()] * 3
    assert Position.objects.count() == 3


def test_an_employers_own_sheet_needs_no_name_and_takes_no_other(fair: Fair) -> None:
    employer = employer_at(fair)
    Employer.objects.filter(pk=employer.pk).update(name="示例机械有限公司", credit_code=CODE)
    recruiter = recruiter_of(employer)
    path = f"/employers/{employer.pk}/imports?fair={fair.slug}"
    nameless = Workbook()
    assert nameless.active is not None
    fill(
        nameless.active,
        [
            ("招聘岗位", "招聘人数", "学历要求", "薪资待遇", "工作地点"),
            ("焊工", 3, "不限", "6000-9000元/月", "通州区"),
        ],
    )
    own = recruiter.upload(path, content_of(nameless)).json()
    assert (own["can_confirm"], own["verdicts"]["accepted"]) == (True, 1)
    assert confirm(recruiter, own).json()["effects"]["created"] == 1
    assert Position.objects.get().employer_id == employer.pk
    other = recruiter.upload(
        path, sheet_of(posting(), posting(employer="别家有限公司", code=OTHER_CODE))
    ).json()
    assert (other["can_confirm"], other["verdicts"]["refused"]) == (False, 1)
    assert Employer.objects.count() == 1


def test_uploads_are_their_owners(fair: Fair, organiser: Person) -> None:
    preview = upload(organiser, fair, sheet_of(*GOOD))
    for status, stranger in (
        (401, Person(None)),
        (404, organiser_of(make_fair())),
        (404, recruiter_of(employer_at(fair))),
    ):
        replies = [
            stranger.get(f"/imports/{preview['id']}"), stranger.get(f"/imports/{preview['id']}/rows"),
            stranger.get(f"/imports/{preview['id']}/report.xlsx"), confirm(stranger, preview),
            stranger.upload(f"/fairs/{fair.slug}/imports", sheet_of(*GOOD)),
        ]  # fmt: skip
        assert [reply.status_code for reply in replies] == [status] * 5


def test_the_report_goes_back_without_a_formula(fair: Fair, organiser: Person) -> None:
    evil = "+1+1", "-2", "@SUM(1)", "\t=1", "＝1+1", "|calc"
    preview = upload(organiser, fair, sheet_of(*(posting(title=title, pay="面议") for title in evil)))
    reply = organiser.get(f"/imports/{preview['id']}/report.xlsx")
    assert reply["Content-Disposition"].startswith("attachment")
    sheet = load_workbook(io.BytesIO(reply.content)).active
    assert sheet is not None
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n", "inlineStr"}
    titles = [str(row[3].value) for row in sheet.iter_rows(min_row=2)]
    assert all(title.startswith("'") for title in titles), titles
    assert plain_cell('=HYPERLINK("http://x","y")') == """'=HYPERLINK("http://x","y")"""
    assert "请写明基本薪酬" in str(sheet.cell(2, 7).value)


def test_what_nobody_confirms_is_forgotten(fair: Fair, organiser: Person, state: Path) -> None:
    preview = upload(organiser, fair, sheet_of(*GOOD))
    assert len(kept_files(state)) == 1
    assert uploads.forget_uploads(now=clock.now()) == 0
    assert uploads.forget_uploads(now=clock.now() + uploads.KEPT * 2) == 1
    assert (kept_files(state), PositionImport.objects.count()) == ([], 0)
    assert confirm(organiser, preview).status_code == 404


def _zip(**files: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/"), content)
    return stream.getvalue()


def _with(extra: str, content: bytes) -> bytes:
    """A good sheet with one more part in its package."""
    stream = io.BytesIO(sheet_of(*GOOD))
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(extra, content)
    return stream.getvalue()


HOSTILE: dict[str, Any] = {
    "empty": lambda: b"",
    "text": "企业名称,岗位".encode,
    "picture": lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 100,
    "zip": lambda: _zip(a=b"1"),
    "cut": lambda: sheet_of(*GOOD)[:2000],
    "macros": lambda: _with("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0" + b"x" * 100),
    "encrypted": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 3000,
    "50 MB": lambda: b"PK\x03\x04" + b"\0" * (50 << 20),
    "bomb": lambda: _with("xl/worksheets/sheet9.xml", b"<row/>" * (60 << 20)),
    "entities": lambda: _with("xl/x.xml", b'<!DOCTYPE l [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><l>&b;</l>'),
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.once
def test_hostile_files_are_refused_in_words_within_five_seconds(
    fair: Fair, organiser: Person, state: Path, name: str
) -> None:
    content = HOSTILE[name]()
    with Pace() as pace:
        began = time.monotonic()
        reply = organiser.upload(f"/fairs/{fair.slug}/imports", content)
        took, allowed = time.monotonic() - began, pace.allows(8)
    assert reply.status_code == 422, reply.content.decode()
    error = reply.json()["error"]
    sentence = error["fields"].get("file") or error["message"]
    assert "。" in sentence
    assert (PositionImport.objects.count(), kept_files(state)) == (0, [])
    print(f"{name}: {sentence} ({took:.1f} s)")
    assert took < allowed  # 5 s by the inspector's own limit, and its start


@pytest.mark.parametrize(
    ("rows", "code"),
    [([("随便", "写写")], "positions.no_header"), ([HEADER], "positions.no_postings")],
)
def test_a_workbook_without_postings_says_so_and_is_not_kept(
    fair: Fair, organiser: Person, *, state: Path, rows: list[Any], code: str
) -> None:
    book = Workbook()
    assert book.active is not None
    fill(book.active, rows)
    reply = organiser.upload(f"/fairs/{fair.slug}/imports", content_of(book))
    assert (reply.status_code, reply.json()["error"]["code"]) == (422, code)
    assert kept_files(state) == []
