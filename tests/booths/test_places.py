"""What may become of a place: the order of the line, pauses, priority, transfer, the last ticket, undo."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from booths import queries, rules, services
from booths.jobs import close_after_hours, resume_paused_tickets
from booths.models import Booth, Call, DutyShift, Ticket
from jobfair.accounts.models import User
from jobfair.core.errors import DomainError
from jobfair.core.models import AuditEntry
from jobfair.fairs.models import Fair
from jobfair.notices.models import Notice
from tests.factories import NOON, desks_of, make_booth, make_fair, make_recruiter, make_seeker

pytestmark = [pytest.mark.integration, pytest.mark.django_db]
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@pytest.fixture
def fair() -> Fair:
    return make_fair()


@pytest.fixture
def booth(fair: Fair) -> Booth:
    return make_booth(fair)


@pytest.fixture
def recruiter(booth: Booth) -> User:
    return make_recruiter(booth)


def take(booth: Booth, channel: str = "onsite") -> Ticket:
    return services.take_ticket(booth=booth, seeker=make_seeker(), channel=channel, now=NOON)


def call(booth: Booth, by: User, desk: int = 0) -> Ticket:
    called = services.call_next_ticket(desk=desks_of(booth)[desk], by=by, now=NOON)
    assert called is not None
    return called


def order(booth: Booth) -> list[int]:
    return [ticket.number for ticket in queries.list_waiting(booth.pk)]


def set_rule(fair: Fair, onsite: int = 0, online: int = 0, *priorities: str) -> None:
    services.set_line_rule(
        fair=fair,
        interleave_onsite=onsite,
        interleave_online=online,
        priorities=list(priorities),
        by=None,
        now=NOON,
    )


# The order


def test_two_on_site_to_one_online_while_both_wait(fair: Fair, booth: Booth) -> None:
    set_rule(fair, 2, 1)
    for channel in ["online"] * 3 + ["onsite"] * 6:
        take(booth, channel)
    channels = [ticket.channel for ticket in queries.list_waiting(booth.pk)]
    assert channels == ["onsite", "onsite", "online"] * 3
    assert [n for n in order(booth) if n <= 3] == [1, 2, 3]
    assert [n for n in order(booth) if n > 3] == [4, 5, 6, 7, 8, 9]


def test_nobody_gains_by_the_other_channel_having_been_empty(
    fair: Fair, booth: Booth, recruiter: User
) -> None:
    set_rule(fair, 2, 1)
    for _ in range(5):
        take(booth)
    for _ in range(4):
        ticket = call(booth, recruiter)
        services.leave_line(ticket=ticket, by=ticket.seeker, now=NOON)
    for _ in range(3):
        take(booth, "online")
    assert order(booth) == [5, 6, 7, 8]  # not three online ones at once ahead of 5


def test_without_a_rule_it_is_one_line_for_both(booth: Booth) -> None:
    for channel in ["online", "onsite", "online", "onsite"]:
        take(booth, channel)
    assert order(booth) == [1, 2, 3, 4]


def test_priority_goes_before_everyone_else_and_behind_those_who_have_it(fair: Fair, booth: Booth) -> None:
    set_rule(fair, 0, 0, "veteran", "pregnant")
    tickets = [take(booth) for _ in range(5)]
    clerk = make_seeker()
    for number, kind, paper in [(4, "pregnant", "maternity_record"), (5, "veteran", "veteran_card")]:
        services.give_priority(ticket=tickets[number - 1], kind=kind, certificate=paper, by=clerk, now=NOON)
    assert order(booth) == [4, 5, 1, 2, 3]
    again = services.give_priority(
        ticket=tickets[3], kind="veteran", certificate="discharge_paper", by=clerk, now=NOON
    )
    assert (again.priority, order(booth)) == ("veteran", [4, 5, 1, 2, 3])
    entry = AuditEntry.objects.filter(action="booths.priority_given").order_by("id")[0]
    assert (entry.by, entry.detail["certificate"]) == (clerk.pk, "maternity_record")


@pytest.mark.parametrize(
    ("kind", "paper", "refusal"),
    [
        ("disabled", "disability_card", rules.PriorityNotOffered),
        ("veteran", "maternity_record", rules.CertificateDoesNotFit),
    ],
)
def test_priority_needs_the_fairs_rule_and_the_right_paper(
    fair: Fair, booth: Booth, kind: str, paper: str, refusal: type[DomainError]
) -> None:
    set_rule(fair, 0, 0, "veteran")
    take(booth)
    ticket = take(booth)
    with pytest.raises(refusal):
        services.give_priority(ticket=ticket, kind=kind, certificate=paper, by=make_seeker(), now=NOON)
    assert order(booth) == [1, 2]


def test_a_skip_is_audited_with_whom_it_passed_over(booth: Booth, recruiter: User) -> None:
    take(booth), take(booth)
    third = take(booth)
    picked = services.call_ticket(
        ticket=third, desk=desks_of(booth)[0], reason="已预约面谈", by=recruiter, now=NOON
    )
    made = Call.objects.get(ticket=third)
    assert (picked.pk, made.passed_over, made.pick_reason) == (third.pk, 2, "已预约面谈")
    entry = AuditEntry.objects.get(action="booths.ticket_picked")
    assert (entry.by, entry.detail["passed_over"], entry.detail["reason"]) == (recruiter.pk, 2, "已预约面谈")
    with pytest.raises(rules.NotWaiting):
        services.call_ticket(ticket=third, desk=desks_of(booth)[1], reason="再叫一次", by=recruiter, now=NOON)


# Waiting


def test_a_pause_keeps_the_place_and_the_worker_ends_it(booth: Booth, recruiter: User) -> None:
    first, second = take(booth), take(booth)
    services.pause_ticket(ticket=first, minutes=10, by=first.seeker, now=NOON)
    assert order(booth) == [2]
    assert call(booth, recruiter).pk == second.pk
    assert resume_paused_tickets(NOON + 10 * MINUTE - SECOND) == 0
    assert resume_paused_tickets(NOON + 10 * MINUTE) == 1
    assert resume_paused_tickets(NOON + 10 * MINUTE) == 0
    third = take(booth)
    assert order(booth) == [1, third.number]
    assert Ticket.objects.get(pk=first.pk).paused_until is None


def test_in_ten_minutes_once(booth: Booth, recruiter: User) -> None:
    ticket = take(booth)
    call(booth, recruiter)
    later = services.postpone_call(ticket=ticket, by=ticket.seeker, now=NOON)
    assert (later.state, later.paused_until) == ("paused", NOON + 10 * MINUTE)
    assert not Call.objects.filter(state="live").exists()
    services.resume_ticket(ticket=ticket, by=ticket.seeker, now=NOON)
    call(booth, recruiter)
    with pytest.raises(rules.PostponedBefore):
        services.postpone_call(ticket=ticket, by=ticket.seeker, now=NOON)


def test_a_recruiter_sets_a_called_person_aside(booth: Booth, recruiter: User) -> None:
    first, second = take(booth), take(booth)
    call(booth, recruiter)
    services.hold_ticket(ticket=first, minutes=10, by=recruiter, now=NOON)
    assert call(booth, recruiter).pk == second.pk
    services.resume_ticket(ticket=first, by=first.seeker, now=NOON)
    assert order(booth) == [1]


def test_pausing_with_a_held_call_gives_it_up(fair: Fair, booth: Booth, recruiter: User) -> None:
    other, seeker = make_booth(fair), make_seeker()
    for one in (booth, other):
        services.take_ticket(booth=one, seeker=seeker, channel="onsite", now=NOON)
    call(booth, recruiter)
    assert services.call_next_ticket(desk=desks_of(other)[0], by=make_recruiter(other), now=NOON) is None
    held = Call.objects.get(state="held").ticket
    services.pause_ticket(ticket=held, minutes=5, by=seeker, now=NOON)
    assert not Call.objects.filter(state="held").exists()


def test_the_ready_check_goes_out_once_at_three_ahead(booth: Booth, recruiter: User) -> None:
    tickets = [take(booth) for _ in range(6)]
    assert not Ticket.objects.exclude(ready_asked_at=None).exists()
    call(booth, recruiter)
    asked = Ticket.objects.exclude(ready_asked_at=None).order_by("number")
    assert list(asked.values_list("number", flat=True)) == [2, 3, 4, 5]  # none, one, two and three ahead
    kinds = Notice.objects.filter(kind="booths.ready_asked")
    assert kinds.count() == 4
    services.leave_line(ticket=tickets[1], by=tickets[1].seeker, now=NOON)
    assert Notice.objects.filter(kind="booths.ready_asked").count() == 5
    for _ in range(2):
        ready = services.say_ready(ticket=tickets[2], by=tickets[2].seeker, now=NOON + SECOND)
    assert ready.ready_at == NOON + SECOND


def test_nobody_answers_a_check_that_was_not_sent(booth: Booth) -> None:
    ticket = take(booth)
    with pytest.raises(rules.TicketCannotChange):
        services.say_ready(ticket=ticket, by=ticket.seeker, now=NOON)


# Transfer, last ticket, closing


def test_a_transfer_gives_a_place_that_points_back(fair: Fair, booth: Booth, recruiter: User) -> None:
    there, ticket = make_booth(fair), take(booth)
    take(there)
    new = services.transfer_ticket(ticket=ticket, to=there, by=recruiter, now=NOON)
    ticket.refresh_from_db()
    assert (ticket.state, ticket.ended_at) == ("transferred", NOON)
    assert (new.transferred_from_id, new.number, new.state) == (ticket.pk, 2, "waiting")


def test_a_refused_transfer_leaves_the_place(fair: Fair, booth: Booth, recruiter: User) -> None:
    there, seeker = make_booth(fair), make_seeker()
    ticket, _ = (
        services.take_ticket(booth=one, seeker=seeker, channel="onsite", now=NOON) for one in (booth, there)
    )
    closed, elsewhere = make_booth(fair, opened=False), make_booth(make_fair())
    for to, refusal in [
        (there, rules.AlreadyInLine),
        (closed, rules.BoothNotOpen),
        (elsewhere, rules.OtherFair),
        (booth, rules.OtherFair),
    ]:
        with pytest.raises(refusal):
            services.transfer_ticket(ticket=ticket, to=to, by=recruiter, now=NOON)
    assert Ticket.objects.get(pk=ticket.pk).state == "waiting"
    assert Ticket.objects.count() == 2


def test_after_the_last_ticket_the_line_is_served_and_nobody_joins(booth: Booth, recruiter: User) -> None:
    ticket = take(booth)
    services.set_last_ticket(booth=booth, on=True, by=recruiter, now=NOON)
    with pytest.raises(rules.LastTicketGiven):
        take(booth)
    assert call(booth, recruiter).pk == ticket.pk
    services.set_last_ticket(booth=booth, on=False, by=recruiter, now=NOON)
    assert take(booth).number == 2


def test_closing_on_people_asks_and_then_tells_them(booth: Booth, recruiter: User) -> None:
    waiting, away = take(booth), take(booth)
    services.pause_ticket(ticket=away, minutes=5, by=away.seeker, now=NOON)
    services.set_duty(desk=desks_of(booth)[0], recruiter=recruiter, state="on", now=NOON)
    with pytest.raises(rules.PeopleWaiting):
        services.close_booth(booth=booth, by=recruiter, now=NOON, confirm=False)
    assert Booth.objects.get(pk=booth.pk).state == "open"
    services.close_booth(booth=booth, by=recruiter, now=NOON, confirm=True)
    assert set(Ticket.objects.values_list("state", flat=True)) == {"expired"}
    told = Notice.objects.filter(kind="booths.expired").values_list("user_id", flat=True)
    assert sorted(told) == sorted([waiting.seeker_id, away.seeker_id])
    assert not DutyShift.objects.filter(ended_at=None).exists()


def test_a_booth_nobody_closed_is_closed_after_hours(fair: Fair, booth: Booth, recruiter: User) -> None:
    busy = make_booth(fair)
    take(booth)
    talk = take(busy)
    call(busy, make_recruiter(busy))
    over = fair.closes_at + 30 * MINUTE
    assert [close_after_hours(over - SECOND), close_after_hours(over), close_after_hours(over)] == [0, 1, 0]
    assert Ticket.objects.get(booth=booth).state == "expired"
    assert Ticket.objects.get(pk=talk.pk).state == "called"
    services.leave_line(ticket=talk, by=talk.seeker, now=over)
    assert close_after_hours(over) == 1


# Duty


def test_whoever_calls_is_on_duty_and_sits_at_one_desk(booth: Booth, recruiter: User) -> None:
    one, other = desks_of(booth)
    take(booth)
    call(booth, recruiter)
    assert queries.line_facts(booth).desks_on_duty == 1
    services.set_duty(desk=other, recruiter=recruiter, state="on", now=NOON + MINUTE)
    services.set_duty(desk=other, recruiter=recruiter, state="on", now=NOON + 2 * MINUTE)
    services.set_duty(desk=other, recruiter=recruiter, state="away", now=NOON + 3 * MINUTE)
    assert queries.line_facts(booth).desks_on_duty == 0
    services.set_duty(desk=other, recruiter=recruiter, state="off", now=NOON + 4 * MINUTE)
    shifts = [
        (shift.desk_id, shift.state, (shift.started_at - NOON) / MINUTE, (shift.ended_at - NOON) / MINUTE)
        for shift in DutyShift.objects.order_by("id")
        if shift.ended_at
    ]
    assert shifts == [(one.pk, "on", 0, 1), (other.pk, "on", 1, 3), (other.pk, "away", 3, 4)]


# Recall and undo


def test_a_recall_announces_again_and_keeps_the_deadline(booth: Booth, recruiter: User) -> None:
    ticket = take(booth)
    call(booth, recruiter)
    due = Call.objects.get().due_at
    with pytest.raises(rules.RecallTooSoon):
        services.recall_ticket(ticket=ticket, by=recruiter, now=NOON + 9 * SECOND)
    services.recall_ticket(ticket=ticket, by=recruiter, now=NOON + 10 * SECOND)
    again = Call.objects.get()
    assert (again.announcements, again.announced_at, again.due_at) == (2, NOON + 10 * SECOND, due)
    assert Notice.objects.filter(kind="booths.called").count() == 1


def test_an_undone_call_waits_at_its_place(booth: Booth, recruiter: User) -> None:
    first, second = take(booth), take(booth)
    call(booth, recruiter)
    with pytest.raises(rules.UndoTooLate):
        services.undo_call(ticket=first, by=recruiter, now=NOON + 10 * SECOND)
    back = services.undo_call(ticket=first, by=recruiter, now=NOON + 9 * SECOND)
    assert (back.state, back.place, back.misses) == ("waiting", first.place, 0)
    assert order(booth) == [1, 2]
    assert call(booth, recruiter).pk == first.pk
    assert call(booth, recruiter, 1).pk == second.pk


def test_whoever_arrived_is_not_undone(booth: Booth, recruiter: User) -> None:
    ticket = take(booth)
    call(booth, recruiter)
    services.arrive(ticket=ticket, by=ticket.seeker, now=NOON)
    with pytest.raises(rules.TicketCannotChange):
        services.undo_call(ticket=ticket, by=recruiter, now=NOON)


@pytest.fixture
def talked(booth: Booth, recruiter: User) -> Callable[[], Ticket]:
    def talk() -> Ticket:
        ticket = take(booth)
        call(booth, recruiter)
        services.start_interview(ticket=ticket, by=recruiter, now=NOON)
        return services.finish_interview(ticket=ticket, result="talked", note="", by=recruiter, now=NOON)

    return talk


def test_an_undone_finish_goes_on_at_its_desk(
    booth: Booth, recruiter: User, talked: Callable[[], Ticket]
) -> None:
    ticket = talked()
    with pytest.raises(rules.UndoTooLate):
        services.undo_finish(ticket=ticket, by=recruiter, now=NOON + 10 * SECOND)
    back = services.undo_finish(ticket=ticket, by=recruiter, now=NOON + SECOND)
    assert (back.state, back.ended_at) == ("serving", None)
    with pytest.raises(rules.DeskBusy):
        call(booth, recruiter)
    done = services.finish_interview(
        ticket=ticket, result="no_show", note="", by=recruiter, now=NOON + 2 * SECOND
    )
    assert done.interviews.get().result == "no_show"


def test_a_finish_is_not_undone_over_the_next_call(
    fair: Fair, booth: Booth, recruiter: User, talked: Callable[[], Ticket]
) -> None:
    ticket = talked()
    take(booth)
    call(booth, recruiter)  # the desk has somebody else
    with pytest.raises(rules.CannotReopen):
        services.undo_finish(ticket=ticket, by=recruiter, now=NOON + SECOND)
    assert Ticket.objects.get(pk=ticket.pk).state == "done"


def test_a_finish_is_not_undone_over_another_booths_call(
    fair: Fair, booth: Booth, recruiter: User, talked: Callable[[], Ticket]
) -> None:
    ticket, other = talked(), make_booth(fair)
    services.take_ticket(booth=other, seeker=ticket.seeker, channel="onsite", now=NOON)
    services.call_next_ticket(desk=desks_of(other)[0], by=make_recruiter(other), now=NOON)
    with pytest.raises(rules.CannotReopen):
        services.undo_finish(ticket=ticket, by=recruiter, now=NOON + SECOND)
