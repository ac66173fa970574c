"""What the addresses of the community do: who is who, and who did what. Reading only."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from meshnode.api.face import Face
from meshnode.api.intake import refuse_parameters
from meshnode.api.trust.people_documents import (
    act_document,
    candidate_document,
    community_document,
    grounds_document,
    member_document,
)
from meshnode.api.trust.people_intake import parse_kind, parse_known, parse_wanted, short_text


class PeopleEndpoints:
    """The community as one node knows it."""

    def __init__(self, face: Face) -> None:
        self._service = face.service

    async def get_community(self, request: Request) -> Response:
        """Answer who this community is, and what a client needs to sign for it."""
        refuse_parameters(request.query_params)
        people = self._service.people
        return JSONResponse(
            community_document(
                people.community(),
                people,
                minute=self._service.voice.creation_minute(),
                is_clock_known=self._service.is_time_known,
                node_name=self._service.name,
                node_key=self._service.voice.public_key,
            )
        )

    async def get_grounds(self, request: Request) -> Response:
        """Answer with every object from which it follows who is who."""
        known = parse_known(request.query_params)
        people = self._service.people
        is_timely = self._service.is_time_known
        minute = self._service.voice.creation_minute() if is_timely else None
        community = people.community().id
        return JSONResponse(grounds_document(community, people.grounds(), known, minute=minute))

    async def list_members(self, request: Request) -> Response:
        """Answer with everybody who belongs, or those of a name."""
        wanted = parse_wanted(request.query_params)
        people = self._service.people
        found = people.members(wanted.name, with_revoked=wanted.with_revoked)
        sequences = people.sequences()
        return JSONResponse({"members": [member_document(one, sequences) for one in found]})

    async def get_member(self, request: Request) -> Response:
        """Answer with one member, by name or by what begins name or fingerprint."""
        refuse_parameters(request.query_params)
        people = self._service.people
        found = people.member(short_text(request.path_params["who"], "the name"))
        return JSONResponse(member_document(found, people.sequences()))

    async def list_candidates(self, request: Request) -> Response:
        """Answer with those for whom not enough members speak yet."""
        refuse_parameters(request.query_params)
        found = self._service.people.candidates()
        return JSONResponse({"candidates": [candidate_document(one) for one in found]})

    async def list_acts(self, request: Request) -> Response:
        """Answer with the acts of governance and of moderation, newest first."""
        kind = parse_kind(request.query_params)
        acts = self._service.people.acts()
        wanted = [one for one in acts if kind is None or one.thing.kind == kind]
        return JSONResponse({"acts": [act_document(one) for one in wanted]})
