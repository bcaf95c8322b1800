"""What the livestream tells people by notice."""

from __future__ import annotations

from jobfair.core import clock
from jobfair.core.events import listen
from jobfair.core.unit_of_work import emitted
from jobfair.notices.registry import template
from jobfair.positions.events import PositionPublished
from livestream.services.correcting import KIND, correct_postings

CORRECTED = template(
    KIND,
    category="applications",
    zh="你从直播间投递的{position}（{employer}）更正了{fields}，请看新旧对照。",
    en="{employer} has corrected {fields} of {position}, which you applied for from the livestream.",
    sms_template_id="livestream_posting_corrected",
    sms_params=("position", "employer", "fields"),
    wechat_template_id="livestream_posting_corrected",
    wechat_fields={"thing1": "position", "thing2": "employer", "thing3": "fields"},
)


def connect() -> None:
    """Called once, by wiring."""
    listen(PositionPublished, compare)


def compare(event: PositionPublished) -> None:
    """Once for all that a unit published."""
    published = [one for one in emitted() if isinstance(one, PositionPublished)]
    if event is published[0]:
        correct_postings(position_ids=[one.position_id for one in published], now=clock.now())
