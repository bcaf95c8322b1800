"""The real server process, as users meet it: started, killed with -9, and started again on the same data."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import IO

from tests.faults.warm import OURS, Forked, Warm
from tests.stores import forker, free_port, spawn, wait_until

ROOT = Path(__file__).resolve().parents[2]
READY_WITHIN = 120.0  # seconds; a busy two-core machine is slow to import
warm = Warm()


class Server:
    """One Daphne process on a port of its own, with SQLite in `state` unless URLs name other stores.

    `start()` returns when /healthz answers 200. `kill9()` and `restart()` keep port and data. Its processes are
    forked from one that has imported everything (`warm.py`), unless it is `cold`: started as an operator does.
    """

    cold = False

    def __init__(
        self, state: Path, *, database_url: str = "", redis_url: str = "", env: dict[str, str] | None = None
    ) -> None:
        self.state = state
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.ws_url = f"ws://127.0.0.1:{self.port}/ws/"
        self.log = state / f"server-{self.port}.log"
        self.demo_password = ""
        self._process: subprocess.Popen[bytes] | Forked | None = None
        self.env = {
            **{key: value for key, value in os.environ.items() if not key.startswith(OURS)},
            "JOBFAIR_DEBUG": "1",
            "JOBFAIR_STATE": str(state),
            **({"DATABASE_URL": database_url} if database_url else {}),
            **({"REDIS_URL": redis_url} if redis_url else {}),
            **(env or {}),
        }

    @property
    def pid(self) -> int:
        assert self._process is not None, "the server is not running"
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def manage(self, *arguments: str) -> str:
        """Run manage.py on this server's stores; returns what it printed, raises with its complaint."""
        with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as complaint:
            code = self.begin(*self.command(*arguments)[1:], stdout=out, stderr=complaint).wait()
            for stream in (out, complaint):
                stream.seek(0)
            said = out.read()
            assert code == 0, f"manage.py {' '.join(arguments)} ended with {code}\n{said}{complaint.read()}"
        return said

    def begin(
        self, *arguments: str, stdout: IO[str] | IO[bytes], stderr: IO[str] | IO[bytes]
    ) -> subprocess.Popen[bytes] | Forked:
        """A process with this server's environment; `arguments` as after `python`."""
        if self._is_cold:
            command = [sys.executable, *arguments]
            return subprocess.Popen(command, env=self.env, cwd=ROOT, stdout=stdout, stderr=stderr)
        fork = partial(warm.fork, arguments, self.env, stdout=stdout.fileno(), stderr=stderr.fileno())
        return forker.submit(fork).result()

    def command(self, *arguments: str) -> list[str]:
        """manage.py, to be run with `env`."""
        return [sys.executable, str(ROOT / "manage.py"), *arguments]

    def serve(self) -> list[str]:
        """The command that serves on this server's port."""
        address = ["--host", "127.0.0.1", "--port", str(self.port)]
        return [sys.executable, "-m", "jobfair.config.serve", *address]

    def start(self) -> Server:
        assert not self.running, "the server runs already"
        if self._is_cold:
            self._process = spawn(self.serve(), log=self.log, env=self.env, cwd=ROOT)
        else:
            with self.log.open("ab") as log:
                self._process = self.begin(*self.serve()[1:], stdout=log, stderr=log)
        wait_until(self._ready_or_dead, within=READY_WITHIN, what="the server", log=self.log)
        assert self.running, f"the server ended at start\n{self.log_text()}"
        return self

    def kill9(self) -> None:
        """SIGKILL, at whatever it is doing."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """SIGTERM, as an operator stops it."""
        self._end(signal.SIGTERM)

    def restart(self) -> Server:
        """Start again on the same port and data, whether it was killed or still runs."""
        self._end(signal.SIGTERM)
        return self.start()

    def log_text(self) -> str:
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    @property
    def _is_cold(self) -> bool:
        return self.cold or not warm.can_be(self.env)

    def _ready_or_dead(self) -> bool:
        if not self.running:
            return True
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        with contextlib.closing(connection), contextlib.suppress(OSError, http.client.HTTPException):
            connection.request("GET", "/healthz")
            response = connection.getresponse()
            response.read()
            return response.status == 200
        return False

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.poll() is None:
            process.send_signal(how)
        try:
            process.wait(timeout=40)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
