"""`meshnode demo`: a small neighbourhood on this machine, without hardware."""

import click

from meshnode.commands.session import examples


@click.command(
    epilog=examples("meshnode demo", "meshnode demo --speed 10 --nodes 5", "meshnode demo --lan")
)
@click.option(
    "--speed",
    type=float,
    default=1.0,
    show_default=True,
    help="How many times faster than real the radio channel is.",
)
@click.option(
    "--nodes",
    "node_count",
    type=int,
    default=3,
    show_default=True,
    help="How many nodes there are.",
)
@click.option("--lan", "is_lan", is_flag=True, help="Let phones in this network find the nodes.")
def demo(speed: float, node_count: int, *, is_lan: bool) -> int:
    """Run nodes with virtual radios, no hardware needed.

    They share one modelled LoRa channel, until Ctrl-C. Says where to look and what to type. Leaves
    nothing behind.
    """
    # Slow, and only this command needs them.
    from meshnode.api.door.doors import open_doors  # noqa: PLC0415
    from meshnode.commands.node.demolife import furnish  # noqa: PLC0415
    from meshnode.commands.node.demopeople import make_people  # noqa: PLC0415
    from meshnode.node import demo as demonstration  # noqa: PLC0415

    return demonstration.main(
        node_count=node_count,
        speed=speed,
        doors=open_doors,
        is_lan=is_lan,
        neighbourhood=demonstration.Neighbourhood(make_people, furnish),
    )
