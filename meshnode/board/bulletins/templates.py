"""The numbered list of templates: bulletins as a number and parameters instead of sentences.

Not for: bytes (`template`) or words people read (`wording`). Invariants: a released template
never changes, neither its number nor its parameters nor their order, because signed objects carry
both; what must differ is a new template with the next number. Imports nothing heavy: the command
line reads it.
Source: docs/spec/kinds.md section 3.1.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

TEXT_CHARACTERS_MAX: Final = 40
"""A place, a street, a task: what fits one line of a phone. More is a text, not a parameter."""

STEP_MINUTES: Final = 5
"""Times are multiples of this; nobody announces 14:03, and a byte then reaches five hours."""

STEPS_MAX: Final = 8191
"""28 days before or after the bulletin, which is what two bytes of a varint hold."""

DURATION_STEPS_MAX: Final = 2016
"""A week."""

PHONE_DIGITS_MIN: Final = 3
PHONE_DIGITS_MAX: Final = 15
"""From 112 to the longest number there is. Source: ITU-T E.164."""


class ParameterKind(StrEnum):
    """What a parameter holds.

    START and END are the two ends of one span and are read together.
    """

    TEXT = "text"
    START = "start"
    END = "end"
    MOMENT = "moment"
    DURATION = "duration"
    COUNT = "count"
    CHOICE = "choice"
    PHONE = "phone"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One blank of a template. `largest` belongs to COUNT, `choices` to CHOICE."""

    name: str
    kind: ParameterKind
    help: str
    example: str
    is_optional: bool = False
    largest: int = 0
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Template:
    """A bulletin with blanks. Category and severity are what it has unless its author says else."""

    number: int
    identifier: str
    category: str
    severity: str
    parameters: tuple[Parameter, ...]


def _text(name: str, what: str, example: str, *, is_optional: bool = False) -> Parameter:
    return Parameter(name, ParameterKind.TEXT, what, example, is_optional)


def _choice(
    name: str, what: str, choices: tuple[str, ...], *, is_optional: bool = False
) -> Parameter:
    return Parameter(
        name, ParameterKind.CHOICE, what, choices[0], is_optional=is_optional, choices=choices
    )


def _count(
    name: str, what: str, example: int, *, largest: int, is_optional: bool = False
) -> Parameter:
    return Parameter(
        name, ParameterKind.COUNT, what, str(example), is_optional=is_optional, largest=largest
    )


def _span(*, is_optional: bool = False) -> tuple[Parameter, Parameter]:
    return (
        Parameter("from", ParameterKind.START, "when it begins", "14:00", is_optional),
        Parameter("to", ParameterKind.END, "when it ends", "18:00", is_optional),
    )


_UNTIL: Final = Parameter("to", ParameterKind.END, "until when", "tomorrow 18:00", is_optional=True)
_BACK: Final = Parameter(
    "back", ParameterKind.MOMENT, "when it is expected back", "20:00", is_optional=True
)
_AT: Final = Parameter("at", ParameterKind.MOMENT, "when", "tomorrow 18:30")
_PHONE: Final = Parameter(
    "phone", ParameterKind.PHONE, "a number to call", "0231 123456", is_optional=True
)
_AREA: Final = _text("area", "which streets or district", "Schillerstraße")
_PLACE: Final = _text("place", "where", "Nordmarkt")

