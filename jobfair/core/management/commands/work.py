"""`manage.py work`: deadlines and jobs in a process of their own, until SIGTERM or Ctrl-C."""

from __future__ import annotations

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand

from jobfair.core.clock import Keeper
from jobfair.core.deadlines import Worker


class Command(BaseCommand):
    help = "Watches deadlines and does jobs. Any number of these may run beside the servers."

    def handle(self, *args: Any, **options: Any) -> None:
        ended = threading.Event()
        for ending in (signal.SIGTERM, signal.SIGINT):
            signal.signal(ending, lambda *_: ended.set())
        keeper, worker = Keeper(), Worker()
        keeper.start()
        worker.start()
        self.stdout.write("working")
        self.stdout.flush()
        ended.wait()
        worker.stop()
        keeper.stop()
        self.stdout.write("stopped")
