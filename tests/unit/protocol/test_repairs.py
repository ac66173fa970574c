"""What a beacon that names unfinished batches makes us say, whatever numbers it has."""

from meshnode.protocol.frames import Beacon, Partial, Symbol
from meshnode.protocol.inventory import HOUR_MINUTES, Inventory
from meshnode.protocol.priority import Priority
from meshnode.protocol.redundancy import SPARE_MAX
from tests.community import HERE, MEMBERS, Script, certificate, sized

LARGE = sized(HERE, 400)
"""Three data symbols in frames of 200 bytes."""


def asks(script: Script, partial: Partial) -> Beacon:
    """Return the beacon of a node that lacks `LARGE` and names a batch."""
    inventory = Inventory()
    for key in MEMBERS:
        inventory.add(certificate(key), Priority.AUTHORITY)
    hour = script.minute // HOUR_MINUTES
    digest = inventory.digest(hour, 2)
    return Beacon(
        cutoff_hour=hour,
        depth=0,
        bucket=0,
        count=digest.count,
        check=digest.check,
        partials=(partial,),
        syndromes=digest.syndromes,
    )


def sums_for(missing: int) -> list[Symbol]:
    """Return what a node says for somebody who claims to lack so many symbols of its batch."""
    script = Script()
    script.wait(7_200_000)
    script.sent.clear()
    script.submit(LARGE)
    script.wait(60_000)
    said = [body for body in script.bodies(script.sent) if isinstance(body, Symbol)]
    assert {symbol.index for symbol in said} >= {0, 1, 2}
    script.sent.clear()
    script.wait(60_000)
    script.hear(asks(script, Partial(batch=said[0].shape.id, missing=missing)))
    script.wait(3_600_000)
    sums = [body for body in script.bodies(script.sent) if isinstance(body, Symbol)]
    assert {symbol.index for symbol in said}.isdisjoint(symbol.index for symbol in sums)
    return sums


def test_who_lacks_a_symbol_gets_a_sum_that_was_not_on_the_air() -> None:
    sums = sums_for(1)
    assert 1 <= len(sums) <= 1 + SPARE_MAX
    assert all(symbol.index >= symbol.shape.data_count for symbol in sums)


def test_who_claims_to_lack_more_than_there_is_gets_no_more_than_all_of_it() -> None:
    all_of_it = sums_for(3)
    sums = sums_for(64)
    assert len(sums) == len(all_of_it)
