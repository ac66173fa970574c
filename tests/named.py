"""Tests that documents name: whether each is there, without running anything."""

import ast
import re
from functools import cache
from pathlib import Path

TESTS = Path(__file__).parent
_NAMED = re.compile(r"`([\w/]+\.py)::(\w+)`")


def named_in(text: str) -> list[tuple[str, str]]:
    """Return the tests that a text names, as (path below tests/, name)."""
    return _NAMED.findall(text)


def missing(named: list[tuple[str, str]]) -> list[str]:
    """Return those of them that are not there."""
    return [f"{path}::{name}" for path, name in named if name not in names_in(path)]


@cache
def names_in(path: str) -> frozenset[str]:
    """Return the names of the tests in a file; none if there is no such file."""
    file = TESTS / path
    if not file.is_file():
        return frozenset()
    tree = ast.parse(file.read_text(encoding="utf-8"))
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return frozenset(
        one.name
        for one in ast.walk(tree)
        if isinstance(one, functions) and one.name.startswith("test_")
    )
