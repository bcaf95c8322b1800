from __future__ import annotations

from datetime import timedelta

import pytest

from jobfair.core.errors import Invalid, NotFound
from jobfair.core.models import AuditEntry
from jobfair.fairs import access, queries, rules, services
from jobfair.fairs.models import City, Fair, FairStaff, Programme, Zone
from jobfair.fairs.services import ScheduledEvent, ZonePlan
from tests.factories import NOON, make_fair, make_seeker

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def actions() -> list[str]:
    return list(AuditEntry.objects.order_by("id").values_list("action", flat=True))


def new_fair(**changes: object) -> Fair:
    fields: dict[str, object] = {
        "programme": Programme.objects.create(name="活动", organiser="示例总工会"),
        "city": City.objects.create(code="320600", name="南通"),
        "slug": "new",
        "name": "新一场",
        "venue": "示例展馆",
        "opens_at": NOON,
        "closes_at": NOON + timedelta(hours=6),
        "extension_ends_at": NOON + timedelta(days=30),
        "state": Fair.State.OPEN,
    }
    return Fair(**fields | changes)


def test_a_fair_begins_as_a_draft_and_goes_step_by_step() -> None:
    fair = services.create_fair(fair=new_fair(), by=None, now=NOON)
    assert fair.state == Fair.State.DRAFT
    with pytest.raises(rules.FairStateRefused):
        services.change_state(fair=fair, state=Fair.State.OPEN, by=None, now=NOON)
    services.change_state(fair=fair, state=Fair.State.SCHEDULED, by=None, now=NOON)
    services.change_state(fair=fair, state=Fair.State.OPEN, by=None, now=NOON)
    fair.refresh_from_db()
    assert fair.state == Fair.State.OPEN
    assert actions() == ["fairs.fair_created", "fairs.fair_state_changed", "fairs.fair_state_changed"]


def test_impossible_hours_store_nothing() -> None:
    with pytest.raises(Invalid):
        services.create_fair(fair=new_fair(closes_at=NOON), by=None, now=NOON)
    assert (Fair.objects.count(), actions()) == (0, [])


def test_a_correction_stores_the_named_fields_but_never_the_state() -> None:
    fair = make_fair()
    fair.name, fair.venue, fair.state = "改名", "不改", Fair.State.CLOSED
    services.correct_fair(fair=fair, changed=["name", "state"], by=None, now=NOON)
    stored = Fair.objects.get()
    assert (stored.name, stored.venue, stored.state) == ("改名", "示例展馆", "open")
    assert AuditEntry.objects.get().detail == {"fair_id": fair.pk, "changed": ["name"]}


def test_zones_are_renamed_by_letter_and_keep_their_identity() -> None:
    fair = make_fair()
    first = services.plan_zones(
        fair=fair, zones=[ZonePlan("A", "制造"), ZonePlan("B", "纺织")], by=None, now=NOON
    )
    again = services.plan_zones(
        fair=fair, zones=[ZonePlan("B", "服装"), ZonePlan("A", "制造")], by=None, now=NOON
    )
    assert {zone.pk for zone in first} == {zone.pk for zone in again}
    assert [str(zone) for zone in Zone.objects.filter(fair=fair)] == ["B 服装", "A 制造"]


def test_the_schedule_is_replaced() -> None:
    fair = make_fair()
    for title in ("开幕式", "讲座"):
        entry = ScheduledEvent(NOON, NOON + timedelta(hours=1), title)
        services.plan_schedule(fair=fair, entries=[entry], by=None, now=NOON)
    assert [entry.title for entry in fair.schedule.all()] == ["讲座"]


def test_one_office_per_user() -> None:
    fair, user = make_fair(), make_seeker()
    services.appoint_staff(fair=fair, user=user, role=FairStaff.Role.STAFF, by=None, now=NOON)
    services.appoint_staff(fair=fair, user=user, role=FairStaff.Role.ORGANISER, by=None, now=NOON)
    services.appoint_staff(fair=fair, user=user, role=FairStaff.Role.ORGANISER, by=None, now=NOON)
    assert FairStaff.objects.get().role == "organiser"
    assert actions() == ["fairs.staff_appointed", "fairs.staff_appointed"]


def test_drafts_are_hidden_and_strangers_find_nothing() -> None:
    fair, draft = make_fair(), make_fair()
    Fair.objects.filter(pk=draft.pk).update(state=Fair.State.DRAFT)
    organiser, stranger = make_seeker(), make_seeker()
    services.appoint_staff(fair=draft, user=organiser, role=FairStaff.Role.ORGANISER, by=None, now=NOON)
    services.appoint_staff(fair=draft, user=stranger, role=FairStaff.Role.STAFF, by=None, now=NOON)
    assert access.fair_for_anyone(fair.slug) == fair
    assert queries.list_announced_fairs() == [fair]
    assert access.fair_for_organiser(organiser, draft.slug) == draft
    assert queries.list_fairs_of(organiser) == [draft]
    for user, slug in ((None, draft.slug), (stranger, draft.slug), (organiser, fair.slug), (organiser, "no")):
        with pytest.raises(NotFound):
            access.fair_for_organiser(user, slug)
    with pytest.raises(NotFound):
        access.fair_for_anyone(draft.slug)


def test_superusers_organise_everything() -> None:
    fair, chief = make_fair(), make_seeker()
    chief.is_superuser = True
    assert access.fair_for_organiser(chief, fair.slug) == fair
    assert queries.list_fairs_of(chief) == [fair]
    chief.is_active = False
    with pytest.raises(NotFound):
        access.fair_for_organiser(chief, fair.slug)
