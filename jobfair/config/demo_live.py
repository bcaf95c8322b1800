"""The demo fair's live rooms: one broadcast on air, one planned for tomorrow, one to watch again.

Made through the same services as real ones; the people on screen are invented and marked 演示.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from jobfair.accounts.models import User
from jobfair.core import clock
from jobfair.core.unit_of_work import unit_of_work
from jobfair.employers.models import Employer
from jobfair.fairs.models import Fair
from livestream.models import LiveSession, Room, SessionPerson
from livestream.queries.rooms import find_employers_to_present
from livestream.services import directing, rooms, rundown
from livestream.services.rooms import PersonPlan
from livestream.services.rundown import CuePlan

HOST = PersonPlan(None, "host", "演示·周岚", "演示·主持人周岚", "演示融媒体中心")
GUEST = PersonPlan(None, "speaker", "演示·李工", "演示·李工", "演示总工会")
FIRST, SECOND = "一号直播间", "二号直播间"
EMPLOYERS = 12  # of a broadcast
MINUTES = 6  # each
POSITIONS = 3  # each


@unit_of_work
def load_rooms(*, fair: Fair, by: User | None, now: datetime) -> None:
    """Nothing where a broadcast is on or still to come."""
    if LiveSession.objects.filter(room__fair=fair, ends_at__gt=now).exists():
        return
    for left_on in LiveSession.objects.filter(room__fair=fair, state__in=LiveSession.ON):
        directing.end(session=left_on, by=by, now=now)
    employers = find_employers_to_present(fair, "", most=2 * EMPLOYERS)
    first, second = (_room(fair, name, by, now) for name in (FIRST, SECOND))
    _on_air(first, employers[:EMPLOYERS], by, now)
    _to_watch_again(second, employers[EMPLOYERS:], by, now)
    tomorrow = clock.local(now) + timedelta(days=1)
    starts_at = datetime.combine(tomorrow.date(), time(9, 30), tzinfo=clock.SHANGHAI)
    later = _planned(first, "直播带岗：民生服务专场", starts_at, by, now)
    rundown.add_cues(session=later, plans=_plans(employers[EMPLOYERS:], later), by=by, now=now)


def _room(fair: Fair, name: str, by: User | None, now: datetime) -> Room:
    found = Room.objects.filter(fair=fair, name=name).first()
    return found or rooms.open_room(fair=fair, name=name, about="", by=by, now=now)


def _planned(room: Room, title: str, starts_at: datetime, by: User | None, now: datetime) -> LiveSession:
    session = rooms.plan_session(
        room=room, title=title, starts_at=starts_at, ends_at=starts_at + timedelta(hours=2), by=by, now=now
    )
    people = rooms.name_people(session=session, people=[HOST, GUEST], by=by, now=now)
    for person in people:
        rooms.see_paper(person=person, paper=SessionPerson.Paper.ID_CARD, by=by, now=now)
    return session


def _plans(employers: Sequence[Employer], session: LiveSession) -> list[CuePlan]:
    host = session.people.filter(role=SessionPerson.Role.HOST).values_list("pk", flat=True).first()
    opening = CuePlan(
        "开场：今天讲哪些岗位", None, (), host, 3, "欢迎新来的朋友；说明投递即同意、可随时撤回。"
    )
    return [opening, *(_plan(one, host) for one in employers)]


def _plan(employer: Employer, host: int | None) -> CuePlan:
    positions = tuple(one.pk for one in employer.positions.all()[:POSITIONS])
    return CuePlan("", employer.pk, positions, host, MINUTES, "先说基本薪酬，再说食宿和班次。")


def _on_air(room: Room, employers: Sequence[Employer], by: User | None, now: datetime) -> None:
    """Three employers have been presented; the fourth is on."""
    begun = now - timedelta(minutes=23)
    session = _planned(room, "直播带岗：智能制造专场", begun, by, now)
    rundown.add_cues(session=session, plans=_plans(employers, session), by=by, now=now)
    directing.go_live(session=session, by=by, now=begun)
    _present(session, 5, timedelta(minutes=MINUTES - 1), begun, by)


def _to_watch_again(room: Room, employers: Sequence[Employer], by: User | None, now: datetime) -> None:
    begun = now - timedelta(hours=4)
    session = _planned(room, "直播带岗：物流速递专场", begun, by, now)
    rundown.add_cues(session=session, plans=_plans(employers[:5], session), by=by, now=now)
    directing.go_live(session=session, by=by, now=begun)
    over = _present(session, session.cues.count(), timedelta(minutes=MINUTES), begun, by)
    directing.end(session=session, by=by, now=over)
    directing.publish(session=session, by=by, now=over)


def _present(session: LiveSession, many: int, each: timedelta, begun: datetime, by: User | None) -> datetime:
    """The first `many` cues one after the other; when the last one would be over."""
    seen: int | None = None
    for place in range(many):
        seen = directing.next_cue(session=session, seen=seen, by=by, now=begun + place * each).pk
    return begun + many * each
