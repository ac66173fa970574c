"""Translators' files are read as Babel reads them, and what is none is refused."""

from gettext import GNUTranslations
from io import BytesIO

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from meshnode.node.languages import LANGUAGES, LOCALE, base_of
from meshnode.node.pofile import Translations

HEADER = 'msgid ""\nmsgstr ""\n"Plural-Forms: nplurals=3; plural=n % 3;\\n"\n\n'


def catalogue(read: GNUTranslations) -> dict[str | tuple[str, int], str]:
    return {key: text for key, text in vars(read)["_catalog"].items() if key}


def by_babel(text: str, tag: str) -> GNUTranslations:
    compiled = BytesIO()
    write_mo(compiled, read_po(BytesIO(text.encode()), locale=base_of(tag)))
    compiled.seek(0)
    return GNUTranslations(compiled)


@pytest.mark.parametrize("tag", [tag for tag in LANGUAGES if tag != "en"])
def test_a_shipped_file_says_what_babel_reads_in_it(tag: str) -> None:
    text = (LOCALE / f"{tag}.po").read_text(encoding="utf-8")
    read, expected = Translations(text), by_babel(text, tag)
    assert catalogue(read) == catalogue(expected)
    assert [read.plural(count) for count in range(300)] == [
        expected.plural(count) for count in range(300)
    ]


def test_contexts_forms_and_escapes_are_understood() -> None:
    read = Translations(
        HEADER + '#. A note.\n#: a.py:1\n#, python-brace-format\nmsgctxt "phone"\nmsgid "a"\n'
        '"b"\nmsgstr "one\\n\\"two\\"\\\\n\\t"\n\n'
        'msgid "day"\nmsgid_plural "days"\nmsgstr[0] "x"\nmsgstr[1] "y"\nmsgstr[2] "z"\n'
        'msgid "next"\nmsgstr "without an empty line"'
    )
    assert read.pgettext("phone", "ab") == 'one\n"two"\\n\t'
    assert [read.ngettext("day", "days", count) for count in (0, 1, 2)] == ["x", "y", "z"]
    assert read.gettext("next") == "without an empty line"
    assert list(read.entries("phone")) == [("ab", 'one\n"two"\\n\t')]


def test_what_is_fuzzy_obsolete_or_not_translated_is_left_out() -> None:
    read = Translations(
        HEADER + '#, fuzzy\nmsgid "a"\nmsgstr "wrong"\n\n#~ msgid "b"\n#~ msgstr "old"\n\n'
        'msgid "c"\nmsgstr ""\n\nmsgid "d"\nmsgid_plural "ds"\nmsgstr[0] "x"\nmsgstr[1] ""\n\n'
        'msgid "e"\nmsgstr "right"\n'
    )
    assert catalogue(read) == {"e": "right"}


@pytest.mark.parametrize("line", ["msgid", "hello", '"early"', 'msgstr[x] "a"', 'msgid "a" b'])
def test_what_is_no_such_file_is_refused_with_its_line(line: str) -> None:
    with pytest.raises(ValueError, match="line 1 belongs to no message"):
        Translations(line)


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_every_text_comes_back_as_babel_would_write_it(text: str) -> None:
    escaped = text.translate(str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}))
    read = Translations(f'{HEADER}msgid "a"\nmsgstr "{escaped}"\n')
    assert read.gettext("a") == text
