"""The form as an A4 page, set by typst with an embedded Noto Sans SC (SIL OFL 1.1)."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pylopdf_fonts_zh_cn
import typst
from django.utils.translation import gettext as _

from jobfair.core import clock
from jobfair.resumes import rules
from jobfair.resumes.queries import Sheet

FOLDER = Path(__file__).with_name("page")  # holds the template and nothing else


def render(sheet: Sheet) -> bytes:
    """The PDF's bytes: the same for the same sheet. About a quarter of a second.

    The words reach typst as one JSON value and are shown as text: nothing in them is read as markup or code, and
    there is no file or package that the compiler could read beside the template.
    """
    return typst.compile(
        str(FOLDER / "resume.typ"),
        root=str(FOLDER),
        font_paths=[str(pylopdf_fonts_zh_cn.sans_path().parent)],
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"resume": json.dumps(_words(sheet), ensure_ascii=False)},
        timestamp=int(sheet.at.timestamp()),
        package_path=str(FOLDER),
        package_cache_path=str(FOLDER),
    )


def _words(sheet: Sheet) -> dict[str, Any]:
    form = sheet.form
    told = [
        (_("手机"), _phone(sheet.phone)),
        (_("学历"), str(rules.EDUCATION.get(form.get("education", ""), ""))),
        (_("想在哪里工作"), form.get("area", "")),
        (_("工作年限"), str(rules.EXPERIENCE.get(form.get("experience", ""), ""))),
        (_("期望月薪"), _pay(form.get("pay_from"))),
        (_("到岗时间"), str(rules.AVAILABLE.get(form.get("available", ""), ""))),
    ]
    sections = [
        (_("我会做什么"), [_item(text=form.get("summary", ""))]),
        (_("技能和证书"), [_item(text="、".join(form.get("skills", [])))]),
        (_("工作经历"), [_job(job) for job in form.get("jobs", [])]),
    ]
    name = _printable(form.get("name", "")) or _("未填姓名")
    headline = _printable(form.get("occupation", ""))
    day = clock.local(sheet.at).date().isoformat()
    return {
        "title": f"{name} {_('简历')}",
        "name": name,
        "headline": f"{_('求职意向')} · {headline}" if headline else "",
        "facts": [[label, _printable(value)] for label, value in told if value],
        "sections": [
            {"title": title, "items": kept} for title, items in sections if (kept := _filled(items))
        ],
        "footer": f"{_('职等你来')} · {day}",
    }


def _item(*, head: str = "", when: str = "", text: str = "") -> dict[str, str]:
    return {"head": _printable(head), "when": _printable(when), "text": _printable(text)}


def _filled(items: Iterable[dict[str, str]]) -> list[dict[str, str]]:
    return [item for item in items if any(item.values())]


def _job(job: dict[str, str]) -> dict[str, str]:
    since, until = job.get("since", ""), job.get("until", "") or _("至今")
    when = f"{since} – {until}".replace("-", ".") if since else ""
    head = " · ".join(part for part in (job.get("employer", ""), job.get("role", "")) if part)
    return _item(head=head, when=when, text=job.get("did", ""))


def _phone(phone: str) -> str:
    local = phone.removeprefix("+86")
    return f"{local[:3]} {local[3:7]} {local[7:]}" if local else ""


def _pay(pay_from: int | None) -> str:
    return _("%(pay)s 元起") % {"pay": f"{pay_from:,}"} if pay_from else ""


def _printable(text: str) -> str:
    """Without emoji and other signs the font has no shape for; they would print as boxes."""
    return (
        "".join(char for char in text if ord(char) < 0x1F000 or "CJK" in unicodedata.name(char, ""))
        .replace("\u200d", "")
        .replace("\ufe0f", "")
    )
