"""The only writers of applications.

Lock order: seeker, application (by id), decision; the unit of work takes stream rows last.
"""

from jobfair.applications.services.answering import escalate, reassign, remind, settle_decision
from jobfair.applications.services.deciding import add_note, decide, note_export, open_application, undo
from jobfair.applications.services.own_data import (
    MAKE_EXPORT,
    close_account,
    fetch_export,
    forget_record,
    make_export,
    purge_export,
    request_export,
)
from jobfair.applications.services.starting import REMIND, ask_start, plan_start, say_start
from jobfair.applications.services.submitting import HandIn, Submission, submit, submit_many
from jobfair.applications.services.withdrawing import withdraw

__all__ = [
    "MAKE_EXPORT",
    "REMIND",
    "HandIn",
    "Submission",
    "add_note",
    "ask_start",
    "close_account",
    "decide",
    "escalate",
    "fetch_export",
    "forget_record",
    "make_export",
    "note_export",
    "open_application",
    "plan_start",
    "purge_export",
    "reassign",
    "remind",
    "request_export",
    "say_start",
    "settle_decision",
    "submit",
    "submit_many",
    "undo",
    "withdraw",
]
