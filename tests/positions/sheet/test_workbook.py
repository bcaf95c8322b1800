"""Layouts of real sheets: titles, merged cells, blanks, several sheets, other orders and other words."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest
from openpyxl import Workbook

from jobfair.positions.sheet.errors import NoHeaderFound, NoPostings, NotAWorkbook, WorkbookTooLarge
from jobfair.positions.sheet.workbook import MOST_BYTES, EmployerCells, UnusableRow, read_workbook
from tests.positions.sheets import CODE, DEMO, HEADER, OTHER_CODE, content_of, fill, posting, sheet_of

pytestmark = pytest.mark.unit


def test_the_demo_workbook() -> None:
    book = read_workbook(DEMO.read_bytes())
    assert (len(book.postings), book.unusable) == (1023, ())
    first = book.postings[0]
    assert (first.row, first.title, first.headcount, first.pay) == (4, "钳工", "10名", "10000-12000元/月")
    assert first.employer.phone == "13800001944"
    assert book.postings[-1].row == 1026  # the row below it is the total


def test_blank_employer_cells_mean_as_above_and_blank_pay_means_missing() -> None:
    book = read_workbook(
        sheet_of(
            posting(),
            (None, None, None, "焊工", 3, "不限", None, None),
            posting(employer="乙", code=OTHER_CODE),
        )
    )
    assert [(one.employer.name, one.employer.code, one.area, one.pay) for one in book.postings] == [
        ("示例机械有限公司", CODE, "通州区", "5000-8000元/月"),
        ("示例机械有限公司", CODE, "通州区", ""),
        ("乙", OTHER_CODE, "通州区", "5000-8000元/月"),
    ]


def test_a_code_lower_in_the_block_belongs_to_the_whole_block() -> None:
    rows = [posting(code=""), (None, CODE, None, "焊工", 3, "不限", "面议", None)]
    assert {one.employer.code for one in read_workbook(sheet_of(*rows)).postings} == {CODE}


def test_the_same_name_with_another_code_is_another_employer() -> None:
    book = read_workbook(sheet_of(posting(), posting(code=OTHER_CODE)))
    assert [one.employer.code for one in book.postings] == [CODE, OTHER_CODE]


def test_merged_cells_hold_for_all_their_rows() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    fill(sheet, [HEADER, posting(), (None, None, None, "焊工", 3, "不限", None, None)])
    for column in "ABCG":
        sheet.merge_cells(f"{column}2:{column}3")
    read = read_workbook(content_of(book)).postings
    assert [(one.title, one.pay) for one in read] == [("钳工", "5000-8000元/月"), ("焊工", "5000-8000元/月")]


def test_as_above_in_words() -> None:
    rows = [posting(), ("同上", "同上", "同上", "焊工", 3, "〃", "同上", "")]
    second = read_workbook(sheet_of(*rows)).postings[1]
    assert (second.employer.code, second.area, second.education, second.pay) == (
        CODE, "通州区", "高中以上", "5000-8000元/月",
    )  # fmt: skip


def test_titles_notices_headings_and_totals_are_no_postings() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    fill(
        sheet,
        [
            ("2024年春季招聘会岗位汇总表",),
            ("说明：企业名称须与营业执照一致",),
            HEADER,
            ("A区 智能制造",),
            posting(),
            ("小计", None, None, None, 5),
            HEADER,
            ("B区 纺织服装",),
            posting(employer="乙", code=OTHER_CODE),
            ("合计", None, None, "2家企业", "10人"),
            ("注：以上信息由企业提供",),
        ],
    )
    sheet.merge_cells("A4:H4")
    assert [one.row for one in read_workbook(content_of(book)).postings] == [5, 9]


def test_one_sheet_per_zone_and_an_instruction_sheet() -> None:
    book = Workbook()
    first = book.active
    assert first is not None
    first.title = "填表说明"
    fill(first, [("一、请如实填写",), ("二、薪资请写明单位",)])
    fill(book.create_sheet("A区"), [HEADER, posting()])
    other = ("序号", "工种", "单位名称", "需求人数", "月薪(元)", "文化程度", "上班地点", "备注", "信用代码")
    fill(
        book.create_sheet("B区"),
        [other, (1, "缝纫工", "示例纺织有限公司", "20人", "4500-6000", "不限", "海安市", None, OTHER_CODE)],
    )
    hidden = book.create_sheet("下拉选项")
    fill(hidden, [HEADER, posting()])
    hidden.sheet_state = "hidden"
    read = read_workbook(content_of(book)).postings
    assert [(one.sheet, one.row, one.title, one.employer.name, one.area) for one in read] == [
        ("A区", 2, "钳工", "示例机械有限公司", "通州区"),
        ("B区", 2, "缝纫工", "示例纺织有限公司", "海安市"),
    ]


def test_a_header_of_two_rows_with_pay_in_two_columns() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    fill(
        sheet,
        [
            ("企业名称", "岗位名称", "人数", "薪资待遇", None, "学历", "工作地点"),
            (None, None, None, "最低", "最高", None, None),
            ("示例机械有限公司", "钳工", 5, 5000, 8000, "不限", "通州区"),
        ],
    )
    sheet.merge_cells("D1:E1")
    for column in "ABCFG":
        sheet.merge_cells(f"{column}1:{column}2")
    (one,) = read_workbook(content_of(book)).postings
    assert (one.row, one.pay, one.headcount) == (3, "5000-8000", "5")


def test_the_header_states_the_unit_of_pay() -> None:
    (one,) = read_workbook(
        sheet_of(("示例机械有限公司", "钳工", 5, "5-8"), header=("单位", "职位", "人数", "薪酬（千元/月）"))
    ).postings
    assert (one.pay, one.pay_unit, one.pay_scale) == ("5-8", "month", 1000)


def test_columns_a_law_may_care_about_keep_their_label() -> None:
    (one,) = read_workbook(
        sheet_of(
            ("示例机械有限公司", "钳工", 5, "女", "45岁以下", "包住"),
            header=("企业名称", "岗位", "人数", "性别", "年龄要求", "备注"),
        )
    ).postings
    assert one.notes == "包住;性别:女;年龄:45岁以下"


def test_an_employers_own_form_states_it_above_the_header() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    fill(
        sheet,
        [
            ("企业招聘需求表",),
            ("单位名称：示例船舶有限公司", None, "统一社会信用代码：", CODE),
            ("联系人：王主管", None, "联系电话：13800001234"),
            ("招聘岗位", "招聘人数", "薪资", "工作地点"),
            ("管系工", 4, "7000-9000", "启东市"),
        ],
    )
    (one,) = read_workbook(content_of(book)).postings
    assert one.employer == EmployerCells(
        name="示例船舶有限公司", code=CODE, area="启东市", contact="王主管", phone="13800001234"
    )


def test_rows_that_tell_no_employer_or_title_are_unusable() -> None:
    book = read_workbook(
        sheet_of(
            (None, None, None, "钳工", 5, "不限", "5000", None),
            posting(),
            (None, None, None, None, 5, "不限", "5000", None),
        )
    )
    assert book.unusable == (
        UnusableRow("Sheet", 2, "positions.employer_missing", "钳工"),
        UnusableRow("Sheet", 4, "positions.title_missing", "示例机械有限公司"),
    )


def test_an_endless_cell_makes_its_row_unusable() -> None:
    book = read_workbook(sheet_of(posting(), posting(title="焊工", notes="9" * 32_000)))
    assert [one.title for one in book.postings] == ["钳工"]
    assert [(one.row, one.code) for one in book.unusable] == [(3, "positions.text_too_long")]


def test_a_date_the_spreadsheet_made_of_a_range_stays_a_date() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    fill(sheet, [HEADER, posting()])
    sheet["E2"] = date(2024, 5, 10)
    assert read_workbook(content_of(book)).postings[0].headcount == "2024-05-10"


def zip_of(name: str, size: int) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr(name, b"\0" * size)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", NotAWorkbook),
        (b"employer,title\n", NotAWorkbook),
        (DEMO.read_bytes()[:5000], NotAWorkbook),
        (zip_of("xl/worksheets/sheet1.xml", 10), NotAWorkbook),
        (zip_of("xl/media/bomb.bin", 201 * 1024 * 1024), WorkbookTooLarge),
        (b"\0" * (MOST_BYTES + 1), WorkbookTooLarge),
        (sheet_of(header=("一", "二", "三")), NoHeaderFound),
        (sheet_of(), NoPostings),
    ],
    ids=["empty", "csv", "truncated", "hollow", "bomb", "50-MB", "no-header", "no-rows"],
)
def test_files_that_are_no_position_sheet(content: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        read_workbook(content)
