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
}
"""By the template's identifier."""

CHOICES: Final = {
    "accident": "accident",
    "baby-food": "baby food",
    "bomb": "unexploded bomb",
    "bread": "bread",
    "chemicals": "chemicals in the air",
    "cold": "severe cold",
    "counselling": "counselling",
    "damage": "damage",
    "doctor": "doctor",
    "dust": "dust",
    "evacuation": "evacuation is over",
    "event": "event",
    "fire": "fire",
    "first-aid": "first aid",
    "flood": "flood",
    "gas": "leaking gas",
    "groceries": "groceries",
    "heat": "heat",
    "hot-meals": "hot meals",
    "ice": "ice and snow",
    "medicines": "medicines",
    "midwife": "midwife",
    "no-water": "no tap water",
    "nurse": "nurse",
    "pet-food": "pet food",
    "phones": "phones work again",
    "phones-down": "phones are down",
    "police": "police operation",
    "power": "power is back",
    "power-cut": "power cut",
    "roadworks": "roadworks",
    "smoke": "smoke",
    "soup": "soup",
    "storm": "storm",
    "tap-water": "tap water can be drunk again",
    "tree": "fallen tree",
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
