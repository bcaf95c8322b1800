"""Files that cannot be read as a position sheet. Each says what to do next."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from jobfair.core.errors import DomainError


class SheetRefused(DomainError):
    """The file as a whole cannot be imported; nothing of it was stored."""

    code = "positions.sheet_refused"
    status = 422
    message = _("这份文件不能作为岗位表导入。")


class NotAWorkbook(SheetRefused):
    code = "positions.not_a_workbook"
    message = _("文件不是 .xlsx 表格。请用 Excel 或 WPS 打开，另存为“Excel 工作簿（.xlsx）”后再导入。")


class WorkbookTooLarge(SheetRefused):
    code = "positions.workbook_too_large"
    message = _("文件过大：最多 10 MB、2 万行。请删去图片和空白行，或按展区分成几份再导入。")


class NoHeaderFound(SheetRefused):
    code = "positions.no_header"
    message = _("没有找到表头。表中需要有一行写明“企业名称”“招聘岗位”“招聘人数”“薪资待遇”等列名。")


class NoPostings(SheetRefused):
    code = "positions.no_postings"
    message = _("表中没有岗位：找到了表头，但下面没有填写内容。")
