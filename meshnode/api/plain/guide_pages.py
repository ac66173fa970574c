"""How to join, and what this node is and keeps: pages that say things, and show nothing.

Not for: joining itself, which the phone app does. Invariant: nothing is promised that the node
does not keep (docs/security.md).
"""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from meshnode.api.plain.cards import PageReader, user_text
from meshnode.api.plain.frame import ABOUT, JOIN, Frame
from meshnode.api.plain.html import Child, Markup, element, link
from meshnode.node.guide_phrases import Guide
from meshnode.node.page_phrases import Page
from meshnode.node.press_phrases import PRESS_CONTEXT, Press
from meshnode.protocol.keys import fingerprint

_GROUP_DIGITS = 4
"""Fingerprints are compared by eye and ear."""


class GuidePages:
    """What one node says about itself."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._service = frame.service

    def routes(self) -> list[BaseRoute]:
        """Return where the pages are."""
        return [
            Route(JOIN, self.get_join, methods=["GET"]),
            Route(ABOUT, self.get_about, methods=["GET"]),
        ]

    async def get_join(self, request: Request) -> Response:
        """Answer how to join: with a phone with script, with an old one, without one."""
        reader = self._frame.reader(request)
        words = reader.words
        steps = [Guide.JOIN_NAME, Guide.JOIN_ADMITTED, Guide.JOIN_WORDS]
        phone: list[Child] = [element("p", words.say(Page.NO_APP))]
        if self._frame.has_app:
            way = link(words.say(Page.APP), reader.url("/"))
            opening = element("li", words.say(Guide.JOIN_OPEN), " ", way)
            phone = [element("ol", opening, *(element("li", words.say(one)) for one in steps))]
        return await self._frame.page(
            request,
            element(
                "main",
                _said(reader, Guide.JOIN_READING),
                _title(reader, Guide.JOIN_PHONE_TITLE),
                *phone,
                _title(reader, Guide.JOIN_OLD_TITLE),
                _said(reader, Guide.JOIN_OLD),
                _title(reader, Guide.JOIN_NONE_TITLE),
                _said(reader, Guide.JOIN_NONE),
                _title(reader, Guide.JOIN_NODE_TITLE),
                *self._key(reader),
                element("p", _emergency(reader), attributes={"class": "notice"}),
            ),
            title=words.say(Page.JOIN),
            refreshes=False,
        )

    async def get_about(self, request: Request) -> Response:
        """Answer what this node is, what plain HTTP cannot promise, and what is kept."""
        reader = self._frame.reader(request)
        status = await self._frame.recent.status()
        version = element("bdi", f"meshnode {status.version}", attributes={"dir": "ltr"})
        return await self._frame.page(
            request,
            element(
                "main",
                _said(reader, Guide.ABOUT_NODE),
                element("p", _emergency(reader), attributes={"class": "notice"}),
                _title(reader, Guide.PLAIN_TITLE),
                *(_said(reader, one) for one in (Guide.PLAIN, Guide.PLAIN_SIGNED, Guide.SEALED)),
                _title(reader, Guide.DATA_TITLE),
                *(
                    _said(reader, one)
                    for one in (
                        Guide.DATA_READING,
                        Guide.DATA_ADDRESSES,
                        Guide.DATA_KEPT,
                        Guide.DATA_READERS,
                        Guide.DATA_HELP,
                        Guide.DATA_END,
                        Guide.DATA_RIGHTS,
                    )
                ),
                _title(reader, Guide.JOIN_NODE_TITLE),
                *self._key(reader),
                element("p", version, attributes={"class": "quiet"}),
            ),
            title=reader.words.say(Page.ABOUT),
            refreshes=False,
        )

    def _key(self, reader: PageReader) -> list[Markup]:
        """Return how to tell this node from others: its name, and its key's fingerprint."""
        digits = fingerprint(self._service.phones.node_key).hex()
        groups = [digits[at : at + _GROUP_DIGITS] for at in range(0, len(digits), _GROUP_DIGITS)]
        attributes = {"dir": "ltr", "class": "digits"}
        name = user_text("bdi", self._service.name)
        return [
            element("p", reader.words.marked(Guide.JOIN_NODE, name=name)),
            element("p", " ".join(groups), attributes=attributes),
            _said(reader, Guide.JOIN_COMPARE),
        ]


def _title(reader: PageReader, phrase: Guide) -> Markup:
    return element("h2", reader.words.say(phrase))


def _said(reader: PageReader, phrase: Guide) -> Markup:
    return element("p", reader.words.say(phrase))


def _emergency(reader: PageReader) -> str:
    return reader.words.language.in_context(PRESS_CONTEXT, Press.SLIP_WARNING.value)
