"""The desk for official alerts: what is held of them, and what this node signs as an importer.

Not for: fetching (`feeds`) or deciding what is news (`board.official.planning`). Invariants:
nothing is signed without the role, without knowing the time, or twice; at most `SIGNED_HOUR_MAX`
an hour.
"""

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from meshnode.board.bulletins.alert import encode_alert, read_provenance
from meshnode.board.bulletins.bulletin import encode_bulletin
from meshnode.board.official.planning import Known, Reason, Say, outdated, plan, unlisted
from meshnode.board.official.reading import parse_official
from meshnode.board.official.standing import Passed, passed
from meshnode.board.official.warning import CapSeverity, OfficialAlert
from meshnode.board.official.wording import fields_of
from meshnode.board.trust.permissions import Office
from meshnode.board.trust.role import Role
from meshnode.board.trust.standing import Identity
from meshnode.board.versions import known_as
from meshnode.board.view import readable
from meshnode.board.withdrawal import WITHDRAWAL_BODY
from meshnode.node.denials import NotAllowedError
from meshnode.node.desks.shelf import Shelf
from meshnode.node.languages import language_of_source
from meshnode.node.runner import Runner
from meshnode.node.voice import Voice
from meshnode.protocol.errors import LimitError, PeerError
from meshnode.protocol.object import Kind, SignedObject

SIGNED_HOUR_MAX: Final = 12
"""As many as an author's urgent objects go before everybody else's (docs/spec/frames.md section
7.1). Kreise have a handful of warnings at a time; what is beyond waits, the worst first."""
DRILL_MINUTES: Final = 1440

_BY_SEVERITY: Final = {severity: place for place, severity in enumerate(CapSeverity)}


@dataclass(slots=True)
class Taken:
    """What became of some messages: what was signed, and why the others were not."""

    signed: list[SignedObject] = field(default_factory=list)
    passed_over: Counter[str] = field(default_factory=Counter)


