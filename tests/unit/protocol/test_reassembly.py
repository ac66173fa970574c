"""Objects in fragments: put together, bounded, given up."""

from meshnode.protocol.frames import Fragment, Partial
from meshnode.protocol.limits import OBJECT_BYTES_MAX
from meshnode.protocol.object import ShortId
from meshnode.protocol.reassembly import IDLE_MS_MAX, OBJECTS_MAX, Reassembly

SHORT = ShortId(b"abcd")


def part(index: int, count: int, data: bytes = b"x", short_id: ShortId = SHORT) -> Fragment:
    return Fragment(short_id, index, count, data)


def test_the_last_missing_fragment_completes_the_object_in_whatever_order() -> None:
    pieces = Reassembly()
    assert pieces.add(part(2, 3, b"ef"), 0) is None
    assert pieces.add(part(0, 3, b"ab"), 0) is None
    assert pieces.add(part(1, 3, b"cd"), 0) == b"abcdef"
    assert pieces.is_empty


def test_a_fragment_heard_twice_counts_once() -> None:
    pieces = Reassembly()
    pieces.add(part(0, 2, b"a"), 0)
    assert pieces.add(part(0, 2, b"a"), 0) is None
    assert pieces.add(part(1, 2, b"b"), 0) == b"ab"


def test_fragments_of_different_cuts_are_not_mixed() -> None:
    pieces = Reassembly()
    pieces.add(part(0, 2, b"ab"), 0)
    assert pieces.add(part(1, 3, b"b"), 0) is None
    assert pieces.add(part(1, 2, b"c"), 0) == b"abc"


def test_the_cut_that_is_nearer_to_its_end_is_asked_for() -> None:
    pieces = Reassembly()
    pieces.add(part(0, 9), 0)
    pieces.add(part(1, 3), 0)
    assert pieces.partials(3) == (Partial(SHORT, 3, (0, 2)),)


def test_only_so_many_partials_are_listed() -> None:
    pieces = Reassembly()
    for number in range(5):
        pieces.add(part(0, 2 + number, short_id=ShortId(bytes([number]) * 4)), 0)
    listed = pieces.partials(3)
    assert [partial.count for partial in listed] == [2, 3, 4]


def test_a_seventeenth_object_replaces_the_one_idle_for_longest() -> None:
    pieces = Reassembly()
    ids = [ShortId(bytes([number]) * 4) for number in range(OBJECTS_MAX)]
    for short_id in ids:
        pieces.add(part(0, 3, short_id=short_id), 0)
    pieces.add(part(1, 3, short_id=ids[0]), 0)
    pieces.add(part(0, 3), 0)
    assert pieces.add(part(2, 3, short_id=ids[0]), 0) == b"xxx"
    pieces.add(part(1, 3, short_id=ids[1]), 0)
    assert pieces.add(part(2, 3, short_id=ids[1]), 0) is None


def test_what_hears_nothing_for_an_hour_is_given_up() -> None:
    for idle_ms, whole in ((IDLE_MS_MAX, b"ab"), (IDLE_MS_MAX + 1, None)):
        pieces = Reassembly()
        pieces.add(part(0, 2, b"a"), 0)
        assert pieces.add(part(1, 2, b"b"), idle_ms) == whole


def test_pieces_never_add_up_to_more_than_an_object() -> None:
    half = OBJECT_BYTES_MAX // 2
    pieces = Reassembly()
    pieces.add(part(0, 2, bytes(half)), 0)
    assert pieces.add(part(1, 2, bytes(half)), 0) == bytes(OBJECT_BYTES_MAX)
    pieces.add(part(0, 2, bytes(half)), 0)
    assert pieces.add(part(1, 2, bytes(half + 1)), 0) is None
    assert pieces.is_empty


def test_an_object_that_came_another_way_is_forgotten_in_every_cut() -> None:
    pieces = Reassembly()
    pieces.add(part(0, 2), 0)
    pieces.add(part(0, 3), 0)
    pieces.forget(SHORT)
    assert pieces.is_empty
