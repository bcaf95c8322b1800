"""People who keep the demo fair lively, in a process of their own beside the server."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time

from django.conf import settings

SPARE = 6  # booths up to this number are the visitor's to call at
BOUNDS = (
    "--seekers=200", "--booths=24", "--speed=5", "--hours=9", "--limit=7200", f"--spare={SPARE}",
    "--fair=nantong", "--beside-server",
)  # fmt: skip


class Crowd:
    """Started once the server listens; gone before it is."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        log = settings.STATE_DIR / "logs" / "lively.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "simulate_fair", *BOUNDS]
        with log.open("wb") as out:
            self._process = subprocess.Popen(  # noqa: S603 - our own command
                [*command, f"--url=http://127.0.0.1:{self.port}"],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                env={**os.environ, "DJANGO_SETTINGS_MODULE": "jobfair.config.settings"},
            )

    def stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()


def end_with_parent() -> None:
    """A server that is killed takes its people along: they notice within two seconds."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(2)
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()
