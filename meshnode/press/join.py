"""A sheet for the door: how to join the node's Wi-Fi and read the board on one's phone."""

from dataclasses import dataclass
from typing import Final

from meshnode.node.press_phrases import Press
from meshnode.press.board import Print
from meshnode.press.layout import CONTENT_WIDTH, MARGIN, Flow, Piece
from meshnode.press.sheet import MM, Sheet, Style

QR_SIDE: Final = 70 * MM
"""Readable from two metres by most phones."""
_TITLE: Final = Style(34, is_bold=True)
_TEXT: Final = Style(18)
_VALUE: Final = Style(20, is_bold=True)
_SPECIAL: Final = '\\;,":'
"""What is escaped in a Wi-Fi code. Source: WPA3 specification section 7.1, as phones read it."""


@dataclass(frozen=True, slots=True)
class Door:
    """What is told; empty is not told. An open Wi-Fi has no password."""

    wifi: str
    password: str
    address: str

    @property
    def wifi_code(self) -> str:
        """What a phone's camera joins by."""
        if not self.password:
            return f"WIFI:T:nopass;S:{_escaped(self.wifi)};;"
        return f"WIFI:T:WPA;S:{_escaped(self.wifi)};P:{_escaped(self.password)};;"


def join_sheet(about: Print, door: Door) -> bytes:
    """Return the PDF of the sheet."""
    sheet = Sheet(about.faces, about.title, about.language.tag)
    flow = Flow(sheet)
    flow.new_page()
    flow.text(about.title, _TITLE)
    flow.space(12)
    if door.wifi:
        flow.text(about.say(Press.JOIN_HOW), _TEXT)
        flow.space(12)
        _said(flow, about.say(Press.JOIN_WIFI, name=door.wifi), door.wifi_code)
        if door.password:
            flow.text(about.say(Press.JOIN_KEY, password=door.password), _VALUE)
            flow.space(12)
    if door.address:
        _said(flow, about.say(Press.JOIN_ADDRESS, address=door.address), door.address)
    flow.foot(about.node, about.page)
    return sheet.encoded()


def _said(flow: Flow, text: str, code: str) -> None:
    sheet = flow.sheet
    piece = Piece(
        QR_SIDE + 8, lambda x, y: sheet.put_qr(code, x + (CONTENT_WIDTH - QR_SIDE) / 2, y, QR_SIDE)
    )
    flow.text(text, _VALUE)
    piece.draw(MARGIN, flow.y)
    flow.y += piece.height


def _escaped(text: str) -> str:
    return "".join(f"\\{each}" if each in _SPECIAL else each for each in text)
