"""The studio: rooms and broadcasts planned, the rundown arranged and run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from ninja import Router, Status

from jobfair.accounts.access import signed_in
from jobfair.accounts.durable import IdempotencyKey, durable
from jobfair.core import clock
from jobfair.core.schemas import DoneOut, Text
from livestream.access import rooms as access
from livestream.api.replies import OWN, WRITE
from livestream.models import LiveSession
from livestream.queries import rooms as queries
from livestream.schemas.commands import (
    ActIn,
    AirIn,
    CueIn,
    CuesIn,
    JumpIn,
    LiveSessionIn,
    OrderIn,
    PaperIn,
    PeopleIn,
)
from livestream.schemas.rooms import LiveSessionOut, RoomHeadOut
from livestream.schemas.studio import CueChoiceOut, RundownOut, StudioOut, StudioRoomOut
from livestream.services import directing, rundown
from livestream.services import rooms as services

router = Router(tags=["livestream"])
ACTS: dict[str, Callable[..., LiveSession]] = {
    "go_live": directing.go_live,
    "interrupt": directing.interrupt,
    "resume": directing.resume,
    "end": directing.end,
    "publish": directing.publish,
    "take_back": directing.take_back_replay,
}
AIR: dict[str, Callable[..., object]] = {
    "next": directing.next_cue,
    "back": directing.previous_cue,
    "clear": directing.clear_card,
}


@router.get("/fairs/{slug}/studio", response={200: list[StudioRoomOut], **OWN})
def list_studio(request: HttpRequest, slug: str) -> Any:
    """The fair's rooms with all their broadcasts, for those who work there."""
    fair = access.fair_for_moderator(signed_in(request), slug)
    sessions = queries.sessions_of_fair(fair)
    return [
        StudioRoomOut(
            room=RoomHeadOut.of(room), sessions=[LiveSessionOut.of(one) for one in sessions[room.pk]]
        )
        for room in queries.list_rooms(fair)
    ]


@router.get("/rooms/{room_id}/studio", response={200: StudioOut, **OWN})
def get_studio(request: HttpRequest, room_id: int) -> Any:
    """What the control topic's snapshot shows."""
    return StudioOut.at(access.room_for_moderator(signed_in(request), room_id))


@router.post("/rooms/{room_id}/sessions", response={201: RundownOut, **WRITE})
def plan_session(request: HttpRequest, room_id: int, body: LiveSessionIn, key: IdempotencyKey) -> Any:
    director = signed_in(request)
    room = access.room_for_director(director, room_id)

    def write() -> RundownOut:
        made = services.plan_session(room=room, **body.model_dump(), by=director, now=clock.now())
        return _rundown(made.pk)

    return Status(201, durable(request, f"livestream.plan_session:{room_id}", key, body, write))


@router.get("/live-sessions/{session_id}/rundown", response={200: RundownOut, **OWN})
def get_rundown(request: HttpRequest, session_id: int) -> Any:
    """A broadcast that is being prepared, runs or is over, with its whole rundown."""
    return _rundown(access.session_for_moderator(signed_in(request), session_id).pk)


@router.post("/live-sessions/{session_id}", response={200: RundownOut, **WRITE})
def correct_session(request: HttpRequest, session_id: int, body: LiveSessionIn, key: IdempotencyKey) -> Any:
    director = signed_in(request)
    session = access.session_for_director(director, session_id)

    def write() -> RundownOut:
        services.correct_session(session=session, **body.model_dump(), by=director, now=clock.now())
        return _rundown(session_id)

    return durable(request, f"livestream.correct_session:{session_id}", key, body, write)


@router.post("/live-sessions/{session_id}/cancel", response={200: DoneOut, **WRITE})
def cancel_session(request: HttpRequest, session_id: int, key: IdempotencyKey) -> Any:
    """Only one that never began."""
    director = signed_in(request)
    session = access.session_for_director(director, session_id)

    def write() -> DoneOut:
        services.cancel_session(session=session, by=director, now=clock.now())
        return DoneOut()

    return durable(request, f"livestream.cancel_session:{session_id}", key, None, write)


@router.post("/live-sessions/{session_id}/people", response={200: RundownOut, **WRITE})
def name_people(request: HttpRequest, session_id: int, body: PeopleIn, key: IdempotencyKey) -> Any:
    """Who hosts and speaks; whoever is not named is taken off."""
    director = signed_in(request)
    session = access.session_for_director(director, session_id)

    def write() -> RundownOut:
        people = [one.plan() for one in body.people]
        services.name_people(session=session, people=people, by=director, now=clock.now())
        return _rundown(session_id)

    return durable(request, f"livestream.name_people:{session_id}", key, body, write)


@router.post("/session-people/{person_id}/paper", response={200: RundownOut, **WRITE})
def see_paper(request: HttpRequest, person_id: int, body: PaperIn, key: IdempotencyKey) -> Any:
    """The director has seen this person's paper."""
    director = signed_in(request)
    person = access.person_for_director(director, person_id)

    def write() -> RundownOut:
        services.see_paper(person=person, paper=body.paper, by=director, now=clock.now())
        return _rundown(person.session_id)

    return durable(request, f"livestream.see_paper:{person_id}", key, body, write)


