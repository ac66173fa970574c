"""Letters in their order and form on paper."""

import pytest

from meshnode.press.shaping import is_right_to_left, placed, shaped, wrapped


@pytest.mark.parametrize(
    ("text", "is_rtl"),
    [("Wasser", False), ("14:00 ماء", True), ("Nordmarkt ماء", False), ("", False), ("١٢", False)],
)
def test_a_paragraph_begins_on_the_side_of_its_first_letter(text: str, is_rtl: bool) -> None:
    assert is_right_to_left(text) is is_rtl


def test_arabic_letters_are_joined_and_stand_from_right_to_left() -> None:
    # Beginning, middle and end of the same letter beh; then laid out for a page.
    assert shaped("ببب") == "\ufe91\ufe92\ufe90"
    assert placed(shaped("ببب"), is_rtl=True) == "\ufe90\ufe92\ufe91"


def test_numbers_and_names_in_arabic_stay_readable() -> None:
    line = placed(shaped("ماء Nordmarkt 14:00"), is_rtl=True)
    assert line.startswith("Nordmarkt 14:00 ")


def test_latin_and_cyrillic_stay_as_they_are() -> None:
    for text in ("Größe", "Çorba", "Ґанок"):
        assert placed(shaped(text), is_rtl=False) == text


def test_lines_are_as_wide_as_allowed_and_lose_nothing() -> None:
    text = "ein zwei drei " + "v" * 25 + " fünf"
    lines = wrapped(text, len, 10)
    assert max(map(len, lines)) <= 10
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_what_only_steers_the_direction_has_no_glyph() -> None:
    line = placed(shaped("ماء: \u2068Nordmarkt\u2069."), is_rtl=True)
    assert "Nordmarkt" in line
    assert not set(line) & {"\u2068", "\u2069"}


@pytest.mark.parametrize(
    ("text", "begin", "end"),
    [("ماء (بارد)", "(", " ﺀﺎﻣ"), ("ماء (cold)", "(cold) ", "ﺀﺎﻣ"), ("[ماء]", "[", "]")],
)
def test_brackets_stay_around_what_stands_in_them(text: str, begin: str, end: str) -> None:
    line = placed(shaped(text), is_rtl=True)
    assert line.startswith(begin)
    assert line.endswith(end)


def test_brackets_in_latin_text_stay_as_they_are() -> None:
    assert placed("Größe (XL) <a>", is_rtl=False) == "Größe (XL) <a>"
