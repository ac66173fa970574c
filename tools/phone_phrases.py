"""What the phone app says, collected from its TypeScript: `say("...")` and `count("...", "...")`.

For: the catalogues (`catalogues`). Strict on purpose: whatever is no plain literal would be said in
English for ever and nobody would notice, so it is an error that names file and line.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from meshnode.node.languages import PHONE_CONTEXT
from meshnode.node.messages import Message

SOURCES: Final = Path(__file__).parents[1] / "web/src"
NOTE: Final = "On the phone."

_TOKEN: Final = re.compile(
    r"""
      (?P<comment> //[^\n]* | /\*.*?\*/ )
    | (?P<string> "(?:[^"\\\n]|\\.)*" | '(?:[^'\\\n]|\\.)*' | `(?:[^`\\]|\\.)*` )
    | (?P<call> (?<![\w.$]) (?P<name>say|count) \s* \( )
    """,
    re.VERBOSE | re.DOTALL,
)
_CALL: Final = re.compile(r"\b(?:say|count)\s*\(")
_ONE: Final = r"""\s*("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')\s*"""
_ARGUMENTS: Final = {"say": re.compile(_ONE + r"[,)]"), "count": re.compile(f"{_ONE},{_ONE},")}
_WANTED: Final = {
    "say": 'say takes one literal in quotes first, as in say("Post an offer")',
    "count": 'count takes two literals, then the number, as in count("{count} day", "{count} days"',
}
_ESCAPE: Final = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)
_ESCAPED: Final = {"n": "\n", '"': '"', "'": "'", "\\": "\\"}


class PhraseError(Exception):
    """The app says something that no catalogue can hold."""


@dataclass(frozen=True, slots=True)
class _Place:
    path: str
    source: str

    def error(self, position: int, problem: str) -> PhraseError:
        line = self.source.count("\n", 0, position) + 1
        return PhraseError(f"{self.path}:{line}: {problem}")


def phone_messages(sources: Path = SOURCES) -> list[Message]:
    """Return every message of the app once, in the order of the alphabet.

    Not in that of the sources: two people who add words then seldom change the same lines.

    Raises:
        PhraseError: What is said is no literal, or is counted in one place and not in another.
    """
    found: dict[str, Message] = {}
    for path in sorted([*sources.rglob("*.ts"), *sources.rglob("*.tsx")]):
        name = path.relative_to(sources).as_posix()
        for message in phrases(path.read_text(encoding="utf-8"), name):
            known = found.setdefault(message.english, message)
            if known != message:
                raise PhraseError(f"{name}: {message.english!r} is said and counted, or twice so")
    return sorted(found.values(), key=lambda one: one.english)


def phrases(source: str, path: str) -> Iterator[Message]:
    """Yield what one file says; `path` is named in errors.

    Raises:
        PhraseError: What is said is no literal.
    """
    place = _Place(path, source)
    position = 0
    while token := _TOKEN.search(source, position):
        position = token.end()
        text = token["string"]
        if text is not None and _CALL.search(text):
            if text[0] != "`":
                raise place.error(token.start(), "say or count inside of a string")
            for blank in _blanks(text, place, token.start()):
                yield from phrases(blank, path)
        if token["call"] is None or _is_definition(source, token.start()):
            continue
        name = token["name"]
        arguments = _ARGUMENTS[name].match(source, position)
        if arguments is None:
            raise place.error(token.start(), _WANTED[name])
        english, *more = (_decoded(one, place, token.start()) for one in arguments.groups())
        yield Message(english, *more, context=PHONE_CONTEXT, note=NOTE)


def _blanks(template: str, place: _Place, position: int) -> Iterator[str]:
    """Yield what stands in the blanks of a template literal, all that is said in it among them."""
    outside = ""
    depth = start = 0
    for at, letter in enumerate(template):
        if depth == 0:
            outside += letter
            if letter == "{" and template[at - 1] == "$":
                depth, start = 1, at + 1
        elif letter in "{}":
            depth += 1 if letter == "{" else -1
            if depth == 0:
                yield template[start:at]
    if depth or _CALL.search(outside):
        raise place.error(position, "say or count in a template that is too clever for this tool")


def _is_definition(source: str, position: int) -> bool:
    return source[:position].rstrip().endswith("function")


def _decoded(literal: str, place: _Place, position: int) -> str:
    def plain(escape: re.Match[str]) -> str:
        if escape[1]:
            return chr(int(escape[1], 16))
        if escape[2] not in _ESCAPED:
            raise place.error(position, f"\\{escape[2]} is no escape that a catalogue knows")
        return _ESCAPED[escape[2]]

    text = _ESCAPE.sub(plain, literal[1:-1])
    if not text.strip():
        raise place.error(position, "nothing is said")
    return text
