"""Who may do what: the table, once. The spec shows the same table and a test compares them.

Not for: who holds a role (`membership`). `STEWARD` stands for whoever the charter names; `MEMBER`
for every person and organisation, `NODE` for every node, `AUTHOR` for whoever made the target.
Source: docs/spec/trust.md section 5.
"""

from enum import StrEnum
from typing import Final


class Office(StrEnum):
    """In which quality somebody acts."""

    MEMBER = "member"
    NODE = "node"
    AUTHOR = "author"
    STEWARD = "steward"
    COORDINATOR = "coordinator"
    MODERATOR = "moderator"
    IMPORTER = "importer"
    HOST = "host"


class Action(StrEnum):
    """What can be done."""

    POST = "post a bulletin of severity info or minor"
    WARN = "post a bulletin of severity severe or extreme"
    DRILL = "post a drill"
    ALERT = "pass on an official alert"
    WITHDRAW = "withdraw one's own"
    MODERATE = "hide, label, correct or restore somebody else's"
    ERASE = "erase somebody else's"
    LIST_CIRCLE = "list a circle"
    CALL = "call for help"
    TRIAGE = "take, hand over and end calls for help"
    SELL = "book units of capacity, and pass them on"
    CHANGE_MODE = "propose or confirm a mode"
    CARRY = "carry sealed messages"
    RECEIVE = "announce a prekey"
    VOUCH = "vouch for a person, together with another one"
    GOVERN = "certify, invite, grant roles, revoke, propose and endorse charters"


_ANYBODY: Final = frozenset({Office.MEMBER, Office.NODE, Office.STEWARD})
_PEOPLE: Final = frozenset({Office.MEMBER, Office.STEWARD})

PERMISSIONS: Final[dict[Action, frozenset[Office]]] = {
    Action.POST: _ANYBODY,
    Action.WARN: frozenset({Office.COORDINATOR, Office.STEWARD}),
    Action.DRILL: frozenset({Office.COORDINATOR, Office.STEWARD}),
    Action.ALERT: frozenset({Office.IMPORTER}),
    Action.WITHDRAW: frozenset({Office.AUTHOR}),
    Action.MODERATE: frozenset({Office.MODERATOR, Office.COORDINATOR, Office.STEWARD}),
    Action.ERASE: frozenset({Office.MODERATOR, Office.STEWARD}),
    Action.LIST_CIRCLE: _PEOPLE,
    Action.CALL: _ANYBODY,
    Action.TRIAGE: frozenset({Office.COORDINATOR, Office.STEWARD}),
    Action.SELL: frozenset({Office.NODE}),
    Action.CHANGE_MODE: frozenset({Office.COORDINATOR, Office.STEWARD}),
    Action.CARRY: frozenset({Office.NODE}),
    Action.RECEIVE: _PEOPLE,
    Action.VOUCH: _PEOPLE,
    Action.GOVERN: frozenset({Office.STEWARD}),
}
