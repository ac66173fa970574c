"""Claims as people sign them: asking for something, and every later step.

Not for: offers themselves (`trading`). Imports what is slow; import it in a command. Invariants: a
step lives at least as long as its ask, an ask at least as long as its offer may.
"""

from typing import Final

from meshnode.board.bulletins.bulletin import clean
from meshnode.board.exchange.claim import (
    SPAN_MINUTES_MAX,
    TAKERS,
    ClaimFields,
    Side,
    Span,
    Step,
    encode_claim,
    mark_of,
)
from meshnode.board.lifetimes import DAY_MINUTES
from meshnode.board.names import clean_name
from meshnode.board.trust.permissions import Action
from meshnode.commands.market.trading import View, author
from meshnode.commands.speaker import Speaker
from meshnode.commands.terminal.failures import Failure
from meshnode.commands.terminal.output import one_line
from meshnode.commands.trust.offices import require_office
from meshnode.commands.trust.people import minute_of
from meshnode.person import acts
from meshnode.protocol.object import (
    LIFETIME_MINUTES,
    Kind,
    ObjectId,
    ShortId,
    SignedObject,
    lifetime_code_for,
)

_TIMES_SHOWN: Final = 4
"""Free times that a refusal names; the calendar has all."""
RETURN_MINUTES: Final = 7 * DAY_MINUTES
"""So long after its span a claim on what is lent stays at least: who is late is seen."""
_ONCE: Final = (Step.DECLINE, Step.CANCEL, Step.DONE, Step.RETURNED, Step.NO_SHOW)
"""Steps that nobody needs to say twice. A hold may end later, a confirm bring the code again."""
_LIVE: Final = ("asked", "held", "confirmed", "done")
"""States in which there is still something to say."""


def asked(
    speaker: Speaker,
    view: View,
    *,
    quantity: int = 0,
    span: Span | None = None,
    on_behalf: str = "",
    text: str = "",
) -> SignedObject:
    """Return somebody's ask for what an offer gives, signed; or their answer to a request.

    Raises:
        Failure: It is their own, not open, too much, or taken then.
        LimitError: A field is outside its bounds.
    """
    minute = speaker.minute
    _require_open(speaker, view, quantity, on_behalf)
    end_min = minute_of(view["claims_last"])
    if view["calendar"] is not None:
        if span is None:
            raise Failure(
                "This is lent for a time. Say which: meshnode lending ask "
                f"{view['root']} --from TIME --to TIME",
                code="usage",
            )
        require_free(view, span)
        end_min = min(span.end_min + RETURN_MINUTES, minute + SPAN_MINUTES_MAX)
        if span.end_min > end_min:
            raise Failure("Nobody can ask further ahead than 91 days.", code="limit")
    elif span is not None:
        raise Failure(
            "This is not lent, so it has no --from and --to. Ask for it: meshnode "
            f"{view['direction']} ask {view['root']}",
            code="usage",
        )
    fields = ClaimFields(
        Step.ASK, None, quantity, span=span, on_behalf=clean_name(on_behalf), text=clean(text)
    )
    root = ShortId(bytes.fromhex(view["root"]))
    return _sign_claim(speaker, fields, minute=minute, end_min=end_min, parent=root)


def stepped(
    speaker: Speaker,
    view: View,
    claim: View,
    step: Step,
    *,
    quantity: int = 0,
    until_min: int | None = None,
    text: str = "",
) -> SignedObject:
    """Return a later step about a claim, signed.

    Raises:
        Failure: It is not theirs to take.
        LimitError: A field is outside its bounds.
    """
    require_side(speaker, view, claim, step)
    require_new(speaker, claim, step)
    ask = ObjectId(bytes.fromhex(claim["id"]))
    fields = ClaimFields(step, mark_of(ask), quantity, until_min=until_min, text=clean(text))
    # A clock that is behind the claimant's: no step is older than what it is about.
    minute = max(speaker.minute, minute_of(claim["created"]))
    return _sign_claim(
        speaker,
        fields,
        minute=minute,
        end_min=minute_of(claim["expires"]),
        parent=ShortId(ask[:4]),
    )


