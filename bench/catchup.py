"""Catching up over a stream: time beside that of the signatures, bytes beside those missing.

    python bench/catchup.py                     10,000 objects, two engines behind a wire
    python bench/catchup.py --objects 100000    more; the most that a node holds is taken instead
    python bench/catchup.py --daemons           also two real daemons over TLS on loopback
    python bench/catchup.py --profile           also where the receiver's time goes
    python bench/catchup.py --json              the same numbers for programs

Two engines with their real stores on disk and real stream frames between them, in one process.
Time is that of the receiver, from the first greeting until the last object is verified and
durable, as a ratio to verifying as many Ed25519 signatures and nothing else, half of them before
and half of them after. Bytes are all frames in both directions, greetings and comparison
included, as a ratio to the bytes of the objects that were missing. What a daemon's
start takes is taken off its processor time.
"""

import argparse
import asyncio
import cProfile
import pstats
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random
from typing import Final

import daemons
import stores
from bars import Bar, document, print_bars, print_json
from ends import Community, Signatures, check, converse

from meshnode.node.clock import Clock
from meshnode.protocol.limits import HELD_OBJECTS_MAX

OBJECTS: Final = 10_000
OTHERS: Final = 64
"""Room below the bound for certificates, of the two ends and of who wrote the objects."""
TIME_BAR: Final = 1.5
BYTES_BAR: Final = 1.05
SHARE_MISSING: Final = 0.01
QUIET_S: Final = 2.0
DAEMONS_S_MAX: Final = 1800.0
PROFILED: Final = 25


@dataclass(frozen=True, slots=True)
class Row:
    """One catch-up; seconds by the clock, and of a processor where the name says `cpu`.

    `signatures_s` is verifying `missing` signatures alone. What was not measured is None.
    """

    way: str
    objects: int
    missing: int
    missing_bytes: int
    sent_bytes: int | None
    answered_bytes: int | None
    signatures_s: float
    receiver_s: float
    sender_s: float | None
    signatures_cpu_s: float
    receiver_cpu_s: float
    time_ratio: float
    cpu_ratio: float
    bytes_ratio: float | None


async def in_one_process(
    folder: Path, count: int, missing: int, profile: cProfile.Profile | None
) -> Row:
    """Let one engine of two lack `missing` of `count` objects; return what it cost to catch up."""
    clock = Clock()
    community = Community(count, clock.wall_minute())
    board = community.board
    lacking = set(Random(missing).sample(range(count), missing))
    have = [one for index, one in enumerate(board.bulletins) if index not in lacking]
    lack = [one for index, one in enumerate(board.bulletins) if index in lacking]
    signatures = Signatures(lack, board.keys, community.id)
    sender = await community.end(0, folder, board.bulletins)
    receiver = await community.end(1, folder, have)
    signatures.verify_half(0)
    if profile is not None:
        profile.enable()
    await converse(sender, receiver, clock)
    if profile is not None:
        profile.disable()
    signatures.verify_half(1)
    await check(receiver, board.bulletins)
    await sender.store.close()
    missing_bytes = sum(len(one.encoded) for one in lack)
    return Row(
        way="engines",
        objects=count,
        missing=missing,
        missing_bytes=missing_bytes,
        sent_bytes=sender.sent_bytes,
        answered_bytes=receiver.sent_bytes,
        signatures_s=signatures.wall_s,
        receiver_s=receiver.busy_s,
        sender_s=sender.busy_s,
        signatures_cpu_s=signatures.cpu_s,
        receiver_cpu_s=receiver.busy_cpu_s,
        time_ratio=receiver.busy_s / signatures.wall_s,
        cpu_ratio=receiver.busy_cpu_s / signatures.cpu_s,
        bytes_ratio=(sender.sent_bytes + receiver.sent_bytes) / missing_bytes,
    )


def engines(folder: Path, count: int, missing: int, profile: cProfile.Profile | None) -> Row:
    """Return what `in_one_process` does."""
    return asyncio.run(in_one_process(folder, count, missing, profile))


