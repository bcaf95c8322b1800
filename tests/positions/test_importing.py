from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from unittest.mock import ANY

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from jobfair.core.events import listen
from jobfair.core.models import AuditEntry
from jobfair.employers.models import Employer, Participation
from jobfair.employers.services import verify_employers
from jobfair.fairs.models import Fair
from jobfair.positions import services
from jobfair.positions.events import PositionsImported
from jobfair.positions.models import Position
from jobfair.positions.queries import figures_of, tally
from jobfair.positions.services import SheetHasRefusedRows
from jobfair.positions.verdicts import ImportReport, RowReport
from tests.factories import NOON, make_fair
from tests.positions.sheets import CODE, DEMO, OTHER_CODE, posting, sheet_of

pytestmark = [pytest.mark.integration, pytest.mark.django_db]
TRUTH = json.loads(DEMO.with_suffix("").with_suffix(".truth.json").read_text())
WRONG_CODE = "91320614M347210760"


@pytest.fixture
def fair() -> Fair:
    return make_fair()


def bring_in(fair: Fair, content: bytes, valid_until: date | None = None) -> ImportReport:
    return services.import_workbook(fair=fair, content=content, by=None, now=NOON, valid_until=valid_until)


def stored() -> list[tuple[object, ...]]:
    rows = Position.objects.order_by("id").values_list()
    employers = Employer.objects.order_by("id").values_list()
    return [*rows, *employers, *Participation.objects.order_by("id").values_list()]


def test_the_demo_workbook_tells_its_truth(fair: Fair) -> None:
    assert bring_in(fair, DEMO.read_bytes()).counts() == TRUTH
    assert (Employer.objects.count(), Position.objects.count()) == (226, 1019)
    assert Participation.objects.filter(fair=fair).count() == 226


def test_a_second_import_changes_nothing(fair: Fair) -> None:
    bring_in(fair, DEMO.read_bytes())
    before, audited = stored(), AuditEntry.objects.count()
    again = bring_in(fair, DEMO.read_bytes())
    assert again.effects() == {"created": 0, "updated": 0, "unchanged": 1019}
    assert again.counts() == TRUTH
    assert (stored(), AuditEntry.objects.count()) == (before, audited)


def test_a_preview_tells_the_same_and_writes_nothing(fair: Fair) -> None:
    preview = services.preview_workbook(fair=fair, content=DEMO.read_bytes())
    assert (stored(), AuditEntry.objects.count()) == ([], 0)
    assert bring_in(fair, DEMO.read_bytes()) == preview


def test_through_the_gate_published_and_waiting_add_up(fair: Fair) -> None:
    bring_in(fair, DEMO.read_bytes())
    verify_employers(employers=Employer.objects.values_list("pk", flat=True), by=None, now=NOON)
    services.confirm_duties(fair=fair, by=None, now=NOON)
    services.publish_positions(fair=fair, by=None, now=NOON)
    standing = tally(fair, on=NOON.date())
    assert standing.published + standing.waits == 1019
    assert standing.published == 729
    assert dict(standing.waiting) == {
        "positions.pay_missing": 89,
        "positions.education_missing": 75,
        "positions.headcount_open": 42,
        "employers.code_missing": 34,
        "employers.code_wrong": 26,
        "positions.limits_sex": 8,
        "positions.limits_ethnicity": 6,
        "positions.limits_age": 5,
        "positions.asks_payment": 4,
        "positions.limits_hukou": 1,
    }
    assert figures_of(fair).positions == 729
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM positions_position p JOIN employers_employer e ON e.id = p.employer_id"
            " WHERE p.state = 'published' AND (e.state <> 'verified' OR e.credit_code IS NULL"
            " OR coalesce(p.title, '') = '' OR coalesce(p.headcount_min, 0) < 1 OR coalesce(p.pay_min, 0) < 1"
            " OR coalesce(p.pay_unit, '') = '' OR coalesce(p.duties, '') = '' OR coalesce(p.area, '') = ''"
            " OR coalesce(p.education, '') = '' OR p.duties_confirmed_at IS NULL"
            " OR p.valid_from IS NULL OR p.valid_until IS NULL OR p.published_at IS NULL)"
        )
        assert cursor.fetchone() == (0,)
        cursor.execute("SELECT count(*) FROM positions_position WHERE state IN ('published', 'in_review')")
        assert cursor.fetchone() == (1019,)


