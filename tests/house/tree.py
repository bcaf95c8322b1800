"""The project's own files, as a commit would hold them."""

from __future__ import annotations

import subprocess
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NOT_OURS = {"node_modules", ".git", ".jobfair", "dist", "__pycache__", ".hypothesis"}


@cache
def _all() -> tuple[Path, ...]:
    """Files that git does not ignore; in an exported copy without git, all but what a run makes."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split("\0")
        paths = [ROOT / name for name in listed if name]
    except (OSError, subprocess.CalledProcessError):
        paths = [path for path in ROOT.rglob("*") if not NOT_OURS & set(path.relative_to(ROOT).parts)]
    return tuple(sorted(path for path in paths if path.is_file()))


def tracked(pattern: str = "*") -> list[Path]:
    """Files whose path in the project matches `pattern` (`*` also matches slashes)."""
    return [path for path in _all() if fnmatch(str(path.relative_to(ROOT)), pattern)]


def text_of(path: Path) -> str | None:
    """The file's text, or nothing for a picture, a sheet or a font."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None