class OfficialDesk:
    """Official alerts on one node; `feeds` are how the configured ones do, set by the daemon."""

    def __init__(
        self,
        *,
        shelf: Shelf,
        runner: Runner,
        voice: Voice,
        is_time_known: Callable[[], bool],
    ) -> None:
        self._shelf = shelf
        self._rules = shelf.rules
        self._runner = runner
        self._voice = voice
        self._is_time_known = is_time_known
        self._signing = asyncio.Lock()
        """What is held must not change between the look at it and the signature."""
        self._signed_min: deque[int] = deque(maxlen=SIGNED_HOUR_MAX)
        self.are_exercises_drills = False
        self.feeds: Callable[[], list[FeedState]] = list

    def minute(self) -> int:
        """Return the community's minute."""
        return self._shelf.minute()

    def held(self) -> list[Passed]:
        """Return every alert that is held, replaced or not."""
        return passed(self._rules.register.of_kind(Kind.ALERT))

    def until_min(self) -> int | None:
        """Return until when this node may pass alerts on; None: it has not the role."""
        me = self._me()
        if me is None:
            return None
        grants = self._rules.standing.grants.get(me.fingerprint, ())
        ends = [one.expires_min for one in grants if one.role is Role.IMPORTER and one.cuts is None]
        latest = min(max(ends, default=0), me.expires_min)
        return latest if latest > self._shelf.minute() else None

    def why_not(self) -> str | None:
        """Return the sentence that says why this node signs no alerts now; None: it may."""
        if not self._is_time_known():
            return "This node does not know what time it is, so it passes no official alerts on."
        if self.until_min() is None:
            name = self._name()
            return (
                "This node may not pass official alerts on. A steward can let it: meshnode role "
                f"grant '{name}' importer"
            )
        return None

    def problems(self) -> list[str]:
        """Return what wants somebody's attention now, in whole sentences."""
        feeds = self.feeds()
        if not feeds:
            return []
        refusal = self.why_not()
        own = [] if refusal is None else [refusal]
        return own + [f"Feed {one.name}: {one.problem}" for one in feeds if one.problem]

    async def import_document(self, data: bytes) -> Taken:
        """Sign as this node what is news in a document of official alerts.

        Raises:
            NotAllowedError: The node may not.
            LimitError: It is no such document.
            StoreError: Something could not be saved; what was signed before it is.
        """
        refusal = self.why_not()
        if refusal is not None:
            raise NotAllowedError(refusal)
        try:
            listed = await asyncio.to_thread(parse_official, data)
        except PeerError as error:
            raise LimitError(
                f"This is no document of official alerts that can be read ({error.detail})."
            ) from error
        taken = await self.take(listed.alerts)
        taken.passed_over["unreadable"] += listed.unreadable
        return taken

    async def take(self, alerts: Iterable[OfficialAlert]) -> Taken:
        """Sign what is news in these, the worst first; return what became of them.

        Raises:
            StoreError, LimitError: Something could not be signed; what was signed before it is.
        """
        taken = Taken()
        for alert in sorted(alerts, key=lambda one: _BY_SEVERITY[one.severity]):
            async with self._signing:
                outcome = await self._taken(alert)
            if isinstance(outcome, SignedObject):
                taken.signed.append(outcome)
            else:
                taken.passed_over[outcome] += 1
        return taken

    async def tell_unlisted(self, references: Iterable[bytes]) -> list[SignedObject]:
        """Mark alerts of this node's that are gone from their list; return what was signed."""
        wanted, signed = set(references), list[SignedObject]()
        async with self._signing:
            until_min = self.until_min()
            for one in self._known():
                if not one.is_own or one.passed.provenance.reference not in wanted:
                    continue
                if until_min is None or not self._has_room():
                    break
                said = unlisted(one, minute=self._shelf.minute(), until_min=until_min)
                if said is not None:
                    signed.append(await self._sign(said))
        return signed

    async def take_back_outdated(self) -> None:
        """Withdraw alerts of this node's that others replaced, and that would outlive that."""
        async with self._signing:
            minute = self._shelf.minute()
            for thing in outdated(self._known(), minute=minute):
                await self._voice.say(
                    Kind.WITHDRAWAL,
                    0,
                    WITHDRAWAL_BODY,
                    minutes=max(1, thing.expires_min - minute),
                    created_min=self._voice.creation_minute(),
                    parent=known_as(thing),
                )

    async def _taken(self, alert: OfficialAlert) -> SignedObject | str:
        until_min, minute = self.until_min(), self._voice.creation_minute()
        if until_min is None or not self._is_time_known():
            return Reason.ROLE_ENDS
        language = language_of_source(alert.language)
        said = plan(alert, self._known(), language=language, minute=minute, until_min=until_min)
        if said is Reason.EXERCISE and self.are_exercises_drills:
            return await self._practised(alert, minute)
        if isinstance(said, Reason):
            return said
        return await self._sign(said) if self._has_room() else Reason.LIMIT

    async def _sign(self, said: Say) -> SignedObject:
        # The predicting codecs take up to a second of a small Pi: radios must not wait for that.
        codec, body = await asyncio.to_thread(encode_alert, said.provenance, said.fields)
        thing = await self._voice.say(
            Kind.ALERT,
            codec,
            body,
            minutes=said.minutes,
            created_min=said.created_min,
            parent=said.root,
        )
        self._signed_min.append(said.created_min)
        return thing

    async def _practised(self, alert: OfficialAlert, minute: int) -> SignedObject | str:
        """Post an authority's drill as a drill, once."""
        me, fields = self._me(), fields_of(alert, language_of_source(alert.language))
        if me is None or Office.COORDINATOR not in self._rules.offices(me):
            return Reason.EXERCISE
        drills = self._rules.register.of_kind(Kind.DRILL)
        if any(readable(one.codec, one.body) == fields for one in drills):
            return Reason.KNOWN
        if not self._has_room():
            return Reason.LIMIT
        codec, body = await asyncio.to_thread(encode_bulletin, fields)
        return await self._voice.say(
            Kind.DRILL, codec, body, minutes=DRILL_MINUTES, created_min=minute
        )

    def _known(self) -> list[Known]:
        me = self._me()
        return [
            Known(
                one,
                readable(one.thing.codec, _bulletin_of(one.thing)),
                me is not None and self._rules.author_of(one.thing) == me,
            )
            for one in self.held()
        ]

    def _has_room(self) -> bool:
        """Return whether the hour has room for another, also after a restart; what was replaced
        meanwhile is held no more, so what was signed since the start is counted as well.
        """
        since_min = self._shelf.minute() - 60
        if sum(one > since_min for one in self._signed_min) >= SIGNED_HOUR_MAX:
            return False
        own = (
            one
            for kind in (Kind.ALERT, Kind.DRILL)
            for one in self._rules.register.of_kind(kind)
            if one.author == self._voice.key_id and one.created_min > since_min
        )
        return sum(1 for _ in own) < SIGNED_HOUR_MAX

    def _me(self) -> Identity | None:
        members = self._rules.members()
        return next((one for one in members if one.public_key == self._voice.public_key), None)

    def _name(self) -> str:
        me = self._me()
        return "NODE" if me is None else self._rules.name_of(me)


@dataclass(slots=True)
class FeedState:
    """How a feed does: since its start, in counts and in one sentence if something is wrong."""

    name: str
    listed: int = 0
    signed: int = 0
    last_answer_min: int | None = None
    problem: str = ""
    failures: Counter[str] = field(default_factory=Counter)
    passed_over: Counter[str] = field(default_factory=Counter)


def _bulletin_of(alert: SignedObject) -> bytes:
    return read_provenance(alert.body)[1]
