"""The only writers of the lines. Lock order: booths (by id), seeker, application; stream rows come last."""

from booths.services.calling import (
    arrive,
    call_next_ticket,
    call_ticket,
    miss_call,
    recall_ticket,
    undo_call,
)
from booths.services.staffing import (
    close_booth,
    create_booth,
    end_duty,
    open_booth,
    pause_booth,
    set_duty,
    set_last_ticket,
    set_line_rule,
)
from booths.services.taking import Paper, claim_ticket, give_kiosk_ticket, take_ticket, transfer_ticket
from booths.services.talking import (
    Outcome,
    finish_interview,
    lapse_outcome,
    settle_outcome,
    start_interview,
    undo_finish,
)
from booths.services.waiting import (
    give_priority,
    hold_ticket,
    leave_line,
    pause_ticket,
    postpone_call,
    resume_ticket,
    say_ready,
)

__all__ = [
    "Outcome",
    "Paper",
    "arrive",
    "call_next_ticket",
    "call_ticket",
    "claim_ticket",
    "close_booth",
    "create_booth",
    "end_duty",
    "finish_interview",
    "give_kiosk_ticket",
    "give_priority",
    "hold_ticket",
    "lapse_outcome",
    "leave_line",
    "miss_call",
    "open_booth",
    "pause_booth",
    "pause_ticket",
    "postpone_call",
    "recall_ticket",
    "resume_ticket",
    "say_ready",
    "set_duty",
    "set_last_ticket",
    "set_line_rule",
    "settle_outcome",
    "start_interview",
    "take_ticket",
    "transfer_ticket",
    "undo_call",
    "undo_finish",
]
