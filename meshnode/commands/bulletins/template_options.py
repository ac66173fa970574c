"""The options that a template brings to `bulletin post`: one for each of its parameters."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from itertools import pairwise
from typing import Any, Final

import click

from meshnode.board.bulletins.blanks import Parameter, ParameterKind
from meshnode.board.bulletins.templates import BY_IDENTIFIER, Template

_META_KEY: Final = "meshnode.template"
_PREFIX: Final = "value_"
"""Before the parameter's name, so that it meets no other option's."""
_METAVARS: Final = {
    ParameterKind.START: "TIME",
    ParameterKind.END: "TIME",
    ParameterKind.MOMENT: "TIME",
    ParameterKind.DURATION: "DURATION",
    ParameterKind.COUNT: "NUMBER",
    ParameterKind.PHONE: "PHONE",
}


class TemplateCommand(click.Command):
    """A command that gets the options of the template named with `--template`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Look for the template first, because it says which options there are."""
        ctx.meta[_META_KEY] = _named(args, ctx)
        return super().parse_args(ctx, args)

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Return all options; the template's stand in front."""
        template: Template | None = ctx.meta.get(_META_KEY)
        own = super().get_params(ctx)
        return own if template is None else [*own[:2], *map(_option, template.parameters), *own[2:]]


def given_values(options: Mapping[str, Any]) -> dict[str, str]:
    """Return what was given for the template's parameters, by parameter."""
    return {
        name.removeprefix(_PREFIX): value
        for name, value in options.items()
        if name.startswith(_PREFIX) and value is not None
    }


def _named(arguments: Sequence[str], context: click.Context) -> Template | None:
    words = list(arguments)
    if "--" in words:
        words = words[: words.index("--")]
    names = [word.removeprefix("--template=") for word in words if word.startswith("--template=")]
    names += [after for word, after in pairwise(words) if word == "--template"]
    if not names:
        return None
    template = BY_IDENTIFIER.get(names[-1])
    if template is None and not context.resilient_parsing:
        nearest = get_close_matches(names[-1], BY_IDENTIFIER, n=1)
        guess = f" Did you mean {nearest[0]}?" if nearest else ""
        raise click.BadParameter(
            f"there is no template {names[-1]!r}.{guess} Possible are: {', '.join(BY_IDENTIFIER)}.",
            context,
            param_hint="'--template'",
        )
    return template


def _option(parameter: Parameter) -> click.Option:
    need = "" if parameter.is_optional else "  [required]"
    is_choice = parameter.kind is ParameterKind.CHOICE
    example = "" if is_choice else f", as in {parameter.example!r}"
    return click.Option(
        [f"--{parameter.name}", _PREFIX + parameter.name],
        type=click.Choice(parameter.choices) if is_choice else str,
        metavar=_METAVARS.get(parameter.kind),
        help=f"{parameter.help[0].upper()}{parameter.help[1:]}{example}.{need}",
    )
