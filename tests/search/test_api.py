from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from booths.services import create_booth, open_booth, take_ticket
from jobfair.fairs.models import Fair
from jobfair.fairs.services import ZonePlan, plan_zones
from jobfair.positions.services import close_position
from jobfair.search.facets import FACETS
from jobfair.search.rules import monthly, pay_bands
from tests.factories import NOON, make_employer, make_fair, make_seeker
from tests.search.offers import offer

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def ask(client: Client, what: str = "positions", **query: str) -> dict[str, Any]:
    reply = client.get(f"/api/search/{what}?{urlencode(query)}")
    assert reply.status_code == 200, reply.content
    return dict(reply.json())


def titles(client: Client, **query: str) -> list[str]:
    return [item["title"] for item in ask(client, **query)["items"]]


def counts(said: dict[str, Any], facet: str) -> dict[str, int]:
    rows = next((row["values"] for row in said["facets"] if row["name"] == facet), [])
    return {value["value"]: value["positions"] for value in rows}


def test_a_card_tells_what_a_seeker_decides_by(client: Client) -> None:
    fair, employer = make_fair(), make_employer()
    (zone,) = plan_zones(fair=fair, zones=[ZonePlan("A", "智能制造")], by=None, now=NOON)
    position = offer(fair, "电焊工", employer=employer, lodging=True, form="full_time")
    booth = open_booth(
        booth=create_booth(fair=fair, employer=employer, zone=zone, number=42, desks=1, by=None, now=NOON),
        by=None,
        now=NOON,
    )
    take_ticket(booth=booth, seeker=make_seeker(), channel="onsite", now=NOON)
    said = ask(client, q="焊工", fair=fair.slug)
    assert said["items"] == [
        {
            "id": position.pk,
            "title": "电焊工",
            "employer_id": employer.pk,
            "employer_name": employer.name,
            "fair_slug": fair.slug,
            "fair_name": fair.name,
            "city": "南通",
            "area": "海门区",
            "headcount_min": 3,
            "headcount_max": None,
            "pay_min": 5000,
            "pay_max": 8000,
            "pay_unit": "month",
            "pay_note": "",
            "education_label": "学历不限",
            "form": "full_time",
            "meals": None,
            "lodging": True,
            "published_at": "2026-04-11T04:00:00Z",
            "booth": {"id": booth.pk, "number": 42, "state": "open", "waiting": 1, "zone": "A 智能制造"},
        }
    ]
    assert (said["total"], said["next"], said["sort"]) == (1, None, "relevance")
    assert said["sorts"] == ["relevance", "newest", "pay", "line"]
    assert counts(said, "city") == {"320600": 1, "320614": 1}
    assert (counts(said, "board"), counts(said, "zone")) == ({"lodging": 1}, {str(zone.pk): 1})


def test_the_title_itself_comes_first_then_what_holds_it_then_other_names_then_the_rest(
    client: Client,
) -> None:
    fair = make_fair()
    for title, notes in (("文员", "会用焊工设备"), ("氩弧焊师傅", ""), ("船舶焊工", ""), ("焊工", "")):
        offer(fair, title, notes=notes)
    assert titles(client, q="焊工") == ["焊工", "船舶焊工", "氩弧焊师傅", "文员"]
    assert titles(client, q="海门 焊工") == ["焊工", "船舶焊工", "氩弧焊师傅", "文员"]


def test_pay_by_the_hour_day_month_and_year_stands_in_one_order(client: Client) -> None:
    fair = make_fair()
    for title, low, unit in (
        ("时", 30, "hour"),
        ("日", 200, "day"),
        ("月", 5000, "month"),
        ("年", 66000, "year"),
    ):
        offer(fair, title, pay_min=low, pay_max=None, pay_unit=unit)
    assert [monthly(30, "hour"), monthly(200, "day"), monthly(66000, "year")] == [5220, 4350, 5500]
    assert titles(client, sort="pay") == ["年", "时", "月", "日"]


@pytest.mark.parametrize(
    ("low", "high", "bands"),
    [
        (5000, 8000, 0b100),
        (4000, 9000, 0b1110),
        (3000, 3000, 0b10),
        (20000, 2_000_000_000, 0b100000),
        (0, 1, 1),
    ],
)
def test_pay_bands(low: int, high: int, bands: int) -> None:
    assert pay_bands(low, high) == bands


