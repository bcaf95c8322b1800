"""Taking people out of the record of the doors when the time is over, or at their wish."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from jobfair.checkin.events import PassagesRemoved, PeopleForgotten
from jobfair.checkin.models import Pass, Passage, Recount
from jobfair.core.unit_of_work import emit, unit_of_work
from jobfair.fairs.models import Fair


@unit_of_work
def forget_person(*, user_id: int, now: datetime) -> int:
    """The account is closed: its passes open nothing and say nobody's name."""
    return _forget(Pass.objects.filter(user=user_id))


@unit_of_work
def forget_fair(*, fair: Fair, now: datetime) -> int:
    """After the legal period: how many passed remains, who they and the clerks were does not."""
    forgotten = _forget(Pass.objects.filter(fair=fair, user__isnull=False))
    Passage.objects.filter(fair=fair, by__isnull=False).update(by=None)
    Recount.objects.filter(fair=fair, by__isnull=False).update(by=None)
    emit(PeopleForgotten(fair_id=fair.pk, passes=forgotten))
    return forgotten


@unit_of_work
def remove_passages(*, fair: Fair, now: datetime) -> int:
    """Nothing asks for the passages any more."""
    removed = Passage.objects.filter(fair=fair).delete()[0]
    Pass.objects.filter(fair=fair, merged_into__isnull=False).delete()
    Pass.objects.filter(fair=fair).delete()
    emit(PassagesRemoved(fair_id=fair.pk, passages=removed))
    return removed


def _forget(passes: QuerySet[Pass]) -> int:
    return passes.update(user=None, token_hash=None, code=None)
