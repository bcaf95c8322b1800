"""The picture: what viewers fetch, and what the studio does with it."""

from __future__ import annotations

from typing import Annotated, Any

from django.conf import settings
from django.http import HttpRequest
from ninja import File, Path, Router, Status
from ninja.files import UploadedFile

from jobfair.accounts.access import signed_in
from jobfair.accounts.durable import IdempotencyKey, durable
from jobfair.core import clock
from jobfair.core.schemas import DoneOut, ErrorReply
from livestream import spool
from livestream.access import media as access
from livestream.access import rooms as rooms_access
from livestream.api.replies import OWN, READ, WRITE
from livestream.models import LiveSession, Room
from livestream.queries import media as queries
from livestream.schemas.media import (
    AddRelayIn,
    BeginCameraIn,
    CameraOut,
    CutIn,
    EquipmentOut,
    KeyMadeOut,
    NoteViewsIn,
    PictureOut,
    SwitchRelayIn,
)
from livestream.services import media as services

router = Router(tags=["livestream"])
UPLOAD = {**WRITE, 507: ErrorReply}
Number = Annotated[int, Path(ge=0, le=999_999)]


@router.get("/rooms/{room_id}/picture", response={200: PictureOut, **READ})
def get_picture(request: HttpRequest, room_id: int) -> Any:
    """What the topic's snapshot shows."""
    rooms_access.room_for_anyone(room_id)
    return PictureOut.of(room_id, queries.picture_in(room_id))


@router.get("/rooms/{room_id}/equipment", response={200: EquipmentOut, **OWN})
def get_equipment(request: HttpRequest, room_id: int) -> Any:
    user = signed_in(request)
    return _equipment(rooms_access.room_for_moderator(user, room_id), user.pk)


@router.post("/rooms/{room_id}/stream-key", response={201: KeyMadeOut, **OWN})
def make_stream_key(request: HttpRequest, room_id: int) -> Any:
    """Another key, told this once; without an Idempotency-Key, because the reply must be stored nowhere.

    Pressed twice it makes two, of which the last holds.
    """
    user = signed_in(request)
    room = rooms_access.room_for_director(user, room_id)
    key, words = services.make_stream_key(room=room, by=user, now=clock.now())
    return Status(201, KeyMadeOut(key=words, server=_rtmp_server(request), tail=key.tail))


@router.delete("/rooms/{room_id}/stream-key", response={200: EquipmentOut, **OWN})
def revoke_stream_key(request: HttpRequest, room_id: int) -> Any:
    """Whoever publishes with it is cut off."""
    user = signed_in(request)
    room = rooms_access.room_for_director(user, room_id)
    services.revoke_stream_key(room=room, by=user, now=clock.now())
    return _equipment(room, user.pk)


# The browser's camera


@router.post("/rooms/{room_id}/camera", response={201: CameraOut, **WRITE})
def begin_camera(request: HttpRequest, room_id: int, body: BeginCameraIn, key: IdempotencyKey) -> Any:
    user = signed_in(request)
    room = rooms_access.room_for_director(user, room_id)

    def begin() -> CameraOut:
        is_h264 = body.container == "mp4"
        take = services.begin_camera(room=room, is_h264=is_h264, by=user, now=clock.now())
        return CameraOut(take_id=take.pk)

    return Status(201, durable(request, f"livestream.begin_camera:{room_id}", key, body, begin))


@router.post("/camera/{take_id}/pieces/{number}", response={200: DoneOut, **UPLOAD})
def send_piece(request: HttpRequest, take_id: int, number: Number, file: File[UploadedFile]) -> Any:
    """The recorder's pieces, counted from 0; the same number twice is the same piece."""
    take = access.take_for_host(signed_in(request), take_id)
    spool.put_piece(take, number, file)
    return DoneOut()


@router.post("/camera/{take_id}/end", response={200: DoneOut, **OWN})
def end_camera(request: HttpRequest, take_id: int) -> Any:
    user = signed_in(request)
    services.end_camera(take=access.take_for_host(user, take_id), by=user, now=clock.now())
    return DoneOut()


# The cut


@router.post("/live-sessions/{session_id}/cut", response={200: EquipmentOut, **WRITE})
def cut_picture(request: HttpRequest, session_id: int, body: CutIn, key: IdempotencyKey) -> Any:
    """Blank every viewer at once."""
    user = signed_in(request)
    session = rooms_access.session_for_moderator(user, session_id)

    def cut() -> EquipmentOut:
        services.cut_picture(session=session, reason=body.reason, by=user, now=clock.now())
        return _equipment(session.room, user.pk)

    return durable(request, f"livestream.cut_picture:{session_id}", key, body, cut)