@router.get("/fairs/{slug}/cue-choices", response={200: list[CueChoiceOut], **OWN})
def list_choices(request: HttpRequest, slug: str, q: Text = "") -> Any:
    """Employers with positions to present, by words of a name or a position."""
    fair = access.fair_for_director(signed_in(request), slug)
    return [CueChoiceOut.of(one) for one in queries.find_employers_to_present(fair, q.strip()[:40])]


@router.post("/live-sessions/{session_id}/cues", response={201: RundownOut, **WRITE})
def add_cues(request: HttpRequest, session_id: int, body: CuesIn, key: IdempotencyKey) -> Any:
    """At the end of the rundown, all or none."""
    director = signed_in(request)
    session = access.session_for_director(director, session_id)

    def write() -> RundownOut:
        plans = [one.plan() for one in body.cues]
        rundown.add_cues(session=session, plans=plans, by=director, now=clock.now())
        return _rundown(session_id)

    return Status(201, durable(request, f"livestream.add_cues:{session_id}", key, body, write))


@router.post("/cues/{cue_id}", response={200: RundownOut, **WRITE})
def correct_cue(request: HttpRequest, cue_id: int, body: CueIn, key: IdempotencyKey) -> Any:
    director = signed_in(request)
    cue = access.cue_for_director(director, cue_id)

    def write() -> RundownOut:
        rundown.correct_cue(cue=cue, plan=body.plan(), by=director, now=clock.now())
        return _rundown(cue.session_id)

    return durable(request, f"livestream.correct_cue:{cue_id}", key, body, write)


@router.post("/cues/{cue_id}/remove", response={200: RundownOut, **WRITE})
def remove_cue(request: HttpRequest, cue_id: int, key: IdempotencyKey) -> Any:
    director = signed_in(request)
    cue = access.cue_for_director(director, cue_id)

    def write() -> RundownOut:
        rundown.remove_cue(cue=cue, by=director, now=clock.now())
        return _rundown(cue.session_id)

    return durable(request, f"livestream.remove_cue:{cue_id}", key, None, write)


@router.post("/live-sessions/{session_id}/order", response={200: RundownOut, **WRITE})
def arrange(request: HttpRequest, session_id: int, body: OrderIn, key: IdempotencyKey) -> Any:
    director = signed_in(request)
    session = access.session_for_director(director, session_id)

    def write() -> RundownOut:
        rundown.arrange(session=session, order=body.order, by=director, now=clock.now())
        return _rundown(session_id)

    return durable(request, f"livestream.arrange:{session_id}", key, body, write)


@router.post("/live-sessions/{session_id}/act", response={200: RundownOut, **WRITE})
def act(request: HttpRequest, session_id: int, body: ActIn, key: IdempotencyKey) -> Any:
    """Go live, interrupt, resume, end, publish the replay or take it back."""
    director = signed_in(request)
    session = access.session_for_director(director, session_id)

    def write() -> RundownOut:
        ACTS[body.act](session=session, by=director, now=clock.now())
        return _rundown(session_id)

    return durable(request, f"livestream.act:{session_id}", key, body, write)


@router.post("/live-sessions/{session_id}/air", response={200: RundownOut, **WRITE})
def air(request: HttpRequest, session_id: int, body: AirIn, key: IdempotencyKey) -> Any:
    """The next cue, the one before, or none. Refused where another cue is on air than the one seen."""
    director = signed_in(request)
    session = access.session_for_director(director, session_id)

    def write() -> RundownOut:
        AIR[body.act](session=session, seen=body.seen, by=director, now=clock.now())
        return _rundown(session_id)

    return durable(request, f"livestream.air:{session_id}", key, body, write)


@router.post("/cues/{cue_id}/air", response={200: RundownOut, **WRITE})
def jump(request: HttpRequest, cue_id: int, body: JumpIn, key: IdempotencyKey) -> Any:
    """Put this very cue on air."""
    director = signed_in(request)
    cue = access.cue_for_director(director, cue_id)

    def write() -> RundownOut:
        directing.jump_to(cue=cue, seen=body.seen, by=director, now=clock.now())
        return _rundown(cue.session_id)

    return durable(request, f"livestream.jump:{cue_id}", key, body, write)


@router.post("/cues/{cue_id}/skip", response={200: RundownOut, **WRITE})
def skip(request: HttpRequest, cue_id: int, key: IdempotencyKey) -> Any:
    """Leave it out, or bring it back."""
    director = signed_in(request)
    cue = access.cue_for_director(director, cue_id)

    def write() -> RundownOut:
        directing.skip(cue=cue, by=director, now=clock.now())
        return _rundown(cue.session_id)

    return durable(request, f"livestream.skip:{cue_id}", key, None, write)


def _rundown(session_id: int) -> RundownOut:
    return RundownOut.of(queries.get_session(session_id))
