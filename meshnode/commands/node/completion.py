"""`meshnode completion`: the script that lets a shell complete commands, options and ids."""

import click
from click.shell_completion import get_completion_class

from meshnode.commands.session import examples
from meshnode.commands.terminal.failures import Failure
from meshnode.commands.terminal.output import emit

_SHELLS = ("bash", "zsh", "fish")


@click.command(
    epilog=examples(
        'eval "$(meshnode completion bash)"',
        "meshnode completion fish > ~/.config/fish/completions/meshnode.fish",
    )
)
@click.argument("shell", type=click.Choice(_SHELLS))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the completion script for a shell."""
    completion_class = get_completion_class(shell)
    if completion_class is None:
        raise Failure(f"There is no completion for {shell}.", code="failed")
    program = context.find_root().command
    emit(completion_class(program, {}, "meshnode", "_MESHNODE_COMPLETE").source())
