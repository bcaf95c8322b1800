"""Questions: anyone's to read, an employer's or a moderator's to answer."""

from __future__ import annotations

from jobfair.accounts.models import User
from jobfair.core.errors import NotFound
from jobfair.employers.models import Participation, Recruiter
from jobfair.fairs.access import moderates
from jobfair.fairs.models import Fair
from livestream.models import Question

SHOWN = (Question.State.OPEN, Question.State.ANSWERED)
_ALL = Question.objects.select_related("room__fair", "position", "participation__employer")


def question_for_anyone(question_id: int) -> Question:
    """One that is shown, in a room of an announced fair; a merged one is the one it was merged into."""
    question = _ALL.filter(pk=question_id).exclude(room__fair__state=Fair.State.DRAFT).first()
    if question is not None and question.merged_into_id is not None:
        question = _ALL.get(pk=question.merged_into_id)
    if question is None or question.state not in SHOWN:
        raise NotFound
    return question


def question_for_moderator(user: User | None, question_id: int) -> Question:
    question = _ALL.filter(pk=question_id).first()
    if question is None or not moderates(user, question.room.fair_id):
        raise NotFound
    return question


def question_for_answerer(user: User | None, question_id: int) -> Question:
    """A recruiter of the employer that owes the answer, or whoever keeps order in the room."""
    question = _ALL.filter(pk=question_id).first()
    if question is None:
        raise NotFound
    if not moderates(user, question.room.fair_id) and not _recruits(user, question.participation):
        raise NotFound
    return question


def desk_for_recruiter(user: User | None, participation_id: int) -> Participation:
    """An employer's part in an announced fair, for its recruiters."""
    own = Participation.objects.select_related("employer", "fair").filter(pk=participation_id)
    participation = own.exclude(fair__state=Fair.State.DRAFT).first()
    if participation is None or not _recruits(user, participation):
        raise NotFound
    return participation


def _recruits(user: User | None, participation: Participation | None) -> bool:
    if user is None or not user.is_active or participation is None:
        return False
    if participation.state != Participation.State.ACCEPTED:
        return False
    return Recruiter.objects.filter(user=user, employer=participation.employer_id).exists()
