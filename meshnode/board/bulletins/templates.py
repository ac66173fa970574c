"""The numbered list of templates: bulletins as a number and parameters instead of sentences.

Not for: bytes (`template`), what a blank may hold (`blanks`), or words people read (`wording`).
Invariants: a released template never changes, neither its number nor its parameters nor their
order, because signed objects carry both; what must differ is a new template with the next number.
Imports nothing heavy: the command line reads it.
Source: docs/spec/kinds.md section 3.1.
"""

from dataclasses import dataclass
from typing import Final

from meshnode.board.bulletins.blanks import Parameter, ParameterKind, choice, count, span, text


@dataclass(frozen=True, slots=True)
class Template:
    """A bulletin with blanks. Category and severity are what it has unless its author says else."""

    number: int
    identifier: str
    category: str
    severity: str
    parameters: tuple[Parameter, ...]


_UNTIL: Final = Parameter("to", ParameterKind.END, "until when", "tomorrow 18:00", is_optional=True)
_BACK: Final = Parameter(
    "back", ParameterKind.MOMENT, "when it is expected back", "20:00", is_optional=True
)
_AT: Final = Parameter("at", ParameterKind.MOMENT, "when", "tomorrow 18:30")
_PHONE: Final = Parameter(
    "phone", ParameterKind.PHONE, "a number to call", "0231 123456", is_optional=True
)
_AREA: Final = text("area", "which streets or district", "Schillerstraße")
_PLACE: Final = text("place", "where", "Nordmarkt")

