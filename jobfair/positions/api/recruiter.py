"""The employer's own positions: list, type, send, close."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Status

from jobfair.accounts.access import signed_in
from jobfair.accounts.durable import IdempotencyKey, durable
from jobfair.core import clock
from jobfair.core.schemas import ErrorReply
from jobfair.positions import access, queries, services
from jobfair.positions.models import Position
from jobfair.positions.schemas.editing import (
    CloseIn,
    EditIn,
    OwnQuery,
    PositionEditOut,
    PositionListOut,
    PositionRowOut,
    SeenIn,
    StartPositionIn,
)

router = Router()
OWN = {401: ErrorReply, 404: ErrorReply, 422: ErrorReply}
WRITE = {401: ErrorReply, 403: ErrorReply, 404: ErrorReply, 409: ErrorReply, 422: ErrorReply}


@router.get("/employers/{employer_id}/positions", response={200: PositionListOut, **OWN})
def list_positions(
    request: HttpRequest,
    employer_id: int,
    asked: Query[OwnQuery],
) -> Any:
    employer = access.employer_for_recruiter(signed_in(request), employer_id)
    page = queries.list_positions_of(
        employer,
        fair=access.fair_for_employer(employer, asked.fair),
        state=asked.state,
        q=asked.q,
        before=asked.cursor,
    )
    today = clock.today()
    return PositionListOut(
        items=[PositionRowOut.of(row, on=today) for row in page.rows], counts=page.counts, next=page.next
    )


@router.post("/employers/{employer_id}/positions", response={201: PositionEditOut, **WRITE})
def start_position(request: HttpRequest, employer_id: int, body: StartPositionIn, key: IdempotencyKey) -> Any:
    recruiter = signed_in(request)
    employer = access.employer_for_recruiter(recruiter, employer_id)
    fair = access.fair_for_employer(employer, body.fair_slug)

    def start() -> PositionEditOut:
        now = clock.now()
        return _out(
            services.start_position(
                employer=employer, fair=fair, stated=body.form.wire(), by=recruiter, now=now
            )
        )

    return Status(201, durable(request, f"positions.start_position:{employer_id}", key, body, start))


@router.get("/positions/{position_id}/edit", response={200: PositionEditOut, **OWN})
def get_edit(request: HttpRequest, position_id: int) -> Any:
    return _out(access.position_for_recruiter(signed_in(request), position_id))


@router.put("/positions/{position_id}/edit", response={200: PositionEditOut, **WRITE})
def save_edit(request: HttpRequest, position_id: int, body: EditIn) -> Any:
    """Keep what was typed. Autosave: repeating it is harmless, and a stale one is a 409 that names the fields."""
    recruiter = signed_in(request)
    position = access.position_for_recruiter(recruiter, position_id)
    return _out(
        services.save_edit(
            position=position, stated=body.form.wire(), seen=body.revision, by=recruiter, now=clock.now()
        )
    )


@router.post("/positions/{position_id}/discard", response={200: PositionEditOut | None, **WRITE})
def discard_edit(request: HttpRequest, position_id: int, body: SeenIn) -> Any:
    """Forget what was typed and not sent; null when that was all there was."""
    recruiter = signed_in(request)
    position = access.position_for_recruiter(recruiter, position_id)
    left = services.discard_edit(position=position, seen=body.revision, by=recruiter, now=clock.now())
    return None if left is None else _out(left)


@router.post("/positions/{position_id}/submit", response={200: PositionEditOut, **WRITE})
def submit_position(request: HttpRequest, position_id: int, body: EditIn, key: IdempotencyKey) -> Any:
    recruiter = signed_in(request)
    position = access.position_for_recruiter(recruiter, position_id)

    def submit() -> PositionEditOut:
        sent = services.submit_position(
            position=position, stated=body.form.wire(), seen=body.revision, by=recruiter, now=clock.now()
        )
        return _out(sent)

    return durable(request, f"positions.submit_position:{position_id}", key, body, submit)


@router.post("/positions/{position_id}/close", response={200: PositionEditOut, **WRITE})
def close_position(request: HttpRequest, position_id: int, body: CloseIn, key: IdempotencyKey) -> Any:
    recruiter = signed_in(request)
    position = access.position_for_recruiter(recruiter, position_id)

    def close() -> PositionEditOut:
        closed = services.close_position(
            position=position,
            closing=Position.Closing(body.closing),
            seen=body.revision,
            by=recruiter,
            now=clock.now(),
        )
        return _out(closed)

    return durable(request, f"positions.close_position:{position_id}", key, body, close)


def _out(position: Position) -> PositionEditOut:
    return PositionEditOut.of(position, on=clock.today())
