"""What a director may do with a broadcast and its rundown, and what becomes of the postings."""

from __future__ import annotations

import threading

import pytest
from django.db import IntegrityError, connection, transaction

from jobfair.core.errors import Invalid
from jobfair.core.models import AuditEntry
from jobfair.fairs.models import Fair
from jobfair.positions.models import Position
from livestream.jobs import end_forgotten
from livestream.models import Airing, Cue, LiveSession, PinnedPosition
from livestream.rules import rooms as rules
from livestream.services import directing, rundown
from livestream.services import rooms as services
from livestream.services.rooms import PersonPlan
from livestream.services.rundown import CuePlan
from tests.livestream.scene import MINUTE, Studio

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def test_a_broadcast_lives_from_plan_to_replay() -> None:
    studio = Studio()
    acts = (directing.go_live, directing.interrupt, directing.resume, directing.end, directing.publish)
    states = [act(session=studio.session, by=studio.director, now=studio.now).state for act in acts]
    assert states == ["live", "interrupted", "live", "ended", "published"]
    assert directing.take_back_replay(session=studio.session, by=None, now=studio.now).state == "ended"
    audited = AuditEntry.objects.filter(action="livestream.session_state_changed", by=studio.director.pk)
    assert audited.count() == 5


def test_what_has_no_sense_in_a_state_is_refused_or_changes_nothing() -> None:
    studio = Studio()
    with pytest.raises(rules.StateRefused):
        directing.end(session=studio.session, by=None, now=studio.now)
    with pytest.raises(rules.NotOnAir):
        studio.next()
    assert directing.interrupt(session=studio.session, by=None, now=studio.now).state == "planned"
    studio.go_live()
    with pytest.raises(rules.StateRefused):
        studio.go_live()
    with pytest.raises(rules.StateRefused):
        services.cancel_session(session=studio.session, by=None, now=studio.now)
    assert directing.resume(session=studio.session, by=None, now=studio.now).state == "live"
    directing.end(session=studio.session, by=None, now=studio.now)
    with pytest.raises(rules.StateRefused):
        rundown.add_cues(session=studio.session, plans=[studio.plan_of(0)], by=None, now=studio.now)


def test_nobody_broadcasts_without_a_real_name_that_was_seen() -> None:
    studio = Studio()
    guest = PersonPlan(None, "speaker", "李工", "李工", "")
    host = studio.session.people.get()
    kept = PersonPlan(host.pk, "host", host.real_name, host.shown_name, "")
    services.name_people(session=studio.session, people=[kept, guest], by=None, now=studio.now)
    with pytest.raises(rules.NobodyNamed):
        studio.go_live()
    speaker = studio.session.people.get(role="speaker")
    services.see_paper(person=speaker, paper="passport", by=studio.director, now=studio.now)
    studio.go_live()
    renamed = PersonPlan(host.pk, "host", "周岚岚", "周岚岚", "")
    services.name_people(session=studio.session, people=[renamed], by=None, now=studio.now)
    assert studio.session.people.get().paper == ""
    with pytest.raises(rules.NobodyNamed):
        services.name_people(session=studio.session, people=[], by=None, now=studio.now)


def test_one_broadcast_at_a_time_in_a_room() -> None:
    studio = Studio()
    other = studio.plan("下午场", hours=4)
    studio.go_live()
    with pytest.raises(rules.OtherBroadcast):
        directing.go_live(session=other, by=None, now=studio.now)
    with pytest.raises(IntegrityError), transaction.atomic():
        LiveSession.objects.filter(pk=other.pk).update(state="live", live_at=studio.now)


def test_a_fair_that_is_over_broadcasts_no_more() -> None:
    studio = Studio()
    Fair.objects.filter(pk=studio.fair.pk).update(state=Fair.State.CLOSED)
    with pytest.raises(rules.FairOver):
        studio.go_live()


def test_next_and_back_move_one_cue_at_a_time() -> None:
    studio = Studio()
    studio.go_live()
    opening, first, second = studio.cues
    assert studio.next().pk == opening.pk
    assert studio.next(after=MINUTE).pk == first.pk
    assert studio.states() == ["done", "on_air", "planned"]
    assert studio.back(after=2 * MINUTE).pk == opening.pk
    assert studio.states() == ["on_air", "planned", "planned"]
    with pytest.raises(rules.NothingBefore):
        studio.back()
    assert [studio.next(after=3 * MINUTE).pk, studio.next(after=4 * MINUTE).pk] == [first.pk, second.pk]
    with pytest.raises(rules.RundownOver):
        studio.next()
    directing.end(session=studio.session, by=None, now=studio.now + 5 * MINUTE)
    assert studio.states() == ["done", "done", "done"]
    stretches = [
        (one.cue_id, one.ended_at is not None) for one in Airing.objects.filter(session=studio.session)
    ]
    assert stretches == [(cue.pk, True) for cue in (opening, first, opening, first, second)]


def test_a_page_that_is_behind_moves_nothing() -> None:
    studio = Studio()
    studio.go_live()
    studio.next()
    for act in (directing.next_cue, directing.previous_cue, directing.clear_card):
        with pytest.raises(rules.CueMoved):
            act(session=studio.session, seen=None, by=None, now=studio.now)
    with pytest.raises(rules.CueMoved):
        directing.jump_to(cue=studio.cues[2], seen=studio.cues[2].pk, by=None, now=studio.now)
    assert studio.on_air == studio.cues[0].pk


