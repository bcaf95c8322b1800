"""Where the media station learns what to do, and where it tells what it does: the database (`media.wishes.Desk`)."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

from django.conf import settings
from django.db import close_old_connections

from jobfair.core import clock
from jobfair.core.sealing import unseal
from livestream import spool
from livestream.media.engine import Limits
from livestream.media.relay import Target
from livestream.media.station import Station
from livestream.media.wishes import Admission, Report, Take, Wish
from livestream.models import RelayTarget
from livestream.queries.media import Wanted, find_key, list_wanted
from livestream.services.media import SEALED_FOR, digest_of
from livestream.services.signals import Told, note_signals

logger = logging.getLogger(__name__)
T = TypeVar("T")


def make_station() -> Station:
    address = (settings.RTMP_HOST, settings.RTMP_PORT)
    limits = Limits(kept_most=settings.RECORDING_MOST, disk_spare=settings.RECORDING_SPARE)
    return Station(StationsDesk(), spool.root(), address=address, now=clock.now, limits=limits)


class DatabaseDesk:
    def wishes(self) -> list[Wish]:
        return [_wish(one) for one in list_wanted()]

    def admission(self, key: str) -> Admission | None:
        found = find_key(digest_of(key))
        return Admission(room_id=found.room_id, key_id=found.pk) if found is not None else None

    def report(self, reports: list[Report]) -> None:
        note_signals(told=[_told(one) for one in reports], now=clock.now())


class StationsDesk(DatabaseDesk):
    """In threads that live long: their connections are looked after as a request's is."""

    def wishes(self) -> list[Wish]:
        return _apart(super().wishes)

    def admission(self, key: str) -> Admission | None:
        return _apart(lambda: DatabaseDesk.admission(self, key))

    def report(self, reports: list[Report]) -> None:
        _apart(lambda: DatabaseDesk.report(self, reports))


def _apart(ask: Callable[[], T]) -> T:
    try:
        return ask()
    finally:
        close_old_connections()


def _wish(wanted: Wanted) -> Wish:
    take = wanted.take
    return Wish(
        room_id=wanted.room_id,
        session_id=wanted.session_id,
        is_cut=wanted.is_cut,
        keys=frozenset(wanted.keys),
        take=Take(take.pk, take.is_h264) if take is not None else None,
        relays=tuple(target for one in wanted.relays if (target := _target(one)) is not None),
        fallback=wanted.fallback,
    )


def _target(relay: RelayTarget) -> Target | None:
    """None when the secret key it was sealed under is gone."""
    address = unseal(relay.sealed, purpose=SEALED_FOR)
    return Target(relay.pk, address) if address is not None else None


def _told(report: Report) -> Told:
    names = ("kbps", "fps", "dropped", "lag_ms", "segment_age_ms", "longest_segment", "trouble")
    return Told(
        room_id=report.room_id,
        session_id=report.session_id,
        source=report.source,
        has_shown=report.has_shown,
        health={name: getattr(report, name) for name in names},
        kept_bytes=report.kept_bytes,
        kept_seconds=report.kept_seconds,
        not_kept=report.not_kept,
        relays={str(id): list(state) for id, state in report.relays.items()},
    )
