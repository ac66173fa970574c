"""Entries to print, and eyes for what was printed: text, and codes as a camera sees them."""

import re
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pypdf

from meshnode.api.feed.entries import Entry
from meshnode.node.languages import Language, load_language
from meshnode.press.board import Print
from meshnode.press.fonts import load_faces
from meshnode.press.sheet import HEIGHT, WIDTH

NOW = datetime(2026, 11, 26, 20, 15, tzinfo=UTC)
PIXELS_A_POINT = 6


def entry(number: int = 1, **changes) -> Entry:
    fields = {
        "family": "bulletins",
        "id": f"{number:032x}",
        "root": f"{number:032x}",
        "label": "Hinweis",
        "category": "Wasser",
        "heading": "Trinkwasser",
        "text": "Am Nordmarkt ab 14 Uhr.",
        "author": "Anna",
        "created": NOW - timedelta(hours=3),
        "expires": NOW + timedelta(days=1),
        **changes,
    }
    return Entry(**fields)


def about(language: Language | None = None, *, with_fonts: bool = True, printed=NOW) -> Print:
    faces = load_faces() if with_fonts else load_faces([])
    language = language or load_language("de")
    return Print("Aushang: Nordstadt", "Nordmarkt", printed, UTC, language, faces)


def texts(data: bytes) -> list[str]:
    """Return the text of each page, in one line."""
    return [" ".join(one.extract_text().split()) for one in pypdf.PdfReader(BytesIO(data)).pages]


def picture(data: bytes, page: int = 0) -> memoryview:
    """Return what of a page is filled in black, as a camera sees it: rows of grey bytes."""
    content = pypdf.PdfReader(BytesIO(data)).pages[page].get_contents()
    assert content is not None
    width, height = int(WIDTH * PIXELS_A_POINT), int(HEIGHT * PIXELS_A_POINT)
    pixels = bytearray(b"\xff" * (width * height))
    for shapes in re.findall(r"q 0 g\n(.*?)f Q", content.get_data().decode(), re.DOTALL):
        for numbers in re.findall(r"(\S+) (\S+) (\S+) (\S+) re", shapes):
            x, y, w, h = (float(one) * PIXELS_A_POINT for one in numbers)
            top, bottom = round(height - y - h), round(height - y)
            left, right = round(x), round(x + w)
            for row in range(top, bottom):
                pixels[row * width + left : row * width + right] = bytes(right - left)
    return memoryview(pixels).cast("B", shape=[height, width])
