"""`python -m meshnode.sim`: virtual Meshtastic radios for any client, until Ctrl-C.

Not for: neighbourhoods of meshnodes (`meshnode demo`, `meshnode simulate`).
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Sequence
from string import ascii_lowercase
from typing import Final

from meshnode.protocol.errors import MeshError
from meshnode.sim.ether import Ether
from meshnode.sim.presets import PRESETS, REGIONS

RADIOS_MAX: Final = len(ascii_lowercase)
"""They are named by letters."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve radios until interrupted; return the process's exit status."""
    options = _parser().parse_args(arguments)
    try:
        asyncio.run(_serve(options))
    except KeyboardInterrupt:
        return 0
    except MeshError as error:
        print(f"{error}", file=sys.stderr)
        return 1
    return 0


async def _serve(options: argparse.Namespace) -> None:
    names = [f"radio-{letter}" for letter in ascii_lowercase[: options.radios]]
    ether = Ether(
        names,
        seed=options.seed,
        preset=options.preset,
        region=None if options.region == "UNSET" else options.region,
        speed=options.speed,
        loss=options.loss,
        host=options.host,
        base_port=options.base_port,
        serial_names=names if options.serial else (),
        unix_s=time.time(),
    )
    async with ether:
        for name, url in ether.urls.items():
            print(f"{name}  !{ether.radios[name].device.number:08x}  {url}", flush=True)
        await asyncio.Event().wait()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m meshnode.sim",
        description="Serve virtual Meshtastic radios that share one modelled LoRa channel.",
    )
    parser.add_argument("--radios", type=_count, default=3, help="how many (default 3)")
    parser.add_argument("--loss", type=_share, default=0.0, help="share of packets lost, 0 to 1")
    parser.add_argument("--preset", choices=sorted(PRESETS), default="LONG_FAST")
    parser.add_argument("--region", choices=["UNSET", *sorted(REGIONS)], default="EU_868")
    parser.add_argument("--speed", type=float, default=1.0, help="times faster than real time")
    parser.add_argument("--seed", type=int, default=1, help="the same seed, the same losses")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--base-port", type=int, default=4403, help="first port; 0: any free")
    parser.add_argument("--serial", action="store_true", help="pseudo-terminals instead of TCP")
    return parser


def _count(text: str) -> int:
    number = int(text)
    if not 1 <= number <= RADIOS_MAX:
        raise argparse.ArgumentTypeError(f"{number} radios; choose 1 to {RADIOS_MAX}")
    return number


def _share(text: str) -> float:
    share = float(text)
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError(f"{share} is no share; choose one from 0 to 1")
    return share


if __name__ == "__main__":
    sys.exit(main())
