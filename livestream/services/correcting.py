"""Posting truth: what was said of pay, place and duties on air, and what the posting says now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from jobfair.core import jobs
from jobfair.core.unit_of_work import emit, unit_of_work
from jobfair.notices.services import notify
from livestream.events.rooms import PostingCorrected
from livestream.models import PinnedPosition, PostingCorrection
from livestream.postings import corrected_fields, said_of, stated_by
from livestream.queries import rooms as queries

TELL = "livestream.tell_correction"
KIND = "livestream.posting_corrected"
WORDS = {
    "pay_min": "薪酬",
    "pay_max": "薪酬",
    "pay_unit": "薪酬",
    "pay_note": "薪酬",
    "area": "地点",
    "duties": "职责",
}


@unit_of_work
def correct_postings(*, position_ids: Sequence[int], now: datetime) -> list[PostingCorrection]:
    """The postings were published again: wherever one was on air otherwise, that is recorded and told."""
    pinned = PinnedPosition.objects.filter(position__in=position_ids).select_related(
        "position", "airing__session"
    )
    corrections = []
    for one in pinned.prefetch_related("corrections").order_by("pk"):
        told, stated = told_of(one), stated_by(one.position)
        changed = corrected_fields(told, stated)
        if changed:
            was, became = ({name: side[name] for name in changed} for side in (told, stated))
            corrections.append(_correct(one, was, became, now))
    return corrections


def told_of(pinned: PinnedPosition) -> dict[str, Any]:
    """What people were told last of it: on air, or by the corrections since."""
    told = said_of(pinned.posting)
    for correction in pinned.corrections.all():
        told |= correction.became
    return told


def _correct(
    pinned: PinnedPosition, was: dict[str, Any], became: dict[str, Any], now: datetime
) -> PostingCorrection:
    correction = PostingCorrection.objects.create(pinned=pinned, was=was, became=became, at=now)
    emit(
        PostingCorrected(
            correction_id=correction.pk,
            room_id=pinned.airing.session.room_id,
            position_id=pinned.position_id,
            changed=tuple(sorted(became)),
        )
    )
    jobs.schedule(TELL, key=str(correction.pk), payload={"correction": correction.pk}, due_at=now)
    return correction


@unit_of_work
def tell_applicants(*, correction_id: int, now: datetime) -> int:
    """Everyone who applied from what was on air and has not taken it back; returns how many."""
    correction = PostingCorrection.objects.select_related("pinned").get(pk=correction_id)
    applied = queries.list_applied_from(correction.pinned)
    posting = correction.pinned.posting
    fields = "、".join(dict.fromkeys(WORDS[name] for name in WORDS if name in correction.became))
    for application in applied:
        notify(
            user_id=application.seeker_id,
            kind=KIND,
            about=f"application:{application.pk}:correction:{correction.pk}",
            params={
                "position": posting["position"]["title"],
                "employer": posting["employer_name"],
                "fields": fields,
            },
            link=f"/live-corrections/{correction.pk}",
            urgency="sms_if_unseen",
            now=now,
        )
    return len(applied)
