"""The secret on paper: words, line, sheet, and what is said about a mistake."""

import datetime
import re

import pytest

from meshnode.board.trust.recovery_words import RECOVERY
from meshnode.commands.trust.identity_paper import sheet_languages
from meshnode.node.languages import LANGUAGES, load_language
from meshnode.person.paper import (
    PAPER_CHARACTERS_MAX,
    PREFIX,
    PaperSecret,
    read_paper,
    readable_fingerprint,
)
from meshnode.person.sheet import SHEET_COLUMNS, SHEET_LINES
from meshnode.person.sheet import render_sheet as render
from meshnode.protocol.errors import CallerError, LimitError

SECRET = PaperSecret(bytes(range(16)))
WORDS = SECRET.words()
"""abandon amount liar amount expire adjust cage candy arch gather drum buyer"""
DATE = datetime.date(2026, 11, 30)


def render_sheet(secret: PaperSecret, *, name: str, date: datetime.date, tag: str = "en") -> str:
    first, second = sheet_languages(tag)
    return render(
        secret, name=name, date=date, languages=(load_language(first), load_language(second))
    )


def changed(place: int, word: str) -> str:
    return " ".join(word if at == place else each for at, each in enumerate(WORDS))


@pytest.mark.parametrize(
    "text",
    [
        " ".join(WORDS),
        " ".join(WORDS).upper(),
        " ".join(word[:4] for word in WORDS),
        "\r\n".join(f"{place}. {word}" for place, word in enumerate(WORDS, 1)),
        "\t".join(f"{place:02}){word}" for place, word in enumerate(WORDS, 1)),
        ", ".join(WORDS) + ".\n",
        " | ".join(f"{place}:{word}" for place, word in reversed(list(enumerate(WORDS, 1)))),
    ],
)
def test_the_words_are_read_in_any_layout(text):
    assert read_paper(text) == SECRET


@pytest.mark.parametrize("text", ["{}", "  {}\n", "{:.30}\n{:.0}"])
def test_the_line_is_read_with_spaces_and_line_ends(text):
    line = SECRET.line()
    assert read_paper(text.format(line, "") if "30" not in text else wrapped(line)) == SECRET


def wrapped(line: str) -> str:
    return f"{line[:30]}\r\n  {line[30:]}"


def test_a_prefix_that_a_keyboard_made_large_is_the_same():
    assert read_paper("Meshnode-Paper-1:" + SECRET.line().removeprefix(PREFIX)) == SECRET


def test_a_wrong_word_is_named_with_its_number_and_what_it_may_be():
    with pytest.raises(LimitError, match=r"Word 10, 'gathr', is not .* Is it gather"):
        read_paper(changed(9, "gathr"))


def test_the_number_on_the_sheet_is_named_not_the_place():
    backwards = " ".join(f"{12 - at} {word}" for at, word in enumerate(reversed(WORDS)))
    with pytest.raises(LimitError, match="Word 7,"):
        read_paper(backwards.replace("cage", "qqqq"))


@pytest.mark.parametrize("word", ["act", "zoo"])
def test_a_short_word_that_begins_others_is_itself(word):
    with pytest.raises(LimitError, match="do not belong together"):
        read_paper(changed(0, word))


@pytest.mark.parametrize("word", ["aba", "abandonned", "abandom"])
def test_only_the_beginning_of_a_word_of_four_letters_or_more_stands_for_it(word):
    with pytest.raises(LimitError, match="Word 1,"):
        read_paper(changed(0, word))


def test_two_swapped_words_are_noticed():
    with pytest.raises(LimitError, match="two are swapped"):
        read_paper(" ".join((WORDS[1], WORDS[0], *WORDS[2:])))


@pytest.mark.parametrize("count", [0, 1, 11, 13, 24])
def test_another_number_of_words_is_said(count):
    with pytest.raises(LimitError, match=rf"has 12 words; here are {count}\."):
        read_paper(" ".join((WORDS * 2)[:count]))


