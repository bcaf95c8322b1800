"""What domains that `applications` does not know put into a person's own data."""

from __future__ import annotations

from typing import Any

from booths.models import Ticket
from jobfair.accounts.models import User
from jobfair.advice.queries import list_all_of
from jobfair.applications import my_data
from jobfair.chat.queries import list_said_to_and_by
from jobfair.checkin.queries import list_passages_of
from jobfair.notices.models import Notice
from livestream.queries.own import list_done_by


def connect() -> None:
    """Called once, by wiring."""
    my_data.add_part("tickets", tickets_part)
    my_data.add_part("notices", notices_part)
    my_data.add_part("conversations", conversations_part)
    my_data.add_part("passages", passages_part)
    my_data.add_part("advice", advice_part)
    my_data.add_part("livestream", livestream_part)


def tickets_part(user: User) -> list[dict[str, Any]]:
    """Places in lines, past ones too; what a recruiter noted of a talk is the employer's."""
    own = Ticket.objects.filter(seeker=user).select_related("booth__employer", "booth__fair").order_by("id")
    return [
        {
            "fair": ticket.booth.fair.name,
            "employer": ticket.booth.host,
            "number": ticket.label,
            "state": ticket.state,
            "taken_at": ticket.taken_at,
            "ended_at": ticket.ended_at,
            "priority": ticket.priority,
            "certificate_seen": ticket.certificate,
        }
        for ticket in own
    ]


def notices_part(user: User) -> list[dict[str, Any]]:
    own = Notice.objects.filter(user=user).order_by("id")
    return [
        {"text": notice.text_zh, "told_at": notice.created_at, "seen_at": notice.seen_at} for notice in own
    ]


def conversations_part(user: User) -> list[dict[str, object]]:
    """Both sides of what was said, as the seeker can read it."""
    return list_said_to_and_by(user.pk)


def livestream_part(user: User) -> dict[str, list[dict[str, object]]]:
    """What one said, asked, chose and entered in live rooms."""
    return list_done_by(user.pk)


def passages_part(user: User) -> list[dict[str, Any]]:
    """Which gates one went through and when, while that is still known."""
    return [
        {
            "fair": passage.fair.name,
            "gate": passage.gate.name,
            "direction": passage.direction,
            "at": passage.scanned_at,
        }
        for passage in list_passages_of(user)
    ]


def advice_part(user: User) -> dict[str, Any]:
    """What one has booked at service desks, and what was advised there."""
    booked, plans = list_all_of(user)
    return {
        "appointments": [
            {
                "service": one.booth.host,
                "starts_at": one.starts_at,
                "about": one.about,
                "state": one.state,
                "booked_at": one.booked_at,
            }
            for one in booked
        ],
        "plans": [
            {
                "service": plan.ticket.booth.host,
                "topic": plan.topic,
                "advice": plan.advice,
                "written_at": plan.written_at,
                "steps": [
                    {
                        "text": step.text,
                        "who": step.who,
                        "due_on": step.due_on,
                        "link": step.link,
                        "done_at": step.done_at,
                    }
                    for step in plan.steps.all()
                ],
            }
            for plan in plans
        ],
    }
