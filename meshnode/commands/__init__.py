"""The command line: click commands, one module a noun, over the node's HTTP API."""

import click


@click.group()
def main() -> None:
    """A neighbourhood's node."""
