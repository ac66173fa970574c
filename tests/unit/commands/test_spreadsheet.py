"""Tables for spreadsheets: nothing in them is a formula, and they read back."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meshnode.commands.files.families import PLACES
from meshnode.commands.files.spreadsheet import (
    CELL_CHARACTERS_MAX,
    ROWS_MAX,
    csv_text,
    guarded,
    parse_csv,
    unguarded,
)
from meshnode.commands.terminal.failures import Failure

cells = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)


@given(cells)
def test_no_cell_is_a_formula_and_each_reads_back(cell: str) -> None:
    safe = guarded(cell)
    assert not safe.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert unguarded(safe) == cell


@pytest.mark.parametrize("cell", ["=1+1", "+49 231", "-3", "@SUM(A1)", "'=1", "''-x", "'"])
def test_what_begins_like_a_formula_is_told_apart_from_what_only_looks_guarded(cell: str) -> None:
    assert unguarded(guarded(cell)) == cell


@given(st.lists(st.tuples(cells, cells), max_size=8), st.booleans())
def test_a_table_reads_back(rows: list[tuple[str, str]], for_excel: bool) -> None:
    text = csv_text(("text", "title"), rows, for_excel=for_excel)
    table = parse_csv(text)
    assert table.columns == ("text", "title")
    filled = [row for row in rows if any(cell.strip() for cell in map(guarded, row))]
    assert [(one.cells["text"], one.cells["title"]) for one in table.rows] == filled


def test_the_table_of_places_says_how_many_people_somebody_counted() -> None:
    name, people = PLACES.columns[-1]
    assert (name, people({"crowding": {"level": None, "people": 12}})) == ("people", 12)


@given(st.text(max_size=300))
def test_any_text_is_a_table_or_refused(text: str) -> None:
    with suppress(Failure):
        table = parse_csv(text)
        assert len(set(table.columns)) == len(table.columns)


def test_for_excel_there_is_a_mark_and_semicolons() -> None:
    text = csv_text(("a", "b"), [("ä", None)], for_excel=True)
    assert text == "\ufeffa;b\r\nä;\r\n"


def test_lines_are_numbered_as_in_a_spreadsheet_and_empty_ones_left_out() -> None:
    table = parse_csv("text,title\none,\n,\nthree,x\n")
    assert [(one.number, one.get("text")) for one in table.rows] == [(2, "one"), (4, "three")]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_whatever_separates_cells_is_found_out(separator: str) -> None:
    table = parse_csv(
        f"Text{separator} Title \nWasser, kalt;{separator}x\n".replace(
            "Wasser, kalt;", '"Wasser, kalt;"'
        )
    )
    assert table.columns == ("text", "title")
    assert table.rows[0].cells == {"text": "Wasser, kalt;", "title": "x"}


def test_a_table_has_a_head_and_bounds() -> None:
    row = "x\n"
    assert len(parse_csv("text\n" + row * ROWS_MAX).rows) == ROWS_MAX
    for text in ("", "text\n" + row * (ROWS_MAX + 1), "text,text\nx,y\n"):
        with pytest.raises(Failure):
            parse_csv(text)
    assert parse_csv("text\n" + "x" * CELL_CHARACTERS_MAX).rows
    with pytest.raises(Failure):
        parse_csv("text\n" + "x" * (CELL_CHARACTERS_MAX + 1))
