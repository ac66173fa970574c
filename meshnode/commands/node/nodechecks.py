"""What the doctor can learn from a running node: links, contact, airtime, objects, refusals.

Takes the API's status document.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from meshnode.commands.node.checks import Finding, Grade
from meshnode.commands.node.report import airtime_words, counted
from meshnode.commands.terminal.durations import ago, duration_words
from meshnode.protocol.limits import HELD_OBJECTS_MAX

Document = Mapping[str, Any]

SILENCE_S: Final = 3600
"""Beacons come several times an hour; a silent hour means that nobody is in reach."""
OBJECTS_SHARE_MAX: Final = 0.9
_CLOCK_DROPS: Final = ("future", "expired")
_CLOCK_DROPS_MIN: Final = 5
"""A few expired objects always arrive late; more mean that somebody's clock is wrong."""


def examine_node(status: Document) -> Iterator[Finding]:
    """Yield what is found in the status of a running node."""
    yield Finding("node", Grade.GOOD, f"The node runs, since {duration_words(status['uptime_s'])}.")
    yield from _links(status)
    yield _contact(status)
    yield _airtime(status["airtime"])
    yield _objects(status["objects"])
    yield _time(status)
    yield from _selling(status)
    for problem in status["problems"]:
        yield Finding("problem", Grade.WEAK, problem, "See the node's log.")


def _links(status: Document) -> Iterator[Finding]:
    links = status["links"]
    if not links:
        yield Finding(
            "links",
            Grade.BROKEN,
            "The node has neither a radio nor a peer.",
            "Give it one: meshnode run --radio URL, or radio.urls in config.toml.",
            "it has no link to anybody",
        )
    elif not any(link["state"] == "up" for link in links):
        yield Finding(
            "links",
            Grade.BROKEN,
            "No link is up.",
            "See below, link by link.",
            "no link is up",
        )
    for link in links:
        yield from _link(link)


def _link(link: Document) -> Iterator[Finding]:
    subject = f"link {link['name']}"
    match link["state"]:
        case "up":
            yield Finding(subject, Grade.GOOD, f"Up: {link['sentence']}")
        case "refused":
            remedy = "Do what it says, then restart the node."
            yield Finding(subject, Grade.BROKEN, link["sentence"], remedy)
        case _:
            remedy = "It tries again by itself. Is the other side on, and the cable in?"
            yield Finding(subject, Grade.WEAK, link["sentence"], remedy)
    for warning in link["warnings"]:
        yield Finding(subject, Grade.WEAK, warning, "Change it on the radio.")


def _contact(status: Document) -> Finding:
    if any(link["state"] == "up" and "peer" in link["detail"] for link in status["links"]):
        return Finding("contact", Grade.GOOD, "A node is connected right now.")
    if not status["neighbours"]:
        return Finding(
            "contact",
            Grade.WEAK,
            "No other node was heard since the start.",
            "Wait some minutes. Then: same region, preset and channel? Antennas on, one higher up?",
            "no other node was heard yet",
        )
    last_s = min(one["last_contact_s"] for one in status["neighbours"])
    count = len({one["sender"] for one in status["neighbours"]})
    sentence = f"{count} other nodes were heard, the last one {ago(last_s)}."
    if last_s > SILENCE_S:
        remedy = "Is the antenna on? Are the neighbours' nodes running?"
        hinders = f"no other node was heard for {duration_words(last_s)}"
        return Finding("contact", Grade.WEAK, sentence, remedy, hinders)
    return Finding("contact", Grade.GOOD, sentence)


def _airtime(airtime: Document) -> Finding:
    sentence = f"{airtime_words(airtime)[0].upper()}{airtime_words(airtime)[1:]}."
    if airtime["budget_ms"] and airtime["spent_ms"] >= airtime["budget_ms"]:
        return Finding(
            "airtime",
            Grade.WEAK,
            sentence,
            "Ordinary posts wait, up to an hour; severe and extreme ones still go.",
            "ordinary posts wait for airtime",
        )
    return Finding("airtime", Grade.GOOD, sentence)


def _objects(count: int) -> Finding:
    if count > HELD_OBJECTS_MAX * OBJECTS_SHARE_MAX:
        return Finding(
            "objects",
            Grade.WEAK,
            f"{count} objects are held, of {HELD_OBJECTS_MAX} at most.",
            "Post less, or with shorter lives; what is over leaves by itself.",
        )
    return Finding("objects", Grade.GOOD, f"{count} objects are held.")


def _time(status: Document) -> Finding:
    drops = sum(status["drops"].get(reason, 0) for reason in _CLOCK_DROPS)
    if status["clock"]["quality"] == "unknown":
        return Finding(
            "community's time",
            Grade.WEAK,
            "The node does not know the time, so what it posts may be refused by others.",
            "Set the clock: sudo timedatectl set-time 'YYYY-MM-DD HH:MM'",
            "the node does not know the time",
        )
    if drops >= _CLOCK_DROPS_MIN:
        return Finding(
            "community's time",
            Grade.WEAK,
            f"{drops} objects were refused because of their time: a clock is wrong, here or there.",
            "Compare the clocks of the nodes.",
        )
    return Finding("community's time", Grade.GOOD, f"The node knows it: {status['clock']['now']}.")


def _selling(status: Document) -> Iterator[Finding]:
    """Yield what keeps the node from selling what it alone may sell first."""
    selling = status["selling"]
    if not selling["things"]:
        return
    what = f"This node books {counted(selling['things'], 'thing')}"
    if selling["is_in_doubt"]:
        yield Finding(
            "bookings",
            Grade.WEAK,
            f"{what}, and had forgotten what it sold: its store is an old copy. It sells nothing "
            "until it has heard no more of that for an hour.",
            "Leave it on, in reach of its neighbours. If you know that all is back: meshnode slots "
            "resume",
        )
    if status["clock"]["quality"] == "unknown":
        yield Finding(
            "bookings",
            Grade.WEAK,
            f"{what}, and sells nothing while it does not know the time: who asks waits.",
            "Set the clock: sudo timedatectl set-time 'YYYY-MM-DD HH:MM'",
        )
    if selling["forgotten"]:
        yield Finding(
            "bookings",
            Grade.WEAK,
            f"{what}; of {selling['forgotten']} it sells no more, because its clock was far ahead "
            "once and it forgot what it had sold.",
            "Withdraw them and open them anew. If you know that all is back: meshnode slots resume",
        )
