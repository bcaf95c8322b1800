"""Why a file is not kept: one sentence each, naming the field and what to do."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from jobfair.core.errors import DomainError, Invalid, TooMany


class FileRefused(Invalid):
    """The file itself; `fields` says what to do about it."""

    code = "uploads.refused"
    message = _("这份文件没有保存。")


class NoRoom(DomainError):
    """The disk is full, or nearly: the rest of the fair needs what is left."""

    code = "uploads.no_room"
    status = 507
    message = _("服务器的存储空间满了，文件没有保存。请过一会儿再传，已填写的内容都还在。")


class InspectorsBusy(TooMany):
    code = "uploads.busy"
    message = _("正在检查的文件太多，请过几秒再传。")


REASONS: dict[str, str | Promise] = {
    "empty": _("文件是空的（0 字节），请重新选择文件。"),
    "too_large": _("文件超过 %(most)s MB，请压缩图片或减少页数后再传。"),
    "wrong_kind": _("只能上传%(kinds)s，请另存为其中一种后再传。"),
    "old_office": _("这是旧版 Office 文件，请打开后另存为 .docx 或 .xlsx 再传。"),
    "encrypted": _("文件设了密码，请取消密码后另存一份再传。"),
    "macros": _("文件带有宏，请另存为不带宏的 .docx 或 .xlsx 再传。"),
    "scripts": _("文件里有会自动运行的脚本，请重新导出为普通 PDF 后再传。"),
    "actions": _("文件打开时会启动程序或提交内容，请重新导出为普通 PDF 后再传。"),
    "embedded": _("文件里夹带了其他文件，请删去附件和嵌入的对象后再传。"),
    "external": _("文件打开时会从外部读取内容，请删去外部模板、图片和数据链接后再传。"),
    "entities": _("文件里有不正常的定义，请用原软件另存一份后再传。"),
    "polyglot": _("文件里混有另一种格式的内容，请用原软件重新导出后再传。"),
    "malware": _("文件里发现病毒特征，请先杀毒，再重新导出后上传。"),
    "too_many_pages": _("文件超过 %(pages)s 页，请删减后再传。"),
    "unpacked_too_large": _("文件解压后太大，请删去大图后重新导出再传。"),
    "picture_too_large": _("图片尺寸太大，请缩小到 4,000 万像素以内再传。"),
    "too_complex": _("文件结构太复杂，没能在 5 秒内查完，请重新导出为普通 PDF 后再传。"),
    "recursive": _("文件的页面互相套用，无法打开，请重新导出为普通 PDF 后再传。"),
    "unreadable": _("文件打不开，可能已损坏，请重新导出后再传。"),
}
KINDS: dict[str, str | Promise] = {
    "pdf": _("PDF"),
    "docx": _("Word（.docx）"),
    "xlsx": _("Excel（.xlsx）"),
    "image": _("JPG 或 PNG 图片"),
}


def refuse(reason: str, *, field: str, kinds: Sequence[str], most: int, pages: int) -> DomainError:
    """The refusal of `reason`; one nobody foresaw reads as a file that cannot be opened."""
    if reason == "no_room":
        return NoRoom()
    named = _now("、").join(str(KINDS[kind]) for kind in kinds)
    sentence = str(REASONS.get(reason, REASONS["unreadable"]))
    return FileRefused(
        sentence % {"most": most, "pages": pages, "kinds": named},
        fields={field: sentence % {"most": most, "pages": pages, "kinds": named}},
    )
