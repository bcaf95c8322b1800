"""What a person is told, live on all their pages."""

from __future__ import annotations

from collections.abc import Iterator

from jobfair.accounts.models import User
from jobfair.core.errors import NotFound
from jobfair.core.schemas import Schema
from jobfair.notices import events, queries
from jobfair.notices.schemas import NoticeAddedPush, NoticeOut, NoticesOut, NoticesSeenPush
from jobfair.realtime.publisher import announce
from jobfair.realtime.registry import Registry, TopicKind
from jobfair.realtime.withdrawal import withdraw_on

Pushes = Iterator[tuple[str, str, Schema]]


def may_be(viewer: User | None, user_id: int) -> None:
    if viewer is None or viewer.pk != user_id:
        raise NotFound


def snapshot(viewer: User | None, user_id: int) -> NoticesOut:
    return NoticesOut(notices=[NoticeOut.of(notice) for notice in queries.newest_of(user_id)])


MINE = TopicKind("user:{id}:notices", may_be, snapshot=snapshot, snapshot_schema=NoticesOut)


def tell_added(event: events.NoticeAdded) -> Pushes:
    for notice in queries.list_notices([event.notice_id]):
        push = NoticeAddedPush(notice=NoticeOut.of(notice))
        yield MINE.topic(notice.user_id), "notices.notice_added", push


def tell_seen(event: events.NoticesSeen) -> Pushes:
    seen = [notice for notice in queries.list_notices(event.notice_ids) if notice.seen_at is not None]
    if seen and seen[0].seen_at is not None:
        push = NoticesSeenPush(ids=sorted(notice.pk for notice in seen), seen_at=seen[0].seen_at)
        yield MINE.topic(event.user_id), "notices.notices_seen", push


def tell_moved(event: events.NoticesMoved) -> Pushes:
    """The newest of the guest's join the account's list; the guest's own pages have ended."""
    for notice in reversed(queries.list_notices(event.notice_ids)[: queries.NEWEST]):
        push = NoticeAddedPush(notice=NoticeOut.of(notice))
        yield MINE.topic(event.user_id), "notices.notice_added", push


def register(registry: Registry) -> None:
    """Plug notices into the socket."""
    registry.add_topic(MINE)
    registry.add_push("notices.notice_added", NoticeAddedPush)
    registry.add_push("notices.notices_seen", NoticesSeenPush)
    announce(events.NoticeAdded, tell_added)
    announce(events.NoticesSeen, tell_seen)
    announce(events.NoticesMoved, tell_moved)
    withdraw_on(events.NoticesForgotten, lambda event: [MINE.topic(event.user_id)])
