from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from booths import queries, rules, services
from booths.jobs import miss_overdue_calls
from booths.models import Booth, Call, Interview, Ticket
from jobfair.accounts.models import User
from jobfair.core.models import AuditEntry
from jobfair.fairs.models import Fair
from tests.factories import NOON, desks_of, make_booth, make_fair, make_recruiter, make_seeker

pytestmark = [pytest.mark.integration, pytest.mark.django_db]
LATER = NOON + timedelta(minutes=10)


@pytest.fixture
def fair() -> Fair:
    return make_fair()


@pytest.fixture
def booth(fair: Fair) -> Booth:
    return make_booth(fair)


@pytest.fixture
def recruiter(booth: Booth) -> User:
    return make_recruiter(booth)


def take(booth: Booth, seeker: User | None = None) -> Ticket:
    return services.take_ticket(booth=booth, seeker=seeker or make_seeker(), channel="onsite", now=NOON)


def call(booth: Booth, recruiter: User, desk: int = 0) -> Ticket:
    called = services.call_next_ticket(desk=desks_of(booth)[desk], by=recruiter, now=NOON)
    assert called is not None
    return called


def nobody_to_call(booth: Booth, recruiter: User, desk: int = 0) -> bool:
    return services.call_next_ticket(desk=desks_of(booth)[desk], by=recruiter, now=NOON) is None


def test_numbers_rise_from_one_and_read_booth_dash_number(booth: Booth) -> None:
    tickets = [take(booth) for _ in range(3)]
    assert [ticket.number for ticket in tickets] == [1, 2, 3]
    assert tickets[0].label == f"{booth.number}-001"


def test_a_number_is_not_reused_after_leaving(booth: Booth) -> None:
    first = take(booth)
    services.leave_line(ticket=first, by=first.seeker, now=NOON)
    assert take(booth).number == 2


def test_one_place_per_seeker_and_booth(booth: Booth) -> None:
    seeker = make_seeker()
    take(booth, seeker)
    with pytest.raises(rules.AlreadyInLine):
        take(booth, seeker)
    assert Ticket.objects.count() == 1


def test_three_lines_per_seeker(fair: Fair) -> None:
    seeker = make_seeker()
    for _ in range(3):
        take(make_booth(fair), seeker)
    with pytest.raises(rules.TooManyLines):
        take(make_booth(fair), seeker)


def test_no_tickets_outside_the_fairs_hours(fair: Fair) -> None:
    booth = make_booth(fair)
    with pytest.raises(rules.FairNotOpen):
        services.take_ticket(booth=booth, seeker=make_seeker(), channel="onsite", now=fair.closes_at)


def test_no_tickets_at_a_closed_booth_but_at_a_pausing_one(fair: Fair) -> None:
    closed, pausing = make_booth(fair, opened=False), make_booth(fair)
    with pytest.raises(rules.BoothNotOpen):
        take(closed)
    services.pause_booth(booth=pausing, by=None, now=NOON)
    assert take(pausing).number == 1


def test_call_serve_finish(booth: Booth, recruiter: User) -> None:
    ticket = take(booth)
    called = call(booth, recruiter)
    assert (called.pk, called.state) == (ticket.pk, "called")
    live = Call.objects.get(ticket=ticket)
    assert live.due_at == NOON + timedelta(seconds=180)
    services.start_interview(ticket=ticket, by=recruiter, now=NOON)
    done = services.finish_interview(ticket=ticket, result="talked", note="可复试", by=recruiter, now=LATER)
    talk = Interview.objects.get()
    assert (done.state, done.ended_at) == ("done", LATER)
    assert (talk.result, talk.note, talk.started_at, talk.ended_at) == ("talked", "可复试", NOON, LATER)
    assert Call.objects.get().state == "done"


def test_first_come_first_called(booth: Booth, recruiter: User) -> None:
    tickets = [take(booth) for _ in range(2)]
    assert [call(booth, recruiter, 0).pk, call(booth, recruiter, 1).pk] == [one.pk for one in tickets]