def test_verdicts_row_by_row(fair: Fair) -> None:
    report = bring_in(
        fair,
        sheet_of(
            posting(),
            posting(title="焊工", pay="面议", headcount="若干"),
            posting(),
            posting(employer="乙", code=WRONG_CODE, notes="限男性"),
        ),
    )
    name, sheet = "示例机械有限公司", "Sheet"
    assert report.rows == (
        RowReport(sheet, 2, name, "钳工", ANY, ANY, ()),
        RowReport(sheet, 3, name, "焊工", ANY, ANY, ("positions.pay_missing", "positions.headcount_open")),
        RowReport(sheet, 4, name, "钳工", ANY, ANY, ()),
        RowReport(sheet, 5, "乙", "钳工", ANY, ANY, ("employers.code_wrong", "positions.limits_sex")),
    )
    assert [(row.verdict, row.effect) for row in report.rows] == [
        ("accepted", "created"), ("waits", "created"), ("duplicate", "none"), ("waits", "created"),
    ]  # fmt: skip


def test_everything_waits_in_review_with_what_the_sheet_said(fair: Fair) -> None:
    bring_in(fair, sheet_of(posting(pay="计件", headcount="若干", education="大学")))
    position = Position.objects.get()
    assert position.state == Position.State.IN_REVIEW
    assert position.reasons == [
        "positions.pay_base_missing", "positions.headcount_open", "positions.education_unreadable",
    ]  # fmt: skip
    assert position.stated == {"pay": "计件", "headcount": "若干", "education": "大学"}
    assert (position.pay_min, position.headcount_min, position.education) == (None, None, "")


def test_validity_runs_to_the_end_of_the_extension_or_as_told() -> None:
    bring_in(make_fair(), sheet_of(posting()))
    first = Position.objects.get()
    assert (first.valid_from, first.valid_until) == (NOON.date(), NOON.date() + timedelta(days=30))
    later = make_fair(opens=timedelta(days=9), closes=timedelta(days=10))
    bring_in(later, sheet_of(posting()), valid_until=date(2026, 12, 31))
    second = Position.objects.get(fair=later)
    assert (second.valid_from, second.valid_until) == (NOON.date() + timedelta(days=9), date(2026, 12, 31))


def test_proposed_duties_wait_for_confirmation_and_stated_ones_do_not(fair: Fair) -> None:
    header = ("企业名称", "信用代码", "工作地点", "招聘岗位", "人数", "学历", "薪资", "岗位职责")
    bring_in(
        fair,
        sheet_of(
            posting(notes="负责装配线的调试。"),
            posting(title="焊工", notes=""),
            posting(title="星际领航员", notes=""),
            header=header,
        ),
    )
    stated, proposed, unknown = Position.objects.order_by("id")
    assert (stated.duties, stated.duties_confirmed_at) == ("负责装配线的调试。", NOON)
    assert proposed.duties
    assert proposed.duties_confirmed_at is None
    assert (unknown.duties, unknown.reasons) == ("", ["positions.duties_missing"])


def test_a_refused_row_refuses_the_whole_sheet(fair: Fair) -> None:
    content = sheet_of(posting(), posting(title="长" * 81), posting(employer="乙", code=OTHER_CODE))
    with pytest.raises(SheetHasRefusedRows) as refusal:
        bring_in(fair, content)
    report = refusal.value.report
    assert [(row.row, row.verdict, row.reasons) for row in report.rows if row.reasons] == [
        (3, "refused", ("positions.text_too_long",))
    ]
    assert (stored(), AuditEntry.objects.count()) == ([], 0)
    assert services.preview_workbook(fair=fair, content=content).is_refused


class Stopped(Exception):
    """What a listener raises when it cannot keep up its side."""


@pytest.fixture
def failing_listener() -> Iterator[None]:
    """The last thing an import's transaction does fails, after every row was written."""
    is_failing = True

    def fail(event: PositionsImported) -> None:
        if is_failing:
            raise Stopped

    listen(PositionsImported, fail)
    yield
    is_failing = False


