"""The lines that models learn from: which files, which lines, which characters get a symbol."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from meshnode.protocol.textmodel.alphabet import small_letter

TEXTS: Final = Path(__file__).parent / "texts"

ALWAYS: Final = "\n abcdefghijklmnopqrstuvwxyzäöüßéèàç0123456789" + "".join(
    chr(point) for point in range(0x21, 0x7F) if not chr(point).isalnum()
) + "€§°·×½–—…‘’‚“”„•→"  # fmt: skip
"""Characters that have a symbol in every model, seen or not."""
_SEEN_OFTEN: Final = 4
"""Other characters get one if they are seen so many times."""
_TITLE_EVERY: Final = 10
_TITLE_CHARACTERS_MAX: Final = 60


@dataclass(frozen=True, slots=True)
class Source:
    """One file's texts; what one file says twice must not vouch for itself."""

    name: str
    texts: tuple[str, ...]


def read_sources(paths: list[Path]) -> list[Source]:
    """Return the files' texts, one a line, by file name."""
    return [
        Source(path.name, _with_titles(path.read_text(encoding="utf-8").splitlines()))
        for path in sorted(paths, key=lambda path: path.name)
    ]


def code_points(sources: list[Source]) -> tuple[int, ...]:
    """Return the alphabet: what is always there, and what the sources use often."""
    seen = Counter(character for source in sources for text in source.texts for character in text)
    often = {character for character, count in seen.items() if count >= _SEEN_OFTEN}
    points = {ord(character) for character in often | set(ALWAYS)}
    return tuple(sorted(point for point in points if small_letter(point) < 0))


def _with_titles(lines: list[str]) -> tuple[str, ...]:
    """Return the lines, some with their first sentence as a title, which lines cannot show."""
    texts = []
    for number, line in enumerate(filter(None, map(str.strip, lines))):
        end = line.find(". ", 0, _TITLE_CHARACTERS_MAX)
        if number % _TITLE_EVERY == 0 and end > 0:
            texts.append(f"{line[:end]}\n{line[end + 2 :]}")
        else:
            texts.append(line)
    return tuple(texts)