@router.post("/live-sessions/{session_id}/restore", response={200: EquipmentOut, **WRITE})
def restore_picture(request: HttpRequest, session_id: int, key: IdempotencyKey) -> Any:
    """By another person than the one who cut."""
    user = signed_in(request)
    session = rooms_access.session_for_moderator(user, session_id)

    def restore() -> EquipmentOut:
        services.restore_picture(session=session, by=user, now=clock.now())
        return _equipment(session.room, user.pk)

    return durable(request, f"livestream.restore_picture:{session_id}", key, None, restore)


# Other platforms


@router.post("/rooms/{room_id}/relays", response={201: EquipmentOut, **WRITE})
def add_relay(request: HttpRequest, room_id: int, body: AddRelayIn) -> Any:
    """Without an Idempotency-Key: the address is a secret, and no store of replies may keep its hash.

    Pressed twice it is refused once three are there; the studio's page sends it once.
    """
    user = signed_in(request)
    room = rooms_access.room_for_director(user, room_id)
    services.add_relay(room=room, platform=body.platform, address=body.address, by=user, now=clock.now())
    return Status(201, _equipment(room, user.pk))


@router.post("/relays/{target_id}/switch", response={200: EquipmentOut, **OWN})
def switch_relay(request: HttpRequest, target_id: int, body: SwitchRelayIn) -> Any:
    user = signed_in(request)
    target = access.relay_for_director(user, target_id)
    services.switch_relay(target=target, is_on=body.is_on, by=user)
    return _equipment(target.room, user.pk)


@router.delete("/relays/{target_id}", response={200: EquipmentOut, **OWN})
def remove_relay(request: HttpRequest, target_id: int) -> Any:
    user = signed_in(request)
    target = access.relay_for_director(user, target_id)
    room = target.room
    services.remove_relay(target=target, by=user)
    return _equipment(room, user.pk)


@router.post("/live-sessions/{session_id}/outside-views", response={201: EquipmentOut, **WRITE})
def note_outside_views(request: HttpRequest, session_id: int, body: NoteViewsIn, key: IdempotencyKey) -> Any:
    """What another platform shows as its figure; never summed with ours."""
    user = signed_in(request)
    session = rooms_access.session_for_director(user, session_id)

    def note() -> EquipmentOut:
        services.note_outside_views(session=session, **body.model_dump(), by=user)
        return _equipment(session.room, user.pk)

    return Status(201, durable(request, f"livestream.note_outside_views:{session_id}", key, body, note))


@router.delete("/outside-views/{row_id}", response={200: EquipmentOut, **OWN})
def strike_outside_views(request: HttpRequest, row_id: int) -> Any:
    user = signed_in(request)
    row = access.views_for_director(user, row_id)
    session: LiveSession = row.session
    services.strike_outside_views(row=row, by=user)
    return _equipment(session.room, user.pk)


# The fallback


@router.post("/rooms/{room_id}/fallback", response={200: EquipmentOut, **UPLOAD})
def send_fallback(request: HttpRequest, room_id: int, file: File[UploadedFile]) -> Any:
    """A video to be shown while the source is away; it is made ready first."""
    user = signed_in(request)
    room = rooms_access.room_for_director(user, room_id)
    spool.take_fallback(room, file, by=user, now=clock.now())
    return _equipment(room, user.pk)


@router.delete("/rooms/{room_id}/fallback", response={200: EquipmentOut, **OWN})
def remove_fallback(request: HttpRequest, room_id: int) -> Any:
    user = signed_in(request)
    room = rooms_access.room_for_director(user, room_id)
    services.remove_fallback(room=room, by=user)
    return _equipment(room, user.pk)


def _equipment(room: Room, user_id: int) -> EquipmentOut:
    return EquipmentOut.of(queries.equipment_of(room, clock.now()), user_id=user_id)


def _rtmp_server(request: HttpRequest) -> str:
    """What an encoder is to be given: as set, else this host and our port."""
    if settings.RTMP_PUBLIC:
        return str(settings.RTMP_PUBLIC)
    host = (
        request.get_host().rsplit(":", 1)[0] if not request.get_host().endswith("]") else request.get_host()
    )
    return f"rtmp://{host}:{settings.RTMP_PORT}/live"
