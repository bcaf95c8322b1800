"""The only writers of the index. They follow facts inside the transaction of the change, so no search is late.

Nothing here is a source: `rebuild` makes the same entries from the records at any time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from django.db.models import Exists, OuterRef

from booths.events import BoothCreated
from booths.models import Booth
from jobfair.core.events import Event
from jobfair.core.unit_of_work import emitted, unit_of_work
from jobfair.employers.events import (
    EmployerCorrected,
    EmployerEvent,
    EmployerJoinedFair,
    EmployerRefused,
    EmployerVerified,
)
from jobfair.employers.models import Employer, Participation
from jobfair.fairs.events import FairCorrected, FairEvent, FairStateChanged
from jobfair.fairs.models import Fair
from jobfair.positions.events import (
    PositionChanged,
    PositionClosed,
    PositionCorrected,
    PositionEvent,
    PositionPublished,
    PositionRefused,
    PositionsProlonged,
)
from jobfair.positions.models import Position
from jobfair.positions.sheet.features import GROUPS
from jobfair.positions.sheet.occupations import groups_of, occupation_label
from jobfair.positions.sheet.places import place_label
from jobfair.search.models import EmployerEntry, SearchEntry
from jobfair.search.rules import BOARD, LARGEST, MODES, bits_of, monthly, pay_bands
from jobfair.search.tokenizer import fold, index_tokens

BATCH = 1000
SEARCHED_FAIRS = (Fair.State.SCHEDULED, Fair.State.OPEN, Fair.State.EXTENDED)
FOLLOWED = (
    PositionPublished, PositionChanged, PositionCorrected, PositionClosed, PositionRefused, PositionsProlonged,
    EmployerJoinedFair, EmployerCorrected, EmployerVerified, EmployerRefused,
    FairCorrected, FairStateChanged,
    BoothCreated,
)  # fmt: skip
Booths = Mapping[tuple[int, int], Booth]


def follow(event: Event) -> None:
    """Bring the index to what the unit at hand has changed.

    A round of publishing states a thousand facts; the work is done once, at the last of them that search cares
    for, from the records as they are then. A fact stated later still makes its own last one.
    """
    stated = emitted()
    if next(fact for fact in reversed(stated) if isinstance(fact, FOLLOWED)) is not event:
        return
    facts = [fact for fact in stated if isinstance(fact, FOLLOWED)]
    fairs = {fact.fair_id for fact in facts if isinstance(fact, FairEvent | PositionsProlonged)}
    employers = {fact.employer_id for fact in facts if isinstance(fact, EmployerEvent)}
    positions = {fact.position_id for fact in facts if isinstance(fact, PositionEvent)}
    booths = {fact.booth_id for fact in facts if isinstance(fact, BoothCreated)}
    employers.update(Booth.objects.filter(pk__in=booths).values_list("employer_id", flat=True))
    found = Position.objects.filter(fair__in=fairs) | Position.objects.filter(employer__in=employers)
    positions.update(found.values_list("pk", flat=True))
    index_positions(ids=positions)
    taking_part = Participation.objects.filter(fair__in=fairs) | Participation.objects.filter(
        employer__in=employers
    )
    index_employers(taking_part=taking_part.values_list("pk", flat=True))


@unit_of_work
def index_positions(*, ids: Iterable[int]) -> int:
    """Make the entries of these positions what the records say; returns how many are to be found."""
    wanted, found = sorted(ids), 0
    for start in range(0, len(wanted), BATCH):
        batch = wanted[start : start + BATCH]
        published = list(
            Position.objects.filter(
                pk__in=batch, state=Position.State.PUBLISHED, fair__state__in=SEARCHED_FAIRS
            )
            .exclude(employer__state=Employer.State.REFUSED)
            .select_related("employer", "fair__city")
            .order_by("pk")
        )
        booths = _booths(published)
        rows = [
            _entry(position, booths.get((position.fair_id, position.employer_id))) for position in published
        ]
        SearchEntry.objects.filter(pk__in=batch).exclude(pk__in=[row.pk for row in rows]).delete()
        SearchEntry.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["position"],
            update_fields=_written(SearchEntry, "position"),
        )
        found += len(rows)
    return found


@unit_of_work
def index_employers(*, taking_part: Iterable[int]) -> int:
    """Make the entries of these participations what the records say."""
    wanted = sorted(taking_part)
    for start in range(0, len(wanted), BATCH):
        batch = list(
            Participation.objects.filter(pk__in=wanted[start : start + BATCH])
            .select_related("employer", "fair__city")
            .order_by("pk")
        )
        shown = [one for one in batch if _is_shown(one)]
        booths = _booths(shown)
        for one in batch:
            if one not in shown:
                EmployerEntry.objects.filter(fair=one.fair_id, employer=one.employer_id).delete()
        EmployerEntry.objects.bulk_create(
            [_employer_entry(one, booths.get((one.fair_id, one.employer_id))) for one in shown],
            update_conflicts=True,
            unique_fields=["fair", "employer"],
            update_fields=_written(EmployerEntry, "id", "fair", "employer"),
        )
    return len(wanted)


@unit_of_work
def forget_stale() -> int:
    """Take out employers' entries whose participation is gone; a position takes its entry along."""
    part = Participation.objects.filter(fair=OuterRef("fair"), employer=OuterRef("employer"))
    return EmployerEntry.objects.filter(~Exists(part)).delete()[0]


