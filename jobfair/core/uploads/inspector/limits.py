"""What the inspecting process may use. Set by itself, before it reads the first byte."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys
from pathlib import Path

MB = 1 << 20
MEMORY = 640 * MB  # address space: shared libraries of three parsers are 150 MB of it
CPU_SECONDS = 5
WALL_SECONDS = 20  # the last resort: on a busy machine a good file takes long, and little of a processor
OUTPUT = 64 * MB
OPEN_FILES = 16
CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000  # linux/sched.h
PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS = 1, 38  # linux/prctl.h


def confine() -> None:
    """No network where the kernel lets us leave it, no core dump, no more than the figures above; dies with us."""
    signal.setitimer(signal.ITIMER_REAL, WALL_SECONDS + 1)  # SIGALRM ends it, should nobody else be left to
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        libc.unshare(CLONE_NEWUSER | CLONE_NEWNET)
        libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    _limit(resource.RLIMIT_AS, MEMORY)
    _limit(resource.RLIMIT_CPU, CPU_SECONDS)
    _limit(resource.RLIMIT_FSIZE, OUTPUT)
    _limit(resource.RLIMIT_NOFILE, OPEN_FILES)
    _limit(resource.RLIMIT_CORE, 0)
    os.nice(5)  # the fair's own requests come first


def _limit(what: int, most: int) -> None:
    _, hard = resource.getrlimit(what)
    ceiling = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (ceiling, ceiling))


def peak_memory() -> int:
    """Bytes of memory this process held at most; getrusage would count what its parent held when it forked."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    held = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
    return int(held.split()[1]) * 1024
