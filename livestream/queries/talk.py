"""Reads of a room's chat."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from jobfair.accounts.models import User
from jobfair.accounts.rules import mask_name, mask_phone
from jobfair.chat.models import Sanction
from jobfair.chat.queries import list_sanctions
from jobfair.employers.models import Participation, Recruiter
from jobfair.fairs.models import FairStaff
from livestream.models import FilterWord, LiveLine, Room, RoomTalk
from livestream.rules.talk import LOOK_BACK, Standing, ban_scope, scopes_of

NEWEST = 50
HELD_SHOWN = 500
Side = LiveLine.Side
State = LiveLine.State


def talk_of(room_id: int) -> RoomTalk:
    """As it is; the row itself is made by the first line or setting."""
    found = RoomTalk.objects.select_related("pinned").filter(room=room_id).first()
    return found or RoomTalk(room_id=room_id)


def newest_lines(room_id: int) -> list[LiveLine]:
    """The last fifty shown, the oldest first."""
    rows = LiveLine.objects.filter(room=room_id, state=State.SHOWN).order_by("-shown_at", "-pk")
    return list(reversed(rows[:NEWEST]))


def lines_before(room_id: int, line_id: int | None) -> list[LiveLine]:
    """Up to fifty shown before that one, the newest first."""
    rows = LiveLine.objects.filter(room=room_id, state=State.SHOWN).order_by("-shown_at", "-pk")
    edge = LiveLine.objects.filter(room=room_id, pk=line_id).first() if line_id is not None else None
    if edge is not None and edge.shown_at is not None:
        rows = rows.filter(shown_at__lte=edge.shown_at).exclude(shown_at=edge.shown_at, pk__gte=edge.pk)
    return list(rows[:NEWEST])


def lines_between(room_id: int, session_id: int, since: datetime, *, until: datetime) -> list[LiveLine]:
    """What was shown in a broadcast from `since` on and before `until`, for its replay; the oldest first."""
    rows = LiveLine.objects.filter(
        room=room_id, session=session_id, state=State.SHOWN, shown_at__gte=since, shown_at__lt=until
    )
    return list(rows.order_by("shown_at", "pk")[:1000])


def held_lines(room_id: int) -> list[LiveLine]:
    """Waiting for a moderator, the oldest first."""
    rows = LiveLine.objects.filter(room=room_id, state=State.HELD).order_by("pk")
    return list(rows[:HELD_SHOWN])


def lines_by_cid(keys: Collection[tuple[int, str]]) -> dict[tuple[int, str], LiveLine]:
    """Of (sender, cid): what has been said already."""
    rows = LiveLine.objects.filter(
        sender__in={sender for sender, _ in keys}, cid__in={cid for _, cid in keys}
    )
    return {(line.sender_id, line.cid): line for line in rows}


def sanctions_in(room: Room, now: datetime) -> list[Sanction]:
    """Who may not speak in this room now, the newest first."""
    return list_sanctions(scopes_of(room)[:2], now)


def silenced_rooms(user_id: int, now: datetime) -> list[tuple[int, bool, datetime]]:
    """(room, banned, until) of each room this person may not speak in now."""
    own = Sanction.objects.filter(user=user_id, until__gt=now, lifted_at=None).order_by("pk")
    rows: dict[int, tuple[int, bool, datetime]] = {}
    for scope, until in own.values_list("scope", "until"):
        prefix, _, id = scope.partition(":")
        if prefix == "live":
            standing = rows.get(int(id), (int(id), False, until))
            rows[int(id)] = standing if standing[1] else (int(id), False, max(until, standing[2]))
        elif prefix == "lives":
            for room in Room.objects.filter(fair=int(id)).order_by("pk").values_list("pk", flat=True):
                rows[room] = (room, True, until)
    return [rows[room] for room in sorted(rows)]


def words_of(fair_id: int) -> frozenset[str]:
    return frozenset(FilterWord.objects.filter(fair=fair_id).values_list("folded", flat=True))


def list_words(fair_id: int) -> list[str]:
    return list(FilterWord.objects.filter(fair=fair_id).order_by("folded").values_list("word", flat=True))


def standings_of(user_ids: Collection[int], room: Room, now: datetime) -> dict[int, Standing]:
    """What each is in the room; the same number of queries for all."""
    users = {user.pk: user for user in User.objects.filter(pk__in=user_ids)}
    hosts = _hosts_among(users, room)
    employers = _employers_of(user_ids, room.fair_id)
    banned: set[int] = set()
    silenced: dict[int, datetime] = {}
    for sanction in list_sanctions(scopes_of(room), now, user_ids=user_ids):
        if sanction.scope == ban_scope(room.fair_id):
            banned.add(sanction.user_id)
        else:
            silenced[sanction.user_id] = max(sanction.until, silenced.get(sanction.user_id, sanction.until))
    lately: dict[int, list[tuple[datetime, str]]] = defaultdict(list)
    said = LiveLine.objects.filter(room=room, sender__in=user_ids, at__gt=now - LOOK_BACK).order_by(
        "at", "pk"
    )
    for sender, at, text in said.values_list("sender_id", "at", "text"):
        lately[sender].append((at, text))
    return {
        pk: Standing(
            user=user,
            side=Side.HOST if pk in hosts else Side.EMPLOYER if pk in employers else Side.VIEWER,
            name="主持人" if pk in hosts else employers.get(pk) or shown_name(user),
            banned=pk in banned,
            silenced_until=silenced.get(pk),
            lately=lately[pk],
        )
        for pk, user in users.items()
    }


def shown_name(user: User) -> str:
    """What strangers see of a viewer: 王**, else 138****1234."""
    if user.display_name:
        return mask_name(user.display_name)
    return mask_phone(user.phone) if user.phone else mask_name("")


def _hosts_among(users: dict[int, User], room: Room) -> set[int]:
    roles = (FairStaff.Role.ORGANISER, FairStaff.Role.DIRECTOR, FairStaff.Role.MODERATOR)
    offices = FairStaff.objects.filter(fair=room.fair_id, user__in=list(users), role__in=roles)
    return set(offices.values_list("user_id", flat=True)) | {pk for pk, u in users.items() if u.is_superuser}


def _employers_of(user_ids: Collection[int], fair_id: int) -> dict[int, str]:
    """Whom each speaks for: an employer that takes part in the fair."""
    here = Participation.objects.filter(fair=fair_id, state=Participation.State.ACCEPTED)
    own = Recruiter.objects.filter(user__in=list(user_ids), employer__in=here.values("employer"))
    return {user: name[:40] for user, name in own.order_by("-pk").values_list("user_id", "employer__name")}
