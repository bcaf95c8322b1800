"""One hub per process: what its sockets watch, and how far each topic has come.

All state is touched on the event loop only; every method that changes it is free of awaits.
"""

from __future__ import annotations

import asyncio
import logging
import random
import secrets
import weakref
from collections import defaultdict
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any

from channels.layers import get_channel_layer
from django.conf import settings

from jobfair.core import clock
from jobfair.realtime import doorbell, log, presence
from jobfair.realtime.channel import Channel, Subscription
from jobfair.realtime.connection import Connection
from jobfair.realtime.doorbell import Bell
from jobfair.realtime.frames import Frame, encode
from jobfair.realtime.gathering import Gathering
from jobfair.realtime.presence import ANNOUNCE_SECONDS, ATTEND_SECONDS
from jobfair.realtime.protocol import BEAT_SECONDS, Close, PresenceState
from jobfair.realtime.reading import in_pool, in_watch, read_gauges, read_state
from jobfair.realtime.registry import CommandKind, Counts, registry
from jobfair.realtime.revocation import TOPIC, Revocations

logger = logging.getLogger(__name__)
POLL_SECONDS = 1.0
BEAT_TICKS = 150
RETRY_MS = (500, 5000)  # when a socket sent away may come back


class Hub:
    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.name = secrets.token_hex(8)  # by which other processes know whose sockets it tells of
        self.epoch: str | None = None
        self.draining = False
        self.stops = 0
        self.channels: dict[str, Channel] = {}
        self.revocations = Revocations(self.channels, self.leave, self._reread_rights)
        self.channels[TOPIC] = self.revocations
        self.connections: set[Connection] = set()
        self._beats: list[set[Connection]] = [set() for _ in range(BEAT_TICKS)]
        self._tick = 0
        self._tasks: list[asyncio.Task[None]] = []
        self._ending: list[asyncio.Task[None]] = []
        self._fetches: set[asyncio.Task[None]] = set()
        self._has_announced = False
        self._round = 0  # of gauges
        self._gatherings: dict[str, Gathering] = {}

    # Connections

    def add(self, connection: Connection) -> None:
        self.connections.add(connection)
        connection.beat_tick = (
            self._tick
        )  # it has just passed: the first heartbeat comes a whole period from now
        self._beats[connection.beat_tick].add(connection)
        self.revocations.add(connection)
        if not self._tasks:
            self._start()
        if self.draining:
            self._send_away(connection)

    def remove(self, connection: Connection) -> None:
        """The socket is gone. Removing twice is once."""
        if connection not in self.connections:
            return
        self.revocations.remove(connection)
        for topic in tuple(connection.topics):
            self.leave(connection, topic)
        self.connections.discard(connection)
        self._beats[connection.beat_tick].discard(connection)
        connection.stop()
        if not self.connections:
            self.stop()

    def drain(self, seconds: float) -> None:
        """Send every socket away, one after another over `seconds`, each told when to come back."""
        self.draining = True
        leaving = random.sample(tuple(self.connections), len(self.connections))
        for number, connection in enumerate(leaving):
            self.loop.call_later(seconds * number / len(leaving), self._send_away, connection)

    def _send_away(self, connection: Connection) -> None:
        retry_in_ms = random.randint(*RETRY_MS)  # noqa: S311 - jitter
        connection.close(Close.RESTART, encode({"retry_in_ms": retry_in_ms}).text)

    # Topics

    def open(self, topic: str, counts: Counts = "none") -> Channel:
        """Begin to track `topic` before its position is read; pair with `settle`."""
        channel = self.channels.setdefault(topic, Channel(topic, counts))
        channel.joining += 1
        return channel

    def settle(self, channel: Channel) -> None:
        channel.joining -= 1
        self._forget_if_unused(channel)

    def enter(self, channel: Channel, subscription: Subscription) -> bool:
        """Put the subscription in the fan-out if it has reached the hub's cursor; otherwise it must catch up."""
        if channel.cursor is None:
            channel.cursor = subscription.cursor
        if subscription.cursor < channel.cursor:
            return False
        channel.subscriptions[subscription.connection] = subscription
        subscription.connection.topics.add(channel.topic)
        if subscription.cursor > channel.cursor:
            channel.behind = True
        if channel.behind:
            self._fetch(channel)
        return True

    def enter_gauge(self, channel: Channel, subscription: Subscription) -> None:
        channel.subscriptions[subscription.connection] = subscription
        subscription.connection.topics.add(channel.topic)

    def note_presence(self, connection: Connection, topic: str, state: PresenceState) -> bool:
        """What this socket's person does with a joined topic; False when it isn't joined."""
        channel = self.channels.get(topic)
        subscription = channel.subscriptions.get(connection) if channel is not None else None
        if subscription is None:
            return False
        subscription.presence = state
        return True

    def leave(self, connection: Connection, topic: str) -> None:
        connection.topics.discard(topic)
        connection.stale.discard(topic)
        channel = self.channels.get(topic)
        if channel is not None:
            channel.subscriptions.pop(connection, None)
            self._forget_if_unused(channel)

    def _forget_if_unused(self, channel: Channel) -> None:
        if not channel.subscriptions and channel.joining == 0:
            self.channels.pop(channel.topic, None)

    # Commands done together

    def gathering_of(self, kind: CommandKind) -> Gathering:
        return self._gatherings.setdefault(kind.name, Gathering(kind))

    # Doorbells

    def hear(self, bells: Sequence[Bell]) -> None:
        """Called from any thread."""
        if not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self.take, bells)

    def take(self, bells: Sequence[Bell]) -> None:
        for bell in sorted(bells, key=self._watchers):  # a person's own topic before a hall's
            channel = self.channels.get(bell.topic)
            if channel is None or (self.epoch is not None and bell.epoch != self.epoch):
                continue
            if channel.cursor is None:
                channel.behind = True
            elif bell.first <= channel.cursor + 1 and bell.entries:
                channel.deliver(bell.entries)
            elif bell.last > channel.cursor:
                self._fetch(channel)

    def _watchers(self, bell: Bell) -> int:
        channel = self.channels.get(bell.topic)
        return 0 if channel is None else len(channel.subscriptions)

    def _fetch(self, channel: Channel) -> None:
        channel.behind = True
        if channel.fetching or channel.cursor is None:
            return
        channel.fetching = True
        self._spawn(self._catch_up(channel))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = self.loop.create_task(work)
        self._fetches.add(task)
        task.add_done_callback(self._fetches.discard)

    async def _catch_up(self, channel: Channel) -> None:
        run = in_watch if channel is self.revocations else in_pool  # no rush of joins delays a revocation
        try:
            while channel.behind and channel.cursor is not None:
                channel.behind = False
                floor, entries = await run(log.read_tail, channel.topic, after=channel.cursor)
                channel.rise_to(floor)
                channel.deliver(entries)
                if len(entries) == log.FETCH:
                    channel.behind = True
        except Exception as error:  # noqa: BLE001 - whatever failed, the next round heals it
            logger.warning("catching up on %s failed (%s); the poll tries again", channel.topic, error)
        finally:
            channel.fetching = False

    # The poll: truth comes from the database, whatever became of the doorbells

    async def _each(self, seconds: float, work: Callable[[], Awaitable[None]]) -> None:
        while True:
            await asyncio.sleep(seconds)
            try:
                await work()
            except asyncio.CancelledError:
                raise
            except Exception as error:  # noqa: BLE001 - whatever failed, the next round heals it
                logger.warning("poll failed (%s); trying again", error)

    async def _poll(self) -> None:
        await self._compare_tops()
        await self.revocations.take_away()

    def _reread_rights(self) -> None:
        self._spawn(self._take_away())

    async def _take_away(self) -> None:
        try:
            await self.revocations.take_away()
        except Exception as error:  # noqa: BLE001 - whatever failed, the next round heals it
            logger.warning("rights not read (%s); the poll tries again", error)

    async def _compare_tops(self) -> None:
        topics = [topic for topic, channel in self.channels.items() if channel.gauge is None]
        epoch, tops = await in_watch(read_state, topics)
        if self.epoch is not None and epoch != self.epoch:
            for connection in tuple(self.connections):
                connection.close(Close.RESTART)
            self._begin_again(topics, tops)
        self.epoch = epoch
        for topic, top in tops.items():
            channel = self.channels.get(topic)
            if channel is not None and channel.cursor is not None and top > channel.cursor:
                self._fetch(channel)

    def _begin_again(self, topics: Sequence[str], tops: dict[str, int]) -> None:
        """Another history: positions of the old one, which may be ahead, must not hold back whoever joins now."""
        for topic in topics:
            channel = self.channels.get(topic)
            if channel is not None and channel.cursor is not None:
                channel.cursor = tops.get(topic, 0)

    async def _refresh_gauges(self) -> None:
        """Those of one kind in one read. Of a kind that is read every n seconds, a share is due each second."""
        self._round += 1
        due: dict[str, dict[int, Channel]] = defaultdict(dict)
        for topic, channel in self.channels.items():
            if channel.gauge is not None and channel.subscriptions:
                kind, id = registry.resolve(topic)
                if (id + self._round) % kind.each_s == 0:
                    due[kind.pattern][id] = channel
        for pattern, channels in due.items():
            values = await in_pool(read_gauges, registry.topics[pattern], tuple(channels))
            for id, channel in channels.items():
                self.set_gauge(channel, values[id])

    def set_gauge(self, channel: Channel, value: dict[str, Any]) -> None:
        """Keep the latest value and send what changed; the whole to those who had to do without."""
        before = channel.gauge or {}
        changed = {key: item for key, item in value.items() if before.get(key) != item}
        channel.gauge = value
        frame = encode({"on": channel.topic, "gauge": changed})
        for connection in tuple(channel.subscriptions):
            if channel.topic not in connection.stale:
                if changed:
                    connection.push_gauge(channel.topic, frame)
            elif connection.caught_up:
                connection.stale.discard(channel.topic)
                connection.push_gauge(channel.topic, encode({"on": channel.topic, "gauge": value}))

    # Who is there

    async def _announce(self) -> None:
        said = presence.survey(self.channels.values())
        if said or self._has_announced:
            await in_pool(presence.announce, self.name, said, clock.now())
            self._has_announced = bool(said)

    async def _attend(self) -> None:
        """Tell the kinds that keep a record of it who is playing here."""
        by_kind: dict[str, dict[int, set[str]]] = defaultdict(dict)
        for topic, who in presence.attendance(self.channels.values()).items():
            kind, id = registry.resolve(topic)
            if kind.attended is not None:
                by_kind[kind.pattern][id] = who
        for pattern, playing in by_kind.items():
            attended = registry.topics[pattern].attended
            if attended is not None:
                await in_pool(attended, playing)

    # Heartbeat

    async def _beat(self) -> None:
        """Each connection BEAT_SECONDS after it came and so on: thousands at once would hold up a call."""
        while True:
            await asyncio.sleep(BEAT_SECONDS / BEAT_TICKS)
            self._tick = (self._tick + 1) % BEAT_TICKS
            for connection in tuple(self._beats[self._tick]):
                connection.push(self.beat_frame(connection))

    def beat_frame(self, connection: Connection) -> Frame:
        """The tops of the connection's topics: a client that is short of one rejoins."""
        tops = {
            topic: channel.cursor
            for topic in connection.topics
            if (channel := self.channels.get(topic)) is not None
            and channel.gauge is None
            and channel.cursor is not None
        }
        return encode({"beat": {"now": clock.now().isoformat(), "epoch": self.epoch, "tops": tops}})

    # Other processes' doorbells

    async def _hear_other_processes(self) -> None:
        # A cancellation may get lost in the layer's connecting, so `stops` says whether we are still wanted.
        wanted = self.stops
        while self.stops == wanted:
            try:
                layer = get_channel_layer()
                channel = await layer.new_channel()
                await layer.group_add(doorbell.GROUP, channel)
                while self.stops == wanted:
                    self.take(doorbell.unpack(await layer.receive(channel)))
            except asyncio.CancelledError:
                raise
            except Exception as error:  # noqa: BLE001 - whatever failed, the next round heals it
                logger.warning("the channel layer is away (%s); polling", type(error).__name__)
                await asyncio.sleep(POLL_SECONDS)

    def _start(self) -> None:
        doorbell.listen(self.hear)
        rounds = (
            self._each(POLL_SECONDS, self._poll),
            self._each(POLL_SECONDS, self._refresh_gauges),
            self._each(ANNOUNCE_SECONDS, self._announce),
            self._each(ATTEND_SECONDS, self._attend),
            self._beat(),
        )
        self._tasks = [self.loop.create_task(work) for work in rounds]
        if settings.REDIS_URL:
            self._tasks.append(self.loop.create_task(self._hear_other_processes()))

    def stop(self) -> None:
        doorbell.unlisten(self.hear)
        self.stops += 1
        for task in (*self._tasks, *self._fetches):
            task.cancel()
        # The loop holds its tasks weakly: one that still says goodbye to Redis must not be collected half-way.
        self._ending = [task for task in (*self._ending, *self._tasks) if not task.done()]
        self._tasks = []
        self.revocations.cursor = None  # nobody to revoke from; the next socket begins anew


_hubs: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = weakref.WeakKeyDictionary()


def get_hub() -> Hub:
    """The running event loop's hub."""
    loop = asyncio.get_running_loop()
    hub = _hubs.get(loop)
    if hub is None:
        hub = _hubs[loop] = Hub()
    return hub
