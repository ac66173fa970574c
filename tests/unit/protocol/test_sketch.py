import json
from pathlib import Path
from typing import Any

import pytest

from meshnode.protocol import gf32, roots
from meshnode.protocol.errors import CallerError, PeerError
from meshnode.protocol.sketch import CAPACITY_MAX, Sketch, decode

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "sketch.json").read_text())


def sketch_of(elements: list[int], capacity: int) -> Sketch:
    sketch = Sketch(capacity)
    for element in elements:
        sketch.toggle(element)
    return sketch


@pytest.mark.parametrize("case", VECTORS["sets"])
def test_bytes_and_decoded_sets_are_those_of_libminisketch(case: dict[str, Any]) -> None:
    sketch = sketch_of(case["elements"], case["capacity"])
    assert sketch.serialize(case["capacity"]).hex() == case["sketch"]
    assert decode(sketch, effort=CAPACITY_MAX) == case["decoded"]


@pytest.mark.parametrize("case", VECTORS["noise"])
def test_noise_decodes_to_what_libminisketch_decodes_it_to(case: dict[str, Any]) -> None:
    assert decode(bytes.fromhex(case["sketch"]), effort=CAPACITY_MAX) == case["decoded"]


def test_the_difference_of_two_sets_comes_out_of_their_merged_sketches() -> None:
    mine = sketch_of(list(range(1, 1001)), 54)
    theirs = Sketch.deserialize(sketch_of(list(range(4, 1003)), 16).serialize(16))
    theirs.merge(mine)
    assert decode(theirs, effort=16) == [1, 2, 3, 1001, 1002]


def test_a_prefix_of_a_long_sketch_decodes_just_as_many_elements() -> None:
    elements = [7 * index**5 + 1 for index in range(1, 14)]
    long = sketch_of(elements, 32)
    assert decode(long.serialize(13), effort=32) == sorted(elements)
    assert decode(long.serialize(12), effort=32) is None


def test_toggling_twice_leaves_the_sketch_as_it_was() -> None:
    sketch = sketch_of([5, 6, 7], 8)
    before = sketch.serialize(8)
    twin = sketch.copy()
    twin.toggle(99)
    assert sketch.serialize(8) == before
    twin.toggle(99)
    assert twin.serialize(8) == before


def test_a_difference_beyond_the_effort_is_not_looked_for() -> None:
    sketch = sketch_of([11, 22, 33, 44, 55], 8)
    assert decode(sketch, effort=5) == [11, 22, 33, 44, 55]
    assert decode(sketch, effort=4) is None
    assert decode(sketch, effort=0) is None
    assert decode(Sketch(8), effort=0) == []


def test_the_largest_sketch_decodes_as_many_elements_as_its_capacity() -> None:
    elements = [gf32.product(index, 0x9E3779B1) for index in range(1, CAPACITY_MAX + 1)]
    sketch = sketch_of(elements, CAPACITY_MAX)
    assert decode(sketch, effort=CAPACITY_MAX) == sorted(elements)


def test_elements_whose_first_traces_agree_are_still_told_apart() -> None:
    """The worst case of splitting: no trace but the last few separates the elements."""
    kernel = elements_of_zero_trace(for_factors=range(26))
    sketch = sketch_of(kernel, 63)
    assert len(kernel) == 63
    assert decode(sketch, effort=63) == kernel


def elements_of_zero_trace(for_factors: range) -> list[int]:
    images = [
        sum(trace(gf32.product(1 << factor, 1 << bit)) << factor for factor in for_factors)
        for bit in range(32)
    ]
    _, basis = roots._eliminated(images)
    spanned = [0]
    for element in basis:
        spanned += [element ^ other for other in spanned]
    return sorted(spanned)[1:]


def trace(element: int) -> int:
    total = 0
    for _ in range(32):
        total ^= element
        element = gf32.product(element, element)
    return total


@pytest.mark.parametrize("length", [0, 1, 3, 5, 4 * CAPACITY_MAX + 4])
def test_bytes_of_a_length_that_no_sketch_has_are_refused(length: int) -> None:
    with pytest.raises(PeerError) as refused:
        decode(bytes(length), effort=8)
    assert refused.value.reason == "sketch_length"


@pytest.mark.parametrize("element", [0, -1, 1 << 32])
def test_what_is_not_an_element_is_not_taken(element: int) -> None:
    with pytest.raises(CallerError):
        Sketch(4).toggle(element)


@pytest.mark.parametrize("capacity", [0, CAPACITY_MAX + 1])
def test_a_capacity_out_of_range_is_not_taken(capacity: int) -> None:
    with pytest.raises(CallerError):
        Sketch(capacity)


def test_a_shorter_sketch_is_not_merged_into_a_longer_one() -> None:
    with pytest.raises(CallerError):
        Sketch(8).merge(Sketch(7))


def test_more_syndromes_than_there_are_cannot_be_sent() -> None:
    with pytest.raises(CallerError):
        Sketch(8).serialize(9)


@pytest.mark.parametrize("element", [1, 2, 0x8000_0000, 0xFFFF_FFFF, 0x1234_5678])
def test_an_element_times_its_inverse_is_one(element: int) -> None:
    assert gf32.product(element, gf32.inverse(element)) == 1


def test_zero_has_no_inverse() -> None:
    with pytest.raises(CallerError):
        gf32.inverse(0)


def test_rows_hold_their_elements_in_order() -> None:
    elements = (0, 1, 0xFFFF_FFFF, 0x8000_0001)
    row = gf32.spread(elements)
    assert gf32.gather(row, 4) == elements
    assert gf32.gather(gf32.first(row, 3), 5) == (0, 1, 0xFFFF_FFFF, 0, 0)
    assert [gf32.gather(lane, 1)[0] for lane in gf32.lanes(row, 4)] == list(elements)


@pytest.mark.parametrize("count", range(2, 9))
def test_a_polynomial_with_a_double_root_has_not_enough_roots(count: int) -> None:
    polynomial = polynomial_with([3, 3, *range(4, 4 + count - 2)])
    assert roots.distinct_roots(polynomial) is None


@pytest.mark.parametrize("count", range(1, 12))
def test_a_polynomial_gives_back_the_roots_it_was_made_of(count: int) -> None:
    wanted = [gf32.product(0x1234_5678, index) for index in range(1, count + 1)]
    found = roots.distinct_roots(polynomial_with(wanted))
    assert found is not None
    assert sorted(found) == sorted(wanted)


def polynomial_with(wanted: list[int]) -> int:
    coefficients = [1]
    for root in wanted:
        scaled = [gf32.product(root, coefficient) for coefficient in coefficients] + [0]
        coefficients = [a ^ b for a, b in zip([0, *coefficients], scaled, strict=True)]
    return gf32.spread(coefficients)
