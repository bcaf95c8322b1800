from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from jobfair.core import idempotency
from jobfair.core.errors import CommandConflict
from jobfair.core.idempotency import move_results, purge_expired, run_once
from jobfair.core.models import CommandResult
from tests.booths.test_concurrency import at_once
from tests.factories import NOON

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]


def run(do: Callable[[], Any], *, cid: str = "cid-00001", body: Any = None, actor: str = "user:1") -> Any:
    return run_once(actor=actor, command="tests.count", cid=cid, body=body, do=do, now=NOON)


def test_a_repeat_gets_the_first_reply() -> None:
    replies = iter([{"n": 1}, {"n": 2}])
    assert [run(lambda: next(replies)), run(lambda: next(replies))] == [{"n": 1}, {"n": 1}]


def test_another_body_under_the_same_id_is_a_conflict() -> None:
    run(lambda: {"n": 1}, body={"a": 1})
    with pytest.raises(CommandConflict):
        run(lambda: {"n": 2}, body={"a": 2})


def test_a_refusal_is_not_kept() -> None:
    def refuse() -> None:
        raise LookupError

    with pytest.raises(LookupError):
        run(refuse)
    assert run(lambda: {"n": 2}) == {"n": 2}


def test_fifty_at_once_have_one_effect_and_one_reply() -> None:
    effects: list[int] = []

    def act() -> dict[str, int]:
        effects.append(1)
        return {"n": len(effects)}

    replies = at_once([lambda: run(act)["n"]] * 50, threads=10)
    assert Counter(replies) == {1: 50}
    assert (len(effects), CommandResult.objects.count()) == (1, 1)


def test_a_merged_guests_repeats_stay_repeats() -> None:
    run(lambda: {"n": 1}, actor="user:1", cid="cid-guest")
    run(lambda: {"n": 1}, actor="user:1", cid="cid-both1")
    run(lambda: {"n": 2}, actor="user:2", cid="cid-both1")
    move_results(from_actor="user:1", to_actor="user:2")
    assert run(lambda: {"n": 9}, actor="user:2", cid="cid-guest") == {"n": 1}
    assert run(lambda: {"n": 9}, actor="user:2", cid="cid-both1") == {"n": 2}


def test_expired_replies_are_purged_and_no_others() -> None:
    run(lambda: {"n": 1}, cid="cid-old-1")
    later = NOON + timedelta(days=20)
    run_once(
        actor="user:1", command="tests.count", cid="cid-new-1", body=None, do=lambda: {"n": 2}, now=later
    )
    assert purge_expired(NOON + timedelta(days=29)) == 0
    assert purge_expired(NOON + timedelta(days=31)) == 1
    assert list(CommandResult.objects.values_list("cid", flat=True)) == ["cid-new-1"]


def test_a_purge_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idempotency, "PURGED_AT_ONCE", 2)
    for number in range(5):
        run(lambda: {"n": 1}, cid=f"cid-{number:05d}")
    rounds = [purge_expired(NOON + timedelta(days=31)) for _ in range(4)]
    assert rounds == [2, 2, 1, 0]
