"""Blank slips: they fit their commands, their pages, and the hands that fill them in."""

import click
import pytest

from meshnode.board.calls.words import NEEDS as NEED_WORDS
from meshnode.commands import main
from meshnode.commands.calls.checkin import NEEDS
from meshnode.commands.files import print as printing
from meshnode.node.languages import LANGUAGES, load_language
from meshnode.node.press_phrases import SLIPS as SLIP_WORDS
from meshnode.press.join import Door, join_sheet
from meshnode.press.slips import ID, SLIPS, TEXT, choice_word, slips_sheet
from tests.unit.press.printed import about, picture, texts


def command(path: str) -> click.Command:
    found: click.Command = main
    for word in path.split():
        assert isinstance(found, click.Group)
        found = found.commands[word]
    return found


@pytest.mark.parametrize("slip", SLIPS.values(), ids=lambda one: one.word)
def test_every_field_names_an_option_of_the_command_that_enters_it(slip) -> None:
    parameters = command(slip.command).params
    options = {word for one in parameters for word in one.opts}
    for field in slip.fields:
        if field.option in (TEXT, ID):
            assert any(isinstance(one, click.Argument) for one in parameters)
        else:
            assert field.option in options
    assert "--for" in {one.option for one in slip.fields}


@pytest.mark.parametrize("slip", SLIPS.values(), ids=lambda one: one.word)
def test_what_can_be_ticked_can_be_typed(slip) -> None:
    for field in slip.fields:
        option = next(
            (one for one in command(slip.command).params if field.option in one.opts), None
        )
        if isinstance(option, click.Option) and isinstance(option.type, click.Choice):
            assert set(field.choices) == set(option.type.choices)
        if field.option == "--need":
            assert set(field.choices) == set(NEEDS) <= set(NEED_WORDS.english)


def test_the_command_line_knows_the_same_slips() -> None:
    assert tuple(SLIPS) == printing.SLIPS


def test_every_slip_and_field_has_words() -> None:
    assert set(SLIPS) <= set(SLIP_WORDS.english)
    german = load_language("de")
    for field in (field for slip in SLIPS.values() for field in slip.fields):
        assert field.word in SLIP_WORDS.english
        assert all(choice_word(one, german) != one for one in field.choices)


@pytest.mark.fonts
@pytest.mark.parametrize("tag", LANGUAGES)
def test_slips_have_their_titles_and_choices_in_every_language(tag: str) -> None:
    language = load_language(tag)
    pages = texts(slips_sheet(about(language), list(SLIPS.values())))
    assert len(pages) <= 4
    if not language.is_right_to_left:
        everything = " ".join(pages)
        for slip in SLIPS.values():
            assert language.named(SLIP_WORDS, slip.word) in everything
        assert choice_word("medicine", language) in everything
        assert choice_word("goods", language) in everything


@pytest.mark.fonts
def test_all_slips_fit_on_three_pages_and_say_how_they_are_entered() -> None:
    pages = texts(slips_sheet(about(), list(SLIPS.values())))
    assert len(pages) == 3
    everything = " ".join(pages)
    for slip in SLIPS.values():
        assert load_language("de").named(SLIP_WORDS, slip.word) in everything
        assert f"meshnode {slip.command}" in everything
    assert "112" in everything


def test_the_sheet_for_the_door_says_and_shows_how_to_join() -> None:
    zxingcpp = pytest.importorskip("zxingcpp")
    door = Door('Nord;"1"', "a:b,c", "http://10.0.0.1:8080/")
    data = join_sheet(about(), door)
    found = {one.text for one in zxingcpp.read_barcodes(picture(data))}
    assert found == {"http://10.0.0.1:8080/", r"WIFI:T:WPA;S:Nord\;\"1\";P:a\:b\,c;;"}
    assert "a:b,c" in texts(data)[0]


def test_a_wifi_without_password_is_an_open_one() -> None:
    assert Door("Nord", "", "").wifi_code == "WIFI:T:nopass;S:Nord;;"
