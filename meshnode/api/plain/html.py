"""HTML from nested calls; every text is escaped, because only `element` makes markup.

Not for: markup from elsewhere. There is no way to put any in.
"""

import html
from typing import Final, final

_VOID: Final = frozenset({"meta", "br", "link", "hr", "input"})


@final
class Markup:
    """Finished markup. Made by `element` and `page` only."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text


Child = Markup | str | None
"""A text is escaped; None is nothing."""


def element(tag: str, *children: Child, attributes: dict[str, str] | None = None) -> Markup:
    """Return an element; a void one such as `meta` has no children."""
    opening = "".join(
        f' {name}="{html.escape(value)}"' for name, value in (attributes or {}).items()
    )
    if tag in _VOID:
        return Markup(f"<{tag}{opening}>")
    return Markup(f"<{tag}{opening}>{together(*children).text}</{tag}>")


def together(*children: Child) -> Markup:
    """Return children one after the other."""
    return Markup("".join(map(_rendered, children)))


def link(text: Child, address: str, *, is_here: bool = False) -> Markup:
    """Return a way to an address; `is_here`: to the page that it stands on."""
    here = {"aria-current": "page"} if is_here else {}
    return element("a", text, attributes={"href": address, **here})


def ways(*children: Child, kind: str = "") -> Markup:
    """Return ways to other pages, with spaces between them; a block for w3m, too."""
    spaced = [part for child in children if child is not None for part in (child, " ")]
    attributes = {"class": kind} if kind else None
    return element("nav", element("div", *spaced, attributes=attributes))


def lines(text: str) -> Markup:
    """Return a text whose line ends are kept."""
    first, *others = text.split("\n")
    broken = [part for line in others for part in (element("br"), line)]
    return together(first, *broken)


def style_element(style: str) -> Markup:
    """Return a style sheet, which is ours and must not be escaped."""
    return Markup(f"<style>{style}</style>")


def document(language: str, direction: str, head: Markup, body: Markup) -> str:
    """Return a whole page in a language that is written in a direction."""
    root = element("html", head, body, attributes={"lang": language, "dir": direction})
    return f"<!doctype html>\n{root.text}\n"


def _rendered(child: Child) -> str:
    match child:
        case None:
            return ""
        case Markup():
            return child.text
        case _:
            return html.escape(child)
