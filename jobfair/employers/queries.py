"""Reads of employers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from jobfair.employers.models import Employer
from jobfair.employers.rules import Identity, StatedEmployer, identify, read_code


def identify_employers(stated: Sequence[StatedEmployer]) -> list[Identity]:
    """Who each stated employer is, given the codes already registered; one query."""
    codes = {code for one in stated if (code := read_code(one.code)[0])}
    holders = dict(Employer.objects.filter(credit_code__in=codes).values_list("credit_code", "name"))
    return identify(stated, {code: name for code, name in holders.items() if code})


def find_employers(identities: Iterable[Identity]) -> dict[Identity, Employer]:
    """The registered ones; two queries.

    By code, else by name among those without a code. A code seen for the first time also finds the codeless
    employer of that name, unless another identity is that employer: its code has come in later.
    """
    wanted = set(identities)
    by_code = {
        employer.credit_code: employer
        for employer in Employer.objects.filter(credit_code__in={one.code for one in wanted if one.code})
    }
    codeless = Employer.objects.filter(credit_code=None, name__in={one.name for one in wanted})
    by_name = {employer.name: employer for employer in codeless.order_by("-id")}
    taken = {one.name for one in wanted if one.code is None}
    found: dict[Identity, Employer] = {}
    for one in wanted:
        employer = by_code.get(one.code) if one.code else by_name.get(one.name)
        if employer is None and one.code and one.name not in taken:
            employer = by_name.get(one.name)
        if employer is not None:
            found[one] = employer
    return found
