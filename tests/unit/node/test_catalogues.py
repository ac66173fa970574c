"""Every language that a node speaks is whole, and says nothing that the sources do not."""

import runpy
from io import BytesIO
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po

from meshnode.api.catalogue import CATALOGUES
from meshnode.board.templates import TEMPLATES, ParameterKind
from meshnode.board.wording import CHOICES, WHEN, WORDINGS
from meshnode.node.languages import LANGUAGES, LOCALE, load_language
from meshnode.node.messages import Message, messages

ROOT = Path(__file__).parents[3]
TOOL = runpy.run_path(str(ROOT / "tools/catalogues.py"))
TRANSLATED = [tag for tag in LANGUAGES if tag != "en"]


def blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def translations(tag: str, message: Message) -> list[str]:
    with (LOCALE / f"{tag}.po").open("rb") as source:
        catalogue = read_po(source, locale=tag)
    found = catalogue.get(
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


@pytest.mark.parametrize("tag", TRANSLATED)
def test_a_language_says_everything_with_the_same_blanks(tag: str) -> None:
    for message in messages():
        forms = translations(tag, message)
        allowed = [blanks(message.english)]
        if message.plural:
            # Where there is one of something, a language may say `a` instead of the number.
            allowed.append(blanks(message.plural))
        for form in forms:
            assert form, f"{tag}: no translation of {message.english!r}"
            if message.context == "clock":
                assert blanks(form) <= {"hour", "hour12", "minute"}
                assert ("minute" in blanks(form)) == ("minute" in blanks(message.english))
            else:
                assert blanks(form) in allowed, form


@pytest.mark.parametrize("tag", TRANSLATED)
def test_a_catalogue_is_as_the_tool_leaves_it(tag: str) -> None:
    path = LOCALE / f"{tag}.po"
    catalogue, missing = TOOL["updated"](path, tag)
    assert missing == 0
    assert TOOL["serialised"](catalogue) == path.read_bytes(), "run make catalogues"


def test_a_new_language_begins_as_a_whole_catalogue_with_its_own_plurals(tmp_path) -> None:
    for tag, forms in (("tr", 2), ("uk", 3), ("ar", 6)):
        catalogue, missing = TOOL["updated"](tmp_path / f"{tag}.po", tag)
        assert missing == len(list(messages()))
        read = read_po(BytesIO(TOOL["serialised"](catalogue)), locale=tag)
        assert read.num_plurals == forms
        assert len(read) == missing


def test_the_catalogues_are_those_of_the_languages() -> None:
    assert sorted(path.stem for path in LOCALE.glob("*.po")) == sorted(TRANSLATED)
    assert set(CATALOGUES) == set(LANGUAGES), "the pages speak each language, too"


def test_plurals_are_the_languages_own() -> None:
    german = load_language("de")
    forms = ("{free} place is free.", "{free} places are free.")
    assert german.counted(*forms, 1) == "{free} Platz ist frei."
    assert german.counted(*forms, 2) == "{free} Plätze sind frei."
    assert load_language("en").counted(*forms, 1) == forms[0]
