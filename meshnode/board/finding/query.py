"""Queries: what a person types to find something, and where it stands in a text.

All words must be there, each at least as the beginning of one: people type half of a word, and
languages put endings on them. "Words in quotes" stand together as they are. Not for: the index
(`meshnode.store.search`). Invariants: every text is a query, none is an error; it is bounded.
Source: docs/spec/search.md section 3.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from meshnode.board.finding.folding import Word, fold, words_of

QUERY_CHARACTERS_MAX: Final = 200
"""A search is a few words; more is left out."""
TERMS_MAX: Final = 12
"""Each costs a walk through the index; more are left out."""
SNIPPET_CHARACTERS: Final = 160
"""Two lines on a phone."""
_LEAD_CHARACTERS: Final = 40
"""So much is shown before the first match."""
_QUOTES: Final = str.maketrans(dict.fromkeys("„“”«»‟", '"'))
_ELLIPSIS: Final = "…"


@dataclass(frozen=True, slots=True)
class Term:
    """Folded words that stand together; with `is_prefix` the last one may go on."""

    words: tuple[str, ...]
    is_prefix: bool


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a snippet; `is_match`: this is what was looked for."""

    text: str
    is_match: bool


def parse_query(text: str) -> tuple[Term, ...]:
    """Return the terms of a query, none where it has neither letter nor digit."""
    terms: list[Term] = []
    pieces = text[:QUERY_CHARACTERS_MAX].translate(_QUOTES).split('"')
    for at, piece in enumerate(pieces):
        is_quoted = at % 2 == 1
        # Quotes that are not closed yet are still being typed.
        is_prefix = not is_quoted or at == len(pieces) - 1 or piece.rstrip().endswith("*")
        for words in [piece] if is_quoted else piece.split():
            terms += _term(words, is_prefix=is_prefix)
    return tuple(dict.fromkeys(terms))[:TERMS_MAX]


def snippet(text: str, terms: Sequence[Term]) -> tuple[Part, ...]:
    """Return the part of a text where a query matches first, in one line."""
    line = " ".join(text.split())
    words = list(words_of(line))
    spans = _spans(words, terms)
    start = _start(line, spans[0][0] if spans else 0)
    end = min(len(line), start + SNIPPET_CHARACTERS)
    parts = [Part(_ELLIPSIS, is_match=False)] if start else []
    at = start
    for begin, stop in spans:
        if begin >= at and stop <= end:
            parts += [Part(line[at:begin], is_match=False), Part(line[begin:stop], is_match=True)]
            at = stop
    parts.append(Part(line[at:end] + (_ELLIPSIS if end < len(line) else ""), is_match=False))
    return tuple(part for part in parts if part.text)


def _term(text: str, *, is_prefix: bool) -> list[Term]:
    words = tuple(fold(text).split())
    return [Term(words, is_prefix)] if words else []


def _spans(words: Sequence[Word], terms: Sequence[Term]) -> list[tuple[int, int]]:
    """Return where terms match, in order and without overlaps."""
    found = sorted(
        (words[at].start, words[at + len(term.words) - 1].end)
        for term in terms
        for at in range(len(words) - len(term.words) + 1)
        if _is_at(words, at, term)
    )
    apart: list[tuple[int, int]] = []
    for begin, end in found:
        if not apart or begin >= apart[-1][1]:
            apart.append((begin, end))
    return apart


def _is_at(words: Sequence[Word], at: int, term: Term) -> bool:
    *first, last = term.words
    here = words[at + len(first)].folded
    return [one.folded for one in words[at : at + len(first)]] == first and (
        here.startswith(last) if term.is_prefix else here == last
    )


def _start(line: str, first: int) -> int:
    """Return where a snippet begins that shows what stands at `first`: with a whole word."""
    if first <= SNIPPET_CHARACTERS - _LEAD_CHARACTERS:
        return 0
    blank = line.find(" ", first - _LEAD_CHARACTERS, first)
    return first if blank < 0 else blank + 1
