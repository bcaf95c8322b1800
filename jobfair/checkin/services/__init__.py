"""The only writers of the doors. Whoever records or judges locks the fair's gates, in order, first of all."""

from jobfair.checkin.services.forgetting import forget_fair, forget_person, remove_passages
from jobfair.checkin.services.hall import plan_gates, recount, review_alerts, set_capacity
from jobfair.checkin.services.passes import issue_pass, move_passes, token_of
from jobfair.checkin.services.scanning import Answer, Scan, record_scans

__all__ = [
    "Answer",
    "Scan",
    "forget_fair",
    "forget_person",
    "issue_pass",
    "move_passes",
    "plan_gates",
    "record_scans",
    "recount",
    "remove_passages",
    "review_alerts",
    "set_capacity",
    "token_of",
]
