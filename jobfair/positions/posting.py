"""A position as schema.org JobPosting, for search engines and other boards. No queries.

https://schema.org/JobPosting; a range is a MonetaryAmount over a QuantitativeValue. What is not stated is left out.
"""

from __future__ import annotations

from typing import Any

from jobfair.positions.models import Position
from jobfair.positions.sheet.education import LABELS
from jobfair.positions.sheet.occupations import occupation_label
from jobfair.positions.sheet.places import place_label

_FORMS = {
    "full_time": "FULL_TIME",
    "part_time": "PART_TIME",
    "internship": "INTERN",
    "temporary": "TEMPORARY",
    "flexible": "OTHER",
}
_UNITS = {"month": "MONTH", "day": "DAY", "hour": "HOUR", "year": "YEAR"}


def describe_posting(position: Position, *, address: str) -> dict[str, Any]:
    """`address` is the page's own, absolute."""
    posting: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "JobPosting",
        "title": position.title,
        "description": "\n".join(filter(None, (position.duties, position.notes))),
        "identifier": {"@type": "PropertyValue", "name": position.employer.name, "value": str(position.pk)},
        "url": address,
        "datePosted": (position.published_at or position.valid_from).isoformat()[:10]
        if position.valid_from
        else None,
        "validThrough": f"{position.valid_until.isoformat()}T23:59:59+08:00"
        if position.valid_until
        else None,
        "employmentType": _FORMS.get(position.form),
        "occupationalCategory": _occupation(position),
        "hiringOrganization": {
            "@type": "Organization",
            "name": position.actual_employer or position.employer.name,
        },
        "jobLocation": {"@type": "Place", "address": _address(position)},
        "totalJobOpenings": position.headcount_min,
        "educationRequirements": LABELS.get(position.education),
        "baseSalary": _salary(position),
        "directApply": True,
    }
    return {name: value for name, value in posting.items() if value is not None}


def summary(position: Position) -> str:
    """One line for a shared link: employer, place, pay."""
    unit = Position.PayUnit(position.pay_unit).label if position.pay_unit else ""
    least, most = position.pay_min, position.pay_max
    pay = (
        f"{least}-{most}"
        if most is not None and most != least
        else f"{least}" + ("起" if most is None else "")
    )
    return f"{position.employer.name}，{position.area}，{pay}{unit}"


def _occupation(position: Position) -> str | None:
    return f"{position.occupation} {occupation_label(position.occupation)}" if position.occupation else None


def _address(position: Position) -> dict[str, str]:
    where = place_label(position.place) if position.place else ""
    return {"@type": "PostalAddress", "addressCountry": "CN", "addressLocality": where or position.area}


def _salary(position: Position) -> dict[str, Any] | None:
    if position.pay_min is None:
        return None
    value: dict[str, Any] = {"@type": "QuantitativeValue", "minValue": position.pay_min}
    if position.pay_max is not None:
        value["maxValue"] = position.pay_max
    value["unitText"] = _UNITS.get(position.pay_unit, "MONTH")
    return {"@type": "MonetaryAmount", "currency": "CNY", "value": value}
