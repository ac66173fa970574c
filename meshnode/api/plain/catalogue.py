"""The pages' words in one language, and which language a reader gets.

Not for: the words themselves (`node.page_phrases` and the catalogues). Invariant: a blank in which
markup stands is put where the language wants it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Final

from meshnode.api.plain.html import Child, Markup, together
from meshnode.board.bulletins.bulletin import Severity
from meshnode.board.bulletins.bulletin_words import CATEGORY_WORDS, REASONS, SEVERITIES
from meshnode.board.bulletins.wording import DRILL_TITLE, Sentence
from meshnode.node import page_phrases as phrases
from meshnode.node.guide_phrases import Guide
from meshnode.node.languages import Language, best_match
from meshnode.node.page_phrases import PAGE_CONTEXT, Page

_MINUTE_S: Final = 60
_HOUR_S: Final = 3600
_DAY_S: Final = 86_400
_NO_BREAK: Final = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What the pages say in one language."""

    language: Language

    @property
    def tag(self) -> str:
        """The language's tag."""
        return self.language.tag

    @property
    def direction(self) -> str:
        """The direction of writing, as in HTML's `dir`."""
        return "rtl" if self.language.is_right_to_left else "ltr"

    @property
    def drill(self) -> str:
        """What stands above a drill."""
        return self.language.text(DRILL_TITLE)

    def say(self, phrase: Page | Guide, **blanks: str | int) -> str:
        """Return a phrase with its blanks filled in."""
        return self._pattern(phrase).format(**blanks)

    def marked(self, phrase: Page | Guide, **blanks: Child) -> Markup:
        """Return a phrase with markup in its blanks."""
        return together(*_filled(self._pattern(phrase), blanks))

    def age(self, seconds: int) -> str:
        """Return how long ago something was."""
        if seconds < _MINUTE_S:
            return self.say(Page.NOW)
        forms = (phrases.AGO_MINUTES, phrases.AGO_HOURS, phrases.AGO_DAYS)
        return self._length(forms, seconds)

    def end(self, seconds: int) -> str:
        """Return when a bulletin disappears."""
        if seconds <= 0:
            return self.say(Page.OVER)
        forms = (phrases.ENDS_MINUTES, phrases.ENDS_HOURS, phrases.ENDS_DAYS)
        return self._length(forms, seconds)

    def stale(self, seconds: int) -> str:
        """Return that nobody was heard for an hour or longer."""
        forms = (phrases.STALE_HOURS, phrases.STALE_HOURS, phrases.STALE_DAYS)
        return self._length(forms, max(seconds, _HOUR_S))

    def counted(self, sentence: Sentence, count: int) -> str:
        """Return a sentence in the form for this count, which no line break parts from it."""
        pattern = self.language.counted(sentence.text, sentence.plural or sentence.text, count)
        return pattern.format(count=count).replace(f"{count} ", f"{count}{_NO_BREAK}", 1)

    def severity(self, severity: Severity) -> str:
        """Return what people call a severity."""
        return self.language.named(SEVERITIES, severity.value)

    def reason(self, word: str) -> str:
        """Return what people call the reason of a notice."""
        return self.language.named(REASONS, word)

    def category(self, word: str) -> str:
        """Return what people call a category; one of somebody's own is its own name."""
        return self.language.named(CATEGORY_WORDS, word)

    def _length(self, forms: tuple[Sentence, Sentence, Sentence], seconds: int) -> str:
        """Return the sentence of minutes, hours or days in the largest unit that fits."""
        minutes, hours, days = forms
        if seconds < _HOUR_S:
            return self.counted(minutes, max(1, seconds // _MINUTE_S))
        if seconds < 2 * _DAY_S:
            return self.counted(hours, round(seconds / _HOUR_S))
        return self.counted(days, round(seconds / _DAY_S))

    def _pattern(self, phrase: Page | Guide) -> str:
        return self.language.in_context(PAGE_CONTEXT, phrase.value)


def chosen(wish: str | None, accept_language: str, *, otherwise: str) -> str:
    """Return the language that was asked for, else the reader's best, else `otherwise`."""
    asked = None if wish is None else best_match(wish)
    if asked is not None:
        return asked
    ranked = sorted(map(_preference, accept_language.split(",")), key=lambda pair: -pair[1])
    matches = (best_match(tag) for tag, quality in ranked if quality > 0)
    return next((tag for tag in matches if tag is not None), otherwise)


def _filled(pattern: str, blanks: Mapping[str, Child]) -> Iterator[Child]:
    for text, name, _, _ in Formatter().parse(pattern):
        yield text
        if name is not None:
            yield blanks[name]


def _preference(part: str) -> tuple[str, float]:
    tag, _, parameter = part.strip().partition(";")
    name, _, value = parameter.strip().partition("=")
    if name != "q":
        return tag, 1.0
    try:
        quality = float(value)
    except ValueError:
        return tag, 0.0
    return tag, quality if 0 <= quality <= 1 else 0.0
