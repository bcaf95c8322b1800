"""HTTP of search: what anyone may find."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Query, Router

from jobfair.core import clock
from jobfair.core.schemas import ErrorReply
from jobfair.fairs.access import fair_for_anyone
from jobfair.search import queries
from jobfair.search.queries import Criteria
from jobfair.search.schemas import EmployerQuery, EmployersOut, SearchOut, SearchQuery

router = Router(tags=["search"])


@router.get("/search/positions", response={200: SearchOut, 404: ErrorReply, 422: ErrorReply})
def search_positions(request: HttpRequest, asked: Query[SearchQuery]) -> SearchOut:
    """Published positions by words and filters. Several values of one filter widen it; filters narrow each other."""
    chosen = asked.chosen()
    criteria = Criteria(
        q=asked.q,
        fair=fair_for_anyone(asked.fair) if asked.fair else None,
        chosen=chosen,
        sort=asked.sort or "",
        cursor=asked.cursor,
    )
    return SearchOut.of(queries.search_positions(criteria, today=clock.today()), chosen)


@router.get("/search/employers", response={200: EmployersOut, 404: ErrorReply, 422: ErrorReply})
def search_employers(request: HttpRequest, asked: Query[EmployerQuery]) -> EmployersOut:
    """Employers at announced fairs, by name and place."""
    fair = fair_for_anyone(asked.fair) if asked.fair else None
    return EmployersOut.of(queries.search_employers(asked.q, fair, asked.cursor, today=clock.today()))
