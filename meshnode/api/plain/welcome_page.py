"""What a phone shows by itself when it has joined the node's Wi-Fi: where it is, and the way on.

Not for: deciding who is sent here (`portal`). Invariants: small, and in every language at once,
because the little browser that opens it may not say which one its reader speaks; it opens neither
scripts nor other addresses.
"""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from meshnode.api.door.portal import WELCOME, Released
from meshnode.api.plain.cards import PageReader, user_text
from meshnode.api.plain.catalogue import Catalogue
from meshnode.api.plain.frame import Frame, answer, head
from meshnode.api.plain.html import Markup, document, element, together
from meshnode.api.plain.qr import qr_code
from meshnode.node.guide_phrases import Guide
from meshnode.node.page_phrases import Page

_ON: Final = "1"


class WelcomePage:
    """The signpost of one node. `address` is where this node is: `http://10.42.0.1/`."""

    def __init__(self, frame: Frame, *, address: str, released: Released) -> None:
        self._frame = frame
        self._address = address
        self._released = released

    def routes(self) -> list[BaseRoute]:
        """Return where the page is."""
        return [Route(WELCOME, self.get_welcome, methods=["GET"])]

    async def get_welcome(self, request: Request) -> Response:
        """Answer with the way on; after that, with where to go in a whole browser."""
        reader = self._frame.reader(request)
        if request.query_params.get("go") == _ON:
            if request.client is not None:
                self._released.release(request.client.host)
            return self._page(reader, self._onward(reader))
        catalogues = self._frame.catalogues.values()
        # The language that the browser asks for stands first, if it asks for one.
        ordered = sorted(catalogues, key=lambda one: one is not reader.words)
        return self._page(reader, together(*map(self._way_on, ordered)))

    def _page(self, reader: PageReader, body: Markup) -> Response:
        words, name = reader.words, self._frame.service.name
        title = element("h1", user_text("bdi", name))
        page = element("body", title, element("main", body), attributes={"class": "welcome"})
        return answer(document(words.tag, words.direction, head(name), page), words)

    def _way_on(self, words: Catalogue) -> Markup:
        name = user_text("bdi", self._frame.service.name)
        address = f"{WELCOME}?go={_ON}&lang={words.tag}"
        return element(
            "section",
            element("p", words.marked(Guide.WIFI, name=name)),
            element("a", words.say(Guide.CONTINUE), attributes={"href": address, "class": "go"}),
            " ",
            element("span", words.say(Page.OWN_NAME), attributes={"class": "quiet"}),
            attributes={"lang": words.tag, "dir": words.direction},
        )

    def _onward(self, reader: PageReader) -> Markup:
        words, address = reader.words, self._address.rstrip("/")
        link = element("a", address, attributes={"href": self._address, "dir": "ltr"})
        return together(
            element("p", words.say(Guide.STAY)),
            element("p", words.marked(Guide.OPEN, address=element("strong", link))),
            element("p", words.say(Guide.OR_SCAN)),
            qr_code(self._address, address),
        )
