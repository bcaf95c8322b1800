"""What a seeker's phone must have before a page shows: JavaScript, gzipped, on a first visit.

The entry with what it preloads, the page's part, its words, and all they import. What a page asks for afterwards (the
sheets behind a button, the watch for notices) waits for nobody and is only told. Cheap phones, 4G in a full hall.
"""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

pytestmark = [pytest.mark.e2e, pytest.mark.pages]
DIST = Path(__file__).resolve().parents[2] / "frontend" / "dist"
BUDGET = 100_000  # bytes
STATIC = re.compile(
    r"""(?:^|[;}\s])(?:import|export)\s*(?:[\w$*{][^"';()]*?from\s*)?["']\./([\w-]+\.js)["']"""
)
LAZY = re.compile(r"""import\(\s*[`"']\./([\w-]+\.js)[`"']\s*\)""")
PAGES = {  # address → the page's own part; without one it is in the entry
    "/": "HomePage",
    "/f/:slug": "",
    "/b/:id": "BoothPage",
    "/p/:id": "PositionPage",
    "/me": "MePage",
    "/search": "SearchPage",
}


def code_of(name: str) -> str:
    return (DIST / "assets" / name).read_text()


def whole(names: set[str]) -> set[str]:
    """`names` and everything they import at once."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += STATIC.findall(code_of(name))
    return found


def entry() -> tuple[str, set[str]]:
    html = (DIST / "index.html").read_text()
    [main] = re.findall(r'<script type="module"[^>]* src="/static/assets/([^"]+)"', html)
    return main, {main, *re.findall(r'modulepreload"[^>]* href="/static/assets/([^"]+)"', html)}


def page_parts(main: str, page: str) -> set[str]:
    """The page's part and the words its route loads with it (`withWords(page, words)`)."""
    if not page:
        return set()
    lazy = list(LAZY.finditer(code_of(main)))
    [place] = [number for number, one in enumerate(lazy) if one[1].startswith(f"{page}-")]
    found = {lazy[place][1]}
    after = lazy[place + 1 : place + 2]
    if after and after[0].start() - lazy[place].end() < 120 and "ords-" in after[0][1]:
        found.add(after[0][1])
    return found


def size_of(names: set[str]) -> int:
    return sum(len(gzip.compress((DIST / "assets" / name).read_bytes(), 9)) for name in names)


def test_a_seekers_first_page_fits_its_budget() -> None:
    main, first = entry()
    loads: dict[str, int] = {}
    for path, page in PAGES.items():
        parts = page_parts(main, page)
        own = whole(parts)
        names = whole(first) | own
        assert all((DIST / "assets" / name).is_file() for name in names)
        loads[path] = size_of(names)
        print(f"first load of {path}: {loads[path] / 1000:.1f} kB of JavaScript, gzipped")
    assert {path: size for path, size in loads.items() if size > BUDGET} == {}


def test_the_count_holds_what_it_should() -> None:
    """The entry alone is most of it; a page that was counted as nothing would be a mistake here."""
    main, first = entry()
    assert size_of(whole(first)) > 50_000
    for page in filter(None, PAGES.values()):
        parts = page_parts(main, page)
        assert size_of(whole(parts) - whole(first)) > 300, page
    assert any("ords-" in name for name in page_parts(main, "MePage"))
    assert any("ords-" in name for name in page_parts(main, "PositionPage"))
