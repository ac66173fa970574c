"""Judges a played scenario by the invariants of a neighbourhood, one verdict each.

Not for: numbers without a bound (`report`). Invariants: a checker judges what the channel carried
and what lies on the nodes' disks, never what the engines say about themselves; flooders and liars
are not judged, and what they posted is owed to nobody.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from meshnode.protocol.ledger import LEGAL_SHARE_ASSUMED, ORDINARY_SHARE, URGENT_SHARE
from meshnode.protocol.object import ObjectId
from meshnode.sim.latency import arrivals, percentile
from meshnode.sim.layout import hops
from meshnode.sim.play import Play
from meshnode.sim.record import GRACE_MINUTES, HOUR_MS, Post

URGENT_CALM_S: Final = 180.0
"""An urgent p95 below this is good whatever the ordinary one is: nothing was in the way."""
URGENT_SLACK: Final = 1.5
"""Chance in the tail of a hundred arrivals; who overtakes whom is judged exactly by another."""
PAIRS_MIN: Final = 100
"""With fewer arrivals of a class chance decides its 95th percentile."""
ROUNDING_MS: Final = 1.0
SHOWN_MAX: Final = 3
"""Nodes or objects that one verdict names."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether one invariant held, and a sentence about it."""

    name: str
    is_kept: bool
    sentence: str


def check_all(play: Play) -> list[Verdict]:
    """Return the verdicts of all checkers about a scenario that has been played."""
    return [check(play) for check in CHECKERS]


def check_same_set(play: Play) -> Verdict:
    """I3: after the end, who can reach each other holds the same live posts, in time."""
    bound = f"{play.scenario.settle_hours:g} h"
    apart = list(_apart(play))
    if apart:
        sentence = f"after {bound} of calm, {_some(apart)}"
        return Verdict("same set", is_kept=False, sentence=sentence)
    settled_min = (play.settled_ms or 0.0) / 60_000
    sentence = (
        f"all who can reach each other hold the same, {settled_min:.0f} min after the end "
        f"(bound {bound})"
    )
    return Verdict("same set", is_kept=True, sentence=sentence)


def check_airtime(play: Play) -> Verdict:
    """I6: each honest radio's airtime in every rolling hour stays within its budget."""
    legal = next(iter(play.nodes.values())).medium.duty_share_max
    scale = min(1.0, legal / LEGAL_SHARE_ASSUMED) * HOUR_MS
    over = []
    highest_ms = 0.0
    for name in play.honest:
        station = play.record.stations[name]
        highest_ms = max(highest_ms, station.all.max_ms)
        for what, hour, share in (
            ("in all", station.all, URGENT_SHARE),
            ("for what is not urgent", station.ordinary, ORDINARY_SHARE),
        ):
            if hour.max_ms > share * scale + ROUNDING_MS:
                percent = 100 * hour.max_ms / HOUR_MS
                allowed = 100 * share * scale / HOUR_MS
                over.append(f"{name} sent {percent:.2f} % of an hour {what}, allowed {allowed:g} %")
    if over:
        return Verdict("airtime", is_kept=False, sentence=_some(over))
    percent = 100 * highest_ms / HOUR_MS
    sentence = f"no node sent more than {percent:.2f} % of any hour"
    return Verdict("airtime", is_kept=True, sentence=sentence)


def check_urgent_first(play: Play) -> Verdict:
    """I7: urgent posts are not slower than ordinary ones, while nothing is cut off."""
    seconds: dict[bool, list[float]] = {True: [], False: []}
    for post, arrival_s in arrivals(play):
        if _whole(play, post, arrival_s):
            seconds[post.is_urgent].append(arrival_s)
    if min(map(len, seconds.values())) < PAIRS_MIN:
        sentence = "too few posts of both kinds to compare"
        return Verdict("urgent first", is_kept=True, sentence=sentence)
    urgent_s, ordinary_s = percentile(seconds[True], 0.95), percentile(seconds[False], 0.95)
    is_kept = urgent_s <= max(URGENT_SLACK * ordinary_s, URGENT_CALM_S)
    sentence = f"95 of 100 urgent arrivals within {urgent_s:.0f} s, ordinary {ordinary_s:.0f} s"
    return Verdict("urgent first", is_kept=is_kept, sentence=sentence)


