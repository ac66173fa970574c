"""Plays a scenario in a world of engines: builds it, lets its days pass, heals and waits.

Not for: judging what came of it (`checkers`) or printing it (`report`).
Invariants: the same scenario and seed give the same trace; every kind of chance draws from a named
stream of its own, so that one more post does not move a crash.
"""

import time
from collections.abc import Callable
from functools import partial
from itertools import cycle, islice
from typing import Final

from meshnode.board.bulletins.bulletin import Severity
from meshnode.board.bulletins.notice import Act
from meshnode.protocol.object import ObjectId
from meshnode.sim.abuse import Liar
from meshnode.sim.layout import components, lay_out
from meshnode.sim.node import Node
from meshnode.sim.record import GRACE_MINUTES, Post, Record
from meshnode.sim.scenario import Scenario
from meshnode.sim.streams import ranked, stream
from meshnode.sim.texts import FLOOD_TEXT, pool
from meshnode.sim.world import World

HOUR_MS: Final = 3_600_000
STEP_MS: Final = 60_000.0
"""How often progress is told, and how often we look whether all hold the same."""
WITHDRAWN_AFTER_MS: Final = HOUR_MS
"""How long a post stands on average before it is withdrawn."""
CORRECTED_AFTER_MS: Final = HOUR_MS / 4
"""How long a post stands on average before somebody else corrects it."""
CORRECTION: Final = "Das stimmt nicht: die Leitstelle hat nachgesehen."
FLOOD_UNHEARD_MAX: Final = 200
"""A flooder's node takes no more posts while nobody else has so many of its own."""
Progress = Callable[[float], None]
"""Told the share of the run that is over, 0 to 1."""


