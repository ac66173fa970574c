"""How places and their crowding are said in the reader's language.

Not for: deciding what is shown (`crowding`). Invariant: every word but what people wrote comes from
the catalogues (`meshnode.node.messages`).
"""

from typing import Final, Protocol

from meshnode.board.bulletins.rendering import Reader
from meshnode.board.bulletins.wording import Sentence
from meshnode.board.directions import isolated, joined
from meshnode.board.places.crowding import Crowding, Said, State, Trend
from meshnode.board.places.level import Level
from meshnode.board.words import Words

PLACE_CATEGORIES: Final = Words(
    "kind of place",
    {
        "hall": "hall",
        "water": "drinking water",
        "power": "power and charging",
        "warm-room": "warm room",
        "shelter": "emergency shelter",
        "food": "kitchen and food",
        "shop": "shop",
        "pharmacy": "pharmacy",
        "first-aid": "doctor and first aid",
        "park": "park",
        "restaurant": "restaurant",
        "bus-stop": "bus stop",
        "library": "library",
        "workshop": "workshop",
        "playground": "playground",
        "other": "other place",
    },
    "What a place is, behind its name.",
)
LEVELS: Final = Words(
    "level",
    {"empty": "empty", "some": "some people", "full": "full", "closed": "closed"},
    "How full a place is; it stands by itself or after a colon.",
)
SAID_AS: Final = Words(
    "said as",
    {"host": "host", "resident": "neighbour", "counter": "counting device"},
    "In brackets behind a name: who says how full a place is.",
)
SHORT_DAYS: Final = Words(
    "short day",
    {
        "mon": "Mon",
        "tue": "Tue",
        "wed": "Wed",
        "thu": "Thu",
        "fri": "Fri",
        "sat": "Sat",
        "sun": "Sun",
    },
    "As in a line of opening hours.",
)
ALL_HOURS: Final = Words("opening hours", {"always": "day and night"}, "When it is open.")

PEOPLE: Final = Sentence("{count} person", "{count} people", count="count")
JUST_NOW: Final = Sentence("{level}; said just now by {name} ({quality}).")
SAID: Final = Sentence("{level}; said {ago} by {name} ({quality}).")
PERHAPS: Final = Sentence("Perhaps {level}; said {ago} by {name} ({quality}).")
PERHAPS_NOW: Final = Sentence("Perhaps {level}; said just now by {name} ({quality}).")
STALE: Final = Sentence("Not known now; {ago} {name} ({quality}) said: {level}.")
UNKNOWN: Final = Sentence("Not known now; nobody has said how full it is.")
CONTRADICTION: Final = Sentence(
    "Two say different things: {name}, {moment}: {level}; {other_name}, {other_moment}: "
    "{other_level}."
)
RISING: Final = Sentence("A counter sees more people than in the hours before.")
STEADY: Final = Sentence("A counter sees about as many people as in the hours before.")
FALLING: Final = Sentence("A counter sees fewer people than in the hours before.")
QUIET: Final = Sentence("Usually quiet {when}.")
QUIETEST: Final = Sentence("Usually least busy {when}.")
NOT_KNOWN_YET: Final = Sentence("When it is usually quiet is not known yet.")

_TRENDS: Final = {Trend.RISING: RISING, Trend.STEADY: STEADY, Trend.FALLING: FALLING}
_MINUTES_SAID_MAX: Final = 90
"""Longer ages are said in hours."""


class PlaceReader(Reader, Protocol):
    """Who reads, and knows coded words by name."""

    def named(self, words: Words, word: str) -> str:
        """Return what a coded word is called."""


def crowding_words(crowding: Crowding, reader: PlaceReader) -> str:
    """Return how full a place is, whole sentences in one line."""
    sentences = [_main(crowding, reader)]
    if crowding.said is not None and crowding.other is not None:
        sentences.append(_contradiction(crowding, crowding.said, crowding.other, reader))
    if crowding.trend is not None:
        sentences.append(reader.text(_TRENDS[crowding.trend].text))
    return " ".join(sentences)


def best_time_words(*, start_min: int, end_min: int, is_quiet: bool, reader: PlaceReader) -> str:
    """Return when it is best to go."""
    when = reader.span(start_min, end_min)
    return reader.text((QUIET if is_quiet else QUIETEST).text).format(when=when)


def _main(crowding: Crowding, reader: PlaceReader) -> str:
    said = crowding.said
    if said is None:
        return reader.text(UNKNOWN.text)
    is_now = crowding.age_minutes == 0
    match crowding.state:
        case State.KNOWN:
            pattern = JUST_NOW if is_now else SAID
        case State.DOUBTFUL:
            pattern = PERHAPS_NOW if is_now else PERHAPS
        case _:
            pattern = STALE
    sentence = reader.text(pattern.text).format(
        level=_level(said, crowding.level, reader),
        name=_name(said, reader),
        quality=reader.named(SAID_AS, said.said_as.value),
        ago=reader.ago(_rounded(crowding.age_minutes)),
    )
    return sentence[:1].upper() + sentence[1:]


def _contradiction(crowding: Crowding, said: Said, other: Said, reader: PlaceReader) -> str:
    return reader.text(CONTRADICTION.text).format(
        name=_name(said, reader),
        moment=reader.moment(said.minute),
        level=_level(said, crowding.level, reader),
        other_name=_name(other, reader),
        other_moment=reader.moment(other.minute),
        other_level=_level(other, crowding.other_level, reader),
    )


def _level(said: Said, level: Level | None, reader: PlaceReader) -> str:
    """Return a level in words; of a number, that too: whoever reads it may know the room."""
    words = [] if level is None else [reader.named(LEVELS, level.word)]
    if said.people is not None:
        counted = reader.counted(PEOPLE.text, PEOPLE.plural or "", said.people)
        words.append(counted.format(count=said.people))
    return joined(words, is_right_to_left=reader.is_right_to_left)


def _name(said: Said, reader: PlaceReader) -> str:
    return isolated(said.name, is_right_to_left=reader.is_right_to_left)


def _rounded(minutes: int) -> int:
    return minutes if minutes <= _MINUTES_SAID_MAX else 60 * round(minutes / 60)
