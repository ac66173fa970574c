"""The search as a plain page: one field, and what is found.

Invariants: as in `pages`; what strangers may not read they do not find.
"""

from collections.abc import Mapping
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from meshnode.api.bulletins.search_documents import finds_document
from meshnode.api.plain.cards import PageReader, user_text
from meshnode.api.plain.frame import MEETUPS, OFFERS, PLACES, SEARCH, Frame, page_number, turning
from meshnode.api.plain.html import Child, Markup, element, link, together
from meshnode.board.bulletins.bulletin import Severity
from meshnode.board.finding.query import QUERY_CHARACTERS_MAX
from meshnode.node.desks.searchdesk import Question
from meshnode.node.entry_phrases import LABELS
from meshnode.node.page_phrases import FOUND, Page
from meshnode.protocol.errors import StoreError

FINDS_PER_PAGE: Final = 20
PAGES_MAX: Final = 50
"""Nobody reads a thousand finds; whoever needs them asks the API."""
_PATHS: Final = {"offer": OFFERS, "request": OFFERS, "place": PLACES}
_BOOKABLE: Final = ("meetup", "slots")


class SearchPage:
    """Searching on one node."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame

    def routes(self) -> list[BaseRoute]:
        """Return where the page is."""
        return [Route(SEARCH, self.get_search, methods=["GET"])]

    async def get_search(self, request: Request) -> Response:
        """Answer with the field, and with what is found."""
        reader = self._frame.reader(request)
        asked = request.query_params.get("q", "")[:QUERY_CHARACTERS_MAX]
        return await self._frame.page(
            request,
            _form(asked, reader),
            await self._found(request, asked, reader) if asked.strip() else None,
            title=reader.words.say(Page.SEARCH),
            refreshes=False,
        )

    async def _found(self, request: Request, asked: str, reader: PageReader) -> Markup:
        service, words = self._frame.service, reader.words
        number = page_number(request, PAGES_MAX)
        try:
            found = await service.search.find(
                Question(asked),
                offset=(number - 1) * FINDS_PER_PAGE,
                limit=FINDS_PER_PAGE,
                reader=reader.local,
                is_public=True,
            )
        except StoreError:
            return element("p", words.say(Page.SEARCH_LATER), attributes={"class": "notice"})
        if not found.total:
            return element("main", element("p", words.say(Page.NOTHING_FOUND)))
        documents = finds_document(found, reader.local, minute=service.minute)["finds"]
        page_count = min(PAGES_MAX, -(-found.total // FINDS_PER_PAGE))
        return together(
            element("p", words.counted(FOUND, found.total), attributes={"class": "quiet"}),
            element("main", *(_find(one, reader) for one in documents)),
            turning(number, page_count, reader, SEARCH, q=asked),
        )


def _form(asked: str, reader: PageReader) -> Markup:
    words = reader.words
    field = {
        "type": "search",
        "id": "q",
        "name": "q",
        "value": asked,
        "maxlength": str(QUERY_CHARACTERS_MAX),
        "dir": "auto",
    }
    chosen = {"type": "hidden", "name": "lang", "value": words.tag}
    return element(
        "form",
        element("label", words.say(Page.SEARCH_FOR), attributes={"for": "q"}),
        element("input", attributes=field),
        " ",
        element("input", attributes=chosen) if reader.has_chosen else None,
        element("button", words.say(Page.SEARCH), attributes={"type": "submit"}),
        attributes={"method": "get", "action": SEARCH, "role": "search"},
    )


def _find(document: Mapping[str, Any], reader: PageReader) -> Markup:
    words = reader.words
    title = document["title"] or document["place"] or _kind(document, reader)
    meta: list[Child] = [
        words.marked(Page.BY, author=user_text("bdi", document["author_name"] or "–"))
    ]
    if document["age_s"] is not None and reader.local.today is not None:
        meta += [" · ", words.age(document["age_s"])]
        meta += [" · ", words.end(document["expires_in_s"])]
    parts = [
        element("mark", one["text"]) if one["is_match"] else one["text"]
        for one in document["parts"]
    ]
    is_drill = document["is_drill"]
    return element(
        "article",
        element("p", words.drill, attributes={"class": "banner"}) if is_drill else None,
        element("p", element("strong", _kind(document, reader), attributes={"class": "label"})),
        element("h2", link(title, reader.url(_address(document))), attributes={"dir": "auto"}),
        element("p", *parts, attributes={"dir": "auto"}) if parts else None,
        element("p", *meta, attributes={"class": "meta"}),
        attributes={"class": "drill" if is_drill else document["severity"] or "entry"},
    )


def _kind(document: Mapping[str, Any], reader: PageReader) -> str:
    severity = document["severity"]
    if document["is_drill"]:
        return reader.words.drill
    if severity is not None:
        return reader.words.severity(Severity(severity))
    return reader.local.named(LABELS, document["kind"])


def _address(document: Mapping[str, Any]) -> str:
    kind, root = document["kind"], document["root"]
    if kind in _PATHS:
        return f"{_PATHS[kind]}/{root}"
    return f"{MEETUPS}/{root}" if kind in _BOOKABLE else f"/bulletins/{document['id']}"
