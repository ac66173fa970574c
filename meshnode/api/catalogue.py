"""Every word of the pages, in German and in English.

Invariants: a language is a whole `Catalogue`; the type checker finds what is missing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

_MINUTE_S: Final = 60
_HOUR_S: Final = 3600
_DAY_S: Final = 86_400


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The words of one language. `{}` stands where a value goes."""

    language: str
    own_name: str
    board: str
    empty: str
    by: str
    key: str
    now: str
    ago: str
    ahead: str
    minutes: str
    hours: str
    days: str
    ends: str
    over: str
    made: str
    refreshes: str
    heard: Callable[[int], str]
    heard_last: str
    heard_nobody: str
    stale: str
    no_clock: str
    unknown_author: str
    newer: str
    older: str
    page: str
    back: str
    all_of: str
    missing_title: str
    missing: str
    drill: str
    official: str
    and_by: str
    valid_from: str
    valid_until: str
    unlisted: str
    taken_back: str
    updated: str
    correction: str
    label: str
    reasons: dict[str, str]
    categories: dict[str, str]

    def length(self, seconds: int) -> str:
        """Return a length of time in its largest fitting unit."""
        if seconds < _HOUR_S:
            return self.minutes.format(max(1, seconds // _MINUTE_S))
        if seconds < 2 * _DAY_S:
            return self.hours.format(round(seconds / _HOUR_S))
        return self.days.format(round(seconds / _DAY_S))

    def age(self, seconds: int) -> str:
        """Return how long ago something was."""
        return self.now if seconds < _MINUTE_S else self.ago.format(self.length(seconds))

    def end(self, seconds: int) -> str:
        """Return when a bulletin disappears."""
        if seconds <= 0:
            return self.over
        return self.ends.format(self.ahead.format(self.length(seconds)))

    def reason(self, word: str) -> str:
        """Return what people call the reason of a notice."""
        return self.reasons.get(word, word)

    def category(self, word: str) -> str:
        """Return what people call a category; one of somebody's own is its own name."""
        return self.categories.get(word, word)


GERMAN: Final = Catalogue(
    language="de",
    own_name="Deutsch",
    board="Aushang",
    empty="Zurzeit hängt hier nichts.",
    by="von ",
    key="Schlüssel {}",
    now="gerade eben",
    ago="vor {}",
    ahead="in {}",
    minutes="{}\N{NO-BREAK SPACE}Min.",
    hours="{}\N{NO-BREAK SPACE}Std.",
    days="{}\N{NO-BREAK SPACE}Tagen",
    ends="läuft {} ab",
    over="abgelaufen",
    made="Stand: {}",
    refreshes="Die Seite lädt sich jede Minute neu.",
    heard=lambda count: "1 Knoten gehört" if count == 1 else f"{count} Knoten gehört",
    heard_last="zuletzt {}",
    heard_nobody="Noch keinen anderen Knoten über Funk gehört",
    stale="Dieser Knoten hat seit {} keinen anderen gehört. Es kann Neueres geben.",
    no_clock="Dieser Knoten weiß nicht, wie spät es ist. Zeitangaben fehlen deshalb.",
    unknown_author="unbekannt",
    newer="Neuere",
    older="Weitere",
    page="Seite {} von {}",
    back="Zum ganzen Aushang",
    all_of="{} Aushänge",
    missing_title="Nicht gefunden",
    missing="Hier hängt nichts. Der Aushang ist vielleicht abgelaufen oder wurde zurückgezogen.",
    drill="ÜBUNG",
    official="Amtlich: {}. Weitergegeben von ",
    and_by=" und ",
    valid_from="gilt ab {}",
    valid_until="gilt bis {}",
    unlisted="Die Quelle führt diese Warnung nicht mehr auf. Eine Entwarnung liegt nicht vor.",
    taken_back="Nicht mehr in Kraft",
    updated="aktualisiert ",
    correction="Richtigstellung von ",
    label="Anmerkung von ",
    reasons={
        "other": "sonstiger Grund",
        "rumour": "Gerücht",
        "unconfirmed": "unbestätigt",
        "outdated": "überholt",
        "duplicate": "doppelt",
        "wrong": "falsch",
        "offensive": "beleidigend",
        "spam": "Werbung",
        "private": "verrät Privates",
        "request": "auf Wunsch",
    },
    categories={
        "general": "Allgemeines",
        "water": "Wasser",
        "power": "Strom",
        "heat": "Heizung und Wärme",
        "food": "Lebensmittel",
        "health": "Gesundheit",
        "shelter": "Unterkunft",
        "transport": "Verkehr",
        "safety": "Sicherheit",
        "communication": "Telefon und Internet",
        "event": "Veranstaltung",
        "lost-found": "Verloren und gefunden",
        "help": "Hilfe",
        "weather": "Wetter",
        "other": "Sonstiges",
    },
)

ENGLISH: Final = Catalogue(
    language="en",
    own_name="English",
    board="Board",
    empty="There is nothing on the board right now.",
    by="by ",
    key="key {}",
    now="just now",
    ago="{} ago",
    ahead="in {}",
    minutes="{}\N{NO-BREAK SPACE}min",
    hours="{}\N{NO-BREAK SPACE}h",
    days="{}\N{NO-BREAK SPACE}days",
    ends="ends {}",
    over="over",
    made="As of {}",
    refreshes="The page reloads every minute.",
    heard=lambda count: "1 node heard" if count == 1 else f"{count} nodes heard",
    heard_last="last {}",
    heard_nobody="No other node heard by radio yet",
    stale="This node has not heard any other for {}. There may be newer news.",
    no_clock="This node does not know what time it is, so times are missing.",
    unknown_author="unknown",
    newer="Newer",
    older="More",
    page="Page {} of {}",
    back="The whole board",
    all_of="{} bulletins",
    missing_title="Not found",
    missing="There is nothing here. The bulletin may be over, or was withdrawn.",
    drill="DRILL",
    official="Official: {}. Passed on by ",
    and_by=" and ",
    valid_from="valid from {}",
    valid_until="valid until {}",
    unlisted="Its source does not list this warning any more. Nobody has given an all-clear.",
    taken_back="No longer in force",
    updated="updated ",
    correction="Correction by ",
    label="Note by ",
    reasons={
        "other": "another reason",
        "rumour": "rumour",
        "unconfirmed": "unconfirmed",
        "outdated": "outdated",
        "duplicate": "said twice",
        "wrong": "wrong",
        "offensive": "offensive",
        "spam": "advertising",
        "private": "tells private matters",
        "request": "on request",
    },
    categories={
        "general": "General",
        "water": "Water",
        "power": "Power",
        "heat": "Heating",
        "food": "Food",
        "health": "Health",
        "shelter": "Shelter",
        "transport": "Transport",
        "safety": "Safety",
        "communication": "Phone and internet",
        "event": "Event",
        "lost-found": "Lost and found",
        "help": "Help",
        "weather": "Weather",
        "other": "Other",
    },
)

CATALOGUES: Final = {"de": GERMAN, "en": ENGLISH}
"""By language; the first one is for those who want none of them."""


def chosen(wish: str | None, accept_language: str) -> Catalogue:
    """Return the language that was asked for, else the reader's best, else German."""
    if wish in CATALOGUES:
        return CATALOGUES[wish]
    ranked = sorted(map(_preference, accept_language.split(",")), key=lambda pair: -pair[1])
    for language, quality in ranked:
        if language in CATALOGUES and quality > 0:
            return CATALOGUES[language]
    return GERMAN


def _preference(part: str) -> tuple[str, float]:
    tag, _, parameter = part.strip().partition(";")
    language = tag.strip().lower().partition("-")[0]
    name, _, value = parameter.strip().partition("=")
    if name != "q":
        return language, 1.0
    try:
        quality = float(value)
    except ValueError:
        return language, 0.0
    return language, quality if 0 <= quality <= 1 else 0.0
