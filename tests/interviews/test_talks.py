"""A called online ticket becomes a talk by video: who may sit in it, when it begins, and what ends it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from booths import services as booths
from booths.models import Interview, Ticket
from jobfair.chat.models import Conversation
from jobfair.core.errors import DomainError, NotFound
from jobfair.interviews import access, live, rules, services, showing
from jobfair.interviews.models import Signal, VideoTalk
from jobfair.realtime.models import Stream, StreamEvent
from tests.applications.scene import make_applicant
from tests.factories import make_seeker
from tests.interviews.scene import Fair, fresh, said

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises(DomainError) as refused:
        act()
    return refused.value.code


def again(talk: VideoTalk) -> VideoTalk:
    return VideoTalk.objects.get(pk=talk.pk)


def test_entering_the_video_is_arriving_and_both_there_is_the_interview() -> None:
    fair = Fair()
    ticket = fair.called()
    talk = fair.open(ticket, "seeker")
    assert fresh(ticket).state == Ticket.State.ARRIVED
    assert Conversation.objects.filter(topic=f"booth:{fair.booth.pk}", seeker=ticket.seeker).count() == 1
    assert fair.open(ticket, "recruiter").pk == talk.pk
    fair.enter(talk, "seeker")
    assert fresh(ticket).state == Ticket.State.ARRIVED
    talk = fair.enter(again(talk), "recruiter")
    assert fresh(ticket).state == Ticket.State.SERVING
    assert Interview.objects.get(ticket=ticket).recruiter == fair.recruiter
    assert talk.round == 2


def test_who_may_not_have_a_talk_by_video() -> None:
    fair = Fair()
    waiting = fair.queue()
    assert refusal(lambda: fair.open(waiting, "seeker")) == rules.NotCalled.code
    booths.leave_line(ticket=waiting, by=waiting.seeker, now=fair.now)
    assert refusal(lambda: fair.open(fresh(waiting), "seeker")) == rules.TalkOver.code
    guest = make_seeker(guest=True)
    ticket = fair.queue(guest)
    booths.call_next_ticket(desk=fair.desk, by=fair.recruiter, now=fair.now)
    assert refusal(lambda: fair.open(fresh(ticket), "seeker")) == rules.PhoneNeeded.code
    assert fresh(ticket).state == Ticket.State.CALLED, "a refused guest has not arrived"
    onsite = fair.queue(channel="onsite")
    booths.call_next_ticket(desk=fair.other_desk, by=fair.colleague, now=fair.now)
    assert refusal(lambda: fair.open(fresh(onsite), "seeker")) == rules.NotOnline.code


def test_only_its_two_people_may_join() -> None:
    fair = Fair()
    talk = fair.talking()
    for user in (make_applicant(), fair.colleague, Fair().recruiter, None):
        with pytest.raises(NotFound):
            live.may_join(user, talk.pk)
        with pytest.raises(NotFound):
            access.seat_in(user, talk.pk)
    for user in (talk.seeker, fair.recruiter):
        live.may_join(user, talk.pk)
    fair.recruiter.recruiter_roles.all().delete()
    with pytest.raises(NotFound):
        live.may_join(fair.recruiter, talk.pk)


def test_a_colleague_takes_over_only_when_meant() -> None:
    fair = Fair()
    talk = fair.talking()
    ticket = fresh(talk.ticket)  # type: ignore[arg-type]
    assert refusal(lambda: fair.open(ticket, "recruiter", by=fair.colleague)) == rules.HeldByColleague.code
    fair.open(ticket, "recruiter", by=fair.colleague, take=True)
    with pytest.raises(NotFound):
        live.may_join(fair.recruiter, talk.pk)
    live.may_join(fair.colleague, talk.pk)
    revoked = StreamEvent.objects.filter(topic="system:0").latest("id").payload
    assert revoked["user_id"] == fair.recruiter.pk


def test_a_second_page_of_the_same_person_takes_the_seat() -> None:
    fair = Fair()
    talk = fair.talking()
    first = said(talk, "seeker")
    services.send_signal(talk=talk, side="seeker", said=first, by=talk.seeker, now=fair.now)
    assert Signal.objects.filter(talk=talk).count() == 1
    later = fair.enter(talk, "seeker", page="another-page")
    assert (later.round, later.seeker_page) == (talk.round + 1, "another-page")
    assert Signal.objects.filter(talk=talk).count() == 0, "another round concerns nobody any more"

    def send(page: str, in_round: int) -> Callable[[], object]:
        one = said(later, "seeker", page=page, round=in_round)
        return lambda: services.send_signal(talk=later, side="seeker", said=one, by=talk.seeker, now=fair.now)

    assert refusal(send("page-of-seeker", later.round)) == rules.SeatTaken.code
    assert refusal(send("another-page", later.round - 1)) == rules.OldRound.code
    send("another-page", later.round)()
    left = services.leave_talk(talk=later, side="seeker", page="page-of-seeker", by=talk.seeker)
    assert left.seeker_here, "a page without the seat cannot get up from it"


def test_the_same_signal_twice_is_once_and_a_round_holds_so_many() -> None:
    fair = Fair()
    talk = fair.talking()
    one = said(talk, "seeker", cid="the-same-signal")
    sent = [
        services.send_signal(talk=talk, side="seeker", said=one, by=talk.seeker, now=fair.now).pk
        for _ in range(2)
    ]
    assert sent[0] == sent[1]
    assert Signal.objects.filter(talk=talk).count() == 1
    Signal.objects.bulk_create(
        Signal(talk=talk, round=talk.round, side="seeker", cid=f"more-{n}", at=fair.now)
        for n in range(rules.SIGNALS_MOST - 1)
    )
    assert (
        refusal(
            lambda: services.send_signal(
                talk=talk, side="seeker", said=said(talk, "seeker"), by=talk.seeker, now=fair.now
            )
        )
        == rules.RoundFull.code
    )


def finish(fair: Fair, ticket: Ticket) -> None:
    booths.finish_interview(ticket=ticket, result="talked", note="", by=fair.recruiter, now=fair.now)


def test_the_consoles_finish_ends_it_and_nothing_of_it_stays() -> None:
    fair = Fair()
    talk = fair.talking()
    topic = f"talk:{talk.pk}"
    services.send_signal(talk=talk, side="seeker", said=said(talk, "seeker"), by=talk.seeker, now=fair.now)
    assert StreamEvent.objects.filter(topic=topic).exists()
    assert refusal(lambda: services.end_talk(talk=talk, by=fair.recruiter, now=fair.now)) == (
        rules.FinishAtDesk.code
    )
    finish(fair, fresh(talk.ticket))  # type: ignore[arg-type]
    ended = again(talk)
    assert (ended.because, ended.seeker_here, Signal.objects.count()) == ("finished", False, 0)
    stream = Stream.objects.get(topic=topic)
    assert stream.floor == stream.top, "addresses of networks are not replayed"
    with pytest.raises(NotFound):
        live.may_join(talk.seeker, talk.pk)
    assert showing.room_of(access.seat_in(talk.seeker, talk.pk)).talk.because == "finished"
    assert refusal(lambda: fair.open(fresh(talk.ticket), "seeker")) == rules.TalkOver.code  # type: ignore[arg-type]
    booths.undo_finish(ticket=talk.ticket, by=fair.recruiter, now=fair.now)  # type: ignore[arg-type]
    live.may_join(talk.seeker, talk.pk)
    fair.enter(again(talk), "seeker")


@pytest.mark.parametrize("how", ["missed", "undone", "postponed", "left"])
def test_a_ticket_that_is_no_longer_called_has_no_talk(how: str) -> None:
    fair = Fair()
    ticket = fair.called()
    talk = fair.open(ticket, "recruiter")
    seeker = ticket.seeker
    acts: dict[str, Callable[[], Any]] = {
        "missed": lambda: booths.miss_call(ticket=ticket, by=None, now=fair.now + timedelta(minutes=5)),
        "undone": lambda: booths.undo_call(ticket=ticket, by=fair.recruiter, now=fair.now),
        "postponed": lambda: booths.postpone_call(ticket=ticket, by=seeker, now=fair.now),
        "left": lambda: booths.leave_line(ticket=ticket, by=seeker, now=fair.now),
    }
    acts[how]()
    assert again(talk).because == "line"
    with pytest.raises(NotFound):
        live.may_join(fair.recruiter, talk.pk)
    if how == "undone":
        booths.call_next_ticket(desk=fair.desk, by=fair.recruiter, now=fair.now)
        assert fair.open(fresh(ticket), "seeker").pk == talk.pk
        live.may_join(seeker, talk.pk)


def test_old_view_and_pushes_are_the_new_view() -> None:
    fair = Fair()
    ticket = fair.called()
    talk = fair.open(ticket, "recruiter")
    topic, seeker = f"talk:{talk.pk}", ticket.seeker
    view = showing.room_snapshot(seeker, talk.pk).wire()
    seen = StreamEvent.objects.latest("id").pk

    def send(side: str, kind: str) -> None:
        now = again(talk)
        by = seeker if side == "seeker" else fair.recruiter
        services.send_signal(talk=now, side=side, said=said(now, side, kind=kind), by=by, now=fair.now)

    steps: list[Callable[[], object]] = [
        lambda: fair.open(fresh(ticket), "seeker"),
        lambda: fair.enter(again(talk), "seeker"),
        lambda: fair.enter(again(talk), "recruiter"),
        lambda: send("recruiter", "offer"),
        lambda: send("seeker", "answer"),
        lambda: services.leave_talk(talk=again(talk), side="seeker", page="page-of-seeker", by=seeker),
        lambda: fair.enter(again(talk), "seeker", page="after-a-reload"),
        lambda: send("recruiter", "offer"),
    ]
    for step in steps:
        step()
        for event in StreamEvent.objects.filter(topic=topic, id__gt=seen).order_by("id"):
            view, seen = apply(view, event.type, event.payload), event.pk
        after = showing.room_snapshot(seeker, talk.pk).wire()
        assert view == after


def apply(view: dict[str, Any], name: str, data: dict[str, Any]) -> dict[str, Any]:
    """The browser's reducer, written down a second time."""
    if name == "interviews.talk_changed":
        is_same = data["talk"]["round"] == view["talk"]["round"]
        return {**view, "talk": data["talk"], "signals": view["signals"] if is_same else []}
    assert name == "interviews.signal_sent"
    others = [one for one in view["signals"] if one["id"] != data["signal"]["id"]]
    return {**view, "signals": [*others, data["signal"]]}


