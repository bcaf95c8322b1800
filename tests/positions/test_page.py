"""The public page of a position: what the 2025 notice asks, its faces, reports, and what its head tells machines."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from jobfair.core import clock
from jobfair.core.models import AuditEntry
from jobfair.fairs.models import Fair
from jobfair.positions import services
from jobfair.positions.models import Complaint, Position
from tests.accounts.visitor import Visitor, error
from tests.factories import make_booth, make_fair, make_position

pytestmark = [pytest.mark.integration, pytest.mark.django_db]
BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


@pytest.fixture
def fair() -> Fair:
    return make_fair(now=clock.now())


@pytest.fixture
def position(fair: Fair) -> Position:
    return make_position(fair, now=clock.now())


@pytest.fixture
def dist(tmp_path: Path, settings: Any) -> Path:
    head = '<meta name="description" content="general" /><title>职等你来</title>'
    (tmp_path / "index.html").write_text(f"<!doctype html><html><head>{head}</head><body></body></html>")
    settings.FRONTEND_DIST = tmp_path
    return tmp_path


def page_of(position: Position) -> Any:
    return Client().get(f"/api/positions/{position.pk}").json()


def test_the_page_states_what_the_notice_asks(
    position: Position, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = Client()
    with django_assert_num_queries(2):  # the position with its employer and fair, the booth
        page = client.get(f"/api/positions/{position.pk}").json()
    stated = page["position"]
    assert page["face"] == "open"
    assert page["employer"]["name"] == position.employer.name
    for field in (
        "headcount_min",
        "pay_min",
        "pay_unit",
        "education_label",
        "duties",
        "area",
        "valid_from",
        "valid_until",
    ):
        assert stated[field], field


def test_the_booth_to_queue_at(fair: Fair) -> None:
    booth = make_booth(fair, now=clock.now())
    position = make_position(fair, employer=booth.employer, now=clock.now())
    assert page_of(position)["booth"] == {"id": booth.pk, "number": booth.number, "zone": ""}


def test_what_was_never_public_is_not_found(fair: Fair) -> None:
    for state in ("draft", "in_review", "refused"):
        hidden = make_position(fair, state=state, now=clock.now())
        assert Client().get(f"/api/positions/{hidden.pk}").status_code == 404
        assert Client().get(f"/api/positions/{hidden.pk}/qr.svg").status_code == 404
    Fair.objects.update(state="draft")
    assert Client().get(f"/api/positions/{make_position(fair, now=clock.now()).pk}").status_code == 404


def test_faces(fair: Fair) -> None:
    now = clock.now()
    filled, withdrawn, refused, corrected, over = (make_position(fair, now=now) for _ in range(5))
    services.close_position(position=filled, closing=Position.Closing.FILLED, by=None, now=now)
    services.close_position(position=withdrawn, by=None, now=now)
    services.refuse_position(position=refused, reasons=[], text="不实", by=None, now=now)
    services.correct_position(position=corrected, changed=["notes"], by=None, now=now)
    Position.objects.filter(pk=over.pk).update(
        valid_from=clock.today() - timedelta(days=9), valid_until=clock.today() - timedelta(days=1)
    )
    faces = {one.pk: page_of(one) for one in (filled, withdrawn, refused, corrected, over)}
    assert [page["face"] for page in faces.values()] == [
        "filled", "withdrawn", "removed", "reviewing", "expired",
    ]  # fmt: skip
    assert [page["position"] is None for page in faces.values()] == [False, False, True, True, False]
    Fair.objects.update(state="closed")
    assert page_of(make_position(fair, now=now))["face"] == "over"


def test_positions_end_with_their_last_day(fair: Fair) -> None:
    now = clock.now()
    rows = [make_position(fair, now=now) for _ in range(3)]
    Position.objects.filter(pk=rows[0].pk).update(valid_until=clock.today(), valid_from=clock.today())
    assert services.close_expired(now=now) == 0
    assert services.close_expired(now=now + timedelta(days=1)) == 1
    rows[0].refresh_from_db()
    assert (rows[0].state, rows[0].closing) == ("closed", "expired")
    assert AuditEntry.objects.filter(action="positions.position_closed").count() == 1


# Reports


def test_anyone_may_report_and_a_repeat_is_the_first_report(position: Position) -> None:
    visitor = Visitor()
    first = visitor.tell(
        f"positions/{position.pk}/reports",
        reason="fee",
        text="要收 300 元押金",
        phone="１３８００００１２３４",
    )
    assert first.status_code == 200, first.content
    again = visitor.tell(f"positions/{position.pk}/reports", reason="fee", text="又要收", phone="")
    assert again.json() == first.json()
    stored = Complaint.objects.get()
    assert (stored.text, stored.phone, stored.state) == ("要收 300 元押金", "+8613800001234", "open")
    assert stored.due_at - stored.at == timedelta(days=3)
    other = visitor.tell(f"positions/{position.pk}/reports", reason="false")
    assert (other.status_code, Complaint.objects.count()) == (200, 2)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"reason": "rude"}, "reason"), ({"reason": "fee", "text": "长" * 501}, "text"),
        ({"reason": "fee", "text": "\x00"}, "text"), ({"reason": "fee", "phone": "12345"}, "phone"),
        ({"reason": "fee", "phone": "9" * 41}, "phone"), ({"reason": "fee", "more": 1}, "more"),
    ],
    ids=str,
)  # fmt: skip
def test_bad_reports_name_their_field(position: Position, body: dict[str, Any], field: str) -> None:
    reply = Visitor().tell(f"positions/{position.pk}/reports", **body)
    assert reply.status_code == 422
    assert field in error(reply)["fields"]
    assert Complaint.objects.count() == 0


def test_one_device_cannot_flood_the_desk(fair: Fair) -> None:
    visitor = Visitor()
    replies = [
        visitor.tell(f"positions/{make_position(fair, now=clock.now()).pk}/reports", reason="other")
        for _ in range(7)
    ]
    assert [reply.status_code for reply in replies] == [200] * 5 + [429] * 2
    assert error(replies[-1])["retry_after"] > 0
    assert Complaint.objects.count() == 5


# What machines read


def test_the_head_holds_a_job_posting(position: Position, dist: Path) -> None:
    html = Client().get(f"/p/{position.pk}").content.decode()
    posting = json.loads(BLOCK.findall(html)[0])
    assert posting["@type"] == "JobPosting"
    assert (posting["title"], posting["hiringOrganization"]["name"]) == (
        position.title,
        position.employer.name,
    )
    assert posting["baseSalary"]["value"] == {
        "@type": "QuantitativeValue", "minValue": 5000, "maxValue": 8000, "unitText": "MONTH",
    }  # fmt: skip
    assert posting["validThrough"].startswith(str(position.valid_until))
    assert f"<title>{position.title} · 职等你来</title>" in html
    assert "general" not in html


@pytest.mark.parametrize(
    "typed",
    [
        "</script><script>alert(1)</script>",
        "<!--<script>",
        "\u2028&amp;\"'",
        "\\u003c/script>",
        "]]>",
        "😀\u202e",
    ],
)
def test_no_text_ends_the_data_block_or_the_attributes(fair: Fair, dist: Path, typed: str) -> None:
    position = make_position(fair, title=typed, duties=typed, area=typed, now=clock.now())
    html = Client().get(f"/p/{position.pk}").content.decode()
    assert html.count("<script") == html.count("</script") == 1
    assert json.loads(BLOCK.findall(html)[0])["title"] == typed
    assert "<!--" not in html
    assert len(re.findall(r"<title>", html)) == 1


def test_other_pages_and_closed_positions_have_no_posting(position: Position, dist: Path) -> None:
    services.close_position(position=position, by=None, now=clock.now())
    for path in ("/", f"/p/{position.pk}", "/p/999999", "/p/99999999999999999999", "/p/x"):
        reply = Client().get(path)
        content = b"".join(reply.streaming_content) if reply.streaming else reply.content  # type: ignore[attr-defined]
        assert reply.status_code == 200, path
        assert b"ld+json" not in content, path


# Pickers


def test_the_pickers_tables() -> None:
    places = Client().get("/api/places?q=通州&city=320600").json()
    assert places[0] == {"code": "320612", "name": "南通通州区", "more": "江苏省南通市通州区"}
    occupations = Client().get("/api/occupations?q=电焊").json()
    assert [one["name"] for one in occupations] == ["焊工"]
    assert len(Client().get("/api/occupations").json()) > 50
    for q in ("\x00", "😀", "长" * 500, "%"):
        assert Client().get("/api/places", {"q": q}).status_code == 200
