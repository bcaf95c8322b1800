"""Kept files: durable, out of reach, gone when nobody names them; a full disk or a killed process leaves nothing."""

from __future__ import annotations

import errno
import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.http import FileResponse

import jobfair
from jobfair.core import clock
from jobfair.core.errors import NotFound
from jobfair.core.uploads import MB, attachment, check_upload, checking, discard, keeping, keeps, open_stored
from jobfair.core.uploads.inspector import limits
from jobfair.core.uploads.refusals import InspectorsBusy, NoRoom
from tests.core.uploads import good

pytestmark = pytest.mark.unit
ROOT = Path(next(iter(jobfair.__path__))).parent


@pytest.fixture(autouse=True)
def state(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    settings.STATE_DIR = tmp_path
    monkeypatch.setattr(keeping, "_areas", {})
    return tmp_path


def files_under(path: Path) -> list[Path]:
    return [one for one in path.rglob("*") if one.is_file()]


def keep(data: bytes = b"") -> str:
    return check_upload(io.BytesIO(data or good.png()), area="tests", kinds={"image"}, max_bytes=MB).key


def test_a_full_disk_is_said_and_nothing_stays(state: Path) -> None:
    """The disk fills while the file arrives."""

    class Filling(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell() > 0:
                raise OSError(errno.ENOSPC, "No space left on device")
            return super().read(size)

    with pytest.raises(NoRoom) as refused:
        check_upload(Filling(good.png()), area="tests", kinds={"image"}, max_bytes=MB)
    assert refused.value.status == 507
    assert "已填写的内容都还在" in str(refused.value.text)
    assert files_under(state) == []


def test_a_disk_that_fills_while_the_copy_is_written_is_said_too(
    state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "run_inspector", lambda *_: {"ok": False, "reason": "no_room", "found": 0})
    with pytest.raises(NoRoom):
        keep()
    assert files_under(state) == []


def test_a_nearly_full_disk_is_left_to_the_database(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = keeping.shutil.disk_usage(state)
    monkeypatch.setattr(keeping.shutil, "disk_usage", lambda _: usage._replace(free=keeping.SPARE + MB))
    with pytest.raises(NoRoom):
        keep()
    assert files_under(state) == []


FULL_DISK = """
import io, os, sys
from django.conf import settings
settings.configure(STATE_DIR=sys.argv[1], USE_I18N=False)
from jobfair.core.uploads import keeping, check_upload
from jobfair.core.uploads.refusals import NoRoom
from tests.core.uploads import good
keeping.SPARE = -(1 << 40)  # the disk is as full as it says
picture = good.jpeg((1800, 1500))
try:
    check_upload(io.BytesIO(picture), area="tests", kinds={"image"}, max_bytes=1)
except NoRoom:
    raise SystemExit("asked for room of a byte")
except Exception:
    pass
os.truncate(os.open(sys.argv[1] + "/ballast", os.O_RDWR | os.O_CREAT), 0)
with open(sys.argv[1] + "/ballast", "wb", buffering=0) as ballast:
    room = os.statvfs(sys.argv[1]); size = room.f_bavail * room.f_frsize - int(sys.argv[2])
    ballast.write(bytes(size))
try:
    check_upload(io.BytesIO(picture), area="tests", kinds={"image"}, max_bytes=1 << 20)
except NoRoom:
    left = [name for where, _, names in os.walk(sys.argv[1] + "/uploads") for name in names]
    print("NoRoom", left)
"""


@pytest.mark.faults
@pytest.mark.parametrize("spare", [4096, 24576], ids=["as it arrives", "as its copy is written"])
def test_a_disk_that_is_really_full(tmp_path: Path, spare: int) -> None:
    """A file system of one megabyte, in a namespace of its own."""
    mount = f"mount -t tmpfs -o size=1m none {tmp_path} && exec {sys.executable} - {tmp_path} {spare}"
    done = subprocess.run(
        ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", mount],
        input=FULL_DISK,
        text=True,
        capture_output=True,
        check=False,
        env={"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]},
        timeout=240,
    )
    if "unshare" in done.stderr or "mount:" in done.stderr:
        pytest.skip(f"this machine lets nobody mount: {done.stderr.strip()[:120]}")
    assert done.stdout == "NoRoom []\n", done.stdout + done.stderr


@pytest.mark.faults
def test_a_process_killed_during_an_upload_leaves_what_the_sweep_removes(state: Path) -> None:
    """Killed while the inspector looks: the inspector dies too, and an hour later nothing is left."""
    script = (
        "import io, sys; from django.conf import settings; "
        f"settings.configure(STATE_DIR={str(state)!r}, USE_I18N=False)\n"
        "from jobfair.core.uploads import check_upload; from tests.core.uploads import hostile\n"
        "check_upload(io.BytesIO(hostile.pdf_bomb_in_a_bomb()), area='tests', kinds={'pdf'}, max_bytes=1 << 20)"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script], env={"PYTHONPATH": str(ROOT)}, stderr=subprocess.DEVNULL
    )
    deadline = time.monotonic() + 120
    while not list(state.rglob("*.verdict")) and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert files_under(state)
    assert keeping.sweep_now(clock.now()) == 0  # it might still be arriving
    assert keeping.sweep_now(clock.now() + keeping.UNNAMED_FOR + timedelta(minutes=1)) > 0
    assert files_under(state) == []


def test_the_sweep_takes_what_no_row_names_and_only_in_areas_somebody_speaks_for(state: Path) -> None:
    named, orphan = keep(), keep()
    later = clock.now() + keeping.UNNAMED_FOR + timedelta(minutes=1)
    assert keeping.sweep_now(later) == 0

    def in_use(keys: Iterable[str]) -> set[str]:
        return set(keys) & {named}

    keeps("tests", in_use)
    assert keeping.sweep_now(clock.now()) == 0
    assert keeping.sweep_now(later) == 1
    open_stored(named).close()
    with pytest.raises(NotFound):
        open_stored(orphan)


def test_a_file_is_private_and_served_only_to_be_saved(state: Path) -> None:
    key = keep()
    path = state / "uploads" / key
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    reply = attachment(key, name="王小明.png", content_type="image/png")
    assert isinstance(reply, FileResponse)
    assert reply["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert reply["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in reply["Content-Security-Policy"]
    assert reply["Content-Type"] == "image/png"
    reply.close()
    discard(key)
    with pytest.raises(NotFound):
        attachment(key, name="a.png", content_type="image/png")


@pytest.mark.parametrize(
    "key", ["../secret", "tests/../../jobfair.sqlite3", "tests/aa/" + "g" * 38, "", "/etc/passwd"]
)
def test_a_key_that_is_none_opens_nothing(key: str) -> None:
    with pytest.raises(NotFound):
        open_stored(key)


def test_four_at_once_take_turns_and_all_are_kept(state: Path) -> None:
    picture = good.png()
    kept: list[str] = []
    threads = [threading.Thread(target=lambda: kept.append(keep(picture))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(kept)) == 4
    assert len(files_under(state)) == 4


def test_who_waits_too_long_for_a_turn_is_asked_to_come_back(
    state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "_turns", threading.BoundedSemaphore(1))
    monkeypatch.setattr(checking, "WAIT_SECONDS", 0.01)
    with checking._turns, pytest.raises(InspectorsBusy) as refused:
        keep()
    assert refused.value.retry_after == 5
    assert files_under(state) == []


def test_the_inspecting_process_has_no_secret_and_no_network(tmp_path: Path) -> None:
    script = (
        "import os, socket, json, resource\n"
        "from jobfair.core.uploads.inspector.limits import confine\n"
        "confine()\n"
        "try:\n    socket.create_connection(('127.0.0.1', 22), 1); reached = True\n"
        "except OSError as error:\n    reached = error.errno\n"
        "print(json.dumps([sorted(os.environ), reached, resource.getrlimit(resource.RLIMIT_AS)[0]]))"
    )
    env = {"PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"}
    said = subprocess.run(
        [sys.executable, "-sB", "-c", script], env=env, capture_output=True, text=True, check=True
    )
    names, reached, memory = json.loads(said.stdout)
    assert not [name for name in names if "SECRET" in name or "URL" in name]
    assert reached is not True
    assert memory == limits.MEMORY
