"""What one person did in rooms, for their own data."""

from __future__ import annotations

from livestream.models import DrawEntry, LiveLine, PollVote, Question

Rows = list[dict[str, object]]


def list_done_by(user_id: int) -> dict[str, Rows]:
    """Lines and questions with what became of them, votes, and draws one took part in; the oldest first."""
    lines = LiveLine.objects.filter(sender=user_id).select_related("room")
    asked = Question.objects.filter(asker=user_id).select_related("room")
    votes = PollVote.objects.filter(voter=user_id).select_related("poll__room", "choice")
    entries = DrawEntry.objects.filter(user=user_id).select_related("draw__room")
    return {
        "lines": [
            {"room": one.room.name, "text": one.text, "state": one.state, "at": one.at}
            for one in lines.order_by("pk")
        ],
        "questions": [
            {
                "room": one.room.name,
                "text": one.text,
                "state": one.state,
                "at": one.asked_at,
                "answer": one.answer,
            }
            for one in asked.order_by("pk")
        ],
        "votes": [
            {"room": one.poll.room.name, "poll": one.poll.question, "choice": one.choice.text, "at": one.at}
            for one in votes.order_by("pk")
        ],
        "draws": [
            {
                "room": one.draw.room.name,
                "prize": one.draw.prize,
                "number": one.number,
                "place": one.place,
                "at": one.at,
            }
            for one in entries.order_by("pk")
        ],
    }
