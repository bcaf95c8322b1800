"""The only writers of applications.

Lock order: seeker, application (by id), decision; the unit of work takes stream rows last.
"""

from jobfair.applications.services.answering import escalate, reassign, settle_decision
from jobfair.applications.services.deciding import add_note, decide, note_view, open_application, undo
from jobfair.applications.services.submitting import Submission, submit
from jobfair.applications.services.withdrawing import withdraw

__all__ = [
    "Submission",
    "add_note",
    "decide",
    "escalate",
    "note_view",
    "open_application",
    "reassign",
    "settle_decision",
    "submit",
    "undo",
    "withdraw",
]
