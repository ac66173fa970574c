"""How a node is: links, neighbours, airtime, clock, and what wants attention.

Not for: showing it (`meshnode.api`).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from meshnode.board.modes.force import InForce
from meshnode.board.rules import NeighbourhoodRules
from meshnode.board.trust.certificate import IdentityClass
from meshnode.board.trust.forks import forks
from meshnode.links import LinkState
from meshnode.node.runner import Runner
from meshnode.protocol.clock import Quality
from meshnode.protocol.keys import KeyId, PublicKey, key_id
from meshnode.protocol.load import Purpose
from meshnode.protocol.radio import RadioLink

DISPUTES_MAX: Final = 3
"""Sentences about keys that contradict themselves: one hostile member makes as many as it likes."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A node heard on a radio. `name` is None where the sender's profile is not here."""

    sender: str
    name: str | None
    link: str
    last_contact_s: int
    snr_db: float | None
    loss_percent: int
    frames: int


@dataclass(frozen=True, slots=True)
class LinkStatus:
    """A link as people see it."""

    name: str
    state: LinkState
    pending: int


@dataclass(frozen=True, slots=True)
class Airtime:
    """Milliseconds on the air in the last hour, what is allowed, and what it went for."""

    spent_ms: int
    budget_ms: int
    urgent_budget_ms: int
    by_purpose_ms: dict[str, int]
    urgent_by_purpose_ms: dict[str, int]
    frames_by_purpose: dict[str, int]


@dataclass(frozen=True, slots=True)
class Selling:
    """What this node has to sell: things that are not over and of which it is the authority.

    `forgotten` counts those of which it may have pruned what it sold, so that it sells no more.
    """

    things: int
    forgotten: int
    is_in_doubt: bool


@dataclass(frozen=True, slots=True)
class Status:
    """How the node is. `store_bytes` is the database; `board` counts what stands there, by kind.

    `problems` of the node want its keeper's attention; `disputes` in the community somebody's.
    """

    name: str
    node_id: str
    community: str
    version: str
    uptime_s: int
    objects: int
    bulletins: int
    board: Mapping[str, int]
    members: int
    links: tuple[LinkStatus, ...]
    neighbours: tuple[Neighbour, ...]
    airtime: Airtime
    drops: dict[str, int]
    clock_quality: Quality
    minute: int
    store_bytes: int
    problems: tuple[str, ...]
    disputes: tuple[str, ...]
    mode: InForce
    calls_new: int
    calls_taken: int
    selling: Selling


def links_of(runner: Runner) -> tuple[LinkStatus, ...]:
    """Return every link by name."""
    engine = runner.engine
    states = sorted(runner.link_states.items())
    links = ((name, state, engine.links.get(name)) for name, state in states)
    return tuple(
        LinkStatus(name=name, state=state, pending=link.pending_count if link else 0)
        for name, state, link in links
    )


def node_names(rules: NeighbourhoodRules) -> dict[PublicKey, str]:
    """Return the names of the nodes that belong here."""
    return {
        one.public_key: rules.name_of(one)
        for one in rules.members()
        if one.identity_class is IdentityClass.NODE
    }


def neighbours_of(runner: Runner, rules: NeighbourhoodRules, *, now_ms: int) -> Iterator[Neighbour]:
    """Yield the nodes heard on each radio."""
    names = {key_id(key)[:2]: name for key, name in node_names(rules).items()}
    for link, contacts in runner.engine.contacts.items():
        for heard in contacts.neighbours.all():
            yield Neighbour(
                sender=heard.sender.hex(),
                name=names.get(KeyId(heard.sender)),
                link=link,
                last_contact_s=(now_ms - heard.last_heard_ms) // 1000,
                snr_db=heard.snr_db,
                loss_percent=round(100 * heard.loss),
                frames=heard.frame_count,
            )


def airtime_of(runner: Runner, *, now_ms: int) -> Airtime:
    """Return what the air was used for."""
    engine = runner.engine
    ledger = engine.common.ledger
    radios = [link.medium for link in engine.links.values() if isinstance(link, RadioLink)]
    contacts = engine.contacts.values()
    return Airtime(
        spent_ms=round(ledger.spent_ms(now_ms)),
        budget_ms=round(ledger.budget_ms(radios[0], is_urgent=False) if radios else 0),
        urgent_budget_ms=round(ledger.budget_ms(radios[0], is_urgent=True) if radios else 0),
        by_purpose_ms=_sums([one.spent_ms for one in contacts]),
        urgent_by_purpose_ms=_sums([one.urgent_ms for one in contacts]),
        frames_by_purpose=_sums([one.frame_counts for one in contacts]),
    )


def disputes_of(runner: Runner, rules: NeighbourhoodRules) -> Iterator[str]:
    """Yield what the objects that are held say against each other, in whole sentences."""
    held = (one.object for one in runner.engine.held.values())
    found = forks(held, rules.author_of)
    for fork in found[:DISPUTES_MAX]:
        name = rules.name_of(fork.author)
        yield (
            f"The key {fork.key.hex()} of {name} signed {len(fork.ids)} different objects as its "
            f"number {fork.sequence}. Either an old backup of that device is in use, or somebody "
            f"else has the key. Ask {name}; if it was somebody else, revoke the key."
        )
    if len(found) > DISPUTES_MAX:
        yield f"{len(found) - DISPUTES_MAX} more numbers were signed twice."


def _sums(accounts: Sequence[Mapping[Purpose, float]]) -> dict[str, int]:
    """Return the total of all radios for each purpose."""
    return {
        purpose.value: round(sum(account[purpose] for account in accounts)) for purpose in Purpose
    }
