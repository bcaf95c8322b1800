"""Every read of conversations that is more than a lookup."""

from __future__ import annotations

import threading
import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from jobfair.accounts.rules import mask_name
from jobfair.chat.models import CannedReply, Complaint, Conversation, Message, Sanction, Typing
from jobfair.chat.registry import Place, owner_of, owners
from jobfair.core import clock
from jobfair.core.errors import NotFound

Side = Conversation.Side
NEWEST = 50
PAGE = 30
FOUND_MOST = 30


@dataclass(frozen=True)
class Face:
    """A conversation with what both sides are told about it. `unread` is of the side that asked."""

    conversation: Conversation
    place: Place
    seeker_name: str
    unread: int


def shown(rows: QuerySet[Conversation], side: str) -> QuerySet[Conversation]:
    """Readable ones with their last line and how much `side` has not read; one query."""
    theirs = Message.objects.filter(conversation=OuterRef("pk"), read_at=None, withdrawn_at=None)
    unread = theirs.exclude(side=side).order_by().values("conversation").annotate(n=Count("pk"))
    readable = rows.filter(locked_at=None).select_related("seeker", "recruiter", "last")
    return readable.annotate(unread=Coalesce(Subquery(unread.values_list("n")[:1]), 0))


def faces_of(rows: Iterable[Conversation]) -> list[Face]:
    """Rows of `shown` in their order; what the owners say is asked once a place."""
    found = list(rows)
    by_topic: dict[str, list[Conversation]] = {}
    for one in found:
        by_topic.setdefault(one.topic, []).append(one)
    places: dict[str, tuple[Place, Mapping[int, str]]] = {}
    for topic, own in by_topic.items():
        owner, id = owner_of(topic)
        places[topic] = owner.place(id), owner.names(id, {one.seeker_id for one in own})
    return [_face(one, *places[one.topic]) for one in found]


def _face(one: Conversation, place: Place, names: Mapping[int, str]) -> Face:
    name = names.get(one.seeker_id) or mask_name(one.seeker.display_name, guest=one.seeker.is_guest)
    return Face(one, place, name, getattr(one, "unread", 0))


def get_face(conversation_id: int, side: str) -> Face:
    """NotFound for one that nobody may read any more."""
    row = shown(Conversation.objects.filter(pk=conversation_id), side).first()
    if row is None:
        raise NotFound
    return faces_of([row])[0]


def list_of_seeker(
    seeker_id: int, *, before: tuple[datetime, int] | None = None, most: int = NEWEST
) -> list[Face]:
    """A seeker's own, the one spoken in last first."""
    return faces_of(_newest(Conversation.objects.filter(seeker=seeker_id), Side.SEEKER, before)[:most])


def list_of_place(
    topic: str,
    *,
    q: str = "",
    only: str = "",
    before: tuple[datetime, int] | None = None,
    most: int = NEWEST,
) -> list[Face]:
    """A place's conversations. `only`: waiting or inbox; `q`: words of a line or of the seeker's name."""
    rows = Conversation.objects.filter(topic=topic)
    if only == "waiting":
        rows = rows.exclude(waiting_since=None)
    elif only == "inbox":
        rows = rows.exclude(waiting_since=None).exclude(level=Conversation.Level.RECRUITER)
    if q:
        rows = rows.filter(Q(pk__in=_holding(topic, q)) | Q(pk__in=_named(topic, q)))
    return faces_of(_newest(rows, Side.BOOTH, before)[:most])


def _holding(topic: str, q: str) -> QuerySet[Message, Any]:
    said = Message.objects.filter(conversation__topic=topic, withdrawn_at=None, text__icontains=q)
    return said.order_by().values_list("conversation_id", flat=True).distinct()


def _named(topic: str, q: str) -> list[int]:
    """Conversations with a seeker whose name the place knows, and which holds `q`."""
    owner, id = owner_of(topic)
    pairs = dict(Conversation.objects.filter(topic=topic).values_list("seeker_id", "pk"))
    return [pairs[seeker] for seeker, name in owner.names(id, pairs.keys()).items() if q in name]


def _newest(
    rows: QuerySet[Conversation], side: str, before: tuple[datetime, int] | None
) -> QuerySet[Conversation]:
    rows = shown(rows.exclude(last_at=None), side)
    if before is not None:
        at, pk = before
        rows = rows.filter(Q(last_at__lt=at) | Q(last_at=at, pk__lt=pk))
    return rows.order_by("-last_at", "-pk")


def list_messages(
    conversation_id: int, *, before: int | None = None, q: str = "", most: int = NEWEST
) -> list[Message]:
    """Oldest first: the newest `most`, those before an id, or those that hold `q`."""
    rows = Message.objects.filter(conversation=conversation_id).select_related("sender")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    if q:
        rows = rows.filter(withdrawn_at=None, text__icontains=q)
    return list(reversed(rows.order_by("-pk")[:most]))


def get_message(message_id: int) -> Message:
    return Message.objects.select_related("sender").get(pk=message_id)


def find_message(*, sender_id: int, cid: str) -> Message | None:
    """The line this person has sent under this id."""
    return Message.objects.select_related("sender").filter(sender=sender_id, cid=cid).first()


def count_unread_of(seeker_id: int) -> int:
    """Lines a seeker has not read, in all conversations."""
    own = Message.objects.filter(
        conversation__seeker=seeker_id, conversation__locked_at=None, side=Side.BOOTH
    )
    return own.filter(read_at=None, withdrawn_at=None).count()


