"""One room: which source is on air, the fallback when it drops, the cut, the relays and the recording."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Coroutine
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from livestream.media import fallback, poster
from livestream.media.feeds import CameraFeed, Feed, Kind, Now, RtmpFeed, Run, begin_fallback
from livestream.media.health import Health
from livestream.media.playlist import Segment
from livestream.media.relay import Relay
from livestream.media.rtmp.ingest import Refused
from livestream.media.shelf import POSTER, Kept, NotKept, Show, new_name, read_lines, write_whole
from livestream.media.transport import Cut
from livestream.media.wishes import Report, Source, Wish

logger = logging.getLogger(__name__)
SILENT_FOR = 2.0  # seconds without a byte, after which a source counts as dropped
POSTER_EVERY = 10.0  # seconds


@dataclass(frozen=True)
class Limits:
    """Of recordings: bytes a session may take, and bytes of the disk left to the rest of the fair."""

    kept_most: int
    disk_spare: int


class Engine:
    """Runs in the station's loop; `follow` says what is wanted now, `tick` keeps an eye on the source."""

    def __init__(self, room_id: int, root: Path, *, now: Now, limits: Limits) -> None:
        self.wish = Wish(room_id)
        self._root, self._now, self._limits = root, now, limits
        self._desk = Show(root / "desk" / str(room_id))
        self._air = Show(root / "air" / str(room_id))
        self._sound = Show(root / "sound" / str(room_id))
        self._kept: Kept | None = None
        self._kept_seconds = 0.0
        self._not_kept = ""
        self._has_shown = False
        self._feed: Feed | None = None
        self._last_take = 0  # a camera whose feed is over is not begun again
        self._fallback: Run | None = None
        self._on_air: Run | None = None  # whose segment was the last
        self._runs = 0
        self._health = Health()
        self._relays: dict[int, Relay] = {}
        self._poster_at = 0.0
        self._poster: asyncio.Task[None] | None = None
        self._trouble = ""
        self._tasks: set[asyncio.Task[None]] = set()

    # What the director wants

    async def follow(self, wish: Wish) -> None:
        before, self.wish = self.wish, wish
        if wish.session_id != before.session_id:
            self._begin_session()
        if wish.is_cut and not before.is_cut:
            await self._cut()
        if not self._shows and before.session_id is not None and wish.session_id is None:
            self._withdraw()
        if isinstance(self._feed, RtmpFeed) and self._feed.key_id not in wish.keys:
            self._drop_feed()
        self._follow_camera()
        await self._follow_relays()

    @property
    def _shows(self) -> bool:
        return self.wish.session_id is not None and not self.wish.is_cut

    def _begin_session(self) -> None:
        self._kept, self._kept_seconds, self._not_kept, self._has_shown = None, 0.0, "", False
        self._withdraw()
        if self.wish.session_id is not None and self.wish.records:
            folder = self._root / "kept" / str(self.wish.session_id)
            self._kept = Kept(folder, most=self._limits.kept_most, spare=self._limits.disk_spare)
            self._kept_seconds = sum(segment.seconds for segment in read_lines(folder))
            self._has_shown = self._kept.bytes > 0

    async def _cut(self) -> None:
        """What viewers have not seen yet is taken away, from the recording too."""
        unplayed = self._withdraw()
        if self._kept is not None:
            self._kept.withhold(segment.name for segment in unplayed)
        logger.warning("room %s is cut: %s segments withheld", self.wish.room_id, len(unplayed))
        self._stop_fallback()
        await self._stop_relays(set(self._relays))

    def _withdraw(self) -> list[Segment]:
        """Nothing is to be fetched; returns what was listed."""
        self._sound.empty()
        return self._air.empty()

    def _follow_camera(self) -> None:
        take = self.wish.take
        current = self._feed if isinstance(self._feed, CameraFeed) else None
        if current is not None and (take is None or take.id != current.take_id):
            self._drop_feed()
        if take is None or take.id == self._last_take:
            return
        if self._delivers:
            return  # an encoder is on; it goes first until it ends
        self._drop_feed()
        self._last_take = take.id
        folder = self._root / "spool" / str(take.id)
        self._feed = CameraFeed(
            self._new_run("camera"), self._now, take_id=take.id, folder=folder, copies=take.copies
        )

    async def _follow_relays(self) -> None:
        wanted = {target.id: target for target in self.wish.relays} if self._shows else {}
        stale = {id for id, relay in self._relays.items() if wanted.get(id) != relay.target}
        await self._stop_relays(stale)
        for id, target in wanted.items():
            if id not in self._relays:
                self._relays[id] = Relay(target)

    async def _stop_relays(self, ids: set[int]) -> None:
        relays = [self._relays.pop(id) for id in ids]
        await asyncio.gather(*(relay.stop() for relay in relays))

    # What comes in

    @property
    def _delivers(self) -> bool:
        feed = self._feed
        return feed is not None and not feed.over and time.monotonic() - feed.heard_at < SILENT_FOR

    async def admit(self, key_id: int) -> RtmpFeed:
        """An encoder with the right key; Refused while another source brings pictures."""
        if self._delivers:
            raise Refused("another source is on air")
        self._drop_feed()
        feed = RtmpFeed(self._new_run("rtmp"), self._now, key_id=key_id)
        self._feed = feed
        return feed

    def _drop_feed(self) -> None:
        """Nobody waits for its end: what comes next may begin at once."""
        feed, self._feed = self._feed, None
        if feed is not None:
            self._trouble = feed.trouble or self._trouble
            self._spawn(feed.stop())

    def _new_run(self, kind: Kind) -> Run:
        self._runs += 1
        if kind != "fallback":
            self._health, self._trouble = Health(), ""
        return Run(kind, self._runs, taken=self._take, now=self._now)

    def _take(self, run: Run, cut: Cut) -> None:
        """A segment is ready. A live one ends the fallback; a late one of an earlier source is not shown."""
        current = self._fallback if run.kind == "fallback" else self._feed.run if self._feed else run
        if run is not current:
            return
        segment = Segment(new_name(), cut.seconds, run.filmed_at(cut), run.number)
        try:
            self._show(run, segment, cut)
        except OSError as error:
            self._trouble = "disk"
            logger.warning("room %s: a segment could not be written: %s", self.wish.room_id, error)
            return
        if run.kind == "fallback":
            return
        lag = (self._now() - segment.ends_at).total_seconds()
        self._health.note(cut, lag_s=lag)
        self._stop_fallback()

    def _show(self, run: Run, segment: Segment, cut: Cut) -> None:
        path = self._desk.folder / segment.name
        write_whole(path, cut.data)
        self._on_air = run
        if self._shows:
            if run.kind != "fallback":
                self._has_shown = True
                self._keep(segment, path)
            self._air.add(segment, path)
            self._let_hear(segment, cut.sound)
            for relay in self._relays.values():
                relay.give(run.number, cut.data)
        self._desk.add(segment, path)
        if run.kind != "fallback" and time.monotonic() - self._poster_at > POSTER_EVERY:
            self._poster_at = time.monotonic()
            self._poster = self._spawn(self._make_poster(path))

    def _let_hear(self, segment: Segment, sound: bytes) -> None:
        if sound:
            heard = replace(segment, name=new_name(".aac"))
            write_whole(self._sound.folder / heard.name, sound)
            self._sound.add(heard, self._sound.folder / heard.name)

    def _keep(self, segment: Segment, path: Path) -> None:
        if self._kept is None or self._not_kept == "size":
            return
        try:
            self._kept.add(segment, path)
        except NotKept as refusal:
            self._not_kept = refusal.reason
            return
        self._kept_seconds += segment.seconds
        self._not_kept = ""

    async def _make_poster(self, path: Path) -> None:
        picture = await poster.picture_of(path)
        if picture:
            write_whole(self._desk.folder / POSTER, picture)
            if self._shows:
                write_whole(self._air.folder / POSTER, picture)

    # What happens by itself

    async def tick(self) -> None:
        feed = self._feed
        if feed is not None and feed.over:
            self._drop_feed()
        if self._shows and self._has_shown and not self._delivers:
            await self._start_fallback()
        elif not self._shows:
            self._stop_fallback()

    async def _start_fallback(self) -> None:
        if self._fallback is not None and self._fallback.alive:
            return
        file = fallback.file_for(self._root, self.wish.fallback)
        if file is None:
            return
        self._fallback = self._new_run("fallback")
        await begin_fallback(self._fallback, file)

    def _stop_fallback(self) -> None:
        run, self._fallback = self._fallback, None
        if run is not None:
            self._spawn(run.kill())

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def stop(self) -> None:
        """Everything of this room ends; what viewers could fetch is taken away."""
        await self.follow(replace(self.wish, session_id=None, take=None, relays=(), keys=frozenset()))
        self._drop_feed()
        self._stop_fallback()
        if self._poster is not None:
            self._poster.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._desk.empty()

    @property
    def source(self) -> Source:
        """What is shown now. A source that has just dropped is still named until the fallback's first segment."""
        if self._fallback is not None and self._on_air is self._fallback:
            return "fallback"
        if self._feed is not None and self._delivers and self._health.last_at:
            return self._feed.kind
        return ""

    def report(self) -> Report:
        health = self._health
        return Report(
            room_id=self.wish.room_id,
            session_id=self.wish.session_id,
            source=self.source,
            has_shown=self._has_shown,
            kbps=health.kbps if self._delivers else 0,
            fps=health.fps if self._delivers else 0.0,
            dropped=health.dropped,
            lag_ms=health.lag_ms,
            segment_age_ms=health.age_ms,
            longest_segment=health.longest,
            trouble=(self._feed.trouble if self._feed else "") or self._trouble,
            kept_bytes=self._kept.bytes if self._kept else 0,
            kept_seconds=round(self._kept_seconds, 1),
            not_kept=self._not_kept,
            relays={id: (relay.state, relay.reason) for id, relay in self._relays.items()},
        )
