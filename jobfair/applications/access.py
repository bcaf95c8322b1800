"""Load and authorise in one call. Missing, withdrawn and forbidden look the same."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q, QuerySet

from jobfair.accounts.models import User
from jobfair.applications.models import Application, DataExport
from jobfair.core.errors import NotFound
from jobfair.employers.access import participation_for_recruiter
from jobfair.employers.models import Employer, Participation
from jobfair.fairs.models import Fair
from jobfair.positions.models import Position

OFFERED = (Position.State.PUBLISHED, Position.State.CLOSED)


def position_for_anyone(position_id: int) -> Position:
    """A position that is or was offered at an announced fair; whether it still is, is for the rules to say.

    So a repeated submission finds its reply, whatever became of the position since.
    """
    found = positions_for_anyone([position_id]).first()
    if found is None:
        raise NotFound
    return found


def positions_for_anyone(position_ids: Collection[int]) -> QuerySet[Position]:
    """Those of them that are or were offered at an announced fair."""
    positions = Position.objects.select_related("employer", "fair").filter(pk__in=position_ids)
    shown = positions.filter(Q(state__in=OFFERED) | Q(was_public=True))
    return shown.exclude(fair__state=Fair.State.DRAFT).order_by("id")


def employer_for_anyone(employer_id: int) -> Employer:
    """An employer that takes part in an announced fair."""
    employers = Employer.objects.filter(pk=employer_id, participations__isnull=False)
    employer = employers.exclude(participations__fair__state=Fair.State.DRAFT).first()
    if employer is None:
        raise NotFound
    return employer


def application_for_seeker(user: User | None, application_id: int) -> Application:
    """One's own application, in any state."""
    application = Application.objects.filter(pk=application_id).first()
    if application is None or user is None or application.seeker_id != user.pk:
        raise NotFound
    return application


def inbox_for_recruiter(user: User | None, participation_id: int) -> Participation:
    """A participation of an employer the user recruits for. One that was refused reads no résumés any more."""
    participation = participation_for_recruiter(user, participation_id)
    if participation.employer.state == Employer.State.REFUSED:
        raise NotFound
    return participation


def application_for_recruiter(user: User | None, participation_id: int, application_id: int) -> Application:
    """One that the employer may still read."""
    inbox = inbox_for_recruiter(user, participation_id)
    application = Application.objects.readable_by(inbox.pk).filter(pk=application_id).first()
    if application is None:
        raise NotFound
    return application


def export_for_owner(user: User | None, export_id: int) -> DataExport:
    export = DataExport.objects.filter(pk=export_id).first()
    if export is None or user is None or export.user_id != user.pk:
        raise NotFound
    return export
