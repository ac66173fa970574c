"""What a spreadsheet saves: tables for `import`, whole, cut, with anything in their cells."""

from collections.abc import Iterator

from meshnode.commands.files.spreadsheet import SEPARATORS, csv_text, guarded, parse_csv
from meshnode.commands.terminal.failures import Failure
from tests.fuzz.harness import Harness, require


def run(data: bytes) -> bool:
    text = data.decode("utf-8", "replace")
    try:
        table = parse_csv(text)
    except Failure:
        return False
    if any(not name or set(name) & set(SEPARATORS + "\"\r\n'") for name in table.columns):
        # What separates cells is guessed from the head, so names of columns are plain.
        return True
    rows = [[row.cells.get(name, "") for name in table.columns] for row in table.rows]
    for for_excel in (False, True):
        written = csv_text(table.columns, rows, for_excel=for_excel)
        again = parse_csv(written)
        kept = [row for row in rows if any(guarded(cell).strip() for cell in row)]
        read = [[row.cells.get(name, "") for name in again.columns] for row in again.rows]
        require(len(table.columns) < 2 or read == kept, "a table does not read back")
    return True


def seeds() -> Iterator[bytes]:
    rows = [("Wasser", "=1+1", "3d"), ('ein "Wort"', "a,b;c\nd", ""), ("", "'-x", "\t")]
    for for_excel in (False, True):
        yield csv_text(("text", "title", "expires"), rows, for_excel=for_excel).encode()
    yield b"text\nWasser ab 14 Uhr\n"
    yield b"a\tb\n1\t2\n"
    yield b'text\n"never closed\n'


HARNESS = Harness(run=run, seeds=seeds, reads=(parse_csv,), bytes_max=2_000, mutations=2_000)
