"""What a seeker agrees to before the first submission to an employer.

Separate consent for each recipient, told the recipient's name and contact, the purpose, the means and the kinds of
data: 个人信息保护法第二十三条. A changed text gets a new version, and everyone is asked again.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

VERSION = "2026-11"


def purpose() -> str:
    return _("用于本次招聘会的筛选、联系和录用，不作他用")


def fields() -> list[str]:
    """What the employer receives."""
    return [_("姓名"), _("手机号"), _("简历内容"), _("简历附件（如有）")]


def text(*, employer_name: str) -> str:
    return _(
        "你同意把这份简历交给%(employer)s，由它自行保存和处理，用于本次招聘会的筛选、联系和录用。"
        "企业只能看到你投递时的这一版。你可以随时在“我的招聘会”撤回投递，撤回后企业立即看不到；"
        "也可以要求企业删除已留存的信息。不同意不影响浏览岗位和排队。"
    ) % {"employer": employer_name}
