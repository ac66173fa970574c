"""The address that tells what changed."""

from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from meshnode.api.door.callers import caller_of
from meshnode.api.door.connections import stranger_of
from meshnode.api.face import Face
from meshnode.api.intake import refuse_parameters
from meshnode.api.live.events import EventsResponse, Streams


class EventsEndpoints:
    """What happens on one node, without content."""

    def __init__(self, face: Face) -> None:
        self._happenings = face.service.happenings
        self._phones = face.service.phones
        self._streams = Streams()

    async def get_events(self, request: Request) -> Response:
        """Answer with a stream of events; to HEAD with its headers."""
        refuse_parameters(request.query_params)
        if request.method == "HEAD":
            return Response(media_type=EventsResponse.media_type)
        caller = caller_of(request)
        return EventsResponse(
            self._happenings,
            self._streams,
            stranger=stranger_of(request.scope),
            last=request.headers.get("last-event-id"),
            is_welcome=None if caller is None else partial(self._phones.is_welcome, caller.key),
            stop=request.app.state.stop,
        )
