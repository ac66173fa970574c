"""How long posts took to arrive, over pairs of a post and a node.

Pairs are left out whose node was without power at some time between, or is the post's author, a
flooder or a liar: nobody can deliver to a node that is off.
"""

from collections.abc import Iterator, Sequence
from math import ceil

from meshnode.sim.play import Play
from meshnode.sim.record import Post


def arrivals(play: Play) -> Iterator[tuple[Post, float]]:
    """Yield each post with the seconds that it took to one node."""
    for post in play.record.posts.values():
        for name in play.honest:
            arrived_ms = play.nodes[name].arrivals_ms.get(post.id)
            if name == post.author or arrived_ms is None:
                continue
            if not play.record.was_off(name, post.at_ms, arrived_ms):
                yield post, (arrived_ms - post.at_ms) / 1000


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that at least this share of all does not exceed; 0 if none."""
    ordered = sorted(values)
    return ordered[max(0, ceil(share * len(ordered)) - 1)] if ordered else 0.0