TEMPLATES: Final = (
    Template(
        1,
        "water",
        "water",
        "minor",
        (
            _PLACE,
            *_span(),
            _count("litres", "for each person", 20, largest=999, is_optional=True),
        ),
    ),
    Template(
        2,
        "boil-water",
        "water",
        "severe",
        (
            _AREA,
            _count("minutes", "how long to boil", 3, largest=60, is_optional=True),
            _UNTIL,
        ),
    ),
    Template(3, "do-not-drink", "water", "severe", (_AREA, _UNTIL)),
    Template(4, "water-off", "water", "minor", (_AREA, *_span(is_optional=True))),
    Template(5, "power-out", "power", "minor", (_AREA, _BACK)),
    Template(6, "warm-room", "heat", "minor", (_PLACE, *_span())),
    Template(
        7,
        "charging",
        "power",
        "info",
        (
            _PLACE,
            *_span(),
            Parameter(
                "each",
                ParameterKind.DURATION,
                "how long one device may charge",
                "30m",
                is_optional=True,
            ),
        ),
    ),
    Template(
        8,
        "food",
        "food",
        "minor",
        (
            _PLACE,
            *_span(),
            _choice(
                "kind",
                "what there is",
                ("hot-meals", "soup", "bread", "groceries", "baby-food", "pet-food"),
                is_optional=True,
            ),
        ),
    ),
    Template(
        9,
        "pharmacy",
        "health",
        "info",
        (
            _text("place", "name and street", "Adler-Apotheke, Markt 4"),
            *_span(is_optional=True),
            _PHONE,
        ),
    ),
    Template(
        10,
        "first-aid",
        "health",
        "minor",
        (
            _PLACE,
            *_span(is_optional=True),
            _choice(
                "service",
                "who helps there",
                ("first-aid", "doctor", "nurse", "midwife", "counselling", "medicines"),
                is_optional=True,
            ),
            _PHONE,
        ),
    ),
    Template(
        11,
        "road-closed",
        "transport",
        "minor",
        (
            _text("road", "which road, between where", "B1 at Schnettkerbrücke"),
            _choice(
                "reason",
                "why",
                (
                    "flood", "tree", "accident", "fire", "ice", "damage", "roadworks", "event",
                    "police",
                ),
                is_optional=True,
            ),
            _UNTIL,
        ),
    ),
    Template(
        12,
        "shelter",
        "shelter",
        "minor",
        (
            _PLACE,
            _count("free", "how many places are free", 40, largest=9999, is_optional=True),
            *_span(is_optional=True),
        ),
    ),
    Template(
        13,
        "meeting",
        "event",
        "info",
        (_PLACE, _AT, _text("topic", "what it is about", "Power cut", is_optional=True)),
    ),
    Template(
        14,
        "helpers",
        "help",
        "minor",
        (
            _PLACE,
            _AT,
            _count("count", "how many helpers", 6, largest=999),
            _text("task", "what there is to do", "Fill sandbags"),
        ),
    ),
    Template(
        15,
        "check-neighbours",
        "help",
        "minor",
        (
            _choice(
                "reason",
                "why",
                ("heat", "cold", "power-cut", "no-water", "storm", "flood", "phones-down"),
                is_optional=True,
            ),
            _text("area", "which streets or district", "Schillerstraße", is_optional=True),
        ),
    ),
    Template(
        16,
        "all-clear",
        "general",
        "minor",
        (
            _choice(
                "what",
                "what is over",
                (
                    "tap-water", "power", "phones", "fire", "smoke", "gas", "flood", "storm",
                    "bomb", "evacuation",
                ),
            ),
            _text("area", "which streets or district", "Schillerstraße", is_optional=True),
        ),
    ),
    Template(
        17,
        "evacuate",
        "safety",
        "extreme",
        (_AREA, _text("place", "where to go", "Westfalenhalle 2")),
    ),
    Template(
        18,
        "close-windows",
        "safety",
        "severe",
        (
            _AREA,
            _choice("reason", "why", ("smoke", "gas", "chemicals", "dust"), is_optional=True),
        ),
    ),
    Template(
        19,
        "emergency-calls-out",
        "communication",
        "severe",
        (_AREA, _text("place", "where help can be called", "Feuerwache 1", is_optional=True)),
    ),
    Template(
        20,
        "give-away",
        "event",
        "info",
        (_PLACE, _text("what", "what is given away", "Winter coats"), *_span()),
    ),
    Template(
        21,
        "fuel",
        "power",
        "minor",
        (
            _PLACE,
            *_span(),
            _choice(
                "kind",
                "what there is",
                ("petrol", "diesel", "heating-oil", "gas-bottles", "firewood", "batteries"),
                is_optional=True,
            ),
            _count("litres", "for each person", 20, largest=999, is_optional=True),
        ),
    ),
    Template(22, "gas-smell", "safety", "severe", (_AREA, _PHONE)),
    Template(
        23,
        "lift",
        "safety",
        "minor",
        (
            _text("place", "which house", "Borsigplatz 4"),
            _choice("state", "how it is", ("broken", "no-power", "people-inside", "runs-again")),
            _PHONE,
        ),
    ),
    Template(
        24,
        "school",
        "general",
        "minor",
        (
            _text("place", "which school or nursery", "Nordmarkt-Grundschule"),
            _choice("state", "how it is", ("closed", "emergency-care", "shorter", "open-again")),
            *_span(is_optional=True),
        ),
    ),
    Template(
        25,
        "waste",
        "general",
        "info",
        (
            _AREA,
            _choice(
                "kind",
                "which bin",
                ("residual", "organic", "paper", "packaging", "bulky"),
                is_optional=True,
            ),
            Parameter(
                "at", ParameterKind.MOMENT, "when it comes instead", "tomorrow 7:00",
                is_optional=True,
            ),
        ),
    ),
    Template(
        26,
        "market",
        "food",
        "info",
        (
            _PLACE,
            *_span(),
            _choice(
                "kind",
                "what there is",
                ("weekly-market", "food-sharing", "swap", "shared-meal"),
                is_optional=True,
            ),
        ),
    ),
    Template(
        27,
        "volunteers",
        "help",
        "minor",
        (_PLACE, *_span(), _text("bring", "what to bring", "Gloves, spades", is_optional=True)),
    ),
    Template(28, "info-point", "general", "info", (_PLACE, *_span(), _PHONE)),
    Template(
        29,
        "water-tanker",
        "water",
        "minor",
        (
            _PLACE,
            *_span(),
            _text("next", "where it stops after that", "Borsigplatz, 16:00", is_optional=True),
        ),
    ),
    Template(30, "cool-room", "heat", "minor", (_PLACE, *_span())),
    Template(
        31,
        "heat",
        "weather",
        "severe",
        (_text("area", "which streets or district", "Dortmund", is_optional=True), _UNTIL),
    ),
    Template(
        32,
        "doctor",
        "health",
        "info",
        (
            _text("place", "name and street", "Dr. Kaya, Münsterstr. 9"),
            _choice(
                "field",
                "for what",
                ("general", "children", "teeth", "eyes", "women", "soul"),
                is_optional=True,
            ),
            *_span(is_optional=True),
            _PHONE,
        ),
    ),
    Template(
        33,
        "network-back",
        "communication",
        "info",
        (
            _AREA,
            _choice("what", "what works", ("mobile", "landline", "internet", "emergency-calls")),
        ),
    ),
    Template(
        34,
        "call-point",
        "communication",
        "info",
        (
            _PLACE,
            *_span(),
            _choice(
                "what",
                "what there is",
                ("mobile", "landline", "internet", "emergency-calls"),
                is_optional=True,
            ),
        ),
    ),
    Template(
        35,
        "power-schedule",
        "power",
        "minor",
        (
            _AREA,
            *_span(),
            Parameter(
                "again", ParameterKind.MOMENT, "when it is switched off next", "22:00",
                is_optional=True,
            ),
        ),
    ),
    Template(
        36,
        "line",
        "transport",
        "minor",
        (
            _text("line", "which bus or train", "U41"),
            _choice("state", "how it runs", ("cancelled", "replacement", "limited", "runs-again")),
            _UNTIL,
        ),
    ),
    Template(37, "keep-cool", "health", "minor", (_PLACE, *_span())),
    Template(38, "medical-power", "health", "severe", (_PLACE, *_span(is_optional=True), _PHONE)),
    Template(
        39,
        "toilets",
        "general",
        "info",
        (
            _PLACE,
            *_span(is_optional=True),
            _choice(
                "kind", "what there is", ("toilets", "showers", "laundry"), is_optional=True
            ),
        ),
    ),
    Template(
        40,
        "carbon-monoxide",
        "safety",
        "severe",
        (_text("area", "which streets or district", "Schillerstraße", is_optional=True),),
    ),
    Template(
        41,
        "shop-open",
        "food",
        "info",
        (
            _text("place", "which shop", "Kiosk Heroldstr. 3"),
            *_span(is_optional=True),
            _choice("pay", "how to pay", ("cash", "card", "later"), is_optional=True),
        ),
    ),
    Template(42, "sandbags", "safety", "minor", (_PLACE, *_span())),
    Template(43, "cellar-water", "safety", "severe", (_AREA, _UNTIL)),
    Template(
        44,
        "found",
        "lost-found",
        "info",
        (
            _text("what", "what was found", "Bunch of keys"),
            _text("place", "where", "Nordmarkt", is_optional=True),
            _PHONE,
        ),
    ),
)  # fmt: skip
"""Every template. Append only."""

BY_IDENTIFIER: Final = {one.identifier: one for one in TEMPLATES}
BY_NUMBER: Final = {one.number: one for one in TEMPLATES}
