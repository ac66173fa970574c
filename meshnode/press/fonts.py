"""Faces: which glyphs stand for a text, how wide they are, and what of the font goes into the PDF.

DejaVu Sans has all that our languages need: umlauts, Turkish, Cyrillic, and Arabic in its four
forms. Where it is not installed, Courier stands in, which every PDF reader has and which knows
Western European letters only; every other letter is then a question mark.
Source: ISO 32000-1 sections 9.6 to 9.8 and 9.10.3.
"""

import struct
import unicodedata
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Final, Protocol

import pydyf
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont, TTLibError

from meshnode.protocol.errors import LimitError

FONT_DIRECTORIES: Final = (
    Path("/usr/share/fonts/truetype/dejavu"),
    Path("/usr/share/fonts/dejavu"),
    Path("/usr/share/fonts/dejavu-sans-fonts"),
    Path("/usr/share/fonts/TTF"),
)
"""Where Debian, Fedora and Arch put DejaVu."""
_FILES: Final = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf")
_DAMAGES: Final = (TTLibError, struct.error, OSError, AssertionError, LookupError, ValueError)
"""What fontTools raises for a file that is no font, or half of one."""
_COURIER_WIDTH: Final = 0.6
_ARABIC_FORMS: Final = range(0xFB50, 0xFF00)
_REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"
_LAYOUT_TABLES: Final = {"FFTM", "GDEF", "GPOS", "GSUB", "kern"}
_KEPT_TABLES: Final = {"glyf", "loca", "head", "hhea", "hmtx", "maxp", "cvt ", "fpgm", "prep"}


class Face(Protocol):
    """One style of a font, in one PDF."""

    name: str
    is_whole: bool
    """Whether it knows the letters of all our languages."""

    def width(self, text: str) -> float:
        """Return how wide a text is at size 1."""

    def glyphs(self, text: str) -> str:
        """Return the glyphs of a text as a PDF string, in hex."""

    def embed(self, pdf: pydyf.PDF) -> pydyf.Dictionary:
        """Put what was used of it into the PDF; return the font's object."""


class TrueTypeFace:
    """A font from a file, of which only what is used goes into the PDF."""

    is_whole = True

    def __init__(self, name: str, path: Path) -> None:
        self.name = name
        self._data = path.read_bytes()
        self._font = TTFont(BytesIO(self._data), lazy=True)
        self._cmap: dict[int, str] = self._font.getBestCmap()
        self._advances = self._font["hmtx"].metrics
        self._units = self._font["head"].unitsPerEm
        self._used: dict[int, str] = {}

    def width(self, text: str) -> float:
        """Return how wide a text is at size 1."""
        return float(sum(self._advances[self._glyph(each)][0] for each in text) / self._units)

    def glyphs(self, text: str) -> str:
        """Return the glyphs of a text as a PDF string, in hex."""
        numbers = []
        for each in text:
            number = self._font.getGlyphID(self._glyph(each))
            self._used.setdefault(number, _meant(each))
            numbers.append(number)
        return "<" + "".join(f"{number:04x}" for number in numbers) + ">"

    def embed(self, pdf: pydyf.PDF) -> pydyf.Dictionary:
        """Put what was used of it into the PDF; return the font's object."""
        file = pydyf.Stream([self._subset()], {}, compress=True)
        pdf.add_object(file)
        name = f"/MESHND+{self.name}"
        descriptor = self._descriptor(name, file)
        pdf.add_object(descriptor)
        widths = pydyf.Array(
            [
                item
                for number in sorted(self._used)
                for item in (number, f"[{self._advance(number)}]")
            ]
        )
        descendant = pydyf.Dictionary(
            {
                "Type": "/Font",
                "Subtype": "/CIDFontType2",
                "BaseFont": name,
                "CIDSystemInfo": "<</Registry (Adobe) /Ordering (Identity) /Supplement 0>>",
                "FontDescriptor": descriptor.reference,
                "W": widths,
                "CIDToGIDMap": "/Identity",
            }
        )
        pdf.add_object(descendant)
        to_unicode = pydyf.Stream([_to_unicode(self._used)], {}, compress=True)
        pdf.add_object(to_unicode)
        font = pydyf.Dictionary(
            {
                "Type": "/Font",
                "Subtype": "/Type0",
                "BaseFont": name,
                "Encoding": "/Identity-H",
                "DescendantFonts": pydyf.Array([descendant.reference]),
                "ToUnicode": to_unicode.reference,
            }
        )
        pdf.add_object(font)
        return font

    def _glyph(self, letter: str) -> str:
        name = self._cmap.get(ord(letter)) or self._cmap.get(ord(_REPLACEMENT))
        return name or ".notdef"

    def _advance(self, number: int) -> int:
        advance: int = self._advances[self._font.getGlyphName(number)][0]
        units: int = self._units
        return round(advance * 1000 / units)

    def _descriptor(self, name: str, file: pydyf.Stream) -> pydyf.Dictionary:
        head, scale = self._font["head"], 1000 / self._units
        box = [round(edge * scale) for edge in (head.xMin, head.yMin, head.xMax, head.yMax)]
        return pydyf.Dictionary(
            {
                "Type": "/FontDescriptor",
                "FontName": name,
                "Flags": 4,
                "FontBBox": pydyf.Array(box),
                "ItalicAngle": 0,
                "Ascent": round(self._font["hhea"].ascent * scale),
                "Descent": round(self._font["hhea"].descent * scale),
                "CapHeight": 730,
                "StemV": 80,
                "FontFile2": file.reference,
            }
        )

    def _subset(self) -> bytes:
        """Return the font with the glyphs that were used, under the numbers that they had."""
        options = Options(
            retain_gids=True,
            hinting=False,
            layout_features=[],
            notdef_outline=True,
            glyph_names=False,
        )
        font = TTFont(BytesIO(self._data), recalcTimestamp=False)
        # Before anything reads them: they take a second, and shapes are chosen already.
        for tag in set(font.keys()) & _LAYOUT_TABLES:
            del font[tag]
        subsetter = Subsetter(options)
        subsetter.populate(gids=sorted(self._used))
        subsetter.subset(font)
        for tag in set(font.keys()) - _KEPT_TABLES - {"GlyphOrder"}:
            del font[tag]
        out = BytesIO()
        font.save(out, reorderTables=False)
        return out.getvalue()


