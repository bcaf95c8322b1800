"""Passes, scans and the hall: what is kept, what is answered, who is told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from jobfair.accounts.models import User
from jobfair.checkin import jobs, queries, rules, services
from jobfair.checkin.models import Alert, Gate, Pass, Passage, Role
from jobfair.core import clock
from jobfair.core.errors import Invalid, NotFound, NotSignedIn
from jobfair.core.models import AuditEntry
from jobfair.employers.models import Participation
from jobfair.fairs.models import Fair
from jobfair.notices.models import Notice
from tests.checkin.scene import Doors, make_clerk, new_scan_id, text_of
from tests.factories import make_employer, make_fair, make_recruiter_of, make_seeker

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


# Passes


def test_a_person_has_one_pass_and_it_says_who_they_are_only_to_us() -> None:
    doors, user = Doors(), make_seeker()
    entry_pass = doors.issue(user)
    assert doors.issue(user).pk == entry_pass.pk
    text = text_of(entry_pass)
    assert queries.seeker_of_pass(text) == user
    assert queries.seeker_of_pass(services.token_of(entry_pass)) == user
    assert queries.seeker_of_pass(entry_pass.code or "") is None  # the short code opens no kiosk
    assert queries.seeker_of_pass(text[:-1] + ("0" if text[-1] != "0" else "1")) is None
    assert entry_pass.token_hash not in text
    assert doors.issue(make_seeker()).code != entry_pass.code


def test_no_pass_for_a_fair_that_is_over_or_a_guest_that_became_an_account() -> None:
    doors, guest, kept = Doors(), make_seeker(guest=True), make_seeker()
    doors.issue(kept)
    User.objects.filter(pk=guest.pk).update(is_active=False)
    with pytest.raises(NotSignedIn):
        doors.issue(guest)
    doors.now = doors.fair.closes_at
    with pytest.raises(rules.FairOver):
        doors.issue()
    doors.issue(kept)  # one's own can still be looked at


def test_another_secret_makes_another_token_of_the_same_pass(settings: object) -> None:
    doors, user = Doors(), make_seeker()
    before = text_of(doors.issue(user))
    settings.SECRET_KEY = "another-key-for-this-test-0123456789-0123456789"  # type: ignore[attr-defined]
    after = text_of(doors.issue(user))
    assert before != after
    assert queries.seeker_of_pass(before) is None
    assert queries.seeker_of_pass(after) == user


def test_a_guests_pass_goes_on_opening_the_gate_as_the_accounts() -> None:
    doors, guest, account = Doors(), make_seeker(guest=True), make_seeker()
    own, guests = doors.issue(account), doors.issue(guest)
    assert doors.pass_by(guests).verdict == "in"
    services.move_passes(guest_id=guest.pk, account_id=account.pk, now=doors.now)
    assert queries.seeker_of_pass(text_of(guests)) == account
    assert doors.pass_by(own).verdict == "already_in"
    assert doors.pass_by(guests, "out").verdict == "out"
    assert doors.inside == 0
    assert [passage.direction for passage in queries.list_passages_of(account)] == ["in", "in", "out"]
    alone = make_seeker(guest=True)
    doors.issue(alone)
    services.move_passes(guest_id=alone.pk, account_id=make_seeker().pk, now=doors.now)


# The gate's answers


def test_recruiters_and_staff_are_known_as_such_and_strangers_by_a_masked_name() -> None:
    doors, employer = Doors(), make_employer()
    recruiter = make_recruiter_of(employer)
    assert doors.pass_by(doors.issue(recruiter)).role == "seeker"  # the employer does not take part
    Participation.objects.create(employer=employer, fair=doors.fair)
    answers = [doors.pass_by(doors.issue(user), "out") for user in (recruiter, doors.clerk)]
    told = [(one.verdict, one.role, one.employer, one.who) for one in answers]
    assert told == [("out", "recruiter", employer.name, "招**"), ("not_in", "staff", "", "检**")]
    assert doors.pass_by(doors.issue(make_seeker(name="欧阳小明"))).who == "欧**"
    assert doors.pass_by(doors.issue(make_seeker(guest=True))).who == "访客"
    assert doors.pass_by(None).role == "walk_in"


def test_a_pass_shown_again_is_answered_amber_and_counts_once() -> None:
    doors = Doors()
    entry_pass = doors.issue()
    first_at = doors.now
    assert doors.pass_by(entry_pass).verdict == "in"
    again = doors.pass_by(entry_pass, gate_id=doors.north.pk)  # 5 s later, a photo of it at the other gate
    assert (again.verdict, again.counted, again.last_at, again.last_gate) == (
        "already_in",
        True,
        first_at,
        "南门",
    )
    assert doors.inside == 1
    assert doors.pass_by(entry_pass, "out").verdict == "out"
    assert doors.pass_by(entry_pass, "out").verdict == "not_in"
    assert doors.inside == 0
    figures = queries.figures_by_gate(doors.fair, clock.local(doors.now).date())
    assert [(row.came_in, row.went_out) for row in figures] == [(1, 2), (1, 0)]


def test_refusals_leave_nothing_behind() -> None:
    doors, elsewhere = Doors(), Doors()
    foreign, own = elsewhere.issue(), doors.issue()
    forged = rules.qr_text(doors.fair.pk, "0" * 26)
    shown = {
        forged: "unknown",
        "https://example.com/": "unknown",
        foreign.code or "": "unknown",
        text_of(foreign): "other_fair",
        rules.qr_text(elsewhere.fair.pk, "0" * 26): "other_fair",
        services.token_of(foreign): "other_fair",
    }
    answers = doors.bring(*(doors.scan(text) for text in shown))
    assert [answer.verdict for answer in answers] == list(shown.values())
    assert doors.bring(doors.scan(gate_id=elsewhere.south.pk))[0].verdict == "no_gate"
    doors.now = doors.fair.closes_at
    assert doors.pass_by(own).verdict == "expired"
    doors.now = doors.fair.opens_at - timedelta(hours=5)
    assert doors.pass_by(own).verdict == "not_open"
    assert Passage.objects.count() == 0
    assert AuditEntry.objects.filter(action="checkin.scans_recorded").count() == 0


def test_the_last_ones_may_leave_after_closing_and_employers_come_before_opening() -> None:
    doors = Doors()
    entry_pass = doors.issue()
    doors.now = doors.fair.opens_at - timedelta(hours=3)
    assert doors.pass_by(entry_pass).verdict == "in"
    doors.now = doors.fair.closes_at + timedelta(hours=1)
    assert doors.pass_by(entry_pass, "out").verdict == "out"


def test_the_typed_code_will_do() -> None:
    doors = Doors()
    entry_pass = doors.issue()
    code = (entry_pass.code or "").lower()
    assert doors.bring(doors.scan(f"{code[:4]} {code[4:]}"))[0].verdict == "in"


# What comes late, twice, or is taken back


def test_what_a_device_let_through_is_counted_whatever_the_pass() -> None:
    doors = Doors(capacity=1)
    doors.walk(1)
    assert doors.hall.held
    forged = rules.qr_text(doors.fair.pk, "0" * 26)
    late = [doors.scan(shown, decided_by_device=True) for shown in (None, forged, text_of(doors.issue()))]
    answers = doors.bring(*late)
    assert [(one.verdict, one.counted) for one in answers] == [("in", True), ("unknown", True), ("in", True)]
    assert doors.inside == 4
    assert Passage.objects.filter(verdict="unknown").get().role == Role.WALK_IN


def test_a_batch_that_comes_again_gets_the_same_answers() -> None:
    doors = Doors()
    scans = [doors.scan(text_of(doors.issue())), doors.scan(), doors.scan(None, "out")]
    first = doors.bring(*scans)
    doors.now += timedelta(minutes=5)
    assert doors.bring(*scans, scans[0]) == [*first, first[0]]
    assert (Passage.objects.count(), doors.inside) == (3, 1)
    assert doors.bring(scans[1], by=make_clerk(doors.fair)) == [first[1]]


def test_the_devices_clock_is_told_apart_from_ours() -> None:
    doors = Doors()
    doors.skew = timedelta(hours=2, seconds=7)  # the phone is behind
    scan = doors.scan(decided_by_device=True)
    doors.now += timedelta(minutes=10)
    doors.bring(scan)
    passage = Passage.objects.get()
    assert passage.scanned_at == doors.now - timedelta(minutes=10)
    assert (passage.device_at, passage.received_at) == (scan.device_at, doors.now)
    assert passage.skew_ms == 7_207_000
    doors.bring(doors.scan(device_at=doors.now - timedelta(days=20000)))  # its battery was out in between
    assert Passage.objects.order_by("-pk")[0].scanned_at == doors.now


def test_a_scan_is_taken_back_within_ten_seconds_before_or_after_it_came_in() -> None:
    doors = Doors()
    scan, late = doors.scan(), doors.scan()
    doors.bring(scan, late)
    undone = doors.bring(doors.scan(id=scan.id, undone_at=scan.device_at + timedelta(seconds=8)))[0]
    assert (undone.counted, undone.undone) == (False, True)
    refused = doors.bring(doors.scan(id=late.id, undone_at=late.device_at + timedelta(seconds=30)))[0]
    assert (refused.counted, refused.undone) == (True, False)
    never_sent = doors.scan(undone_at=doors.now + timedelta(seconds=3), decided_by_device=True)
    assert doors.bring(never_sent)[0].undone
    assert doors.bring(doors.scan(id=never_sent.id, decided_by_device=True))[
        0
    ].undone  # the other tab's older copy
    assert doors.inside == 1


def test_whoever_pressed_is_named_though_another_clerk_brings_it_in() -> None:
    doors, stranger = Doors(), make_seeker()
    other = make_clerk(doors.fair)
    doors.bring(*(doors.scan(pressed_by=pk) for pk in (other.pk, stranger.pk, None)))
    assert list(Passage.objects.order_by("pk").values_list("by", flat=True)) == [
        other.pk, doors.clerk.pk, doors.clerk.pk,
    ]  # fmt: skip


# The hall


def test_alerts_reach_organisers_once_per_crossing() -> None:
    doors = Doors(capacity=100)
    doors.walk(79)
    assert (doors.hall.level, Notice.objects.count()) == (0, 0)
    doors.walk(1)
    doors.walk(2, "out")
    doors.walk(3)
    assert doors.hall.level == 80
    (notice,) = Notice.objects.all()
    assert (notice.user, notice.link) == (doors.organiser, f"/organise/{doors.fair.slug}/doors")
    assert "80人，达到核准容量100人的80%" in notice.text_zh
    doors.walk(10, "out")
    assert doors.hall.level == 0
    notice.refresh_from_db()
    assert notice.seen_at is not None  # no text message follows
    doors.walk(30)
    assert list(Alert.objects.order_by("pk").values_list("level", flat=True)) == [80, 80, 95, 100]
    assert Notice.objects.filter(kind="checkin.full").count() == 1


def test_at_the_capacity_entry_is_held_until_some_have_left() -> None:
    doors = Doors(capacity=100)
    doors.walk(100)
    assert (doors.hall.held, doors.hall.must_leave) == (True, 2)
    entry_pass = doors.issue()
    assert doors.pass_by(entry_pass).verdict == "full"
    assert doors.pass_by(None).verdict == "full"
    doors.walk(1, "out")
    assert doors.pass_by(entry_pass).verdict == "full"
    doors.walk(1, "out")
    assert doors.pass_by(entry_pass).verdict == "in"
    assert doors.inside == 99


def test_a_batch_fills_the_hall_to_the_last_place_and_no_further() -> None:
    doors = Doors(capacity=10)
    answers = doors.walk(13)
    assert [answer.verdict for answer in answers] == ["in"] * 10 + ["full"] * 3
    assert doors.inside == 10


def test_another_capacity_acts_at_once_and_is_on_record() -> None:
    doors = Doors()
    doors.walk(50)
    services.set_capacity(fair=doors.fair, capacity=50, by=doors.organiser, now=doors.now)
    entry = AuditEntry.objects.filter(action="checkin.capacity_changed").latest("id")
    assert (entry.by, entry.detail) == (
        doors.organiser.pk,
        {"fair_id": doors.fair.pk, "before": None, "after": 50},
    )
    assert doors.hall.held
    services.set_capacity(fair=doors.fair, capacity=None, by=doors.organiser, now=doors.now)
    assert not doors.hall.held


def test_a_recount_sets_the_figure_and_late_scans_of_before_change_it_no_more() -> None:
    doors = Doors()
    doors.walk(20)
    before = doors.scan(decided_by_device=True)
    doors.now += timedelta(minutes=1)
    services.recount(fair=doors.fair, counted=12, by=doors.organiser, now=doors.now)
    assert doors.inside == 12
    doors.now += timedelta(minutes=1)
    doors.bring(before)
    assert doors.inside == 12
    doors.walk(3)
    assert doors.inside == 15
    minutes = queries.minutes_of(doors.fair, clock.local(doors.now).date())
    assert [(minute.came_in, minute.occupancy) for minute in minutes] == [(21, 21), (0, 12), (3, 15)]


def test_each_day_begins_with_an_empty_hall() -> None:
    doors = Doors(capacity=100)
    doors.walk(100)
    Fair.objects.filter(pk=doors.fair.pk).update(closes_at=doors.now + timedelta(days=2))
    doors.fair.refresh_from_db()
    doors.now += timedelta(hours=20)
    assert (doors.inside, doors.hall.held) == (0, False)
    assert doors.walk(1)[0].verdict == "in"


def test_gates_are_renamed_swapped_closed_and_taken_up_again() -> None:
    doors = Doors()
    south, north = doors.south, doors.north
    plans = [rules.GatePlan(south.pk, "北门"), rules.GatePlan(north.pk, "南门")]
    services.plan_gates(fair=doors.fair, gates=plans, by=doors.organiser, now=doors.now)
    assert list(Gate.objects.order_by("pk").values_list("name", flat=True)) == ["北门", "南门"]
    plans = [rules.GatePlan(south.pk, "北门")]
    services.plan_gates(fair=doors.fair, gates=plans, by=doors.organiser, now=doors.now)
    assert [gate.is_open for gate in queries.list_gates(doors.fair)] == [True, False]
    assert doors.bring(doors.scan(gate_id=north.pk, decided_by_device=True))[
        0
    ].counted  # its phone had waited
    services.plan_gates(
        fair=doors.fair, gates=[*plans, rules.GatePlan(None, "南门")], by=doors.organiser, now=doors.now
    )
    assert Gate.objects.count() == 2
    with pytest.raises(Invalid):
        services.plan_gates(fair=doors.fair, gates=plans * 2, by=doors.organiser, now=doors.now)
    foreign = [rules.GatePlan(Doors().south.pk, "东门")]
    with pytest.raises(NotFound):
        services.plan_gates(fair=doors.fair, gates=foreign, by=doors.organiser, now=doors.now)


# Forgetting


def test_after_thirty_days_the_figures_stay_and_nobody_is_named() -> None:
    doors = Doors()
    entry_pass = doors.issue()
    doors.pass_by(entry_pass)
    doors.walk(3)
    services.recount(fair=doors.fair, counted=9, by=doors.organiser, now=doors.now)
    day = clock.local(doors.now).date()
    before = (queries.count(doors.fair.pk, day), queries.count_by_role(doors.fair, day))
    text, over = text_of(entry_pass), doors.fair.closes_at + rules.FORGET_AFTER
    assert jobs.forget_people(over) == 0
    assert jobs.forget_people(over + timedelta(seconds=1)) == 1
    assert jobs.forget_people(over + timedelta(seconds=1)) == 0
    assert (queries.count(doors.fair.pk, day), queries.count_by_role(doors.fair, day)) == before
    assert queries.seeker_of_pass(text) is None
    assert not Passage.objects.exclude(by=None).exists()
    assert not Pass.objects.exclude(user=None, token_hash=None, code=None).exists()
    late = doors.fair.closes_at + rules.REMOVE_AFTER + timedelta(seconds=1)
    assert jobs.remove_passages(late - timedelta(seconds=1)) == 0
    assert (jobs.remove_passages(late), Passage.objects.count(), Pass.objects.count()) == (1, 0, 0)


def test_a_closed_account_is_forgotten_at_once() -> None:
    doors, user = Doors(), make_seeker()
    entry_pass = doors.issue(user)
    doors.pass_by(entry_pass)
    services.forget_person(user_id=user.pk, now=doors.now)
    assert doors.pass_by(entry_pass).verdict == "unknown"
    assert doors.inside == 1
    assert queries.list_passages_of(user) == []


def test_no_audit_entry_names_whoever_passed() -> None:
    doors, user = Doors(), make_seeker()
    entry_pass = doors.issue(user)
    doors.pass_by(entry_pass)
    entries = AuditEntry.objects.filter(action__startswith="checkin.")
    assert {"checkin.scans_recorded", "checkin.gates_planned"} <= set(
        entries.values_list("action", flat=True)
    )
    for entry in entries:
        assert entry.by != user.pk
        assert not {"user_id", "seeker_id", "pass_id"} & entry.detail.keys()


def test_a_scan_id_of_another_fair_is_nobodys_here() -> None:
    doors, elsewhere = Doors(), Doors()
    shared = new_scan_id()
    assert elsewhere.bring(elsewhere.scan(id=shared))[0].counted
    assert doors.bring(doors.scan(id=shared))[0].counted
    assert make_fair().approved_capacity is None
