"""A booth with two recruiters and a seeker with a conversation, on a server's database, all signed in."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from tests.faults.client import Visitor
from tests.faults.hiring import signed_in
from tests.faults.server import Server

MAKE = """
import json
from jobfair.core import clock
from tests.applications.scene import session_of
from tests.chat.scene import Talk
talk = Talk(now=clock.now())
print(json.dumps(dict(
    conversation=talk.conversation.pk, booth=talk.booth.pk, seeker_id=talk.seeker.pk,
    seeker_session=session_of(talk.seeker), recruiter_sessions=[session_of(one) for one in talk.recruiters],
)))
"""


@dataclass(frozen=True)
class TalkScene:
    conversation: int
    booth: int
    seeker_id: int
    seeker_session: str
    recruiter_sessions: list[str]

    @property
    def path(self) -> str:
        return f"conversations/{self.conversation}"

    def seeker(self, servers: Sequence[Server]) -> Visitor:
        return signed_in(self.seeker_session, servers)

    def recruiter(self, servers: Sequence[Server], number: int = 0) -> Visitor:
        return signed_in(self.recruiter_sessions[number], servers)


def make_talk(server: Server) -> TalkScene:
    return TalkScene(**json.loads(server.manage("shell", "-v", "0", "-c", MAKE).splitlines()[-1]))