@pytest.mark.parametrize("wrong", ["2. liar", "13. liar", "liar"])
def test_numbering_with_a_gap_is_said(wrong):
    numbered = [f"{place}. {word}" for place, word in enumerate(WORDS, 1)]
    numbered[2] = wrong
    with pytest.raises(LimitError, match="no word with the number 3"):
        read_paper("\n".join(numbered))


def test_a_page_pasted_by_mistake_is_refused_with_the_bound():
    with pytest.raises(LimitError, match=str(PAPER_CHARACTERS_MAX)):
        read_paper("word " * 1000)


def test_any_changed_character_of_the_line_is_noticed():
    line = SECRET.line()
    for place in range(len(PREFIX), len(line)):
        for other in "Aa0_-":
            if line[place] != other:
                with pytest.raises(LimitError):
                    read_paper(line[:place] + other + line[place + 1 :])


@pytest.mark.parametrize("cut", [0, 1, 20, 26])
def test_a_line_that_is_cut_is_noticed(cut):
    with pytest.raises(LimitError, match="damaged"):
        read_paper(SECRET.line()[: len(PREFIX) + cut])


def test_a_secret_of_another_length_is_our_mistake():
    with pytest.raises(CallerError):
        PaperSecret(bytes(15))


def test_it_does_not_show_itself():
    assert repr(SECRET) == "PaperSecret()"


# The sheet.


def test_the_sheet_fits_one_page_and_has_everything():
    page = render_sheet(SECRET, name="Ilse Öztürk", date=DATE)
    lines = page.splitlines()
    assert len(lines) <= SHEET_LINES
    assert max(map(len, lines)) <= SHEET_COLUMNS
    for part in ("Ilse Öztürk", "2026-11-30", SECRET.line(), "Haustürschlüssel", "house key"):
        assert part in page


@pytest.mark.parametrize("tag", LANGUAGES)
def test_in_every_language_the_sheet_is_one_page_that_gives_the_secret_back(tag):
    page = render_sheet(SECRET, name="W" * 60, date=DATE, tag=tag)
    lines = page.splitlines()
    assert len(lines) <= SHEET_LINES
    assert max(map(len, lines)) <= SHEET_COLUMNS
    for one in sheet_languages(tag):
        title = load_language(one).named(RECOVERY, "title")
        assert title in lines[0]
    grid = [line for line in lines if re.match(r"\s+\d+\. ", line)]
    assert read_paper("\n".join(grid)) == SECRET
    assert sum(line.startswith("  - ") for line in lines) == 8


def test_a_sheet_is_in_the_readers_language_and_in_one_for_whoever_helps():
    assert sheet_languages("de") == ("de", "en")
    assert sheet_languages("de-simple") == ("de-simple", "en")
    assert sheet_languages("ar") == ("de", "ar")
    assert "house key" not in render_sheet(SECRET, name="Ilse", date=DATE, tag="uk")
    assert "Haustürschlüssel" in render_sheet(SECRET, name="Ilse", date=DATE, tag="uk")


def test_the_sheet_shows_the_fingerprint_of_the_key_that_it_gives_back():
    page = render_sheet(SECRET, name="Ilse", date=DATE)
    shown = re.findall(r"\b[0-9a-f]{4} [0-9a-f]{4} [0-9a-f]{4} [0-9a-f]{4}$", page, re.MULTILINE)
    assert " ".join(shown) == readable_fingerprint(SECRET.identity_key().public)


def test_the_grid_of_a_sheet_gives_the_secret_back():
    longest = max(range(256), key=lambda n: max(map(len, PaperSecret(bytes([n]) * 16).words())))
    for secret in (SECRET, PaperSecret(bytes([longest]) * 16)):
        page = render_sheet(secret, name="Ilse", date=DATE)
        grid = [line for line in page.splitlines() if re.match(r"\s+\d+\. ", line)]
        assert len(grid) == 4
        assert read_paper("\n".join(grid)) == secret


def test_a_name_cannot_forge_lines_of_the_sheet():
    page = render_sheet(SECRET, name="Ilse\n\n  1. zoo\x1b[2J" + "x" * 300, date=DATE)
    assert "Ilse 1. zoo [2Jx" in page
    assert "\x1b" not in page
    assert max(map(len, page.splitlines())) <= SHEET_COLUMNS
