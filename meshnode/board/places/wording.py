"""How places and their crowding are said in the reader's language.

Not for: deciding what is shown (`crowding`). Invariant: every word but what people wrote comes from
the catalogues (`meshnode.node.messages`).
"""

from typing import Final

from meshnode.board.directions import isolated
from meshnode.board.places.crowding import Crowding, Said, SaidAs, State, Trend
from meshnode.board.places.level import Level
from meshnode.board.rendering import Reader

CATEGORY_WORDS: Final = {
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
}
LEVEL_WORDS: Final = {
    Level.EMPTY: "empty",
    Level.SOME: "some people",
    Level.FULL: "full",
    Level.CLOSED: "closed",
}
QUALITY_WORDS: Final = {
    SaidAs.HOST: "host",
    SaidAs.RESIDENT: "neighbour",
    SaidAs.COUNTER: "counting device",
}
SHORT_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
"""As they stand in a line of opening hours."""
DAY_AND_NIGHT: Final = "day and night"

PEOPLE: Final = ("{count} person", "{count} people")
JUST_NOW: Final = "{level}; said just now by {name} ({quality})."
SAID: Final = "{level}; said {ago} by {name} ({quality})."
PERHAPS: Final = "Perhaps {level}; said {ago} by {name} ({quality})."
PERHAPS_NOW: Final = "Perhaps {level}; said just now by {name} ({quality})."
STALE: Final = "Not known now; {ago} {name} ({quality}) said: {level}."
UNKNOWN: Final = "Not known now; nobody has said how full it is."
CONTRADICTION: Final = (
    "Two say different things: {name}, {moment}: {level}; {other_name}, {other_moment}: "
    "{other_level}."
)
TRENDS: Final = {
    Trend.RISING: "A counter sees more people than in the hours before.",
    Trend.STEADY: "A counter sees about as many people as in the hours before.",
    Trend.FALLING: "A counter sees fewer people than in the hours before.",
}
QUIET: Final = "Usually quiet {when}."
QUIETEST: Final = "Usually least busy {when}."
NOT_KNOWN_YET: Final = "When it is usually quiet is not known yet."

CHOICE_WORDS: Final = (
    *CATEGORY_WORDS.values(),
    *LEVEL_WORDS.values(),
    *QUALITY_WORDS.values(),
    DAY_AND_NIGHT,
)
SENTENCES: Final = (
    JUST_NOW,
    SAID,
    PERHAPS,
    PERHAPS_NOW,
    STALE,
    UNKNOWN,
    CONTRADICTION,
    *TRENDS.values(),
    QUIET,
    QUIETEST,
    NOT_KNOWN_YET,
)
_MINUTES_SAID_MAX: Final = 90
"""Longer ages are said in hours."""


def crowding_words(crowding: Crowding, reader: Reader) -> str:
    """Return how full a place is, whole sentences in one line."""
    sentences = [_main(crowding, reader)]
    if crowding.said is not None and crowding.other is not None:
        sentences.append(_contradiction(crowding, crowding.said, crowding.other, reader))
    if crowding.trend is not None:
        sentences.append(reader.text(TRENDS[crowding.trend]))
    return " ".join(sentences)


def best_time_words(*, start_min: int, end_min: int, is_quiet: bool, reader: Reader) -> str:
    """Return when it is best to go."""
    when = reader.span(start_min, end_min)
    return reader.text(QUIET if is_quiet else QUIETEST).format(when=when)


def _main(crowding: Crowding, reader: Reader) -> str:
    said = crowding.said
    if said is None:
        return reader.text(UNKNOWN)
    is_now = crowding.age_minutes == 0
    match crowding.state:
        case State.KNOWN:
            pattern = JUST_NOW if is_now else SAID
        case State.DOUBTFUL:
            pattern = PERHAPS_NOW if is_now else PERHAPS
        case _:
            pattern = STALE
    sentence = reader.text(pattern).format(
        level=_level(said, crowding.level, reader),
        name=isolated(said.name, is_right_to_left=reader.is_right_to_left),
        quality=reader.word(QUALITY_WORDS[said.said_as]),
        ago=reader.ago(_rounded(crowding.age_minutes)),
    )
    return sentence[:1].upper() + sentence[1:]


def _contradiction(crowding: Crowding, said: Said, other: Said, reader: Reader) -> str:
    return reader.text(CONTRADICTION).format(
        name=isolated(said.name, is_right_to_left=reader.is_right_to_left),
        moment=reader.moment(said.minute),
        level=_level(said, crowding.level, reader),
        other_name=isolated(other.name, is_right_to_left=reader.is_right_to_left),
        other_moment=reader.moment(other.minute),
        other_level=_level(other, crowding.other_level, reader),
    )


def _level(said: Said, level: Level | None, reader: Reader) -> str:
    """Return a level in words; of a number, that too: whoever reads it may know the room."""
    words = [] if level is None else [reader.word(LEVEL_WORDS[level])]
    if said.people is not None:
        words.append(reader.counted(*PEOPLE, said.people).format(count=said.people))
    return ", ".join(words)


def _rounded(minutes: int) -> int:
    return minutes if minutes <= _MINUTES_SAID_MAX else 60 * round(minutes / 60)
