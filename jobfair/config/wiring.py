"""Who listens to whom: the only place where domains are joined."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from booths import conversations, jobs, live
from booths import notices as booths_notices
from booths.events import CounsellorRemoved
from booths.merging import move_tickets
from booths.models import Booth, Ticket
from booths.queries import find_booth, list_booths_worked_at
from booths.services import end_duty, leave_line
from jobfair.accounts.access import device_of
from jobfair.accounts.events import (
    AccountClosed,
    GuestMerged,
    PasswordChanged,
    SecondFactorReset,
    SecondFactorSetUp,
    SignedOut,
    UserEdited,
)
from jobfair.accounts.limits import address_of
from jobfair.accounts.models import User
from jobfair.accounts.queries import add_me_section
from jobfair.accounts.rules import session_mark
from jobfair.accounts.schemas import MyBoothOut, MyFairOut
from jobfair.advice import jobs as advice_jobs
from jobfair.advice import live as advice_live
from jobfair.advice import notices as advice_notices
from jobfair.advice.services import forget_person as forget_advice
from jobfair.applications import jobs as applications_jobs
from jobfair.applications import live as applications_live
from jobfair.applications import notices as applications_notices
from jobfair.applications.services import reassign
from jobfair.chat import jobs as chat_jobs
from jobfair.chat import live as chat_live
from jobfair.chat import notices as chat_notices
from jobfair.chat.queries import files_in_use as chat_files_in_use
from jobfair.chat.services import lock_person
from jobfair.chat.speaking import AREA as CHAT_AREA
from jobfair.checkin import jobs as checkin_jobs
from jobfair.checkin import live as checkin_live
from jobfair.checkin import notices as checkin_notices
from jobfair.checkin.services import forget_person as forget_at_doors
from jobfair.checkin.services import move_passes, review_alerts
from jobfair.config import own_data
from jobfair.core import clock
from jobfair.core import jobs as durable_jobs
from jobfair.core.deadlines import apart, every_second
from jobfair.core.events import listen
from jobfair.core.idempotency import purge_expired
from jobfair.core.uploads import keeping, keeps
from jobfair.employers import jobs as employers_jobs
from jobfair.employers.events import EmployerCorrected, EmployerEvent, EmployerRefused, RecruiterRemoved
from jobfair.employers.queries import licence_keys_in_use
from jobfair.fairs.events import FairCorrected, FairStateChanged, StaffAppointed, StaffRemoved
from jobfair.fairs.models import Fair, FairStaff
from jobfair.fairs.queries import count_figures_with
from jobfair.interviews import following as interviews_following
from jobfair.interviews import jobs as interviews_jobs
from jobfair.interviews import live as interviews_live
from jobfair.interviews import notices as interviews_notices
from jobfair.interviews.events import TalkEnded, TalkHandedOver
from jobfair.notices import jobs as notices_jobs
from jobfair.notices import live as notices_live
from jobfair.notices.services import forget_person, move_notices
from jobfair.positions import jobs as positions_jobs
from jobfair.positions.models import Position
from jobfair.positions.queries import BoothBeside, figures_of, find_booths_with
from jobfair.positions.services.uploads import files_in_use as position_files_in_use
from jobfair.realtime import revocation
from jobfair.realtime.api import tell_devices_with
from jobfair.realtime.jobs import trim_log
from jobfair.realtime.presence import sweep
from jobfair.realtime.protocol import Close
from jobfair.realtime.registry import registry
from jobfair.realtime.revocation import Revocation
from jobfair.resumes.queries import files_in_use as resume_files_in_use
from jobfair.resumes.services import erase, move_resume
from jobfair.search.services import FOLLOWED, follow
from livestream import answers as livestream_answers
from livestream import interaction as livestream_interaction
from livestream import jobs as livestream_jobs
from livestream import live as livestream_live
from livestream import notices as livestream_notices
from livestream.live import audience as livestream_audience
from livestream.services.audience import rename_watcher

JOB_THREADS = 4  # they mostly wait for other people's servers


def connect() -> None:
    """Called once, when every app is loaded."""
    if registry.frozen:
        return
    live.register(registry)
    applications_live.register(registry)
    notices_live.register(registry)
    conversations.connect()
    chat_live.register(registry)
    checkin_live.register(registry)
    interviews_live.register(registry)
    advice_live.register(registry)
    livestream_live.register(registry)
    connect_revocations()
    registry.freeze()
    every_second("booths.miss_overdue_calls", jobs.miss_overdue_calls)
    every_second("booths.resume_paused_tickets", jobs.resume_paused_tickets)
    every_second("booths.settle_outcomes", jobs.settle_outcomes)
    every_second("booths.lapse_outcomes", jobs.lapse_outcomes)
    every_second("booths.close_after_hours", jobs.close_after_hours)
    listen(RecruiterRemoved, end_duty_of)
    every_second("realtime.trim_log", trim_log)
    every_second("realtime.sweep_announcements", sweep)
    every_second("core.purge_expired_replies", purge_expired)
    every_second("employers.remind_and_lapse", employers_jobs.remind_and_lapse)
    keeps("licences", licence_keys_in_use)
    every_second("livestream.end_lost_cameras", livestream_jobs.end_lost_cameras)
    every_second("core.purge_done_jobs", durable_jobs.purge_done)
    apart("core.jobs", durable_jobs.run_next, threads=JOB_THREADS)
    connect_applications()
    connect_chat()
    connect_resumes()
    connect_doors()
    connect_interviews()
    connect_advice()
    connect_livestream()
    connect_audience()
    listen(GuestMerged, move_guests_tickets)
    listen(GuestMerged, move_guests_notices)
    listen(AccountClosed, forget_notices)
    booths_notices.connect()
    if settings.DEBUG:
        every_second("notices.hear_stub_reports", notices_jobs.hear_stub_reports)
    for fact in FOLLOWED:
        listen(fact, follow)
    add_me_section("booths", my_booths)
    add_me_section("fairs", my_fairs)
    count_figures_with(figures_of)
    connect_positions()
    tell_devices_with(device_and_address)


def connect_positions() -> None:
    """Where one queues for a position; when it ends; and that it leaves the fair when its employer may not hire."""
    find_booths_with(booth_beside)
    every_second("positions.close_expired", positions_jobs.close_expired)
    every_second("positions.forget_uploads", positions_jobs.forget_uploads)
    keeps("positions", position_files_in_use)
    for fact in (EmployerCorrected, EmployerRefused):
        listen(fact, recheck_positions)


def booth_beside(position: Position) -> BoothBeside | None:
    booth = find_booth(position.employer_id, position.fair_id)
    if booth is None:
        return None
    return BoothBeside(id=booth.pk, number=booth.number, zone=booth.zone.letter if booth.zone else "")


def recheck_positions(event: EmployerEvent) -> None:
    positions_jobs.recheck_positions(event.employer_id, clock.now())


def connect_applications() -> None:
    """Deadlines of answers, and what follows from a recruiter or a seeker leaving."""
    every_second("applications.settle_decisions", applications_jobs.settle_decisions)
    every_second("applications.escalate_overdue", applications_jobs.escalate_overdue)
    every_second("applications.purge_exports", applications_jobs.purge_exports)
    every_second("applications.forget_records", applications_jobs.forget_records)
    listen(RecruiterRemoved, reassign_answers)
    listen(AccountClosed, leave_lines)
    applications_notices.connect()
    own_data.connect()


def connect_chat() -> None:
    """Deadlines of answers, recruiters who drop, files nobody's row names, and accounts that are closed."""
    every_second("chat.escalate_overdue", chat_jobs.escalate_overdue)
    every_second("chat.hand_on_dropped", chat_jobs.hand_on_dropped)
    keeps(CHAT_AREA, chat_files_in_use)
    listen(AccountClosed, lock_conversations)
    chat_notices.connect()


