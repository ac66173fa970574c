"""The mode in force, and proposed ones, as JSON documents. Invariants: as in `documents`."""

from collections.abc import Sequence
from typing import Any

from meshnode.board.modes.effects import EFFECTS, Effects
from meshnode.board.modes.force import InForce, Proposal
from meshnode.board.modes.words import MODES, SECTIONS
from meshnode.board.words import Named
from meshnode.node.clock import moment_text

Document = dict[str, Any]


def mode_state_document(state: InForce, found: Sequence[Proposal], reader: Named) -> Document:
    """Return how the neighbourhood fares, what that changes, and what is proposed."""
    return {
        **mode_document(state, reader),
        "effects": _effects(EFFECTS[state.mode], reader),
        "proposals": [proposal_document(one, state, reader) for one in found],
    }


def mode_document(state: InForce, reader: Named) -> Document:
    """Return the mode in force, who stands behind it, and what is only practised."""
    return {
        "mode": state.mode.word,
        "mode_words": reader.named(MODES, state.mode.word),
        "by": None if state.by is None else proposal_document(state.by, state, reader),
        "drill": None if state.drill is None else proposal_document(state.drill, state, reader),
    }


def proposal_document(proposal: Proposal, state: InForce, reader: Named) -> Document:
    """Return a proposed mode and who stands behind it."""
    return {
        "id": proposal.id.hex(),
        "mode": proposal.mode.word,
        "mode_words": reader.named(MODES, proposal.mode.word),
        "is_drill": proposal.is_drill,
        "reason": proposal.fields.reason or None,
        "supporters": [
            {
                "fingerprint": one.fingerprint.hex(),
                "name": one.name,
                "since": moment_text(one.since_min),
            }
            for one in proposal.supporters
        ],
        "needed": proposal.needed,
        "is_confirmed": proposal.is_confirmed,
        "is_in_force": proposal in (state.by, state.drill),
        "created": moment_text(proposal.thing.created_min),
        "until": moment_text(proposal.until_min),
    }


def _effects(effects: Effects, reader: Named) -> Document:
    return {
        "share_percent": effects.share_percent,
        "beacon_s_max": effects.beacon_minutes_max * 60,
        "level_s_min": effects.level_minutes_min * 60,
        "bulletin_s": effects.bulletin_minutes * 60,
        "ok_s": effects.ok_minutes * 60,
        "call_s": effects.call_minutes * 60,
        "waiting": [one.name.lower() for one in effects.waiting],
        "sections": [one.value for one in effects.sections],
        "sections_words": [reader.named(SECTIONS, one.value) for one in effects.sections],
    }
