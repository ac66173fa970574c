"""Where a bulletin is, in plain words. Takes the API's JSON document.

Not for: finding out (the node). Invariants: a node is said to have it only by its own word; what
is not known is said to be so.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from meshnode.commands.terminal.durations import ago
from meshnode.commands.terminal.output import one_line

Document = Mapping[str, Any]

FRESH_S: Final = 5 * 3600
"""Who is there says what it holds every two hours at least; one such word may be lost."""
_MINUTE_S: Final = 60
_UNKNOWN_SHOWN_MAX: Final = 8


def sentences(whereabouts: Document) -> list[str]:
    """Return sentences that say where an object is that lies on this node."""
    nodes: Sequence[Document] = whereabouts["nodes"]
    if not nodes:
        return ["On this node.", "No other node has been heard yet."]
    return ["On this node.", *_have(nodes), *_lack(nodes), *_unknown(nodes)]


def _have(nodes: Sequence[Document]) -> Iterator[str]:
    having = [one for one in nodes if one["state"] == "holds"]
    fresh = [_name(one) for one in having if one["known_s"] < FRESH_S]
    if fresh:
        yield f"{_listed(fresh)} {'has' if len(fresh) == 1 else 'have'} it."
    for one in having:
        if one["known_s"] >= FRESH_S:
            yield f"{_name(one)} had it {ago(one['known_s'])}; {_last_contact(one)}."


def _lack(nodes: Sequence[Document]) -> Iterator[str]:
    for one in nodes:
        if one["state"] != "lacks":
            continue
        if one["known_s"] - one["last_contact_s"] < _MINUTE_S:
            yield f"{_name(one)} has not got it yet; {_last_contact(one)}."
        else:
            yield f"{_name(one)} had not got it {_ago(one['known_s'])}; {_last_contact(one)}."


def _unknown(nodes: Sequence[Document]) -> Iterator[str]:
    unknown = [one for one in nodes if one["state"] not in ("holds", "lacks")]
    nearest = sorted(unknown, key=lambda one: one["last_contact_s"])
    for one in nearest[:_UNKNOWN_SHOWN_MAX]:
        yield f"Not known whether {_name(one)} has it; {_last_contact(one)}."
    if len(unknown) > _UNKNOWN_SHOWN_MAX:
        yield f"Nor is it of {len(unknown) - _UNKNOWN_SHOWN_MAX} more; all of them: --json"


def _name(node: Document) -> str:
    return one_line(node["name"] or f"Node {node['node']}")


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _last_contact(node: Document) -> str:
    return f"last contact {_ago(node['last_contact_s'])}"


def _ago(seconds: int) -> str:
    return "just now" if seconds < _MINUTE_S else ago(seconds)
