"""The way round a blocked WebSocket: what a poll reads is what a join replies."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.core.cache import cache
from django.test import Client

from booths import services
from booths.models import Booth
from jobfair.accounts.models import User
from jobfair.core.errors import DomainError, NotSignedIn
from jobfair.core.limits import Limit
from jobfair.core.schemas import Schema
from jobfair.realtime import api
from jobfair.realtime.registry import CommandKind, registry
from tests.factories import NOON, make_booth, make_fair, make_recruiter, make_seeker
from tests.realtime.sockets import phone

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    cache.clear()


@pytest.fixture
def booth() -> Booth:
    return make_booth(make_fair())


def client_of(user: User | None, **options: Any) -> Client:
    client = Client(**options)
    if user is not None:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def poll(topic: str, since: dict[str, Any] | None = None, user: User | None = None) -> dict[str, Any]:
    answer = client_of(user).get(f"/api/streams/{topic}", since)
    assert answer.status_code == 200, answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    read: dict[str, Any] = answer.json()
    return read


def take(booth: Booth) -> None:
    services.take_ticket(booth=booth, seeker=make_seeker(), channel="onsite", now=NOON)


def joined(topic: str, since: dict[str, Any] | None = None, user: User | None = None) -> dict[str, Any]:
    async def join() -> dict[str, Any]:
        async with phone(user) as socket:
            return await socket.join(topic, since)

    return async_to_sync(join)()


def test_a_poll_and_a_join_reply_alike(booth: Booth) -> None:
    """Snapshot, what was missed, a gauge; public, private and one's own topics."""
    recruiter, seeker = make_recruiter(booth), make_seeker()
    take(booth)
    compared = 0
    for topic, user in (
        (f"booth:{booth.pk}", None),
        (f"booth:{booth.pk}:desk", recruiter),
        (f"user:{seeker.pk}", seeker),
        (f"fair:{booth.fair_id}", None),
    ):
        first = poll(topic, None, user)
        assert first == joined(topic, None, user)
        assert set(first) in ({"topic", "epoch", "offset", "snapshot"}, {"topic", "gauge"})
        compared += 1
    since = {key: poll(f"booth:{booth.pk}")[key] for key in ("epoch", "offset")}
    take(booth)
    take(booth)
    missed = poll(f"booth:{booth.pk}", since)
    assert missed == joined(f"booth:{booth.pk}", since)
    assert [(push["at"], push["is"]) for push in missed["missed"]] == [
        (since["offset"] + 1, "booths.ticket_taken"),
        (since["offset"] + 2, "booths.ticket_taken"),
    ]
    print(f"{compared + 1} polls and joins compared")


def test_a_page_that_only_polls_sees_each_push_once(booth: Booth) -> None:
    page = poll(f"booth:{booth.pk}")
    seen: list[int] = []
    for _ in range(5):
        take(booth)
        page = poll(f"booth:{booth.pk}", {"epoch": page["epoch"], "offset": page["offset"]})
        seen += [push["at"] for push in page["missed"]]
    assert seen == [page["offset"] - 4 + n for n in range(5)]
    assert poll(f"booth:{booth.pk}", {"epoch": page["epoch"], "offset": page["offset"]})["missed"] == []


def test_an_old_epoch_gets_a_snapshot(booth: Booth) -> None:
    take(booth)
    assert "snapshot" in poll(f"booth:{booth.pk}", {"epoch": "other", "offset": 1})


def test_without_the_right_a_topic_is_not_there(booth: Booth) -> None:
    stranger, recruiter = make_seeker(), make_recruiter(booth)
    topics = (
        f"booth:{booth.pk}:desk",
        f"user:{recruiter.pk}",
        "booth:999999",
        "nowhere:1",
        "system:0",
        "booth",
    )
    for topic in topics:
        for user in (None, stranger):
            answer = client_of(user).get(f"/api/streams/{topic}")
            assert (answer.status_code, answer.json()["error"]["code"]) == (404, "core.not_found"), topic


