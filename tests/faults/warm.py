"""Processes of the product that skip its imports: one process has imported everything and is forked for each.

Importing takes 1.7 s of a processor, and a run starts some two hundred servers and commands. A forked one is a real
process all the same: a pid of its own, a child of ours that can be killed with -9, the settings of its own
environment, and the same entry (`python -m jobfair.config.serve`, `manage.py`) run as `__main__`.

Run as a script it is the warmed process: it takes requests from the socket on its stdin and answers with pids.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import json
import os
import runpy
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
OURS = ("JOBFAIR_", "DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE")
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36  # linux/prctl.h
SETTINGS = "jobfair.config.settings"
# They build something from the settings, or the loop of the process, when they are imported.
OWN_TO_EACH = ("jobfair.config.serve", "jobfair.config.asgi", "jobfair.realtime.daphne", "daphne.server")
_libc = ctypes.CDLL(None, use_errno=True)


class Forked:
    """What `subprocess.Popen` offers, as far as tests use it."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._lock = threading.Lock()

    def poll(self) -> int | None:
        with self._lock:
            if self.returncode is None:
                ended, status = os.waitpid(self.pid, os.WNOHANG)
                if ended:
                    self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        deadline = None if timeout is None else time.monotonic() + timeout
        while (code := self.poll()) is None:
            if deadline is not None and time.monotonic() > deadline:
                raise subprocess.TimeoutExpired("a forked process", timeout or 0)
            time.sleep(0.005)
        return code

    def send_signal(self, how: signal.Signals) -> None:
        if self.poll() is None:
            os.kill(self.pid, how)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


class Warm:
    """The warmed process, begun with the first request. Use it from one thread, which outlives what it forks."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._line: socket.socket | None = None

    def can_be(self, env: Mapping[str, str]) -> bool:
        """Whether a process of this environment may be forked: only our own settings may differ from ours."""
        but = (*OURS, "PYTEST_CURRENT_TEST")
        theirs, ours = ({k: v for k, v in of.items() if not k.startswith(but)} for of in (env, os.environ))
        return sys.platform == "linux" and env.get("JOBFAIR_DEBUG") == "1" and theirs == ours

    def fork(
        self,
        arguments: Sequence[str],
        env: Mapping[str, str],
        *,
        stdout: int,
        stderr: int,
        parent_death: int = signal.SIGKILL,
    ) -> Forked:
        """`arguments` as after `python`: `-m MODULE …` or a script's path."""
        line = self._begin()
        request = {"arguments": list(arguments), "env": dict(env), "parent_death": int(parent_death)}
        _libc.prctl(PR_SET_CHILD_SUBREAPER, 1)  # the grandchild becomes our child when its parent has ended
        try:
            body = json.dumps(request).encode()
            socket.send_fds(line, [len(body).to_bytes(8, "big")], [stdout, stderr])
            line.sendall(body)
            answer = line.recv(8, socket.MSG_WAITALL)
        finally:
            _libc.prctl(PR_SET_CHILD_SUBREAPER, 0)
        assert len(answer) == 8, "the warmed process has ended; what it complained of stands above"
        return Forked(int.from_bytes(answer, "big"))

    def close(self) -> None:
        if self._line is not None and self._process is not None:
            self._line.close()
            self._process.wait(timeout=60)
        self._line = self._process = None

    def _begin(self) -> socket.socket:
        if self._line is None:
            ours, theirs = socket.socketpair()
            env = {k: v for k, v in os.environ.items() if not k.startswith(OURS)}
            env |= {"JOBFAIR_DEBUG": "1", "JOBFAIR_STATE": os.environ["JOBFAIR_STATE"]}
            env["DATABASE_URL"] = os.environ.get("DATABASE_URL", "")
            with theirs:
                self._process = subprocess.Popen(
                    [sys.executable, "-m", "tests.faults.warm"], stdin=theirs, env=env, cwd=ROOT
                )
            self._line = ours
        return self._line


# ---- the warmed process ------------------------------------------------------------------------------------


def main() -> None:
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    line = socket.socket(fileno=os.dup(0))
    warm_up()
    request = serve_requests(line)
    if request is not None:
        run(request)


def warm_up() -> None:
    """Import the whole product; what a process must make for itself is forgotten again."""
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
    gc.disable()
    importlib.import_module("jobfair.config.serve")
    importlib.import_module("django.core.management.commands.shell")
    from daphne.server import twisted_loop

    for name in (*OWN_TO_EACH, "twisted.internet.reactor"):
        module = sys.modules.pop(name)
        parent, _, last = name.rpartition(".")
        with contextlib.suppress(AttributeError):
            delattr(sys.modules[parent], last)
        del module
    twisted_loop.close()
    gc.collect()
    gc.freeze()
    gc.enable()
    assert len([*Path("/proc/self/task").iterdir()]) == 1, "only a process of one thread may be forked"


def serve_requests(line: socket.socket) -> dict[str, Any] | None:
    """Returns in the forked processes, with what they are to be; in the warmed one, with None, at the end."""
    while True:
        head, streams, _, _ = socket.recv_fds(line, 8, 2)
        if not head:
            return None
        request = json.loads(line.recv(int.from_bytes(head, "big"), socket.MSG_WAITALL))
        told, tell = os.pipe()
        between = os.fork()
        if between == 0:
            between = os.getpid()
            pid = os.fork()
            if pid:
                os.write(tell, pid.to_bytes(8, "big"))
                os._exit(0)
            while os.getppid() == between:  # until it has ended, and the tests' process is our parent
                time.sleep(0.001)
            _take_streams([line.detach(), told, tell], streams)
            return dict(request)
        for one in (tell, *streams):
            os.close(one)
        os.waitpid(between, 0)
        answer = os.read(told, 8)
        os.close(told)
        line.sendall(answer)


def _take_streams(not_ours: Sequence[int], streams: Sequence[int]) -> None:
    for one in not_ours:
        os.close(one)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for one, place in ((nothing, 0), (streams[0], 1), (streams[1], 2)):
        os.dup2(one, place)
        os.close(one)


def run(request: dict[str, Any]) -> None:
    """Become what was asked for: its environment, its settings, its entry."""
    _libc.prctl(PR_SET_PDEATHSIG, request["parent_death"])
    os.environ.clear()
    os.environ.update(request["env"])
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
    take_settings()
    arguments = request["arguments"]
    if arguments[0] == "-m":
        sys.argv = arguments[1:]
        runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = arguments
        runpy.run_path(arguments[0], run_name="__main__")


def take_settings() -> None:
    """Read the settings again, and forget what was made from those before."""
    from channels.layers import channel_layers
    from django.conf import settings
    from django.core.cache import caches
    from django.db import connections
    from django.utils.functional import empty

    from jobfair.realtime import doorbell

    importlib.reload(sys.modules[SETTINGS])
    settings._wrapped = empty
    for made in (connections, caches):
        for alias in made.settings:
            with contextlib.suppress(AttributeError):
                delattr(made._connections, alias)
        made._settings = None
        made.__dict__.pop("settings", None)
        assert "default" in made.settings
    channel_layers.backends.clear()
    doorbell.PROCESS = secrets.token_hex(8)


if __name__ == "__main__":
    main()
