"""`meshnode bulletin templates`: what there is to fill in. Needs no running node."""

from collections.abc import Mapping
from typing import Any

import click

from meshnode.board.bulletins.blanks import Parameter, ParameterKind
from meshnode.board.bulletins.templates import TEMPLATES, Template
from meshnode.commands.session import examples, json_option
from meshnode.commands.terminal.language import language_option
from meshnode.commands.terminal.output import emit, emit_json, paint


@click.command(
    epilog=examples(
        "meshnode bulletin templates",
        "meshnode bulletin templates --language de",
        "meshnode bulletin post --template water --help",
    )
)
@language_option
@json_option
def templates(*, language: str, is_json: bool) -> None:
    """List bulletins with blanks, each with a line to copy.

    They take a few bytes on the air, and everybody reads them in their own language.
    """
    documents = _documents(language)
    if is_json:
        emit_json(documents)
        return
    emit("\n\n".join(map(_block, TEMPLATES, documents)))


def _documents(language: str) -> list[dict[str, Any]]:
    # What follows reads a catalogue; other commands need not pay for it.
    from meshnode.api.bulletins.template_documents import templates_document  # noqa: PLC0415
    from meshnode.node.clock import Clock, moment_of  # noqa: PLC0415
    from meshnode.node.languages import load_language  # noqa: PLC0415
    from meshnode.node.reader import LocalReader  # noqa: PLC0415
    from meshnode.node.zone import local_zone  # noqa: PLC0415

    zone, minute = local_zone(""), Clock().wall_minute()
    today = moment_of(minute).astimezone(zone).date()
    reader = LocalReader(load_language(language), zone, today)
    documents: list[dict[str, Any]] = templates_document(reader, minute=minute)["templates"]
    return documents


def _block(template: Template, document: Mapping[str, Any]) -> str:
    return "\n".join(
        [
            f"{paint(template.identifier, None, is_bold=True)}  {document['title']} "
            f"({template.severity})",
            *(f"    --{_described(one)}" for one in template.parameters),
            f"  {_example(template)}",
            f"  {document['example']}",
        ]
    )


def _described(parameter: Parameter) -> str:
    kind = ", ".join(parameter.choices) or parameter.kind.value
    optional = " (may be left out)" if parameter.is_optional else ""
    what = f"{parameter.help}: {kind}" if parameter.kind is ParameterKind.CHOICE else parameter.help
    return f"{parameter.name}  {what}{optional}"


def _example(template: Template) -> str:
    words = ["meshnode", "bulletin", "post", "--template", template.identifier]
    for parameter in template.parameters:
        words += [f"--{parameter.name}", parameter.example]
    return " ".join(map(_quoted, words))


def _quoted(word: str) -> str:
    return f'"{word}"' if " " in word else word