class CourierFace:
    """What every PDF reader has; for machines without fonts."""

    is_whole = False

    def __init__(self, name: str, *, is_bold: bool) -> None:
        self.name = name
        self._base = "/Courier-Bold" if is_bold else "/Courier"

    def width(self, text: str) -> float:
        """Return how wide a text is at size 1."""
        return len(text) * _COURIER_WIDTH

    def glyphs(self, text: str) -> str:
        """Return the glyphs of a text as a PDF string, in hex."""
        return f"<{text.encode('cp1252', errors='replace').hex()}>"

    def embed(self, pdf: pydyf.PDF) -> pydyf.Dictionary:
        """Put it into the PDF; return the font's object."""
        font = pydyf.Dictionary(
            {
                "Type": "/Font",
                "Subtype": "/Type1",
                "BaseFont": self._base,
                "Encoding": "/WinAnsiEncoding",
            }
        )
        pdf.add_object(font)
        return font


def is_whole(directories: Sequence[Path] = FONT_DIRECTORIES) -> bool:
    """Return whether both faces of DejaVu Sans are installed."""
    return any(all((one / name).is_file() for name in _FILES) for one in directories)


def load_faces(directories: Sequence[Path] = FONT_DIRECTORIES) -> tuple[Face, Face]:
    """Return the plain and the bold face; Courier where DejaVu Sans is nowhere.

    Raises:
        LimitError: A font file is damaged.
    """
    for directory in directories:
        paths = [directory / name for name in _FILES]
        if all(path.is_file() for path in paths):
            try:
                plain, bold = (TrueTypeFace(path.stem, path) for path in paths)
            except _DAMAGES as error:
                raise LimitError(
                    f"The fonts in {directory} are damaged. Install them anew: "
                    "sudo apt install --reinstall fonts-dejavu-core"
                ) from error
            return plain, bold
    return CourierFace("Courier", is_bold=False), CourierFace("CourierBold", is_bold=True)


def _meant(letter: str) -> str:
    """Return the letter that a form of an Arabic letter stands for, so that it can be found."""
    is_form = ord(letter) in _ARABIC_FORMS
    return unicodedata.normalize("NFKC", letter) if is_form else letter


def _to_unicode(used: dict[int, str]) -> bytes:
    lines = [
        f"<{number:04x}> <{text.encode('utf-16-be').hex()}>"
        for number, text in sorted(used.items())
    ]
    # A block holds a hundred lines at most. Source: Adobe Technical Note 5014.
    blocks = [lines[at : at + 100] for at in range(0, len(lines), 100)]
    body = "\n".join(
        f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks
    )
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def /CMapType 2 def\n"
        "1 begincodespacerange <0000> <ffff> endcodespacerange\n"
        f"{body}\nendcmap CMapName currentdict /CMap defineresource pop end end"
    ).encode()
