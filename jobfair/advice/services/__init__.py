"""The only writers of appointments and plans. Lock order: booth, seeker, appointment or plan."""

from jobfair.advice.services.booking import REMIND, admit, book, cancel, lapse, remind, set_booking_rule
from jobfair.advice.services.planning import StepText, forget_person, tick_step, write_plan

__all__ = [
    "REMIND",
    "StepText",
    "admit",
    "book",
    "cancel",
    "forget_person",
    "lapse",
    "remind",
    "set_booking_rule",
    "tick_step",
    "write_plan",
]
