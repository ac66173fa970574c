"""`meshnode demo`: a small neighbourhood on this machine, without hardware."""

import click

from meshnode.commands.session import examples

_NODES_MAX = 12
"""More nodes than this are no demonstration but a load test of this machine."""


@click.command(epilog=examples("meshnode demo", "meshnode demo --speed 10 --nodes 5"))
@click.option(
    "--speed",
    type=click.FloatRange(0.1, 100),
    default=1.0,
    show_default=True,
    help="How many times faster than real the radio channel is.",
)
@click.option(
    "--nodes",
    "node_count",
    type=click.IntRange(2, _NODES_MAX),
    default=3,
    show_default=True,
    help="How many nodes there are.",
)
def demo(speed: float, node_count: int) -> int:
    """Run nodes with virtual radios on one modelled LoRa channel, until Ctrl-C.

    Says where to look and what to type. Leaves nothing behind.
    """
    from meshnode.node import demo as demonstration  # noqa: PLC0415  Slow; only needed here.

    return demonstration.main(node_count=node_count, speed=speed)
