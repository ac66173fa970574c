import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meshnode.protocol.errors import LimitError, StoreError
from meshnode.store.counters import (
    ARRIVAL,
    ARRIVAL_BLOCK,
    COUNTERS_MAX,
    NUMBERS_BYTES_MAX,
    SEQUENCE_BLOCK,
    Counters,
    decode_numbers,
    encode_numbers,
)
from meshnode.store.failures import Damaged

AUTHOR = "0a1b2c3d"
NAMES = st.text("0123456789abcdef", min_size=8, max_size=8) | st.just(ARRIVAL)


@given(below=st.dictionaries(NAMES, st.integers(1, 2**63)))
def test_the_file_of_numbers_comes_back_as_it_went(below):
    assert decode_numbers(encode_numbers(below)) == below


@given(data=st.binary())
def test_any_other_file_of_numbers_is_damaged(data):
    with pytest.raises(Damaged):
        decode_numbers(data)


@given(bit=st.integers(0, 8 * len(encode_numbers({AUTHOR: 17})) - 1))
def test_one_flipped_bit_damages_the_file_of_numbers(bit):
    data = bytearray(encode_numbers({AUTHOR: 17}))
    data[bit // 8] ^= 1 << bit % 8
    with pytest.raises(Damaged):
        decode_numbers(bytes(data))


def test_the_largest_file_of_numbers_is_within_its_bound():
    below = {f"{number:08x}": 2**35 for number in range(COUNTERS_MAX - 1)} | {ARRIVAL: 2**63}
    assert len(encode_numbers(below)) <= NUMBERS_BYTES_MAX


def take(counters, name, *, times):
    async def script():
        return [await counters.take(name) for _ in range(times)]

    return asyncio.run(script())


def test_numbers_go_on_above_the_larger_of_both_copies(tmp_path):
    path = tmp_path / "numbers"
    assert take(Counters(path, last={AUTHOR: 9}, below={AUTHOR: 5}), AUTHOR, times=1) == [10]
    assert take(Counters(path, last={AUTHOR: 3}, below={AUTHOR: 8}), AUTHOR, times=1) == [8]
    assert take(Counters(path, last={}, below={AUTHOR: 8}), AUTHOR, times=1) == [8]
    assert take(Counters(path, last={AUTHOR: 3}, below={}), AUTHOR, times=1) == [4]


def test_a_number_is_reserved_in_the_file_before_it_is_given(tmp_path):
    path = tmp_path / "numbers"
    counters = Counters(path, last={}, below={})
    for _ in range(3 * SEQUENCE_BLOCK):
        [number] = take(counters, AUTHOR, times=1)
        assert decode_numbers(path.read_bytes())[AUTHOR] > number


def test_the_file_is_written_once_a_block(tmp_path):
    path = tmp_path / "numbers"
    counters = Counters(path, last={}, below={})
    contents = set()
    for _ in range(4 * SEQUENCE_BLOCK):
        take(counters, AUTHOR, times=1)
        contents.add(path.read_bytes())
    assert len(contents) == 4


def test_a_settled_file_leaves_no_number_out(tmp_path):
    path = tmp_path / "numbers"
    counters = Counters(path, last={}, below={})
    take(counters, AUTHOR, times=3)
    counters.settle()
    assert decode_numbers(path.read_bytes()) == {AUTHOR: 4}


def test_more_arrivals_than_a_block_are_reserved_at_once(tmp_path):
    path = tmp_path / "numbers"
    counters = Counters(path, last={}, below={})
    amount = 3 * ARRIVAL_BLOCK
    assert asyncio.run(counters.take(ARRIVAL, amount=amount)) == 1
    assert decode_numbers(path.read_bytes())[ARRIVAL] > amount


def test_no_number_is_given_where_it_cannot_be_reserved(tmp_path):
    counters = Counters(tmp_path / "missing" / "numbers", last={}, below={})
    with pytest.raises(StoreError, match="missing"):
        take(counters, AUTHOR, times=1)
    assert counters.last == {}


def test_the_number_of_authors_is_bounded(tmp_path):
    below = {f"{number:08x}": 2 for number in range(COUNTERS_MAX)}
    counters = Counters(tmp_path / "numbers", last={}, below=below)
    with pytest.raises(LimitError, match="4096 authors"):
        take(counters, AUTHOR, times=1)
