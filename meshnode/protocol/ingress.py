"""The one way by which objects enter the set, whatever link, file or person they are from.

Not for: what objects mean (`ports.Rules`) or who is told (`audience`). Invariants: nothing joins
that the rules do not accept; what is refused is counted by its reason; what joins is stored before
anybody is told; the tables are bounded.
Source: docs/spec/trust.md section 6; docs/spec/frames.md section 7.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence

from meshnode.protocol.audience import Audience
from meshnode.protocol.clock import Quality
from meshnode.protocol.common import Common
from meshnode.protocol.commons import CommonShare
from meshnode.protocol.effects import (
    Drop,
    Effect,
    ForgetRemoved,
    RemoveObject,
    StoreObject,
)
from meshnode.protocol.errors import PeerError
from meshnode.protocol.inventory import expiry_hour
from meshnode.protocol.keys import KeyId
from meshnode.protocol.limits import (
    FUTURE_MINUTES_MAX,
    GONE_MINUTES,
    HELD_OBJECTS_MAX,
    HELD_RESERVE,
    WAITING_MS_MAX,
    WAITING_OBJECTS_MAX,
)
from meshnode.protocol.object import ObjectId, SignedObject, decode
from meshnode.protocol.ports import Accepted, Allowance, Refused, Rules, Waiting
from meshnode.protocol.priority import Priority
from meshnode.protocol.quota import Quota


class Ingress:
    """What one node lets into its set.

    `own` is this node's key id; `clock_moved` is called with the minute before an author's clock
    taught us another.
    """

    def __init__(
        self,
        common: Common,
        rules: Rules,
        audience: Audience,
        *,
        own: KeyId,
        clock_moved: Callable[[int, int], None],
    ) -> None:
        self._common = common
        self._rules = rules
        self._audience = audience
        self._own = own
        self._clock_moved = clock_moved
        self._held = common.inventory.held
        self._quota = Quota()
        self._share = CommonShare()
        self._waiting: dict[ObjectId, tuple[SignedObject, str | None, int]] = {}
        self._has_started = False
        self._moved: frozenset[KeyId] = frozenset()
        """Keys whose objects are to be counted anew."""

    @property
    def waiting_count(self) -> int:
        """Objects that wait for their ground."""
        return len(self._waiting)

    def restore(
        self,
        objects: Iterable[SignedObject],
        removed: Iterable[tuple[ObjectId, str, int]],
    ) -> None:
        """Take over what the store kept; no signature is verified again.

        Whether all of it still has its ground is looked at with the first event: since then the
        node may have come to trust another charter.
        """
        things = list(objects)
        for thing in things:
            self._rules.learn(thing)
        for thing in things:
            self._add(thing, self._rules.rank(thing), self._rules.allowance(thing), None)
            if thing.author != self._own:
                self._common.clock.observe_stored(thing.created_min)
        for thing_id, reason, until_min in removed:
            if until_min:
                self._common.inventory.remember_gone(thing_id, reason, until_min)

    def enter_all(self, encoded: Sequence[bytes], link: str | None, now_ms: int) -> list[Effect]:
        """Do as `enter` with one after the other."""
        effects: list[Effect] = []
        for one in encoded:
            effects += self.enter(one, link, now_ms)
        return effects

    def enter(self, encoded: bytes, link: str | None, now_ms: int) -> list[Effect]:
        """Let an object in, or say why not; `link` is where it came from, None: made here."""
        try:
            thing = decode(encoded)
            if thing.id in self._held or thing.id in self._waiting:
                return []
        except PeerError as error:
            return [Drop(error.reason, link, error.detail)]
        if thing.id in self._common.inventory.gone:
            reason, _ = self._common.inventory.gone[thing.id]
            return [Drop(reason, link, thing.id.hex())]
        if self._is_over(thing, now_ms):
            return [self._refuse("expired", thing, link, now_ms)]
        return self._judge(thing, link, now_ms)

    def tidy(self, now_ms: int) -> list[Effect]:
        """Let go what is over and what waited in vain."""
        effects = self._settle(now_ms)
        effects += [
            self._give_up(thing_id, now_ms)
            for thing_id, (_, _, until_ms) in list(self._waiting.items())
            if until_ms <= now_ms
        ]
        for thing_id in [one for one, until in self._common.refused.items() if until <= now_ms]:
            del self._common.refused[thing_id]
        if self._common.clock.quality(now_ms) is Quality.UNKNOWN:
            return effects
        cutoff_hour = self._common.cutoff_hour(now_ms)
        self._common.inventory.recall(cutoff_hour)
        for thing in self._common.inventory.expire(cutoff_hour):
            self._quota.remove(thing)
            self._share.forget(thing.id)
            self._rules.forget(thing)
            self._audience.expired(thing.id)
            effects.append(RemoveObject(thing.id, "expired", thing.expires_min + GONE_MINUTES))
        effects += self._settle(now_ms)
        minute = self._common.clock.minute(now_ms)
        if self._common.inventory.forget_gone(minute):
            effects.append(ForgetRemoved(minute))
        return effects

    def _is_over(self, thing: SignedObject, now_ms: int) -> bool:
        if self._common.clock.quality(now_ms) is Quality.UNKNOWN:
            return False
        return expiry_hour(thing) < self._common.cutoff_hour(now_ms)

    def _is_future(self, thing: SignedObject, now_ms: int) -> bool:
        clock = self._common.clock
        if clock.quality(now_ms) is Quality.UNKNOWN:
            return False
        return thing.created_min > clock.minute(now_ms) + FUTURE_MINUTES_MAX

    def _refuse(self, reason: str, thing: SignedObject, link: str | None, now_ms: int) -> Drop:
        self._common.refuse(thing.id, now_ms)
        return Drop(reason, link, thing.id.hex())

    def _judge(self, thing: SignedObject, link: str | None, now_ms: int) -> list[Effect]:
        verdict = self._rules.judge(thing)
        match verdict:
            case Refused(reason):
                return [self._refuse(reason, thing, link, now_ms)]
            case Waiting(reason) if link is None:
                # Nobody would believe us either: whoever posted this must hear of it now.
                return [self._refuse(reason, thing, link, now_ms)]
            case Waiting():
                return self._wait(thing, link, now_ms)
            case Accepted():
                self._observe_time(thing, now_ms)
                if self._is_future(thing, now_ms):
                    return [self._refuse("future", thing, link, now_ms)]
                return self._accept(thing, verdict, link, now_ms)

    def _observe_time(self, thing: SignedObject, now_ms: int) -> None:
        """Learn from a certified author's clock, even from an object that seems to be too new.

        A node whose clock stands days behind would otherwise refuse all that could correct it.
        """
        clock = self._common.clock
        if thing.author == self._own:
            clock.observe_own(thing.created_min, now_ms)
            return
        before_min = clock.minute(now_ms)
        clock.observe_object(thing.author, thing.created_min, now_ms)
        self._clock_moved(before_min, now_ms)

    def _wait(self, thing: SignedObject, link: str | None, now_ms: int) -> list[Effect]:
        self._waiting[thing.id] = (thing, link, now_ms + WAITING_MS_MAX)
        if len(self._waiting) > WAITING_OBJECTS_MAX:
            # Whoever has most waiting makes room, so that nobody drives the others out.
            counts = Counter(one.author for one, _, _ in self._waiting.values())
            most = max(counts.values())
            oldest = next(
                one for one in self._waiting if counts[self._waiting[one][0].author] == most
            )
            return [self._give_up(oldest, now_ms)]
        return []

    def _give_up(self, thing_id: ObjectId, now_ms: int) -> Drop:
        thing, link, _ = self._waiting.pop(thing_id)
        verdict = self._rules.judge(thing)
        reason = verdict.reason if isinstance(verdict, Waiting | Refused) else "stranger"
        return self._refuse(reason, thing, link, now_ms)

    def _accept(
        self,
        thing: SignedObject,
        verdict: Accepted,
        link: str | None,
        now_ms: int,
    ) -> list[Effect]:
        replaces = verdict.replaces
        allowance, worth = self._rules.allowance(thing), self._rules.rank(thing)
        reserve = HELD_RESERVE if worth < Priority.ORDINARY else 0
        if len(self._held) >= HELD_OBJECTS_MAX + reserve and not replaces:
            return [self._refuse("full", thing, link, now_ms)]
        surplus = self._quota.surplus(thing, allowance, replaces)
        if surplus is thing:
            return [self._refuse("quota", thing, link, now_ms)]
        effects: list[Effect] = [StoreObject(thing, link)]
        if replaces and verdict.lets_return:
            effects += self._let_return("replaced")
        effects += [self._remove(replaced, "replaced", now_ms) for replaced in replaces]
        if surplus is not None:
            effects += self._yield_place(surplus, now_ms)
        self._rules.learn(thing)
        self._add(thing, worth, allowance, now_ms)
        self._audience.joined(self._held[thing.id], link, now_ms)
        self._bring_companions(thing.id, link, now_ms)
        return effects + self._settle(now_ms)

    def _yield_place(self, surplus: SignedObject, now_ms: int) -> list[Effect]:
        """Let an object go for others of its account. It may come back when those leave."""
        self._remove(surplus.id, "quota", now_ms)
        self._common.refuse(surplus.id, now_ms)
        return self._let_return("quota", "replaced")

    def rerank(self, kinds: Collection[int], now_ms: int) -> None:
        """The pace has changed for these kinds: objects of them get the rank that they have now."""
        for held in [one for one in self._held.values() if one.object.kind in kinds]:
            thing, worth = held.object, held.own_rank
            rank = self._rank(thing, worth, self._rules.allowance(thing), now_ms)
            self._common.inventory.rerank(thing.id, rank, worth)
            self._audience.reranked(self._held[thing.id])

    def _rank(
        self, thing: SignedObject, worth: Priority, allowance: Allowance, now_ms: int | None
    ) -> Priority:
        rank = self._quota.rank(thing, worth, allowance)
        beyond = allowance.beyond
        if rank is Priority.URGENT and beyond is not None:
            rank = rank if self._share.grants(thing.id, now_ms) else beyond
        return self._common.pace.rank(thing.kind, rank)

    def _add(
        self, thing: SignedObject, worth: Priority, allowance: Allowance, now_ms: int | None
    ) -> None:
        rank = self._rank(thing, worth, allowance, now_ms)
        companion_of = self._rules.companion_of(thing)
        self._common.inventory.add(thing, rank, companion_of=companion_of, worth=worth)
        self._quota.add(thing, allowance, worth)

    def _settle(self, now_ms: int) -> list[Effect]:
        """Let go what lost its ground, and look again at what waited for its ground.

        What leaves so is not remembered as gone: its ground may come back. The same holds for
        what it had replaced, and for what was too much for an account that may have grown.
        """
        if self._rules.is_settled():
            return []
        effects: list[Effect] = []
        # At the start keys only seem to have moved: before, nobody was known.
        reasons, self._has_started = {"replaced"} if self._has_started else set(), True
        while leaving := self._leaving():
            for thing, reason in leaving:
                effects.append(self._remove(thing.id, reason, now_ms))
                reasons |= {reason, "replaced"}
        effects += self._let_return(*sorted({*reasons, "quota"}))
        self._common.refused.clear()
        return effects + self._judge_waiting(now_ms)

    def _leaving(self) -> list[tuple[SignedObject, str]]:
        """Return what has no ground any more; if all has, what is too much as things stand."""
        shift = self._rules.shift(held.object for held in self._held.values())
        self._moved |= shift.moved
        if shift.lost or not self._moved:
            return list(shift.lost)
        moved, self._moved = self._moved, frozenset()
        things = [one.object for one in self._held.values() if one.object.author in moved]
        surplus = self._quota.regroup(
            (one, self._rules.allowance(one), self._rules.rank(one)) for one in things
        )
        return [(one, "quota") for one in surplus]

    def _let_return(self, *reasons: str) -> list[Effect]:
        return [
            RemoveObject(thing, reason, 0)
            for reason in reasons
            for thing in self._common.inventory.let_return(reason)
        ]

    def _remove(self, thing_id: ObjectId, reason: str, now_ms: int) -> RemoveObject:
        thing = self._held[thing_id].object
        until_min = thing.expires_min + GONE_MINUTES
        self._common.inventory.remove(thing, reason=reason, until_min=until_min)
        self._quota.remove(thing)
        self._share.forget(thing_id)
        self._rules.forget(thing)
        self._audience.left(thing_id, now_ms)
        return RemoveObject(thing_id, reason, until_min)

    def _bring_companions(self, thing: ObjectId, source: str | None, now_ms: int) -> None:
        """Let what must not lag behind an object that joined now have its urgency and its way."""
        for companion in self._common.inventory.companions(thing):
            one, worth = companion.object, self._rules.rank(companion.object)
            if worth < companion.own_rank:
                self._quota.revalue(one, worth)
                rank = self._rank(one, worth, self._rules.allowance(one), now_ms)
                self._common.inventory.rerank(one.id, rank, worth)
        for companion in self._common.inventory.companions(thing):
            self._audience.accompany(companion, thing, source, now_ms)

    def _judge_waiting(self, now_ms: int) -> list[Effect]:
        effects: list[Effect] = []
        waiting, self._waiting = self._waiting, {}
        for thing, link, until_ms in waiting.values():
            if isinstance(self._rules.judge(thing), Waiting):
                self._waiting[thing.id] = (thing, link, until_ms)
            elif thing.id not in self._held:
                effects += self._judge(thing, link, now_ms)
        return effects