@pytest.mark.usefixtures("failing_listener")
def test_a_failure_leaves_nothing_half_imported(fair: Fair) -> None:
    with pytest.raises(Stopped):
        bring_in(fair, DEMO.read_bytes())
    assert (stored(), AuditEntry.objects.count()) == ([], 0)


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_store_each_row_once() -> None:
    fair = make_fair()

    def run(_: int) -> dict[str, int]:
        try:
            return bring_in(fair, DEMO.read_bytes()).effects()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        effects = list(pool.map(run, range(2)))
    assert sorted(effect["created"] for effect in effects) == [0, 1019]
    assert (Employer.objects.count(), Position.objects.count()) == (226, 1019)


def test_a_corrected_row_updates_its_position_and_goes_back_to_review(fair: Fair) -> None:
    bring_in(fair, sheet_of(posting(pay="面议"), posting(title="焊工")))
    verify_employers(employers=Employer.objects.values_list("pk", flat=True), by=None, now=NOON)
    services.confirm_duties(fair=fair, by=None, now=NOON)
    services.publish_positions(fair=fair, by=None, now=NOON)
    report = bring_in(fair, sheet_of(posting(pay="6000-7000"), posting(title="焊工", pay="9000以上")))
    assert report.effects() == {"created": 0, "updated": 2, "unchanged": 0}
    first, second = Position.objects.order_by("id")
    assert (first.pay_min, first.reasons, first.state) == (6000, [], "in_review")
    assert (second.pay_min, second.pay_max, second.state) == (9000, None, "in_review")
    assert second.duties_confirmed_at == NOON  # the duties are the same
    assert AuditEntry.objects.filter(action="positions.position_corrected").count() == 2


def test_an_organisers_correction_survives_the_same_sheet(fair: Fair) -> None:
    bring_in(fair, sheet_of(posting(pay="面议")))
    position = Position.objects.get()
    position.pay_min, position.pay_unit = 7000, "month"
    services.correct_position(position=position, changed=["pay_min", "pay_unit"], by=None, now=NOON)
    assert bring_in(fair, sheet_of(posting(pay="面议"))).effects()["unchanged"] == 1
    position.refresh_from_db()
    assert (position.pay_min, position.reasons) == (7000, [])


def test_the_import_is_one_audited_fact(fair: Fair) -> None:
    bring_in(fair, sheet_of(posting()))
    entry = AuditEntry.objects.get(action="positions.positions_imported")
    assert entry.subject == f"fair:{fair.pk}"
    assert entry.detail == {
        "fair_id": fair.pk, "digest": ANY, "created": 1, "updated": 0, "unchanged": 0,
    }  # fmt: skip
    assert AuditEntry.objects.filter(action="employers.employer_registered").count() == 1


def test_a_code_that_comes_later_finds_its_employer(fair: Fair) -> None:
    bring_in(fair, sheet_of(posting(code="")))
    employer = Employer.objects.get()
    assert (employer.credit_code, employer.reasons) == (None, ["employers.code_missing"])
    assert bring_in(fair, sheet_of(posting(code=CODE.lower()))).effects()["unchanged"] == 1
    employer.refresh_from_db()
    assert (employer.credit_code, employer.reasons, employer.state) == (CODE, [], "in_review")


def test_a_code_under_another_name_waits(fair: Fair) -> None:
    report = bring_in(fair, sheet_of(posting(), posting(employer="冒名企业")))
    assert report.rows[1].reasons == ("employers.code_taken",)
    assert Employer.objects.filter(credit_code=CODE).count() == 1


def test_names_are_one_in_all_their_spellings(fair: Fair) -> None:
    rows = [posting(employer="示例(南通)有限公司"), posting(employer="示例（南通） 有限公司", title="焊工")]
    bring_in(fair, sheet_of(*rows))
    assert list(Employer.objects.values_list("name", flat=True)) == ["示例（南通）有限公司"]


def test_queries_do_not_grow_with_rows(
    fair: Fair, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """SQLite takes 999 values in a statement: some 25 positions in each insert, and as many in the search's index."""
    rows = [posting(title=f"岗位{number}") for number in range(300)]
    with django_assert_max_num_queries(45):
        bring_in(fair, sheet_of(*rows))
