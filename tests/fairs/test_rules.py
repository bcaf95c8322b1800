from __future__ import annotations

from datetime import timedelta

import pytest

from jobfair.core.errors import Invalid
from jobfair.fairs import rules
from jobfair.fairs.models import Fair
from tests.factories import NOON

pytestmark = pytest.mark.unit

STEPS = {
    ("draft", "scheduled"), ("scheduled", "draft"), ("scheduled", "open"), ("open", "extended"),
    ("open", "closed"), ("extended", "closed"), ("closed", "archived"),
}  # fmt: skip


@pytest.mark.parametrize("before", Fair.State.values)
@pytest.mark.parametrize("after", Fair.State.values)
def test_the_state_machine(before: str, after: str) -> None:
    fair = Fair(state=before)
    if (before, after) in STEPS:
        rules.ensure_may_become(fair, Fair.State(after))
    else:
        with pytest.raises(rules.FairStateRefused):
            rules.ensure_may_become(fair, Fair.State(after))


def test_hours_come_in_order() -> None:
    hour = timedelta(hours=1)
    rules.ensure_hours(NOON, NOON + hour, NOON + hour)
    with pytest.raises(Invalid) as refusal:
        rules.ensure_hours(NOON, NOON, NOON - hour)
    assert set(refusal.value.fields) == {"closes_at", "extension_ends_at"}
