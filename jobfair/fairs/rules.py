"""Decisions about fairs; no queries, no clock."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from jobfair.core.errors import DomainError, Invalid
from jobfair.fairs.models import Fair

State = Fair.State

NEXT: dict[str, frozenset[str]] = {
    State.DRAFT: frozenset({State.SCHEDULED}),
    State.SCHEDULED: frozenset({State.DRAFT, State.OPEN}),
    State.OPEN: frozenset({State.EXTENDED, State.CLOSED}),
    State.EXTENDED: frozenset({State.CLOSED}),
    State.CLOSED: frozenset({State.ARCHIVED}),
    State.ARCHIVED: frozenset(),
}


class FairStateRefused(DomainError):
    """The fair cannot go from its state to the one asked for."""

    code = "fairs.state_refused"
    message = _("招聘会现在的状态不能这样改。")


def ensure_may_become(fair: Fair, state: Fair.State) -> None:
    if state not in NEXT[fair.state]:
        raise FairStateRefused


def ensure_hours(opens_at: datetime, closes_at: datetime, extension_ends_at: datetime) -> None:
    """Opening, closing and the extension's end come in this order."""
    fields: dict[str, str] = {}
    if closes_at <= opens_at:
        fields["closes_at"] = str(_("结束时间要晚于开始时间。"))
    if extension_ends_at < closes_at:
        fields["extension_ends_at"] = str(_("延期截止不能早于结束时间。"))
    if fields:
        raise Invalid(fields=fields)