def test_a_skipped_cue_is_passed_over_and_comes_back() -> None:
    studio = Studio()
    studio.go_live()
    studio.next()
    directing.skip(cue=studio.cues[1], by=None, now=studio.now)
    assert studio.next().pk == studio.cues[2].pk
    directing.skip(cue=studio.cues[1], by=None, now=studio.now)
    assert studio.next().pk == studio.cues[1].pk, "what was left behind comes last"
    with pytest.raises(rules.CueStarted):
        directing.skip(cue=studio.cues[1], by=None, now=studio.now)


def test_the_database_lets_one_cue_on_air() -> None:
    studio = Studio()
    studio.go_live()
    studio.next()
    with pytest.raises(IntegrityError), transaction.atomic():
        Cue.objects.filter(pk=studio.cues[1].pk).update(state="on_air")
    with pytest.raises(IntegrityError), transaction.atomic():
        Airing.objects.create(session=studio.session, cue=studio.cues[1], started_at=studio.now)


def test_postings_are_kept_as_they_stand_when_their_cue_goes_on_air() -> None:
    studio = Studio()
    Position.objects.filter(pk=studio.positions[1].pk).update(state="closed", closing="filled")
    studio.go_live()
    directing.jump_to(cue=studio.cues[1], seen=None, by=None, now=studio.now)
    Position.objects.filter(pk=studio.positions[0].pk).update(pay_min=1)
    [pinned] = PinnedPosition.objects.filter(airing__session=studio.session)
    assert pinned.position_id == studio.positions[0].pk
    assert pinned.posting["position"]["pay_min"] == 5000
    on_air = studio.cues[1].pk
    directing.jump_to(cue=studio.cues[1], seen=on_air, by=None, now=studio.now + MINUTE)
    assert PinnedPosition.objects.order_by("-pk")[0].posting["position"]["pay_min"] == 1


def test_cues_are_arranged_as_long_as_all_of_them_are_named() -> None:
    studio = Studio()
    order = [one.pk for one in reversed(studio.cues)]
    rundown.arrange(session=studio.session, order=order, by=studio.director, now=studio.now)
    assert list(studio.session.cues.values_list("pk", flat=True)) == order
    for wrong in (order[:2], [*order, order[0]], [*order[:2], 10**9]):
        with pytest.raises(rules.RundownMoved):
            rundown.arrange(session=studio.session, order=wrong, by=None, now=studio.now)


def test_a_cue_that_was_on_air_keeps_what_it_presented() -> None:
    studio = Studio()
    studio.go_live()
    directing.jump_to(cue=studio.cues[1], seen=None, by=None, now=studio.now)
    same = studio.plan_of(0)
    noted = CuePlan(same.title, same.employer_id, same.positions, None, 9, "别忘了住宿")
    assert rundown.correct_cue(cue=studio.cues[1], plan=noted, by=None, now=studio.now).minutes == 9
    with pytest.raises(rules.CueStarted):
        rundown.correct_cue(cue=studio.cues[1], plan=studio.plan_of(1), by=None, now=studio.now)
    with pytest.raises(rules.CueStarted):
        rundown.remove_cue(cue=studio.cues[1], by=None, now=studio.now)
    rundown.remove_cue(cue=studio.cues[2], by=None, now=studio.now)
    rundown.remove_cue(cue=studio.cues[2], by=None, now=studio.now)
    assert studio.session.cues.count() == 2


@pytest.mark.parametrize("wrong", ["nameless", "foreign employer", "foreign position", "twice"])
def test_a_cue_presents_what_the_fair_offers(wrong: str) -> None:
    studio, other = Studio(), Studio()
    own, good = studio.positions[0].pk, studio.employers[0].pk
    plans = {
        "nameless": CuePlan("", None, (), None, 5, ""),
        "foreign employer": CuePlan("", other.employers[0].pk, (), None, 5, ""),
        "foreign position": CuePlan("", good, (studio.positions[2].pk,), None, 5, ""),
        "twice": CuePlan("", good, (own, own), None, 5, ""),
    }
    with pytest.raises(Invalid):
        rundown.add_cues(session=studio.session, plans=[plans[wrong]], by=None, now=studio.now)


def test_a_rundown_has_an_end() -> None:
    studio = Studio()
    more = [CuePlan("环节", None, (), None, 1, "")] * (rules.CUES_AT_MOST - 2)
    with pytest.raises(rules.RundownFull):
        rundown.add_cues(session=studio.session, plans=more, by=None, now=studio.now)
    assert studio.session.cues.count() == 3


def test_a_broadcast_nobody_ended_is_ended() -> None:
    studio = Studio()
    studio.go_live()
    studio.next()
    assert end_forgotten(studio.now + rules.LONGEST) == 0
    assert end_forgotten(studio.now + rules.LONGEST + MINUTE) == 1
    studio.session.refresh_from_db()
    assert (studio.session.state, studio.on_air) == ("ended", None)


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_directors_who_press_next_together_move_one_cue() -> None:
    """Whoever comes second saw another cue on air, and is told so."""
    studio = Studio()
    studio.go_live()
    studio.next()
    said: list[str] = []
    together = threading.Barrier(4)

    def press() -> None:
        try:
            together.wait(timeout=30)
            directing.next_cue(session=studio.session, seen=studio.cues[0].pk, by=None, now=studio.now)
            said.append("moved")
        except rules.CueMoved:
            said.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["moved", "refused", "refused", "refused"]
    assert studio.on_air == studio.cues[1].pk
