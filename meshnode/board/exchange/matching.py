"""Matching: where an offer meets a request. A ranking, not a decision; people choose.

Invariants: a pure function of what the two say; the same in both directions; nothing is suggested
to its own author, or at times that do not meet.
"""

import re
from collections.abc import Iterable
from typing import Final

from meshnode.board.exchange.life import Stock
from meshnode.board.exchange.market import Listing
from meshnode.board.exchange.offer import OfferFields

SAME_ITEM: Final = 100
SAME_WORD: Final = 15
WORDS_MAX: Final = 3
"""So many common words count: a long text is no better match than a clear one."""
SAME_CATEGORY: Final = 20
SAME_SORT: Final = 10
SAME_PLACE: Final = 20
SCORE_MIN: Final = 30
"""Less is chance: one word and nothing else, or the category alone."""
_LETTERS_MIN: Final = 4
_ENDED: Final = (Stock.DONE, Stock.OVER)
"""What needs nothing any more. What is held or promised may still fall through."""
_VAGUE: Final = frozenset({"general", "other"})
_WORD: Final = re.compile(r"\w+")


def matches(one: Listing, others: Iterable[Listing]) -> list[tuple[int, Listing]]:
    """Return what meets an offer or a request, the best first, each with its score."""
    scored = ((score(one, other), other) for other in others if is_possible(one, other))
    found = [(points, other) for points, other in scored if points >= SCORE_MIN]
    return sorted(
        found, key=lambda pair: (-pair[0], pair[1].item.thing.expires_min, pair[1].item.root)
    )


def is_possible(one: Listing, other: Listing) -> bool:
    """Return whether the two could meet at all: give and need, of two people, in time; the one
    not done with, the other open.
    """
    return (
        one.head.direction is not other.head.direction
        and (one.author is None or one.author != other.author)
        and one.life.stock not in _ENDED
        and other.life.stock is Stock.OPEN
        and _meet_in_time(one.head, other.head)
    )


def score(one: Listing, other: Listing) -> int:
    """Return how well the two fit; 0 where they are about different items."""
    mine, theirs = one.fields, other.fields
    common = len(_words(mine) & _words(theirs))
    if mine.item and theirs.item and mine.item != theirs.item and not common:
        return 0
    is_clear = mine.category == theirs.category and mine.category not in _VAGUE
    return (
        (SAME_ITEM if mine.item and mine.item == theirs.item else 0)
        + SAME_WORD * min(common, WORDS_MAX)
        + (SAME_CATEGORY if is_clear else 0)
        + (SAME_SORT if mine.sort is theirs.sort else 0)
        + (SAME_PLACE if _is_one_place(mine, theirs) else 0)
    )


def _meet_in_time(one: OfferFields, other: OfferFields) -> bool:
    starts = [start for start in (one.start_min, other.start_min) if start is not None]
    ends = [end for end in (one.end_min, other.end_min) if end is not None]
    return not starts or not ends or max(starts) < min(ends)


def _is_one_place(one: OfferFields, other: OfferFields) -> bool:
    if one.place is not None and one.place == other.place:
        return True
    words = one.place_words.casefold()
    return bool(words) and words == other.place_words.casefold()


def _words(fields: OfferFields) -> frozenset[str]:
    """Return the words of a title and a text that say something."""
    text = f"{fields.title} {fields.text}".casefold()
    return frozenset(word for word in _WORD.findall(text) if len(word) >= _LETTERS_MIN)
