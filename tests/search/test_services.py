"""The index follows every change inside its transaction, and `rebuild` makes the same of the records."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from booths.services import create_booth, open_booth
from jobfair.core.unit_of_work import unit_of_work
from jobfair.employers.models import Employer
from jobfair.employers.services import correct_employer
from jobfair.fairs.models import Fair
from jobfair.fairs.services import ZonePlan, change_state, plan_zones
from jobfair.positions.models import Position
from jobfair.positions.services import close_position, correct_position, refuse_position
from jobfair.search.models import EmployerEntry, SearchEntry
from jobfair.search.queries import Criteria, search_employers, search_positions
from jobfair.search.services import index_positions, rebuild
from tests.factories import NOON, make_employer, make_fair
from tests.search.offers import offer

pytestmark = [pytest.mark.integration, pytest.mark.django_db]
TODAY = NOON.date()


def titles(q: str = "", **criteria: Any) -> list[str]:
    found = search_positions(Criteria(q=q, **criteria), today=TODAY)
    return [item.position.title for item in found.items]


def entries() -> list[dict[str, Any]]:
    return [*SearchEntry.objects.order_by("pk").values(), *EmployerEntry.objects.order_by("name").values()]


def test_what_is_published_is_found_and_what_is_closed_is_not() -> None:
    position = offer(make_fair(), "船舶电焊工")
    assert titles("焊工") == ["船舶电焊工"]
    close_position(position=position, by=None, now=NOON)
    assert titles("焊工") == []
    assert not SearchEntry.objects.exists()


def test_what_goes_back_to_review_or_is_refused_is_not_found() -> None:
    fair = make_fair()
    corrected, refused = offer(fair, "焊工"), offer(fair, "电焊工")
    correct_position(position=corrected, changed=["notes"], by=None, now=NOON)
    assert titles("焊工") == ["电焊工"]
    refuse_position(position=refused, reasons=["positions.limits_sex"], by=None, now=NOON)
    assert titles("焊工") == []


def test_a_rolled_back_change_leaves_the_index_as_it_was() -> None:
    position = offer(make_fair(), "焊工")

    @unit_of_work
    def close_and_fail() -> None:
        close_position(position=position, by=None, now=NOON)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        close_and_fail()
    assert titles("焊工") == ["焊工"]


def test_an_employers_new_name_is_found_and_its_old_one_is_not() -> None:
    fair = make_fair()
    employer = make_employer()
    offer(fair, "焊工", employer=employer)
    before = employer.name
    assert titles(before) == ["焊工"]
    employer.name = "南通新月船舶有限公司"
    correct_employer(employer=employer, changed=["name"], by=None, now=NOON)
    assert titles(before) == titles("新月") == []  # a new name is reviewed again, and its positions with it
    assert [item.employer.name for item in search_employers("新月", None, "", today=TODAY).items] == [
        employer.name
    ]
    assert search_employers(before, None, "", today=TODAY).items == []


def test_a_new_booth_brings_its_zone() -> None:
    fair = make_fair()
    (zone,) = plan_zones(fair=fair, zones=[ZonePlan("A", "智能制造")], by=None, now=NOON)
    employer = make_employer()
    offer(fair, "焊工", employer=employer)
    assert titles(fair=fair, chosen={"zone": [str(zone.pk)]}) == []
    booth = create_booth(fair=fair, employer=employer, zone=zone, number=42, desks=1, by=None, now=NOON)
    open_booth(booth=booth, by=None, now=NOON)
    found = search_positions(Criteria(fair=fair, chosen={"zone": [str(zone.pk)]}), today=TODAY)
    assert [item.booth and item.booth.booth.number for item in found.items] == [42]


def test_a_closed_fair_takes_its_positions_along() -> None:
    fair, other = make_fair(), make_fair()
    offer(fair, "焊工")
    offer(other, "电焊工")
    for state in (Fair.State.EXTENDED, Fair.State.CLOSED):
        assert len(titles("焊工")) == 2
        change_state(fair=fair, state=state, by=None, now=NOON)
    assert titles("焊工") == ["电焊工"]
    assert [item.fair for item in search_employers("", None, "", today=TODAY).items] == [other]


def test_what_is_no_longer_valid_is_not_found_without_any_change() -> None:
    fair = make_fair()
    offer(fair, "焊工", valid_until=NOON.date())
    assert titles("焊工") == ["焊工"]
    found = search_positions(Criteria(q="焊工"), today=NOON.date().replace(day=30))
    assert (found.items, found.tally and found.tally.total) == ([], 0)


def test_rebuilding_changes_nothing_and_mends_everything(capsys: pytest.CaptureFixture[str]) -> None:
    fair = make_fair()
    for title in ("焊工", "会计", "普工"):
        offer(fair, title)
    right = entries()
    call_command("rebuild_search")
    assert entries() == right
    SearchEntry.objects.filter(title="焊工").delete()
    SearchEntry.objects.filter(title="会计").update(tokens="错", title="错")
    Position.objects.filter(title="普工").update(state=Position.State.CLOSED)
    EmployerEntry.objects.all().delete()
    rebuild()
    assert (titles("焊工"), titles("会计"), titles("普工"), titles("错")) == (["焊工"], ["会计"], [], [])
    assert "can be found" in capsys.readouterr().out
    Position.objects.filter(title="普工").update(state=Position.State.PUBLISHED)
    rebuild()
    assert [row for row in entries() if "name" not in row] == [row for row in right if "name" not in row]


def test_a_thousand_positions_at_once_are_indexed_once(django_assert_max_num_queries: Any) -> None:
    fair, employer = make_fair(), make_employer()
    offer(fair, "焊工", employer=employer)
    model = Position.objects.get()
    rows = []
    for number in range(60):
        model.pk, model.title = None, f"焊工{number}"
        rows.append(Position(**{f.attname: getattr(model, f.attname) for f in model._meta.concrete_fields}))
    Position.objects.bulk_create(rows)
    with django_assert_max_num_queries(8):
        index_positions(ids=Position.objects.values_list("pk", flat=True))
    assert search_positions(Criteria(q="焊工"), today=TODAY).tally.total == 61  # type: ignore[union-attr]


def test_refused_employers_are_not_found() -> None:
    fair, employer = make_fair(), make_employer()
    offer(fair, "焊工", employer=employer)
    Employer.objects.filter(pk=employer.pk).update(state=Employer.State.REFUSED)
    rebuild()
    assert (titles("焊工"), search_employers("", None, "", today=TODAY).items) == ([], [])


def test_the_stores_own_index_holds_what_the_entries_hold() -> None:
    fair = make_fair()
    position = offer(fair, "焊工")
    SearchEntry.objects.filter(pk=position.pk).update(tokens="钳 工 钳工")
    assert titles("钳工") == ["焊工"]
    assert titles("焊工") == []
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO search_entry_words(search_entry_words) VALUES ('integrity-check')")
