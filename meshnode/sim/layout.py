"""Puts a scenario's nodes on a channel, and says who can reach whom, over how many hops.

Not for: shapes themselves (`topology`). Invariants: the same seed gives the same places.
"""

from collections.abc import Sequence
from itertools import pairwise

from meshnode.sim import topology
from meshnode.sim.channel import Channel, Path
from meshnode.sim.scenario import Layout, Shape
from meshnode.sim.streams import stream


def lay_out(channel: Channel, names: Sequence[str], layout: Layout, *, seed: int) -> None:
    """Connect the nodes as the layout says."""
    path = Path(snr_db=layout.snr_db, loss=layout.loss)
    _connect(channel, names, layout, path, seed)
    if layout.snr_spread_db and layout.shape is not Shape.SCATTERED:
        _spread(channel, names, layout.snr_spread_db, seed)


def components(channel: Channel, names: Sequence[str]) -> list[list[str]]:
    """Return the groups of nodes that reach each other, over any number of hops."""
    groups = []
    left = dict.fromkeys(names)
    while left:
        first = next(iter(left))
        del left[first]
        group, edge = [first], [first]
        while edge:
            here = edge.pop()
            for other in [one for one in left if _hear_each_other(channel, here, one)]:
                del left[other]
                group.append(other)
                edge.append(other)
        groups.append(group)
    return groups


def hops(channel: Channel, names: Sequence[str]) -> int:
    """Return the length of the longest of all shortest ways between nodes that reach each other."""
    near = {
        one: [other for other in names if other != one and _hear_each_other(channel, one, other)]
        for one in names
    }
    return max((_farthest(near, name) for name in names), default=0)


def _connect(channel: Channel, names: Sequence[str], layout: Layout, path: Path, seed: int) -> None:
    match layout.shape:
        case Shape.FULL:
            topology.full(channel, names, path)
        case Shape.LINE:
            topology.line(channel, names, path)
        case Shape.STAR:
            topology.star(channel, names, path)
        case Shape.SCATTERED:
            topology.scattered(channel, names, width_m=layout.width_m, seed=seed)
            _lose_more(channel, names, layout.loss)
        case Shape.CLUSTERS:
            _clusters(channel, names, layout, path)


def _spread(channel: Channel, names: Sequence[str], spread_db: float, seed: int) -> None:
    """Make some links better and others worse, alike in both directions; loss stays as it is."""
    for one in names:
        for other in names:
            path = channel.path(one, other)
            if path is not None:
                between = stream(seed, "snr", *sorted((one, other)))
                snr_db = path.snr_db + between.gauss(0.0, spread_db)
                channel.connect(one, other, Path(snr_db=snr_db, loss=path.loss))


def _farthest(near: dict[str, list[str]], start: str) -> int:
    reached = {start}
    edge = [start]
    count = 0
    while edge:
        edge = [other for here in edge for other in near[here] if other not in reached]
        edge = list(dict.fromkeys(edge))
        reached.update(edge)
        count += bool(edge)
    return count


def _hear_each_other(channel: Channel, one: str, other: str) -> bool:
    return channel.path(one, other) is not None and channel.path(other, one) is not None


def _clusters(channel: Channel, names: Sequence[str], layout: Layout, path: Path) -> None:
    count = min(layout.clusters, len(names))
    groups = [
        names[index * len(names) // count : (index + 1) * len(names) // count]
        for index in range(count)
    ]
    for group in groups:
        topology.full(channel, group, path)
    for group, following in pairwise(groups):
        # The last nodes of one group and the first of the next, so that no node is in both.
        for one in group[-layout.bridges :]:
            for other in following[: layout.bridges]:
                channel.connect(one, other, path)
                channel.connect(other, one, path)


def _lose_more(channel: Channel, names: Sequence[str], loss: float) -> None:
    """Add a loss to what the distance costs."""
    for one in names:
        for other in names:
            path = channel.path(one, other)
            if path is not None:
                together = 1 - (1 - path.loss) * (1 - loss)
                channel.connect(one, other, Path(snr_db=path.snr_db, loss=together))