class Play:
    """One scenario under one seed."""

    def __init__(self, scenario: Scenario, seed: int) -> None:
        self.scenario = scenario
        self.seed = seed
        self.names = [f"n{index:03}" for index in range(scenario.nodes)]
        self.world = World(seed, self.names, preset=scenario.preset, region=scenario.region)
        self.record = Record(self.world)
        self.settled_ms: float | None = None
        """How long after the end all that reach each other held the same; None: they did not."""
        self.wall_s = 0.0
        self.is_stopped = False
        """Whether somebody ended the run before its time: it cannot be judged."""
        self._cast()
        lay_out(self.world.channel, self.names, scenario.layout, seed=seed)

    @property
    def honest(self) -> list[str]:
        """Who keeps to the rules."""
        return [name for name in self.names if name not in self._dishonest]

    @property
    def liars(self) -> list[str]:
        """Who lies."""
        return self._liars

    @property
    def newcomers(self) -> list[str]:
        """Who joins while the others talk."""
        return [name for name, _ in self._newcomers]

    @property
    def nodes(self) -> dict[str, Node]:
        """All nodes by name."""
        return self.world.nodes

    def run(self, progress: Progress = lambda share: None) -> None:
        """Play from the first to the last minute, then wait until all hold the same."""
        began_s = time.perf_counter()
        self._boot()
        self._plan_posts()
        self._plan_mishaps()
        self._plan_churn()
        self._plan_abuse()
        while self.world.kernel.now_ms < self.end_ms and not self.is_stopped:
            self.world.run_for(min(STEP_MS, self.end_ms - self.world.kernel.now_ms))
            progress(min(1.0, self.world.kernel.now_ms / self.end_ms))
        if not self.is_stopped:
            self._settle(progress)
        self.wall_s = time.perf_counter() - began_s

    def stop(self) -> None:
        """End the run at the next full minute; what was reached can be reported."""
        self.is_stopped = True

    @property
    def end_ms(self) -> float:
        """When the last minute of the scenario is over and the calm begins."""
        return self.scenario.hours * HOUR_MS

    def live_honest(self, name: str) -> frozenset[ObjectId]:
        """Return the posts of honest members on a node's disk that are not about to expire."""
        from_min = self.world.minute + GRACE_MINUTES
        posts = self.record.posts
        return frozenset(
            one
            for one in self.nodes[name].ids
            if one in posts and posts[one].expires_min > from_min
        )

    def reachable_groups(self) -> list[list[str]]:
        """Return the honest nodes that reach each other over whoever has power."""
        on = [name for name in self.names if self.nodes[name].engine is not None]
        groups = components(self.world.channel, on)
        honest = set(self.honest)
        return [[name for name in group if name in honest] for group in groups]

    def is_settled(self) -> bool:
        """Return whether all honest nodes that reach each other hold the same honest posts."""
        return all(
            len({self.live_honest(name) for name in group}) <= 1
            for group in self.reachable_groups()
        )

    def _cast(self) -> None:
        """Give each role to nodes; the first node is always an ordinary one."""
        roles = iter(ranked(self.seed, self.names[1:], "roles"))
        self._flooders = list(islice(roles, self.scenario.flooders.count))
        self._liars = list(islice(roles, self.scenario.liars.count))
        self._restless = list(islice(roles, self.scenario.churn.count))
        self._newcomers = [
            (next(roles), one.at_hours) for one in self.scenario.newcomers for _ in range(one.count)
        ]
        for clock in self.scenario.clocks:
            for _ in range(clock.count):
                node = self.nodes[next(roles)]
                node.clock_error_min = clock.error_minutes
                node.is_clock_synchronised = False
        self._dishonest = {*self._flooders, *self._liars}
        self._crashable = cycle([*roles] or self.names[:1])

    def _boot(self) -> None:
        """Start all but the newcomers; they know of each other from the start."""
        new = self.newcomers
        present = [node for name, node in self.nodes.items() if name not in new]
        for name in new:
            self.nodes[name].radio.set_power(on=False)
            self.record.switched_off(self.nodes[name])
        for node in present:
            node.start()
            node.announce()
        self.world.acquaint(present)
        self._look_at_mesh()

    def _at(self, hours: float, action: Callable[[], None]) -> None:
        self.world.kernel.call_at(hours * HOUR_MS, action)

    def _plan_posts(self) -> None:
        for severity in Severity:
            rate = self.scenario.posts.an_hour(severity)
            dice = stream(self.seed, "posts", str(severity))
            hours = dice.expovariate(rate) if rate else self.scenario.hours
            number = 0
            while hours < self.scenario.hours:
                self._at(hours, partial(self._post, severity, number))
                hours += dice.expovariate(rate)
                number += 1

    def _post(self, severity: Severity, number: int) -> None:
        """Let somebody who has power post the next text; each post has dice of its own."""
        writers = [name for name in self.honest if self.nodes[name].engine is not None]
        if not writers:
            return
        name = ranked(self.seed, writers, "author", str(severity), number)[0]
        node = self.nodes[name]
        posts = self.scenario.posts
        dice = stream(self.seed, "post", str(severity), number)
        text = dice.choice(pool(posts.characters_min, posts.characters_max))
        hours = dice.choice(posts.lifetimes_hours)
        posted = node.post(text, severity=severity, minutes=hours * 60)
        if posted not in node.disk.objects:
            return
        self.record.posts[posted] = Post(
            id=posted,
            author=name,
            severity=severity,
            at_ms=self.world.kernel.now_ms,
            expires_min=node.disk.objects[posted].expires_min,
        )
        if dice.random() < posts.withdrawn_share:
            delay_ms = dice.expovariate(1 / WITHDRAWN_AFTER_MS)
            self.world.kernel.call_in(delay_ms, lambda: self._withdraw(name, posted))

        dice = stream(self.seed, "correction", str(severity), number)
        if dice.random() < posts.corrected_share:
            delay_ms = dice.expovariate(1 / CORRECTED_AFTER_MS)
            self.world.kernel.call_in(delay_ms, lambda: self._correct(posted))

    def _correct(self, posted: ObjectId) -> None:
        """Let somebody who has the post and did not write it say what is right."""
        author = self.record.posts[posted].author
        others = [
            name
            for name in self.honest
            if name != author
            and self.nodes[name].engine is not None
            and posted in self.nodes[name].disk.objects
        ]
        if others:
            name = ranked(self.seed, others, "correction", posted.hex())[0]
            notice = self.nodes[name].say_about(posted, Act.CORRECT, text=CORRECTION)
            self.record.corrections[posted] = notice

    def _withdraw(self, name: str, posted: ObjectId) -> None:
        node = self.nodes[name]
        if node.engine is not None and posted in node.disk.objects:
            self.record.withdrawn[posted] = self.world.kernel.now_ms
            node.withdraw(posted)

    def _plan_mishaps(self) -> None:
        for partition in self.scenario.partitions:
            cut = max(1, min(len(self.names) - 1, round(partition.share * len(self.names))))
            self._at(partition.at_hours, partial(self._partition, cut))
            self._at(partition.heals_at_hours, self._heal)
        for crash in self.scenario.crashes:
            for _ in range(crash.count):
                name = next(self._crashable)
                self._at(crash.at_hours, partial(self._switch_off, name))
                self._at(crash.restarts_at_hours, partial(self._switch_on, name))
        for name, at_hours in self._newcomers:
            self._at(at_hours, partial(self._join, name))

    def _plan_churn(self) -> None:
        """Let some nodes lose power and get it back again and again, each by dice of its own."""
        churn = self.scenario.churn
        for name in self._restless:
            dice = stream(self.seed, "churn", name)
            hours = dice.expovariate(1 / churn.on_hours)
            while hours < self.scenario.hours:
                self._at(hours, partial(self._switch_off, name))
                hours += dice.expovariate(1 / churn.off_hours)
                if hours < self.scenario.hours:
                    self._at(hours, partial(self._switch_on, name))
                hours += dice.expovariate(1 / churn.on_hours)

    def _plan_abuse(self) -> None:
        liars, flooders = self.scenario.liars, self.scenario.flooders
        for name in self._liars:
            dice = stream(self.seed, "lies", name)
            Liar(self.nodes[name], beacons_an_hour=liars.beacons_an_hour, dice=dice)
        for name in self._flooders:
            self._flood(self.nodes[name], 1000 / flooders.posts_a_second)

    def _flood(self, node: Node, pause_ms: float) -> None:
        if self.world.kernel.now_ms >= self.end_ms:
            return
        if len(self.record.stations[node.name].unheard) < FLOOD_UNHEARD_MAX:
            node.post(FLOOD_TEXT)
        self.world.kernel.call_in(pause_ms, lambda: self._flood(node, pause_ms))

    def _partition(self, cut: int) -> None:
        self.world.channel.partition(self.names[:cut], self.names[cut:])
        self._look_at_mesh()

    def _heal(self) -> None:
        self.world.channel.heal()
        self._look_at_mesh()

    def _look_at_mesh(self) -> None:
        on = [name for name in self.names if self.nodes[name].engine is not None]
        self.record.mesh_changed(is_whole=len(components(self.world.channel, on)) <= 1)

    def _switch_off(self, name: str) -> None:
        node = self.nodes[name]
        if node.engine is not None:
            self.record.switched_off(node)
            node.crash()
            self._look_at_mesh()

    def _switch_on(self, name: str) -> None:
        node = self.nodes[name]
        if node.engine is None:
            self.record.switched_on(node)
            node.start()
            self._look_at_mesh()

    def _join(self, name: str) -> None:
        self._switch_on(name)
        self.nodes[name].announce()

    def _settle(self, progress: Progress) -> None:
        """Heal everything, then wait until all hold the same or the time for it is over."""
        self._heal()
        for name in self.names:
            self._switch_on(name)
        limit_ms = self.end_ms + self.scenario.settle_hours * HOUR_MS
        while not self.is_stopped and not self.is_settled():
            if self.world.kernel.now_ms >= limit_ms:
                return
            self.world.run_for(STEP_MS)
            progress(1.0)
        if not self.is_stopped:
            self.settled_ms = self.world.kernel.now_ms - self.end_ms
