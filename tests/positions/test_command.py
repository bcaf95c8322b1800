from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from jobfair.core import clock
from jobfair.core.models import AuditEntry
from jobfair.fairs.models import Fair
from jobfair.positions.models import Position
from jobfair.positions.sheet.workbook import MOST_BYTES
from tests.factories import make_fair
from tests.positions.sheets import DEMO, posting, sheet_of

pytestmark = [pytest.mark.integration, pytest.mark.django_db]
TRUTH = json.loads(DEMO.with_suffix("").with_suffix(".truth.json").read_text())


@pytest.fixture
def fair() -> Fair:
    return make_fair(now=clock.now())


def run(*arguments: object) -> str:
    out = StringIO()
    call_command("import_positions", *map(str, arguments), stdout=out)
    return out.getvalue()


def write(folder: Path, content: bytes) -> Path:
    path = folder / "sheet.xlsx"
    path.write_bytes(content)
    return path


def test_json_prints_the_truths_keys_and_where_positions_stand(fair: Fair) -> None:
    said = json.loads(run(DEMO, "--fair", fair.slug, "--json"))
    assert {key: said[key] for key in TRUTH} == TRUTH
    assert (said["created"], said["published"], sum(said["waiting"].values())) == (1019, 0, 1019)


def test_a_dry_run_reports_and_stores_nothing(fair: Fair) -> None:
    said = json.loads(run(DEMO, "--fair", fair.slug, "--dry-run", "--json"))
    assert said == TRUTH | {"created": 1019, "updated": 0, "unchanged": 0}
    assert "没有写入任何内容" in run(DEMO, "--fair", fair.slug, "--dry-run")
    assert (Position.objects.count(), AuditEntry.objects.count()) == (0, 0)


def test_the_report_names_sheet_row_reason_and_remedy(fair: Fair, tmp_path: Path) -> None:
    path = write(tmp_path, sheet_of(posting(), posting(title="焊工", pay="面议"), posting()))
    lines = run(path, "--fair", fair.slug).splitlines()
    assert "企业：1" in lines
    assert "岗位：2" in lines
    assert lines[-2:] == [
        (
            "[待改正] Sheet 第 3 行 示例机械有限公司 焊工：没有写明薪酬（空白或“面议”）。"
            "请写明基本薪酬，如“5000-8000元/月”。"
        ),
        "[重复] Sheet 第 4 行 示例机械有限公司 钳工：与前面的一行完全相同，只导入一次。",
    ]


def test_valid_until(fair: Fair, tmp_path: Path) -> None:
    path = write(tmp_path, sheet_of(posting()))
    run(path, "--fair", fair.slug, "--valid-until", "2099-12-31")
    assert str(Position.objects.get().valid_until) == "2099-12-31"


def test_a_validity_that_is_over_is_refused(fair: Fair, tmp_path: Path) -> None:
    path = write(tmp_path, sheet_of(posting()))
    over = make_fair(now=clock.now() - timedelta(days=90))
    for arguments in ((fair.slug, "--valid-until", "2020-01-01"), (over.slug,)):
        with pytest.raises(CommandError, match="有效期止早于有效期起"):
            run(path, "--fair", *arguments)
    assert Position.objects.count() == 0


def test_a_refused_row_stores_nothing_and_ends_with_1(fair: Fair, tmp_path: Path) -> None:
    path = write(tmp_path, sheet_of(posting(), posting(title="长" * 81)))
    with pytest.raises(CommandError, match="整份表没有导入") as refusal:
        run(path, "--fair", fair.slug)
    assert (refusal.value.returncode, Position.objects.count()) == (1, 0)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "没有找到文件"),
        (b"not a sheet", r"不是 \.xlsx"),
        (sheet_of(header=("甲", "乙", "丙")), "没有找到表头"),
        (sheet_of(), "没有岗位"),
        (b"\0" * (MOST_BYTES + 1), "文件过大"),
    ],
    ids=["missing", "no-xlsx", "no-header", "empty", "too-large"],
)
def test_a_wrong_file_gets_a_sentence_and_ends_with_2(
    fair: Fair, tmp_path: Path, content: bytes | None, sentence: str
) -> None:
    path = tmp_path / "nothing.xlsx" if content is None else write(tmp_path, content)
    with pytest.raises(CommandError, match=sentence) as refusal:
        run(path, "--fair", fair.slug)
    assert (refusal.value.returncode, Position.objects.count()) == (2, 0)


def test_a_missing_fair_gets_a_sentence_and_ends_with_2() -> None:
    with pytest.raises(CommandError, match="没有网址名为“nowhere”的招聘会") as refusal:
        run(DEMO, "--fair", "nowhere")
    assert refusal.value.returncode == 2
