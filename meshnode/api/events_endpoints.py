"""The address that tells what changed."""

from starlette.requests import Request
from starlette.responses import Response

from meshnode.api.connections import stranger_of
from meshnode.api.events import EventsResponse, Streams
from meshnode.api.face import Face
from meshnode.api.intake import refuse_parameters


class EventsEndpoints:
    """What happens on one node, without content."""

    def __init__(self, face: Face) -> None:
        self._happenings = face.service.happenings
        self._streams = Streams()

    async def get_events(self, request: Request) -> Response:
        """Answer with a stream of events; to HEAD with its headers."""
        refuse_parameters(request.query_params)
        if request.method == "HEAD":
            return Response(media_type=EventsResponse.media_type)
        return EventsResponse(
            self._happenings,
            self._streams,
            stranger=stranger_of(request.scope),
            last=request.headers.get("last-event-id"),
            stop=request.app.state.stop,
        )
