"""HTTP of the doors: parse, load and authorise, one service or query, schema."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import segno
from django.http import HttpRequest
from ninja import Router

from jobfair.accounts.access import seeker_of, signed_in
from jobfair.accounts.durable import IdempotencyKey, durable
from jobfair.accounts.models import User
from jobfair.checkin import access, queries, rules, services
from jobfair.checkin.models import Pass
from jobfair.checkin.schemas import (
    AlertOut,
    CapacityIn,
    DoorsDayOut,
    DoorsOut,
    GatesIn,
    HallOut,
    MinuteOut,
    PassOut,
    RecountIn,
    RecountOut,
    ScanOut,
    ScansIn,
    ScansOut,
)
from jobfair.core import clock
from jobfair.core.schemas import ErrorReply
from jobfair.fairs.access import fair_for_anyone, fair_for_organiser, organises
from jobfair.fairs.models import Fair

router = Router(tags=["checkin"])

OWN = {401: ErrorReply, 404: ErrorReply, 422: ErrorReply}
WRITE = {401: ErrorReply, 403: ErrorReply, 404: ErrorReply, 409: ErrorReply, 422: ErrorReply, 429: ErrorReply}


# The seeker, the recruiter, the guest


@router.put("/fairs/{slug}/pass", response={200: PassOut, **WRITE})
def issue_pass(request: HttpRequest, slug: str) -> Any:
    """One's own pass, made at the first time; saying it again changes nothing."""
    user, fair = seeker_of(request), fair_for_anyone(slug)
    entry_pass = services.issue_pass(fair=fair, user=user, now=clock.now())
    return _pass_out(entry_pass, user)


def _pass_out(entry_pass: Pass, user: User) -> PassOut:
    token = services.token_of(entry_pass)
    picture = BytesIO()
    code = segno.make(rules.qr_text(entry_pass.fair_id, token), error="m", micro=False)
    code.save(picture, kind="svg", border=2, svgclass=None, lineclass=None, omitsize=True)
    badge = queries.badge_of(user, entry_pass.fair)
    return PassOut.of(entry_pass, user, badge, token=token, qr_svg=picture.getvalue().decode())


# The clerk at the gate


@router.get("/fairs/{slug}/doors", response={200: DoorsOut, **OWN})
def get_doors(request: HttpRequest, slug: str) -> Any:
    clerk = signed_in(request)
    return _doors(access.fair_for_clerk(clerk, slug), clerk, clock.today())


@router.post("/fairs/{slug}/scans", response={200: ScansOut, **WRITE})
def record_scans(request: HttpRequest, slug: str, body: ScansIn) -> Any:
    """Each scan has an id of its own, so a batch may come again, and again in other company."""
    clerk = signed_in(request)
    fair = access.fair_for_clerk(clerk, slug)
    scans = [one.scan() for one in body.scans]
    answers = services.record_scans(fair=fair, scans=scans, sent_at=body.sent_at, by=clerk, now=clock.now())
    hall = queries.hall_of(fair, clock.today())
    return ScansOut(answers=[ScanOut.of(answer) for answer in answers], hall=HallOut.of(hall))


# The organiser


@router.get("/fairs/{slug}/doors/day", response={200: DoorsDayOut, **OWN})
def get_day(request: HttpRequest, slug: str, day: date | None = None) -> Any:
    organiser = signed_in(request)
    fair = fair_for_organiser(organiser, slug)
    return _day(fair, organiser, day or clock.today())


@router.put("/fairs/{slug}/gates", response={200: DoorsOut, **WRITE})
def plan_gates(request: HttpRequest, slug: str, body: GatesIn) -> Any:
    organiser = signed_in(request)
    fair = fair_for_organiser(organiser, slug)
    gates = [rules.GatePlan(one.id, one.name, one.is_open) for one in body.gates]
    services.plan_gates(fair=fair, gates=gates, by=organiser, now=clock.now())
    return _doors(fair, organiser, clock.today())


@router.post("/fairs/{slug}/doors/capacity", response={200: HallOut, **WRITE})
def set_capacity(request: HttpRequest, slug: str, body: CapacityIn, key: IdempotencyKey) -> Any:
    organiser = signed_in(request)
    fair = fair_for_organiser(organiser, slug)

    def change() -> HallOut:
        services.set_capacity(fair=fair, capacity=body.capacity, by=organiser, now=clock.now())
        return HallOut.of(queries.hall_of(fair, clock.today()))

    return durable(request, f"checkin.set_capacity:{fair.pk}", key, body, change)


@router.post("/fairs/{slug}/doors/recount", response={200: HallOut, **WRITE})
def recount(request: HttpRequest, slug: str, body: RecountIn, key: IdempotencyKey) -> Any:
    organiser = signed_in(request)
    fair = fair_for_organiser(organiser, slug)

    def count() -> HallOut:
        services.recount(fair=fair, counted=body.counted, by=organiser, now=clock.now())
        return HallOut.of(queries.hall_of(fair, clock.today()))

    return durable(request, f"checkin.recount:{fair.pk}", key, body, count)


def _doors(fair: Fair, user: User, day: date) -> DoorsOut:
    return DoorsOut.of(
        fair,
        queries.hall_of(fair, day),
        queries.figures_by_gate(fair, day),
        organises=organises(user, fair),
    )


def _day(fair: Fair, user: User, day: date) -> DoorsDayOut:
    return DoorsDayOut(
        doors=_doors(fair, user, day),
        day=day,
        days=queries.list_days(fair),
        people=queries.count_by_role(fair, day),
        unseen=queries.count(fair.pk, day).first_out,
        unverified=queries.count_unverified(fair, day),
        minutes=[MinuteOut.of(minute) for minute in queries.minutes_of(fair, day)],
        alerts=[AlertOut.of(alert) for alert in queries.list_alerts(fair, day)],
        recounts=[RecountOut.of(one) for one in queries.list_recounts(fair, day)],
    )
