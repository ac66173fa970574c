"""The printed board: every entry with its corrections, its times and a code that proves it.

For people who stand in front of it in bad light: large, black on white, the worst first. Not for:
getting entries (`api.entries`) or what the codes say (`commands.papers`). Invariants: an official
alert and a drill say so in words; an entry is never without its corrections; every page says when
and where it was printed.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Final

from meshnode.api.feed.entries import Entry, Note
from meshnode.board.places.crowding_words import SHORT_DAYS
from meshnode.node.languages import Language
from meshnode.node.press_phrases import PRESS_CONTEXT, Press
from meshnode.press.fonts import Face
from meshnode.press.layout import (
    CONTENT_WIDTH,
    MARGIN,
    PADDING,
    Block,
    Flow,
    Piece,
    banner,
    gap,
    pieces,
)
from meshnode.press.sheet import MM, WIDTH, Sheet, Style

QR_SIDE: Final = 46 * MM
"""Half a millimetre a module for the largest code that goes beside an entry."""
QR_COLUMNS: Final = 3
ID_DIGITS: Final = 8
TIMES_MAX: Final = 10
"""Times listed of one thing; a day of slots is looked up at the node."""
_WITH_TIMES: Final = ("meetups", "slots")

_TITLE: Final = Style(28, is_bold=True)
_SUBTITLE: Final = Style(12)
_LABEL: Final = Style(14, is_bold=True)
_HEADING: Final = Style(18, is_bold=True)
_SECTION: Final = Style(20, is_bold=True)
_TEXT: Final = Style(14)
_FACT: Final = Style(13, is_bold=True)
_META: Final = Style(10)
_CAPTION: Final = Style(9)
_URGENT_WEIGHT: Final = 2


@dataclass(frozen=True, slots=True)
class Print:
    """What every page says about itself.

    `printed` is None where the node does not know what time it is.
    """

    title: str
    node: str
    printed: datetime | None
    zone: tzinfo | None
    language: Language
    faces: tuple[Face, Face]

    @property
    def line(self) -> str:
        """When and where it was printed, and that it may be old."""
        when = self.say(Press.TIME_UNKNOWN)
        if self.printed is not None:
            when = self.moment(self.printed)
        printed = self.say(Press.PRINTED, when=when, node=self.node)
        return f"{printed} {self.say(Press.MAY_BE_OUTDATED)}"

    def say(self, phrase: Press, **blanks: str | int) -> str:
        """Return a phrase in the reader's language."""
        return self.language.in_context(PRESS_CONTEXT, phrase.value).format(**blanks)

    def moment(self, moment: datetime, *, until: datetime | None = None) -> str:
        """Return a moment as people write it: weekday, date and time, all of it said.

        With `until` the time is from then until then, of the day on which it begins.
        """
        local = moment.astimezone(self.zone)
        end = "" if until is None else f"–{until.astimezone(self.zone):%H:%M}"
        day = list(SHORT_DAYS.english)[local.weekday()]
        return self.say(
            Press.TIME,
            day=self.language.named(SHORT_DAYS, day),
            date=f"{local:%d.%m.%Y}",
            clock=f"{local:%H:%M}{end}",
        )

    def page(self, number: int, count: int) -> str:
        """Return what stands in the corner of a page."""
        return self.say(Press.PAGE, number=number, count=count)


@dataclass(frozen=True, slots=True)
class Sections:
    """Entries under headings, with the contents of their codes by id, and of further codes."""

    entries: Sequence[tuple[str, Sequence[Entry]]]
    codes: Mapping[str, Sequence[str]] = field(default_factory=dict)
    voucher_codes: Sequence[str] = ()


def board_sheet(about: Print, sections: Sections) -> bytes:
    """Return the PDF of a board."""
    sheet = Sheet(about.faces, about.title, about.language.tag)
    flow = Flow(sheet)
    flow.new_page()
    _head(flow, about, has_codes=bool(sections.codes))
    for heading, entries in sections.entries:
        title = pieces(sheet, heading, _SECTION, CONTENT_WIDTH) if heading else ()
        for at, entry in enumerate(entries):
            block = _block(sheet, entry, sections.codes.get(entry.id, ()), about)
            flow.block(block, title=() if at else title)
    if not any(entries for _, entries in sections.entries):
        flow.text(about.say(Press.EMPTY), _TEXT)
    if sections.voucher_codes:
        _vouchers(flow, sections.voucher_codes, about)
    flow.foot(about.line, about.page)
    return sheet.encoded()


def _head(flow: Flow, about: Print, *, has_codes: bool) -> None:
    flow.text(about.title, _TITLE)
    flow.text(about.line, _SUBTITLE)
    if has_codes:
        flow.text(about.say(Press.HOW_TO_CHECK), _SUBTITLE)
    if not all(face.is_whole for face in about.faces):
        flow.text(about.say(Press.FONTS_MISSING), _SUBTITLE)
    flow.space(10)


