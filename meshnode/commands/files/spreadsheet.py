"""Tables as CSV: what a coordinator opens in a spreadsheet, and what comes back out of it.

Invariants: no cell is a formula, whatever people wrote; what was written reads back the same.
Source: RFC 4180; OWASP, "CSV Injection".
"""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Any, Final

from meshnode.commands.terminal.failures import Failure

SEPARATORS: Final = ",;\t"
BOM: Final = "\ufeff"
ROWS_MAX: Final = 2_000
"""More than a neighbourhood posts in a month."""
CELL_CHARACTERS_MAX: Final = 8_000
"""Several times the longest text."""
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet take a cell for a formula, or trips its import."""
_GUARD: Final = "'"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table; `number` counts as spreadsheets do, the head being 1."""

    number: int
    cells: dict[str, str]

    def get(self, column: str) -> str:
        """Return what stands in a column, without blanks around it; nothing if there is none."""
        return self.cells.get(column, "").strip()


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it was read."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def csv_text(
    columns: Sequence[str], rows: Iterable[Sequence[Any]], *, for_excel: bool = False
) -> str:
    """Return a table as CSV with a head.

    `for_excel`: with a byte order mark and semicolons, as a German Excel wants it.
    """
    out = StringIO()
    writer = csv.writer(out, delimiter=";" if for_excel else ",", lineterminator="\r\n")
    writer.writerow([guarded(name) for name in columns])
    for row in rows:
        writer.writerow([guarded(_text(cell)) for cell in row])
    return (BOM if for_excel else "") + out.getvalue()


def parse_csv(text: str) -> Table:
    """Return the table in a text, whatever separates its cells.

    Raises:
        Failure: It has no head, too many lines, or a line does not fit the head.
    """
    whole = text.removeprefix(BOM)
    head_line = whole.partition("\n")[0]
    separator = max(SEPARATORS, key=head_line.count)
    reader = csv.reader(StringIO(whole, newline=""), delimiter=separator)
    try:
        lines = _bounded(reader)
    except csv.Error as error:
        raise Failure(
            f"Line {reader.line_num} is no CSV ({error}). Save the table again as CSV, UTF-8.",
            code="bad_request",
        ) from error
    if not lines:
        raise Failure("The file is empty. Begin with a line of column names.", code="bad_request")
    columns = tuple(unguarded(one).strip().lower() for one in lines[0])
    if len(set(columns)) < len(columns):
        raise Failure("Two columns have the same name. Rename one.", code="bad_request")
    rows = [
        Row(number, dict(zip(columns, map(unguarded, line), strict=False)))
        for number, line in enumerate(lines[1:], start=2)
        if any(cell.strip() for cell in line)
    ]
    return Table(columns, tuple(rows))


def guarded(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return _GUARD + cell if cell.lstrip(_GUARD).startswith(_FORMULA) else cell


def unguarded(cell: str) -> str:
    """Return what `guarded` was given."""
    if cell.startswith(_GUARD) and cell.lstrip(_GUARD).startswith(_FORMULA):
        return cell.removeprefix(_GUARD)
    return cell


def _bounded(reader: Iterable[list[str]]) -> list[list[str]]:
    lines: list[list[str]] = []
    for line in reader:
        if len(lines) > ROWS_MAX:
            raise Failure(
                f"The table has more than {ROWS_MAX} lines. Import it in parts.", code="too_large"
            )
        if any(len(cell) > CELL_CHARACTERS_MAX for cell in line):
            raise Failure(
                f"Line {len(lines) + 1} has a cell of more than {CELL_CHARACTERS_MAX} characters. "
                "Shorten it.",
                code="too_large",
            )
        lines.append(line)
    return lines


def _text(value: Any) -> str:
    if value is None:
        return ""
    return ("no", "yes")[value] if isinstance(value, bool) else str(value)
