"""What is said in a room: who may, how often, what is held, and what a moderator does about it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jobfair.accounts.models import User
from jobfair.chat.models import Sanction
from jobfair.chat.rules import Empty
from jobfair.core import clock
from jobfair.core.errors import CommandConflict, DomainError, NotFound, Withdrawn
from jobfair.core.models import AuditEntry
from jobfair.employers.models import Participation
from jobfair.fairs.models import Fair
from jobfair.realtime.reading import read_topic
from livestream.models import FilterWord, LiveLine, RoomTalk
from livestream.queries import talk as queries
from livestream.rules import talk as rules
from livestream.services import talk as services
from tests.factories import make_employer, make_recruiter_of, make_seeker
from tests.livestream.talking import Chatter, ago, make_viewer

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]
State = LiveLine.State


@pytest.fixture
def chatter() -> Chatter:
    cache.clear()
    return Chatter()


def shown(chatter: Chatter) -> list[str]:
    snapshot = read_topic(chatter.topic, None, None).snapshot
    assert snapshot is not None
    return [line["text"] for line in snapshot["lines"]]


def pushes(chatter: Chatter, since: Any, user: User | None = None, topic: str = "") -> list[tuple[str, Any]]:
    missed = read_topic(topic or chatter.topic, user.pk if user else None, since).missed
    assert missed is not None
    return [(push.type, push.data) for push in missed]


def here(chatter: Chatter, user: User | None = None, topic: str = "") -> Any:
    from jobfair.realtime.protocol import Since

    joined = read_topic(topic or chatter.topic, user.pk if user else None, None)
    assert joined.epoch is not None
    assert joined.offset is not None
    return Since(epoch=joined.epoch, offset=joined.offset)


def test_lines_that_come_together_are_one_push_in_their_order(chatter: Chatter) -> None:
    since = here(chatter)
    said = [chatter.said(f"第 {number} 句", make_viewer()) for number in range(30)]
    lines = services.say_many(said=said, now=clock.now())
    assert [line.text for line in lines if isinstance(line, LiveLine)] == [one.text for one in said]
    [(name, data)] = pushes(chatter, since)
    assert name == "livestream.lines_posted"
    assert [line["text"] for line in data["lines"]] == [one.text for one in said] == shown(chatter)
    assert {line["name"] for line in data["lines"]} == {"王**"}
    assert set(data["lines"][0]) == {"id", "side", "name", "text", "at"}


def test_a_batch_costs_the_same_however_long_it_is(chatter: Chatter) -> None:
    chatter.say("先说一句")
    counts = []
    for size in (1, 40):
        said = [chatter.said(f"第 {number} 句", make_viewer()) for number in range(size)]
        with CaptureQueriesContext(connection) as ran:
            services.say_many(said=said, now=clock.now())
        counts.append(
            len([one for one in ran.captured_queries if not one["sql"].startswith(("BEGIN", "COMMIT"))])
        )
    assert counts[0] == counts[1] <= 16, counts


@pytest.mark.parametrize(
    ("prepare", "refusal"),
    [
        (lambda c: setattr(c, "viewer", make_seeker(guest=True)), rules.SpeakerUnknown),
        (lambda c: setattr(c, "viewer", make_seeker()), rules.SpeakerUnknown),
        (lambda c: User.objects.filter(pk=c.viewer.pk).update(is_active=False), rules.SpeakerUnknown),
        (lambda c: RoomTalk.objects.create(room=c.room, closed=True), rules.TalkClosed),
        (lambda c: Fair.objects.filter(pk=c.fair.pk).update(state="draft"), NotFound),
        (lambda c: Sanction.objects.create(scope=f"fair:{c.fair.pk}", user=c.viewer, reason="", at=ago(1), until=ago(-60)), rules.Silenced),  # noqa: E501
        (lambda c: Sanction.objects.create(scope=f"lives:{c.fair.pk}", user=c.viewer, reason="", at=ago(1), until=ago(-60)), rules.Banned),  # noqa: E501
    ],
)  # fmt: skip
def test_who_may_not_speak(
    chatter: Chatter, prepare: Callable[[Chatter], Any], refusal: type[DomainError]
) -> None:
    prepare(chatter)
    assert type(chatter.outcome("你好")) is refusal
    assert LiveLine.objects.count() == 0


@pytest.mark.parametrize(
    ("text", "refusal"), [("", Empty), ("  \u200b\n ", Empty), ("长" * 101, rules.TooLong)]
)
def test_what_cannot_be_said(chatter: Chatter, text: str, refusal: type[DomainError]) -> None:
    assert type(chatter.outcome(text)) is refusal


def test_a_line_is_one_line_without_towers(chatter: Chatter) -> None:
    assert chatter.say("上\n下\u0000\t左").text == "上 下 左"
    assert chatter.say("Z" + "\u0335" * 40 + "o", by=make_viewer()).text == "Z" + "\u0335" * 4 + "o"


def test_a_refused_one_harms_no_other(chatter: Chatter) -> None:
    guest = make_seeker(guest=True)
    said = [
        chatter.said("一"),
        chatter.said("二", guest),
        chatter.said("三", make_viewer()),
        chatter.said(""),
    ]
    outcomes = services.say_many(said=said, now=clock.now())
    assert [type(one) for one in outcomes] == [LiveLine, rules.SpeakerUnknown, LiveLine, Empty]
    assert shown(chatter) == ["一", "三"]


def test_the_same_cid_is_the_same_line(chatter: Chatter) -> None:
    since = here(chatter)
    first = chatter.say("你好", cid="line-again")
    again = chatter.say(" 你好 ", cid="line-again")
    assert first.pk == again.pk
    assert type(chatter.outcome("别的", cid="line-again")) is CommandConflict
    assert len(pushes(chatter, since)) == 1
    both = [chatter.said("早", cid="line-twice"), chatter.said(" 早", cid="line-twice")]
    one, other = services.say_many(said=both, now=clock.now())
    assert isinstance(one, LiveLine)
    assert one is other
    assert LiveLine.objects.filter(cid="line-twice").count() == 1


def test_slow_mode_floods_and_repeats(chatter: Chatter) -> None:
    services.set_talk(room=chatter.room, slow_seconds=10, closed=False, by=chatter.moderator, now=clock.now())
    chatter.say("一", now=ago(4))
    refusal = chatter.outcome("二")
    assert isinstance(refusal, rules.SlowMode)
    assert refusal.retry_after in {6, 7}
    assert isinstance(chatter.outcome("主持人说", by=chatter.moderator), LiveLine)
    assert isinstance(chatter.outcome("主持人又说", by=chatter.moderator), LiveLine)
    chatter.say("二", now=clock.now() + timedelta(seconds=7))
    services.set_talk(room=chatter.room, slow_seconds=0, closed=False, by=chatter.moderator, now=clock.now())
    other = make_viewer()
    assert isinstance(chatter.outcome("一样", by=other), LiveLine)
    assert isinstance(chatter.outcome("一样", by=other), rules.Repeated)
    said = [chatter.said(f"第 {n} 句", other) for n in range(25)]
    outcomes = services.say_many(said=said, now=clock.now())
    assert [isinstance(one, LiveLine) for one in outcomes] == [True] * 19 + [False] * 6
    assert isinstance(outcomes[-1], rules.TooOften)


def test_names_and_sides(chatter: Chatter) -> None:
    employer = make_employer()
    Participation.objects.create(employer=employer, fair=chatter.fair)
    recruiter = make_recruiter_of(employer, phone="+8613800009001")
    nameless = make_viewer(name="")
    lines = [
        chatter.say("一", by=recruiter),
        chatter.say("二", by=chatter.moderator),
        chatter.say("三", by=nameless),
    ]
    assert [(line.side, line.name) for line in lines] == [
        ("employer", employer.name),
        ("host", "主持人"),
        ("viewer", f"138****{str(nameless.phone)[-4:]}"),
    ]


def test_a_hit_is_held_and_let_through_at_the_end(chatter: Chatter) -> None:
    services.set_words(fair=chatter.fair, words=["刷单", "刷 单", " "], by=chatter.moderator, now=clock.now())
    assert FilterWord.objects.count() == 1
    moderation = f"live:{chatter.room.pk}:moderation"
    viewers, moderators = here(chatter), here(chatter, chatter.moderator, moderation)
    held = chatter.say("在家刷-单")
    assert (held.state, held.held_for, held.shown_at) == (State.HELD, ["word"], None)
    chatter.say("别的", by=make_viewer())
    assert shown(chatter) == ["别的"]
    services.settle_held(line=held, show=True, by=chatter.moderator, now=clock.now())
    assert shown(chatter) == ["别的", "在家刷-单"]
    names = [name for name, _ in pushes(chatter, viewers)]
    assert names == ["livestream.lines_posted"] * 2
    told = [name for name, _ in pushes(chatter, moderators, chatter.moderator, moderation)]
    assert told == ["livestream.line_held", "livestream.held_line_settled"]
    with pytest.raises(rules.LineGone):
        services.settle_held(line=held, show=False, by=chatter.moderator, now=clock.now())


def test_what_is_refused_is_never_shown_and_its_sender_may_ask(chatter: Chatter) -> None:
    held = chatter.say("打13800001234", cid="line-phone")
    services.settle_held(line=held, show=False, by=chatter.moderator, now=clock.now())
    assert shown(chatter) == []
    assert chatter.say("打13800001234", cid="line-phone").state == State.REFUSED


def test_a_deleted_line_is_read_nowhere(chatter: Chatter) -> None:
    since = here(chatter)
    lines = [
        chatter.say("一", by=make_viewer()),
        chatter.say("不该留下的话"),
        chatter.say("三", by=make_viewer()),
    ]
    services.pin(room=chatter.room, line=lines[1], by=chatter.moderator, now=clock.now())
    services.delete_line(line=lines[1], by=chatter.moderator, now=clock.now())
    told = pushes(chatter, since)
    assert [name for name, _ in told] == [
        *["livestream.lines_posted"] * 3,
        "livestream.talk_changed",
        "livestream.lines_deleted",
        "livestream.talk_changed",
    ]
    assert [len(data["lines"]) for name, data in told[:3]] == [1, 0, 1]
    assert told[4][1] == {"line_ids": [lines[1].pk]}
    snapshot = read_topic(chatter.topic, None, None).snapshot
    assert "不该留下的话" not in str(snapshot)
    assert snapshot is not None
    assert snapshot["state"]["pinned"] is None
    assert "不该留下的话" not in str([line.text for line in queries.lines_before(chatter.room.pk, None)])
    assert type(chatter.outcome("不该留下的话", cid=lines[1].cid)) is Withdrawn
    with pytest.raises(rules.LineGone):
        services.delete_line(line=lines[1], by=chatter.moderator, now=clock.now())
    assert LiveLine.objects.get(pk=lines[1].pk).text == "不该留下的话"  # kept for 60 days, shown to nobody


def test_a_pin_that_was_told_is_struck_with_its_line(chatter: Chatter) -> None:
    """Whoever joins again from before must not read it in the push that pinned it."""
    since = here(chatter)
    line = chatter.say("不该留下的话")
    services.pin(room=chatter.room, line=line, by=chatter.moderator, now=clock.now())
    services.delete_line(line=line, by=chatter.moderator, now=clock.now())
    assert "不该留下的话" not in str(pushes(chatter, since))


def test_a_ban_silences_deletes_and_says_so_only_to_whom_it_concerns(chatter: Chatter) -> None:
    from livestream.models import Room

    other = Room.objects.create(fair=chatter.fair, name="分会场")
    lines = [chatter.say(f"垃圾 {n}", now=ago(50 - n)) for n in range(5)]
    held = chatter.say("垃圾 www.example.com")
    since, mine = here(chatter), here(chatter, chatter.viewer, f"user:{chatter.viewer.pk}:live")
    services.silence(
        line=lines[0], minutes=None, reason="刷屏", delete_lines=True, by=chatter.moderator, now=clock.now()
    )
    assert type(chatter.outcome("还说")) is rules.Banned
    elsewhere = services.Said(chatter.viewer.pk, other.pk, "line-elsewhere", "换个房间")
    assert type(services.say_many(said=[elsewhere], now=clock.now())[0]) is rules.Banned
    assert shown(chatter) == []
    assert LiveLine.objects.get(pk=held.pk).state == State.REFUSED
    assert [name for name, _ in pushes(chatter, since)] == ["livestream.lines_deleted"]
    told = pushes(chatter, mine, chatter.viewer, f"user:{chatter.viewer.pk}:live")
    assert [one["room_id"] for one in told[-1][1]["silenced"]] == [chatter.room.pk, other.pk]
    sanction = Sanction.objects.get()
    services.free(sanction=sanction, room=chatter.room, by=chatter.moderator, now=clock.now())
    chatter.say("对不起")
    with pytest.raises(rules.NotSilenced):
        services.free(sanction=sanction, room=chatter.room, by=chatter.moderator, now=clock.now())


def test_a_mute_ends_by_itself(chatter: Chatter) -> None:
    line = chatter.say("一")
    services.silence(
        line=line, minutes=5, reason="刷屏", delete_lines=False, by=chatter.moderator, now=clock.now()
    )
    refusal = chatter.outcome("二")
    assert isinstance(refusal, rules.Silenced)
    assert 295 < (refusal.retry_after or 0) <= 300
    assert shown(chatter) == ["一"]
    chatter.say("二", now=clock.now() + timedelta(minutes=5))


def test_every_act_is_audited_without_what_was_said(chatter: Chatter) -> None:
    by, now = chatter.moderator, clock.now()
    line, held = chatter.say("秘密的话"), chatter.say("秘密 www.example.com", by=make_viewer())
    services.set_talk(room=chatter.room, slow_seconds=5, closed=False, by=by, now=now)
    services.pin(room=chatter.room, line=line, by=by, now=now)
    services.settle_held(line=held, show=False, by=by, now=now)
    services.silence(line=line, minutes=30, reason="刷屏", delete_lines=False, by=by, now=now)
    services.delete_line(line=line, by=by, now=now)
    services.set_words(fair=chatter.fair, words=["刷单"], by=by, now=now)
    acts = AuditEntry.objects.filter(by=by.pk).order_by("pk")
    assert [one.action for one in acts if one.action.startswith("livestream.")] == [
        "livestream.talk_changed",
        "livestream.talk_changed",
        "livestream.held_line_settled",
        "livestream.speaker_silenced",
        "livestream.lines_deleted",
        "livestream.talk_changed",
        "livestream.filter_words_set",
    ]
    assert "秘密" not in str([(one.action, one.subject, one.detail) for one in AuditEntry.objects.all()])


def test_older_lines_page_without_gaps(chatter: Chatter) -> None:
    now = clock.now()
    for batch in range(6):
        said = [chatter.said(f"{batch}-{n}", make_viewer()) for n in range(20)]
        services.say_many(said=said, now=now + timedelta(seconds=batch // 2))  # some share an instant
    seen: list[str] = []
    cursor: int | None = None
    while page := queries.lines_before(chatter.room.pk, cursor):
        seen += [line.text for line in page]
        cursor = page[-1].pk
    assert seen == [f"{batch}-{n}" for batch in reversed(range(6)) for n in reversed(range(20))]
