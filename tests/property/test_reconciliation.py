from hypothesis import assume, given, settings
from hypothesis import strategies as st

from meshnode.protocol import gf32, ranges, rangewire
from meshnode.protocol.errors import PeerError
from meshnode.protocol.idset import END, IdSet
from meshnode.protocol.object import ObjectId
from meshnode.protocol.sketch import Sketch, decode
from tests.exchange import exchange

elements = st.integers(1, 2**32 - 1) | st.integers(1, 64)
element_sets = st.sets(elements, max_size=20)

# Ids that crowd together as well as spread ones: both ends of what bounds must tell apart.
ids = st.binary(min_size=16, max_size=16) | st.integers(0, 400).map(
    lambda number: number.to_bytes(16, "big")
)
id_sets = st.sets(ids.map(ObjectId), max_size=120)


def sketch_of(members: set[int], capacity: int) -> Sketch:
    sketch = Sketch(capacity)
    for element in sorted(members):
        sketch.toggle(element)
    return sketch


@given(element_sets, element_sets)
def test_sketches_of_two_sets_give_their_difference(left: set[int], right: set[int]) -> None:
    difference = Sketch.deserialize(sketch_of(left, 40).serialize(40))
    difference.merge(sketch_of(right, 54))
    assert decode(difference, effort=40) == sorted(left ^ right)


@given(element_sets, st.integers(1, 24))
def test_what_decodes_has_the_sketch_it_was_decoded_from(members: set[int], capacity: int) -> None:
    sketch = sketch_of(members, capacity)
    found = decode(sketch, effort=capacity)
    assert found == sorted(members) or len(members) > capacity
    if found is not None:
        assert len(found) <= capacity
        assert sketch_of(set(found), capacity).serialize(capacity) == sketch.serialize(capacity)


@given(element_sets, st.integers(0, 24))
def test_a_shorter_sketch_is_the_beginning_of_a_longer_one(members: set[int], count: int) -> None:
    prefix = sketch_of(members, 24).serialize(count)
    assert prefix == b"" if count == 0 else prefix == sketch_of(members, count).serialize(count)


@given(st.binary(max_size=160), st.integers(0, 40))
def test_noise_gives_elements_nothing_or_a_peer_error(noise: bytes, effort: int) -> None:
    try:
        found = decode(noise, effort=effort)
    except PeerError:
        assert len(noise) % 4 or not noise
        return
    if found is not None:
        assert len(found) <= effort
        assert sketch_of(set(found), len(noise) // 4).serialize(len(noise) // 4) == noise


@given(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1))
def test_the_field_is_a_field(a: int, b: int, c: int) -> None:
    assert gf32.product(a, b) == gf32.product(b, a) == schoolbook(a, b)
    assert gf32.product(a, gf32.product(b, c)) == gf32.product(gf32.product(a, b), c)
    assert gf32.product(a, b ^ c) == gf32.product(a, b) ^ gf32.product(a, c)


def schoolbook(a: int, b: int) -> int:
    """Return the product bit by bit, as an independent word."""
    total = 0
    for bit in range(32):
        if b >> bit & 1:
            total ^= a << bit
    for bit in range(62, 31, -1):
        if total >> bit & 1:
            total ^= gf32.MODULUS << (bit - 32)
    return total


@settings(deadline=None)
@given(id_sets, id_sets, id_sets)
def test_any_two_sets_become_their_union(
    both: set[ObjectId], left_only: set[ObjectId], right_only: set[ObjectId]
) -> None:
    left, right = IdSet(both | left_only), IdSet(both | right_only)
    trace = exchange(left, right)
    assert list(left) == list(right) == sorted(both | left_only | right_only)
    assert max(trace.message_bytes) <= rangewire.MESSAGE_BYTES_MAX


@settings(deadline=None)
@given(st.binary(max_size=300), id_sets)
def test_random_bytes_are_answered_or_refused(message: bytes, held: set[ObjectId]) -> None:
    answer_or_refuse(message, held)


@settings(deadline=None)
@given(id_sets, id_sets, st.data())
def test_a_spoiled_message_is_answered_or_refused(
    held: set[ObjectId], other: set[ObjectId], data: st.DataObject
) -> None:
    message = ranges.open_session(IdSet(other))
    for _ in range(data.draw(st.integers(0, 2))):
        message = ranges.respond(IdSet(held), message).message or message
    at = data.draw(st.integers(0, len(message) - 1))
    spoiled = message[:at] + data.draw(st.binary(max_size=4)) + message[at + 1 :]
    answer_or_refuse(spoiled, held)


def answer_or_refuse(message: bytes, held: set[ObjectId]) -> None:
    try:
        response = ranges.respond(IdSet(held), message)
    except PeerError:
        return
    assert written_again(message) == message
    assert set(response.they_lack) <= held
    assert held.isdisjoint(response.we_lack)
    if response.message is not None:
        assert len(response.message) <= rangewire.MESSAGE_BYTES_MAX
        rangewire.decode(response.message)


def written_again(message: bytes) -> bytes:
    heard = rangewire.decode(message)
    writer = rangewire.Writer(ObjectId(wanted) for wanted in heard.wanted)
    for statement in heard.statements:
        writer.put(statement)
    return writer.encoded()


bounds = st.binary(max_size=3).map(lambda bound: bound.rstrip(b"\0"))
claims = st.integers(1, 2**35 - 1) | st.tuples(st.sets(ids.map(ObjectId), max_size=9))


@given(st.lists(bounds, unique=True, max_size=12), st.lists(claims | st.none()), st.sets(ids))
def test_a_message_comes_back_as_it_was_written(
    uppers: list[bytes],
    contents: list[int | tuple[set[ObjectId]] | None],
    wanted: set[ObjectId],
) -> None:
    writer = rangewire.Writer(wanted)
    lower = b""
    said: list[rangewire.Statement] = []
    for upper, content in zip(sorted(b or END for b in uppers), contents, strict=False):
        statement = stated(lower, upper, content)
        lower = upper
        if statement is not None:
            writer.put(statement)
            said.append(statement)
    assume(not writer.is_empty)
    message = rangewire.decode(writer.encoded())
    assert message.statements == tuple(said)
    assert message.wanted == tuple(sorted({one[:4] for one in wanted}))


def stated(
    lower: bytes, upper: bytes, content: int | tuple[set[ObjectId]] | None
) -> rangewire.Statement | None:
    match content:
        case None:
            return None
        case int():
            return rangewire.Fingerprint(lower, upper, content, b"8 bytes.")
        case (listed,):
            inside = tuple(sorted(one for one in listed if lower <= one < upper))
            return rangewire.Listing(lower, upper, inside)
