from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from livestream.models.rooms import LiveSession, Room

LONGEST_PRIZE = 40


class LuckyDraw(models.Model):
    """A draw among the people of a room: `prepared → open → drawn → gone`, or `prepared | open → cancelled`.

    The seed is made when entries open and told to nobody before the draw; its digest is shown from the first entry on.
    See drawing.py. Open and drawn ones are shown, at most one in a room.
    """

    class State(models.TextChoices):
        PREPARED = "prepared", "未开放"
        OPEN = "open", "可参与"
        DRAWN = "drawn", "已开奖"
        GONE = "gone", "已收起"
        CANCELLED = "cancelled", "已取消"

    SHOWN = (State.OPEN, State.DRAWN)
    OVER = (State.DRAWN, State.GONE)

    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="draws")
    session = models.ForeignKey(LiveSession, null=True, on_delete=models.SET_NULL, related_name="draws")
    prize = models.CharField("奖品", max_length=LONGEST_PRIZE)
    winners = models.PositiveSmallIntegerField("名额")
    state = models.CharField("状态", max_length=9, choices=State.choices, default=State.PREPARED)
    seed = models.CharField(max_length=64, blank=True, help_text="hexadecimal; told once it is drawn")
    digest = models.CharField(
        max_length=64, blank=True, help_text="of the list of entries, once it is closed"
    )
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    opened_at = models.DateTimeField("开放时间", null=True)
    drawn_at = models.DateTimeField("开奖时间", null=True)

    class Meta:
        verbose_name = "直播间抽奖"
        verbose_name_plural = "直播间抽奖"
        constraints = [
            models.UniqueConstraint(
                fields=["room"], condition=Q(state__in=["open", "drawn"]), name="one_draw_shown_per_room"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["drawn", "gone"], drawn_at__isnull=False)
                | (~Q(state__in=["drawn", "gone"]) & Q(drawn_at=None)),
                name="a_draw_that_was_drawn_says_when",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["open", "drawn", "gone"]) | ~Q(seed=""),
                name="an_open_draw_has_a_seed",
            ),
        ]


class DrawEntry(models.Model):
    """One person in one draw. Numbers rise from 1 without a gap; `ticket` stands for the person in the public list."""

    draw = models.ForeignKey(LuckyDraw, on_delete=models.PROTECT, related_name="entries")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField("序号")
    ticket = models.CharField(
        "编码", max_length=12, help_text="from what the person's own page chose at random"
    )
    name = models.CharField("显示名", max_length=20, help_text="as everyone is shown it")
    at = models.DateTimeField("参与时间")
    place = models.PositiveSmallIntegerField(
        "名次", null=True, help_text="1 is drawn first; empty: not drawn"
    )

    class Meta:
        verbose_name = "抽奖参与"
        verbose_name_plural = "抽奖参与"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["draw", "user"], name="one_entry_per_person"),
            models.UniqueConstraint(fields=["draw", "number"], name="one_entry_per_number"),
            models.UniqueConstraint(fields=["draw", "place"], name="one_winner_per_place"),
        ]
