"""Print what templates save: the bytes of each as an object, against the same words as text.

An object is everything that is stored and sent, signature included; the sentences are those that
readers see, in the shorter codec that texts get. Examples are filled in at 8:00 on a day in
November. Run: `python bench/templates.py`.
"""

from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from meshnode.board.bulletins.bulletin import BulletinFields, Severity, clean, encode_bulletin
from meshnode.board.bulletins.rendering import template_text
from meshnode.board.bulletins.template import FilledTemplate
from meshnode.board.bulletins.templates import TEMPLATES, Template
from meshnode.node.clock import minute_of
from meshnode.node.desks.template_form import fill_template
from meshnode.node.languages import load_languages
from meshnode.node.reader import LocalReader
from meshnode.protocol.keys import CommunityId, SigningKey
from meshnode.protocol.object import Kind, compose

ZONE: Final = ZoneInfo("Europe/Berlin")
TODAY: Final = date(2026, 11, 24)
CREATED_MIN: Final = minute_of(datetime(2026, 11, 24, 7, 0, tzinfo=UTC))
KEY: Final = SigningKey(b"\x02" * 32)
COMMUNITY: Final = CommunityId(bytes(16))


def main() -> None:
    """Print one line a template, and the sums."""
    readers = [LocalReader(one, ZONE, TODAY) for one in load_languages().values()]
    tags = [reader.language.tag for reader in readers]
    print(f"{'bytes, as text in':22}{'template':>10}", *(f"{tag:>10}" for tag in tags), sep="")
    rows = [_sizes(template, readers) for template in TEMPLATES]
    for template, row in zip(TEMPLATES, rows, strict=True):
        print(f"{template.identifier:22}", *(f"{size:10}" for size in row), sep="")
    sums = [sum(column) for column in zip(*rows, strict=True)]
    print(f"{'all':22}", *(f"{size:10}" for size in sums), sep="")
    empty = _object_bytes(BulletinFields("x", None, "water", Severity.INFO)) - 1
    print(f"every object has {empty} bytes beside that: header, author, time, signature, category")


def _sizes(template: Template, readers: list[LocalReader]) -> list[int]:
    examples = {one.name: one.example for one in template.parameters}
    fields = fill_template(template.identifier, examples, created_min=CREATED_MIN, zone=ZONE)
    return [
        _object_bytes(_bulletin(template, "", fields)),
        *(_object_bytes(_bulletin(template, _typed(fields, reader), None)) for reader in readers),
    ]


def _typed(fields: FilledTemplate, reader: LocalReader) -> str:
    """Return the sentences as somebody would type them: without marks of direction."""
    return clean(template_text(fields, CREATED_MIN, reader))


def _bulletin(template: Template, text: str, fields: FilledTemplate | None) -> BulletinFields:
    return BulletinFields(text, None, template.category, Severity(template.severity), fields)


def _object_bytes(fields: BulletinFields) -> int:
    codec, body = encode_bulletin(fields)
    made = compose(
        key=KEY,
        community=COMMUNITY,
        kind=Kind.BULLETIN,
        codec=codec,
        body=body,
        sequence=1,
        created_min=CREATED_MIN,
        lifetime_code=4,
    )
    return len(made.encoded)


if __name__ == "__main__":
    main()
