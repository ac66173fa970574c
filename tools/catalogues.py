"""Bring every catalogue up to date with what the sources say; for translators.

Run: `make catalogues`. New messages come in empty, those no longer said go, translations stay; a
message that moved to another context takes its translation along. What the phone app says is among
them, collected from its sources (`phone_phrases`).
A new language: copy nothing, run `python -m tools.catalogues tr`, translate the file that
appears, and name the language in `meshnode/node/languages.py`.
"""

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as CatalogMessage
from babel.messages.pofile import read_po, write_po

from meshnode.node.languages import LOCALE, base_of
from meshnode.node.messages import Message, messages
from tools.phone_phrases import phone_messages

COLUMNS = 100

Translation = str | list[str] | tuple[str, ...] | None


def main(tags: list[str]) -> None:
    """Update the catalogues of these languages; of all there are, without any."""
    for tag in tags or sorted(path.stem for path in LOCALE.glob("*.po")):
        path = LOCALE / f"{tag}.po"
        catalogue, missing = updated(path, tag)
        path.write_bytes(serialised(catalogue, tag))
        print(f"{tag}: {len(catalogue)} messages, {missing} to be translated")


def everything() -> Iterator[Message]:
    """Yield what the node says, then what the phone app says."""
    yield from messages()
    yield from phone_messages()


def updated(path: Path, tag: str) -> tuple[Catalog, int]:
    """Return the catalogue at `path` with all messages, and how many have no translation."""
    old = Catalog(locale=base_of(tag))
    if path.exists():
        with path.open("rb") as source:
            old = read_po(source, locale=base_of(tag))
    new = Catalog(
        locale=base_of(tag), fuzzy=False, header_comment=f"# meshnode in the language {tag}."
    )
    missing = 0
    wanted = list(everything())
    said = {(one.english, one.context) for one in wanted}
    moved = {_id(one): one for one in old if (_id(one), one.context) not in said}
    for message in wanted:
        known = old.get(message.english, message.context) or moved.get(message.english)
        translation = _fitting(known, message)
        new.add(
            (message.english, message.plural) if message.plural else message.english,
            translation,
            context=message.context,
            auto_comments=[line.strip() for line in message.note.splitlines() if line.strip()],
        )
        missing += not (any(translation) if translation else False)
    return new, missing


def _id(message: CatalogMessage) -> str:
    return message.id[0] if isinstance(message.id, tuple | list) else message.id


def _fitting(known: CatalogMessage | None, message: Message) -> Translation:
    """Return what is known if it counts as the message does."""
    if known is None or isinstance(known.string, tuple | list) != bool(message.plural):
        return None
    return known.string


def serialised(catalogue: Catalog, tag: str) -> bytes:
    """Return the file's bytes: what is in it, without dates and names of tools."""
    buffer = BytesIO()
    write_po(buffer, catalogue, width=COLUMNS, omit_header=True)
    header = (
        'msgid ""\nmsgstr ""\n'
        f'"Language: {tag}\\n"\n'
        f'"Plural-Forms: {catalogue.plural_forms}\\n"\n'
        '"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n\n'
    )
    return header.encode() + buffer.getvalue()


if __name__ == "__main__":
    main(sys.argv[1:])
