"""Every language that a node speaks is whole, and says nothing that the sources do not."""

import re
from functools import cache
from gettext import c2py
from io import BytesIO
from string import Formatter

import pytest
from babel.messages.catalog import Catalog
from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po

from meshnode.board.bulletins.blanks import ParameterKind
from meshnode.board.bulletins.templates import TEMPLATES
from meshnode.board.bulletins.wording import CHOICES, WHEN, WORDINGS
from meshnode.node.languages import LANGUAGES, LOCALE, base_of, load_language
from meshnode.node.messages import Message
from meshnode.protocol.text import first_unshowable
from tools.catalogues import everything, serialised, updated

TRANSLATED = [tag for tag in LANGUAGES if tag != "en"]


def blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@cache
def read(tag: str) -> Catalog:
    """Return a catalogue as it is; read once, since there are more than a thousand messages."""
    with (LOCALE / f"{tag}.po").open("rb") as source:
        return read_po(source, locale=base_of(tag))


def translations(tag: str, message: Message) -> list[str]:
    found = read(tag).get(
        (message.english, message.plural) if message.plural else message.english, message.context
    )
    assert found is not None, f"{tag}.po has no {message.english!r}: run make catalogues"
    assert not found.fuzzy
    return list(found.string) if isinstance(found.string, tuple) else [found.string]


def test_every_template_has_a_wording_and_every_blank_of_it_a_value() -> None:
    assert list(WORDINGS) == [one.identifier for one in TEMPLATES]
    for template in TEMPLATES:
        names = {one.name for one in template.parameters} - {"from", "to"}
        has_span = any(
            one.kind in (ParameterKind.START, ParameterKind.END) for one in template.parameters
        )
        said = set().union(*(one.blanks for one in WORDINGS[template.identifier].sentences))
        assert said == names | ({WHEN} if has_span else set()), template.identifier


def test_what_is_never_left_out_is_said_in_the_first_sentence_or_alone() -> None:
    for template in TEMPLATES:
        needed = {one.name for one in template.parameters if not one.is_optional}
        first = WORDINGS[template.identifier].sentences[0].blanks
        assert first <= needed | {WHEN}, template.identifier


def test_every_choice_has_a_word() -> None:
    said = {one for template in TEMPLATES for each in template.parameters for one in each.choices}
    assert said == set(CHOICES)


def counts_of_forms(tag: str) -> dict[int, set[int]]:
    """Which counts each form of a language's plurals is for, of those that can come up."""
    plural = c2py(get_plural(base_of(tag))[1])
    forms: dict[int, set[int]] = {}
    for count in range(1000):
        forms.setdefault(plural(count), set()).add(count)
    return forms


@pytest.mark.parametrize("tag", TRANSLATED)
def test_a_language_says_everything_with_the_same_blanks(tag: str) -> None:
    counts = counts_of_forms(tag)
    for message in everything():
        for form_number, form in enumerate(translations(tag, message)):
            assert form, f"{tag}: no translation of {message.english!r}"
            if message.context == "clock":
                assert blanks(form) <= {"hour", "hour12", "minute"}
                assert ("minute" in blanks(form)) == ("minute" in blanks(message.english))
                continue
            missing = blanks(message.plural or message.english) - blanks(form)
            assert blanks(form) | missing == blanks(message.plural or message.english), form
            # A form for one count alone may say the number in a word, as Arabic does with two.
            assert not missing or (len(counts[form_number]) == 1 and len(missing) == 1), form
            assert message.plural or not missing, form


SAME = {
    "de": {"Info", "Name"},
    "de-simple": {"Information", "Name"},
    "tr": {
        "internet",
        "park",
        "{count} kilogram",
        "{count} litre",
        "No. {number}",
        "Wi-Fi: {name}",
    },
    "uk": {"Wi-Fi: {name}"},
}
"""What a language happens to say as English does."""


@pytest.mark.parametrize("tag", TRANSLATED)
def test_nothing_was_left_in_english(tag: str) -> None:
    for message in everything():
        for form in translations(tag, message):
            words = re.search("[A-Za-z]", re.sub(r"\{\w+\}", "", message.english))
            if words and form == message.english:
                assert message.english in SAME.get(tag, ()), form


@pytest.mark.parametrize("tag", TRANSLATED)
def test_only_people_turn_the_direction_of_a_text_and_nothing_is_invisible(tag: str) -> None:
    for message in everything():
        for form in translations(tag, message):
            assert first_unshowable(form) is None, form
            assert form == form.strip()
            assert "  " not in form


@pytest.mark.parametrize("tag", TRANSLATED)
def test_a_catalogue_is_as_the_tool_leaves_it(tag: str) -> None:
    path = LOCALE / f"{tag}.po"
    catalogue, missing = updated(path, tag)
    assert missing == 0
    assert serialised(catalogue, tag) == path.read_bytes(), "run make catalogues"


def test_a_new_language_begins_as_a_whole_catalogue_with_its_own_plurals(tmp_path) -> None:
    for tag, forms in (("tr", 2), ("uk", 3), ("ar", 6), ("de-simple", 2), ("pl-simple", 3)):
        catalogue, missing = updated(tmp_path / f"{tag}.po", tag)
        assert missing == len(list(everything()))
        read = read_po(BytesIO(serialised(catalogue, tag)), locale=base_of(tag))
        assert read.num_plurals == forms
        assert len(read) == missing


def test_what_moves_to_another_context_takes_its_translation_along(tmp_path) -> None:
    path = tmp_path / "tr.po"
    moved = Catalog(locale="tr")
    moved.add("storm", "fırtına", context="danger")
    moved.add("Power cut", "başka", context="elsewhere")
    moved.add("Power cut", "Elektrik kesintisi")
    moved.add(("{count} hour", "{count} hours"), ("{count} saat", "{count} saat"), context="old")
    moved.add("{count} day", "{count} gün", context="old")
    path.write_bytes(serialised(moved, "tr"))
    catalogue, _ = updated(path, "tr")
    assert catalogue.get("storm", "choice").string == "fırtına"
    assert catalogue.get("Power cut").string == "Elektrik kesintisi"
    assert tuple(catalogue.get("{count} hour").string) == ("{count} saat", "{count} saat")
    assert not any(catalogue.get("{count} day").string), "it was not counted before"


def test_the_catalogues_are_those_of_the_languages() -> None:
    assert sorted(path.stem for path in LOCALE.glob("*.po")) == sorted(TRANSLATED)


def test_plurals_are_the_languages_own() -> None:
    german = load_language("de")
    forms = ("{free} place is free.", "{free} places are free.")
    assert german.counted(*forms, 1) == "{free} Platz ist frei."
    assert german.counted(*forms, 2) == "{free} Plätze sind frei."
    assert load_language("en").counted(*forms, 1) == forms[0]


TOO_FAMILIAR = {
    "de-simple": r"\b(?:du|dich|dir|dein\w*|rufe zuerst|nimm|schreib|frag|gib)\b",
    "uk": r"\b(?:ти|тебе|тобі|тобою|твій|твоя|тво[єїю]|твого|твоєї|твоїх|твоїм|твоєму)\b",
}
"""How nobody is addressed in a language that says Sie, or ви, to everybody."""


@pytest.mark.parametrize("tag", TOO_FAMILIAR)
def test_a_language_addresses_everybody_in_one_way(tag: str) -> None:
    familiar = re.compile(TOO_FAMILIAR[tag], re.IGNORECASE)
    said = [text for one in everything() for text in translations(tag, one)]
    assert [text for text in said if familiar.search(text)] == []
