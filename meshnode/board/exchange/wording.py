"""How offers and claims read in English; catalogues translate it.

Not for: putting values in (`rendering`). Invariants: every item, sort and unit has a word, every
state a sentence that says what it means and what it does not.
"""

from typing import Final

from meshnode.board.exchange.life import State, Stock
from meshnode.board.exchange.things import Direction, Sort, Unit

ITEMS: Final = {
    "water": "drinking water",
    "food": "food",
    "hot-meal": "hot meal",
    "bread": "bread",
    "baby-food": "baby food",
    "nappies": "nappies",
    "hygiene": "soap and hygiene articles",
    "medicine": "medicine",
    "cooling-medicine": "a cool place for medicine such as insulin",
    "generator": "generator",
    "charging": "charging phones and power banks",
    "power-bank": "power bank",
    "candles": "candles",
    "torch": "torch",
    "batteries": "batteries",
    "blankets": "blankets",
    "clothes": "clothes",
    "firewood": "firewood",
    "heater": "heater",
    "camping-stove": "camping stove",
    "gas-bottle": "gas bottle",
    "ride": "ride",
    "transport": "transport of things",
    "moving-help": "help with moving or carrying",
    "child-care": "looking after children",
    "pet-care": "looking after pets",
    "pet-food": "pet food",
    "shopping": "shopping for somebody",
    "cooking": "cooking",
    "laundry": "washing clothes",
    "shower": "shower",
    "translation": "translating",
    "paperwork": "help with forms and letters",
    "phone-use": "use of a phone",
    "radio": "radio",
    "tool": "tool",
    "ladder": "ladder",
    "pump": "pump",
    "canister": "canister",
    "bike": "bike",
    "cargo-bike": "cargo bike",
    "trailer": "trailer",
    "wheelchair": "wheelchair or walker",
    "hall": "hall or room",
    "workplace": "place to work",
    "sleeping-place": "place to sleep",
    "visit": "visit and company",
    "care": "care",
    "first-aid": "first aid",
    "repair": "repair",
    "cleaning-up": "cleaning up",
    "sandbags": "sandbags",
    "tutoring": "tutoring",
    "books": "books",
    "toys": "toys",
    "furniture": "furniture",
    "plants": "plants",
    "harvest": "harvest from the garden",
    "garden-help": "help in the garden",
    "tent": "tent",
}
"""By the thing's identifier; in the context `choice`."""

SORTS: Final = {
    Sort.GOODS: "goods",
    Sort.SERVICE: "help",
    Sort.RIDE: "ride",
    Sort.ROOM: "room",
    Sort.LENDING: "to lend",
    Sort.OTHER: "other",
}
"""In the context `choice`."""

UNITS: Final = {
    Unit.PIECE: ("{count} piece", "{count} pieces"),
    Unit.LITRE: ("{count} litre", "{count} litres"),
    Unit.KILOGRAM: ("{count} kilogram", "{count} kilograms"),
    Unit.PORTION: ("{count} portion", "{count} portions"),
    Unit.PERSON: ("{count} person", "{count} people"),
    Unit.HOUR: ("{count} hour", "{count} hours"),
    Unit.SEAT: ("{count} seat", "{count} seats"),
    Unit.BOX: ("{count} box", "{count} boxes"),
    Unit.BED: ("{count} bed", "{count} beds"),
    Unit.CHARGE: ("{count} charge", "{count} charges"),
}
UNKNOWN_UNIT: Final = ("{count} of them", "{count} of them")
UNKNOWN_ITEM: Final = "something that this node is too old to name"

WHAT: Final = {
    Direction.OFFER: "Offered: {what}.",
    Direction.REQUEST: "Needed: {what}.",
}
TO_LEND: Final = {
    Direction.OFFER: "To lend: {what}.",
    Direction.REQUEST: "Wanted on loan: {what}.",
}
"""The same for what comes back."""
ON_BEHALF: Final = "For {name}, who has no phone here."

STOCKS: Final = {
    Stock.OPEN: "Open.",
    Stock.HELD: "All of it is kept aside for somebody; that may run out again.",
    Stock.PROMISED: "All of it is promised.",
    Stock.DONE: "All of it is done.",
    Stock.OVER: "Its time is over.",
}
HELP_NOTED: Final = "For all of it help is noted; that may still fall through."
"""Of a request of which all is held: who needs something keeps nothing aside."""
LEFT: Final = {
    Direction.OFFER: "{left} of {total} left.",
    Direction.REQUEST: "{left} of {total} still needed.",
}
"""Where somebody counts; `left` is a number, `total` a quantity."""

STATES: Final = {
    State.ASKED: "Asked for; not promised yet.",
    State.HELD: "Kept aside; free again {until}. Not promised yet.",
    State.CONFIRMED: "Promised; not done yet.",
    State.DONE: "Done; both say so.",
    State.RETURNED: "Back with its owner.",
    State.DECLINED: "Declined.",
    State.CANCELLED: "Called off.",
    State.MISSED: "Nobody came for it.",
    State.LAPSED: "Its time is over, and it was never promised.",
}
ANSWERS: Final = {
    State.ASKED: "Help is offered; not accepted yet.",
    State.HELD: "Help is noted; that ends {until}. Not accepted yet.",
    State.CONFIRMED: "Accepted; not done yet.",
    State.LAPSED: "Its time is over, and it was never accepted.",
}
"""What differs where somebody answers a request."""
HOLD_OVER: Final = "It was kept aside; that ended {until}. It is not promised."
LENT: Final = "Promised for this time: {when}."
OUT: Final = "Handed over; both say so. Due back: {due}."
OVERDUE: Final = "Due back: {due}. Nobody has said that it is back."
SAYS_DONE: Final = "{name} says that it is done; the other side has not said so yet."
SAYS_BACK: Final = "{name} says that it is back; its owner has not said so yet."
CONFLICT: Final = (
    "Promised more than there is: others were promised it first, so this promise cannot be kept. "
    "Talk to each other."
)

SENTENCES: Final = (
    *WHAT.values(),
    *TO_LEND.values(),
    ON_BEHALF,
    *STOCKS.values(),
    HELP_NOTED,
    *LEFT.values(),
    *STATES.values(),
    *ANSWERS.values(),
    HOLD_OVER,
    LENT,
    OUT,
    OVERDUE,
    SAYS_DONE,
    SAYS_BACK,
    CONFLICT,
)
"""All that is said in whole sentences; for the catalogues."""
