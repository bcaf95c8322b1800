"""Reads of draws."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import Count, Prefetch, QuerySet

from jobfair.fairs.models import FairStaff
from livestream.models import DrawEntry, LuckyDraw

DESK_SHOWN = 40
ENTRIES_A_PAGE = 1000
State = LuckyDraw.State


def shown_draw(room_id: int) -> LuckyDraw | None:
    """The one that viewers see: open, or with its winners."""
    return _rows().filter(room=room_id, state__in=LuckyDraw.SHOWN).first()


def get_draw(draw_id: int) -> LuckyDraw:
    return _rows().get(pk=draw_id)


def draws_at_desk(room_id: int) -> list[LuckyDraw]:
    """What directors see, the newest first; two queries with their winners."""
    return list(_rows().filter(room=room_id).order_by("-pk")[:DESK_SHOWN])


def entries_after(draw_id: int, number: int) -> list[DrawEntry]:
    """In the order of their numbers, a thousand at a time."""
    return list(DrawEntry.objects.filter(draw=draw_id, number__gt=number).order_by("number")[:ENTRIES_A_PAGE])


def winners_of(draw_id: int) -> list[DrawEntry]:
    """With the people, for those who hand out the prizes."""
    won = DrawEntry.objects.filter(draw=draw_id, place__isnull=False).select_related("user")
    return list(won.order_by("place"))


def entry_of(draw_id: int, user_id: int) -> DrawEntry | None:
    return DrawEntry.objects.filter(draw=draw_id, user=user_id).first()


def entries_in(room_ids: Collection[int]) -> dict[int, dict[str, Any] | None]:
    """Of each room's open draw: how many take part."""
    rows = LuckyDraw.objects.filter(room__in=room_ids, state=State.OPEN).annotate(n=Count("entries"))
    found: dict[int, dict[str, Any] | None] = dict.fromkeys(room_ids)
    for room, draw, n in rows.values_list("room_id", "pk", "n"):
        found[room] = {"id": draw, "n": n}
    return found


def staff_among(user_ids: Collection[int], fair_id: int) -> set[int]:
    offices = FairStaff.objects.filter(fair=fair_id, user__in=list(user_ids))
    return set(offices.values_list("user_id", flat=True))


def _rows() -> QuerySet[LuckyDraw]:
    won = DrawEntry.objects.filter(place__isnull=False).order_by("place")
    counted = LuckyDraw.objects.annotate(entered=Count("entries"))
    return counted.select_related("room__fair").prefetch_related(Prefetch("entries", won, to_attr="won"))
