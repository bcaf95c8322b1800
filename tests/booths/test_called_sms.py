"""A call nobody has seen in 20 s sends one SMS; one that was answered sends none."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from booths import services
from booths.models import Ticket
from jobfair.accounts.models import User
from jobfair.core.models import Job
from jobfair.notices.models import Notice
from tests.applications.scene import make_verified_seeker
from tests.factories import NOON, desks_of, make_booth, make_fair, make_recruiter

pytestmark = [pytest.mark.integration, pytest.mark.django_db]
Act = Callable[[Ticket, User, User], object]


def sms_due(seeker: User) -> list[Job]:
    jobs = Job.objects.filter(kind="notices.reach", payload__channel="sms", state="waiting")
    return [job for job in jobs if job.payload["notice"] in seeker_notices(seeker)]


def seeker_notices(seeker: User) -> set[int]:
    return set(
        Notice.objects.filter(user=seeker, kind="booths.called", seen_at=None).values_list("pk", flat=True)
    )


@pytest.mark.parametrize(
    ("act", "messages"),
    [
        (lambda t, s, r: None, 1),
        (lambda t, s, r: services.recall_ticket(ticket=t, by=r, now=NOON + timedelta(seconds=10)), 1),
        (lambda t, s, r: services.arrive(ticket=t, by=s, now=NOON), 0),
        (lambda t, s, r: services.postpone_call(ticket=t, by=s, now=NOON), 0),
        (lambda t, s, r: services.undo_call(ticket=t, by=r, now=NOON), 0),
        (lambda t, s, r: services.hold_ticket(ticket=t, minutes=5, by=r, now=NOON), 0),
        (lambda t, s, r: services.leave_line(ticket=t, by=s, now=NOON), 0),
    ],
    ids=["nothing", "recall", "arrive", "later", "undo", "hold", "leave"],
)
def test_one_message_for_a_call_that_nobody_answered(act: Act, messages: int) -> None:
    booth, seeker = make_booth(make_fair()), make_verified_seeker()
    recruiter = make_recruiter(booth)
    ticket = services.take_ticket(booth=booth, seeker=seeker, channel="onsite", now=NOON)
    services.call_next_ticket(desk=desks_of(booth)[0], by=recruiter, now=NOON)
    act(ticket, seeker, recruiter)
    assert len(sms_due(seeker)) == messages
