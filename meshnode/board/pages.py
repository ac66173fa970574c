"""Pages: what each kind of thing gives to the search, one small function a kind.

A family plugs in with one line in `PAGES`. Not for: finding (`meshnode.store.search`). Invariant:
a page is a pure function of the object, and decoding its text is the only costly part of it.
Source: docs/spec/search.md section 1.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from meshnode.board.alert import read_provenance
from meshnode.board.bulletin import Severity, decode_bulletin
from meshnode.board.rendering import Reader, bulletin_text
from meshnode.board.tail import DAMAGED_TEXT, FUTURE_TEXT
from meshnode.protocol import text as texts
from meshnode.protocol.errors import PeerError
from meshnode.protocol.object import Kind, SignedObject

ANY_LANGUAGE: Final = "*"
"""Everybody reads it in their own language."""
_LANGUAGES: Final = {codec: name.partition("-")[0] for codec, name in texts.MODELS.items()}
"""By the text's codec: whichever model shortens a text most knows its language. A good guess."""


@dataclass(frozen=True, slots=True)
class Page:
    """What a thing is found by.

    Shapes: `title`, `place` and `text` are as people wrote them and may be empty; `category` is a
    word of the kind's own; `language` is a tag, `ANY_LANGUAGE`, or empty where nobody knows;
    `severity` is None where the kind has none. `is_rendered`: the text is a template's, and is
    made anew for each reader.
    """

    title: str
    text: str
    place: str = ""
    category: str = ""
    language: str = ""
    severity: Severity | None = None
    is_rendered: bool = False


PageOf = Callable[[SignedObject, Sequence[Reader]], Page]
"""The page of an accepted object, in the languages of these readers.

Raises:
    PeerError: Its words cannot be read.
"""


@dataclass(frozen=True, slots=True)
class Searched:
    """A kind that is searched. `is_public`: strangers who read the board find it, too."""

    word: str
    page_of: PageOf
    is_public: bool = True


def language_of(codec: int) -> str:
    """Return in which language a text is, by its codec; empty where that does not tell."""
    return _LANGUAGES.get(codec, "")


def bulletin_page(thing: SignedObject, readers: Sequence[Reader]) -> Page:
    """Return the page of a bulletin, a drill or an alert, whose source is searched as well."""
    source, body = "", thing.body
    if thing.kind == Kind.ALERT:
        provenance, body = read_provenance(thing.body)
        source = provenance.source
    fields = decode_bulletin(thing.codec, body)
    is_rendered = fields.template is not None
    said = (bulletin_text(fields, thing.created_min, one) for one in readers)
    text = "\n".join(dict.fromkeys(said)) if is_rendered else fields.text
    return Page(
        title=": ".join(one for one in (source, fields.title) if one),
        text=text,
        category=fields.category,
        language=ANY_LANGUAGE if is_rendered else language_of(thing.codec),
        severity=fields.severity,
        is_rendered=is_rendered,
    )


PAGES: Final[Mapping[int, Searched]] = {
    Kind.BULLETIN: Searched("bulletin", bulletin_page),
    Kind.DRILL: Searched("drill", bulletin_page),
    Kind.ALERT: Searched("alert", bulletin_page),
}
"""The kinds that are searched. Here a family adds its own."""


def page_of(thing: SignedObject, readers: Sequence[Reader]) -> Page:
    """Return the page of an accepted object of a kind in `PAGES`; a sentence where its words
    cannot be read.
    """
    try:
        return PAGES[thing.kind].page_of(thing, readers)
    except PeerError as error:
        sentence = FUTURE_TEXT if error.reason == "unknown_codec" else DAMAGED_TEXT
        return Page(title="", text=sentence)
