"""Each refusal of the gate, told to the person who can mend it: where, what, what to do, who asks for it and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise

from jobfair.employers.models import Employer
from jobfair.positions.legal import find_unlawful
from jobfair.positions.legal.sources import SOURCES
from jobfair.positions.models import Position
from jobfair.positions.rules import ORGANISERS_STEPS, REASONS, TEXTS, UNLAWFUL, list_obstacles

_FIELDS = (
    ("positions.pay_", "pay_min"), ("positions.headcount_", "headcount_min"), ("positions.education_", "education"),
    ("positions.area_", "area"), ("positions.duties_", "duties"), ("positions.validity_", "valid_until"),
    ("positions.source_", "source"), ("positions.actual_employer_", "actual_employer"),
    ("positions.mandate_", "mandate"), ("positions.title_", "title"),
)  # fmt: skip


@dataclass(frozen=True)
class Obstacle:
    """`field` is the form's field to mend, empty where the posting's author cannot; `clause` is what offends."""

    code: str
    field: str
    clause: str
    sentence: str | Promise
    remedy: str | Promise
    source: str | Promise
    says: str | Promise

    @property
    def is_the_authors(self) -> bool:
        """Whether the recruiter can mend it: not the organiser's steps, not the employer's own papers."""
        return self.code.startswith("positions.") and self.code not in ORGANISERS_STEPS


def explain_obstacles(position: Position, employer: Employer, *, on: date) -> list[Obstacle]:
    """What `list_obstacles` found, in its order; an unlawful condition once for each field that states it."""
    return [
        _obstacle(code, field, clause)
        for code in list_obstacles(position, employer, on=on)
        for field, clause in _where(code, position)
    ]


def _where(code: str, position: Position) -> Iterator[tuple[str, str]]:
    if code not in UNLAWFUL:
        yield next((field for prefix, field in _FIELDS if code.startswith(prefix)), ""), ""
        return
    for name in TEXTS:
        for finding in find_unlawful([getattr(position, name)]):
            if finding.code == code:
                yield name, finding.clause


def _obstacle(code: str, field: str, clause: str) -> Obstacle:
    reason = REASONS[code]
    source = SOURCES[reason.source]
    return Obstacle(code, field, clause, reason.sentence, reason.remedy, source.title, source.says)