TEMPLATES: Final = (
    Template(
        1,
        "water",
        "water",
        "minor",
        (
            _PLACE,
            *span(),
            count("litres", "for each person", 20, largest=999, is_optional=True),
        ),
    ),
    Template(
        2,
        "boil-water",
        "water",
        "severe",
        (
            _AREA,
            count("minutes", "how long to boil", 3, largest=60, is_optional=True),
            _UNTIL,
        ),
    ),
    Template(3, "do-not-drink", "water", "severe", (_AREA, _UNTIL)),
    Template(4, "water-off", "water", "minor", (_AREA, *span(is_optional=True))),
    Template(5, "power-out", "power", "minor", (_AREA, _BACK)),
    Template(6, "warm-room", "heat", "minor", (_PLACE, *span())),
    Template(
        7,
        "charging",
        "power",
        "info",
        (
            _PLACE,
            *span(),
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
            *span(),
            choice(
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
            text("place", "name and street", "Adler-Apotheke, Markt 4"),
            *span(is_optional=True),
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
            *span(is_optional=True),
            choice(
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
            text("road", "which road, between where", "B1 at Schnettkerbrücke"),
            choice(
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
            count("free", "how many places are free", 40, largest=9999, is_optional=True),
            *span(is_optional=True),
        ),
    ),
    Template(
        13,
        "meeting",
        "event",
        "info",
        (_PLACE, _AT, text("topic", "what it is about", "Power cut", is_optional=True)),
    ),
    Template(
        14,
        "helpers",
        "help",
        "minor",
        (
            _PLACE,
            _AT,
            count("count", "how many helpers", 6, largest=999),
            text("task", "what there is to do", "Fill sandbags"),
        ),
    ),
    Template(
        15,
        "check-neighbours",
        "help",
        "minor",
        (
            choice(
                "reason",
                "why",
                ("heat", "cold", "power-cut", "no-water", "storm", "flood", "phones-down"),
                is_optional=True,
            ),
            text("area", "which streets or district", "Schillerstraße", is_optional=True),
        ),
    ),
    Template(
        16,
        "all-clear",
        "general",
        "minor",
        (
            choice(
                "what",
                "what is over",
                (
                    "tap-water", "power", "phones", "fire", "smoke", "gas", "flood", "storm",
                    "bomb", "evacuation",
                ),
            ),
            text("area", "which streets or district", "Schillerstraße", is_optional=True),
        ),
    ),
    Template(
        17,
        "evacuate",
        "safety",
        "extreme",
        (_AREA, text("place", "where to go", "Westfalenhalle 2")),
    ),
    Template(
        18,
        "close-windows",
        "safety",
        "severe",
        (
            _AREA,
            choice("reason", "why", ("smoke", "gas", "chemicals", "dust"), is_optional=True),
        ),
    ),
    Template(
        19,
        "emergency-calls-out",
        "communication",
        "severe",
        (_AREA, text("place", "where help can be called", "Feuerwache 1", is_optional=True)),
    ),
    Template(
        20,
        "give-away",
        "event",
        "info",
        (_PLACE, text("what", "what is given away", "Winter coats"), *span()),
    ),
    Template(
        21,
        "fuel",
        "power",
        "minor",
        (
            _PLACE,
            *span(),
            choice(
                "kind",
                "what there is",
                ("petrol", "diesel", "heating-oil", "gas-bottles", "firewood", "batteries"),
                is_optional=True,
            ),
            count("litres", "for each person", 20, largest=999, is_optional=True),
        ),
    ),
    Template(22, "gas-smell", "safety", "severe", (_AREA, _PHONE)),
    Template(
        23,
        "lift",
        "safety",
        "minor",
        (
            text("place", "which house", "Borsigplatz 4"),
            choice("state", "how it is", ("broken", "no-power", "people-inside", "runs-again")),
            _PHONE,
        ),
    ),
    Template(
        24,
        "school",
        "general",
        "minor",
        (
            text("place", "which school or nursery", "Nordmarkt-Grundschule"),
            choice("state", "how it is", ("closed", "emergency-care", "shorter", "open-again")),
            *span(is_optional=True),
        ),
    ),
    Template(
        25,
        "waste",
        "general",
        "info",
        (
            _AREA,
            choice(
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
            *span(),
            choice(
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
        (_PLACE, *span(), text("bring", "what to bring", "Gloves, spades", is_optional=True)),
    ),
    Template(28, "info-point", "general", "info", (_PLACE, *span(), _PHONE)),
    Template(
        29,
        "water-tanker",
        "water",
        "minor",
        (
            _PLACE,
            *span(),
            text("next", "where it stops after that", "Borsigplatz, 16:00", is_optional=True),
        ),
    ),
    Template(30, "cool-room", "heat", "minor", (_PLACE, *span())),
    Template(
        31,
        "heat",
        "weather",
        "severe",
        (text("area", "which streets or district", "Dortmund", is_optional=True), _UNTIL),
    ),
    Template(
        32,
        "doctor",
        "health",
        "info",
        (
            text("place", "name and street", "Dr. Kaya, Münsterstr. 9"),
            choice(
                "field",
                "for what",
                ("general", "children", "teeth", "eyes", "women", "soul"),
                is_optional=True,
            ),
            *span(is_optional=True),
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
            choice("what", "what works", ("mobile", "landline", "internet", "emergency-calls")),
        ),
    ),
    Template(
        34,
        "call-point",
        "communication",
        "info",
        (
            _PLACE,
            *span(),
            choice(
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
            *span(),
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
            text("line", "which bus or train", "U41"),
            choice("state", "how it runs", ("cancelled", "replacement", "limited", "runs-again")),
            _UNTIL,
        ),
    ),
    Template(37, "keep-cool", "health", "minor", (_PLACE, *span())),
    Template(38, "medical-power", "health", "severe", (_PLACE, *span(is_optional=True), _PHONE)),
    Template(
        39,
        "toilets",
        "general",
        "info",
        (
            _PLACE,
            *span(is_optional=True),
            choice(
                "kind", "what there is", ("toilets", "showers", "laundry"), is_optional=True
            ),
        ),
    ),
    Template(
        40,
        "carbon-monoxide",
        "safety",
        "severe",
        (text("area", "which streets or district", "Schillerstraße", is_optional=True),),
    ),
    Template(
        41,
        "shop-open",
        "food",
        "info",
        (
            text("place", "which shop", "Kiosk Heroldstr. 3"),
            *span(is_optional=True),
            choice("pay", "how to pay", ("cash", "card", "later"), is_optional=True),
        ),
    ),
    Template(42, "sandbags", "safety", "minor", (_PLACE, *span())),
    Template(43, "cellar-water", "safety", "severe", (_AREA, _UNTIL)),
    Template(
        44,
        "found",
        "lost-found",
        "info",
        (
            text("what", "what was found", "Bunch of keys"),
            text("place", "where", "Nordmarkt", is_optional=True),
            _PHONE,
        ),
    ),
)  # fmt: skip
"""Every template. Append only."""

BY_IDENTIFIER: Final = {one.identifier: one for one in TEMPLATES}
BY_NUMBER: Final = {one.number: one for one in TEMPLATES}