def check_no_overtaking(play: Play) -> Verdict:
    """I7: what a node itself says on the air, its new alert leaves before what is not urgent."""
    wrong = play.record.overtaken
    if wrong:
        return Verdict("alerts go first", is_kept=False, sentence=_some(wrong))
    sentence = "no node let other frames go before its own new alert"
    return Verdict("alerts go first", is_kept=True, sentence=sentence)


def check_alerts_in_time(play: Play) -> Verdict:
    """The scenario's own bound for alerts, where it has one; over what nothing cut off."""
    bound_min = play.scenario.expect.alert_p95_minutes
    waits_s = [
        wait_s for post, wait_s in arrivals(play) if post.is_urgent and _whole(play, post, wait_s)
    ]
    reached_min = percentile(waits_s, 0.95) / 60
    found = f"95 of 100 arrivals of alerts within {reached_min:.1f} min"
    if bound_min is None:
        return Verdict("alerts in time", is_kept=True, sentence=f"{found}; no bound is set")
    if len(waits_s) < PAIRS_MIN:
        sentence = f"too few alerts to judge ({len(waits_s)} arrivals); {found}"
        return Verdict("alerts in time", is_kept=True, sentence=sentence)
    is_kept = reached_min <= bound_min
    sentence = f"{found} (bound {bound_min:g} min)"
    return Verdict("alerts in time", is_kept=is_kept, sentence=sentence)


def check_hops(play: Play) -> Verdict:
    """The layout is what the scenario says: a latency without the number of hops says little."""
    count = hops(play.world.channel, play.names)
    bound = play.scenario.expect.hops_max
    is_kept = bound is None or count <= bound
    allowed = "" if bound is None else f" (bound {bound})"
    return Verdict("layout", is_kept=is_kept, sentence=f"hops on the longest way: {count}{allowed}")


def check_nothing_starves(play: Play) -> Verdict:
    """I7: every post leaves its author within the settle time, if it lives that long."""
    starved = [
        f"{post.id.hex()[:8]} ({post.severity}) never left {post.author}"
        for post in play.record.posts.values()
        if _had_its_chance(play, post) and not _has_left(play, post)
    ]
    if starved:
        return Verdict("nothing starves", is_kept=False, sentence=_some(starved))
    return Verdict("nothing starves", is_kept=True, sentence="every post found its way out")


def check_no_comebacks(play: Play) -> Verdict:
    """I5: nothing that expired or was withdrawn is stored again, or still there at the end."""
    wrong = [*play.record.comebacks, *_overdue(play)]
    if wrong:
        return Verdict("no comebacks", is_kept=False, sentence=_some(wrong))
    sentence = "nothing that expired or was withdrawn came back"
    return Verdict("no comebacks", is_kept=True, sentence=sentence)


def check_corrections(play: Play) -> Verdict:
    """Whoever gets a post from somebody who knows its correction gets that, too, at once."""
    bound_s = play.scenario.expect.correction_lag_s
    lags = sorted(_lags(play))
    if not lags:
        sentence = "nobody was told of something that those around knew to be corrected"
        return Verdict("corrections go along", is_kept=True, sentence=sentence)
    longest_s, name, post_id = lags[-1]
    sentence = (
        f"{len(lags)} times a post was told by those who knew its correction; at the longest it "
        f"was shown without for {max(0.0, longest_s):.0f} s"
    )
    if bound_s is None or longest_s <= bound_s:
        return Verdict("corrections go along", is_kept=True, sentence=sentence)
    late = f"{sentence} (bound {bound_s:g} s): {post_id.hex()[:8]} on {name}"
    return Verdict("corrections go along", is_kept=False, sentence=late)


