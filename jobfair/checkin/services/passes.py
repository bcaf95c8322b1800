"""Giving out passes."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from jobfair.accounts.models import User
from jobfair.checkin import rules
from jobfair.checkin.models import Pass, Passage
from jobfair.core.errors import NotSignedIn
from jobfair.core.unit_of_work import unit_of_work
from jobfair.fairs.models import Fair


def token_of(entry_pass: Pass) -> str:
    """What stands in its QR code."""
    return rules.derive(settings.SECRET_KEY, "token", entry_pass.pk, rules.TOKEN_LENGTH)


@unit_of_work
def issue_pass(*, fair: Fair, user: User, now: datetime) -> Pass:
    """The person's pass for the fair, made at the first time. Refused: FairOver, NotSignedIn for a merged guest."""
    if not User.objects.select_for_update(no_key=True).get(pk=user.pk).is_active:
        raise NotSignedIn
    entry_pass = Pass.objects.filter(fair=fair, user=user, merged_into=None).first()
    if entry_pass is None:
        if now >= fair.closes_at:
            raise rules.FairOver
        entry_pass = Pass.objects.create(fair=fair, user=user, issued_at=now)
        entry_pass.code = _free_code(entry_pass)
        entry_pass.save(update_fields=["code"])
    hashed = rules.hash_of(token_of(entry_pass))
    if entry_pass.token_hash != hashed:  # new, or the site has another secret than when it was given out
        entry_pass.token_hash = hashed
        entry_pass.save(update_fields=["token_hash"])
    return entry_pass


def _free_code(entry_pass: Pass) -> str:
    """Two passes of a fair get the same code once in a trillion; then the next one is taken."""
    for attempt in range(100):
        code = rules.derive(settings.SECRET_KEY, f"code{attempt}", entry_pass.pk, rules.CODE_LENGTH)
        if not Pass.objects.filter(fair=entry_pass.fair_id, code=code).exists():
            return code
    raise AssertionError("unreachable")


@unit_of_work
def move_passes(*, guest_id: int, account_id: int, now: datetime) -> int:
    """A guest signed in: the passes are the account's. Where it has its own, the guest's leads to that one."""
    own = {one.fair_id: one for one in Pass.objects.filter(user=account_id, merged_into=None)}
    moved = 0
    for entry_pass in Pass.objects.select_for_update(no_key=True).filter(user=guest_id).order_by("pk"):
        kept = own.get(entry_pass.fair_id)
        if kept is not None:
            Passage.objects.filter(entry_pass=entry_pass).update(entry_pass=kept)
            Pass.objects.filter(merged_into=entry_pass).update(merged_into=kept)
            entry_pass.merged_into = kept
        entry_pass.user_id = account_id
        entry_pass.save(update_fields=["user", "merged_into"])
        moved += 1
    return moved
