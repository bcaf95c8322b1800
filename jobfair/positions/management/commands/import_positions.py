"""`manage.py import_positions FILE --fair SLUG`: a workbook into review, with a report row by row."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from jobfair.core import clock
from jobfair.core.errors import DomainError
from jobfair.fairs.models import Fair
from jobfair.positions.queries import Tally, tally
from jobfair.positions.rules import REASONS
from jobfair.positions.services import SheetHasRefusedRows, import_workbook, preview_workbook
from jobfair.positions.sheet.errors import WorkbookTooLarge
from jobfair.positions.sheet.workbook import MOST_BYTES
from jobfair.positions.verdicts import ImportReport, RowReport, Verdict

USAGE = 2  # exit code for a wrong file or fair; 1 for a sheet that was refused

LABELS = {
    "employers": "企业",
    "positions": "岗位",
    "headcount_known": "写明的招聘人数",
    "bad_codes": "信用代码有误的企业",
    "missing_codes": "信用代码缺失的企业",
    "pay_missing": "未写明薪酬的岗位",
    "unlawful": "含违规条件的岗位",
    "duplicate_rows": "重复的行",
    "created": "新增",
    "updated": "更新",
    "unchanged": "未变",
}
VERDICTS = {Verdict.REFUSED: "不能导入", Verdict.WAITS: "待改正", Verdict.DUPLICATE: "重复"}


class Command(BaseCommand):
    help = (
        "把企业岗位表（.xlsx）导入招聘会：逐行报告，整份导入或整份不导入；同一份表再次导入不会改变任何内容。"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="岗位表，.xlsx")
        parser.add_argument("--fair", required=True, metavar="SLUG", help="招聘会的网址名，如 nantong")
        parser.add_argument("--dry-run", action="store_true", help="只报告，不写入")
        parser.add_argument("--json", action="store_true", help="只输出 JSON 计数")
        parser.add_argument(
            "--valid-until",
            type=date.fromisoformat,
            metavar="YYYY-MM-DD",
            help="岗位有效期止，默认到延期结束",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        fair = Fair.objects.filter(slug=options["fair"]).first()
        if fair is None:
            raise CommandError(f"没有网址名为“{options['fair']}”的招聘会。", returncode=USAGE)
        now = clock.now()
        try:
            content = _read(options["file"])
            if options["dry_run"]:
                report = preview_workbook(fair=fair, content=content)
            else:
                report = import_workbook(
                    fair=fair, content=content, by=None, now=now, valid_until=options["valid_until"]
                )
        except SheetHasRefusedRows as refusal:
            self._print_rows(refusal.report)
            raise CommandError(str(refusal.text)) from None
        except DomainError as refusal:
            raise CommandError(str(refusal.text), returncode=USAGE) from None
        standing = None if options["dry_run"] else tally(fair, on=clock.local(now).date())
        if options["json"]:
            self.stdout.write(json.dumps(_figures(report, standing), ensure_ascii=False))
            return
        self._print_counts(report, standing)
        self._print_rows(report)
        if options["dry_run"]:
            self.stdout.write("试运行：没有写入任何内容。")
        if report.is_refused:
            raise CommandError("表中有不能导入的行，正式导入时整份表都不会导入。")

    def _print_counts(self, report: ImportReport, standing: Tally | None) -> None:
        for name, count in (report.counts() | report.effects()).items():
            self.stdout.write(f"{LABELS[name]}：{count}")
        if standing is not None:
            print_standing(self, standing)

    def _print_rows(self, report: ImportReport) -> None:
        rows = report.having(Verdict.REFUSED, Verdict.WAITS, Verdict.DUPLICATE)
        if rows:
            self.stdout.write(f"\n需要处理的 {len(rows)} 行（先列不能导入的）：")
        for row in sorted(rows, key=lambda row: list(VERDICTS).index(row.verdict)):
            self.stdout.write(_describe(row))


def print_standing(command: BaseCommand, standing: Tally) -> None:
    """Published and waiting, each position once under its first reason, so that they add up."""
    command.stdout.write(f"已发布：{standing.published}")
    command.stdout.write(f"等待：{standing.waits}（每个岗位只计首要原因）")
    for code, count in standing.waiting.most_common():
        command.stdout.write(f"  {count:>5}  {REASONS[code].sentence}（{code}）")


def _describe(row: RowReport) -> str:
    where = f"{row.sheet} 第 {row.row} 行 {row.employer} {row.title}".rstrip()
    said = "".join(f"{REASONS[code].sentence}{REASONS[code].remedy}" for code in row.reasons)
    return f"[{VERDICTS[row.verdict]}] {where}：{said or '与前面的一行完全相同，只导入一次。'}"


def _figures(report: ImportReport, standing: Tally | None) -> dict[str, Any]:
    figures: dict[str, Any] = report.counts() | report.effects()
    if standing is not None:
        figures |= {"published": standing.published, "waiting": dict(standing.waiting.most_common())}
    return figures


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise WorkbookTooLarge
        return path.read_bytes()
    except FileNotFoundError:
        raise CommandError(f"没有找到文件：{path}", returncode=USAGE) from None
    except (IsADirectoryError, PermissionError):
        raise CommandError(f"不能读取文件：{path}", returncode=USAGE) from None
