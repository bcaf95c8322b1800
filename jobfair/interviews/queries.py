"""Every read of talks by video and of slots that is more than a lookup."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from booths import conversations
from booths.models import Booth, Ticket
from jobfair.accounts.rules import mask_name
from jobfair.applications.models import Application
from jobfair.chat.models import Conversation
from jobfair.interviews.models import Booking, Signal, Slot, VideoTalk

State = Booking.State
SHOWN = 100  # slots of one booth on one page


@dataclass(frozen=True)
class Face:
    """A talk as its pages show it. `seeker_name` is empty for whom the employer has no leave to name."""

    talk: VideoTalk
    seeker_name: str
    conversation_id: int | None


def get_face(talk_id: int) -> Face:
    talks = VideoTalk.objects.select_related(
        "booth__employer", "ticket__booth", "booking__slot", "seeker", "recruiter"
    )
    talk = talks.get(pk=talk_id)
    topic = conversations.topic_of(talk.booth_id)
    own = Conversation.objects.filter(topic=topic, seeker=talk.seeker_id, locked_at=None)
    name = conversations.names(talk.booth_id, [talk.seeker_id]).get(talk.seeker_id, "")
    return Face(talk, name, own.values_list("pk", flat=True).first())


def list_signals(talk: VideoTalk) -> list[Signal]:
    """Of the round at hand, in the order they were said."""
    return list(Signal.objects.filter(talk=talk, round=talk.round).order_by("id"))


def find_talk_of(ticket_id: int) -> VideoTalk | None:
    return VideoTalk.objects.filter(ticket=ticket_id).first()


def list_handed_in(talk: VideoTalk) -> list[Application]:
    """What the seeker handed in to the talk's employer at its fair, the latest first."""
    return list(_handed_in(talk.booth, talk.seeker_id).select_related("position").order_by("-id")[:10])


def list_overdue(now: datetime) -> list[VideoTalk]:
    """Booked talks that are on though their time is over."""
    on = VideoTalk.objects.filter(ended_at=None, closes_at__lte=now)
    return list(on.order_by("closes_at")[:100])


# Slots


def is_known_to(booth: Booth, seeker_id: int) -> bool:
    """Has handed in a résumé to the employer at this fair, or has had a place in its line."""
    queued = Ticket.objects.filter(
        seeker=seeker_id, booth__employer=booth.employer_id, booth__fair=booth.fair_id
    )
    return _handed_in(booth, seeker_id).exists() or queued.exists()


def _handed_in(booth: Booth, seeker_id: int) -> QuerySet[Application]:
    return Application.objects.readable_of(seeker=seeker_id, employer=booth.employer_id, fair=booth.fair_id)


def list_free_slots(booth: Booth, now: datetime) -> list[Slot]:
    """Those to be had, the next first."""
    free = Slot.objects.filter(booth=booth, withdrawn_at=None, starts_at__gt=now)
    return list(free.exclude(bookings__state=State.BOOKED).order_by("starts_at", "id")[:SHOWN])


def find_booking(booth: Booth, seeker_id: int, now: datetime) -> Booking | None:
    """The seeker's next one with the employer."""
    own = Booking.objects.filter(booth=booth, seeker=seeker_id, state=State.BOOKED)
    return next((one for one in _with_all(own) if one.slot.ends_at > now), None)


def list_bookings_of(seeker_id: int, *, most: int = 50) -> list[Booking]:
    """A seeker's, the latest slot first."""
    return list(
        _with_all(Booking.objects.filter(seeker=seeker_id)).order_by("-slot__starts_at", "-id")[:most]
    )


def list_busy_slots(seeker_id: int, now: datetime) -> list[Slot]:
    """When the seeker is taken."""
    own = Booking.objects.filter(seeker=seeker_id, state=State.BOOKED).select_related("slot")
    return [one.slot for one in own if one.slot.ends_at > now]


def get_booking(booking_id: int) -> Booking:
    return _with_all(Booking.objects.filter(pk=booking_id)).get()


def name_for_employer(booking: Booking) -> str:
    """Masked for whom the employer has no leave to name."""
    name = conversations.names(booking.booth_id, [booking.seeker_id]).get(booking.seeker_id, "")
    return name or mask_name(booking.seeker.display_name)


@dataclass(frozen=True)
class SlotRow:
    """A slot on its employer's page, with who has it."""

    slot: Slot
    booking: Booking | None
    name: str


def list_slot_rows(booth: Booth, since: datetime) -> list[SlotRow]:
    """Of one booth, the earliest first; three queries however many there are."""
    slots = Slot.objects.filter(booth=booth, starts_at__gte=since).select_related("recruiter")
    rows = list(slots.filter(withdrawn_at=None).order_by("starts_at", "id")[:SHOWN])
    booked = Booking.objects.filter(slot__in=rows, state=State.BOOKED)
    by_slot = {one.slot_id: one for one in _with_all(booked)}
    names: Mapping[int, str] = conversations.names(booth.pk, [one.seeker_id for one in by_slot.values()])
    found = ((slot, by_slot.get(slot.pk)) for slot in rows)
    return [SlotRow(slot, one, names.get(one.seeker_id, "") if one else "") for slot, one in found]


def _with_all(bookings: QuerySet[Booking]) -> QuerySet[Booking]:
    return bookings.select_related("slot__recruiter", "booth__employer", "booth__fair", "seeker").order_by(
        "slot__starts_at", "id"
    )
