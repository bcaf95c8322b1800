"""The real server, with a thread that writes large pushes to `booth:<id>` through the event log, ten a tick.

`python -m tests.realtime.flooding --port N --topic booth:1 [--pad BYTES]`. Pushes hold the instant they were committed.
"""

from __future__ import annotations

import argparse
import threading
import time

from jobfair.config import serve  # loads Django

TICK = 0.2  # seconds
PUSHES, PAD = 10, 2000  # a tick: 100 kB a second to every socket


def flood(topic: str, pad: int) -> None:
    from django.db import connections, transaction

    from jobfair.core import clock
    from jobfair.realtime import doorbell, log
    from jobfair.realtime.epoch import current_epoch

    while True:
        time.sleep(TICK)
        pushes = [log.Push(topic, "tests.tick", {"sent": 0, "pad": "x" * pad}) for _ in range(PUSHES)]
        with transaction.atomic():
            for push in pushes:
                push.payload["sent"] = time.time()
            appends = log.append(pushes, at=clock.now())
        doorbell.ring(current_epoch(), appends)
        connections.close_all()


if __name__ == "__main__":
    options = argparse.ArgumentParser()
    options.add_argument("--topic", required=True)
    options.add_argument("--pad", type=int, default=PAD)
    ours, theirs = options.parse_known_args()
    threading.Thread(target=flood, args=[ours.topic, ours.pad], daemon=True).start()
    serve.main(theirs)