def list_canned(group: str) -> list[str]:
    return list(CannedReply.objects.filter(group=group).values_list("text", flat=True))


def find_sanction(user_id: int, scope: str, now: datetime) -> Sanction | None:
    """What keeps this person from speaking now."""
    own = Sanction.objects.filter(user=user_id, scope=scope, until__gt=now, lifted_at=None)
    return own.order_by("-until").first()


def list_sanctions(
    scopes: Collection[str], now: datetime, *, user_ids: Collection[int] | None = None
) -> list[Sanction]:
    """All that stand under one of these scopes, of these people where given; the newest first."""
    rows = Sanction.objects.filter(scope__in=scopes, until__gt=now, lifted_at=None).select_related("user")
    if user_ids is not None:
        rows = rows.filter(user__in=user_ids)
    return list(rows.order_by("-pk"))


def list_complaints(
    topics: Collection[str], *, only_open: bool = False, after: int | None = None
) -> list[Complaint]:
    """Reports from these places after the one shown last: those to be answered by their deadline, or all, newest
    first."""
    rows = Complaint.objects.filter(conversation__topic__in=topics).select_related(
        "conversation", "answered_by"
    )
    if only_open:
        rows = rows.filter(state=Complaint.State.OPEN)
    if after is not None:
        rows = rows.filter(pk__gt=after) if only_open else rows.filter(pk__lt=after)
    return list(rows.order_by("pk" if only_open else "-pk")[:PAGE])


def places_of(complaints: Iterable[Complaint]) -> dict[str, str]:
    """What the place of each is called, by topic; one query for each kind of place."""
    topics = {one.conversation.topic for one in complaints}
    found: dict[str, str] = {}
    for owner in owners():
        ids = [int(topic.partition(":")[2]) for topic in topics if topic.startswith(f"{owner.prefix}:")]
        found |= {f"{owner.prefix}:{id}": title for id, title in owner.titles(ids).items()}
    return found


def find_open_complaint(conversation_id: int) -> Complaint | None:
    open_ones = Complaint.objects.filter(conversation=conversation_id, state=Complaint.State.OPEN)
    return open_ones.order_by("due_at").first()


# Deadlines and drops


def list_due(now: datetime, *, most: int = 100) -> list[int]:
    """Conversations whose present owner has had the time to answer."""
    due = Conversation.objects.filter(escalates_at__lte=now)
    return list(due.order_by("escalates_at", "pk").values_list("pk", flat=True)[:most])


def list_talks_held(now: datetime, *, talking: timedelta) -> list[Conversation]:
    """Those a recruiter holds in which a question waits or a talk goes on."""
    going_on = Q(waiting_since__isnull=False) | Q(last_at__gt=now - talking) | Q(held_at__gt=now - talking)
    held = Conversation.objects.filter(recruiter__isnull=False, locked_at=None)
    return list(held.filter(going_on).order_by("pk"))


def count_held(topic: str, recruiters: Collection[int]) -> dict[int, int]:
    """How many waiting or lively talks each of `recruiters` has."""
    held = Conversation.objects.filter(topic=topic, recruiter__in=list(recruiters)).exclude(
        waiting_since=None
    )
    return dict(held.order_by().values_list("recruiter_id").annotate(n=Count("pk")))


def who_is_present() -> dict[str, frozenset[int]]:
    """{topic: recruiters at its desk} for every place in which somebody holds a talk."""
    held = Conversation.objects.filter(recruiter__isnull=False).order_by().values_list("topic", flat=True)
    ids: dict[str, set[int]] = {}
    for topic in held.distinct():
        prefix, _, number = topic.partition(":")
        ids.setdefault(prefix, set()).add(int(number))
    found: dict[str, frozenset[int]] = {}
    for owner in owners():
        for id, who in owner.present(ids.get(owner.prefix, set())).items():
            found[f"{owner.prefix}:{id}"] = who
    return found


# Typing


class Writers:
    """Who writes where; read from the database at most twice a second, however many conversations are open."""

    REREAD_SECONDS = 0.5

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._read_at = -1.0  # time.monotonic()
        self._sides: dict[int, set[str]] = {}

    def of(self, conversation_id: int) -> frozenset[str]:
        with self._lock:
            if time.monotonic() - self._read_at >= self.REREAD_SECONDS:
                self._sides = self._fetch()
                self._read_at = time.monotonic()
            return frozenset(self._sides.get(conversation_id, ()))

    @staticmethod
    def _fetch() -> dict[int, set[str]]:
        sides: dict[int, set[str]] = {}
        for conversation_id, side in Typing.objects.filter(until__gt=clock.now()).values_list(
            "conversation_id", "side"
        ):
            sides.setdefault(conversation_id, set()).add(side)
        return sides


writers = Writers()


# Files and own data


def files_in_use(keys: Iterable[str]) -> set[str]:
    """Which stored files some message names; the sweep asks."""
    return set(Message.objects.filter(file__in=list(keys)).values_list("file", flat=True))


def list_said_to_and_by(user_id: int) -> list[dict[str, object]]:
    """All of a seeker's conversations, both sides, for their own data."""
    own = Message.objects.filter(conversation__seeker=user_id, withdrawn_at=None).select_related(
        "conversation"
    )
    return [
        {
            "with": one.conversation.topic,
            "side": one.side,
            "kind": one.kind,
            "text": one.text,
            "file": one.file_name,
            "at": one.at,
            "read_at": one.read_at,
        }
        for one in own.order_by("conversation_id", "pk")
    ]
