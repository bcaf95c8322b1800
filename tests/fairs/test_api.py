from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from jobfair.employers.models import Participation
from jobfair.fairs import services
from jobfair.fairs.models import Fair
from jobfair.fairs.services import ScheduledEvent, ZonePlan
from tests.factories import NOON, make_employer, make_fair

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def test_the_list_of_fairs_holds_no_drafts(client: Client) -> None:
    fair, draft = make_fair(), make_fair()
    Fair.objects.filter(pk=draft.pk).update(state=Fair.State.DRAFT)
    assert client.get("/api/fairs").json() == [
        {
            "slug": fair.slug,
            "name": fair.name,
            "city": "南通",
            "state": "open",
            "opens_at": "2026-04-11T01:00:00Z",
            "closes_at": "2026-04-11T07:00:00Z",
        }
    ]


def test_the_fairs_page(client: Client) -> None:
    fair = make_fair()
    zones = services.plan_zones(
        fair=fair, zones=[ZonePlan("A", "制造"), ZonePlan("B", "纺织")], by=None, now=NOON
    )
    entry = ScheduledEvent(NOON, NOON + timedelta(hours=1), "开幕式", "主舞台")
    services.plan_schedule(fair=fair, entries=[entry], by=None, now=NOON)
    Participation.objects.create(fair=fair, employer=make_employer())
    said = client.get(f"/api/fairs/{fair.slug}").json()
    assert said["zones"] == [
        {"id": zones[0].pk, "letter": "A", "name": "制造"},
        {"id": zones[1].pk, "letter": "B", "name": "纺织"},
    ]
    assert said["schedule"] == [
        {
            "starts_at": "2026-04-11T04:00:00Z",
            "ends_at": "2026-04-11T05:00:00Z",
            "title": "开幕式",
            "place": "主舞台",
        }
    ]
    assert (said["employers"], said["positions"], said["headcount"]) == (1, 0, 0)
    assert (said["topic"], said["organiser"], said["city"]) == (f"fair:{fair.pk}", "示例总工会", "南通")


@pytest.mark.parametrize("slug", ["nowhere", "draft"])
def test_missing_and_hidden_look_the_same(client: Client, slug: str) -> None:
    draft = make_fair()
    Fair.objects.filter(pk=draft.pk).update(state=Fair.State.DRAFT, slug="draft")
    reply = client.get(f"/api/fairs/{slug}")
    assert (reply.status_code, reply.json()["error"]["code"]) == (404, "core.not_found")


def test_the_pages_cost_a_constant_number_of_queries(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    fair = make_fair()
    plan = [ZonePlan(letter, letter) for letter in "ABCDEF"]
    services.plan_zones(fair=fair, zones=plan, by=None, now=NOON)
    for _ in range(5):
        Participation.objects.create(fair=make_fair(), employer=make_employer())
    client.get("/api/fairs")
    with django_assert_num_queries(1):
        client.get("/api/fairs")
    with django_assert_num_queries(5):
        client.get(f"/api/fairs/{fair.slug}")
