"""What an import makes of each row: a draft of a position, and the verdict reported for it. No queries."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import Model

from jobfair.employers.models import Employer, Participation
from jobfair.employers.rules import CODE_MISSING, CODE_WRONG, Identity, StatedEmployer, canonical_name
from jobfair.positions.duties import propose_duties
from jobfair.positions.models import Position
from jobfair.positions.rules import UNLAWFUL, list_shortcomings
from jobfair.positions.sheet.education import read_education
from jobfair.positions.sheet.features import read_board, read_form, read_groups
from jobfair.positions.sheet.headcount import Headcount, read_headcount
from jobfair.positions.sheet.occupations import read_occupation
from jobfair.positions.sheet.pay import Pay, read_pay
from jobfair.positions.sheet.places import read_place
from jobfair.positions.sheet.text import folded
from jobfair.positions.sheet.workbook import EmployerCells, PostingRow


class Verdict(StrEnum):
    """`waits`: stored, to be corrected before publication. `refused`: cannot be stored at all."""

    ACCEPTED = "accepted"
    WAITS = "waits"
    REFUSED = "refused"
    DUPLICATE = "duplicate"


class Effect(StrEnum):
    """What the import did to the stored positions."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    NONE = "none"


@dataclass(frozen=True)
class Draft:
    """A row as a Position's fields, with what it lacks. `digest` is the row's identity between imports."""

    row: PostingRow
    fields: dict[str, Any]
    reasons: tuple[str, ...]
    digest: str


@dataclass(frozen=True)
class RowReport:
    sheet: str
    row: int
    employer: str
    title: str
    verdict: Verdict
    effect: Effect
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class ImportReport:
    """Every row's verdict. `employers` are the distinct ones, each with the reason it waits."""

    rows: tuple[RowReport, ...]
    employers: tuple[Identity, ...]
    headcount_known: int

    def having(self, *verdicts: Verdict) -> list[RowReport]:
        return [row for row in self.rows if row.verdict in verdicts]

    @property
    def is_refused(self) -> bool:
        return any(row.verdict == Verdict.REFUSED for row in self.rows)

    def counts(self) -> dict[str, int]:
        """Distinct postings; a headcount range counts by its lower bound and 若干 as none."""
        postings = self.having(Verdict.ACCEPTED, Verdict.WAITS)
        held = Counter(reason for row in postings for reason in row.reasons)
        codes = Counter(reason for one in self.employers for reason in one.reasons)
        return {
            "employers": len(self.employers),
            "positions": len(postings),
            "headcount_known": self.headcount_known,
            "bad_codes": codes[CODE_WRONG.code],
            "missing_codes": codes[CODE_MISSING.code],
            "pay_missing": held["positions.pay_missing"],
            "unlawful": sum(1 for row in postings if UNLAWFUL & set(row.reasons)),
            "duplicate_rows": len(self.having(Verdict.DUPLICATE)),
        }

    def effects(self) -> dict[str, int]:
        counted = Counter(row.effect for row in self.rows)
        return {
            effect.value: counted[effect] for effect in (Effect.CREATED, Effect.UPDATED, Effect.UNCHANGED)
        }


def stated_employer(cells: EmployerCells) -> StatedEmployer:
    return StatedEmployer(
        name=cells.name,
        code=cells.code,
        area=cells.area,
        contact=cells.contact,
        contact_phone=cells.phone,
        booth=cells.booth,
    )


def stated_as_registered(employer: Employer) -> StatedEmployer:
    return StatedEmployer(name=employer.name, code=employer.credit_code or employer.stated_code)


def identity_of(employer: Employer) -> Identity:
    return Identity(employer.name, employer.credit_code, tuple(employer.reasons))


def own_or_other(owner: Identity, employer: Employer) -> Identity:
    """The registered employer where a row of its own sheet names it, by code or, without a valid one, by name."""
    own = identity_of(employer)
    same_name = owner.name == canonical_name(employer.name)
    is_own = owner.code == employer.credit_code if owner.code and employer.credit_code else same_name
    return own if is_own else owner


def draft_of(row: PostingRow, *, city: str) -> Draft:
    """Read every cell; what cannot be read is left empty and given its reason, never guessed.

    `city` is the fair's GB/T 2260 code, in which the names of counties are read.
    """
    pay = read_pay(row.pay, unit=row.pay_unit, scale=row.pay_scale)
    headcount = read_headcount(row.headcount)
    education = read_education(row.education)
    fields: dict[str, Any] = {
        "title": row.title,
        "area": row.area,
        "notes": row.notes,
        "duties": row.duties or propose_duties(row.title),
        "education": education if isinstance(education, str) else "",
        "headcount_min": headcount.least if isinstance(headcount, Headcount) else None,
        "headcount_max": headcount.most if isinstance(headcount, Headcount) else None,
        "pay_min": pay.least if isinstance(pay, Pay) else None,
        "pay_max": pay.most if isinstance(pay, Pay) else None,
        "pay_unit": pay.unit if isinstance(pay, Pay) else "",
        "pay_note": pay.note if isinstance(pay, Pay) else "",
        **_features(row, city),
        "stated": {"headcount": row.headcount, "pay": row.pay, "education": row.education},
    }
    unread = [
        read.code for read in (pay, headcount, education) if not isinstance(read, str | Pay | Headcount)
    ]
    reasons = list_shortcomings(Position(**fields, reasons=unread))
    return Draft(row, fields, tuple(reasons), _digest(row))


def _features(row: PostingRow, city: str) -> dict[str, Any]:
    """What the filters go by. A booth in the sheet means people are met there; applying online is always open."""
    meals, lodging = read_board([row.notes])
    return {
        "occupation": read_occupation(row.title),
        "place": read_place(row.area, city=city),
        "form": read_form([row.title, row.notes]),
        "meals": meals,
        "lodging": lodging,
        "mode": Position.Mode.BOTH if row.employer.booth else "",
        "groups": read_groups([row.title, row.notes]),
    }


def too_long(draft: Draft) -> bool:
    """Whether a cell holds more than its column can: the row is refused, not cut."""
    stated = draft.row.employer
    employer = {
        "name": stated.name,
        "stated_code": stated.code,
        "area": stated.area,
        "contact": stated.contact,
        "contact_phone": stated.phone,
    }
    posting = {name: draft.fields[name] for name in ("title", "area", "notes", "duties")}
    fits = _fit(Position, posting) and _fit(Employer, employer)
    return not (fits and _fit(Participation, {"stated_booth": stated.booth}))


def each_once(drafts: list[Draft], owners: list[Identity]) -> Iterator[tuple[Draft, Identity, bool]]:
    """Each draft with its owner, and whether the sheet has said the same before."""
    seen: set[tuple[Identity, str]] = set()
    for draft, owner in zip(drafts, owners, strict=True):
        key = (owner, draft.digest)
        yield draft, owner, key in seen
        seen.add(key)


def _fit(model: type[Model], texts: dict[str, str]) -> bool:
    limits = {field.name: getattr(field, "max_length", None) for field in model._meta.get_fields()}
    return all(len(text) <= (limits[name] or 0) for name, text in texts.items())


def _digest(row: PostingRow) -> str:
    cells = (row.title, row.area, row.headcount, row.education, row.pay, row.notes, row.duties)
    return hashlib.sha256("\x1f".join(folded(cell) for cell in cells).encode()).hexdigest()
