"""What the addresses of the market do: offers and requests. Reading only."""

from collections.abc import Sequence

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from meshnode.api.face import Face
from meshnode.api.market.documents import offer_document, whole_document
from meshnode.api.market.intake import parse_page
from meshnode.board.exchange.market import Listing, words_of
from meshnode.node.denials import NotFoundError

_HIDDEN = "What moderation hides is shown on the node itself only, not over the network."


class MarketEndpoints:
    """Offers and requests of one node."""

    def __init__(self, face: Face) -> None:
        self._face = face
        self._service = face.service
        self._market = face.service.market

    async def list_offers(self, request: Request) -> Response:
        """Answer with what is offered and needed, or the part of it that is asked for."""
        page = parse_page(request.query_params)
        reader = self._face.reader(request)
        found = self._market.listings(page.wanted)
        shown = found[page.offset : page.offset + page.limit]
        await run_in_threadpool(read_listings, shown)
        minute = self._service.minute
        documents = [offer_document(one, reader, minute=minute) for one in shown]
        return JSONResponse({"total": len(found), "offers": documents})

    async def get_offer(self, request: Request) -> Response:
        """Answer with one offer or request, and its claims."""
        reader = self._face.only_reader(request)
        listing = self._listing(request)
        await run_in_threadpool(read_listings, [listing], with_claims=True)
        return JSONResponse(
            whole_document(listing, self._market, reader, minute=self._service.minute)
        )

    async def list_matches(self, request: Request) -> Response:
        """Answer with what meets an offer or a request."""
        reader = self._face.only_reader(request)
        listing = self._listing(request)
        await run_in_threadpool(read_listings, [listing, *self._market.listings()])
        minute = self._service.minute
        return JSONResponse(
            {
                "matches": [
                    {"score": score, "offer": offer_document(one, reader, minute=minute)}
                    for score, one in self._market.matches(listing)
                ]
            }
        )

    def _listing(self, request: Request) -> Listing:
        listing = self._market.listing(request.path_params["id"])
        if listing.item.is_hidden and self._face.is_public:
            raise NotFoundError(_HIDDEN)
        return listing


def read_listings(listings: Sequence[Listing], *, with_claims: bool = False) -> None:
    """Decode what is shown, beside the event loop: radios must not wait for that."""
    for listing in listings:
        _ = listing.fields
        for claim in listing.life.claims if with_claims else ():
            for said in (claim.ask, *claim.steps):
                words_of(said.thing)
