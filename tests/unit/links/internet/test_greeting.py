from collections import deque

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meshnode.links.internet.greeting import Greeting, Unwanted, greet
from meshnode.protocol.errors import LinkLost, LinkRefused
from tests.unit.links.internet.support import in_time


class Script:
    """A stream that says what the script says and notes what it is told, in order."""

    def __init__(self, *answers: int) -> None:
        self.answers = deque(answers)
        self.log: list[str] = []

    async def read(self, bytes_max: int, /) -> bytes:
        assert bytes_max == 1
        self.log.append("read")
        return bytes([self.answers.popleft()])

    async def write(self, data: bytes, /) -> None:
        self.log.append(f"write {data.hex()}")


def test_the_side_with_the_last_word_hears_the_other_first() -> None:
    script = Script(Greeting.YES)
    in_time(greet(script, has_last_word=True, verdict=lambda: Greeting.YES))
    assert script.log == ["read", "write 01"]


def test_the_other_side_speaks_first() -> None:
    script = Script(Greeting.YES)
    in_time(greet(script, has_last_word=False, verdict=lambda: Greeting.YES))
    assert script.log == ["write 01", "read"]


@pytest.mark.parametrize("has_last_word", [True, False])
@pytest.mark.parametrize("answer", [Greeting.FULL, Greeting.DUPLICATE])
def test_our_no_is_said_before_we_leave(has_last_word: bool, answer: Greeting) -> None:
    script = Script(Greeting.YES)
    with pytest.raises(Unwanted) as caught:
        in_time(greet(script, has_last_word=has_last_word, verdict=lambda: answer))
    assert script.log[-1] == f"write 0{answer}"
    assert caught.value.answer is answer


@pytest.mark.parametrize("has_last_word", [True, False])
def test_their_no_says_why(has_last_word: bool) -> None:
    with pytest.raises(LinkLost, match="as many peers as it takes"):
        in_time(
            greet(Script(Greeting.FULL), has_last_word=has_last_word, verdict=lambda: Greeting.YES)
        )


@given(st.integers(0, 255), st.booleans())
def test_no_byte_but_yes_makes_a_connection(byte: int, has_last_word: bool) -> None:
    asked = greet(Script(byte), has_last_word=has_last_word, verdict=lambda: Greeting.YES)
    if byte == Greeting.YES:
        in_time(asked)
        return
    with pytest.raises((LinkLost, LinkRefused)):
        in_time(asked)
