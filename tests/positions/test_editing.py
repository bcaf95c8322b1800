"""The employer's form over HTTP: typed, kept, refused with the law's reason, sent, corrected, closed, reopened."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jobfair.core import clock
from jobfair.core.models import AuditEntry
from jobfair.employers.models import Employer
from jobfair.employers.services import correct_employer
from jobfair.fairs.models import Fair
from jobfair.positions import services
from jobfair.positions.models import Position
from jobfair.positions.refusals import explain_obstacles
from tests.factories import make_fair, make_position, make_seeker
from tests.positions.desk import FORM, Person, employer_at, recruiter_of, start, submit

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


@pytest.fixture
def fair() -> Fair:
    return make_fair(now=clock.now())


@pytest.fixture
def employer(fair: Fair) -> Employer:
    return employer_at(fair)


@pytest.fixture
def recruiter(employer: Employer) -> Person:
    return recruiter_of(employer)


def error(reply: Any) -> dict[str, Any]:
    return dict(reply.json()["error"])


def stored(edit: dict[str, Any]) -> Position:
    return Position.objects.get(pk=edit["id"])


def publish(fair: Fair) -> tuple[int, ...]:
    return services.publish_positions(fair=fair, by=None, now=clock.now()).published


def test_from_an_empty_form_to_the_fair(fair: Fair, employer: Employer, recruiter: Person) -> None:
    begun = recruiter.post(f"/employers/{employer.pk}/positions", {"fair_slug": fair.slug}).json()
    assert (begun["state"], begun["form"]["title"]) == ("draft", "")
    assert {one["field"] for one in begun["obstacles"]} >= {
        "headcount_min",
        "pay_min",
        "education",
        "area",
        "duties",
    }
    path = f"/positions/{begun['id']}"
    typed = recruiter.put(f"{path}/edit", {"revision": begun["revision"], "form": FORM}).json()
    assert typed["obstacles"] == []
    assert Person(make_seeker()).get(path).status_code == 404
    sent = submit(recruiter, typed).json()
    assert (sent["state"], sent["has_edit"], sent["obstacles"]) == ("in_review", False, [])
    position = stored(sent)
    assert (position.occupation, position.place) == (
        "6-18-02-04",
        "320612",
    )  # read where the words leave no doubt
    assert position.valid_until == clock.local(fair.extension_ends_at).date()
    assert publish(fair) == (position.pk,)
    assert Person(None).get(path).json()["face"] == "open"


def test_what_was_typed_is_kept_however_unfinished(fair: Fair, employer: Employer, recruiter: Person) -> None:
    begun = start(recruiter, employer, fair, pay_min=9000, pay_max=5000, notes="限男性")
    again = recruiter.get(f"/positions/{begun['id']}/edit").json()
    assert (again["form"]["pay_min"], again["form"]["pay_max"]) == (9000, 5000)
    row = recruiter.get(f"/employers/{employer.pk}/positions", fair=fair.slug).json()["items"][0]
    assert (row["title"], row["has_edit"], row["waits_for"]) == ("焊工", True, ["限制性别或规定性别优先。"])
    refused = submit(recruiter, begun)
    assert (refused.status_code, set(error(refused)["fields"])) == (422, {"pay_max"})


@pytest.mark.parametrize(
    ("changes", "field", "source"),
    [
        ({"notes": "45岁以下"}, "notes", "本平台规则"),
        ({"duties": "焊接。限男性"}, "duties", "妇女权益保障法"),
        ({"title": "女文员"}, "title", "妇女权益保障法"),
        ({"notes": "需交押金300元"}, "notes", "劳动合同法"),
        ({"notes": "限本地户口"}, "notes", "60号"),
        ({"notes": "乙肝五项检查"}, "notes", "12号"),
        ({"pay_note": "押一个月工资"}, "pay_note", "劳动合同法"),
        ({"pay_min": None, "pay_max": None}, "pay_min", "60号"),
        ({"headcount_min": None, "headcount_max": None}, "headcount_min", "60号"),
        ({"duties": ""}, "duties", "60号"),
        ({"area": "  "}, "area", "60号"),
        ({"education": ""}, "education", "60号"),
        ({"title": ""}, "title", "60号"),
        ({"is_repost": True}, "source", "60号"),
    ],
    ids=str,
)  # fmt: skip
def test_the_gate_says_where_what_and_by_whose_law(
    fair: Fair, employer: Employer, recruiter: Person, *, changes: dict[str, Any], field: str, source: str
) -> None:
    begun = start(recruiter, employer, fair, **changes)
    told = [one for one in begun["obstacles"] if one["field"] == field]
    assert told, begun["obstacles"]
    assert source in told[0]["source"]
    assert told[0]["remedy"]
    assert told[0]["says"]
    refused = submit(recruiter, begun)
    assert (refused.status_code, error(refused)["code"]) == (422, "positions.gate_refused")
    assert source in error(refused)["fields"][field]
    assert (stored(begun).state, stored(begun).edit is not None) == ("draft", True)


def test_who_hires_for_others_says_for_whom(fair: Fair, employer: Employer) -> None:
    employer.kind = "agency"
    position = make_position(fair, employer=employer, state="in_review", now=clock.now())
    told = explain_obstacles(position, employer, on=clock.today())
    assert [(one.field, one.is_the_authors) for one in told] == [("actual_employer", True), ("mandate", True)]
    position.actual_employer, position.mandate = "实际用工有限公司", "委托招聘协议 2026-03-01"
    assert explain_obstacles(position, employer, on=clock.today()) == []


def test_an_unverified_employers_posting_may_be_sent_but_waits(
    fair: Fair, employer: Employer, recruiter: Person
) -> None:
    Employer.objects.filter(pk=employer.pk).update(state="in_review", reasons=[])
    sent = submit(recruiter, start(recruiter, employer, fair)).json()
    assert [(one["code"], one["yours"]) for one in sent["obstacles"]] == [("employers.not_verified", False)]
    assert publish(fair) == ()


def test_a_published_position_changes_only_through_review(
    fair: Fair, employer: Employer, recruiter: Person
) -> None:
    position = make_position(fair, employer=employer, now=clock.now())
    path = f"/positions/{position.pk}"
    edit = recruiter.get(f"{path}/edit").json()
    kept = recruiter.put(
        f"{path}/edit", {"revision": edit["revision"], "form": edit["form"] | {"pay_max": 9500}}
    ).json()
    public = Person(None).get(path).json()
    assert (kept["has_edit"], public["face"], public["position"]["pay_max"]) == (True, "open", 8000)
    sent = submit(recruiter, kept).json()
    assert (sent["state"], Person(None).get(path).json()["face"]) == ("in_review", "reviewing")
    facts = AuditEntry.objects.filter(subject=f"position:{position.pk}").values_list("action", flat=True)
    assert {
        "positions.position_corrected",
        "positions.position_changed",
        "positions.position_submitted",
    } <= set(facts)
    assert publish(fair) == (position.pk,)
    assert Person(None).get(path).json()["position"]["pay_max"] == 9500


def test_sending_a_published_position_unchanged_leaves_it_where_it_is(
    fair: Fair, employer: Employer, recruiter: Person
) -> None:
    position = make_position(fair, employer=employer, now=clock.now())
    edit = recruiter.get(f"/positions/{position.pk}/edit").json()
    sent = submit(recruiter, edit)
    assert (sent.status_code, sent.json()["state"]) == (200, "published")
    assert not AuditEntry.objects.filter(subject=f"position:{position.pk}").exists()


def test_closed_and_reopened_through_review(fair: Fair, employer: Employer, recruiter: Person) -> None:
    position = make_position(fair, employer=employer, now=clock.now())
    path = f"/positions/{position.pk}"
    closed = recruiter.post(f"{path}/close", {"revision": 1, "closing": "filled"}).json()
    assert (closed["state"], closed["closing"]) == ("closed", "filled")
    assert Person(None).get(path).json()["face"] == "filled"
    again = recruiter.post(f"{path}/close", {"revision": closed["revision"], "closing": "withdrawn"})
    assert error(again)["code"] == "positions.state_refused"
    reopened = submit(recruiter, closed).json()
    assert (reopened["state"], reopened["closing"]) == ("in_review", "")
    assert publish(fair) == (position.pk,)


def test_two_recruiters_and_the_second_is_told_what_changed(
    fair: Fair, employer: Employer, recruiter: Person
) -> None:
    other = recruiter_of(employer)
    begun = start(recruiter, employer, fair)
    path = f"/positions/{begun['id']}/edit"
    first = other.put(path, {"revision": begun["revision"], "form": begun["form"] | {"pay_max": 9900}})
    assert first.status_code == 200
    second = recruiter.put(path, {"revision": begun["revision"], "form": begun["form"] | {"title": "电焊工"}})
    assert (second.status_code, error(second)["code"]) == (409, "positions.changed_meanwhile")
    assert error(second)["fields"] == {"pay_max": "现在是“9900”。", "title": "现在是“焊工”。"}
    for reply in (
        submit(recruiter, begun),
        recruiter.post(f"/positions/{begun['id']}/discard", {"revision": begun["revision"]}),
        recruiter.post(
            f"/positions/{begun['id']}/close", {"revision": begun["revision"], "closing": "filled"}
        ),
    ):
        assert (reply.status_code, error(reply)["code"]) == (409, "positions.changed_meanwhile")


def test_autosave_repeated_is_no_new_revision(fair: Fair, employer: Employer, recruiter: Person) -> None:
    begun = start(recruiter, employer, fair)
    body = {"revision": begun["revision"], "form": begun["form"]}
    replies = [recruiter.put(f"/positions/{begun['id']}/edit", body).json()["revision"] for _ in range(3)]
    assert replies == [begun["revision"]] * 3


def test_a_double_click_sends_once(fair: Fair, employer: Employer, recruiter: Person) -> None:
    begun = start(recruiter, employer, fair)
    body = {"revision": begun["revision"], "form": begun["form"]}
    replies = [
        recruiter.post(f"/positions/{begun['id']}/submit", body, key="twice-pressed") for _ in range(2)
    ]
    assert replies[0].content == replies[1].content
    assert AuditEntry.objects.filter(action="positions.position_submitted").count() == 1


def test_discarding(fair: Fair, employer: Employer, recruiter: Person) -> None:
    begun = start(recruiter, employer, fair)
    gone = recruiter.post(f"/positions/{begun['id']}/discard", {"revision": begun["revision"]})
    assert (gone.json(), Position.objects.count()) == (None, 0)
    position = make_position(fair, employer=employer, now=clock.now())
    edit = recruiter.get(f"/positions/{position.pk}/edit").json()
    kept = recruiter.put(
        f"/positions/{position.pk}/edit", {"revision": 1, "form": edit["form"] | {"title": "改"}}
    ).json()
    left = recruiter.post(f"/positions/{position.pk}/discard", {"revision": kept["revision"]}).json()
    assert (left["form"]["title"], left["has_edit"]) == (position.title, False)


def test_a_fair_that_is_over_takes_no_positions(fair: Fair, employer: Employer, recruiter: Person) -> None:
    begun = start(recruiter, employer, fair)
    Fair.objects.update(state="closed")
    assert error(submit(recruiter, begun))["code"] == "positions.fair_over"
    reply = recruiter.post(f"/employers/{employer.pk}/positions", {"fair_slug": fair.slug})
    assert error(reply)["code"] == "positions.fair_over"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": "长" * 81}, "title"), ({"notes": "长" * 401}, "notes"), ({"duties": "长" * 2001}, "duties"),
        ({"title": "a\x00"}, "title"), ({"pay_min": 0}, "pay_min"), ({"pay_min": -1}, "pay_min"),
        ({"pay_min": 10**12}, "pay_min"), ({"headcount_min": "三"}, "headcount_min"), ({"place": "999999"}, "place"),
        ({"occupation": "9-99"}, "occupation"), ({"education": "77"}, "education"), ({"groups": ["kings"]}, "groups"),
        ({"valid_until": "2026-02-30"}, "valid_until"), ({"form": "slavery"}, "form"), ({"more": 1}, "more"),
    ],
    ids=str,
)  # fmt: skip
def test_bad_input_names_its_field(
    fair: Fair, employer: Employer, recruiter: Person, changes: dict[str, Any], field: str
) -> None:
    body = {"fair_slug": fair.slug, "form": FORM | changes}
    reply = recruiter.post(f"/employers/{employer.pk}/positions", body)
    assert reply.status_code == 422
    assert any(field in name for name in error(reply)["fields"]), reply.content.decode()
    assert Position.objects.count() == 0


def test_odd_but_lawful_text_comes_back_as_it_was_typed(
    fair: Fair, employer: Employer, recruiter: Person
) -> None:
    odd = "焊工😀 \u202eabc １２３ <b>&amp;"
    sent = submit(recruiter, start(recruiter, employer, fair, title=odd)).json()
    assert sent["form"]["title"] == odd


def test_only_the_employers_own_recruiters(fair: Fair, employer: Employer, recruiter: Person) -> None:
    begun = start(recruiter, employer, fair)
    body = {"revision": begun["revision"], "form": begun["form"]}
    position = f"/positions/{begun['id']}"
    strangers = {
        401: Person(None),
        404: recruiter_of(employer_at(fair)),
    }
    for status, stranger in strangers.items():
        replies = [
            stranger.get(f"{position}/edit"), stranger.put(f"{position}/edit", body),
            stranger.post(f"{position}/submit", body), stranger.post(f"{position}/discard", {"revision": 1}),
            stranger.post(f"{position}/close", {"revision": 1, "closing": "filled"}),
            stranger.get(f"/employers/{employer.pk}/positions", fair=fair.slug),
            stranger.post(f"/employers/{employer.pk}/positions", {"fair_slug": fair.slug}),
        ]  # fmt: skip
        assert [reply.status_code for reply in replies] == [status] * 7
    elsewhere = make_fair(now=clock.now())
    assert (
        recruiter.post(f"/employers/{employer.pk}/positions", {"fair_slug": elsewhere.slug}).status_code
        == 404
    )


def test_the_list_pages_and_does_not_grow_in_queries(
    fair: Fair, employer: Employer, recruiter: Person
) -> None:
    path = f"/employers/{employer.pk}/positions"

    def queries() -> int:
        with CaptureQueriesContext(connection) as context:
            assert recruiter.get(path, fair=fair.slug).status_code == 200
        return len(context)

    for _ in range(3):
        make_position(fair, employer=employer, now=clock.now())
    few = queries()
    for _ in range(40):
        make_position(fair, employer=employer, state="in_review", now=clock.now())
    assert queries() == few <= 8
    first = recruiter.get(path, fair=fair.slug).json()
    second = recruiter.get(path, fair=fair.slug, cursor=first["next"]).json()
    ids = [row["id"] for row in first["items"] + second["items"]]
    assert (len(ids), len(set(ids)), second["next"]) == (43, 43, None)
    assert first["counts"]["in_review"] == 40
    closed = recruiter.get(path, fair=fair.slug, state="published", q="钳工").json()["items"]
    assert len(closed) == 3


def test_an_employer_that_may_no_longer_hire_has_nothing_published(fair: Fair) -> None:
    """Invariant 10 includes the employer: correcting its code sends its positions back to review."""
    employer = employer_at(fair)
    position = make_position(fair, employer=employer, now=clock.now())
    other = make_position(fair, now=clock.now())
    employer.name = "改名有限公司"
    correct_employer(employer=employer, changed=["name"], by=None, now=clock.now())
    states = dict(Position.objects.values_list("pk", "state"))
    assert states == {position.pk: "in_review", other.pk: "published"}
    assert AuditEntry.objects.filter(action="positions.position_changed").count() == 1
