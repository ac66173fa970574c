"""All harnesses, by name, and which decoders each one feeds.

A harness is a module in `harnesses` with a `HARNESS` in it; a new one joins by being there. So does
a new kind's body: see `bodies`. `unfuzzed` finds what somebody forgot.
"""

import ast
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from tests.fuzz import harnesses
from tests.fuzz.harness import Harness

CORPUS = Path(__file__).parent / "corpus"
SOURCES = Path(__file__).parent.parent.parent / "meshnode"
NAMES = tuple(sorted(one.name for one in pkgutil.iter_modules(harnesses.__path__)))

NOT_FED = {
    "meshnode.board.bulletins.parameters.decode_value": "in template bodies, which `bodies` feeds",
    "meshnode.board.tail.decode_words": "in bodies with words, which `bodies` feeds",
    "meshnode.board.bulletins.template.decode_template": "in bulletin bodies, which `bodies` feeds",
}
"""Decoders that no harness names, and why."""


def load(name: str) -> Harness:
    """Return a harness; its module and all it needs are imported now and not before."""
    harness = import_module(f"tests.fuzz.harnesses.{name}").HARNESS
    assert isinstance(harness, Harness)
    return harness


def inputs(name: str) -> dict[str, bytes]:
    """Return all that a harness begins with, by a name: seeds, and the files of its corpus."""
    harness = load(name)
    seeds = {f"seed {at}": data[: harness.bytes_max] for at, data in enumerate(harness.seeds())}
    return seeds | {str(path): path.read_bytes() for path in corpus_files(name)}


def corpus_files(name: str) -> list[Path]:
    """Return the committed inputs of a harness."""
    return sorted((CORPUS / name).glob("*"))


def unfuzzed() -> list[str]:
    """Return every function of ours named `decode...` or `parse...` that gets no bytes from here.

    `meshnode/sim` stands in for other people's firmware and is not looked at.
    """
    fed = {_path_of(one) for name in NAMES for one in load(name).reads}
    return [one for one in _decoders() if one not in fed and one not in NOT_FED]


def _path_of(function: Callable[..., Any]) -> str:
    plain = inspect.unwrap(function)
    return f"{plain.__module__}.{plain.__qualname__}"


def _decoders() -> Iterator[str]:
    for path in sorted(SOURCES.rglob("*.py")):
        module = ".".join(("meshnode", *path.relative_to(SOURCES).with_suffix("").parts))
        if module.startswith("meshnode.sim."):
            continue
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            is_function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            if is_function and node.name.split("_")[0] in ("decode", "parse"):
                yield f"{module}.{node.name}"
