"""Several phones at once, on the run's real store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest

from jobfair.accounts.models import User
from jobfair.checkin import services
from jobfair.checkin.models import Alert, Pass, Passage
from jobfair.checkin.services import Answer, Scan
from jobfair.notices.models import Notice
from tests.booths.test_concurrency import at_once
from tests.checkin.scene import Doors, make_clerk, text_of
from tests.factories import make_seeker

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]


def bringing(doors: Doors, clerk: User, *scans: Scan) -> Callable[[], list[Answer]]:
    return lambda: doors.bring(*scans, by=clerk)


def test_two_gates_bring_in_the_same_scans_together(rounds: Callable[[int, int], int]) -> None:
    doors = Doors()
    clerks = [doors.clerk, make_clerk(doors.fair)]
    times = rounds(8, 300)
    for _ in range(times):
        entry_pass = doors.issue()
        scans = [doors.scan(text_of(entry_pass)), doors.scan(), doors.scan(None, "out")]
        first, second = at_once(
            [bringing(doors, clerks[0], *scans), bringing(doors, clerks[1], *reversed(scans))], threads=2
        )
        assert sorted(answer.scan_id for answer in first) == sorted(answer.scan_id for answer in second)
        assert all(answer.counted for answer in [*first, *second])
        doors.now += timedelta(seconds=1)
    twice = [
        one for one, count in Counter(Passage.objects.values_list("scan_id", flat=True)).items() if count > 1
    ]
    print(
        f"{times} rounds: {Passage.objects.count()} passages of {3 * times} scans sent twice, {len(twice)} doubled"
    )
    assert (Passage.objects.count(), twice, doors.inside) == (3 * times, [], times)


def test_the_last_places_go_to_as_many_people_as_there_are_places() -> None:
    doors = Doors(capacity=20)
    doors.walk(14)
    clerks = [make_clerk(doors.fair) for _ in range(4)]
    acts = [bringing(doors, clerk, doors.scan(text_of(doors.issue()))) for clerk in clerks for _ in range(5)]
    verdicts = Counter(answers[0].verdict for answers in at_once(acts, threads=4))
    print(f"6 places, 20 people at 4 gates: {dict(verdicts)}")
    assert verdicts == {"in": 6, "full": 14}
    assert doors.inside == 20
    assert sorted(Alert.objects.values_list("level", flat=True)) == [80, 95, 100]
    assert Notice.objects.count() == 3


def test_a_pass_opened_on_two_phones_at_once_is_one() -> None:
    doors, user = Doors(), make_seeker()
    acts = [lambda: services.issue_pass(fair=doors.fair, user=user, now=doors.now).pk] * 6
    assert len(set(at_once(acts, threads=6))) == 1
    assert Pass.objects.count() == 1