def test_the_shortest_line_first_and_only_where_a_hall_is_open(client: Client) -> None:
    fair = make_fair()
    for number, (title, people) in enumerate((("长队", 2), ("短队", 1), ("无队", 0)), start=1):
        employer = make_employer()
        booth = create_booth(
            fair=fair, employer=employer, zone=None, number=number, desks=1, by=None, now=NOON
        )
        open_booth(booth=booth, by=None, now=NOON)
        for _ in range(people):
            take_ticket(booth=booth, seeker=make_seeker(), channel="onsite", now=NOON)
        offer(fair, title, employer=employer)
    offer(fair, "没有展位")
    assert titles(client, fair=fair.slug, sort="line") == ["无队", "短队", "长队", "没有展位"]
    assert ask(client, sort="line")["sort"] == "newest"
    Fair.objects.filter(pk=fair.pk).update(state=Fair.State.EXTENDED)
    assert ask(client, fair=fair.slug, sort="line")["sorts"] == ["newest", "pay"]


def scattered(fair: Fair, count: int) -> None:
    """Positions that differ in every filter."""
    wheels = (("320612", "320614", "320681"), ("00", "20", "30"), ("焊工", "会计", "保安"), (3000, 6000, 15000),
              (True, None), (True, False), ("full_time", "part_time", ""), ("online", "onsite", "both"),
              ([], ["veterans"], ["veterans", "graduates"]))  # fmt: skip
    for number, (place, education, title, pay, meals, lodging, form, mode, groups) in enumerate(
        itertools.islice(itertools.product(*wheels), 0, None, 4374 // count)
    ):
        offer(
            fair, title, place=place, education=education, pay_min=pay, pay_max=None, meals=meals, lodging=lodging,
            form=form, mode=mode, groups=groups, occupation="6-18-02-04" if title == "焊工" else "",
            now=NOON + timedelta(seconds=number),
        )  # fmt: skip


def test_every_count_is_what_choosing_it_gives(client: Client) -> None:
    """Whatever else is chosen: add the value, and the total is the count that was promised."""
    fair = make_fair()
    scattered(fair, 60)
    for start in (
        {},
        {"city": "320612,320614"},
        {"education": "20", "board": "meals"},
        {"q": "焊工", "pay": "5000-8000"},
    ):
        said = ask(client, **start)
        for facet in said["facets"]:
            name = facet["name"]
            for value in facet["values"]:
                kept = start.get(name, "") if name == "board" else ""
                chosen = ",".join(filter(None, {*kept.split(","), value["value"]}))
                total = ask(client, **{**start, name: chosen})["total"]
                assert total == value["positions"], (start, name, value)


def test_values_of_one_filter_widen_and_filters_narrow_each_other(client: Client) -> None:
    fair = make_fair()
    offer(fair, "甲", place="320612", education="20")
    offer(fair, "乙", place="320614", education="20")
    offer(fair, "丙", place="320614", education="30", meals=True)
    offer(fair, "丁", place="320614", education="30", meals=True, lodging=True)
    assert set(titles(client, city="320612,320614", education="20")) == {"甲", "乙"}
    assert set(titles(client, city="320600")) == {"甲", "乙", "丙", "丁"}
    assert titles(client, board="meals,lodging") == ["丁"]
    assert titles(client, city="999999") == []


@pytest.mark.parametrize("sort", ["newest", "pay", "relevance"])
def test_paging_neither_skips_nor_repeats_while_positions_come_and_go(client: Client, sort: str) -> None:
    fair = make_fair()
    rows = [
        offer(fair, f"焊工{number}", pay_min=5000 + number % 7, now=NOON + timedelta(seconds=number % 5))
        for number in range(45)
    ]
    seen: list[int] = []
    page = ask(client, q="焊工", sort=sort)
    seen += [item["id"] for item in page["items"]]
    gone = next(row for row in reversed(rows) if row.pk not in seen)
    close_position(position=gone, by=None, now=NOON)
    close_position(
        position=next(row for row in rows if row.pk == seen[-1]), by=None, now=NOON
    )  # the cursor's own
    late = offer(fair, "焊工新", pay_min=90_000, pay_max=None, now=NOON + timedelta(days=1))
    while page["next"]:
        page = ask(client, q="焊工", sort=sort, cursor=page["next"])
        assert (page["total"], page["facets"]) == (None, None)
        seen += [item["id"] for item in page["items"]]
    assert sorted(seen) == sorted({row.pk for row in rows} - {gone.pk})
    assert late.pk not in seen


@pytest.mark.parametrize(
    "cursor", ["x", "!!!", "e30", "WyJwYXkiXQ", "W10", "bnVsbA", "x" * 300, "🔥", "WyJuZXdlc3QiLCAxLCAxXQ"]
)
def test_a_foreign_cursor_is_refused(client: Client, cursor: str) -> None:
    reply = client.get(f"/api/search/positions?{urlencode({'cursor': cursor})}")
    assert (reply.status_code, reply.json()["error"]["code"]) == (422, "search.cursor_refused")
    assert client.get(f"/api/search/employers?{urlencode({'cursor': cursor})}").status_code == 422


@pytest.mark.parametrize(
    "q",
    [
        "\x00",
        "焊\x00工",
        "🔥🔥",
        "\u202eنص عربي",
        "' OR 1=1 --",
        '"焊工" NEAR',
        "a:*",
        "&|!()",
        "\\",
        "𠮷",
        "%",
        "１２３",
        "é",
        "ß",
        "་",
    ],
)
def test_odd_questions_are_answered(client: Client, q: str) -> None:
    offer(make_fair(), "焊工")
    for what in ("positions", "employers"):
        assert ask(client, what, q=q)["items"] is not None


def test_an_over_long_question_is_refused_with_its_remedy(client: Client) -> None:
    for what, size in itertools.product(("positions", "employers"), (81, 1999, 5000)):
        reply = client.get(f"/api/search/{what}?{urlencode({'q': '焊' * size})}")
        assert reply.status_code == 422
        assert "q" in reply.json()["error"]["fields"]


@pytest.mark.parametrize("name", [facet.name for facet in FACETS])
@pytest.mark.parametrize("value", ["nonsense", "-1", "9" * 40, "🔥", "٣"])
def test_unknown_values_find_nothing_and_break_nothing(client: Client, name: str, value: str) -> None:
    fair = make_fair()
    offer(fair, "焊工")
    for scope in ({}, {"fair": fair.slug}):
        assert ask(client, **{name: value, **scope})["items"] == []


def test_what_does_not_exist_is_said(client: Client) -> None:
    assert client.get("/api/search/positions?fair=nowhere").status_code == 404
    assert client.get("/api/search/positions?sort=random").status_code == 422
    assert client.get("/api/search/positions?fair=%00").status_code == 422
    draft = make_fair()
    Fair.objects.filter(pk=draft.pk).update(state=Fair.State.DRAFT)
    assert client.get(f"/api/search/employers?fair={draft.slug}").status_code == 404


def test_employers_by_name_and_place(client: Client) -> None:
    fair, other = make_fair(), make_fair()
    one, two = make_employer(), make_employer()
    for title in ("焊工", "焊工", "会计"):
        offer(fair, title, employer=one)
    offer(other, "保安", employer=two)
    said = ask(client, "employers", q=one.name)
    assert said["items"][0] == {
        "id": one.pk, "name": one.name, "area": "", "fair_slug": fair.slug, "fair_name": fair.name,
        "positions": 3, "titles": ["焊工", "会计"], "booth": None,
    }  # fmt: skip
    assert [item["id"] for item in ask(client, "employers", fair=other.slug)["items"]] == [two.pk]


def test_pages_cost_the_same_few_queries(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    fair = make_fair()
    for number in range(25):
        employer = make_employer()
        create_booth(fair=fair, employer=employer, zone=None, number=number + 1, desks=1, by=None, now=NOON)
        offer(fair, "焊工", employer=employer)
    ask(client)
    with django_assert_num_queries(4):
        cursor = ask(client, q="焊工", city="320600", sort="pay")["next"]
    with django_assert_num_queries(3):
        ask(client, q="焊工", city="320600", sort="pay", cursor=cursor)
    with django_assert_num_queries(6):
        ask(client, q="焊工", fair=fair.slug, sort="line")
    with django_assert_num_queries(6):
        ask(client, "employers", q="示例")
