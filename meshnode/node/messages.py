"""Everything that a catalogue has to translate, collected from where it is said.

For: `make catalogues`, and the test that says what a language lacks.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from meshnode.board.places import wording as places
from meshnode.board.wording import CHOICES, DRILL_TEXT, DRILL_TITLE, TOO_OLD, WORDINGS
from meshnode.node.phrases import CONTEXTS, DAYS, HOURS, MINUTES


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
    for wording in WORDINGS.values():
        yield Message(wording.title)
        for sentence in wording.sentences:
            yield Message(sentence.text, sentence.plural)
    for english in CHOICES.values():
        yield Message(english, context="choice")
    yield from _of_places()
    for phrases, context in CONTEXTS.items():
        for phrase in phrases:
            yield Message(phrase.value, context=context, note=phrases.__doc__ or "")
    for one, more in (DAYS, HOURS, MINUTES):
        yield Message(one, more)


def _of_places() -> Iterator[Message]:
    for english in places.CHOICE_WORDS:
        yield Message(english, context="choice")
    for english in places.SHORT_DAYS:
        yield Message(english, context="choice", note="Short, as in a line of opening hours.")
    yield Message(*places.PEOPLE)
    for english in places.SENTENCES:
        yield Message(english)
