"""Pages that fill from above: a head, a foot with page numbers, and blocks between them.

Not for: what a block says. Invariant: a block is torn only if it is longer than half a page.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from meshnode.press.sheet import HEIGHT, WIDTH, Sheet, Style

MARGIN: Final = 40.0
"""14 mm: what every printer leaves white anyway, and two holes."""
CONTENT_WIDTH: Final = WIDTH - 2 * MARGIN
FOOT_HEIGHT: Final = 30.0
PADDING: Final = 9.0
GAP: Final = 12.0
FOOT_STYLE: Final = Style(9)

Draw = Callable[[float, float], None]
"""Puts a piece with its upper left corner at (x, y)."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Something of a height that is never torn."""

    height: float
    draw: Draw


@dataclass(frozen=True, slots=True)
class Block:
    """Pieces one below the other in a frame; `beside` stands at its right, from its top.

    `again` stands above what goes on on another page.
    """

    pieces: tuple[Piece, ...]
    beside: Piece | None = None
    again: tuple[Piece, ...] = ()
    line: float = 0.8
    dash: float = 0


class Flow:
    """Fills the pages of a sheet."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.y = HEIGHT

    @property
    def room(self) -> float:
        """What is left of this page."""
        return HEIGHT - MARGIN - FOOT_HEIGHT - self.y

    def new_page(self) -> None:
        """Go on at the top of a new page."""
        self.sheet.add_page()
        self.y = MARGIN

    def text(self, text: str, style: Style, *, width: float = CONTENT_WIDTH) -> None:
        """Put a text across the page."""
        for piece in pieces(self.sheet, text, style, width):
            if piece.height > self.room:
                self.new_page()
            piece.draw(MARGIN, self.y)
            self.y += piece.height

    def space(self, height: float) -> None:
        """Leave some room, but none at the top of a page."""
        self.y += height if self.y > MARGIN else 0

    def block(self, block: Block, *, title: Sequence[Piece] = ()) -> None:
        """Put a block where it fits; one that is longer than a page goes on on the next.

        A title above it is never left alone at the end of a page.
        """
        least = block.beside.height if block.beside else 0.0
        whole = max(sum(one.height for one in block.pieces), least) + 2 * PADDING
        page = HEIGHT - 2 * MARGIN - FOOT_HEIGHT
        is_long = whole > page / 2
        room = self.room - sum(one.height for one in title)
        if whole > room and not (is_long and room >= max(page / 3, least + 2 * PADDING)):
            self.new_page()
        for piece in title:
            piece.draw(MARGIN, self.y)
            self.y += piece.height
        rest, beside = list(block.pieces), block.beside
        while rest or beside:
            taken: list[Piece] = []
            height = 0.0
            while rest and height + rest[0].height + 2 * PADDING <= self.room:
                height += rest[0].height
                taken.append(rest.pop(0))
            self._framed(block, taken, beside)
            beside = None
            if rest:
                self.new_page()
                rest = [*block.again, *rest]

    def _framed(self, block: Block, taken: Sequence[Piece], beside: Piece | None) -> None:
        height = max(sum(one.height for one in taken), beside.height if beside else 0.0)
        height += 2 * PADDING
        self.sheet.box(MARGIN, self.y, CONTENT_WIDTH, height, line=block.line, dash=block.dash)
        y = self.y + PADDING
        for piece in taken:
            piece.draw(MARGIN + PADDING, y)
            y += piece.height
        if beside:
            beside.draw(MARGIN, self.y + PADDING)
        self.y += height + GAP

    def foot(self, text: str, page: Callable[[int, int], str]) -> None:
        """Put a foot under every page; `page` says its number and how many there are."""
        count = self.sheet.page_count
        for number in range(1, count + 1):
            self.sheet.turn_to(number)
            y = HEIGHT - MARGIN - FOOT_STYLE.size
            self.sheet.rule(MARGIN, y - 5, CONTENT_WIDTH)
            self.sheet.put(text, FOOT_STYLE, MARGIN, y)
            place = page(number, count)
            width = self.sheet.width_of(place, FOOT_STYLE)
            self.sheet.put(place, FOOT_STYLE, MARGIN + CONTENT_WIDTH - width, y)


def pieces(sheet: Sheet, text: str, style: Style, width: float) -> list[Piece]:
    """Return the lines of a text as pieces."""
    return [
        Piece(style.leading, _line(sheet, line, style, width))
        for line in sheet.lines(text, style, width)
    ]


def gap(height: float) -> Piece:
    """Return a piece with nothing on it."""
    return Piece(height, lambda _x, _y: None)


def banner(sheet: Sheet, text: str, style: Style, width: float) -> list[Piece]:
    """Return a text in white on black."""
    lines = sheet.lines(text, style, width - 10)

    def draw(x: float, y: float) -> None:
        sheet.box(x, y, width, len(lines) * style.leading + 4, fill=0, line=0)
        for at, line in enumerate(lines):
            put = Style(style.size, is_bold=True, is_white=True)
            sheet.put_line(line, put, x + 5, y + 2 + at * style.leading, width - 10)

    return [Piece(len(lines) * style.leading + 9, draw)]


def _line(sheet: Sheet, line: tuple[str, bool], style: Style, width: float) -> Draw:
    return lambda x, y: sheet.put_line(line, style, x, y, width)
