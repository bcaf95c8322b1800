"""A small open fair on a server's database, made by the project's own services in a process of its own."""

from __future__ import annotations

import json
from dataclasses import dataclass

from tests.faults.server import Server

PASSWORD = "a-long-demo-password"
MAKE = """
import json
from datetime import timedelta
from jobfair.core import clock
from jobfair.fairs.models import Fair
from tests.factories import desks_of, make_booth, make_fair, make_recruiter
now = clock.now()
fair = make_fair(now=now)
Fair.objects.update(onsite_call_seconds={seconds}, online_call_seconds={seconds})
booths = []
for _ in range({booths}):
    booth = make_booth(fair, desks={desks}, now=now)
    user = make_recruiter(booth)
    user.set_password("{password}")
    user.save()
    booths.append(dict(id=booth.pk, recruiter=user.username, desks=[desk.pk for desk in desks_of(booth)]))
print(json.dumps(dict(fair=fair.pk, booths=booths)))
"""


@dataclass(frozen=True)
class BoothScene:
    id: int
    recruiter: str
    desks: list[int]


@dataclass(frozen=True)
class Scene:
    fair: int
    booths: list[BoothScene]
    password: str = PASSWORD

    @property
    def booth(self) -> int:
        """The first booth's id."""
        return self.booths[0].id


def make_scene(server: Server, *, booths: int = 2, desks: int = 1, call_seconds: int = 6) -> Scene:
    """`booths` open booths; whoever is called has `call_seconds` to come."""
    code = MAKE.format(booths=booths, desks=desks, seconds=call_seconds, password=PASSWORD)
    made = json.loads(server.manage("shell", "-v", "0", "-c", code).splitlines()[-1])
    return Scene(made["fair"], [BoothScene(**booth) for booth in made["booths"]])
