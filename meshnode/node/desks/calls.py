"""Check-ins and calls for help on a running node.

Not for: where a call stands (`meshnode.board.calls`). Invariant: what is derived from all of them
is derived once a minute and for each change, however often it is asked for.
"""

from collections.abc import Callable

from meshnode.board.calls.board import Call, CheckIn, calls, check_ins, with_courses
from meshnode.board.calls.course import Stage
from meshnode.node.denials import AmbiguousError, NotFoundError
from meshnode.node.desks.shelf import Shelf, id_prefix
from meshnode.protocol.keys import Fingerprint
from meshnode.protocol.object import SHORT_ID_BYTES, Kind

_ROOT_DIGITS = 2 * SHORT_ID_BYTES


class CallDesk:
    """The check-ins of one node, and its triage board."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._calls: list[Call] = []
        self._calls_at: tuple[int, int, int] | None = None

    def calls(self) -> list[Call]:
        """Return the triage board: what nobody has taken first, the urgent and oldest before."""
        rules, minute = self._shelf.rules, self._shelf.minute()
        kinds = Kind.CHECKIN, Kind.TRIAGE, Kind.NOTICE
        state = rules.register.revision(*kinds), rules.people_revision, minute
        if state != self._calls_at:
            self._calls = calls(rules, self._shelf.names(), minute=minute)
            self._calls_at = state
        return self._calls

    def check_ins(self) -> list[Call]:
        """Return all check-ins that are not over, newest first, with where they stand."""
        rules, minute = self._shelf.rules, self._shelf.minute()
        shown = check_ins(rules, self._shelf.names(), minute=minute)
        return with_courses(shown, rules, minute=minute)

    def counts(self) -> dict[Stage, int]:
        """Return how many calls stand where, of those that are open."""
        found = [one.stage for one in self.calls()]
        return {stage: found.count(stage) for stage in Stage if stage.is_open}

    def check_in(self, prefix: str) -> Call:
        """Return the check-in whose id or root begins with `prefix`, in hex; the open call if an
        impostor took its root.

        Raises:
            LimitError: It is no beginning of an id.
            NotFoundError: There is none here.
            AmbiguousError: There are several.
        """
        wanted = id_prefix(prefix)
        found = self._where(lambda one: _is_meant(one, wanted))
        if not found:
            raise NotFoundError(
                f"No check-in here has an id that begins with {wanted}. It may be over or taken "
                "back. All of them: meshnode checkin list"
            )
        if len({one.checkin.root for one in found}) > 1:
            raise AmbiguousError(f"{len(found)} check-ins begin with {wanted}; give more digits.")
        return max(found, key=_weight)

    def about(self, act: str) -> Call:
        """Return the check-in that a held act of triage, by its whole id in hex, is about.

        Raises:
            NotFoundError: Act or check-in is not here.
        """
        triage = self._shelf.rules.register.of_kind(Kind.TRIAGE)
        root = next((one.parent for one in triage if one.id.hex() == act), None)
        found = [] if root is None else self._where(lambda one: one.root == root)
        if not found:
            raise NotFoundError(f"No act of triage here has the id {act}, or its call is over.")
        return max(found, key=_weight)

    def _where(self, is_meant: Callable[[CheckIn], bool]) -> list[Call]:
        rules, minute = self._shelf.rules, self._shelf.minute()
        everything = check_ins(rules, self._shelf.names(), minute=minute, with_hidden=True)
        found = with_courses(everything, rules, minute=minute)
        return [one for one in found if is_meant(one.checkin)]

    def name_of(self, fingerprint: Fingerprint) -> str:
        """Return under which name the board shows somebody; digits where nobody knows them."""
        return self._shelf.names().get(fingerprint) or fingerprint.hex()[:8]


def _weight(one: Call) -> tuple[bool, int]:
    return one.stage.is_open, one.checkin.state


def _is_meant(one: CheckIn, wanted: str) -> bool:
    is_root = len(wanted) <= _ROOT_DIGITS and one.root.hex().startswith(wanted)
    return is_root or one.item.thing.id.hex().startswith(wanted)
