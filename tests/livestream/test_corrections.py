"""Posting truth: what was said on air and what the posting says now, told to whoever applied from it."""

from __future__ import annotations

import pytest

from jobfair.applications import consent
from jobfair.applications.models import Application
from jobfair.applications.services import submit, withdraw
from jobfair.core import jobs
from jobfair.core.errors import NotFound
from jobfair.core.unit_of_work import emit, unit_of_work
from jobfair.notices.models import Notice
from jobfair.positions.events import PositionPublished
from jobfair.positions.models import Position
from livestream.access.rooms import correction_for_applicant
from livestream.models import PinnedPosition, PostingCorrection
from livestream.schemas.replays import CorrectionPageOut
from livestream.services import directing
from livestream.services.correcting import correct_postings
from tests.applications.scene import make_applicant
from tests.livestream.scene import MINUTE, Studio

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def apply_from(pinned: PinnedPosition, *, source: str = "livestream", ref: str | None = None) -> Application:
    seeker = make_applicant()
    return submit(
        position=pinned.position, seeker=seeker, cid=f"cid-{seeker.pk:08d}", source=source,
        source_ref=pinned.reference if ref is None else ref, consent_text_version=consent.VERSION,
        now=pinned.pinned_at,
    ).application  # fmt: skip


def put_on_air(studio: Studio) -> PinnedPosition:
    studio.go_live()
    directing.jump_to(cue=studio.cues[1], seen=None, by=studio.director, now=studio.now)
    return PinnedPosition.objects.get(position=studio.positions[0])


@unit_of_work
def publish_again(*positions: Position) -> None:
    for one in positions:
        emit(PositionPublished(position_id=one.pk, employer_id=one.employer_id, fair_id=one.fair_id))


def change(position: Position, **fields: object) -> list[PostingCorrection]:
    Position.objects.filter(pk=position.pk).update(**fields)
    before = PostingCorrection.objects.count()
    publish_again(position)
    return list(PostingCorrection.objects.order_by("pk")[before:])


def told_to() -> list[int]:
    rows = Notice.objects.filter(kind="livestream.posting_corrected")
    return list(rows.order_by("user_id").values_list("user_id", flat=True))


def test_a_correction_reaches_all_who_applied_from_it_and_nobody_else() -> None:
    studio = Studio()
    pinned = put_on_air(studio)
    live, replay, gone = apply_from(pinned), apply_from(pinned, source="replay"), apply_from(pinned)
    apply_from(pinned, source="web", ref="")
    withdraw(application=gone, by=gone.seeker, now=studio.now)
    [correction] = change(studio.positions[0], pay_min=4500, area="如东县")
    rest = {"pay_max": 8000, "pay_unit": "month", "pay_note": ""}
    assert correction.was == {"pay_min": 5000, **rest, "area": "南通"}
    assert correction.became == {"pay_min": 4500, **rest, "area": "如东县"}
    while jobs.run_next(studio.now + MINUTE):
        pass
    assert told_to() == [live.seeker_id, replay.seeker_id]
    notice = Notice.objects.filter(kind="livestream.posting_corrected")[0]
    assert "薪酬、地点" in notice.text_zh
    assert notice.link == f"/live-corrections/{correction.pk}"


def test_what_stays_the_same_is_no_correction_and_what_is_corrected_again_is_compared_with_the_last_word() -> (
    None
):
    studio = Studio()
    put_on_air(studio)
    assert change(studio.positions[0], title="熟练电工", notes="有班车") == []
    [first] = change(studio.positions[0], pay_max=9000)
    assert change(studio.positions[0]) == []
    [second] = change(studio.positions[0], pay_max=8500)
    assert [one.was["pay_max"] for one in (first, second)] == [8000, 9000]


def test_old_and_new_stand_side_by_side_for_the_applicant_alone() -> None:
    studio = Studio()
    pinned = put_on_air(studio)
    application = apply_from(pinned)
    [correction] = change(studio.positions[0], duties="检修线路，需倒班")
    found, own = correction_for_applicant(application.seeker, correction.pk)
    page = CorrectionPageOut.of(found, own)
    assert (page.correction.was.duties, page.correction.became.duties) == (
        "安装和检修厂房线路",
        "检修线路，需倒班",
    )
    assert page.application_id == application.pk
    for stranger in (None, make_applicant(), apply_from(pinned, source="web", ref="").seeker):
        with pytest.raises(NotFound):
            correction_for_applicant(stranger, correction.pk)


def test_a_posting_that_was_never_on_air_needs_no_correction() -> None:
    studio = Studio()
    assert correct_postings(position_ids=[studio.positions[0].pk], now=studio.now) == []


def test_many_published_at_once_are_compared_at_once() -> None:
    studio = Studio()
    put_on_air(studio)
    shown = studio.positions[:2]
    for one in shown:
        Position.objects.filter(pk=one.pk).update(pay_min=4000)
    publish_again(*studio.positions)
    assert sorted(one.pinned.position_id for one in PostingCorrection.objects.select_related("pinned")) == [
        one.pk for one in shown
    ]


def test_a_correction_is_told_once() -> None:
    studio = Studio()
    apply_from(put_on_air(studio))
    change(studio.positions[0], pay_min=4000)
    for _ in range(2):
        while jobs.run_next(studio.now + MINUTE):
            pass
        assert len(told_to()) == 1
