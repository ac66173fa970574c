"""The coded words that people choose from when they write: things, units, categories, reasons.

Not for: what is already on the board; that comes in words with each document. Invariant: the order
is that of the numbers on the wire, so that who codes it needs no list of its own.
"""

from typing import Any

from meshnode.board.bulletins.bulletin import CATEGORIES
from meshnode.board.bulletins.bulletin_words import CATEGORY_WORDS, REASONS, SEVERITIES
from meshnode.board.exchange.things import THINGS, UNITS, Sort
from meshnode.board.exchange.wording import ITEMS, SORTS
from meshnode.board.exchange.wording import UNITS as UNIT_WORDS
from meshnode.board.words import Words
from meshnode.node.reader import LocalReader

Document = dict[str, Any]


def vocabulary_document(reader: LocalReader) -> Document:
    """Return the words that a form offers, in the reader's language."""
    return {
        "things": [
            {
                "id": one.identifier,
                "number": one.number,
                "word": reader.word(ITEMS[one.identifier]),
                "sort": one.sort.word,
                "category": one.category,
                "unit": one.unit.value,
            }
            for one in THINGS
        ],
        "sorts": [{"id": one.word, "word": reader.word(SORTS[one])} for one in Sort],
        "units": [
            {"id": one.value, "forms": reader.language.forms(*UNIT_WORDS[one])} for one in UNITS
        ],
        "categories": [_named(CATEGORY_WORDS, word, reader) for word in CATEGORIES],
        "severities": [_named(SEVERITIES, word, reader) for word in SEVERITIES.english],
        "reasons": [_named(REASONS, word, reader) for word in REASONS.english],
    }


def _named(words: Words, word: str, reader: LocalReader) -> Document:
    return {"id": word, "word": reader.named(words, word)}
