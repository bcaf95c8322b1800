"""Wire types of fairs."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from jobfair.core.schemas import Schema
from jobfair.fairs.models import Fair
from jobfair.fairs.queries import Figures

FairState = Literal["scheduled", "open", "extended", "closed", "archived"]


class FairSummaryOut(Schema):
    slug: str
    name: str
    city: str
    state: FairState
    opens_at: datetime
    closes_at: datetime

    @classmethod
    def of(cls, fair: Fair) -> FairSummaryOut:
        return cls.model_validate(
            {
                "slug": fair.slug,
                "name": fair.name,
                "city": fair.city.name,
                "state": fair.state,
                "opens_at": fair.opens_at,
                "closes_at": fair.closes_at,
            }
        )


class ZoneOut(Schema):
    id: int
    letter: str
    name: str


class ScheduleEntryOut(Schema):
    starts_at: datetime
    ends_at: datetime
    title: str
    place: str


class FairOut(Schema):
    """A fair's page. `topic` is the gauge of its lines; `positions` and `headcount` count published ones."""

    id: int
    slug: str
    name: str
    theme: str
    programme: str
    organiser: str
    city: str
    venue: str
    state: FairState
    opens_at: datetime
    closes_at: datetime
    extension_ends_at: datetime
    complaint_phone: str
    zones: list[ZoneOut]
    schedule: list[ScheduleEntryOut]
    employers: int
    positions: int
    headcount: int
    topic: str

    @classmethod
    def of(cls, fair: Fair, figures: Figures) -> FairOut:
        """Reads the fair's zones and schedule: two queries."""
        return cls.model_validate(
            {
                "id": fair.pk,
                "slug": fair.slug,
                "name": fair.name,
                "theme": fair.theme,
                "programme": fair.programme.name,
                "organiser": fair.programme.organiser,
                "city": fair.city.name,
                "venue": fair.venue,
                "state": fair.state,
                "opens_at": fair.opens_at,
                "closes_at": fair.closes_at,
                "extension_ends_at": fair.extension_ends_at,
                "complaint_phone": fair.complaint_phone,
                "zones": [
                    {"id": zone.pk, "letter": zone.letter, "name": zone.name} for zone in fair.zones.all()
                ],
                "schedule": [
                    {
                        "starts_at": entry.starts_at,
                        "ends_at": entry.ends_at,
                        "title": entry.title,
                        "place": entry.place,
                    }
                    for entry in fair.schedule.all()
                ],
                "employers": figures.employers,
                "positions": figures.positions,
                "headcount": figures.headcount,
                "topic": f"fair:{fair.pk}",
            }
        )