def _block(sheet: Sheet, entry: Entry, codes: Sequence[str], about: Print) -> Block:
    has_one = len(codes) == 1
    width = CONTENT_WIDTH - 2 * PADDING - (QR_SIDE if has_one else 0)
    content = [
        *_marks(sheet, entry, width, about),
        *(one for note in entry.notes for one in _note(sheet, note, width, about)),
        *(pieces(sheet, entry.heading, _HEADING, width) if entry.heading else ()),
        *(pieces(sheet, entry.text, _TEXT, width) if entry.text else ()),
        *(
            piece
            for label, value in entry.facts
            for piece in pieces(sheet, f"{label}: {value}", _FACT, width)
        ),
        *(piece for line in _times(entry, about) for piece in pieces(sheet, line, _FACT, width)),
        gap(4),
        *(piece for line in _meta(entry, about) for piece in pieces(sheet, line, _META, width)),
    ]
    if entry.is_drill:
        content += [gap(4), *banner(sheet, about.say(Press.DRILL), _LABEL, width)]
    if len(codes) > 1:
        content += _code_rows(sheet, codes, about)
    beside = None
    if has_one:
        left = WIDTH - 2 * MARGIN - QR_SIDE - 2
        beside = Piece(QR_SIDE, lambda x, y: sheet.put_qr(codes[0], x + left, y - 4, QR_SIDE))
    return Block(
        tuple(content),
        beside,
        again=tuple(_again(sheet, entry, width, about)),
        line=3 if entry.weight >= _URGENT_WEIGHT else 1,
        dash=6 if entry.is_drill else 0,
    )


def _again(sheet: Sheet, entry: Entry, width: float, about: Print) -> list[Piece]:
    """Return what stands above an entry that goes on on another page."""
    number = about.say(Press.NUMBER, number=entry.id[:ID_DIGITS])
    line = f"{about.say(Press.CONTINUED)} {number} {entry.heading}".strip()
    drill = banner(sheet, about.say(Press.DRILL), _LABEL, width) if entry.is_drill else []
    return [*drill, *pieces(sheet, line, _META, width)]


def _marks(sheet: Sheet, entry: Entry, width: float, about: Print) -> list[Piece]:
    """Return what stands above a text: that it is a drill, official, and how bad it is."""
    label = f"{entry.label} – {entry.category}" if entry.category else entry.label
    found = banner(sheet, about.say(Press.DRILL), _LABEL, width) if entry.is_drill else []
    if entry.weight >= _URGENT_WEIGHT:
        found += banner(sheet, label, _LABEL, width)
    else:
        found += pieces(sheet, label, _LABEL, width)
    if entry.official is not None:
        line = about.say(
            Press.OFFICIAL,
            source=entry.official.source,
            issued=about.moment(entry.official.issued),
            by=", ".join(entry.official.passed_on_by) or entry.author,
        )
        found += pieces(sheet, line, _FACT, width)
        if entry.official.remark not in ("", entry.label):
            found += pieces(sheet, entry.official.remark, _LABEL, width)
    return [*found, gap(3)]


def _note(sheet: Sheet, note: Note, width: float, about: Print) -> list[Piece]:
    """Return a correction or a note in a frame of its own, above what it is about."""
    form = Press.CORRECTION if note.is_correction else Press.NOTE
    head = about.say(form, by=note.by, reason=note.reason)
    inner = width - 14
    content = [
        *pieces(sheet, head, _FACT, inner),
        *(pieces(sheet, note.text, _TEXT, inner) if note.text else ()),
    ]
    height = sum(one.height for one in content) + 8

    def draw(x: float, y: float) -> None:
        sheet.box(x, y, width - 4, height - 2, fill=0.9, line=1.5)
        for piece in content:
            piece.draw(x + 5, y + 2)
            y += piece.height

    return [Piece(height + 4, draw)]


def _times(entry: Entry, about: Print) -> list[str]:
    """Return when something takes place; an offer's time stands in its sentence."""
    if entry.family not in _WITH_TIMES:
        return []
    lines = [
        ", ".join(
            (
                about.moment(one.begins, until=one.ends),
                *(f"{label}: {value}" for label, value in one.facts),
            )
        )
        for one in entry.times[:TIMES_MAX]
        if one.begins is not None
    ]
    more = len(entry.times) - TIMES_MAX
    return [*lines, f"… (+{more})"] if more > 0 else lines


def _meta(entry: Entry, about: Print) -> list[str]:
    posted = about.say(Press.POSTED, when=about.moment(entry.created))
    until = about.say(Press.VALID_UNTIL, when=about.moment(entry.expires))
    who = [] if entry.official is not None else [about.say(Press.BY, author=entry.author)]
    number = about.say(Press.NUMBER, number=entry.id[:ID_DIGITS])
    return [", ".join([*who, posted]), f"{until}. {number}"]


def _code_rows(sheet: Sheet, codes: Sequence[str], about: Print) -> list[Piece]:
    """Return codes side by side, with their numbers."""
    rows = []
    for first in range(0, len(codes), QR_COLUMNS):
        some = list(enumerate(codes, start=1))[first : first + QR_COLUMNS]
        rows.append(Piece(QR_SIDE + _CAPTION.leading, _row(sheet, some, len(codes), about)))
    return rows


def _row(
    sheet: Sheet, some: Sequence[tuple[int, str]], count: int, about: Print
) -> Callable[[float, float], None]:
    column = (CONTENT_WIDTH - 2 * PADDING) / QR_COLUMNS

    def draw(x: float, y: float) -> None:
        for at, (number, content) in enumerate(some):
            left = x + at * column
            sheet.put_qr(content, left + (column - QR_SIDE) / 2, y, QR_SIDE)
            caption = about.say(Press.CODE, number=number, count=count)
            sheet.put_centred(caption, _CAPTION, left, y + QR_SIDE - 4, column)

    return draw


def _vouchers(flow: Flow, codes: Sequence[str], about: Print) -> None:
    sheet = flow.sheet
    flow.block(
        Block(
            (
                *pieces(sheet, about.say(Press.WHO_SIGNED), _HEADING, CONTENT_WIDTH - 2 * PADDING),
                *pieces(
                    sheet, about.say(Press.WHO_SIGNED_WHY), _SUBTITLE, CONTENT_WIDTH - 2 * PADDING
                ),
                gap(4),
                *_code_rows(sheet, codes, about),
            )
        )
    )
