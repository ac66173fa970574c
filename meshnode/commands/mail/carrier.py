"""A running node as the carrier of a person's messages: `meshnode.person.carrier` over HTTP.

Not for: what is carried. Invariants: nothing but sealed bodies and signed objects goes out; what
the node will not take is `CarryRefused`, what keeps us from asking is `Failure`.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from typing import Any, Final

from meshnode.board.mail.circle import CircleId
from meshnode.commands.speaker import Speaker
from meshnode.commands.terminal.failures import Failure
from meshnode.person.carrier import CarryRefused, Listing, Page, Place
from meshnode.person.roster import Roster, roster_of
from meshnode.protocol.errors import PeerError
from meshnode.protocol.keys import CommunityId, Fingerprint
from meshnode.protocol.object import ObjectId, SignedObject, decode

_REFUSALS: Final = ("refused", "limit", "not_allowed", "too_large", "bad_request", "conflict")
_MINUTE_S: Final = 60


class NodeCarrier:
    """The node that the person at this command line meets.

    Raises, from every method:
        Failure: The node does not run, does not answer, or is of another version.
    """

    def __init__(self, speaker: Speaker) -> None:
        self._speaker = speaker
        self._client = speaker.client

    def roster(self) -> Roster:
        """Return the members and the community's minute."""
        community = self._speaker.community
        try:
            roster = roster_of(self._client.get("/members")["members"], self._speaker.minute)
        except PeerError as error:
            raise _nonsense() from error
        identity = self._speaker.identity
        if identity.device.public in roster.owners:
            if identity.fields["community"] is None:
                identity.belong_to(CommunityId(bytes.fromhex(community["id"])))
            self._speaker.catch_up()
        elif identity.fields["community"] is None:
            raise Failure(
                "The community does not know this identity yet. Join it first: meshnode identity "
                "join.",
                code="not_allowed",
            )
        return roster

    def sealed_after(self, after: ObjectId | None) -> Page:
        """Return sealed objects that came after one, or all."""
        query = "" if after is None else f"?after={after.hex()}"
        document = self._client.get(f"/sealed{query}")
        try:
            things = tuple(_object(one["encoded"]) for one in document["sealed"])
            return Page(things, bool(document["complete"]))
        except (KeyError, TypeError, ValueError, PeerError) as error:
            raise _nonsense() from error

    def carry(self, body: bytes, minutes: int) -> SignedObject:
        """Let the node sign and carry a sealed body for so many minutes.

        Raises:
            CarryRefused: It will not.
        """
        wanted = {"body": _base64(body), "expires_in_s": minutes * _MINUTE_S}
        try:
            return _object(self._post("/sealed", wanted)["encoded"])
        except (KeyError, TypeError, ValueError, PeerError) as error:
            raise _nonsense() from error

    def publish(self, objects: Sequence[SignedObject]) -> None:
        """Hand over what this device signed.

        Raises:
            CarryRefused: It will not take one.
        """
        self._post("/objects", {"objects": [_base64(one.encoded) for one in objects]})

    def places_of(self, thing: ObjectId) -> tuple[Place, ...] | None:
        """Return which other nodes have an object; None if this node has it no more."""
        try:
            nodes = self._client.get(f"/objects/{thing.hex()}/whereabouts")["nodes"]
        except Failure as failure:
            if failure.code == "not_found":
                return None
            raise
        return tuple(self._place(one) for one in nodes)

    def listings(self) -> tuple[Listing, ...]:
        """Return the circles that are listed; none whose founder nobody vouches for any more."""
        circles = self._client.get("/circles")["circles"]
        return tuple(_listing(one) for one in circles if one["founder"] is not None)

    def _place(self, node: Mapping[str, Any]) -> Place:
        states = {"holds": True, "lacks": False}
        return Place(
            name=node["name"] or f"node {node['node']}",
            has_it=states.get(node["state"]),
            last_contact_min=self._speaker.minute - int(node["last_contact_s"]) // _MINUTE_S,
        )

    def _post(self, path: str, document: dict[str, Any]) -> Any:
        try:
            return self._client.post(path, document)
        except Failure as failure:
            if failure.code in _REFUSALS:
                raise CarryRefused(failure.message) from failure
            raise


def _listing(circle: Mapping[str, Any]) -> Listing:
    return Listing(
        CircleId(bytes.fromhex(circle["circle"])),
        circle["name"],
        Fingerprint(bytes.fromhex(circle["founder"])),
        circle["founder_name"] or circle["founder"][:8],
        is_open=circle["policy"] == "open",
        has_history=bool(circle["history"]),
    )


def _object(encoded: str) -> SignedObject:
    return decode(urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))


def _base64(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def _nonsense() -> Failure:
    return Failure("The node's answer makes no sense: is another version running?", code="internal")
