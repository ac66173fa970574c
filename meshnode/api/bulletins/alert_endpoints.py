"""What the addresses of official alerts do."""

from base64 import urlsafe_b64encode
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from meshnode.api.bulletins.alert_schemas import DOCUMENT_BYTES_MAX
from meshnode.api.face import Face
from meshnode.api.fields import refuse_unknown, text_field
from meshnode.api.intake import read_document, refuse_parameters
from meshnode.board.official.standing import Passed
from meshnode.node.alerts.official import FeedState
from meshnode.node.clock import moment_text


class AlertEndpoints:
    """Official alerts on one node."""

    def __init__(self, face: Face) -> None:
        self._face = face

    async def list_alerts(self, request: Request) -> Response:
        """Answer with every alert that is held, as it was signed."""
        refuse_parameters(request.query_params)
        held = self._face.service.official.held()
        return JSONResponse({"alerts": [self._held(one) for one in held]})

    async def list_feeds(self, request: Request) -> Response:
        """Answer how the feeds do."""
        refuse_parameters(request.query_params)
        desk = self._face.service.official
        feeds = [_feed(one) for one in desk.feeds()]
        return JSONResponse({"refusal": desk.why_not(), "feeds": feeds})

    async def import_alerts(self, request: Request) -> Response:
        """Sign what is news in a document; answer with what was signed."""
        document = await read_document(request, bytes_max=DOCUMENT_BYTES_MAX)
        refuse_unknown(document, ("content",), "field")
        content = text_field(document, "content", "")
        taken = await self._face.service.official.import_document(content.encode())
        answer = {
            "ids": [one.id.hex() for one in taken.signed],
            "passed_over": dict(sorted((+taken.passed_over).items())),
        }
        return JSONResponse(answer, status_code=201)

    def _held(self, one: Passed) -> dict[str, Any]:
        author = self._face.service.shelf.author(one.thing)
        return {
            "encoded": urlsafe_b64encode(one.thing.encoded).decode().rstrip("="),
            "author_fingerprint": None if author is None else author.identity.fingerprint.hex(),
        }


def _feed(state: FeedState) -> dict[str, Any]:
    last = state.last_answer_min
    return {
        "name": state.name,
        "listed": state.listed,
        "signed": state.signed,
        "last_answer": None if last is None else moment_text(last),
        "problem": state.problem or None,
        "failures": dict(sorted(state.failures.items())),
        "passed_over": dict(sorted(state.passed_over.items())),
    }
