"""Becomes the command it is given, and dies with the thread that started it, even by kill -9 (prctl(2)).

python -IS guard.py PARENT_PID COMMAND ARGUMENT…
"""

import ctypes
import os
import resource
import signal
import sys

PR_SET_PDEATHSIG = 1
NICER_BY = 5  # the hall's answers come before the picture
MEMORY = 4 << 30  # bytes of address space, of which ffmpeg itself takes a part


def main(arguments: list[str]) -> None:
    parent, command = int(arguments[0]), arguments[1:]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died while we started
        sys.exit(1)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    os.nice(NICER_BY)
    os.execv(command[0], command)  # noqa: S606 - that is what it is for


if __name__ == "__main__":
    main(sys.argv[1:])