CHECKERS: Final[tuple[Callable[[Play], Verdict], ...]] = (
    check_same_set,
    check_airtime,
    check_alerts_in_time,
    check_urgent_first,
    check_no_overtaking,
    check_nothing_starves,
    check_no_comebacks,
    check_corrections,
    check_hops,
)


def _apart(play: Play) -> Iterator[str]:
    for group in play.reachable_groups():
        held = {name: play.live_honest(name) for name in group}
        everything = frozenset[bytes]().union(*held.values())
        for name, ids in held.items():
            if ids != everything:
                yield f"{name} lacks {len(everything - ids)} of {len(everything)} posts"


def _whole(play: Play, post: Post, wait_s: float) -> bool:
    """Whether all who had power could reach each other while somebody waited for a post."""
    return not play.record.was_cut(post.at_ms, post.at_ms + 1000 * wait_s)


def _had_its_chance(play: Play, post: Post) -> bool:
    """Whether a post lived, its author having power and company, as long as it may take."""
    chance_ms = play.scenario.settle_hours * HOUR_MS
    until_ms = post.at_ms + chance_ms
    withdrawn_ms = play.record.withdrawn.get(post.id, float("inf"))
    lives_ms = (post.expires_min - play.world.minute) * 60_000 + play.world.now_ms
    company = next((one for one in play.reachable_groups() if post.author in one), [])
    return (
        until_ms <= min(play.world.now_ms, withdrawn_ms, lives_ms)
        and len(company) > 1
        and not play.record.was_off(post.author, post.at_ms, until_ms)
    )


def _has_left(play: Play, post: Post) -> bool:
    return any(
        post.id in node.arrivals_ms for name, node in play.nodes.items() if name != post.author
    )


def _lags(play: Play) -> Iterator[tuple[float, str, bytes]]:
    """Yield for how many seconds who showed what without its correction, though it came from
    nobody who did not know that.

    Newcomers are left out: with them a correction waits until they know who is who.
    """
    for post_id, notice_id in play.record.corrections.items():
        for name in play.honest:
            if name in play.newcomers:
                continue
            node = play.nodes[name]
            came_ms = node.arrivals_ms.get(post_id)
            if came_ms is None or not _all_knew(play, name, post_id, notice_id, came_ms):
                continue
            knew_ms = node.arrivals_ms.get(notice_id, play.world.kernel.now_ms)
            yield (knew_ms - came_ms) / 1000, name, post_id


def _all_knew(play: Play, name: str, post_id: ObjectId, notice_id: ObjectId, by_ms: float) -> bool:
    """Return whether all in reach who had a post by then had its correction as well."""
    never = float("inf")
    sources = [
        other
        for at, other in play.nodes.items()
        if at != name
        and play.world.channel.path(at, name) is not None
        and other.arrivals_ms.get(post_id, never) <= by_ms
    ]
    return bool(sources) and all(
        other.arrivals_ms.get(notice_id, never) <= by_ms for other in sources
    )


def _overdue(play: Play) -> Iterator[str]:
    """Yield what nodes hold at the end though it is over or its withdrawal is there, too."""
    for name in play.honest:
        node = play.nodes[name]
        if node.clock_error_min:
            continue
        withdrawn_by = {
            (thing.author, thing.parent) for thing in node.disk.objects.values() if thing.parent
        }
        for thing in node.disk.objects.values():
            if thing.expires_min + GRACE_MINUTES < play.world.minute:
                yield f"{name} still holds {thing.id.hex()[:8]}, which has expired"
            if thing.id in play.record.posts and (thing.author, thing.short_id) in withdrawn_by:
                yield f"{name} still holds {thing.id.hex()[:8]}, which was withdrawn"


def _some(sentences: list[str]) -> str:
    more = len(sentences) - SHOWN_MAX
    shown = "; ".join(sentences[:SHOWN_MAX])
    return f"{shown}; and {more} more" if more > 0 else shown
