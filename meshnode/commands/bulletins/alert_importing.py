"""Official alerts as a person or an organisation passes them on: planned and signed here.

Imports what is slow; import it in a command. Invariants: the same rules as on a node
(`board.official.planning`); what is held is never signed again.
"""

from collections import Counter
from typing import Any

from meshnode.board.bulletins.alert import encode_alert, read_provenance
from meshnode.board.official.planning import Known, Say, plan
from meshnode.board.official.reading import parse_official
from meshnode.board.official.standing import Passed
from meshnode.board.official.warning import CapSeverity
from meshnode.board.trust.permissions import Action
from meshnode.board.view import readable
from meshnode.commands.speaker import Speaker, decoded_object
from meshnode.commands.trust.offices import latest_end_min, require_office
from meshnode.node.languages import language_of_source
from meshnode.person import acts
from meshnode.protocol.errors import LimitError, PeerError
from meshnode.protocol.object import Kind


def import_signed(speaker: Speaker, data: bytes) -> dict[str, Any]:
    """Sign and hand in what is news in a document; return the ids, and why the rest was not.

    Raises:
        Failure: The role is missing.
        LimitError: It is no document of official alerts.
    """
    me = speaker.require_member()
    require_office(
        speaker, Action.ALERT, "Passing on an official alert", expires_min=speaker.minute
    )
    until_min = latest_end_min(me, Action.ALERT) or 0
    try:
        listed = parse_official(data)
    except PeerError as error:
        raise LimitError(
            f"This is no document of official alerts that can be read ({error})."
        ) from error
    passed_over = Counter(unreadable=listed.unreadable)
    ids: list[str] = []
    order = list(CapSeverity)
    known = _known(speaker)
    for alert in sorted(listed.alerts, key=lambda one: order.index(one.severity)):
        said = plan(
            alert,
            known,
            language=language_of_source(alert.language),
            minute=speaker.minute,
            until_min=until_min,
        )
        if not isinstance(said, Say):
            passed_over[said] += 1
            continue
        thing = acts.say(
            speaker.identity,
            Kind.ALERT,
            encode_alert(said.provenance, said.fields),
            minute=said.created_min,
            minutes=said.minutes,
            parent=said.root,
        )
        ids += speaker.publish(thing)
        known = _known(speaker)
    return {"ids": ids, "passed_over": dict(sorted((+passed_over).items()))}


def _known(speaker: Speaker) -> list[Known]:
    """Return what the node holds of official alerts now."""
    own = speaker.identity.fingerprint.hex()
    known = []
    for row in speaker.client.get("/alerts")["alerts"]:
        thing = decoded_object(row["encoded"])
        provenance, body = read_provenance(thing.body)
        is_own = row["author_fingerprint"] == own
        known.append(Known(Passed(thing, provenance), readable(thing.codec, body), is_own))
    return known
