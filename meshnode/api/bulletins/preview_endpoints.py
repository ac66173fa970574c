"""How something would read that nobody has signed yet: for those who are about to.

Not for: whether the author may say it. Invariants: nothing is kept, and nothing is sent on; what is
shown comes from the bytes that would be signed, by the same words as on the board.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from meshnode.api.bulletins.preview_operations import CODEC_MAX, KINDS
from meshnode.api.codes import ErrorCode
from meshnode.api.face import Face
from meshnode.api.fields import base64_bytes, refuse_unknown, whole
from meshnode.api.refusals import RequestError
from meshnode.board.bulletins.bulletin import decode_bulletin
from meshnode.board.bulletins.rendering import Reader, bulletin_text, drill_text, drill_title
from meshnode.board.capacity.meetup import decode_meetup
from meshnode.board.directions import isolated, joined
from meshnode.board.exchange.offer import decode_offer
from meshnode.board.exchange.rendering import offer_sentence, offer_title
from meshnode.protocol.errors import PeerError
from meshnode.protocol.limits import BODY_BYTES_MAX

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Draft:
    """The body of an object that is not signed yet; `minute` is when it would be."""

    codec: int
    body: bytes
    minute: int


class PreviewEndpoints:
    """Drafts, read by this node."""

    def __init__(self, face: Face) -> None:
        self._face = face

    async def preview(self, request: Request) -> Response:
        """Answer with how a body would read."""
        kind, codec, body = parse_draft(request.query_params)
        draft = Draft(codec, body, self._face.service.minute)
        reader = self._face.reader(request)
        try:
            document = await run_in_threadpool(_READERS[kind], draft, reader)
        except PeerError as error:
            raise RequestError(
                ErrorCode.BAD_REQUEST, f"This is no body of that kind: {error}"
            ) from error
        return JSONResponse(document)


def parse_draft(query: Mapping[str, str]) -> tuple[str, int, bytes]:
    """Return kind, codec and body that a query shows.

    Raises:
        RequestError: Something is missing, unknown or out of its bounds.
    """
    refuse_unknown(query, ("kind", "codec", "body", "language"), "parameter")
    kind = query.get("kind", "")
    if kind not in KINDS:
        raise RequestError(ErrorCode.BAD_REQUEST, f"kind must be one of {', '.join(KINDS)}.")
    codec = whole(query, "codec", 0, smallest=0, largest=CODEC_MAX)
    return kind, codec, base64_bytes(query.get("body"), "body", bytes_max=BODY_BYTES_MAX)


def _bulletin(draft: Draft, reader: Reader) -> Document:
    fields = decode_bulletin(draft.codec, draft.body)
    return _document(fields.title, None, bulletin_text(fields, draft.minute, reader))


def _drill(draft: Draft, reader: Reader) -> Document:
    fields = decode_bulletin(draft.codec, draft.body)
    text = drill_text(bulletin_text(fields, draft.minute, reader), reader)
    return _document(drill_title(fields.title, reader), None, text)


def _offer(draft: Draft, reader: Reader) -> Document:
    fields = decode_offer(draft.codec, draft.body)
    return _document(offer_title(fields, reader), offer_sentence(fields, reader), fields.text)


def _meetup(draft: Draft, reader: Reader) -> Document:
    fields = decode_meetup(draft.codec, draft.body)
    timetable = fields.timetable
    parts = [reader.span(timetable.starts_min(0), timetable.ends_min(0))]
    if fields.where:
        parts.append(isolated(fields.where, is_right_to_left=reader.is_right_to_left))
    what = joined(parts, is_right_to_left=reader.is_right_to_left)
    return _document(fields.title, what, fields.text)


def _document(headline: str | None, sentence: str | None, text: str) -> Document:
    return {"headline": headline or None, "sentence": sentence, "text": text or None}


_READERS: Final[Mapping[str, Callable[[Draft, Reader], Document]]] = {
    "bulletin": _bulletin,
    "drill": _drill,
    "offer": _offer,
    "meetup": _meetup,
}
