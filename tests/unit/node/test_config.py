"""The configuration's file: whatever stands in it, it is read, or refused with its name."""

import pytest

from meshnode.node.config import parse_text, render_config
from meshnode.protocol.errors import LimitError

DIGITS = b"9" * 5000
HEX = b"0x" + b"f" * 5000


def test_a_new_node_s_file_says_its_name() -> None:
    assert parse_text(render_config('Kiosk "am Markt"').encode(), "x").node.name == (
        'Kiosk "am Markt"'
    )


@pytest.mark.parametrize(
    "text",
    [
        b"a = " + b"[" * 5000,
        b"[radio]\nhop_limit = " + DIGITS,
        b"[radio]\nhop_limit = " + HEX,
        b"[airtime]\nshare = " + HEX,
        b"[airtime]\nshare = nan",
        b"[node]\nname = '\xff'",
    ],
)
def test_what_no_key_can_mean_is_refused_and_never_raises_anything_else(text: bytes) -> None:
    with pytest.raises(LimitError, match=r"config\.toml"):
        parse_text(text, "config.toml")


def test_the_language_of_the_pages_is_one_that_the_node_speaks() -> None:
    assert parse_text(render_config("x").encode(), "x").node.language == "de"
    assert parse_text(b'[node]\nlanguage = "uk"', "x").node.language == "uk"
    with pytest.raises(LimitError, match=r"node\.language must be one of en, de, de-simple"):
        parse_text(b'[node]\nlanguage = "kl"', "x")