def claim_meant(speaker: Speaker, view: View, prefix: str, step: Step) -> View:
    """Return the claim that is meant: by its own id, or the only one that could be.

    Raises:
        Failure: There is none, or several.
    """
    wanted = prefix.strip().lower().removeprefix("#")
    named: list[View] = [one for one in view["claims"] if one["id"].startswith(wanted)]
    if len(named) == 1:
        return named[0]
    sides = TAKERS[step]
    mine = speaker.identity.fingerprint.hex()
    is_author = view["author_fingerprint"] == mine and Side.AUTHOR in sides
    possible: list[View] = [
        one
        for one in view["claims"]
        if one["state"] in _LIVE and (is_author or (one["by"] == mine and Side.CLAIMANT in sides))
    ]
    if len(possible) == 1:
        return possible[0]
    if not possible:
        raise Failure(
            f"There is nobody here about “{one_line(view['headline'])}” to whom you could say "
            "that now. What somebody said elsewhere may still be on its way. See: meshnode "
            f"{view['direction']} show {view['root']}",
            code="not_found",
        )
    ids = ", ".join(f"{one['id'][:8]} ({one_line(one['by_name'])})" for one in possible)
    raise Failure(f"{len(possible)} have asked; give one's id: {ids}.", code="ambiguous")


def require_side(speaker: Speaker, view: View, claim: View, step: Step) -> None:
    """Return if whoever speaks is on a side that may take a step.

    Raises:
        Failure: They are not.
    """
    mine = speaker.identity.fingerprint.hex()
    sides = {
        Side.AUTHOR: view["author_fingerprint"] == mine,
        Side.CLAIMANT: claim["by"] == mine,
    }
    if any(is_mine for side, is_mine in sides.items() if side in TAKERS[step]):
        return
    who = author(view) if Side.CLAIMANT not in TAKERS[step] else "one of the two sides"
    raise Failure(f"Only {who} can say that.", code="not_allowed")


def require_new(speaker: Speaker, claim: View, step: Step) -> None:
    """Return if whoever speaks has not said this about a claim before: it would say nothing new.

    Raises:
        Failure: They have; what is missing is said by the claim's own sentences.
    """
    mine = speaker.identity.fingerprint.hex()
    said = [one for one in claim["steps"] if one["by"] == mine and one["step"] == step.word]
    if said and step in _ONCE:
        stands = " ".join(one_line(one) for one in claim["sentences"])
        raise Failure(f"You have said that already. {stands}", code="conflict")


def require_free(view: View, span: Span) -> None:
    """Return if what is lent is free at that time.

    Raises:
        Failure: It is taken; the message says when it is free.
    """
    free = [Span(minute_of(one["from"]), minute_of(one["to"])) for one in view["calendar"]["free"]]
    if any(one.start_min <= span.start_min and span.end_min <= one.end_min for one in free):
        return
    near = [one for one in view["calendar"]["free"] if minute_of(one["to"]) > span.start_min - 1440]
    times = "; ".join(one["when"] for one in near[:_TIMES_SHOWN]) or "not within the next 91 days"
    raise Failure(f"It is taken then. It is free: {times}.", code="conflict")


def _require_open(speaker: Speaker, view: View, quantity: int, on_behalf: str) -> None:
    if view["author_fingerprint"] == speaker.identity.fingerprint.hex() and not on_behalf:
        raise Failure("This is your own. For a neighbour: --for NAME", code="usage")
    if view["state"] in ("over", "done"):
        raise Failure(view["state_sentence"], code="conflict")
    left = view["remaining"]
    if view["direction"] == "offer" and left is not None and max(1, quantity) > left:
        raise Failure(
            f"{view['state_sentence']} Ask for less, or write to {author(view)}.", code="conflict"
        )


def _sign_claim(
    speaker: Speaker, fields: ClaimFields, *, minute: int, end_min: int, parent: ShortId
) -> SignedObject:
    minutes = max(1, end_min - minute)
    expires_min = minute + LIFETIME_MINUTES[lifetime_code_for(minutes)]
    require_office(speaker, Action.POST, "This", expires_min=expires_min)
    return acts.say(
        speaker.identity,
        Kind.CLAIM,
        encode_claim(fields),
        minute=minute,
        minutes=minutes,
        parent=parent,
    )
