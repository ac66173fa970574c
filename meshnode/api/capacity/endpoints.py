"""What the addresses of capacity do: slots, meet-ups, claims, and what the node itself signs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from meshnode.api.capacity.documents import (
    claim_document,
    passed_document,
    thing_document,
    whole_thing_document,
)
from meshnode.api.codes import ErrorCode
from meshnode.api.door.hosting import may_read, require_host
from meshnode.api.face import Face
from meshnode.api.fields import hex_bytes, minutes_field, refuse_unknown, text_field
from meshnode.api.intake import read_document, read_nothing, refuse_parameters
from meshnode.api.reading import read_bookables
from meshnode.api.refusals import RequestError
from meshnode.board.capacity.timetable import CAPACITY_MAX, SLOTS_MAX
from meshnode.node.denials import NotFoundError
from meshnode.protocol.keys import FINGERPRINT_BYTES, Fingerprint
from meshnode.protocol.object import Kind

_HIDDEN: Final = "What moderation hides is shown on the node itself only, not over the network."
_KINDS: Final = {"slots": Kind.SLOTS, "meetup": Kind.MEETUP}


@dataclass(frozen=True, slots=True)
class NewAllotment:
    """Which units go to whom; `to` is empty where the node shares by itself."""

    to: str
    units: int
    slots: range | None
    until_minutes: int | None


class CapacityEndpoints:
    """What one node knows of capacity, and sells."""

    def __init__(self, face: Face) -> None:
        self._face = face
        self._service = face.service

    async def list_things(self, request: Request) -> Response:
        """Answer with what is there, the next one first."""
        refuse_parameters(request.query_params, besides=("kind", "language"))
        reader = self._face.reader(request)
        kind = request.query_params.get("kind", "slots")
        if kind not in _KINDS:
            raise RequestError(ErrorCode.BAD_REQUEST, "kind must be slots or meetup.")
        await run_in_threadpool(read_bookables, self._service, _KINDS[kind])
        things = self._service.counter.things(_KINDS[kind])
        return JSONResponse({"things": [thing_document(one, reader) for one in things]})

    async def get_thing(self, request: Request) -> Response:
        """Answer with one of them; what is hidden is none for strangers."""
        reader = self._face.only_reader(request)
        view = self._service.counter.thing(request.path_params["id"])
        if view.item.is_hidden and self._face.is_public:
            raise NotFoundError(_HIDDEN)
        return JSONResponse(whole_thing_document(view, reader))

    async def post_allotment(self, request: Request) -> Response:
        """Pass units on; the answer means that it is on disk."""
        refuse_parameters(request.query_params)
        wanted = parse_allotment(await read_document(request))
        counter, prefix = self._service.counter, request.path_params["id"]
        until = wanted.until_minutes
        until_min = None if until is None else self._service.minute + until
        view = counter.thing(prefix)
        require_host(request, view, self._service.shelf.rules)
        if not wanted.to:
            nodes = self._service.sellers.heard_lately()
            passed = await self._service.passing.share(view.sold, nodes, until_min)
        else:
            passed = [
                await self._service.passing.allot(
                    view.sold,
                    self._service.sellers.named(wanted.to),
                    units=wanted.units,
                    slots=wanted.slots,
                    until_min=until_min,
                )
            ]
        return JSONResponse({"passed": list(map(passed_document, passed))}, status_code=201)

    async def post_return(self, request: Request) -> Response:
        """Give unsold units back; the answer means that it is on disk."""
        refuse_parameters(request.query_params)
        await read_nothing(request)
        view = self._service.counter.thing(request.path_params["id"])
        require_host(request, view, self._service.shelf.rules)
        return JSONResponse({"units": await self._service.passing.give_back(view.sold)})

    async def post_resume(self, request: Request) -> Response:
        """Sell again."""
        refuse_parameters(request.query_params)
        document = await read_document(request)
        refuse_unknown(document, ("is_complete",), "field")
        if document.get("is_complete") is not True:
            _refuse("Say that nothing is missing: is_complete must be true.")
        await self._service.sales.trust_log()
        return JSONResponse({"is_selling": True})

    async def list_claims(self, request: Request) -> Response:
        """Answer with the claims that whoever asks may read, in the order of their making."""
        refuse_parameters(request.query_params, besides=("by", "thing", "language"))
        reader = self._face.reader(request)
        by = request.query_params.get("by")
        who = None
        if by is not None:
            who = Fingerprint(hex_bytes(by, "by", length=FINGERPRINT_BYTES))
        found = self._service.counter.claims(by=who, prefix=request.query_params.get("thing"))
        rules = self._service.shelf.rules
        readable = [one for one in found if may_read(request, one, rules)]
        return JSONResponse({"claims": [claim_document(one, reader) for one in readable]})

    async def get_claim(self, request: Request) -> Response:
        """Answer with one claim; one that is not for whoever asks is not there."""
        reader = self._face.only_reader(request)
        wanted = request.path_params["id"]
        view = self._service.counter.claim(wanted)
        if not may_read(request, view, self._service.shelf.rules):
            raise NotFoundError(f"Nothing of yours has an id that begins with {wanted}.")
        return JSONResponse(claim_document(view, reader))


def parse_allotment(document: Mapping[str, Any]) -> NewAllotment:
    """Return what a document asks the node to pass on.

    Raises:
        RequestError: A field is unknown, missing or of the wrong form.
    """
    known = ("to", "units", "first_slot", "last_slot", "until_in_s", "automatic")
    refuse_unknown(document, known, "field")
    until = minutes_field(document, "until_in_s") if "until_in_s" in document else None
    if document.get("automatic") is True:
        if set(document) - {"automatic", "until_in_s"}:
            _refuse("With automatic, to, units and slots are left out.")
        return NewAllotment("", 0, None, until)
    to = text_field(document, "to", "")
    if not to:
        _refuse("Give the node with to, or automatic.")
    units = _whole(document, "units", CAPACITY_MAX)
    slots = None
    if "first_slot" in document or "last_slot" in document:
        first = _whole(document, "first_slot", SLOTS_MAX)
        last = _whole(document, "last_slot", SLOTS_MAX)
        slots = range(first - 1, last)
    return NewAllotment(to, units, slots, until)


def _whole(document: Mapping[str, Any], name: str, largest: int) -> int:
    number = document.get(name)
    is_number = isinstance(number, int) and not isinstance(number, bool)
    if not is_number or not 1 <= int(number or 0) <= largest:
        _refuse(f"{name} must be a whole number from 1 to {largest}.")
    return int(number or 0)


def _refuse(message: str) -> None:
    raise RequestError(ErrorCode.BAD_REQUEST, message)
