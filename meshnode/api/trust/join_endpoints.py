"""What the addresses for joining by a spoken code do. See `meshnode.node.desks.joindesk`."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from meshnode.api.door.callers import caller_of
from meshnode.api.face import Face
from meshnode.api.intake import read_document, refuse_parameters
from meshnode.api.trust.people_documents import join_document, newcomer_document
from meshnode.api.trust.people_intake import parse_code, parse_commitment, parse_reveal
from meshnode.node.desks.joindesk import HERE, Newcomer, Origin, read_devices
from meshnode.node.pairing.households import household_of


class JoinEndpoints:
    """Who is joining at one node now."""

    def __init__(self, face: Face) -> None:
        self._joins = face.service.joins

    async def begin_join(self, request: Request) -> Response:
        """Take a commitment; answer with the node's nonce."""
        refuse_parameters(request.query_params)
        commitment = parse_commitment(await read_document(request))
        join = self._joins.begin(commitment, _origin(request))
        return JSONResponse(
            {
                "id": join.id,
                "nonce": join.nonce.hex(),
                "expires_in_s": self._joins.expires_in_s(join),
            },
            status_code=201,
        )

    async def reveal_join(self, request: Request) -> Response:
        """Take what was committed to; answer with the code to be said aloud."""
        refuse_parameters(request.query_params)
        wanted = parse_reveal(await read_document(request))
        newcomer = Newcomer(wanted.public_key, wanted.name, read_devices(wanted.devices))
        join = self._joins.reveal(request.path_params["join"], wanted.random, newcomer)
        return JSONResponse({"code": join.code})

    async def list_joins(self, request: Request) -> Response:
        """Answer with who is joining, without the codes."""
        refuse_parameters(request.query_params)
        pending = self._joins.pending()
        return JSONResponse(
            {"joins": [join_document(one, age_s=self._joins.age_s(one)) for one in pending]}
        )

    async def claim_join(self, request: Request) -> Response:
        """Answer with who has the code that a member heard."""
        refuse_parameters(request.query_params)
        code = parse_code(await read_document(request))
        join, newcomer = self._joins.claim(code, _origin(request))
        return JSONResponse(newcomer_document(join, newcomer))


def _origin(request: Request) -> Origin:
    """Return who asks, as the desk counts them."""
    caller = caller_of(request)
    if caller is None:
        return HERE
    return Origin(caller.key, household_of(request.client.host if request.client else ""))
