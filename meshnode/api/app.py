"""The two faces of a node's API: all of it for the UNIX socket, reading for everybody else.

Not for: sockets (`server`). Invariants: nothing that changes the node is reachable over TCP.
"""

import asyncio
from collections.abc import Sequence
from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Route

from meshnode.api.alert_endpoints import AlertEndpoints
from meshnode.api.app_files import NO_APP, AppFiles
from meshnode.api.board_endpoints import BoardEndpoints
from meshnode.api.calls_endpoints import CallsEndpoints, ModeEndpoints
from meshnode.api.capacity_endpoints import CapacityEndpoints
from meshnode.api.events_endpoints import EventsEndpoints
from meshnode.api.exchange_endpoints import ExchangeEndpoints
from meshnode.api.face import Face
from meshnode.api.feeds import Feeds
from meshnode.api.guard import Guard
from meshnode.api.join_endpoints import JoinEndpoints
from meshnode.api.map_file import NO_MAP, MapFile
from meshnode.api.market_endpoints import MarketEndpoints
from meshnode.api.node_endpoints import NodeEndpoints
from meshnode.api.operation import BASE, Access
from meshnode.api.operations import OPERATIONS
from meshnode.api.pages import Pages
from meshnode.api.people_endpoints import PeopleEndpoints
from meshnode.api.places_endpoints import PlacesEndpoints
from meshnode.api.preview_endpoints import PreviewEndpoints
from meshnode.api.recent import Recent
from meshnode.api.refusals import (
    RequestError,
    on_bug,
    on_http_error,
    on_mesh_error,
    on_request_error,
)
from meshnode.api.search_endpoints import SearchEndpoints
from meshnode.api.style import POLICY
from meshnode.api.words_endpoints import WordsEndpoints
from meshnode.node.languages import NEIGHBOURHOOD_LANGUAGE, Languages
from meshnode.node.service import Service
from meshnode.protocol.errors import MeshError

_NOTHING_POLICY: Final = "default-src 'none'; frame-ancestors 'none'"


def admin_app(service: Service, languages: Languages) -> Starlette:
    """Return the whole API, for a socket that file permissions guard."""
    face = Face(service, source=service, languages=languages, is_public=False)
    guard = Middleware(Guard, policy=_NOTHING_POLICY, hosts=None)
    return _app(_routes(face), guard)


def public_app(
    service: Service,
    languages: Languages,
    hosts: Sequence[str] = (),
    *,
    language: str = NEIGHBOURHOOD_LANGUAGE,
    app_files: AppFiles = NO_APP,
    map_file: MapFile = NO_MAP,
) -> Starlette:
    """Return board and status for reading, as JSON and as plain pages, and the phone app.

    `hosts` are names of this node beside its addresses, its host name and local names.
    """
    recent = Recent(service)
    face = Face(service, source=recent, languages=languages, is_public=True)
    pages = Pages(service, recent, languages, otherwise=language, app_files=app_files)
    feeds = Feeds(service, recent, languages, otherwise=language)
    files = [*app_files.routes(), *map_file.routes()]
    routes = [*_routes(face), *pages.routes(), *feeds.routes(), *files]
    return _app(routes, Middleware(Guard, policy=POLICY, hosts=hosts), pages=pages)


def _routes(face: Face) -> list[BaseRoute]:
    desks: dict[str, object] = {
        "board": BoardEndpoints(face),
        "node": NodeEndpoints(face),
        "events": EventsEndpoints(face),
        "people": PeopleEndpoints(face),
        "exchange": ExchangeEndpoints(face),
        "joins": JoinEndpoints(face),
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
    return [
        Route(BASE + one.path, getattr(desks[one.desk], one.handler), methods=[one.method])
        for one in OPERATIONS
        if one.access is Access.PUBLIC or not face.is_public
    ]


def _app(
    routes: Sequence[BaseRoute], guard: Middleware, *, pages: Pages | None = None
) -> Starlette:
    app = Starlette(
        routes=routes,
        middleware=[guard],
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
