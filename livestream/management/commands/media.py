"""`manage.py media`: the media station in a process of its own, until SIGTERM or Ctrl-C."""

from __future__ import annotations

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand

from jobfair.core.clock import Keeper
from livestream.broadcasting import make_station


class Command(BaseCommand):
    help = "Takes encoders and cameras in and writes what viewers fetch. Needs JOBFAIR_RTMP and the state folder."

    def handle(self, *args: Any, **options: Any) -> None:
        ended = threading.Event()
        for ending in (signal.SIGTERM, signal.SIGINT):
            signal.signal(ending, lambda *_: ended.set())
        keeper, station = Keeper(), make_station()
        keeper.start()
        station.start()
        self.stdout.write("on air")
        self.stdout.flush()
        ended.wait()
        station.stop()
        keeper.stop()
        self.stdout.write("stopped")
