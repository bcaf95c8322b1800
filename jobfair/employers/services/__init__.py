"""The only writers of employers."""

from jobfair.employers.services.colleagues import (
    accept_invitation,
    answer_join_request,
    appoint_recruiter,
    invite_colleague,
    remove_recruiter,
    revoke_invitation,
)
from jobfair.employers.services.entering import correct_employer, register_employers
from jobfair.employers.services.filing import (
    Registration,
    add_licence,
    change_file,
    note_licence_read,
    register_own_employer,
    submit_for_review,
)
from jobfair.employers.services.reviewing import (
    decide_review,
    refuse_employer,
    remind_and_lapse,
    take_review,
    verify_employers,
)
from jobfair.employers.services.taking_part import (
    apply_for_fair,
    change_fair_contact,
    decide_participation,
    withdraw_participation,
)

__all__ = [
    "Registration",
    "accept_invitation",
    "add_licence",
    "answer_join_request",
    "apply_for_fair",
    "appoint_recruiter",
    "change_fair_contact",
    "change_file",
    "correct_employer",
    "decide_participation",
    "decide_review",
    "invite_colleague",
    "note_licence_read",
    "refuse_employer",
    "register_employers",
    "register_own_employer",
    "remind_and_lapse",
    "remove_recruiter",
    "revoke_invitation",
    "submit_for_review",
    "take_review",
    "verify_employers",
    "withdraw_participation",
]
