"""One bulletin on a page: its card. Drills look like nothing else, corrections stand beneath.

Not for: pages (`pages`), looks (`style`) or words (`catalogue`). Invariants: what people wrote is
escaped and isolated from the direction of the text around it; a drill says so in words, above and
inside; what is corrected is never without its correction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from urllib.parse import urlencode

from meshnode.api.documents import expires_in_s
from meshnode.api.plain.catalogue import Catalogue
from meshnode.api.plain.html import Child, Markup, element, lines, link, together
from meshnode.board.bulletins.alert import AlertState
from meshnode.board.bulletins.moderation import Notice
from meshnode.board.bulletins.rendering import shown_text, shown_title
from meshnode.board.view import BulletinView
from meshnode.node.clock import moment_of, moment_text
from meshnode.node.page_phrases import Page
from meshnode.node.reader import LocalReader
from meshnode.node.status import Status
from meshnode.protocol.clock import Quality


@dataclass(frozen=True, slots=True)
class PageReader:
    """Who reads: in which language, and whether the address says so."""

    words: Catalogue
    local: LocalReader
    zone: tzinfo | None
    has_chosen: bool

    def url(self, path: str, **query: str) -> str:
        """Return an address on this node, in the same language."""
        if self.has_chosen:
            query = {**query, "lang": self.words.tag}
        return f"{path}?{urlencode(query)}" if query else path


def card(
    view: BulletinView, status: Status, reader: PageReader, *, is_whole: bool = False
) -> Markup:
    """Return a bulletin's card; `is_whole`: with all digits of id and key."""
    words, fields = reader.words, view.fields
    title = shown_title(view, reader.local)
    text = shown_text(view, reader.local)
    return element(
        "article",
        element("p", words.drill, attributes={"class": "banner"}) if view.is_drill else None,
        element(
            "p",
            element("strong", _label(view, words), attributes={"class": "label"}),
            " ",
            element("bdi", words.category(fields.category)),
        ),
        *_official(view, reader),
        None if title is None else _heading(title, view, reader, is_whole=is_whole),
        element("p", lines(text), attributes={"dir": "auto"}),
        *(_note(one, words) for one in view.moderation.labels),
        *(_correction(one, words) for one in view.moderation.corrections),
        element("p", *_meta(view, status, reader, is_whole=is_whole), attributes={"class": "meta"}),
        attributes={"class": _class(view)},
    )


def _class(view: BulletinView) -> str:
    """Return how a card looks: what is not meant, or over, must not look like danger."""
    if view.is_drill:
        return "drill"
    return "minor" if view.is_out_of_force else view.fields.severity.value


def user_text(tag: str, text: str) -> Markup:
    """Return what people wrote, isolated from the direction of what stands around it."""
    return element(tag, text, attributes={"dir": "auto"})


def knows_time(status: Status) -> bool:
    """Return whether the node knows what time it is."""
    return status.clock_quality is not Quality.UNKNOWN


def _label(view: BulletinView, words: Catalogue) -> str:
    if view.provenance is not None and view.provenance.state is AlertState.ALL_CLEAR:
        return words.say(Page.TAKEN_BACK)
    severity = words.severity(view.fields.severity)
    return f"{words.drill}: {severity}" if view.is_drill else severity


def _official(view: BulletinView, reader: PageReader) -> Sequence[Markup]:
    """Return where an alert comes from and what became of it."""
    if view.provenance is None:
        return []
    words, said = reader.words, view.provenance
    unknown = words.say(Page.UNKNOWN_AUTHOR)
    others = [unknown if one is None else one.name for one in view.copies]
    names = [_author(view, words), *others]
    authors = [child for name in names for child in (", ", user_text("bdi", name))][1:]
    parts: list[Child] = [
        words.marked(
            Page.OFFICIAL,
            source=user_text("bdi", said.source),
            author=together(*authors),
            moment=_moment(said.issued_min, reader),
        )
    ]
    for phrase, minute in ((Page.VALID_FROM, said.onset_min), (Page.VALID_UNTIL, said.ends_min)):
        if minute is not None:
            parts += [" · ", words.marked(phrase, moment=_moment(minute, reader))]
    line = element("p", *parts, attributes={"class": "official"})
    if said.state is not AlertState.UNLISTED:
        return [line]
    return [element("p", element("strong", words.say(Page.UNLISTED))), line]


def _moment(minute: int, reader: PageReader) -> Markup:
    moment = moment_of(minute).astimezone(reader.zone)
    attributes = {"datetime": moment_text(minute), "dir": "ltr"}
    return element("time", f"{moment:%d.%m., %H:%M}", attributes=attributes)


def _note(notice: Notice, words: Catalogue) -> Markup:
    said = words.marked(
        Page.NOTE,
        author=user_text("bdi", notice.by_name),
        reason=words.reason(notice.reason.word),
    )
    return element("p", said, " ", user_text("bdi", notice.text), attributes={"class": "notice"})


def _correction(notice: Notice, words: Catalogue) -> Markup:
    return element(
        "p",
        element("strong", words.marked(Page.CORRECTION, author=user_text("bdi", notice.by_name))),
        " ",
        element("span", lines(notice.text), attributes={"dir": "auto"}),
        attributes={"class": "correction"},
    )


def _meta(
    view: BulletinView, status: Status, reader: PageReader, *, is_whole: bool
) -> Sequence[Child]:
    words = reader.words
    author = user_text("bdi", _author(view, words))
    parts: list[Child] = [words.marked(Page.BY, author=author)]
    if is_whole or view.author_name is None:
        parts += [" (", words.marked(Page.KEY, key=_digits(view.key.hex())), ")"]
    if knows_time(status):
        age_s = (status.minute - view.created_min) * 60
        moment = {"datetime": moment_text(view.created_min)}
        updated = f"{words.say(Page.UPDATED)} " if view.is_update else ""
        made = element("time", words.age(age_s), attributes=moment)
        # What has no heading is looked at by when it was said.
        is_linked = not is_whole and shown_title(view, reader.local) is None
        said = link(made, _address(view, reader)) if is_linked else made
        parts += [" · ", updated, said]
        parts += [" · ", words.end(expires_in_s(view, minute=status.minute))]
    return [*parts, " · ", _digits(view.id.hex())] if is_whole else parts


def _heading(title: str, view: BulletinView, reader: PageReader, *, is_whole: bool) -> Markup:
    """Return what it is called, which leads to the whole of it."""
    if is_whole:
        return user_text("h2", title)
    return element("h2", link(title, _address(view, reader)), attributes={"dir": "auto"})


def _address(view: BulletinView, reader: PageReader) -> str:
    return reader.url(f"/bulletins/{view.id.hex()}")


def _author(view: BulletinView, words: Catalogue) -> str:
    return view.author_name or words.say(Page.UNKNOWN_AUTHOR)


def _digits(digits: str) -> Markup:
    """Return digits that stand from left to right on every page."""
    return element("bdi", digits, attributes={"dir": "ltr"})
