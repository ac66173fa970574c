"""Blank slips for people without a phone: what they write is what a volunteer types.

Invariant: every field names the option of the command that takes it, so that nobody has to guess;
a test holds slips and commands together.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from meshnode.board.calls.words import NEEDS
from meshnode.board.exchange.things import Sort
from meshnode.board.exchange.wording import SORTS
from meshnode.node.languages import Language
from meshnode.node.press_phrases import SLIPS as SLIP_WORDS
from meshnode.node.press_phrases import Press
from meshnode.press.board import Print
from meshnode.press.layout import CONTENT_WIDTH, MARGIN, PADDING, Flow, pieces
from meshnode.press.sheet import Sheet, Style

TEXT: Final = "TEXT"
ID: Final = "ID"
"""What commands take without an option before it; whoever helps finds the id in a list."""
_SORTS: Final = ("goods", "service", "ride", "room", "lending", "other")
_NEEDS: Final = (
    "water", "food", "medicine", "medical-care", "power", "warmth", "transport", "company",
    "shelter", "information", "child", "animal",
)  # fmt: skip

_TITLE: Final = Style(20, is_bold=True)
_LABEL: Final = Style(11, is_bold=True)
_OPTION: Final = Style(8)
_CHOICE: Final = Style(12)
_NOTE: Final = Style(11)
_ROW: Final = 28.5
"""Room for handwriting: 10 mm, as in school exercise books, and two long slips on a page."""
_BOX: Final = 11.0
_NUMBER_WIDTH: Final = 105.0


@dataclass(frozen=True, slots=True)
class SlipField:
    """A field to fill by hand; with `choices` something to tick, by the words that are typed."""

    word: str
    option: str
    choices: tuple[str, ...] = ()
    rows: int = 1

    @property
    def is_one_tick(self) -> bool:
        """Whether it is a box to tick that is its own label."""
        return self.choices == (self.word,)


@dataclass(frozen=True, slots=True)
class Slip:
    """One form, and the command that enters it."""

    word: str
    command: str
    fields: tuple[SlipField, ...]
    has_warning: bool = False


_TRADE: Final = (
    SlipField("name", "--for"),
    SlipField("what", TEXT, rows=2),
    SlipField("sort", "--sort", _SORTS),
    SlipField("quantity", "--quantity"),
    SlipField("place", "--place"),
    SlipField("from", "--from"),
    SlipField("to", "--to"),
)
OFFER: Final = Slip("offer", "offer post", _TRADE)
REQUEST: Final = Slip("request", "request post", _TRADE)
OK: Final = Slip(
    "ok",
    "checkin ok",
    (
        SlipField("name", "--for"),
        SlipField("persons", "--persons"),
        SlipField("place", "--place"),
        SlipField("text", TEXT),
    ),
)
HELP: Final = Slip(
    "help",
    "checkin help",
    (
        SlipField("name", "--for"),
        SlipField("place", "--place"),
        SlipField("persons", "--persons"),
        SlipField("needs", "--need", _NEEDS),
        SlipField("urgent", "--urgent", ("urgent",)),
        SlipField("text", TEXT, rows=2),
    ),
    has_warning=True,
)
BOOKING: Final = Slip(
    "booking",
    "booking ask",
    (
        SlipField("name", "--for"),
        SlipField("what", ID),
        SlipField("slot", "--slot"),
        SlipField("persons", "--units"),
        SlipField("text", "--text"),
    ),
)
SLIPS: Final = {one.word: one for one in (OFFER, REQUEST, OK, HELP, BOOKING)}


def slips_sheet(about: Print, slips: Sequence[Slip]) -> bytes:
    """Return the PDF of blank slips, two on a page where they fit."""
    sheet = Sheet(about.faces, about.title, about.language.tag)
    flow = Flow(sheet)
    flow.new_page()
    flow.text(about.say(Press.SLIP_FOR), _NOTE)
    flow.space(8)
    for slip in slips:
        height = _height(slip, about.language, sheet)
        if height > flow.room:
            flow.new_page()
        _put(flow, slip, about, height)
        flow.y += height + 14
    flow.foot(about.node, about.page)
    return sheet.encoded()


def choice_word(choice: str, language: Language) -> str:
    """Return what can be ticked, as people read it, by the word that is typed."""
    if choice in _SORTS:
        return language.in_context("choice", SORTS[Sort[choice.upper()]])
    words = NEEDS if choice in NEEDS.english else SLIP_WORDS
    return language.named(words, choice)


def _height(slip: Slip, language: Language, sheet: Sheet) -> float:
    fields = sum(_field_height(one, language, sheet) for one in slip.fields)
    warning = _NOTE.leading if slip.has_warning else 0
    return 2 * PADDING + _TITLE.leading + warning + fields + _ROW + 14


def _field_height(field: SlipField, language: Language, sheet: Sheet) -> float:
    if not field.choices:
        return _ROW * field.rows
    label = 0 if field.is_one_tick else _LABEL.leading
    return label + 20 * len(_choice_rows(field, language, sheet)) + 4


def _choice_rows(
    field: SlipField, language: Language, sheet: Sheet
) -> list[list[tuple[str, float]]]:
    """Return the choices in rows, each with how wide it is."""
    rows: list[list[tuple[str, float]]] = [[]]
    left = 0.0
    for choice in field.choices:
        text = choice_word(choice, language)
        width = _BOX + 5 + sheet.width_of(text, _CHOICE) + 16
        if left + width > CONTENT_WIDTH - 2 * PADDING and rows[-1]:
            rows.append([])
            left = 0.0
        rows[-1].append((text, width))
        left += width
    return rows


def _put(flow: Flow, slip: Slip, about: Print, height: float) -> None:
    sheet, language = flow.sheet, about.language
    sheet.box(MARGIN, flow.y, CONTENT_WIDTH, height, line=1.5)
    x, y, width = MARGIN + PADDING, flow.y + PADDING, CONTENT_WIDTH - 2 * PADDING
    y = _text(sheet, language.named(SLIP_WORDS, slip.word), _TITLE, x, y, width=width)
    if slip.has_warning:
        y = _text(sheet, about.say(Press.SLIP_WARNING), _NOTE, x, y, width=width)
    for field in slip.fields:
        _field(sheet, field, language, x, y)
        y += _field_height(field, language, sheet)
    _volunteer(sheet, slip, about, x, y + 8)


def _text(sheet: Sheet, text: str, style: Style, x: float, y: float, *, width: float) -> float:
    for piece in pieces(sheet, text, style, width):
        piece.draw(x, y)
        y += piece.height
    return y


def _field(sheet: Sheet, field: SlipField, language: Language, x: float, y: float) -> None:
    width = CONTENT_WIDTH - 2 * PADDING
    if not field.is_one_tick:
        _text(sheet, language.named(SLIP_WORDS, field.word), _LABEL, x, y, width=width - 60)
    option_width = sheet.width_of(field.option, _OPTION)
    sheet.put(field.option, _OPTION, x + width - option_width, y + 2)
    if not field.choices:
        for row in range(1, field.rows + 1):
            sheet.rule(x, y + row * _ROW - 4, width)
        return
    y += 0 if field.is_one_tick else _LABEL.leading
    for row_of in _choice_rows(field, language, sheet):
        left = x
        for text, step in row_of:
            sheet.box(left, y + 2, _BOX, _BOX, line=1)
            sheet.put(text, _CHOICE, left + _BOX + 5, y)
            left += step
        y += 20


def _volunteer(sheet: Sheet, slip: Slip, about: Print, x: float, y: float) -> None:
    """Put what whoever helps fills in: the command, and room for the number it answers."""
    width = CONTENT_WIDTH - 2 * PADDING
    sheet.box(x, y, width, _ROW - 4, fill=0.9, line=0)
    rest = about.say(Press.SLIP_REST, command=f"meshnode {slip.command}")
    sheet.put(rest, _OPTION, x + 5, y + 4)
    number = about.say(Press.NUMBER, number="").strip()
    begin = x + width - 5 - _NUMBER_WIDTH
    sheet.put(number, _LABEL, begin - 5 - sheet.width_of(number, _LABEL), y + 10)
    sheet.rule(begin, y + 24, _NUMBER_WIDTH)
