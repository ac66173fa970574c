"""How long posts took to arrive, over pairs of a post and a node.

Pairs are left out whose node was without power at some time between, or is the post's author, a
flooder or a liar: nobody can deliver to a node that is off. A pair whose post never arrived counts
with the time in which it could have: until it expired, was withdrawn, or the run was over.
"""

from collections.abc import Iterator, Sequence
from math import ceil

from meshnode.sim.play import Play
from meshnode.sim.record import Post


def arrivals(play: Play) -> Iterator[tuple[Post, float]]:
    """Yield each post with the seconds that one node waited for it."""
    for post in play.record.posts.values():
        over_ms = _over_ms(play, post)
        for name in play.honest:
            if name == post.author:
                continue
            until_ms = play.nodes[name].arrivals_ms.get(post.id, over_ms)
            if not play.record.was_off(name, post.at_ms, until_ms):
                yield post, (until_ms - post.at_ms) / 1000


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that at least this share of all does not exceed; 0 if none."""
    ordered = sorted(values)
    return ordered[max(0, ceil(share * len(ordered)) - 1)] if ordered else 0.0


def _over_ms(play: Play, post: Post) -> float:
    """Return when nobody waits for a post any more."""
    expires_ms = play.world.kernel.now_ms + (post.expires_min - play.world.minute) * 60_000
    withdrawn_ms = play.record.withdrawn.get(post.id, expires_ms)
    return max(post.at_ms, min(expires_ms, withdrawn_ms, play.world.kernel.now_ms))
