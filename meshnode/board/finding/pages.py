"""Pages: what a thing gives to the search; and those of bulletins, drills and alerts.

Not for: finding (`meshnode.store.search`), or which kinds are searched (`searched`). Invariant: a
page is a pure function of the object; decoding its words is the only costly part of it.
Source: docs/spec/search.md section 1.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from meshnode.board.bulletins.alert import read_provenance
from meshnode.board.bulletins.bulletin import Severity, decode_bulletin
from meshnode.board.bulletins.bulletin_words import CATEGORY_WORDS
from meshnode.board.bulletins.rendering import Reader, bulletin_text
from meshnode.protocol import text as texts
from meshnode.protocol.object import Kind, ShortId, SignedObject

ANY_LANGUAGE: Final = "*"
"""Everybody reads it in their own language."""
_LANGUAGES: Final = {codec: name.partition("-")[0] for codec, name in texts.MODELS.items()}
"""By the text's codec: whichever model shortens a text most knows its language. A good guess."""


@dataclass(frozen=True, slots=True)
class Page:
    """What a thing is found by.

    Shapes: `title`, `place` and `text` are as people wrote them and may be empty; `labels` are
    words that it is found by as well and does not show, such as its category in every language;
    `place_root` is of the place where it is, and a place's own; `category` is a word of the kind's
    own; `language` is a tag, `ANY_LANGUAGE`, or empty where nobody knows; `severity` is None where
    the kind has none. `is_rendered`: title or text come from a catalogue and are made anew for
    each reader. `sort` parts a kind in what people ask for apart, such as offer and request.
    """

    title: str
    text: str
    place: str = ""
    labels: str = ""
    place_root: ShortId | None = None
    category: str = ""
    language: str = ""
    severity: Severity | None = None
    is_rendered: bool = False
    sort: str = ""


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
    text = each(said) if is_rendered else fields.text
    return Page(
        title=": ".join(one for one in (source, fields.title) if one),
        text=text,
        labels=each(reader.named(CATEGORY_WORDS, fields.category) for reader in readers),
        category=fields.category,
        language=ANY_LANGUAGE if is_rendered else language_of(thing.codec),
        severity=fields.severity,
        is_rendered=is_rendered,
        sort=Kind(thing.kind).name.lower(),
    )


def each(words: Iterable[str]) -> str:
    """Return words in several languages, each once."""
    return "\n".join(dict.fromkeys(words))
