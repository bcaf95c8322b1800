"""Reads of fairs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from jobfair.accounts.models import User
from jobfair.fairs.models import Fair, FairStaff


@dataclass(frozen=True)
class Figures:
    """What a fair offers now: employers taking part, published positions, and the people they want."""

    employers: int = 0
    positions: int = 0
    headcount: int = 0


_counter: Callable[[Fair], Figures] | None = None


def count_figures_with(counter: Callable[[Fair], Figures]) -> None:
    """Let the domain above, which knows positions, count for the fair's page. The last one wins."""
    global _counter
    _counter = counter


def figures_of(fair: Fair) -> Figures:
    return _counter(fair) if _counter else Figures()


def list_announced_fairs() -> list[Fair]:
    """All but drafts, newest first."""
    return list(
        Fair.objects.exclude(state=Fair.State.DRAFT).select_related("city").order_by("-opens_at", "-id")
    )


def list_fairs_of(user: User) -> list[Fair]:
    """The fairs a user organises; every fair for a superuser."""
    fairs = Fair.objects.select_related("city").order_by("-opens_at", "-id")
    if user.is_superuser:
        return list(fairs)
    return list(fairs.filter(staff__user=user, staff__role=FairStaff.Role.ORGANISER))
