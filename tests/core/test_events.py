from __future__ import annotations

import pytest

from booths.events import BoothCreated, TicketTaken
from jobfair.accounts.events import GuestMerged
from jobfair.employers.events import RecruiterRemoved
from jobfair.fairs.events import FairCreated

pytestmark = pytest.mark.unit


def test_a_fact_is_about_what_its_noun_names() -> None:
    assert BoothCreated(booth_id=3).subject == "booth:3"
    assert TicketTaken(ticket_id=5, booth_id=3, seeker_id=9).subject == "ticket:5"
    assert RecruiterRemoved(employer_id=4, user_id=9).subject == "employer:4"
    assert FairCreated(fair_id=1).subject == "fair:1"
    assert GuestMerged(guest_id=8, account_id=9).subject == "user:9"


def test_the_noun_is_no_part_of_the_audited_detail() -> None:
    assert BoothCreated(booth_id=3, by=1).detail() == {"booth_id": 3}
