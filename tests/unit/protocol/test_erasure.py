"""The erasure code: each symbol by hand, and the data from as few as there can be."""

from itertools import combinations

import pytest

from meshnode.protocol import erasure
from meshnode.protocol.erasure import SYMBOLS_MAX, recover, symbol
from meshnode.protocol.errors import CallerError
from tests.galois import coded, inverse, product

DATA = [b"\x00\x01\x02", b"\x53\xca\xff", b"\x80\x00\x1d"]


def symbols(data: list[bytes], *indices: int) -> dict[int, bytes]:
    return {index: symbol(data, index) for index in indices}


def test_the_first_symbols_are_the_data_itself() -> None:
    assert [symbol(DATA, index) for index in range(3)] == DATA


def test_a_sum_of_one_part_is_the_part_times_the_inverse_of_the_index() -> None:
    assert symbol([b"\x01"], 2) == b"\x8e"  # x times (x^7 + x^3 + x^2 + x) is one.
    assert product(2, 0x8E) == 1


def test_every_product_and_inverse_is_what_logarithms_say() -> None:
    for one in range(SYMBOLS_MAX):
        assert [erasure._product(one, other) for other in range(SYMBOLS_MAX)] == [
            product(one, other) for other in range(SYMBOLS_MAX)
        ]
    for value in range(1, SYMBOLS_MAX):
        assert erasure._inverse(value) == inverse(value)


def test_all_256_symbols_are_what_another_implementation_makes() -> None:
    for count in (1, 2, 3):
        for index in range(SYMBOLS_MAX):
            assert symbol(DATA[:count], index) == coded(DATA[:count], index)


def test_any_three_of_the_first_fourteen_symbols_give_back_three_parts() -> None:
    for indices in combinations(range(14), 3):
        assert recover(symbols(DATA, *indices), 3) == DATA


def test_the_highest_sums_alone_give_back_sixty_four_parts() -> None:
    data = [bytes([part, part * 3 % 256]) for part in range(64)]
    assert recover(symbols(data, *range(192, 256)), 64) == data


def test_the_largest_set_has_one_sum_and_it_replaces_any_part() -> None:
    data = [bytes([part]) for part in range(255)]
    for lost in (0, 100, 254):
        known = symbols(data, *(index for index in range(256) if index != lost))
        assert recover(known, 255) == data


def test_symbols_beyond_those_needed_are_not_looked_at() -> None:
    known = symbols(DATA, 0, 2, 7) | {9: b"\xff\xff\xff", 200: b"\xee\xee\xee"}
    assert recover(known, 3) == DATA
    assert recover(symbols(DATA, 0, 1, 2) | {3: b"\xff\xff\xff"}, 3) == DATA


def test_the_order_in_which_symbols_came_does_not_matter() -> None:
    known = symbols(DATA, 9, 1, 5)
    assert recover(known, 3) == recover(dict(reversed(known.items())), 3) == DATA


def test_one_symbol_fewer_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(CallerError, match="2 symbols do not give back 3"):
        recover(symbols(DATA, 0, 9), 3)


def test_a_wrong_symbol_changes_the_result_and_is_not_noticed_here() -> None:
    known = symbols(DATA, 0, 1) | {8: b"\x00\x00\x00"}
    assert recover(known, 3) != DATA
