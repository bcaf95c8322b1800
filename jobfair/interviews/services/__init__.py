"""The only writers of talks by video and of slots. Lock order: booth, slots (by id), seeker, booking, talk."""

from jobfair.interviews.services.slots import (
    book_slot,
    cancel_all_of,
    cancel_booking,
    move_booking,
    publish_slots,
    remind,
    withdraw_slot,
)
from jobfair.interviews.services.talks import (
    Said,
    end_overdue_talk,
    end_talk,
    end_talk_of_booking,
    end_talk_of_ticket,
    enter_talk,
    leave_talk,
    open_for_booking,
    open_for_ticket,
    reopen_talk,
    send_signal,
)

__all__ = [
    "Said",
    "book_slot",
    "cancel_all_of",
    "cancel_booking",
    "end_overdue_talk",
    "end_talk",
    "end_talk_of_booking",
    "end_talk_of_ticket",
    "enter_talk",
    "leave_talk",
    "move_booking",
    "open_for_booking",
    "open_for_ticket",
    "publish_slots",
    "remind",
    "reopen_talk",
    "send_signal",
    "withdraw_slot",
]