def test_a_desk_calls_one_at_a_time(booth: Booth, recruiter: User) -> None:
    take(booth)
    take(booth)
    call(booth, recruiter)
    with pytest.raises(rules.DeskBusy):
        call(booth, recruiter)


def test_an_empty_line_and_a_paused_booth_refuse_to_call(booth: Booth, recruiter: User) -> None:
    with pytest.raises(rules.LineEmpty):
        call(booth, recruiter)
    services.pause_booth(booth=booth, by=recruiter, now=NOON)
    take(booth)
    with pytest.raises(rules.BoothPaused):
        call(booth, recruiter)


def test_missed_once_three_places_back_then_for_good(booth: Booth, recruiter: User) -> None:
    first, *others = [take(booth) for _ in range(5)]
    call(booth, recruiter)
    with pytest.raises(rules.CallNotDue):
        services.miss_call(ticket=first, by=recruiter, now=NOON)
    back = services.miss_call(ticket=first, by=recruiter, now=LATER)
    assert (back.state, back.misses) == ("waiting", 1)
    order = [place.ticket.pk for place in queries.list_line(booth.pk)]
    assert order == [others[0].pk, others[1].pk, others[2].pk, first.pk, others[3].pk]
    for other in others[:3]:
        services.leave_line(ticket=other, by=other.seeker, now=LATER)
    called = services.call_next_ticket(desk=desks_of(booth)[0], by=recruiter, now=LATER)
    assert called == first
    gone = services.miss_call(ticket=first, by=recruiter, now=LATER + timedelta(minutes=4))
    assert (gone.state, gone.misses) == ("missed", 2)


def test_the_worker_misses_what_is_overdue_and_nothing_else(booth: Booth, recruiter: User) -> None:
    late, in_time = take(booth), take(booth)
    call(booth, recruiter, 0)
    call(booth, recruiter, 1)
    services.arrive(ticket=in_time, by=in_time.seeker, now=NOON)
    assert miss_overdue_calls(NOON + timedelta(seconds=179)) == 0
    assert miss_overdue_calls(LATER) == 1
    assert miss_overdue_calls(LATER) == 0
    late.refresh_from_db()
    in_time.refresh_from_db()
    assert (late.state, in_time.state) == ("waiting", "arrived")


def test_a_second_booths_call_is_held_and_the_place_kept(fair: Fair) -> None:
    here, there = make_booth(fair), make_booth(fair)
    staff_here, staff_there = make_recruiter(here), make_recruiter(there)
    seeker = make_seeker()
    take(here, seeker)
    kept, next_one = take(there, seeker), take(there)
    at_here = call(here, staff_here)
    assert call(there, staff_there).pk == next_one.pk
    kept.refresh_from_db()
    assert kept.state == "waiting"
    assert Call.objects.get(ticket=kept).state == "held"
    assert nobody_to_call(there, staff_there, 1)
    services.start_interview(ticket=at_here, by=staff_here, now=NOON)
    services.finish_interview(ticket=at_here, result="talked", note="", by=staff_here, now=LATER)
    assert not Call.objects.filter(state="held").exists()
    assert call(there, staff_there, 1).pk == kept.pk


def test_a_line_whose_first_are_all_elsewhere_is_read_to_its_end(fair: Fair) -> None:
    here, there = make_booth(fair), make_booth(fair, desks=queries.FEW)
    staff_here, staff_there = make_recruiter(here), make_recruiter(there)
    elsewhere = [make_seeker() for _ in range(queries.FEW)]
    for desk, seeker in enumerate(elsewhere):
        take(there, seeker)
        call(there, staff_there, desk)
    kept = [take(here, seeker) for seeker in elsewhere]
    assert nobody_to_call(here, staff_here)
    ninth, tenth = take(here), take(here)
    assert call(here, staff_here, 0).pk == ninth.pk
    assert call(here, staff_here, 1).pk == tenth.pk
    assert set(Call.objects.filter(state="held").values_list("ticket_id", flat=True)) == {
        one.pk for one in kept
    }


