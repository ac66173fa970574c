"""How templates read in English; catalogues translate it (`meshnode.node.messages`).

Not for: putting values in (`rendering`). Invariants: every template has a wording, every choice a
word; a sentence is said if all that it names is there, so that each is whole by itself.
`{when}` is the span from `from` to `to`, as far as it is known.
"""

from dataclasses import dataclass
from string import Formatter
from typing import Final

WHEN: Final = "when"
"""The blank in which START and END stand together."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence with blanks; `plural` is its form for other counts than one of `count`."""

    text: str
    plural: str | None = None
    count: str | None = None

    @property
    def blanks(self) -> frozenset[str]:
        """The names of the blanks."""
        return frozenset(name for _, name, _, _ in Formatter().parse(self.text) if name)


@dataclass(frozen=True, slots=True)
class Wording:
    """What a template is called, and its sentences."""

    title: str
    sentences: tuple[Sentence, ...]


def _wording(title: str, *sentences: str | Sentence) -> Wording:
    made = (one if isinstance(one, Sentence) else Sentence(one) for one in sentences)
    return Wording(title, tuple(made))


WORDINGS: Final = {
    "water": _wording(
        "Drinking water is given out",
        "Drinking water: {place}, {when}.",
        Sentence(
            "{litres} litre for each person.",
            "{litres} litres for each person.",
            count="litres",
        ),
        "Please bring clean containers.",
    ),
    "boil-water": _wording(
        "Boil tap water",
        "Boil tap water before you drink it or cook with it: {area}.",
        Sentence(
            "Let it boil for {minutes} minute.",
            "Let it boil for {minutes} minutes.",
            count="minutes",
        ),
        "Applies {when}.",
    ),
    "do-not-drink": _wording(
        "Do not drink tap water",
        "Do not drink tap water, not even boiled: {area}.",
        "Do not cook or brush your teeth with it.",
        "Applies {when}.",
    ),
    "water-off": _wording(
        "No tap water",
        "No tap water: {area}.",
        "Expected {when}.",
    ),
    "power-out": _wording(
        "Power cut",
        "Power cut: {area}.",
        "Power is expected back {back}.",
    ),
    "warm-room": _wording(
        "Warm room is open",
        "Warm room for everybody: {place}, {when}.",
    ),
    "charging": _wording(
        "Charging point is open",
        "Charge phones and lamps here: {place}, {when}.",
        "Each device for up to {each}.",
        "Please bring your own cable.",
    ),
    "food": _wording(
        "Food is given out",
        "Food for everybody: {place}, {when}.",
        "What there is: {kind}.",
    ),
    "pharmacy": _wording(
        "Pharmacy on duty",
        "Pharmacy on duty: {place}.",
        "Open {when}.",
        "Phone: {phone}.",
    ),
    "first-aid": _wording(
        "Doctor or first aid",
        "Medical help: {place}.",
        "Who helps there: {service}.",
        "Open {when}.",
        "Phone: {phone}.",
    ),
    "road-closed": _wording(
        "Road closed",
        "Road closed: {road}.",
        "Reason: {reason}.",
        "Closed {when}.",
    ),
    "shelter": _wording(
        "Shelter is open",
        "Shelter for everybody: {place}.",
        Sentence("{free} place is free.", "{free} places are free.", count="free"),
        "Open {when}.",
    ),
    "meeting": _wording(
        "Meeting",
        "Meeting: {place}, {at}.",
        "It is about: {topic}.",
    ),
    "helpers": _wording(
        "Helpers wanted",
        Sentence(
            "{count} helper wanted: {task}.", "{count} helpers wanted: {task}.", count="count"
        ),
        "Where and when: {place}, {at}.",
    ),
    "check-neighbours": _wording(
        "Look after your neighbours",
        "Please look after your neighbours, above all those who are old, ill or alone.",
        "Where: {area}.",
        "Reason: {reason}.",
    ),
    "all-clear": _wording(
        "All clear",
        "All clear: {what}.",
        "Where: {area}.",
    ),
    "evacuate": _wording(
        "Leave the area",
        "Leave this area now: {area}.",
        "Go to: {place}.",
        "Take neighbours with you who need help.",
    ),
    "close-windows": _wording(
        "Close windows and doors",
        "Stay inside, close windows and doors, switch off ventilation: {area}.",
        "Reason: {reason}.",
    ),
    "emergency-calls-out": _wording(
        "Emergency calls do not get through",
        "Emergency calls to 112 and 110 do not get through: {area}.",
        "Get help here: {place}.",
    ),
    "give-away": _wording(
        "Given away",
        "To give away: {what}.",
        "Where and when: {place}, {when}.",
    ),
    "fuel": _wording(
        "Fuel is given out or sold",
        "Fuel: {place}, {when}.",
        "What there is: {kind}.",
        Sentence(
            "{litres} litre for each person.",
            "{litres} litres for each person.",
            count="litres",
        ),
    ),
    "gas-smell": _wording(
        "Smell of gas",
        "Smell of gas: {area}.",
        "Do not smoke, and touch no switch, no plug and no bell.",
        "Open the windows and go outside.",
        "Call the fire brigade from outside only: 112.",
        "Phone: {phone}.",
    ),
    "lift": _wording(
        "Lift",
        "Lift, {place}: {state}.",
        "Phone: {phone}.",
    ),
    "school": _wording(
        "School or nursery",
        "School or nursery, {place}: {state}.",
        "Applies {when}.",
    ),
    "waste": _wording(
        "Waste is not collected",
        "Waste is not collected: {area}.",
        "Which: {kind}.",
        "It is collected {at} instead.",
    ),
    "market": _wording(
        "Market",
        "Market: {place}, {when}.",
        "What there is: {kind}.",
    ),
    "volunteers": _wording(
        "Helpers meet",
        "Whoever wants to help comes here: {place}, {when}.",
        "Please bring: {bring}.",
    ),
    "info-point": _wording(
        "Information point is open",
        "Information and help: {place}, {when}.",
        "Phone: {phone}.",
    ),
    "water-tanker": _wording(
        "Water tanker comes",
        "The water tanker stops here: {place}, {when}.",
        "After that: {next}.",
        "Please bring clean containers.",
    ),
    "cool-room": _wording(
        "Cool room is open",
        "Cool room for everybody: {place}, {when}.",
    ),
    "heat": _wording(
        "Great heat",
        "Drink plenty of water, stay in the shade and rest.",
        "Look after neighbours who are old, ill or alone.",
        "Where: {area}.",
        "Applies {when}.",
    ),
    "doctor": _wording(
        "Doctor on duty",
        "Doctor on duty: {place}.",
        "For: {field}.",
        "Open {when}.",
        "Phone: {phone}.",
    ),
    "network-back": _wording(
        "Phone and internet work again",
        "Works again: {what}.",
        "Where: {area}.",
    ),
    "call-point": _wording(
        "Phone and internet here",
        "Phone and internet for everybody: {place}, {when}.",
        "What there is: {what}.",
    ),
    "power-schedule": _wording(
        "Power is switched off for a time",
        "Power is switched off {when}: {area}.",
        "And again: {again}.",
    ),
    "line": _wording(
        "Buses and trains",
        "{line}: {state}.",
        "Applies {when}.",
    ),
    "keep-cool": _wording(
        "Medicines are kept cool",
        "Medicines such as insulin can be kept cool here: {place}, {when}.",
        "Please write your name on them.",
    ),
    "medical-power": _wording(
        "Power for medical devices",
        "Power for breathing aids and other medical devices: {place}.",
        "Open {when}.",
        "Phone: {phone}.",
    ),
    "toilets": _wording(
        "Toilets and showers",
        "Toilets and washing: {place}.",
        "What there is: {kind}.",
        "Open {when}.",
    ),
    "carbon-monoxide": _wording(
        "Danger from exhaust gas",
        "Never run a generator, a grill or a gas cooker inside: the gas kills, and nobody smells "
        "it.",
        "If your head aches or you feel dizzy, go outside at once and call 112.",
        "Where: {area}.",
    ),
    "shop-open": _wording(
        "Shop is open",
        "Shop is open: {place}.",
        "Open {when}.",
        "Paying: {pay}.",
    ),
    "sandbags": _wording(
        "Sandbags are given out",
        "Sandbags: {place}, {when}.",
    ),
    "cellar-water": _wording(
        "Stay out of the cellar",
        "Water gets into cellars: {area}.",
        "Do not go into the cellar, and do not touch anything electric there.",
        "Applies {when}.",
    ),
    "found": _wording(
        "Found",
        "Found: {what}.",
        "Where: {place}.",
        "Phone: {phone}.",
    ),
}
"""By the template's identifier."""

