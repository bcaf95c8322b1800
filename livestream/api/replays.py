"""What can be watched again, and what was corrected since."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router

from jobfair.accounts.access import signed_in
from livestream.access import rooms as access
from livestream.api.replies import OWN, READ
from livestream.queries import rooms as queries
from livestream.schemas.replays import CorrectionPageOut, ReplayOut
from livestream.schemas.rooms import LiveSessionOut

router = Router(tags=["livestream"])


@router.get("/rooms/{room_id}/replays", response={200: list[LiveSessionOut], **READ})
def list_replays(request: HttpRequest, room_id: int) -> Any:
    """The newest first."""
    room = access.room_for_anyone(room_id)
    return [LiveSessionOut.of(one) for one in queries.list_replays(room.pk)]


@router.get("/replays/{session_id}", response={200: ReplayOut, **READ})
def get_replay(request: HttpRequest, session_id: int) -> Any:
    """A chapter per stretch on air, each position with whether it still takes applications."""
    return ReplayOut.of(access.replay_for_anyone(session_id))


@router.get("/posting-corrections/{correction_id}", response={200: CorrectionPageOut, **OWN})
def get_correction(request: HttpRequest, correction_id: int) -> Any:
    """Old and new side by side, for whoever applied from it."""
    correction, application = access.correction_for_applicant(signed_in(request), correction_id)
    return CorrectionPageOut.of(correction, application)
