"""The specification's tables of templates say what the code does."""

from pathlib import Path

import pytest

from meshnode.board.bulletins.blanks import Parameter
from meshnode.board.bulletins.templates import TEMPLATES, Template

PAGE = Path(__file__).parents[3] / "docs/spec/kinds.md"
ROWS = {
    tuple(cell.strip() for cell in line.strip("|").split("|"))
    for line in PAGE.read_text(encoding="utf-8").splitlines()
    if line.startswith("|")
}


def written(parameter: Parameter) -> str:
    bound = f" to {parameter.largest}" if parameter.largest else ""
    optional = "?" if parameter.is_optional else ""
    return f"{parameter.name}: {parameter.kind.value}{bound}{optional}"


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda one: one.identifier)
def test_a_template_stands_in_the_specification_as_it_is(template: Template) -> None:
    row = (
        str(template.number),
        template.identifier,
        f"{template.category}, {template.severity}",
        "; ".join(map(written, template.parameters)),
    )
    assert row in ROWS
    for one in template.parameters:
        if one.choices:
            words = ", ".join(f"{place} {word}" for place, word in enumerate(one.choices, 1))
            assert (template.identifier, one.name, words) in ROWS
