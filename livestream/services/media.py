"""Keys, cameras, cuts, relays and what the station tells. Lock order: room, broadcast, then rows under them."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from jobfair.accounts.models import User
from jobfair.core.jobs import schedule
from jobfair.core.sealing import seal
from jobfair.core.unit_of_work import emit, unit_of_work
from livestream.events import media as events
from livestream.models import (
    CameraTake,
    FallbackFile,
    LiveSession,
    OutsideViews,
    PictureCut,
    RelayTarget,
    Room,
    Signal,
    StreamKey,
)
from livestream.queries import media as queries
from livestream.rules import media as rules

KEY_BYTES = 32
PREPARE = "livestream.prepare_fallback"  # the job in jobs.py
SEALED_FOR = "livestream.relays"


def digest_of(key: str) -> str:
    """Of a key with 256 random bits a plain hash says nothing."""
    return hashlib.sha256(key.encode()).hexdigest()


@unit_of_work
def make_stream_key(*, room: Room, by: User, now: datetime) -> tuple[StreamKey, str]:
    """A new key and its words, which are told this once; the one before holds no more, on air or not."""
    _lock_room(room)
    StreamKey.objects.filter(room=room, revoked_at=None).update(revoked_at=now)
    words = secrets.token_urlsafe(KEY_BYTES)
    key = StreamKey.objects.create(
        room=room, digest=digest_of(words), tail=words[-4:], made_at=now, made_by=by
    )
    emit(events.StreamKeyMade(room_id=room.pk, key_id=key.pk, by=by.pk))
    return key, words


@unit_of_work
def revoke_stream_key(*, room: Room, by: User, now: datetime) -> None:
    """No key holds any more; whoever publishes is cut off within a second. Twice is once."""
    _lock_room(room)
    key = StreamKey.objects.filter(room=room, revoked_at=None).first()
    if key is None:
        return
    key.revoked_at = now
    key.save(update_fields=["revoked_at"])
    emit(events.StreamKeyRevoked(room_id=room.pk, key_id=key.pk, by=by.pk))


@unit_of_work
def begin_camera(*, room: Room, is_h264: bool, by: User, now: datetime) -> CameraTake:
    """The browser's camera goes on; a take before it is over. Refused: SourceBusy, StationAway."""
    _lock_room(room)
    signal = Signal.objects.filter(room=room).first()
    if signal is None or not rules.is_alive(signal.told_at, now):
        raise rules.StationAway(retry_after=3)
    if signal.source == Signal.Source.RTMP:
        raise rules.SourceBusy
    for earlier in CameraTake.objects.filter(room=room, ended_at=None):
        _end_take(earlier, by, now)
    take = CameraTake.objects.create(room=room, by=by, is_h264=is_h264, began_at=now)
    emit(events.CameraBegan(room_id=room.pk, take_id=take.pk, by=by.pk))
    return take


@unit_of_work
def end_camera(*, take: CameraTake, by: User, now: datetime) -> None:
    """Twice is once."""
    _lock_room(take.room)
    take.refresh_from_db()
    if take.ended_at is None:
        _end_take(take, by, now)


def _end_take(take: CameraTake, by: User, now: datetime) -> None:
    take.ended_at = now
    take.save(update_fields=["ended_at"])
    emit(events.CameraEnded(room_id=take.room_id, take_id=take.pk, by=by.pk))


@unit_of_work
def cut_picture(*, session: LiveSession, reason: str, by: User, now: datetime) -> PictureCut:
    """Blank every viewer and withhold what they have not seen; pressed twice it is one cut. Refused: NothingToCut."""
    session = _lock_session(session)
    rules.ensure_may_cut(session)
    current = queries.open_cut(session.pk)
    if current is not None:
        return current
    cut = PictureCut.objects.create(session=session, reason=reason, cut_at=now, cut_by=by)
    emit(events.PictureTakenAway(session_id=session.pk, room_id=session.room_id, cut_id=cut.pk, by=by.pk))
    return cut


