"""What stands on the board of a neighbourhood, so that no screen is empty; said by Anna."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tests.browser.neighbourhood import Neighbourhood

WARNING = "Wasser bitte abkochen"
LONG_TEXT = (
    "Das Leitungswasser ist trüb. Kocht es drei Minuten, bevor ihr es trinkt oder damit Zähne "
    "putzt. Am Nordmarkt steht ein Tankwagen der Feuerwehr; bringt Kanister mit, und denkt an "
    "Nachbarn, die nicht tragen können."
)
PLACE = "Begegnungszentrum"
OFFER = "Handys laden"
QUEUE = "Trinkwasser"
MEETUP = "Mittagstisch"


@dataclass(frozen=True, slots=True)
class Furnished:
    """The ids of what is there."""

    warning: str
    place: str
    offer: str
    slots: str
    queue: str
    meetup: str


async def furnish(here: Neighbourhood) -> Furnished:
    """Post one of everything."""
    anna = here.anna
    place = await anna.type(
        *("place", "add", PLACE, "--category", "hall", "--address", "Nordmarkt 1"),
        *("--capacity", "60", "--hours", "Mo-Fr 9-18", "--text", "Warm, mit Steckdosen und Tee."),
        *("--at", "51.527,7.468", "--step-free"),
    )
    await anna.type("level", "set", PLACE, "some")
    warning = await anna.type(
        *("bulletin", "post", LONG_TEXT, "--title", WARNING),
        *("--severity", "severe", "--category", "water", "--expires", "12h"),
    )
    await anna.type("bulletin", "post", "Grauer Kater Moritz zugelaufen.", "--category", "other")
    await anna.type(
        "bulletin", "post", "قطع الماء حتى المساء", "--title", "ماء", "--category", "water"
    )
    offer = await anna.type(
        *("offer", "post", "Bis vier Geräte zugleich.", "--title", OFFER, "--item", "charging"),
        *("--quantity", "4", "--place", "Borsigstr. 5"),
    )
    await anna.type("request", "post", "--item", "medicine", "--for", "Frau Schmidt, 3. Stock")
    slots = await anna.type(
        *("slots", "open", "Impfung", "--at", _at(3), "--length", "15m", "--count", "6"),
        *("--capacity", "2", "--place", PLACE),
    )
    queue = await anna.type(
        *("slots", "open", QUEUE, "--at", _at(0), "--length", "4h", "--capacity", "200"),
        *("--queue", "--place", PLACE),
    )
    meetup = await anna.type(
        *("meetup", "post", MEETUP, "--at", _at(26), "--length", "90m", "--seats", "12"),
        *("--place", PLACE),
    )
    return Furnished(*(one["id"] for one in (warning, place, offer, slots, queue, meetup)))


def _at(hours: int) -> str:
    """Return a time so many hours ahead, a minute from now at least, as people type it."""
    now = datetime.now(ZoneInfo("Europe/Berlin"))
    return f"{now + timedelta(hours=hours, minutes=1):%Y-%m-%d %H:%M}"
