"""What the board's steps may weigh, and that docs/spec/sizes.md says what they do weigh."""

import pytest

from meshnode.protocol.limits import FRAME_BYTES_MAX_DEFAULT
from meshnode.protocol.object import Kind
from tests.vectors.make_sizes import PATH, frame_bytes, page, rows

ROWS = rows()
ONE_FRAME = (
    Kind.OFFER,
    Kind.CLAIM,
    Kind.PLACE,
    Kind.SLOTS,
    Kind.MEETUP,
    Kind.BOOKING,
    Kind.ALLOTMENT,
    Kind.CHECKIN,
    Kind.TRIAGE,
    Kind.MODE,
)
LEVEL_BYTES_MAX = 90


def test_the_page_says_what_every_kind_weighs() -> None:
    assert {kind for kind, _, _ in ROWS} == {kind.value for kind in Kind}
    assert PATH.read_text(encoding="utf-8") == page(), "python -m tests.vectors.make_sizes"


@pytest.mark.parametrize(
    ("name", "encoded"), [(name, encoded) for kind, name, encoded in ROWS if kind in ONE_FRAME]
)
def test_every_step_of_the_board_is_one_frame(name: str, encoded: bytes) -> None:
    assert frame_bytes(encoded) <= FRAME_BYTES_MAX_DEFAULT, name


@pytest.mark.parametrize(
    ("name", "encoded"), [(name, encoded) for kind, name, encoded in ROWS if kind == Kind.LEVEL]
)
def test_a_level_is_at_most_ninety_bytes_on_the_air(name: str, encoded: bytes) -> None:
    assert frame_bytes(encoded) <= LEVEL_BYTES_MAX, name
