"""How the neighbourhood fares, in a line for the top of a page.

Invariants: who says so and until when stands with it; what is only practised says so first.
"""

from collections.abc import Sequence

from meshnode.api.plain.cards import PageReader, user_text
from meshnode.api.plain.html import Child, Markup, element, together
from meshnode.board.modes.force import InForce, Proposal
from meshnode.board.modes.mode import Mode
from meshnode.board.modes.words import MODES
from meshnode.node.page_phrases import Page


def mode_line(state: InForce, reader: PageReader) -> Markup:
    """Return the mode in force, and a drill beside it."""
    is_normal = state.mode is Mode.NORMAL
    line = element(
        "p",
        *_said(state.mode, state.by, reader),
        attributes={"class": "quiet" if is_normal else "notice"},
    )
    if state.drill is None:
        return line
    return together(
        line,
        element(
            "p",
            element("strong", reader.words.drill),
            ": ",
            *_said(state.drill.mode, state.drill, reader),
            attributes={"class": "practice"},
        ),
    )


def _said(mode: Mode, by: Proposal | None, reader: PageReader) -> Sequence[Child]:
    words = reader.words
    sentence = words.marked(Page.MODE, mode=element("strong", reader.local.named(MODES, mode.word)))
    if by is None:
        return [sentence]
    names = [child for one in by.supporters for child in (", ", user_text("bdi", one.name))][1:]
    until = reader.local.span(None, by.until_min)
    said = words.marked(Page.MODE_BY, names=together(*names), until=until)
    parts: list[Child] = [sentence, " ", said]
    if by.fields.reason:
        parts += [" ", user_text("bdi", by.fields.reason)]
    return parts
