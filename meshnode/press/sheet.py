"""A sheet: pages of A4 on which text, lines, boxes and QR codes are put.

Not for: what stands where (`board`, `slips`). Invariants: lengths are points (1/72 inch), counted
from the upper left corner; nothing but black, white and grey, so that any printer does; the same
calls give the same bytes, whatever the time is.
Source: ISO 32000-1 sections 8 and 9.
"""

from dataclasses import dataclass, field
from io import BytesIO
from typing import Final

import pydyf
import segno

from meshnode.press.fonts import Face
from meshnode.press.shaping import is_right_to_left, placed, shaped, visible, wrapped

WIDTH: Final = 595.0
HEIGHT: Final = 842.0
MM: Final = 72 / 25.4
LEADING: Final = 1.3
"""From one line to the next, by size: large print wants air."""
_QUIET_MODULES: Final = 4
LONG_CHARACTERS: Final = 120
_MASK: Final = 3
"""To try all eight patterns over a code takes a quarter of a second, on a Pi more than one. They
are there to break up plain areas, of which signed bytes have none; short texts get the best one.
"""


@dataclass(frozen=True, slots=True)
class Style:
    """How a text looks."""

    size: float
    is_bold: bool = False
    is_white: bool = False

    @property
    def leading(self) -> float:
        """From one line to the next."""
        return self.size * LEADING


@dataclass(slots=True)
class Sheet:
    """A PDF that is being made."""

    faces: tuple[Face, Face]
    title: str
    language: str
    _pages: list[list[str]] = field(default_factory=list)
    _at: int = 0

    @property
    def page_count(self) -> int:
        """How many pages there are so far."""
        return len(self._pages)

    def add_page(self) -> None:
        """Go on with a new page."""
        self._pages.append([])
        self._at = len(self._pages) - 1

    def turn_to(self, number: int) -> None:
        """Put what follows on a page that is there, counted from 1."""
        self._at = number - 1

    def lines(self, text: str, style: Style, width: float) -> list[tuple[str, bool]]:
        """Return the lines that a text takes, ready to be put, and whether each begins right."""
        face = self.faces[style.is_bold]
        return [
            (line, is_right_to_left(paragraph))
            for paragraph in text.split("\n")
            for line in wrapped(
                shaped(paragraph), lambda one: face.width(visible(one)) * style.size, width
            )
        ]

    def width_of(self, text: str, style: Style) -> float:
        """Return how wide a text is in one line."""
        return self.faces[style.is_bold].width(visible(shaped(text))) * style.size

    def put_line(
        self, line: tuple[str, bool], style: Style, x: float, y: float, width: float
    ) -> None:
        """Put one of `lines` with its upper edge at `y`; what begins right ends at x + width."""
        text, is_rtl = line
        face = self.faces[style.is_bold]
        if is_rtl:
            x += width - face.width(visible(text)) * style.size
        self._put(placed(text, is_rtl=is_rtl), style, x, y)

    def put(self, text: str, style: Style, x: float, y: float) -> None:
        """Put a text in one line with its upper left corner at (x, y)."""
        self._put(placed(shaped(text), is_rtl=is_right_to_left(text)), style, x, y)

    def put_centred(self, text: str, style: Style, x: float, y: float, width: float) -> None:
        """Put a text in one line in the middle of a width."""
        self.put(text, style, x + (width - self.width_of(text, style)) / 2, y)

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        fill: float | None = None,
        line: float = 0.8,
        dash: float = 0,
    ) -> None:
        """Draw a box; `fill` is its grey, 0 black and 1 white; `line` 0 draws no border."""
        pattern = f"{dash} {dash}" if dash else ""
        paint = "S" if fill is None else "B" if line else "f"
        self._draw(f"q {line} w [{pattern}] 0 d")
        if fill is not None:
            self._draw(f"{fill} g")
        self._draw(f"{x:.2f} {HEIGHT - y - height:.2f} {width:.2f} {height:.2f} re {paint} Q")

    def rule(self, x: float, y: float, width: float, *, line: float = 0.8) -> None:
        """Draw a line across."""
        self._draw(f"q {line} w {x:.2f} {HEIGHT - y:.2f} m {x + width:.2f} {HEIGHT - y:.2f} l S Q")

    def put_qr(self, content: str, x: float, y: float, side: float) -> None:
        """Put a QR code with its margin into a square."""
        mask = None if len(content) < LONG_CHARACTERS else _MASK
        code = segno.make(content, error="l", micro=False, mask=mask)
        modules = len(code.matrix) + 2 * _QUIET_MODULES
        unit = side / modules
        self._draw("q 0 g")
        for row, cells in enumerate(code.matrix):
            at = 0
            while at < len(cells):
                run = 1
                while at + run < len(cells) and cells[at + run] == cells[at]:
                    run += 1
                if cells[at]:
                    left = x + (at + _QUIET_MODULES) * unit
                    lower = HEIGHT - y - (row + _QUIET_MODULES + 1) * unit
                    self._draw(f"{left:.3f} {lower:.3f} {run * unit:.3f} {unit * 1.01:.3f} re")
                at += run
        self._draw("f Q")

    def encoded(self) -> bytes:
        """Return the PDF."""
        pdf = pydyf.PDF()
        pdf.info["Title"] = pydyf.String(self.title)
        pdf.info["Producer"] = pydyf.String("meshnode")
        pdf.catalog["Lang"] = pydyf.String(self.language)
        streams = [
            pydyf.Stream([one.encode() for one in page], compress=True) for page in self._pages
        ]
        fonts = [face.embed(pdf) for face in self.faces]
        resources = pydyf.Dictionary(
            {"Font": pydyf.Dictionary({"F0": fonts[0].reference, "F1": fonts[1].reference})}
        )
        for stream in streams:
            pdf.add_object(stream)
            pdf.add_page(
                pydyf.Dictionary(
                    {
                        "Type": "/Page",
                        "Parent": pdf.pages.reference,
                        "MediaBox": pydyf.Array([0, 0, WIDTH, HEIGHT]),
                        "Contents": stream.reference,
                        "Resources": resources,
                    }
                )
            )
        out = BytesIO()
        pdf.write(out)
        return out.getvalue()

    def _put(self, text: str, style: Style, x: float, y: float) -> None:
        face = self.faces[style.is_bold]
        baseline = HEIGHT - y - style.size
        grey = 1 if style.is_white else 0
        self._draw(
            f"BT {grey} g /F{int(style.is_bold)} {style.size:.2f} Tf "
            f"1 0 0 1 {x:.2f} {baseline:.2f} Tm {face.glyphs(text)} Tj ET"
        )

    def _draw(self, operators: str) -> None:
        self._pages[self._at].append(operators)