def test_leaving_while_called_frees_the_seeker_and_the_desk(fair: Fair) -> None:
    here, there = make_booth(fair), make_booth(fair)
    staff_here, staff_there = make_recruiter(here), make_recruiter(there)
    seeker = make_seeker()
    first, second = take(here, seeker), take(there, seeker)
    call(here, staff_here)
    assert nobody_to_call(there, staff_there)
    assert Call.objects.get(ticket=second).state == "held"  # kept although nobody else could be called
    services.leave_line(ticket=first, by=seeker, now=NOON)
    assert call(there, staff_there).pk == second.pk
    take(here)
    assert call(here, staff_here).state == "called"


def test_leaving_a_talk_is_the_recruiters_to_record(booth: Booth, recruiter: User) -> None:
    ticket = take(booth)
    call(booth, recruiter)
    services.start_interview(ticket=ticket, by=recruiter, now=NOON)
    with pytest.raises(rules.TicketCannotChange):
        services.leave_line(ticket=ticket, by=ticket.seeker, now=NOON)
    assert (
        services.finish_interview(ticket=ticket, result="left", note="", by=recruiter, now=LATER).state
        == "done"
    )


def test_closing_expires_who_waits_and_refuses_during_a_talk(booth: Booth, recruiter: User) -> None:
    served, waiting = take(booth), take(booth)
    call(booth, recruiter)
    with pytest.raises(rules.BoothBusy):
        services.close_booth(booth=booth, by=recruiter, now=NOON)
    assert Booth.objects.get(pk=booth.pk).state == "open"
    services.leave_line(ticket=served, by=served.seeker, now=NOON)
    services.close_booth(booth=booth, by=recruiter, now=LATER)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.ended_at) == ("expired", LATER)


Verb = Callable[[Ticket, User], object]


@pytest.mark.parametrize(
    "verb",
    [
        lambda t, u: services.arrive(ticket=t, by=u, now=NOON),
        lambda t, u: services.start_interview(ticket=t, by=u, now=NOON),
        lambda t, u: services.miss_call(ticket=t, by=u, now=LATER),
        lambda t, u: services.finish_interview(ticket=t, result="talked", note="", by=u, now=NOON),
    ],
    ids=["arrive", "serve", "miss", "finish"],
)
def test_a_waiting_ticket_refuses_what_only_a_called_one_may(
    verb: Verb, booth: Booth, recruiter: User
) -> None:
    ticket = take(booth)
    with pytest.raises(rules.TicketCannotChange):
        verb(ticket, recruiter)
    ticket.refresh_from_db()
    assert ticket.state == "waiting"


def test_every_act_is_audited_with_its_actor(booth: Booth, recruiter: User) -> None:
    ticket = take(booth)
    call(booth, recruiter)
    services.start_interview(ticket=ticket, by=recruiter, now=NOON)
    services.finish_interview(ticket=ticket, result="talked", note="不外传", by=recruiter, now=NOON)
    entries = AuditEntry.objects.filter(subject=f"ticket:{ticket.pk}").order_by("id")
    assert [(entry.action, entry.by) for entry in entries] == [
        ("booths.ticket_taken", ticket.seeker_id),
        ("booths.ticket_called", recruiter.pk),
        ("booths.ticket_serving", recruiter.pk),
        ("booths.ticket_ended", recruiter.pk),
    ]
    assert "不外传" not in str([entry.detail for entry in entries])


def test_lines_cost_the_same_queries_however_long(
    booth: Booth, django_assert_num_queries: Callable[[int], object]
) -> None:
    for _ in range(12):
        take(booth)
    with django_assert_num_queries(3):  # type: ignore[attr-defined]
        assert len(queries.list_line(booth.pk)) == 12