@pytest.mark.parametrize("query", ["epoch=k3", "offset=3", "epoch=k3&offset=-1", "epoch=k3&offset=x"])
def test_half_a_position_is_refused(booth: Booth, query: str) -> None:
    answer = client_of(None).get(f"/api/streams/booth:{booth.pk}?{query}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "core.invalid")


def test_a_device_that_polls_too_often_is_told_when_to_come_back(
    booth: Booth, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "POLLS_PER_DEVICE", Limit("poll-device", 3, timedelta(minutes=1)))
    polled, other = client_of(make_seeker()), client_of(make_seeker())
    answers = [polled.get(f"/api/streams/booth:{booth.pk}") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert 0 < int(answers[-1]["Retry-After"]) <= 60
    assert other.get(f"/api/streams/booth:{booth.pk}").status_code == 200


class CountIn(Schema):
    by: int


class CountOut(Schema):
    who: int | None
    cid: str
    total: int


def count(viewer: Any, cid: str, args: CountIn) -> CountOut:
    if viewer is None:
        raise NotSignedIn
    if args.by > 9:
        raise DomainError
    return CountOut(who=viewer.pk, cid=cid, total=args.by)


@pytest.fixture
def counting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(registry.commands, "tests.count", CommandKind("tests.count", CountIn, count))


def post(user: User | None, name: str, body: Any, **headers: str) -> Any:
    return client_of(user).post(
        f"/api/commands/{name}", body, content_type="application/json", headers=headers
    )


@pytest.mark.usefixtures("counting")
def test_a_posted_command_replies_as_the_socket_does() -> None:
    seeker = make_seeker()

    async def send(args: dict[str, Any]) -> dict[str, Any]:
        async with phone(seeker) as socket:
            return await socket.ask({"do": "tests.count", "cid": "cid-00001", "args": args})

    posted = post(seeker, "tests.count", {"cid": "cid-00001", "args": {"by": 3}})
    assert posted.json() == {"who": seeker.pk, "cid": "cid-00001", "total": 3}
    assert async_to_sync(send)({"by": 3})["ok"] == posted.json()
    refused = post(seeker, "tests.count", {"cid": "cid-00001", "args": {"by": 10}})
    assert refused.status_code == 409
    assert async_to_sync(send)({"by": 10})["error"]["code"] == refused.json()["error"]["code"]


@pytest.mark.usefixtures("counting")
@pytest.mark.parametrize(
    ("name", "body", "status"),
    [
        ("tests.count", {"cid": "cid-00001", "args": {"by": "x"}}, 422),
        ("tests.count", {"cid": "cid-00001", "args": {"by": 1, "more": 1}}, 422),
        ("tests.count", {"cid": "short", "args": {"by": 1}}, 422),
        ("tests.count", {"cid": "cid-00001", "args": {"by": 1}, "more": 1}, 422),
        ("tests.unknown", {"cid": "cid-00001", "args": {}}, 404),
        ("join", {"cid": "cid-00001", "args": {}}, 404),
    ],
)
def test_a_bad_command_is_refused(name: str, body: Any, status: int) -> None:
    answer = post(make_seeker(), name, body)
    assert answer.status_code == status
    assert answer.json()["error"]["message"]


@pytest.mark.usefixtures("counting")
def test_commands_need_rights_and_the_csrf_token_and_have_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    body = {"cid": "cid-00001", "args": {"by": 1}}
    assert post(None, "tests.count", body).status_code == 401
    seeker = make_seeker()
    foreign = client_of(seeker, enforce_csrf_checks=True)
    assert foreign.post("/api/commands/tests.count", body, content_type="application/json").status_code == 403
    monkeypatch.setattr(api, "COMMANDS_PER_DEVICE", Limit("command-device", 2, timedelta(minutes=1)))
    assert [post(seeker, "tests.count", body).status_code for _ in range(3)] == [200, 200, 429]