def connect_doors() -> None:
    """How long passages name people, and what becomes of a guest's or a closed account's passes."""
    every_second("checkin.forget_people", checkin_jobs.forget_people)
    every_second("checkin.remove_passages", checkin_jobs.remove_passages)
    checkin_notices.connect()
    listen(GuestMerged, move_guests_passes)
    listen(AccountClosed, forget_passes)
    listen(FairCorrected, review_capacity)


def connect_interviews() -> None:
    """Talks end with their tickets and their time; bookings are told of, and end with their account."""
    interviews_following.connect()
    interviews_notices.connect()
    every_second("interviews.end_overdue_talks", interviews_jobs.end_overdue_talks)


def connect_advice() -> None:
    """Appointments nobody came to, reminders, and what a closed account had booked and been advised."""
    every_second("advice.lapse_overdue", advice_jobs.lapse_overdue)
    advice_notices.connect()
    listen(AccountClosed, drop_advice)


def connect_livestream() -> None:
    """A posting that was on air is compared when it is published anew; a poll ends with its time or its broadcast."""
    livestream_notices.connect()
    every_second("livestream.end_forgotten", livestream_jobs.end_forgotten)
    livestream_interaction.connect()
    every_second("livestream.close_due_polls", livestream_interaction.close_due_polls)


