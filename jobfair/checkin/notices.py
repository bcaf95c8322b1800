"""Whom the doors tell: organisers, each time the hall fills to a level, once per crossing."""

from __future__ import annotations

from datetime import timedelta

from jobfair.checkin import queries
from jobfair.checkin.events import AlertCleared, AlertRaised
from jobfair.checkin.models import Alert
from jobfair.checkin.rules import HELD
from jobfair.core import clock
from jobfair.core.events import listen
from jobfair.notices.registry import template
from jobfair.notices.services import notify, settle

CROWDED = template(
    "checkin.crowded",
    category="work",
    zh="{fair}场内{occupancy}人，达到核准容量{capacity}人的{level}%。",
    en="{fair}: {occupancy} people inside, {level}% of the approved {capacity}.",
    sms_template_id="checkin_crowded",
    sms_params=("fair", "occupancy", "capacity", "level"),
    wechat_template_id="checkin_crowded",
    wechat_fields={"thing1": "fair", "number2": "occupancy", "number3": "capacity"},
    sms_after=timedelta(seconds=30),
    useful_for=timedelta(minutes=30),
)
FULL = template(
    "checkin.full",
    category="work",
    zh="{fair}场内{occupancy}人，已达核准容量{capacity}人，各出入口已暂停入场。",
    en="{fair}: {occupancy} people inside, the approved {capacity} is reached. Entry is held at every gate.",
    sms_template_id="checkin_full",
    sms_params=("fair", "occupancy", "capacity"),
    wechat_template_id="checkin_full",
    wechat_fields={"thing1": "fair", "number2": "occupancy", "number3": "capacity"},
    sms_after=timedelta(seconds=30),
    useful_for=timedelta(minutes=30),
)


def connect() -> None:
    """Called once, by wiring."""
    listen(AlertRaised, tell_crowded)
    listen(AlertCleared, settle_crowded)


def tell_crowded(event: AlertRaised) -> None:
    alert = Alert.objects.select_related("fair").get(pk=event.alert_id)
    params = {
        "fair": alert.fair.name,
        "occupancy": str(alert.occupancy),
        "capacity": str(alert.capacity),
        "level": str(alert.level),
    }
    for user_id in queries.list_organisers(event.fair_id):
        notify(
            user_id=user_id,
            kind=(FULL if alert.level == HELD else CROWDED).kind,
            about=f"door_alert:{alert.pk}",
            params=params,
            link=f"/organise/{alert.fair.slug}/doors",
            urgency="sms_if_unseen",
            now=clock.now(),
        )


def settle_crowded(event: AlertCleared) -> None:
    """It is over: no text message need follow."""
    for user_id in queries.list_organisers(event.fair_id):
        settle(user_id=user_id, about=f"door_alert:{event.alert_id}", now=clock.now())
