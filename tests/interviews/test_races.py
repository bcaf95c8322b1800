"""Two people press at once, on the run's real store: one is first, and nothing is done twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial

import pytest

from jobfair.accounts.models import User
from jobfair.core.errors import DomainError
from jobfair.interviews import rules, services
from jobfair.interviews.models import Booking, Signal, Slot, VideoTalk
from tests.booths.test_concurrency import at_once
from tests.interviews.scene import HOUR, Fair, said

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]


def outcome(act: Callable[[], object]) -> Callable[[], str]:
    """`ok`, or the refusal's code."""

    def run() -> str:
        try:
            act()
        except DomainError as refusal:
            return refusal.code
        return "ok"

    return run


def test_ten_people_want_one_slot(rounds: Callable[[int, int], int]) -> None:
    fair = Fair()
    people = [fair.applicant() for _ in range(10)]
    for number in range(rounds(3, 50)):
        slot = fair.slot(after=HOUR * (number + 1))
        pressed = [outcome(partial(fair.book, slot, who)) for who in people]
        outcomes = Counter(at_once(pressed, threads=10))
        assert outcomes == {"ok": 1, rules.SlotTaken.code: 9}
        (booked,) = Booking.objects.filter(slot=slot, state="booked")
        services.cancel_booking(booking=booked, side="seeker", by=booked.seeker, now=fair.now)


def test_one_person_presses_two_slots_at_once(rounds: Callable[[int, int], int]) -> None:
    fair = Fair()
    for number in range(rounds(4, 50)):
        slots = [fair.slot(after=HOUR * (2 * number + n + 1)) for n in range(2)]
        who = fair.applicant()
        pressed = [outcome(partial(fair.book, slot, who)) for slot in slots]
        assert Counter(at_once(pressed, threads=2)) == {"ok": 1, rules.BookedBefore.code: 1}


def test_two_swap_their_slots_and_one_comes_to_a_third(rounds: Callable[[int, int], int]) -> None:
    """Both ways at once: no deadlock, and never two in one slot."""
    fair = Fair()
    one, other = fair.slot(), fair.slot(after=2 * HOUR)
    mine, theirs = fair.book(one), fair.book(other)
    third = fair.slot(after=3 * HOUR)

    def move(booking: Booking, to: Slot) -> Callable[[], str]:
        return outcome(lambda: services.move_booking(booking=booking, to=to, by=booking.seeker, now=fair.now))

    for _ in range(rounds(5, 60)):
        at_once([move(mine, other), move(theirs, one), move(mine, third)], threads=3)
        held = Booking.objects.filter(state="booked").values_list("slot_id", flat=True)
        assert sorted(held) == sorted(set(held))
        assert held.count() == 2


def test_both_sit_down_at_once_and_speak(rounds: Callable[[int, int], int]) -> None:
    fair = Fair()
    ticket = fair.called()
    for side in ("seeker", "recruiter"):
        talk = fair.open(ticket, side)
    for number in range(rounds(5, 60)):
        at_once([lambda: fair.enter(talk, "seeker"), lambda: fair.enter(talk, "recruiter")], threads=2)
        now = VideoTalk.objects.get(pk=talk.pk)
        assert now.round == 2 * (number + 1)
        people: dict[str, User] = {"seeker": now.seeker, "recruiter": fair.recruiter}
        send = [
            outcome(
                partial(
                    services.send_signal, talk=now, side=side, said=said(now, side, cid=f"same-{side}"),
                    by=people[side], now=fair.now,
                )
            )
            for side in ("seeker", "recruiter") * 2
        ]  # fmt: skip
        assert Counter(at_once(send, threads=4)) == {"ok": 4}
        assert Signal.objects.filter(talk=now).count() == 2
