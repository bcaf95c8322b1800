"""Refusals. Each has a stable code, an HTTP status and a sentence for its reader; each edge translates once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class DomainError(Exception):
    """A rule refused. Subclasses live in each domain's rules.py."""

    code: ClassVar[str] = "core.refused"
    status: ClassVar[int] = 409
    message: ClassVar[str | Promise] = _("现在不能这样做。")

    def __init__(
        self,
        message: str | Promise | None = None,
        *,
        fields: Mapping[str, str | Promise] | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(self.code)
        self.text = message or self.message
        self.fields = dict(fields or {})
        self.retry_after = retry_after  # seconds


class NotFound(DomainError):
    """Missing and forbidden look the same."""

    code = "core.not_found"
    status = 404
    message = _("没有找到，或者你没有权限查看。")


class NotSignedIn(DomainError):
    code = "core.not_signed_in"
    status = 401
    message = _("请先登录。")


class Invalid(DomainError):
    """Bad input: `fields` names each field and its remedy."""

    code = "core.invalid"
    status = 422
    message = _("有几处需要修改。")


class TooMany(DomainError):
    """A limit was reached; `retry_after` says when to come back, in seconds."""

    code = "core.too_many"
    status = 429
    message = _("操作太频繁，请稍后再试。")


class Busy(DomainError):
    """The database is away or overrun; the same command, under the same key, may be sent again at once."""

    code = "core.busy"
    status = 503
    message = _("现在使用的人太多，请稍等几秒再试。")


class Withdrawn(DomainError):
    """A repeated command whose reply told of something that has been taken back since."""

    code = "core.withdrawn"
    status = 410
    message = _("这份内容已经撤回。")


class CommandConflict(DomainError):
    """The same command id came with another body."""

    code = "core.command_conflict"
    status = 409
    message = _("这次操作的编号已用于另一份内容，请刷新后重试。")
