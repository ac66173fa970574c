"""What the addresses of check-ins, calls for help and modes do. Reading only."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from meshnode.api.calls.documents import check_in_document
from meshnode.api.calls.modes_documents import mode_state_document
from meshnode.api.face import Face
from meshnode.board.calls.course import Stage


class CallsEndpoints:
    """The check-ins that one node holds."""

    def __init__(self, face: Face) -> None:
        self._face = face
        self._service = face.service
        self._desk = face.service.calls

    async def list_check_ins(self, request: Request) -> Response:
        """Answer with all check-ins, newest first."""
        reader = self._face.only_reader(request)
        name_of, minute = self._desk.name_of, self._service.minute
        found = self._desk.check_ins()
        return JSONResponse(
            {"checkins": [check_in_document(one, name_of, reader, minute=minute) for one in found]}
        )

    async def get_check_in(self, request: Request) -> Response:
        """Answer with one check-in and where it stands."""
        reader = self._face.only_reader(request)
        found = self._desk.check_in(request.path_params["id"])
        name_of, minute = self._desk.name_of, self._service.minute
        return JSONResponse(check_in_document(found, name_of, reader, minute=minute))

    async def list_calls(self, request: Request) -> Response:
        """Answer with the triage board."""
        reader = self._face.only_reader(request)
        name_of, minute = self._desk.name_of, self._service.minute
        counts = self._desk.counts()
        found = self._desk.calls()
        return JSONResponse(
            {
                "new": counts[Stage.NEW],
                "taken": counts[Stage.TAKEN],
                "calls": [check_in_document(one, name_of, reader, minute=minute) for one in found],
            }
        )


class ModeEndpoints:
    """How the neighbourhood of one node fares."""

    def __init__(self, face: Face) -> None:
        self._face = face
        self._desk = face.service.modes

    async def get_mode(self, request: Request) -> Response:
        """Answer which mode is in force, and what is proposed."""
        reader = self._face.only_reader(request)
        state, proposals = self._desk.in_force(), self._desk.proposals()
        return JSONResponse(mode_state_document(state, proposals, reader))
