"""The server killed with -9 around a counsellor's plan and a word on the first day: kept once acknowledged, once."""

from __future__ import annotations

import json
import random
import threading
import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from tests.faults.client import Json, Reply, Visitor
from tests.faults.hiring import signed_in
from tests.faults.oracle import cursor_of, rows
from tests.faults.server import Server

pytestmark = pytest.mark.faults
MAKE = """
import json
from datetime import timedelta
from jobfair.applications import services
from jobfair.core import clock
from tests.advice.scene import ServiceDesk
from tests.applications.scene import Hiring, make_applicant, make_verified_seeker, session_of
now = clock.now()
hiring = Hiring(now=now)
seeker, counsellor = make_applicant(), make_verified_seeker(name="咨询员")
offered = hiring.open(hiring.submit(seeker))
services.settle_decision(decision_id=hiring.decide(offered, to="offered"), now=now + timedelta(minutes=1))
services.plan_start(
    application=offered, starts_on=clock.local(now).date(), contract_on=None, by=hiring.recruiter, now=now
)
desk = ServiceDesk(hiring.fair, counsellor=counsellor, now=now)
print(json.dumps(dict(
    application=offered.pk, ticket=desk.talk(seeker).pk, seeker=session_of(seeker), counsellor=session_of(counsellor),
)))
"""
KILLED_AFTER = 0.25  # seconds of writing at most, from the press; the answer of some is then lost
Rounds = Callable[[int, int], int]


def killed_while(server: Server, act: Callable[[], Reply]) -> Reply:
    """Kill the server at a random point of `act`, start it again; the answer that `act` then settles on."""
    answers: list[Reply] = []
    writing = threading.Thread(target=lambda: answers.append(act()), daemon=True)
    writing.start()
    time.sleep(random.uniform(0, KILLED_AFTER))
    server.kill9()
    server.start()
    writing.join(timeout=120)
    assert len(answers) == 1, "no answer came"
    return answers[0]


def settled(server: Server, who: Visitor, path: str, body: Json) -> Json:
    """One press around a kill, and its repeat afterwards: both say the same."""
    key = uuid.uuid4().hex
    first = killed_while(server, lambda: who.settle("POST", path, body, key))
    again = who.settle("POST", path, body, key)
    assert (first.status, again.status, again.json) == (200, 200, first.json), again.text
    told: Json = first.json
    return told


def made(server: Server) -> dict[str, Any]:
    return dict(json.loads(server.manage("shell", "-v", "0", "-c", MAKE).splitlines()[-1]))


def one(server: Server, sql: str) -> Any:
    with cursor_of(server) as cursor:
        return rows(cursor, sql)[0][0]


def test_a_plan_is_kept_and_written_once(make_server: Callable[..., Server], rounds: Rounds) -> None:
    server = make_server()
    scene = made(server)
    counsellor, cut_off = signed_in(scene["counsellor"], [server]), 0
    for number in range(1, rounds(2, 30) + 1):
        body = {
            "topic": f"第{number}稿",
            "advice": "先开凭证",
            "steps": [{"text": "补材料"}, {"text": "再来"}],
        }
        plan = settled(server, counsellor, f"advice/{scene['ticket']}", body)
        assert plan["topic"] == f"第{number}稿"
        assert one(server, "SELECT revision FROM advice_adviceplan") == number, "written twice, or lost"
        assert one(server, "SELECT COUNT(*) FROM advice_advicestep") == 2
        seen = signed_in(scene["seeker"], [server]).settle("GET", "me/advice").json
        assert [one["topic"] for one in seen["plans"]] == [f"第{number}稿"]
        cut_off = counsellor.in_doubt
    print(f"{number} plans around kills, {cut_off} answers cut off and asked for again, 0 lost, 0 doubled")


def test_a_word_on_the_first_day_is_kept_and_said_once(
    make_server: Callable[..., Server], rounds: Rounds
) -> None:
    server = make_server()
    scene = made(server)
    seeker = signed_in(scene["seeker"], [server])
    for number in range(1, rounds(2, 30) + 1):
        yes = number % 2 == 1
        body = {"stage": "start", "yes": yes}
        start = settled(server, seeker, f"applications/{scene['application']}/start-word", body)
        assert start["standing"] == ("hired" if yes else "not_started")
        assert one(server, "SELECT COUNT(*) FROM applications_startword") == number, "said twice, or lost"
        state = one(server, f"SELECT state FROM applications_application WHERE id = {scene['application']}")
        assert state == ("hired" if yes else "offered")
    print(
        f"{number} words around kills, {seeker.in_doubt} answers cut off and asked for again, 0 lost, 0 doubled"
    )