@unit_of_work
def restore_picture(*, session: LiveSession, by: User, now: datetime) -> PictureCut:
    """Show what comes in from now on. Refused: NotCut, SecondPerson for whoever cut."""
    session = _lock_session(session)
    cut = rules.ensure_may_restore(queries.open_cut(session.pk), by=by.pk)
    cut.restored_at, cut.restored_by = now, by
    cut.save(update_fields=["restored_at", "restored_by"])
    emit(events.PictureRestored(session_id=session.pk, room_id=session.room_id, cut_id=cut.pk, by=by.pk))
    return cut


@unit_of_work
def add_relay(*, room: Room, platform: str, address: str, by: User, now: datetime) -> RelayTarget:
    """Push what is on air to one more platform. Refused: RelaysFull, AddressUnfit."""
    _lock_room(room)
    host = rules.shown_host(address)
    if RelayTarget.objects.filter(room=room).count() >= rules.RELAYS_AT_MOST:
        raise rules.RelaysFull
    sealed = seal(address, purpose=SEALED_FOR)
    target = RelayTarget.objects.create(
        room=room, platform=platform, host=host, sealed=sealed, made_by=by, made_at=now
    )
    _tell_relay(target, "added", by)
    return target


@unit_of_work
def switch_relay(*, target: RelayTarget, is_on: bool, by: User) -> RelayTarget:
    target.is_on = is_on
    target.save(update_fields=["is_on"])
    _tell_relay(target, "on" if is_on else "off", by)
    return target


@unit_of_work
def remove_relay(*, target: RelayTarget, by: User) -> None:
    _tell_relay(target, "removed", by)
    target.delete()


def _tell_relay(target: RelayTarget, what: str, by: User) -> None:
    emit(events.RelaysChanged(room_id=target.room_id, what=what, target_id=target.pk, by=by.pk))


@unit_of_work
def note_outside_views(
    *, session: LiveSession, platform: str, views: int, read_at: datetime, source: str, by: User
) -> OutsideViews:
    """A figure as another platform showed it; it stays apart from our own."""
    row = OutsideViews.objects.create(
        session=session, platform=platform, views=views, read_at=read_at, source=source, by=by
    )
    _tell_views(row, "noted", by)
    return row


@unit_of_work
def strike_outside_views(*, row: OutsideViews, by: User) -> None:
    """It was entered wrongly."""
    _tell_views(row, "struck", by)
    row.delete()


def _tell_views(row: OutsideViews, what: str, by: User) -> None:
    session = row.session
    emit(
        events.OutsideViewsNoted(
            session_id=session.pk, room_id=session.room_id, what=what, row_id=row.pk, by=by.pk
        )
    )


@unit_of_work
def take_fallback(*, room: Room, name: str, file: str, by: User, now: datetime) -> FallbackFile:
    """An organiser's video is to be made ready; the card is shown until it is."""
    _lock_room(room)
    row, _made = FallbackFile.objects.update_or_create(
        room=room,
        defaults={"name": name, "file": file, "state": FallbackFile.State.PREPARING, "by": by, "at": now},
    )
    schedule(PREPARE, key=file, payload={"room_id": room.pk, "file": file}, due_at=now)
    emit(events.FallbackChanged(room_id=room.pk, state=row.state, by=by.pk))
    return row


@unit_of_work
def settle_fallback(*, room_id: int, file: str, is_ready: bool) -> None:
    """It can be looped, or cannot be read. One that was replaced meanwhile is passed over."""
    row = FallbackFile.objects.filter(room=room_id, file=file).first()
    if row is None:
        return
    row.state = FallbackFile.State.READY if is_ready else FallbackFile.State.REFUSED
    row.save(update_fields=["state"])
    emit(events.FallbackChanged(room_id=room_id, state=row.state))


@unit_of_work
def remove_fallback(*, room: Room, by: User) -> None:
    """Back to the card. Twice is once."""
    if FallbackFile.objects.filter(room=room).delete()[0]:
        emit(events.FallbackChanged(room_id=room.pk, state="removed", by=by.pk))


def _lock_room(room: Room) -> None:
    Room.objects.select_for_update(no_key=True).get(pk=room.pk)


def _lock_session(session: LiveSession) -> LiveSession:
    return LiveSession.objects.select_for_update(no_key=True).get(pk=session.pk)
