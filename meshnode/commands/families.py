"""What hangs on the board, family by family: how to get it, and how it becomes entries.

A family that is added here is printed, fed and exported from then on. Imports what is slow; import
it in a command.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from meshnode.api.entries import Entry, bulletin_entry
from meshnode.commands.client import Client
from meshnode.node.languages import Language

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Family:
    """Things of one sort.

    `word` names it in commands and files; `fetch` returns the node's documents in a language, in
    the order in which people should read them; `heading` stands above it on a printed board, by
    language; `columns` are those of its table, in an order that never changes: new ones come last.
    """

    word: str
    fetch: Callable[[Client, str], Sequence[Document]]
    entry: Callable[[Document, Language], Entry]
    heading: Mapping[str, str]
    columns: tuple[tuple[str, Callable[[Document], Any]], ...]


def field(name: str) -> tuple[str, Callable[[Document], Any]]:
    """Return the column that shows a field under its own name."""
    return name, lambda document: document[name]


def _corrections(document: Document) -> str:
    return " / ".join(one["text"] for one in document["notices"] if one["act"] == "correct")


def _labels(document: Document) -> str:
    return " / ".join(one["reason"] for one in document["notices"] if one["act"] == "label")


BULLETINS: Final = Family(
    word="bulletins",
    fetch=lambda client, language: client.bulletins(language),
    entry=bulletin_entry,
    heading={},
    columns=(
        field("id"),
        field("kind"),
        field("severity"),
        field("category"),
        field("title"),
        field("text"),
        ("author", lambda one: one["author_name"]),
        field("author_fingerprint"),
        ("source", lambda one: (one["provenance"] or {}).get("source")),
        ("issued", lambda one: (one["provenance"] or {}).get("issued")),
        field("created"),
        field("expires"),
        ("correction", _corrections),
        ("label", _labels),
    ),
)

FAMILIES: Final = {one.word: one for one in (BULLETINS,)}
"""By word, in the order of a printed board."""