def connect_audience() -> None:
    """Each minute's audience is kept; a guest who watches and then signs in is one person; answers are promised."""
    every_second("livestream.count_minutes", livestream_audience.count_minutes)
    every_second("livestream.escalate_questions", livestream_answers.escalate_overdue)
    livestream_answers.connect()
    listen(GuestMerged, rename_watcher_of)


def rename_watcher_of(event: GuestMerged) -> None:
    rename_watcher(was=f"user:{event.guest_id}", now_is=f"user:{event.account_id}")


def drop_advice(event: AccountClosed) -> None:
    forget_advice(user_id=event.user_id, now=clock.now())


def move_guests_passes(event: GuestMerged) -> None:
    move_passes(guest_id=event.guest_id, account_id=event.account_id, now=clock.now())


def forget_passes(event: AccountClosed) -> None:
    forget_at_doors(user_id=event.user_id, now=clock.now())


def review_capacity(event: FairCorrected) -> None:
    """A capacity corrected in the back office raises and clears alerts, too."""
    if "approved_capacity" in event.changed:
        review_alerts(fair=Fair.objects.get(pk=event.fair_id), now=clock.now())


def connect_resumes() -> None:
    """Files nobody's row names are swept; a guest's draft becomes the account's, a closed account's is erased."""
    keeps("resumes", resume_files_in_use)
    every_second("core.sweep_uploads", keeping.sweep)
    listen(GuestMerged, move_guests_resume)
    listen(AccountClosed, erase_resume)


def connect_revocations() -> None:
    """What ends sockets, and what takes topics away."""
    registry.mark_session = session_mark
    revocation.register(registry)
    revocation.revoke_on(
        SignedOut, lambda e: Revocation(user_id=e.user_id, session=e.session, close=Close.SIGNED_OUT)
    )
    revocation.revoke_on(GuestMerged, lambda e: Revocation(user_id=e.guest_id, close=Close.SIGNED_OUT))
    revocation.revoke_on(UserEdited, revocation_of_edit)
    revocation.revoke_on(AccountClosed, lambda e: Revocation(user_id=e.user_id, close=Close.SIGNED_OUT))
    revocation.revoke_on(PasswordChanged, lambda e: Revocation(user_id=e.user_id, close=Close.SIGNED_OUT))
    revocation.revoke_on(SecondFactorSetUp, sockets_read_anew)
    revocation.revoke_on(SecondFactorReset, sockets_read_anew)
    revocation.revoke_on(RecruiterRemoved, lambda e: Revocation(user_id=e.user_id))
    revocation.revoke_on(CounsellorRemoved, lambda e: Revocation(user_id=e.user_id))
    revocation.revoke_on(EmployerRefused, revocation_of_refusal)
    revocation.revoke_on(StaffAppointed, lambda e: Revocation(user_id=e.user_id))  # for another role
    revocation.revoke_on(StaffRemoved, lambda e: Revocation(user_id=e.user_id))
    revocation.revoke_on(FairStateChanged, revocation_of_state)
    revocation.revoke_on(TalkEnded, lambda e: Revocation(topics=tuple(interviews_live.shown_in(e))))
    revocation.revoke_on(TalkHandedOver, lambda e: Revocation(user_id=e.was))


