"""`manage.py simulate_fair`: a fair full of people, on a running server or one of its own."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from jobfair.config.simulation import scene
from jobfair.config.simulation.crowd import end_with_parent
from jobfair.config.simulation.running import Day, Plan, figures, is_sound
from jobfair.core import clock

MOST_SEEKERS, MOST_BOOTHS, MOST_LIMIT_S = 10_000, 1_000, 4 * 3600
READY_WITHIN = 120.0


class Command(BaseCommand):
    help = (
        "模拟一场招聘会：求职者、招聘员、现场工作人员通过真实的网页接口使用系统，最后核对数据。仅限演示环境。"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seekers", type=int, default=2000)
        parser.add_argument("--booths", type=int, default=200)
        parser.add_argument("--speed", type=float, default=60.0, help="fair seconds in one of ours")
        parser.add_argument("--hours", type=float, default=4.0, help="fair hours in which people come")
        parser.add_argument(
            "--limit", type=float, default=1800.0, help="real seconds, then everybody goes home"
        )
        parser.add_argument(
            "--url", help="a running server on this database; without it, one of its own on its own"
        )
        parser.add_argument("--fair", help="live in this fair instead of a new one; its booths stay open")
        parser.add_argument(
            "--spare", type=int, default=0, help="booths up to this number keep their own recruiters"
        )
        parser.add_argument(
            "--beside-server", action="store_true", help="end with the process that started this"
        )
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("模拟只能在演示环境运行：请设置 JOBFAIR_DEBUG=1。")
        for name, most in (("seekers", MOST_SEEKERS), ("booths", MOST_BOOTHS), ("limit", MOST_LIMIT_S)):
            if not 1 <= options[name] <= most:
                raise CommandError(f"--{name} 应在 1 到 {most} 之间。")
        if options["speed"] <= 0 or options["hours"] <= 0:
            raise CommandError("--speed 和 --hours 应大于 0。")
        if options["beside_server"]:
            end_with_parent()
        if options["url"]:
            self._simulate(options)
        else:
            self._on_its_own()

    def _simulate(self, options: dict[str, Any]) -> None:
        now, accounts = clock.now(), min(options["seekers"] // 10, 400)
        self._say(f"preparing {options['booths']} booths")
        if options["fair"]:
            made = scene.visit(
                slug=options["fair"],
                booths=options["booths"],
                spare=options["spare"],
                accounts=accounts,
                now=now,
            )
        else:
            made = scene.prepare(
                booths=options["booths"],
                accounts=accounts,
                speed=options["speed"],
                hours=options["hours"],
                now=now,
            )
        plan = Plan(
            seekers=options["seekers"],
            hours=options["hours"],
            speed=options["speed"],
            limit_s=options["limit"],
            seed=options["seed"],
            closes=not options["fair"],
        )
        day = Day(made, plan, options["url"], self._say)
        asyncio.run(day.pass_by())
        found = figures(day)
        self.stdout.write(json.dumps(found, ensure_ascii=False) if options["json"] else told(found))
        if not is_sound(found):
            raise CommandError("the simulated fair was not sound: see above", returncode=1)

    def _say(self, sentence: str) -> None:
        self.stderr.write(f"{time.strftime('%H:%M:%S')} {sentence}")

    def _on_its_own(self) -> None:
        """This command again, beside a server on an empty database (or the one DATABASE_URL names)."""
        with tempfile.TemporaryDirectory(prefix="jobfair-simulation-") as folder:
            env = {**os.environ, "JOBFAIR_STATE": folder}
            manage = [sys.executable, str(settings.BASE_DIR / "manage.py")]
            subprocess.run([*manage, "migrate", "--verbosity", "0"], env=env, check=True)  # noqa: S603
            # As in service: DEBUG would keep every query's text and tell the whole of every failure.
            plain = {**env, "JOBFAIR_DEBUG": "", "JOBFAIR_SECRET_KEY": settings.SECRET_KEY}
            with serving(plain, Path(folder) / "server.log") as url:
                again = [*manage, *sys.argv[1:], "--url", url]
                code = subprocess.run(again, env=env, check=False).returncode  # noqa: S603
            if code:
                self.stderr.write(errors_of(Path(folder) / "server.log"))
        if code:
            raise SystemExit(code)


@contextlib.contextmanager
def serving(env: dict[str, str], log: Path) -> Iterator[str]:
    """The one-process server on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "jobfair.config.serve", "--port", str(port)]
    with log.open("wb") as out:
        server = subprocess.Popen(command, env=env, cwd=settings.BASE_DIR, stdout=out, stderr=out)  # noqa: S603
    try:
        deadline = time.monotonic() + READY_WITHIN
        while not answers(f"http://127.0.0.1:{port}"):
            if server.poll() is not None or time.monotonic() > deadline:
                raise CommandError(f"服务器没有启动：\n{log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.2)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()


def answers(url: str) -> bool:
    where = urlsplit(url)
    connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=30)
    with contextlib.closing(connection), contextlib.suppress(OSError, http.client.HTTPException):
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    return False


def errors_of(log: Path) -> str:
    """What the server complained of, the last of it."""
    lines = log.read_text(errors="replace").splitlines()
    complaints = [line for line in lines if "rror" in line or "Exception" in line]
    return "\n".join(complaints[-20:])


def told(found: dict[str, Any]) -> str:
    """The figures, a line each."""
    lines = [f"{name:<28}{value}" for name, value in found.items() if name != "violations"]
    if found["violations"] is None:
        return "\n".join([*lines, "tests/invariants.py is not here: nothing was checked"])
    lines += [f"{count:>6}  {name}" for name, count in found["violations"].items()]
    return "\n".join([*lines, f"{sum(found['violations'].values()):>6}  violations in all"])