def over_tls(folder: Path, count: int) -> Row:
    """Let an empty daemon catch up from a full one; return what it cost the empty one."""
    (full, empty), steward = stores.found_community(folder, ["full", "empty"])
    board = stores.board_of(full, steward, count)
    things = board.bulletins
    stores.keep(full, [*board.certificates, *things])
    signatures = Signatures(things, board.keys, full.load_keyring().community)
    port = daemons.free_port()
    signatures.verify_half(0)
    with (
        daemons.running(full, "--listen", f"127.0.0.1:{port}"),
        daemons.running(empty) as alone,
    ):
        idle_cpu_s = alone.cpu_s
    with daemons.running(full, "--listen", f"127.0.0.1:{port}") as host:
        daemons.wait_until_idle([host], quiet_s=QUIET_S, limit_s=DAEMONS_S_MAX)
        with daemons.running(empty, "--peer", f"tls://127.0.0.1:{port}") as guest:
            began_s = time.perf_counter()
            ended_s = daemons.wait_until_idle([guest], quiet_s=QUIET_S, limit_s=DAEMONS_S_MAX)
            cpu_s = guest.cpu_s - idle_cpu_s
            held = guest.client.get("/status")["objects"]
    signatures.verify_half(1)
    if held < count:
        raise RuntimeError(f"the daemon has caught up with {held} of {count} objects")
    return Row(
        way="daemons, TLS",
        objects=count,
        missing=count,
        missing_bytes=sum(len(one.encoded) for one in things),
        sent_bytes=None,
        answered_bytes=None,
        signatures_s=signatures.wall_s,
        receiver_s=ended_s - began_s,
        sender_s=None,
        signatures_cpu_s=signatures.cpu_s,
        receiver_cpu_s=cpu_s,
        time_ratio=(ended_s - began_s) / signatures.wall_s,
        cpu_ratio=cpu_s / signatures.cpu_s,
        bytes_ratio=None,
    )


def bars_of(rows: Sequence[Row]) -> list[Bar]:
    """Return the figures that have a bar."""
    bars = []
    for row in rows:
        share = f"{100 * row.missing / row.objects:.0f} % of {row.objects} missing, {row.way}"
        if row.missing == row.objects:
            what = "receiver to the signatures alone"
            bars.append(Bar(f"{what}, processor time, {share}", row.cpu_ratio, TIME_BAR))
            bars.append(Bar(f"{what}, by the clock, {share}", row.time_ratio, TIME_BAR))
        if row.bytes_ratio is not None:
            bars.append(Bar(f"bytes sent to bytes missing, {share}", row.bytes_ratio, BYTES_BAR))
    return bars


def print_table(rows: Sequence[Row]) -> None:
    """Print one line a row."""
    print("               objects  missing  missing     sent  answers", end="")
    print("  signatures     cpu  receiver     cpu  sender  to the signatures  to the")
    print("                     n        n    bytes    bytes    bytes", end="")
    print("           s       s         s       s       s    time       cpu   bytes")
    for row in rows:
        print(
            f"{row.way:13} {row.objects:8} {row.missing:8} {row.missing_bytes:8} "
            f"{_or_dash(row.sent_bytes, '8'):>8} {_or_dash(row.answered_bytes, '8'):>8} "
            f"{row.signatures_s:11.2f} {row.signatures_cpu_s:7.2f} {row.receiver_s:9.2f} "
            f"{row.receiver_cpu_s:7.2f} {_or_dash(row.sender_s, '7.2f'):>7} "
            f"{row.time_ratio:7.2f} {row.cpu_ratio:9.2f} {_or_dash(row.bytes_ratio, '7.3f'):>7}"
        )


def _or_dash(value: float | None, form: str) -> str:
    return "-" if value is None else f"{value:{form}}"


def in_folder(measure: Callable[[Path], Row]) -> Row:
    """Measure in a folder that is thrown away."""
    with tempfile.TemporaryDirectory(prefix="catchup-") as folder:
        return measure(Path(folder))


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description="Catching up over a stream.")
    parser.add_argument("--objects", type=int, default=OBJECTS, help=f"held by one ({OBJECTS})")
    parser.add_argument("--daemons", action="store_true", help="also two real daemons over TLS")
    parser.add_argument("--profile", action="store_true", help="say where the time goes")
    parser.add_argument("--json", action="store_true", help="print JSON")
    arguments = parser.parse_args()
    count = min(arguments.objects, HELD_OBJECTS_MAX - OTHERS)
    if count < arguments.objects:
        print(
            f"A node holds at most {HELD_OBJECTS_MAX} objects: {count} are used, "
            f"not {arguments.objects}.",
            file=sys.stderr,
        )
    profile = cProfile.Profile() if arguments.profile else None
    rows = [
        in_folder(partial(engines, count=count, missing=missing, profile=profile))
        for missing in (count, max(1, round(count * SHARE_MISSING)))
    ]
    if arguments.daemons:
        rows.append(in_folder(partial(over_tls, count=count)))
    bars = bars_of(rows)
    if arguments.json:
        print_json(document(rows, bars, asked=arguments.objects))
        return
    print_table(rows)
    print_bars(bars)
    if profile is not None:
        pstats.Stats(profile).sort_stats("tottime").print_stats(PROFILED)


if __name__ == "__main__":
    main()
