"""What a list of the board and a search leave out, as requests ask for it.

Invariants: as in `intake`.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from meshnode.api.codes import ErrorCode
from meshnode.api.fields import hex_bytes, refuse_unknown, text_field, whole
from meshnode.api.refusals import RequestError
from meshnode.api.schema_parts import FINGERPRINT, Schema
from meshnode.board.bulletins.bulletin import CATEGORIES, CATEGORY_BYTES_MAX, Severity
from meshnode.board.finding.query import QUERY_CHARACTERS_MAX
from meshnode.board.finding.searched import SEARCHED
from meshnode.board.view import SHOWN
from meshnode.node.desks.noticeboard import Sieve
from meshnode.node.desks.searchdesk import Question
from meshnode.node.languages import LANGUAGES
from meshnode.protocol.keys import FINGERPRINT_BYTES, Fingerprint

HITS_MAX: Final = 100
"""Finds in one answer; more take several."""
HITS_DEFAULT: Final = 20
OFFSET_MAX: Final = 1_000_000
SINCE_S_MAX: Final = 366 * 86_400
_MINUTE_S: Final = 60
CATEGORY_PATTERN: Final = f"^[a-z0-9-]{{1,{CATEGORY_BYTES_MAX}}}$"
TAG_PATTERN: Final = "^[a-z]{2,3}$"

BULLETIN_KINDS: Final = {kind.name.lower(): kind for kind in sorted(SHOWN)}
"""What `kind=` can be where bulletins are listed."""
SORTS: Final = tuple(sort for _, one in sorted(SEARCHED.items()) for sort in one.sorts)
"""What `kind=` can be where things are searched."""


@dataclass(frozen=True, slots=True)
class WantedBulletins:
    """Which bulletins are asked for; `text` are words that the search has to find."""

    sieve: Sieve
    text: str | None


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """What is searched, and which part of the finds is asked for."""

    question: Question
    offset: int
    limit: int


SIEVE_NAMES: Final = ("kind", "category", "severity", "author", "since_s", "text")


def parse_sieve(query: Mapping[str, str]) -> WantedBulletins:
    """Return which bulletins a query asks for.

    Raises:
        RequestError: A value is not possible.
    """
    since_s = whole(query, "since_s", SINCE_S_MAX, smallest=1, largest=SINCE_S_MAX)
    author = query.get("author")
    kind = _choice(query, "kind", BULLETIN_KINDS) if "kind" in query else None
    return WantedBulletins(
        sieve=Sieve(
            kind=None if kind is None else BULLETIN_KINDS[kind],
            category=_category(query),
            severity=_severity(query),
            author=None
            if author is None
            else Fingerprint(hex_bytes(author, "author", length=FINGERPRINT_BYTES)),
            last_minutes=-(-since_s // _MINUTE_S) if "since_s" in query else None,
        ),
        text=_words(query, "text") if "text" in query else None,
    )


def parse_search(query: Mapping[str, str]) -> SearchRequest:
    """Return what a query asks the search.

    Raises:
        RequestError: A parameter is unknown or out of its bounds.
    """
    names = ("q", "kind", "category", "place", "severity", "language", "reader", "offset", "limit")
    refuse_unknown(query, names, "parameter")
    kind = _choice(query, "kind", SORTS) if "kind" in query else None
    language = query.get("language")
    if language is not None and not re.fullmatch(TAG_PATTERN, language):
        _refuse("language must be the short name of one, such as de or en.")
    return SearchRequest(
        Question(
            text=_words(query, "q"),
            sorts=() if kind is None else (kind,),
            category=_category(query),
            place=_words(query, "place"),
            language=language,
            severity=_severity(query),
        ),
        offset=whole(query, "offset", 0, smallest=0, largest=OFFSET_MAX),
        limit=whole(query, "limit", HITS_DEFAULT, smallest=1, largest=HITS_MAX),
    )


def parse_reader(query: Mapping[str, str]) -> str:
    """Return in which language a search's finds are to be said.

    Raises:
        RequestError: This node does not speak it.
    """
    return _choice(query, "reader", LANGUAGES) if "reader" in query else LANGUAGES[0]


def _choice(query: Mapping[str, str], name: str, choices: Collection[str]) -> str:
    value = query[name]
    if value not in choices:
        _refuse(f"{name} must be one of {', '.join(choices)}.")
    return value


def _severity(query: Mapping[str, str]) -> Severity | None:
    if "severity" not in query:
        return None
    return Severity(_choice(query, "severity", [one.value for one in Severity]))


def _category(query: Mapping[str, str]) -> str | None:
    category = query.get("category")
    if category is not None and not re.fullmatch(CATEGORY_PATTERN, category):
        _refuse(
            f"category must be one of {', '.join(CATEGORIES)}, or a word of 1 to "
            f"{CATEGORY_BYTES_MAX} of a-z, 0-9, '-'."
        )
    return category


def _words(query: Mapping[str, str], name: str) -> str:
    text = text_field(query, name, "")
    if len(text) > QUERY_CHARACTERS_MAX:
        _refuse(f"{name} may have {QUERY_CHARACTERS_MAX} characters at most.")
    return text


def _refuse(message: str) -> NoReturn:
    raise RequestError(ErrorCode.BAD_REQUEST, message)


def _query(name: str, description: str, **schema: Any) -> Schema:
    return {"name": name, "in": "query", "description": description, "schema": schema}


_WORDS: Final[Schema] = {"type": "string", "maxLength": QUERY_CHARACTERS_MAX}
_CATEGORY: Final = _query(
    "category",
    "What it is about.",
    type="string",
    pattern=CATEGORY_PATTERN,
    examples=list(CATEGORIES),
)
_SEVERITY: Final = _query(
    "severity", "So bad or worse.", type="string", enum=[one.value for one in Severity]
)
SIEVE_PARAMETERS: Final = (
    _query("kind", "Only this sort.", type="string", enum=list(BULLETIN_KINDS)),
    _CATEGORY,
    _SEVERITY,
    _query("author", "Only by whom this fingerprint names.", **FINGERPRINT),
    _query(
        "since_s",
        "Only what was written in the last so many seconds.",
        type="integer",
        minimum=1,
        maximum=SINCE_S_MAX,
    ),
    _query("text", "Only what has these words, as `q` of /search.", **_WORDS),
)
SEARCH_PARAMETERS: Final = (
    _query(
        "q",
        "Words that all must be there, in any spelling; words in quotes stand together; the last "
        "one, and one that ends in `*`, may go on.",
        **_WORDS,
        default="",
    ),
    _query("kind", "Only this sort.", type="string", enum=list(SORTS)),
    _CATEGORY,
    _query("place", "Words of the place's name, as `q`.", **_WORDS),
    _SEVERITY,
    _query(
        "language",
        "Only what is in this language or is said in every one, as far as the node can tell.",
        type="string",
        pattern=TAG_PATTERN,
    ),
    _query(
        "reader",
        "In which language templates are said.",
        type="string",
        enum=list(LANGUAGES),
        default=LANGUAGES[0],
    ),
    _query("offset", "Finds to leave out.", type="integer", minimum=0, default=0),
    _query(
        "limit",
        "Finds in one answer.",
        type="integer",
        minimum=1,
        maximum=HITS_MAX,
        default=HITS_DEFAULT,
    ),
)
