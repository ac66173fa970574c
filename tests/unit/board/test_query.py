"""Queries: every text is one; words fold to what people search with; snippets show what matched."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meshnode.board.finding.folding import fold, words_of
from meshnode.board.finding.query import (
    QUERY_CHARACTERS_MAX,
    SNIPPET_CHARACTERS,
    TERMS_MAX,
    Part,
    Term,
    parse_query,
    snippet,
)

LETTERS = st.characters(categories=("L", "N", "M")) | st.sampled_from("aeoußäöüAEOUıİ")


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Straße STRASSE strasse", "strasse strasse strasse"),
        ("Müll Muell Mull MÜLL", "mull mull mull mull"),
        ("schön schoen; Bär, Baer", "schon schon bar bar"),
        ("ışık IŞIK Isik, İstanbul", "isik isik isik istanbul"),
        ("مُسْتَشْفَى مستشفى مستشفي", "مستشفي مستشفي مستشفي"),
        ("Łódź café Ærø", "lodz cafe aro"),
        ("Київ КИЇВ", "киів киів"),
        ("14:00 Uhr, C&A", "14 00 uhr c a"),
        ("", ""),
        ("?!… – «»", ""),
    ],
)
def test_words_fold_to_how_people_search_for_them(written: str, folded: str) -> None:
    assert fold(written) == folded


@given(st.text())
def test_folding_what_is_folded_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(LETTERS), st.integers(0, 12))
def test_what_begins_a_word_begins_its_folded_form(word: str, end: int) -> None:
    assert fold(word).startswith(fold(word[:end]))


@given(st.text())
def test_words_stand_where_they_say(text: str) -> None:
    at = 0
    for word in words_of(text):
        assert at <= word.start < word.end <= len(text)
        assert fold(text[word.start : word.end]) == word.folded
        at = word.end


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ("wasser straße", (Term(("wasser",), True), Term(("strasse",), True))),
        ('"Große Straße" zu', (Term(("grosse", "strasse"), False), Term(("zu",), True))),
        ('"grosse str*"', (Term(("grosse", "str"), True),)),
        ('"grosse str', (Term(("grosse", "str"), True),)),
        ("„heiße Suppe“", (Term(("heisse", "suppe"), False),)),
        ("wasser wasser*", (Term(("wasser",), True),)),
        ("a:b NOT", (Term(("a", "b"), True), Term(("not",), True))),
        ('"" * - ()', ()),
    ],
)
def test_a_query_is_words_and_phrases(typed: str, terms: tuple[Term, ...]) -> None:
    assert parse_query(typed) == terms


def test_a_query_is_bounded() -> None:
    many = [f"w{number}" for number in range(TERMS_MAX + 1)]
    assert len(parse_query(" ".join(many[:-1]))) == TERMS_MAX
    assert len(parse_query(" ".join(many))) == TERMS_MAX
    assert parse_query("x" * QUERY_CHARACTERS_MAX) == parse_query("x" * 2 * QUERY_CHARACTERS_MAX)
    assert parse_query("x" * QUERY_CHARACTERS_MAX) != parse_query("x" * (QUERY_CHARACTERS_MAX - 1))


@given(st.text(), st.text())
def test_the_parts_of_a_snippet_are_of_the_text_and_bounded(text: str, typed: str) -> None:
    parts = snippet(text, parse_query(typed))
    said = "".join(part.text for part in parts)
    assert said.strip("…") in " ".join(text.split()) or not said.strip("…")
    assert len(said) <= SNIPPET_CHARACTERS + 2
    for part in parts:
        assert not part.is_match or fold(part.text)


def test_a_snippet_begins_before_the_first_match_and_marks_all() -> None:
    text = f"{'blah ' * 60}Die Ausgabe ist in der Bäckerstraße, am Ende der Baeckerstrasse."
    parts = snippet(text, parse_query('ausgabe "bäckerstraße"'))
    assert parts[0] == Part("…", is_match=False)
    assert [part.text for part in parts if part.is_match] == [
        "Ausgabe",
        "Bäckerstraße",
        "Baeckerstrasse",
    ]
    assert parts[1].text.endswith("Die ")
    assert snippet("Kurz.", ()) == (Part("Kurz.", is_match=False),)
    assert snippet("", parse_query("x")) == ()
