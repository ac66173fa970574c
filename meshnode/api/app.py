"""The two faces of a node's API: all of it on the UNIX socket, with a gate before it on TCP.

Not for: sockets (`server`), or who may do what (`gate`). Invariants: no address of ours is over TCP
without the gate; what is for the socket alone is not there at all.
"""

import asyncio
from collections.abc import Sequence
from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Route

from meshnode.api.bulletins.alert_endpoints import AlertEndpoints
from meshnode.api.bulletins.board_endpoints import BoardEndpoints
from meshnode.api.bulletins.preview_endpoints import PreviewEndpoints
from meshnode.api.bulletins.search_endpoints import SearchEndpoints
from meshnode.api.bulletins.words_endpoints import WordsEndpoints
from meshnode.api.calls.endpoints import CallsEndpoints, ModeEndpoints
from meshnode.api.capacity.endpoints import CapacityEndpoints
from meshnode.api.door.app_files import NO_APP, AppFiles
from meshnode.api.door.gate import Gate
from meshnode.api.door.guard import Guard
from meshnode.api.door.limits import Limits, door_limits
from meshnode.api.door.map_file import NO_MAP, MapFile
from meshnode.api.door.origins import Origins
from meshnode.api.door.portal import Portal, Released
from meshnode.api.face import Face
from meshnode.api.feed.feeds import Feeds
from meshnode.api.live.endpoints import EventsEndpoints
from meshnode.api.market.endpoints import MarketEndpoints
from meshnode.api.node_endpoints import NodeEndpoints
from meshnode.api.operation import BASE, Access
from meshnode.api.operations import OPERATIONS
from meshnode.api.pairing.endpoints import PhoneEndpoints
from meshnode.api.places.endpoints import PlacesEndpoints
from meshnode.api.plain.frame import Frame
from meshnode.api.plain.guide_pages import GuidePages
from meshnode.api.plain.kiosk import KioskPage
from meshnode.api.plain.offer_pages import OfferPages
from meshnode.api.plain.pages import Pages
from meshnode.api.plain.place_pages import PlacePages
from meshnode.api.plain.search_page import SearchPage
from meshnode.api.plain.style import POLICY
from meshnode.api.plain.welcome_page import WelcomePage
from meshnode.api.recent import Recent
from meshnode.api.refusals import (
    RequestError,
    on_bug,
    on_http_error,
    on_mesh_error,
    on_request_error,
)
from meshnode.api.trust.exchange_endpoints import ExchangeEndpoints
from meshnode.api.trust.join_endpoints import JoinEndpoints
from meshnode.api.trust.people_endpoints import PeopleEndpoints
from meshnode.node.languages import NEIGHBOURHOOD_LANGUAGE, Languages
from meshnode.node.service import Service
from meshnode.protocol.errors import MeshError

_NOTHING_POLICY: Final = "default-src 'none'; frame-ancestors 'none'"


def admin_app(service: Service, languages: Languages) -> Starlette:
    """Return the whole API, for a socket that file permissions guard."""
    face = Face(service, source=service, languages=languages, is_public=False)
    guard = Middleware(Guard, policy=_NOTHING_POLICY, hosts=None)
    return _app(_routes(face, None), [guard])


def public_app(
    service: Service,
    languages: Languages,
    hosts: Sequence[str] = (),
    *,
    language: str = NEIGHBOURHOOD_LANGUAGE,
    app_files: AppFiles = NO_APP,
    map_file: MapFile = NO_MAP,
    app_origin: str = "",
    limits: Limits | None = None,
    portal_address: str = "",
) -> Starlette:
    """Return what is over TCP: pages, the phone app, and the API, each address for whom it is.

    `hosts` are names of this node beside its addresses, its host name and local names;
    `app_origin` is the one other origin whose pages may use it; `portal_address` is where phones
    are sent that look for internet in the node's own Wi-Fi, empty: they are not.
    """
    recent = Recent(service)
    face = Face(service, source=recent, languages=languages, is_public=True)
    has_app = app_files.index is not None
    frame = Frame(service, recent, languages, otherwise=language, has_app=has_app)
    pages = Pages(frame, app_files)
    feeds = Feeds(service, recent, languages, otherwise=language)
    gate = Gate(service.phones, limits or door_limits())
    routes = [
        *_routes(face, gate),
        *pages.routes(),
        *page_routes(frame),
        *feeds.routes(),
        *app_files.routes(),
        *map_file.routes(),
    ]
    guard = Middleware(Guard, policy=POLICY, hosts=hosts)
    origins = Middleware(Origins, app_origin=app_origin)
    before: list[Middleware] = []
    if portal_address:
        released = Released()
        routes += WelcomePage(frame, address=portal_address, released=released).routes()
        before = [Middleware(Portal, address=portal_address, hosts=hosts, released=released)]
    return _app(routes, [*before, guard, origins], pages=pages)


def page_routes(frame: Frame) -> list[BaseRoute]:
    """Return where the pages beside the board's are."""
    beside = (OfferPages, PlacePages, SearchPage, GuidePages, KioskPage)
    return [route for pages in beside for route in pages(frame).routes()]


def _routes(face: Face, gate: Gate | None) -> list[BaseRoute]:
    """Return where the API is; with a gate, what is over TCP."""
    desks: dict[str, object] = {
        "board": BoardEndpoints(face),
        "node": NodeEndpoints(face),
        "events": EventsEndpoints(face),
        "people": PeopleEndpoints(face),
        "exchange": ExchangeEndpoints(face),
        "joins": JoinEndpoints(face),
        "phones": PhoneEndpoints(face),
        "alerts": AlertEndpoints(face),
        "market": MarketEndpoints(face),
        "capacity": CapacityEndpoints(face),
        "places": PlacesEndpoints(face),
        "calls": CallsEndpoints(face),
        "modes": ModeEndpoints(face),
        "search": SearchEndpoints(face),
        "words": WordsEndpoints(face),
        "preview": PreviewEndpoints(face),
    }
    routes: list[BaseRoute] = []
    for one in OPERATIONS:
        handler = getattr(desks[one.desk], one.handler)
        if gate is None:
            routes.append(Route(BASE + one.path, handler, methods=[one.method]))
        elif one.access is not Access.ADMIN:
            endpoint = gate.guarded(one, handler)
            routes.append(Route(BASE + one.path, endpoint, methods=[one.method]))
    return routes


def _app(
    routes: Sequence[BaseRoute], doorkeepers: Sequence[Middleware], *, pages: Pages | None = None
) -> Starlette:
    app = Starlette(
        routes=routes,
        middleware=doorkeepers,
        exception_handlers={
            RequestError: on_request_error,
            MeshError: on_mesh_error,
            HTTPException: pages.on_http_error if pages else on_http_error,
            Exception: on_bug,
        },
    )
    # Slashes are not made up: a redirect would have to be built from the Host header.
    app.router.redirect_slashes = False
    app.state.stop = asyncio.Event()
    return app
