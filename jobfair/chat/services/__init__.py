"""The only writers of conversations. Lock order: the conversation's row, several by id; stream rows come last."""

from jobfair.chat.services.answering import escalate, hand_on, pass_on, release, watch_holder
from jobfair.chat.services.holding import claim, settle, transfer
from jobfair.chat.services.keeping_order import answer_complaint, block, mute, report, unblock, unmute
from jobfair.chat.services.opening import lock_person, open_conversation, set_canned_replies
from jobfair.chat.services.posting import (
    Attachment,
    ensure_may_post,
    mark_seen,
    note_typing,
    post_message,
    withdraw_message,
)

__all__ = [
    "Attachment", "answer_complaint", "block", "claim", "ensure_may_post", "escalate", "hand_on", "lock_person",
    "mark_seen", "mute", "note_typing", "open_conversation", "pass_on", "post_message", "release", "report",
    "set_canned_replies", "settle", "transfer", "unblock", "unmute", "watch_holder", "withdraw_message",
]  # fmt: skip
