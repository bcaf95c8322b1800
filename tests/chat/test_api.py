"""Over HTTP and the socket: the same line by either way, files that are looked at, and who gets what."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jobfair.accounts.models import User
from jobfair.chat import live, services
from jobfair.chat.models import Message
from jobfair.chat.schemas import PostMessageArgs
from jobfair.core import clock
from jobfair.core.uploads import keeping
from tests.chat.scene import Talk, make_speaker
from tests.core.uploads import hostile
from tests.core.uploads.good import jpeg, pdf

pytestmark = [pytest.mark.integration, pytest.mark.django_db]
MB = 1 << 20


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


class Pages:
    def __init__(self) -> None:
        self.talk = Talk(now=clock.now())
        self.base = f"/api/conversations/{self.talk.conversation.pk}"
        self.seeker, self.recruiter = browser_of(self.talk.seeker), browser_of(self.talk.recruiters[0])

    def say(self, client: Client, text: Any, cid: str = "a-line-0001") -> HttpResponse:
        return client.post(
            f"{self.base}/messages/{cid}", json.dumps({"text": text}), content_type="application/json"
        )

    def send(self, client: Client, name: str, content: bytes, cid: str = "a-file-0001") -> HttpResponse:
        return client.post(f"{self.base}/files/{cid}", {"file": SimpleUploadedFile(name, content)})


def test_a_line_by_the_socket_and_again_by_http_is_one_line() -> None:
    pages = Pages()
    args = PostMessageArgs(conversation_id=pages.talk.conversation.pk, text="在吗")
    acknowledged = live.post_message(pages.talk.seeker, "lost-ack-1", args).wire()
    again = pages.say(pages.seeker, "在吗", cid="lost-ack-1")
    assert again.json() == acknowledged
    other = pages.say(pages.seeker, "别的", cid="lost-ack-1")
    assert (other.status_code, other.json()["error"]["code"]) == (409, "core.command_conflict")
    assert Message.objects.count() == 1


@pytest.mark.parametrize(
    ("text", "status"),
    [("a\x00b", 422), ("\ud800", 422), ("", 422), ("\u200b", 422), ("一" * 1001, 422), (7, 422), (None, 422)],
)
def test_a_bad_line_is_refused_and_nothing_is_kept(text: Any, status: int) -> None:
    pages = Pages()
    assert pages.say(pages.seeker, text).status_code == status
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    "text",
    [
        "👨‍👩‍👧‍👦🀄",
        "مرحبا، كم الراتب؟",
        "\u202eأجر\u202c",
        "<script>alert(1)</script>",
        "' OR 1=1 --",
        "一" * 1000,
    ],
)
def test_any_script_is_kept_as_it_is(text: str) -> None:
    pages = Pages()
    assert pages.say(pages.seeker, text).json()["text"] == text


def test_a_picture_and_a_pdf_are_given_to_both_sides_as_attachments_and_to_nobody_else() -> None:
    pages = Pages()
    picture = pages.send(pages.seeker, "焊工证.jpg", jpeg()).json()
    again = pages.send(pages.seeker, "焊工证.jpg", jpeg())
    paper = pages.send(pages.seeker, "../../健康证.exe.pdf", pdf(), cid="a-file-0002").json()
    assert again.json() == picture
    assert (picture["kind"], paper["kind"], paper["file"]["name"]) == ("image", "pdf", "健康证.exe.pdf")
    for client in (pages.seeker, pages.recruiter):
        given = client.get(picture["file"]["link"])
        assert given.headers["Content-Disposition"].startswith("attachment")
        assert given.headers["X-Content-Type-Options"] == "nosniff"
        assert b"Exif" not in b"".join(given)
    for stranger in (Client(), browser_of(make_speaker()), browser_of(pages.talk.organiser)):
        assert stranger.get(picture["file"]["link"]).status_code in {401, 404}
    assert Message.objects.count() == 2


@pytest.mark.parametrize(
    "made",
    [hostile.gif_that_is_javascript_and_pdf, hostile.picture_with_a_page_of_script, hostile.pdf_that_is_a_zip,
     hostile.test_virus, hostile.page_of_html, hostile.nothing],
)  # fmt: skip
def test_a_hostile_file_is_refused_and_nothing_is_kept(made: Any) -> None:
    pages = Pages()
    before = set(keeping._files("chat"))
    refused = pages.send(pages.seeker, "a.pdf", made())
    assert refused.status_code == 422
    assert "file" in refused.json()["error"]["fields"]
    assert not Message.objects.exists()
    assert set(keeping._files("chat")) == before


def test_fifty_megabytes_are_refused() -> None:
    pages = Pages()
    refused = pages.send(pages.seeker, "a.pdf", b"%PDF-1.7" + b"\0" * 50 * MB)
    assert refused.status_code in {413, 422}
    assert not Message.objects.exists()


def test_a_withdrawn_file_is_not_given_out() -> None:
    pages = Pages()
    sent = pages.send(pages.seeker, "a.jpg", jpeg()).json()
    taken_back = pages.seeker.post(
        f"{pages.base}/messages/{sent['id']}/withdraw", headers={"Idempotency-Key": "take-back-1"}
    )
    assert taken_back.json()["file"] is None
    assert pages.recruiter.get(sent["file"]["link"]).status_code == 404
    assert pages.send(pages.seeker, "a.jpg", jpeg()).status_code == 410


def test_older_lines_come_in_pages_and_by_their_words() -> None:
    pages = Pages()
    for number in range(70):
        pages.talk.ask(f"第{number:02d}句")
    newest = pages.seeker.get(pages.base).json()
    assert (len(newest["messages"]), newest["has_older"]) == (50, True)
    older = pages.seeker.get(f"{pages.base}/messages?cursor={newest['messages'][0]['id']}").json()
    assert [one["text"] for one in older["items"]] == [f"第{number:02d}句" for number in range(20)]
    assert older["next"] is None
    found = pages.seeker.get(f"{pages.base}/messages?q=第33句").json()
    assert [one["text"] for one in found["items"]] == ["第33句"]


def test_the_list_of_a_desk_is_paged_without_a_hole() -> None:
    pages = Pages()
    for number in range(60):
        pages.talk.ask(seeker=make_speaker(name=f"张{number}"))  # all within one instant
    url = f"/api/chat-desks/{pages.talk.topic}/conversations"
    first = pages.recruiter.get(url).json()
    second = pages.recruiter.get(f"{url}?cursor={first['next']}").json()
    ids = [row["conversation"]["id"] for page in (first, second) for row in page["items"]]
    assert (len(ids), len(set(ids)), second["next"]) == (60, 60, None)


def test_canned_replies_are_the_employers() -> None:
    pages = Pages()
    texts = {"texts": ["您好，请稍等。", "您好，请稍等。", "请带身份证来面试。"]}
    url = f"/api/chat-desks/{pages.talk.topic}/canned-replies"
    kept = pages.recruiter.put(url, json.dumps(texts), content_type="application/json").json()
    assert kept == {"texts": ["您好，请稍等。", "请带身份证来面试。"]}
    colleague = browser_of(pages.talk.recruiters[1])
    assert colleague.get(f"/api/chat-desks/{pages.talk.topic}").json()["canned_replies"] == kept["texts"]
    assert pages.seeker.get(f"/api/chat-desks/{pages.talk.topic}").status_code == 404


def test_who_writes_is_shown_for_six_seconds() -> None:
    pages = Pages()
    live.queries.writers._read_at = -1.0
    live.speaking.type_on(pages.talk.seeker, pages.talk.conversation.pk, now=clock.now())
    assert live.who_writes(pages.talk.conversation.pk) == {"seeker": True, "booth": False}
    live.queries.writers._read_at = -1.0
    pages.say(pages.seeker, "写好了")
    assert live.who_writes(pages.talk.conversation.pk) == {"seeker": False, "booth": False}


def test_the_organisers_list_of_reports_names_places_and_ends() -> None:
    pages = Pages()
    conversations = [pages.talk.ask(seeker=make_speaker()).conversation for _ in range(3)]
    for one in conversations:
        services.report(
            conversation=one, side="seeker", reason="fee", text="", by=one.seeker, now=clock.now()
        )
    organiser = pages.talk.organiser
    client, url = browser_of(organiser), f"/api/chat-complaints/fair:{pages.talk.fair.pk}"
    listed = client.get(f"{url}?only=open").json()["items"]
    assert [one["conversation_id"] for one in listed] == [one.pk for one in conversations]  # by deadline
    assert {one["place"] for one in listed} == {pages.talk.booth.host}
    body = {"state": "upheld", "answer": "已核实", "mute_hours": 720}
    answered = client.post(
        f"/api/chat-complaints/{listed[0]['id']}/answer",
        json.dumps(body),
        content_type="application/json",
        headers={"Idempotency-Key": "k" * 32},
    )
    assert answered.status_code == 200, answered.content
    with CaptureQueriesContext(connection) as queries:
        assert len(client.get(f"{url}?only=open").json()["items"]) == 2
    few = len(queries)
    with CaptureQueriesContext(connection) as queries:
        everything = client.get(url).json()["items"]
    assert [one["answered_by"] for one in everything] == ["", "", organiser.display_name]
    assert len(queries) == few  # however many rows
