"""Size budgets: what outgrows them is split, not excused."""

from __future__ import annotations

import ast
from math import ceil
from pathlib import Path

import pytest

from tests.house.tree import ROOT, tracked

pytestmark = pytest.mark.unit

FUNCTION_P90, FUNCTION_CAP = 35, 60
FILE_P90, FILE_CAP = 400, 600
VUE_CAP = 300


def _python_files() -> list[Path]:
    return [path for path in tracked("*.py") if "migrations" not in path.parts]


def _functions() -> list[tuple[int, str]]:
    """Length in lines and name of every function, decorators not counted."""
    found = []
    for path in _python_files():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                found.append((length, f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"))
    return sorted(found, reverse=True)


def _lengths(paths: list[Path]) -> list[tuple[int, str]]:
    found = [(len(path.read_text().splitlines()), str(path.relative_to(ROOT))) for path in paths]
    return sorted(found, reverse=True)


def p90(sizes: list[tuple[int, str]]) -> int:
    """The least size that 90 % do not exceed."""
    ascending = sorted(size for size, _ in sizes)
    return ascending[ceil(len(ascending) * 0.9) - 1]


def _over(sizes: list[tuple[int, str]], cap: int) -> list[str]:
    return [f"{name}: {size} lines" for size, name in sizes if size > cap]


def test_p90_is_the_least_size_that_nine_in_ten_do_not_exceed() -> None:
    assert p90([(size, "") for size in range(1, 11)]) == 9
    assert p90([(7, "")]) == 7


def test_functions_are_short() -> None:
    sizes = _functions()
    assert _over(sizes, FUNCTION_CAP) == []
    assert p90(sizes) <= FUNCTION_P90


def test_files_are_short() -> None:
    sizes = _lengths(_python_files())
    assert _over(sizes, FILE_CAP) == []
    assert p90(sizes) <= FILE_P90


def test_components_are_short() -> None:
    assert _over(_lengths(tracked("*.vue")), VUE_CAP) == []
