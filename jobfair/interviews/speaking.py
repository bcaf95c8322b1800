"""What the socket and its way round share: load, authorise, count against the limits, one service."""

from __future__ import annotations

from datetime import datetime

from jobfair.accounts.models import User
from jobfair.interviews import access, services
from jobfair.interviews.limits import spend_signal
from jobfair.interviews.models import Signal
from jobfair.interviews.schemas import LeaveTalkArgs, SendSignalArgs


def send_signal(user: User, args: SendSignalArgs, *, cid: str, now: datetime) -> Signal:
    seat = access.open_seat_in(user, args.talk_id)
    spend_signal(user.pk, now)
    said = services.Said(
        cid=cid,
        page=args.page,
        round=args.round,
        description=args.description.wire() if args.description else None,
        candidates=[one.wire() for one in args.candidates],
    )
    return services.send_signal(talk=seat.talk, side=seat.side, said=said, by=user, now=now)


def leave_talk(user: User, args: LeaveTalkArgs) -> None:
    seat = access.seat_in(user, args.talk_id)
    services.leave_talk(talk=seat.talk, side=seat.side, page=args.page, by=user)
