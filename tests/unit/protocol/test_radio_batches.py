"""Batches heard on a radio: objects join the set as they come, and forged symbols do no harm."""

from meshnode.protocol.batch import compose
from meshnode.protocol.frames import Symbol, symbol_room_bytes
from tests.community import ANNA, BERT, Script, bulletin, drops, stored

POSTS = [
    bulletin(ANNA, f"Post {number}: {'Wasser und Brot. ' * number}", sequence=number)
    for number in range(1, 7)
]
BATCH = compose([post.encoded for post in POSTS], symbol_room_bytes(100))
COUNT = BATCH.shape.data_count


def symbol(index: int, data: bytes | None = None) -> Symbol:
    return Symbol(BATCH.shape, index, 0, BATCH.symbol(index) if data is None else data)


def ids_of(*numbers: int) -> set[bytes]:
    return {POSTS[number].id for number in numbers}


def test_objects_are_stored_as_soon_as_they_are_whole_and_once() -> None:
    script = Script()
    found = [one for index in range(COUNT) for one in stored(script.hear(symbol(index)))]
    assert len(found) == len(set(found))
    assert set(found) == ids_of(*range(6))
    first = Script()
    assert stored(first.hear(symbol(0))) == []
    assert stored(first.hear(symbol(1))) != []


def test_sums_from_two_senders_complete_what_data_began() -> None:
    script = Script()
    for index in range(2, COUNT):
        script.hear(symbol(index))
    script.hear(symbol(100), sender=ANNA)
    assert not script.held >= ids_of(*range(6))
    script.hear(symbol(200), sender=BERT)
    assert script.held >= ids_of(*range(6))


def test_a_forged_symbol_is_counted_and_clean_ones_bring_everything_all_the_same() -> None:
    script = Script()
    script.hear(symbol(99, b"\x00" * BATCH.shape.symbol_bytes), sender=BERT)
    effects = [effect for index in range(COUNT) for effect in script.hear(symbol(index))]
    assert drops(effects) == ["bad_batch"]
    script.hear(symbol(COUNT - 1))
    for index in range(COUNT):
        script.hear(symbol(index))
    assert script.held >= ids_of(*range(6))


def test_an_object_read_out_of_a_forged_symbol_is_judged_like_any_other() -> None:
    script = Script()
    forged = b"\x00" + b"\x20" + POSTS[0].encoded[:32]
    drop = drops(script.hear(symbol(0, forged.ljust(BATCH.shape.symbol_bytes, b"\0"))))
    assert len(drop) == 1
    assert not script.held & ids_of(*range(6))