CHOICES: Final = {
    "accident": "accident",
    "baby-food": "baby food",
    "batteries": "batteries",
    "bomb": "unexploded bomb",
    "bread": "bread",
    "broken": "out of order",
    "bulky": "bulky waste",
    "cancelled": "does not run",
    "card": "cards work",
    "cash": "cash only",
    "chemicals": "chemicals in the air",
    "children": "children",
    "closed": "closed",
    "cold": "severe cold",
    "counselling": "counselling",
    "damage": "damage",
    "diesel": "diesel",
    "doctor": "doctor",
    "dust": "dust",
    "emergency-calls": "emergency calls to 112 and 110",
    "emergency-care": "care in emergencies only",
    "evacuation": "evacuation is over",
    "event": "event",
    "eyes": "eyes",
    "fire": "fire",
    "firewood": "firewood",
    "first-aid": "first aid",
    "flood": "flood",
    "food-sharing": "food to share",
    "gas": "leaking gas",
    "gas-bottles": "gas bottles",
    "general": "general medicine",
    "groceries": "groceries",
    "heat": "heat",
    "heating-oil": "heating oil",
    "hot-meals": "hot meals",
    "ice": "ice and snow",
    "internet": "internet",
    "landline": "landline phone",
    "later": "you can pay later",
    "laundry": "laundry",
    "limited": "runs less often",
    "medicines": "medicines",
    "midwife": "midwife",
    "mobile": "mobile phone",
    "no-power": "no power",
    "no-water": "no tap water",
    "nurse": "nurse",
    "open-again": "open again",
    "organic": "organic waste",
    "packaging": "packaging",
    "paper": "paper",
    "people-inside": "people are stuck inside, help is needed",
    "pet-food": "pet food",
    "petrol": "petrol",
    "phones": "phones work again",
    "phones-down": "phones are down",
    "police": "police operation",
    "power": "power is back",
    "power-cut": "power cut",
    "replacement": "a bus runs instead",
    "residual": "residual waste",
    "roadworks": "roadworks",
    "runs-again": "runs again",
    "shared-meal": "meal together",
    "shorter": "closes earlier",
    "showers": "showers",
    "smoke": "smoke",
    "soul": "mental health",
    "soup": "soup",
    "storm": "storm",
    "swap": "things to swap",
    "tap-water": "tap water can be drunk again",
    "teeth": "teeth",
    "toilets": "toilets",
    "tree": "fallen tree",
    "weekly-market": "weekly market",
    "women": "women's health",
}
"""What a choice's word on the wire reads as."""

TOO_OLD: Final = (
    "This node is too old to show this bulletin. Ask whoever wrote it what it says, and whoever "
    "looks after this node to update it."
)
"""In place of a template of a later version."""

DRILL_TITLE: Final = "DRILL"
"""Before the title of every drill."""
DRILL_TEXT: Final = "This is a drill. Nothing has happened, and nobody has to do anything."
"""Before the text of every drill."""
