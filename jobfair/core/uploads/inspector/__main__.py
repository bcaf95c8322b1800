"""`python -m jobfair.core.uploads.inspector KINDS MAX_PAGES VERDICT_FD`: stdin is the file, stdout its cleaned copy."""

from __future__ import annotations

import errno
import json
import os
import sys
from collections.abc import Callable
from typing import Any, BinaryIO

from jobfair.core.uploads.inspector import limits
from jobfair.core.uploads.inspector.verdict import Refused, Report


def inspect(source: BinaryIO, out: BinaryIO, *, kinds: set[str], max_pages: int) -> Report:
    """Look at `source` and write its cleaned copy to `out`, or raise Refused."""
    from jobfair.core.uploads.inspector import sniffing

    sniffing.scan_raw(source)
    kind = sniffing.kind_of(source)
    if kind == "zip":
        from jobfair.core.uploads.inspector import office

        return office.inspect(source, out, kinds=kinds, max_pages=max_pages)
    if kind not in kinds:
        raise Refused("wrong_kind")
    if kind == "pdf":
        from jobfair.core.uploads.inspector import pdf

        return pdf.inspect(source, out, max_pages=max_pages)
    from jobfair.core.uploads.inspector import pictures

    return pictures.inspect(source, out)


def verdict_of(look: Callable[[], Report]) -> dict[str, Any]:
    """The one place where whatever a hostile file makes a parser raise becomes a reason."""
    try:
        return look().wire()
    except Refused as refused:
        return refused.wire()
    except (MemoryError, RecursionError):
        return Refused("too_complex").wire()
    except OSError as error:
        reasons = {errno.ENOSPC: "no_room", errno.EDQUOT: "no_room", errno.EFBIG: "unpacked_too_large"}
        return Refused(reasons.get(error.errno or 0, "unreadable")).wire()
    except Exception as error:  # noqa: BLE001 - a parser's own error says no more than this
        is_memory = "alloc" in str(error).lower()
        return {**Refused("too_complex" if is_memory else "unreadable").wire(), "error": repr(error)[:500]}


def main(kinds: str, max_pages: str, verdict_fd: str) -> None:
    limits.confine()
    with os.fdopen(0, "rb", closefd=False) as source, os.fdopen(1, "w+b", closefd=False) as out:

        def look() -> Report:
            report = inspect(source, out, kinds=set(kinds.split(",")), max_pages=int(max_pages))
            out.flush()
            return report

        verdict = verdict_of(look)
        verdict["peak"] = limits.peak_memory()
        os.write(int(verdict_fd), json.dumps(verdict).encode())
    os._exit(0)  # a parser's clean-up has nothing more to say


if __name__ == "__main__":
    main(*sys.argv[1:])
