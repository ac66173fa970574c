"""A terminal shows what a node isolated, and nothing else that turns a line around."""

import pytest

from meshnode.commands.terminal.output import one_line, printable
from meshnode.commands.terminal.tables import width


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a \u2068ماء\u2069 b", "a \u2068ماء\u2069 b"),
        ("\u2068a\u2069 \u2068b\u2069", "\u2068a\u2069 \u2068b\u2069"),
        ("a\u2069b", "a\ufffdb"),
        ("a\u2068b", "a\ufffdb"),
        ("\u2068a\nb\u2069", "\ufffda\nb\ufffd"),
        ("\u2068a\u202eb\u2069", "\ufffda\ufffdb\ufffd"),
        ("\u2068a\x1b[2J\u2069", "\ufffda\ufffd[2J\ufffd"),
        ("\u2068\u2068a\u2069", "\ufffd\u2068a\u2069"),
        ("\u2067a\u2069", "\ufffda\ufffd"),
        ("a\u200fb\u2066", "a\ufffdb\ufffd"),
    ],
)
def test_only_what_is_isolated_within_a_line_keeps_its_marks(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_marks_of_direction_take_no_room() -> None:
    assert width("\u2068ماء\u2069") == 3
    assert width("é") == width("e\u0301") == 1
    assert one_line(" a \n\u2068b\u2069 ") == "a \u2068b\u2069"
