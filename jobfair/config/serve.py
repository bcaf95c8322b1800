"""The one-process server: `python -m jobfair.config.serve --host 127.0.0.1 --port 8000 [--lively]`.

Daphne serves HTTP and the socket; the worker of deadlines and jobs, and where JOBFAIR_RTMP is set the media station,
run in threads beside it. SIGTERM drains: no new
connections, sockets sent away over a few seconds, running requests finished, exit 0 within 8 s. With `--lively`
simulated people use the demo fair for as long as the server runs, two hours at most.
"""

from __future__ import annotations

import argparse
import gc
import os
from collections.abc import Sequence

gc.disable()  # importing makes no garbage: looking for it takes a fifth of the start

from django.conf import settings  # noqa: E402

from jobfair.config.asgi import application  # noqa: E402
from jobfair.config.simulation.crowd import Crowd  # noqa: E402
from jobfair.config.urls import urlpatterns  # noqa: E402 - before the first visitor, not with the first request
from jobfair.core.clock import Keeper  # noqa: E402
from jobfair.core.deadlines import Worker  # noqa: E402
from jobfair.realtime.daphne import Server  # noqa: E402
from livestream.broadcasting import make_station  # noqa: E402

GARBAGE = (
    20_000,
    20,
    50,
)  # new objects before a look; by default 700, some hundred times a second in a full hall
BACKLOG = 4096  # connections the kernel keeps for us while the loop is busy


def main(argv: Sequence[str] | None = None) -> None:
    options = _parse(argv)
    assert urlpatterns
    gc.freeze()  # what was imported stays: no later search looks at it
    gc.set_threshold(*GARBAGE)
    gc.enable()
    keeper = Keeper()
    worker = None if os.environ.get("JOBFAIR_WORKER") == "off" else Worker()
    crowd = Crowd(options.port) if options.lively else None
    station = make_station() if settings.RTMP else None

    def start_helpers() -> None:
        for helper in (worker, crowd, station):
            if helper is not None:
                helper.start()

    server = Server(
        application=application,
        endpoints=[_endpoint(host, options.port) for host in options.host],
        ready=start_helpers,
    )
    keeper.start()
    try:
        server.run()
    finally:
        keeper.stop()
        if station is not None:
            station.stop()
        if crowd is not None:
            crowd.stop()
        if worker is not None and worker.is_alive():
            worker.stop()


def _parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="jobfair.config.serve", description=__doc__)
    parser.add_argument("--host", action="append", help="address to listen on; may be given again")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--lively", action="store_true", help="simulated people use the demo fair")
    options = parser.parse_args(argv)
    options.host = options.host or ["127.0.0.1"]
    return options


def _endpoint(host: str, port: int) -> str:
    address = host.replace(":", r"\:")
    return f"tcp:port={port}:interface={address}:backlog={BACKLOG}"


if __name__ == "__main__":
    main()