def sockets_read_anew(event: SecondFactorSetUp | SecondFactorReset) -> Revocation:
    """Every session of the user has ended, but perhaps the one that did it: its socket comes back."""
    return Revocation(user_id=event.user_id, close=Close.RESTART)


def revocation_of_edit(event: UserEdited) -> Revocation | None:
    """A disabled user loses every socket; other changes may have taken rights."""
    if event.fields == ("created",):
        return None
    active = User.objects.filter(pk=event.user_id, is_active=True).exists()
    return Revocation(user_id=event.user_id, close=None if active else Close.BANNED)


def lock_conversations(event: AccountClosed) -> None:
    lock_person(seeker_id=event.user_id, by=event.by, now=clock.now())


def forget_notices(event: AccountClosed) -> None:
    forget_person(user_id=event.user_id, by=event.by, now=clock.now())


def move_guests_notices(event: GuestMerged) -> None:
    move_notices(guest_id=event.guest_id, account_id=event.account_id, now=clock.now())


def revocation_of_refusal(event: EmployerRefused) -> Revocation:
    """A refused employer reads neither applications nor conversations, and talks to nobody by video."""
    booths = Booth.objects.filter(employer=event.employer_id).order_by("id").values_list("pk", flat=True)
    chats = (topic for pk in booths for topic in chat_live.topics_of(conversations.topic_of(pk)))
    talks = interviews_live.topics_at(booths)
    return Revocation(topics=(*applications_live.topics_of(event.employer_id), *chats, *talks))


def revocation_of_state(event: FairStateChanged) -> Revocation | None:
    """A fair that is a draft again is nobody's to see, and neither are its booths."""
    topics = live.topics_of(event.fair_id) + checkin_live.topics_of(event.fair_id)
    topics += livestream_live.topics_of(event.fair_id)
    return Revocation(topics=topics) if event.state == Fair.State.DRAFT else None


def move_guests_tickets(event: GuestMerged) -> None:
    move_tickets(guest_id=event.guest_id, account_id=event.account_id, now=clock.now())


def move_guests_resume(event: GuestMerged) -> None:
    move_resume(guest_id=event.guest_id, account_id=event.account_id, now=clock.now())


def erase_resume(event: AccountClosed) -> None:
    erase(seeker_id=event.user_id, now=clock.now())


def leave_lines(event: AccountClosed) -> None:
    """Whoever has closed the account no longer waits anywhere; a talk that is on runs to its end."""
    states = [Ticket.State.WAITING, Ticket.State.PAUSED, Ticket.State.CALLED, Ticket.State.ARRIVED]
    account = User.objects.get(pk=event.user_id)
    for ticket in Ticket.objects.filter(seeker=account, state__in=states).order_by("booth_id"):
        leave_line(ticket=ticket, by=account, now=clock.now())


def reassign_answers(event: RecruiterRemoved) -> None:
    reassign(employer_id=event.employer_id, user_id=event.user_id, now=clock.now())


def end_duty_of(event: RecruiterRemoved) -> None:
    """Before it is on the list of its colleagues' chats and calls no more."""
    end_duty(recruiter_id=event.user_id, employer_id=event.employer_id, now=clock.now())


def my_booths(user: User) -> list[MyBoothOut]:
    return [
        MyBoothOut(
            id=booth.pk,
            number=booth.number,
            employer_name=booth.host,
            fair_slug=booth.fair.slug,
        )
        for booth in list_booths_worked_at(user)
    ]


def my_fairs(user: User) -> list[MyFairOut]:
    offices = FairStaff.objects.filter(user=user).select_related("fair").order_by("fair_id")
    return [MyFairOut(slug=o.fair.slug, name=o.fair.name, role=o.role) for o in offices]


def device_and_address(request: HttpRequest) -> tuple[str, str]:
    """Whom a poll is counted for: the account, else the device, else all of the address."""
    address = address_of(request)
    if isinstance(request.user, User):
        return f"user:{request.user.pk}", address
    device = device_of(request)
    return (f"device:{device}" if device else f"address:{address}"), address
