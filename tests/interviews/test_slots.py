"""Slots: one place each, moved and cancelled, with reminders that look again before they speak."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from jobfair.accounts.models import User
from jobfair.core import clock
from jobfair.core import jobs as durable_jobs
from jobfair.core.errors import DomainError, NotFound
from jobfair.core.models import Job
from jobfair.interviews import queries, rules, services
from jobfair.interviews.models import Booking, VideoTalk
from jobfair.notices.models import Notice
from tests.applications.scene import make_applicant, make_verified_seeker
from tests.interviews.scene import HOUR, MINUTE, Fair

pytestmark = [pytest.mark.integration, pytest.mark.django_db]
DAY = timedelta(days=1)


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises(DomainError) as refused:
        act()
    return refused.value.code


def told(user: User) -> list[str]:
    own = Notice.objects.filter(user=user, kind__startswith="interviews.").order_by("id")
    return list(own.values_list("kind", flat=True))


def test_a_series_is_published_whole_or_not_at_all() -> None:
    fair = Fair()

    def publish(start: datetime, count: int = 3, mode: str = "video", address: str = "") -> int:
        made = services.publish_slots(
            booth=fair.booth, starts_at=start, minutes=20, count=count, mode=mode, address=address,
            by=fair.recruiter, now=fair.now,
        )  # fmt: skip
        return len(made)

    assert publish(fair.now + HOUR) == 3
    assert refusal(lambda: publish(fair.now + HOUR + 40 * MINUTE)) == rules.SlotsOverlap.code
    assert refusal(lambda: publish(fair.now)) == rules.SlotInPast.code
    assert refusal(lambda: publish(fair.now + 40 * DAY)) == rules.SlotTooFar.code
    assert refusal(lambda: publish(fair.now + DAY, mode="onsite")) == rules.PlaceNeeded.code
    assert publish(fair.now + DAY, mode="onsite", address="示例路 1 号") == 3
    free = queries.list_free_slots(fair.booth, fair.now)
    assert [slot.starts_at - fair.now for slot in free[:4]] == [
        HOUR, HOUR + 20 * MINUTE, HOUR + 40 * MINUTE, DAY,
    ]  # fmt: skip


def test_who_may_book() -> None:
    fair = Fair()
    slot = fair.slot()
    assert refusal(lambda: fair.book(slot, make_verified_seeker())) == rules.NoTie.code
    queued = make_applicant()
    fair.queue(queued)
    assert fair.book(slot, queued).seeker == queued
    assert refusal(lambda: fair.book(slot)) == rules.SlotTaken.code
    assert refusal(lambda: fair.book(fair.slot(after=2 * HOUR), queued)) == rules.BookedBefore.code


def test_nobody_is_at_two_employers_at_once() -> None:
    fair, other = Fair(), Fair()
    seeker = fair.applicant()
    other.hiring.submit(seeker)
    fair.book(fair.slot(), seeker)
    assert refusal(lambda: other.book(other.slot(after=HOUR + 10 * MINUTE), seeker)) == rules.TimeTaken.code
    assert other.book(other.slot(after=2 * HOUR), seeker).state == "booked"


def test_moving_frees_the_slot_and_keeps_the_calendars_entry() -> None:
    fair = Fair()
    first, second = fair.slot(), fair.slot(after=3 * HOUR)
    booking = fair.book(first)
    moved = services.move_booking(booking=booking, to=second, by=booking.seeker, now=fair.now)
    assert (moved.pk, moved.uid, moved.sequence) == (booking.pk, booking.uid, 1)
    other = fair.book(first)
    assert (
        refusal(lambda: services.move_booking(booking=moved, to=first, by=booking.seeker, now=fair.now))
        == rules.SlotTaken.code
    )
    foreign = Fair().slot()
    with pytest.raises(NotFound):
        services.move_booking(booking=moved, to=foreign, by=booking.seeker, now=fair.now)
    done = services.cancel_booking(booking=other, side="seeker", by=other.seeker, now=fair.now)
    assert (done.state, done.sequence, done.cancelled_by) == ("cancelled", 1, "seeker")
    assert told(booking.seeker) == ["interviews.booked", "interviews.moved"]
    assert told(other.seeker) == ["interviews.booked", "interviews.cancelled"]


def test_a_withdrawn_slot_cancels_and_tells() -> None:
    fair = Fair()
    slot = fair.slot()
    booking = fair.book(slot)
    services.withdraw_slot(slot=slot, by=fair.recruiter, now=fair.now)
    services.withdraw_slot(slot=slot, by=fair.recruiter, now=fair.now)
    booking.refresh_from_db()
    assert (booking.state, booking.cancelled_by) == ("cancelled", "recruiter")
    assert told(booking.seeker) == ["interviews.booked", "interviews.cancelled"]
    assert refusal(lambda: fair.book(slot)) == rules.SlotGone.code


def run_reminders(until: datetime, monkeypatch: pytest.MonkeyPatch) -> int:
    """Do all reminders that are due by then."""
    monkeypatch.setattr(clock, "now", lambda: until)
    Job.objects.exclude(kind="interviews.remind").delete()
    done = 0
    while durable_jobs.run_next(until):
        done += 1
    return done


def test_reminders_look_again_before_they_speak(monkeypatch: pytest.MonkeyPatch) -> None:
    fair = Fair()
    kept, cancelled, moved = (fair.slot(after=2 * DAY + n * HOUR) for n in range(3))
    bookings = [fair.book(slot) for slot in (kept, cancelled, moved)]
    later = fair.slot(after=5 * DAY)
    services.cancel_booking(booking=bookings[1], side="seeker", by=bookings[1].seeker, now=fair.now)
    services.move_booking(booking=bookings[2], to=later, by=bookings[2].seeker, now=fair.now)
    assert run_reminders(fair.now + DAY + 3 * HOUR, monkeypatch) == 3
    near = "interviews.near"
    assert [told(one.seeker).count(near) for one in bookings] == [1, 0, 0]
    assert told(fair.recruiter).count("interviews.slot_near") == 1
    run_reminders(fair.now + 5 * DAY, monkeypatch)
    assert [told(one.seeker).count(near) for one in bookings] == [1, 0, 0], "too late to be of use"


def test_a_reminder_comes_a_day_and_half_an_hour_before(monkeypatch: pytest.MonkeyPatch) -> None:
    fair = Fair()
    booking = fair.book(fair.slot(after=2 * DAY))
    for at, count in (
        (DAY - MINUTE, 0),
        (DAY + MINUTE, 1),
        (2 * DAY - 31 * MINUTE, 1),
        (2 * DAY - 29 * MINUTE, 2),
    ):
        run_reminders(fair.now + at, monkeypatch)
        assert told(booking.seeker).count("interviews.near") == count, at


def test_a_booked_talk_opens_at_its_time_and_ends_with_it() -> None:
    fair = Fair()
    booking = fair.book(fair.slot(after=HOUR))

    def open_it(at: timedelta, side: str = "seeker") -> VideoTalk:
        by = booking.seeker if side == "seeker" else fair.recruiter
        return services.open_for_booking(booking=booking, side=side, by=by, now=fair.now + at)

    assert refusal(lambda: open_it(49 * MINUTE)) == rules.TooEarly.code
    talk = open_it(50 * MINUTE)
    open_it(55 * MINUTE, "recruiter")
    fair.enter(VideoTalk.objects.get(pk=talk.pk), "recruiter")
    assert not services.end_overdue_talk(talk=talk, now=fair.now + 90 * MINUTE)
    assert services.end_overdue_talk(talk=talk, now=fair.now + 120 * MINUTE)
    assert refusal(lambda: open_it(100 * MINUTE)) == rules.TalkOver.code
    assert refusal(lambda: open_it(121 * MINUTE)) == rules.BookingOver.code


def test_cancelling_ends_the_talk_and_a_closed_account_cancels() -> None:
    fair = Fair()
    booking = fair.book(fair.slot(after=5 * MINUTE))
    talk = services.open_for_booking(booking=booking, side="seeker", by=booking.seeker, now=fair.now)
    assert services.cancel_all_of(seeker_id=booking.seeker_id, by=booking.seeker_id, now=fair.now) == 1
    talk.refresh_from_db()
    assert (talk.because, Booking.objects.get().cancelled_by) == ("cancelled", "seeker")


def test_lists_ask_as_often_for_many_as_for_one(
    client: Client, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    fair = Fair(now=clock.now())
    for n in range(6):
        fair.book(fair.slot(after=HOUR * (n + 1)))
    client.force_login(fair.recruiter, backend="django.contrib.auth.backends.ModelBackend")
    with django_assert_max_num_queries(12):
        rows = client.get(f"/api/booths/{fair.booth.pk}/slot-desk").json()["slots"]
    assert [row["booking"]["state"] for row in rows] == ["booked"] * 6
    assert all(row["booking"]["seeker_name"] == "王小明" for row in rows), "they have applied"
    client.force_login(fair.applicant(), backend="django.contrib.auth.backends.ModelBackend")
    with django_assert_max_num_queries(12):
        offered = client.get(f"/api/booths/{fair.booth.pk}/slots").json()
    assert (offered["free"], offered["mine"], offered["may_book"]) == ([], None, True)


def test_http_books_once_however_often_it_is_sent(client: Client) -> None:
    fair = Fair(now=clock.now())
    slot, seeker = fair.slot(), fair.applicant()
    client.force_login(seeker, backend="django.contrib.auth.backends.ModelBackend")
    replies = [
        client.post(f"/api/slots/{slot.pk}/bookings", headers={"Idempotency-Key": "book-once-01"})
        for _ in range(3)
    ]
    assert {one.status_code for one in replies} == {201}
    assert len({one.content for one in replies}) == 1
    pk = replies[0].json()["id"]
    ics = client.get(f"/api/bookings/{pk}/calendar.ics")
    assert ics["Content-Type"] == "text/calendar; charset=utf-8"
    assert b"METHOD:PUBLISH" in ics.content
    cancelled = client.post(f"/api/bookings/{pk}/cancel", headers={"Idempotency-Key": "cancel-01"})
    assert cancelled.json()["state"] == "cancelled"
    assert b"METHOD:CANCEL\r\n" in client.get(f"/api/bookings/{pk}/calendar.ics").content
