"""Everything that a catalogue has to translate, collected from where it is said.

For: `make catalogues`, and the test that says what a language lacks. Coded words join by being
there: every `Words` and every `Sentence` that has a name of its own in a module of
`meshnode.board` called `words` or `..._words` is collected.
"""

import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module

from meshnode import board
from meshnode.board.bulletins.wording import (
    CHOICES,
    DRILL_TEXT,
    DRILL_TITLE,
    TOO_OLD,
    WORDINGS,
    Sentence,
)
from meshnode.board.exchange import wording as exchange
from meshnode.board.words import Words
from meshnode.node.entry_phrases import LABELS
from meshnode.node.guide_phrases import Guide
from meshnode.node.page_phrases import COUNTED, PAGE_CONTEXT, Page
from meshnode.node.phrases import (
    CONTEXTS,
    DAYS,
    DAYS_AGO,
    HOURS,
    HOURS_AGO,
    MINUTES,
    MINUTES_AGO,
)
from meshnode.node.press_phrases import HEADINGS, PRESS_CONTEXT, SLIPS, Press


@dataclass(frozen=True, slots=True)
class Message:
    """One entry of a catalogue; `note` is for the translator."""

    english: str
    plural: str | None = None
    context: str | None = None
    note: str = ""


def messages() -> Iterator[Message]:
    """Yield every message once, in a lasting order."""
    yield from dict.fromkeys(_all())


def _all() -> Iterator[Message]:
    yield Message(TOO_OLD)
    yield Message(DRILL_TITLE, note="In capitals, where the language has them.")
    yield Message(DRILL_TEXT)
    yield from _templates()
    yield from _of_exchange()
    yield from _times()
    for page in Page:
        yield Message(page.value, context=PAGE_CONTEXT, note=Page.__doc__ or "")
    for guide in Guide:
        yield Message(guide.value, context=PAGE_CONTEXT, note=Guide.__doc__ or "")
    yield from map(_sentence, COUNTED)
    for press in Press:
        yield Message(press.value, context=PRESS_CONTEXT, note=Press.__doc__ or "")
    for words in (HEADINGS, SLIPS, LABELS):
        yield from _words(words)
    for said in coded_words():
        yield from [_sentence(said)] if isinstance(said, Sentence) else _words(said)


def _templates() -> Iterator[Message]:
    for wording in WORDINGS.values():
        yield Message(wording.title)
        yield from map(_sentence, wording.sentences)
    for english in CHOICES.values():
        yield Message(english, context="choice")


def _times() -> Iterator[Message]:
    for phrases, context in CONTEXTS.items():
        for phrase in phrases:
            yield Message(phrase.value, context=context, note=phrases.__doc__ or "")
    for one, more in (DAYS, HOURS, MINUTES, DAYS_AGO, HOURS_AGO, MINUTES_AGO):
        yield Message(one, more)


def _sentence(sentence: Sentence) -> Message:
    return Message(sentence.text, sentence.plural)


def _words(words: Words) -> Iterator[Message]:
    for english in words.english.values():
        yield Message(english, context=words.context, note=words.note)


def coded_words() -> Iterator[Words | Sentence]:
    """Yield what families declare, module by module in the order of the alphabet."""
    for module in pkgutil.walk_packages(board.__path__, f"{board.__name__}."):
        last = module.name.rpartition(".")[2]
        if last == "words" or last.endswith("_words"):
            declared = vars(import_module(module.name)).values()
            yield from (one for one in declared if isinstance(one, Words | Sentence))


def _of_exchange() -> Iterator[Message]:
    for english in (*exchange.ITEMS.values(), exchange.UNKNOWN_ITEM, *exchange.SORTS.values()):
        yield Message(english, context="choice")
    for one, more in (*exchange.UNITS.values(), exchange.UNKNOWN_UNIT):
        yield Message(one, more)
    for english in exchange.SENTENCES:
        yield Message(english)
