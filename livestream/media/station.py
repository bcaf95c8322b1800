"""The media thread: every room's engine and the RTMP port, in one event loop of its own.

Only one station works on a state folder (a lock that a killed one loses); another waits for its turn.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO, TypeVar

from livestream.media import fallback
from livestream.media.engine import Engine, Limits
from livestream.media.feeds import Now
from livestream.media.processes import NoFfmpeg, ffmpeg
from livestream.media.rtmp.ingest import Refused, RtmpPort, Taker
from livestream.media.wishes import Desk, Wish

logger = logging.getLogger(__name__)
T = TypeVar("T")
TICK = 0.25  # seconds
ASKS_EVERY = 0.5  # seconds, what is wanted
TELLS_EVERY = 2.0  # seconds, how it is; at once when a source comes or goes
STOPPED_WITHIN = 6.0


class Station:
    def __init__(self, desk: Desk, root: Path, *, address: tuple[str, int], now: Now, limits: Limits) -> None:
        self._desk, self._root, self._address = desk, root, address
        self._now, self._limits = now, limits
        self._engines: dict[int, Engine] = {}
        self._told: dict[int, tuple[object, ...]] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="media", daemon=True)
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="media-desk")
        self._port: RtmpPort | None = None
        self._asking = asyncio.Lock()
        self._asked_at = self._told_at = 0.0

    @property
    def rtmp_port(self) -> int:
        """Where encoders are heard, once they are."""
        return self._port.port if self._port is not None else 0

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(STOPPED_WITHIN)
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _work(self) -> None:
        try:
            ffmpeg()
        except NoFfmpeg:
            logger.warning("there is no ffmpeg: rooms are without a picture (install the extra `live`)")
            return
        self._root.mkdir(parents=True, exist_ok=True)
        with (self._root / "station.lock").open("w") as lock:
            while not self._stop.is_set():
                if _locked(lock):
                    asyncio.run(self._run())
                    return
                self._stop.wait(1)

    async def _run(self) -> None:
        self._port = RtmpPort(self._admit)
        try:
            await self._port.open(*self._address)
        except OSError as error:
            logger.warning("no encoder is heard: port %s:%s cannot be opened (%s)", *self._address, error)
        card = asyncio.create_task(fallback.make_card(self._root))
        try:
            while not self._stop.is_set():
                await self._round()
                await asyncio.sleep(TICK)
        finally:
            card.cancel()
            await asyncio.gather(card, return_exceptions=True)  # its ffmpeg is gone, too
            await self._port.close()
            await asyncio.gather(*(engine.stop() for engine in self._engines.values()))
            await self._tell()

    async def _round(self) -> None:
        """One look at everything. What fails in one room is logged and tried again."""
        if time.monotonic() - self._asked_at >= ASKS_EVERY:
            await self._ask()
            self._asked_at = time.monotonic()
        for engine in list(self._engines.values()):
            try:
                await engine.tick()
            except Exception:
                logger.exception("room %s", engine.wish.room_id)
        changed = {id: _essence(engine) for id, engine in self._engines.items()}
        if changed != self._told or time.monotonic() - self._told_at >= TELLS_EVERY:
            await self._tell()
            self._told, self._told_at = changed, time.monotonic()

    async def _ask(self) -> None:
        async with self._asking:  # an encoder's key has it asked too
            wishes = await self._in_thread(self._desk.wishes)
            for wish in wishes or ():
                await self._follow(wish)

    async def _follow(self, wish: Wish) -> None:
        engine = self._engines.get(wish.room_id)
        if engine is None:
            engine = Engine(wish.room_id, self._root, now=self._now, limits=self._limits)
            self._engines[wish.room_id] = engine
        try:
            await engine.follow(wish)
        except Exception:
            logger.exception("room %s cannot follow", wish.room_id)

    async def _admit(self, key: str, address: str) -> Taker:
        admission = await self._in_thread(lambda: self._desk.admission(key))
        if admission is None:
            logger.warning("an encoder at %s showed a key that opens no room", address)
            raise Refused("unknown stream key")
        await self._ask()  # the key may be younger than the last look
        engine = self._engines.get(admission.room_id)
        if engine is None:
            raise Refused("this fair is over")
        return await engine.admit(admission.key_id)

    async def _tell(self) -> None:
        reports = [engine.report() for engine in self._engines.values()]
        if reports:
            await self._in_thread(lambda: self._desk.report(reports))

    async def _in_thread(self, ask: Callable[[], T]) -> T | None:
        """None when the database is away: what was wanted last is still wanted."""
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, ask)
        except Exception:
            logger.exception("the desk does not answer")
            return None


def _essence(engine: Engine) -> tuple[object, ...]:
    report = engine.report()
    return report.source, report.has_shown, report.trouble, report.not_kept, dict(report.relays)


def _locked(lock: IO[str]) -> bool:
    with contextlib.suppress(BlockingIOError):
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False
