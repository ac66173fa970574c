"""Two sets of ids made equal over a reliable, ordered stream, by comparing ranges of ids.

Not for: radio (`sketch` says it once for everybody) or for moving the objects themselves.
`respond` is a pure function of the own ids and one message, so either side may start, at any
time, more than once, and sets may change in between: nothing is lost, at worst said twice.
The caller acts on a response in this order: it sends the objects that the other side lacks, then
the message. When both have done so until no message is left, both hold the union.
Invariants: a message is at most `MESSAGE_BYTES_MAX` long; an answer, too, whatever it answers.
Source: docs/spec/ranges.md; the idea is Meyer's range-based set reconciliation, arXiv 2212.13567.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from meshnode.protocol.idset import END, IdSet
from meshnode.protocol.object import OBJECT_ID_BYTES, ObjectId, ShortId
from meshnode.protocol.rangewire import (
    Fingerprint,
    Listing,
    Statement,
    Writer,
    decode,
    digest,
)

BRANCHES_MAX: Final = 16
"""Parts that a differing range is cut into. Half as many would save a fifth of the bytes of a few
differences and cost one or two messages more."""
PART_IDS_MIN: Final = 4
"""A range is cut so that its parts have about so many ids: less costs more fingerprints than it
saves ids, more the other way round."""
LISTED_IDS: Final = 8
"""A range with at most so many ids is listed instead of cut. 4 to 16 measured alike."""


@dataclass(frozen=True, slots=True)
class Response:
    """What to do about a message: send the objects that `they_lack`, then `message` if any.

    Shapes: ids ascending, each once. `we_lack` are on their way once `message` has been sent.
    """

    message: bytes | None
    they_lack: tuple[ObjectId, ...]
    we_lack: tuple[ObjectId, ...]


def open_session(ids: IdSet) -> bytes:
    """Return the first message, a dozen bytes: what all of `ids` come to."""
    writer = Writer(())
    writer.put(_statement(ids, b"", END))
    return writer.encoded()


def respond(ids: IdSet, message: bytes) -> Response:
    """Return what a message tells and asks, given the ids that we hold.

    Raises:
        PeerError: The message is too long, cut short or not canonical.
    """
    heard = decode(message)
    they_lack = _wanted(ids, heard.wanted)
    we_lack: list[ObjectId] = []
    differing: list[Fingerprint] = []
    for statement in heard.statements:
        if isinstance(statement, Listing):
            own = ids.between(statement.lower, statement.upper)
            they_lack.update(_without(own, statement.ids))
            we_lack += _without(statement.ids, own)
        elif statement != _statement(ids, statement.lower, statement.upper):
            differing.append(statement)
    writer = Writer(we_lack)
    _answer(ids, differing, writer)
    return Response(
        message=None if writer.is_empty else writer.encoded(),
        they_lack=tuple(sorted(they_lack)),
        we_lack=tuple(we_lack),
    )


def _wanted(ids: IdSet, wanted: Iterable[ShortId]) -> set[ObjectId]:
    """Return our ids that begin with what they want, the few others that do included."""
    found: set[ObjectId] = set()
    for short_id in wanted:
        start = ids.rank(short_id)
        found.update(ids.slice(start, ids.rank(short_id + END)))
    return found


def _answer(ids: IdSet, differing: list[Fingerprint], writer: Writer) -> None:
    """Write what brings the differing ranges further; those without room stay one range."""
    for theirs in differing:
        statements = _closer_look(ids, theirs)
        if not writer.has_room_for(statements):
            writer.put(_statement(ids, theirs.lower, differing[-1].upper))
            return
        for statement in statements:
            writer.put(statement)


def _closer_look(ids: IdSet, theirs: Fingerprint) -> list[Statement]:
    """Return what we say about a range in which their ids are not ours."""
    start, stop = ids.rank(theirs.lower), ids.rank(theirs.upper)
    count = stop - start
    if count <= LISTED_IDS:
        return [Listing(theirs.lower, theirs.upper, tuple(ids.slice(start, stop)))]
    if theirs.count <= LISTED_IDS:
        # They hold fewer: our fingerprint makes them list theirs.
        return [_statement(ids, theirs.lower, theirs.upper)]
    parts = min(BRANCHES_MAX, count // PART_IDS_MIN)
    cuts = [start + count * part // parts for part in range(1, parts)]
    bounds = [theirs.lower, *(_bound_at(ids, rank) for rank in cuts), theirs.upper]
    return [_statement(ids, lower, upper) for lower, upper in pairwise(bounds)]


def _bound_at(ids: IdSet, rank: int) -> bytes:
    """Return the shortest bound between the id of this rank and the one before."""
    below, above = ids.at(rank - 1), ids.at(rank)
    length = next(at for at in range(OBJECT_ID_BYTES) if below[at] != above[at])
    return above[: length + 1]


def _statement(ids: IdSet, lower: bytes, upper: bytes) -> Statement:
    """Return in short what we hold in a range."""
    start, stop = ids.rank(lower), ids.rank(upper)
    count = stop - start
    if not count:
        return Listing(lower, upper, ())
    return Fingerprint(lower, upper, count, digest(count, ids.sum(start, stop)))


def _without(ids: Iterable[ObjectId], others: Iterable[ObjectId]) -> list[ObjectId]:
    known = frozenset(others)
    return [one for one in ids if one not in known]