def rebuild() -> tuple[int, int]:
    """Every entry again, in batches so that nobody waits for a lock; returns positions and participations."""
    positions = _in_batches(Position.objects.values_list("pk", flat=True).order_by("pk"))
    employers = _in_batches(Participation.objects.values_list("pk", flat=True).order_by("pk"))
    forget_stale()
    return (
        sum(index_positions(ids=batch) for batch in positions),
        sum(index_employers(taking_part=batch) for batch in employers),
    )


def _in_batches(ids: Iterable[int]) -> list[list[int]]:
    rows = list(ids)
    return [rows[start : start + BATCH] for start in range(0, len(rows), BATCH)]


def _is_shown(one: Participation) -> bool:
    return one.fair.state in SEARCHED_FAIRS and one.employer.state != Employer.State.REFUSED


def _booths(rows: Collection[Position] | Collection[Participation]) -> Booths:
    """An employer's booth per fair, the lowest number if it has several."""
    fairs, employers = {row.fair_id for row in rows}, {row.employer_id for row in rows}
    found = Booth.objects.filter(fair__in=fairs, employer__in=employers).order_by("-number")
    return {(one.fair_id, one.employer_id): one for one in found if one.employer_id is not None}


def _entry(position: Position, booth: Booth | None) -> SearchEntry:
    if position.published_at is None or position.valid_until is None:
        raise AssertionError("a constraint keeps published positions from it")
    low = monthly(position.pay_min or 0, position.pay_unit)
    high = low if position.pay_max is None else monthly(position.pay_max, position.pay_unit)
    place, city = position.place, position.fair.city
    groups = groups_of(position.occupation)
    return SearchEntry(
        position=position,
        fair_id=position.fair_id,
        employer_id=position.employer_id,
        booth=booth.pk if booth else None,
        zone=booth.zone_id if booth else None,
        title=fold(position.title)[:120],
        city=place[:4].ljust(6, "0") if place else city.code,
        district="" if not place or place.endswith("00") else place,
        occupation=groups[1] if len(groups) > 1 else "",
        education=position.education,
        form=position.form,
        pay_low=low,
        pay_high=min(high, LARGEST),
        pay_bands=pay_bands(low, high),
        board=bits_of([name for name in BOARD if getattr(position, name)], BOARD),
        mode=_mode(position, booth),
        groups=bits_of(position.groups, tuple(GROUPS)),
        published_at=position.published_at,
        valid_until=position.valid_until,
        tokens=" ".join(index_tokens(_texts(position))),
    )


def _texts(position: Position) -> list[str]:
    """What one may find a position by. Not its duties: a word there is seldom the work itself."""
    words = [GROUPS[group] for group in position.groups if group in GROUPS]
    words += [label for label, holds in (("包吃", position.meals), ("包住", position.lodging)) if holds]
    return [
        position.title, position.employer.name, position.fair.city.name, position.area, position.notes,
        place_label(position.place), occupation_label(position.occupation), *words,
    ]  # fmt: skip


def _mode(position: Position, booth: Booth | None) -> int:
    """As stated; where nothing is, a booth in the hall means on site and everyone is reached online."""
    if position.mode == Position.Mode.BOTH or (not position.mode and booth):
        return bits_of(MODES, MODES)
    return bits_of([position.mode or "online"], MODES)


def _employer_entry(one: Participation, booth: Booth | None) -> EmployerEntry:
    texts = [one.employer.name, one.employer.area, one.fair.city.name]
    return EmployerEntry(
        fair_id=one.fair_id,
        employer_id=one.employer_id,
        booth=booth.pk if booth else None,
        zone=booth.zone_id if booth else None,
        name=fold(one.employer.name)[:160],
        tokens=" ".join(index_tokens(texts)),
    )


def _written(model: type[SearchEntry | EmployerEntry], *keys: str) -> list[str]:
    return [field.name for field in model._meta.concrete_fields if field.name not in keys]
