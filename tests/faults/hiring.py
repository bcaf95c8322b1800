"""An employer with an inbox, and people already signed in, on a server's database; made in a process of its own."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from tests.faults.client import Json, Visitor
from tests.faults.server import Server

MAKE = """
import json
from jobfair.core import clock
from tests.applications.scene import Hiring, make_applicant, make_position, session_of
hiring = Hiring(now=clock.now())
positions = [hiring.position] + [
    make_position(hiring.fair, hiring.employer, now=hiring.now) for _ in range({positions} - 1)
]
seekers = [make_applicant(name="{name}" + chr(0x4E00 + number)) for number in range({seekers})]
print(json.dumps(dict(
    inbox=hiring.inbox.pk, fair=hiring.fair.pk, positions=[one.pk for one in positions],
    seekers=[one.pk for one in seekers], sessions=[session_of(one) for one in seekers],
    recruiters=[session_of(one) for one in hiring.recruiters],
)))
"""
CSRF = "c" * 32


@dataclass(frozen=True)
class HiringScene:
    """Ids, and the session keys of people who are signed in."""

    inbox: int
    fair: int
    positions: list[int]
    seekers: list[int]
    sessions: list[str]
    recruiters: list[str]

    @property
    def topic(self) -> str:
        return f"inbox:{self.inbox}"

    def seeker(self, number: int, servers: Sequence[Server]) -> Visitor:
        return signed_in(self.sessions[number], servers)

    def recruiter(self, servers: Sequence[Server], number: int = 0) -> Visitor:
        return signed_in(self.recruiters[number], servers)


def signed_in(session: str, servers: Sequence[Server]) -> Visitor:
    visitor = Visitor(servers)
    visitor.cookies = {"sessionid": session, "csrftoken": CSRF}
    return visitor


def make_hiring(server: Server, *, seekers: int, positions: int = 1, name: str = "求职者") -> HiringScene:
    """Seekers are called `name` and one more character each, from U+4E00 on: names have no digits."""
    code = MAKE.format(seekers=seekers, positions=positions, name=name)
    return HiringScene(**json.loads(server.manage("shell", "-v", "0", "-c", code).splitlines()[-1]))


def submission(agreed: bool = True) -> Json:
    from jobfair.applications import consent

    version = consent.VERSION if agreed else None
    return {"resume": "form", "source": "web", "source_ref": "", "consent_text_version": version}
