"""What the node knows, as JSON documents. The reference is the OpenAPI document (`openapi`).

Invariants: times are UTC in ISO 8601 with a `Z`; lengths of time are whole seconds named `_s`.
"""

from typing import Any, Final

from meshnode.api.bulletins.template_documents import filled_document
from meshnode.api.calls.modes_documents import mode_document
from meshnode.api.fields import encode_base64
from meshnode.board.bulletins.alert import Provenance
from meshnode.board.bulletins.moderation import Notice
from meshnode.board.bulletins.rendering import Reader, shown_text, shown_title
from meshnode.board.view import BulletinView
from meshnode.board.words import Named
from meshnode.node.clock import moment_text
from meshnode.node.desks.papers import Papers
from meshnode.node.desks.whereabouts import Place, Whereabouts
from meshnode.node.status import Airtime, LinkStatus, Neighbour, Status

Document = dict[str, Any]

_MINUTE_S: Final = 60


def bulletin_document(view: BulletinView, reader: Reader, *, minute: int) -> Document:
    """Return a bulletin for its reader, as it is at `minute`, counted from 2024-01-01."""
    template = view.fields.template
    author, provenance = view.author, view.provenance
    return {
        "id": view.id.hex(),
        "root": view.root.hex(),
        "is_update": view.is_update,
        "kind": view.kind.name.lower(),
        "is_drill": view.is_drill,
        "author": view.key.hex(),
        "author_fingerprint": None if author is None else author.identity.fingerprint.hex(),
        "author_name": view.author_name,
        "author_class": None if author is None else author.identity.identity_class.word,
        "author_roles": [] if author is None else list(author.roles),
        "title": shown_title(view, reader),
        "text": shown_text(view, reader),
        "template": None if template is None else filled_document(template, view.created_min),
        "category": view.fields.category,
        "severity": view.fields.severity.value,
        "provenance": None if provenance is None else provenance_document(provenance),
        "passed_on_by": [] if provenance is None else passed_on_by(view),
        "is_hidden": view.is_hidden,
        "notices": [notice_document(one) for one in view.moderation.in_force],
        "created": moment_text(view.created_min),
        "age_s": age_s(view, minute=minute),
        "expires": moment_text(view.expires_min),
        "expires_in_s": expires_in_s(view, minute=minute),
    }


def provenance_document(provenance: Provenance) -> Document:
    """Return where an official alert comes from, and what became of it."""
    return {
        "source": provenance.source,
        "issued": moment_text(provenance.issued_min),
        "state": provenance.state.word,
        "reference": None if provenance.reference is None else provenance.reference.hex(),
        "replaces": [one.hex() for one in provenance.replaces],
        "onset": _moment_or_none(provenance.onset_min),
        "ends": _moment_or_none(provenance.ends_min),
    }


def passed_on_by(view: BulletinView) -> list[str]:
    """Return the names of those who passed an alert on, the first one first."""
    names = [view.author_name, *(None if one is None else one.name for one in view.copies)]
    return [name or view.key.hex() for name in names]


def notice_document(notice: Notice) -> Document:
    """Return one act of moderation that counts."""
    return {
        "id": notice.thing.id.hex(),
        "act": notice.act.word,
        "reason": notice.reason.word,
        "text": notice.text or None,
        "by": notice.by.hex(),
        "by_name": notice.by_name,
        "created": moment_text(notice.thing.created_min),
    }


def age_s(view: BulletinView, *, minute: int) -> int | None:
    """Return how long ago a bulletin was written; None where the node does not know the time."""
    return max(0, minute - view.created_min) * _MINUTE_S if minute else None


def expires_in_s(view: BulletinView, *, minute: int) -> int:
    """Return for how many seconds a bulletin is still on the board.

    Never more than its whole lifetime: a node that does not know the time counts from its minute 0.
    """
    over_min = view.over_from_min
    left_min = min(over_min - minute, over_min - view.created_min)
    return max(0, left_min) * _MINUTE_S


def status_document(status: Status, reader: Named) -> Document:
    """Return how the node is, for those who look after it."""
    return {
        **_common(status, reader),
        "links": [_link(one) for one in status.links],
        "neighbours": [_neighbour(one, link=one.link) for one in status.neighbours],
        "store_bytes": status.store_bytes,
        "calls": {"new": status.calls_new, "taken": status.calls_taken},
        "selling": {
            "things": status.selling.things,
            "forgotten": status.selling.forgotten,
            "is_in_doubt": status.selling.is_in_doubt,
        },
        "problems": [*status.problems, *status.disputes],
    }


def public_status_document(status: Status, reader: Named) -> Document:
    """Return how the node is, for everybody: without addresses of other computers."""
    return {
        **_common(status, reader),
        "links": [
            {"name": medium_of(one.name), "state": one.state.state, "pending": one.pending}
            for one in status.links
        ],
        "neighbours": [_neighbour(one, link=medium_of(one.link)) for one in status.neighbours],
    }


def whereabouts_document(found: Whereabouts) -> Document:
    """Return which other nodes hold an object of this node."""
    return {"id": found.id.hex(), "nodes": [_place(one) for one in found.places]}


def papers_document(papers: Papers) -> Document:
    """Return an object as it goes on paper."""
    return {
        "id": papers.thing.id.hex(),
        "encoded": encode_base64(papers.thing.encoded),
        "notices": [encode_base64(one.encoded) for one in papers.notices],
        "vouchers": [encode_base64(one.encoded) for one in papers.vouchers],
    }


def medium_of(link: str) -> str:
    """Return a link's medium: what stands in its name before the address."""
    return link.partition(":")[0]


def _moment_or_none(minute: int | None) -> str | None:
    return None if minute is None else moment_text(minute)


def _common(status: Status, reader: Named) -> Document:
    return {
        "name": status.name,
        "node_id": status.node_id,
        "community": status.community,
        "version": status.version,
        "uptime_s": status.uptime_s,
        "objects": status.objects,
        "bulletins": status.bulletins,
        "board": dict(status.board),
        "members": status.members,
        "airtime_ms": status.airtime.spent_ms,
        "airtime": _airtime(status.airtime),
        "drops": status.drops,
        "mode": mode_document(status.mode, reader),
        "clock": {"quality": status.clock_quality.value, "now": moment_text(status.minute)},
    }


def _link(link: LinkStatus) -> Document:
    return {
        "name": link.name,
        "state": link.state.state,
        "sentence": link.state.sentence,
        "warnings": list(link.state.warnings),
        "detail": link.state.detail,
        "pending": link.pending,
    }


def _neighbour(neighbour: Neighbour, *, link: str) -> Document:
    return {
        "sender": neighbour.sender,
        "name": neighbour.name,
        "link": link,
        "last_contact_s": neighbour.last_contact_s,
        "snr_db": neighbour.snr_db,
        "loss_percent": neighbour.loss_percent,
        "frames": neighbour.frames,
    }


def _place(place: Place) -> Document:
    return {
        "node": place.node,
        "name": place.name,
        "links": list(place.links),
        "state": place.state.value,
        "known_s": place.known_s,
        "last_contact_s": place.last_contact_s,
    }


def _airtime(airtime: Airtime) -> Document:
    return {
        "spent_ms": airtime.spent_ms,
        "budget_ms": airtime.budget_ms,
        "urgent_budget_ms": airtime.urgent_budget_ms,
        "by_purpose_ms": airtime.by_purpose_ms,
        "urgent_by_purpose_ms": airtime.urgent_by_purpose_ms,
        "frames_by_purpose": airtime.frames_by_purpose,
    }
