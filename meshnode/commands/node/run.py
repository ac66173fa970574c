"""`meshnode run`: be the node, until told to stop."""

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from meshnode.commands.session import Session, examples, pass_session

if TYPE_CHECKING:
    from meshnode.node.config import Config

_LOG_LEVELS = ("debug", "info", "warning", "error")


@click.command(
    epilog=examples(
        "meshnode --home ~/node run --radio serial:/dev/ttyUSB0",
        "meshnode --home ~/node run --radio tcp://192.168.1.20:4403 --http 0.0.0.0:8080",
        "meshnode --home ~/node run --listen 0.0.0.0:4480 --peer tls://node.example.org:4480",
    )
)
@click.option(
    "--radio",
    "radios",
    multiple=True,
    metavar="URL",
    help="A Meshtastic radio: serial:/dev/ttyUSB0, tcp://host:4403 or ble:NAME. Repeatable.",
)
@click.option("--listen", metavar="HOST:PORT", help="Where other nodes can call over the internet.")
@click.option(
    "--peer",
    "peers",
    multiple=True,
    metavar="URL",
    help="A node to call over the internet, as in tls://node.example.org:4480. Repeatable.",
)
@click.option("--http", metavar="HOST:PORT", help="Where a browser can read the board.")
@click.option("--log-level", type=click.Choice(_LOG_LEVELS), help="How much is logged.")
@pass_session
def run(
    session: Session,
    *,
    radios: tuple[str, ...],
    listen: str | None,
    peers: tuple[str, ...],
    http: str | None,
    log_level: str | None,
) -> int:
    """Run the node until Ctrl-C or a signal.

    What is given here counts instead of the same setting in the node's config.toml; radios and
    peers are added to those named there.
    """
    # Slow, and only this command needs them.
    from meshnode.links.messages_only import spare_client_classes  # noqa: PLC0415

    spare_client_classes()
    from meshnode.api.door.doors import open_doors  # noqa: PLC0415
    from meshnode.node import daemon  # noqa: PLC0415
    from meshnode.node.home import Home  # noqa: PLC0415

    home = Home(session.directory)
    config = merged(
        home.read_config(),
        radios=radios,
        listen=listen,
        peers=peers,
        http=http,
        log_level=log_level,
    )
    return daemon.main(home, config, doors=open_doors)


def merged(
    config: "Config",
    *,
    radios: tuple[str, ...],
    listen: str | None,
    peers: tuple[str, ...],
    http: str | None,
    log_level: str | None,
) -> "Config":
    """Return the configuration with what the command line says on top of it."""
    return replace(
        config,
        radio=replace(config.radio, urls=_together(config.radio.urls, radios)),
        internet=replace(
            config.internet,
            listen=config.internet.listen if listen is None else listen,
            peers=_together(config.internet.peers, peers),
        ),
        http=replace(config.http, listen=config.http.listen if http is None else http),
        log=replace(config.log, level=log_level or config.log.level),
    )


def _together(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(first + second))