def test_turn_passwords_expire_and_are_the_drafts_own(settings: Any, client: Client) -> None:
    fair = Fair()
    talk = fair.talking()
    config = rules.IceConfig(
        ["stun:stun.example.org:3478"], ["turn:turn.example.org:3478"], "s3cret", timedelta(hours=1)
    )
    stun, turn = rules.ice_servers(config, who="talk-1-seeker", now=fair.now)
    assert (stun.urls, stun.credential) == (("stun:stun.example.org:3478",), "")
    assert turn.username == f"{int(fair.now.timestamp()) + 3600}:talk-1-seeker"
    # printf %s 1775883600:talk-1-seeker | openssl dgst -sha1 -hmac s3cret -binary | base64
    assert turn.credential == "TCJgC1t2hk6l5XQGOe0jdr/2QOU="
    assert rules.ice_servers(rules.IceConfig(turn=["turn:x"]), who="x", now=fair.now) == []
    settings.ICE_TURN, settings.ICE_TURN_SECRET = ["turn:turn.example.org:3478"], "s3cret-of-the-servers"
    client.force_login(talk.seeker, backend="django.contrib.auth.backends.ModelBackend")
    reply = client.get(f"/api/talks/{talk.pk}/ice-servers")
    assert reply.status_code == 200
    assert b"s3cret" not in reply.content
    assert reply.json()["servers"][0]["username"].endswith(f":talk-{talk.pk}-seeker")
    finish(fair, fresh(talk.ticket))  # type: ignore[arg-type]
    assert client.get(f"/api/talks/{talk.pk}/ice-servers").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_signals_have_a_way_round_the_socket(client: Client) -> None:
    fair = Fair()
    talk = fair.talking()
    client.force_login(talk.seeker, backend="django.contrib.auth.backends.ModelBackend")

    def send(sdp: str) -> int:
        one = said(talk, "seeker")
        args = {
            "talk_id": talk.pk, "page": one.page, "round": one.round,
            "description": {"type": "offer", "sdp": sdp},
            "candidates": [{"candidate": "candidate:1 1 udp 1 127.0.0.1 9 typ host", "sdp_mid": "0"}],
        }  # fmt: skip
        reply = client.post(
            "/api/commands/interviews.send_signal",
            {"cid": one.cid, "args": args},
            content_type="application/json",
        )
        return reply.status_code

    assert send("v=0\r\n") == 200
    assert [send("not a description"), send("v=0\n" + "x" * 14_000), send("v=0\n\x00")] == [422] * 3
    stream = client.get(f"/api/streams/talk:{talk.pk}").json()
    assert [one["side"] for one in stream["snapshot"]["signals"]] == ["seeker"]
