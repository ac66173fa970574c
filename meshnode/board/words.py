"""Coded words: what stands on the wire as a number or an identifier, and how people read it.

For every family that codes words: it declares them in a module of its own whose name is `words`
or ends in `_words`, and readers see them in their language. Not for: sentences of templates
(`wording`). Invariants: a word's English is what the catalogues translate, in the context of its
`Words`; the identifier may never change, the English may. Imports nothing heavy.
Source: docs/spec/kinds.md section 3.2.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Words:
    """Words of one sort by their identifier; `note` tells translators where they stand."""

    context: str
    english: Mapping[str, str]
    note: str = ""


class Named(Protocol):
    """Somebody who reads coded words in a language."""

    def named(self, words: Words, word: str) -> str:
        """Return what a coded word is called."""
