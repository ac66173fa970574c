"""What the address of the search does."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from meshnode.api.bulletins.search_documents import finds_document
from meshnode.api.bulletins.sieves import parse_reader, parse_search
from meshnode.api.door.callers import is_member
from meshnode.api.face import Face


class SearchEndpoints:
    """Searching on one node."""

    def __init__(self, face: Face) -> None:
        self._face = face

    async def search(self, request: Request) -> Response:
        """Answer with what is found; strangers find what they may read."""
        asked = parse_search(request.query_params)
        service = self._face.service
        reader = service.reader(self._face.languages[parse_reader(request.query_params)])
        found = await service.search.find(
            asked.question,
            offset=asked.offset,
            limit=asked.limit,
            reader=reader,
            is_public=self._face.is_public and not is_member(request),
        )
        return JSONResponse(finds_document(found, reader, minute=service.minute))
