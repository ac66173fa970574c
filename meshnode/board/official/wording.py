"""An official message as an alert of ours: what it says, short enough for a few frames of radio.

What is left out is left out at the end of a sentence, and the text then says where the whole is.
What to do gets a part of its own: long descriptions must not push it out.
Source: docs/spec/alerts.md section 4.
"""

import re
from html import unescape
from typing import Final

from meshnode.board.bulletins.alert import REPLACES_MAX, AlertState, Provenance
from meshnode.board.bulletins.bulletin import TITLE_CHARACTERS_MAX, BulletinFields, clean
from meshnode.board.names import NAME_BYTES_MAX, clean_name
from meshnode.board.official.mapping import CATEGORIES, SEVERITIES
from meshnode.board.official.official_words import FRAMES
from meshnode.board.official.warning import MessageType, OfficialAlert, reference_of
from meshnode.board.words import Named

TEXT_CHARACTERS_MAX: Final = 600
"""About three frames of radio once it is compressed; bench: tests/unit/board/official."""
INSTRUCTION_CHARACTERS_MAX: Final = 240
"""At least so much of what to do is kept, however long the description is."""
AREAS_CHARACTERS_MAX: Final = 100
READ_CHARACTERS_MAX: Final = 20_000
"""So much of a field is looked at; the rest would be cut off anyway."""

_CUT: Final = "…"
_BREAK: Final = re.compile(r"<br\s{0,5}/?>|</p>", re.IGNORECASE)
_TAG: Final = re.compile(r"<[^<>]{0,200}>")
_BLANKS: Final = re.compile(r"[ \t\xa0]+")
_LINES: Final = re.compile(r"\s*\n\s*")
_SENTENCE_END: Final = re.compile(r"[.!?](?=\s|$)|\n")
_ALL_CLEAR: Final = re.compile(r"\s*(?:entwarnung|all[ -]clear)\b", re.IGNORECASE)


def state_of(alert: OfficialAlert) -> AlertState:
    """Return whether a message warns, or takes a warning back.

    A separate message counts as all-clear only if it says so itself.
    """
    says_so = "AllClear" in alert.responses or bool(_ALL_CLEAR.match(alert.headline))
    is_over = says_so or alert.message_type is MessageType.CANCEL
    return AlertState.ALL_CLEAR if is_over else AlertState.IN_FORCE


def provenance_of(alert: OfficialAlert) -> Provenance:
    """Return where an alert comes from, as our objects say it."""
    references = [reference_of(one) for one in alert.references]
    earlier = [one for one in dict.fromkeys(references) if one != alert.reference]
    issued_min = max(0, alert.sent_min)
    state = state_of(alert)
    # When a danger that is over would have begun and ended is of no use any more.
    begins = None if state is AlertState.ALL_CLEAR else alert.onset_min
    ends = None if state is AlertState.ALL_CLEAR else alert.expires_min
    return Provenance(
        source=_source(alert.source),
        issued_min=issued_min,
        state=state,
        reference=alert.reference,
        replaces=tuple(sorted(earlier[-REPLACES_MAX:])),
        onset_min=begins if begins is not None and begins > issued_min else None,
        ends_min=None if ends is None else max(0, ends),
    )


def fields_of(alert: OfficialAlert, language: Named) -> BulletinFields:
    """Return what an alert says, as a bulletin of ours; `language` is that of the alert."""
    return BulletinFields(
        text=_text(alert, language),
        title=_title(alert, language),
        category=CATEGORIES[alert.category],
        severity=SEVERITIES[alert.severity],
    )


def plain(text: str) -> str:
    """Return a field without the HTML that some sources put into it, its blanks collapsed."""
    lines = _TAG.sub("", _BREAK.sub("\n", text[:READ_CHARACTERS_MAX]))
    return _LINES.sub("\n", _BLANKS.sub(" ", clean(unescape(lines)))).strip()


def shortened(text: str, characters_max: int) -> str:
    """Return so much of a text as fits, up to the end of a sentence, or else of a word."""
    if len(text) <= characters_max:
        return text
    ends = [found.end() for found in _SENTENCE_END.finditer(text[: characters_max + 1])]
    fitting = [end for end in ends if end <= characters_max]
    if fitting and fitting[-1] > characters_max // 3:
        return text[: fitting[-1]].rstrip()
    return _at_word(text, characters_max)


def _title(alert: OfficialAlert, language: Named) -> str:
    headline = " ".join(plain(alert.headline or alert.event).split())
    if state_of(alert) is AlertState.ALL_CLEAR and not _ALL_CLEAR.match(headline):
        frame = "all-clear" if "AllClear" in alert.responses else "taken-back"
        headline = language.named(FRAMES, frame).format(headline=headline)
    return _at_word(headline.strip() or _source(alert.source), TITLE_CHARACTERS_MAX)


def _text(alert: OfficialAlert, language: Named) -> str:
    areas = _areas(alert, language)
    whole = language.named(FRAMES, "whole").format(address=_web(alert))
    room = TEXT_CHARACTERS_MAX - len(areas) - len(whole) - 3
    description, instruction = plain(alert.description), plain(alert.instruction)
    kept = shortened(instruction, max(INSTRUCTION_CHARACTERS_MAX, room - len(description)))
    said = shortened(description, room - len(kept))
    is_whole = (said, kept) == (description, instruction) and bool(said or kept)
    if not (said or kept) and state_of(alert) is AlertState.ALL_CLEAR:
        said, is_whole = language.named(FRAMES, "nothing-said"), True
    parts = (said, kept, areas, "" if is_whole else whole)
    return "\n".join(part for part in parts if part)


def _areas(alert: OfficialAlert, language: Named) -> str:
    names = list(dict.fromkeys(" ".join(plain(one.name).split()) for one in alert.areas))
    named = [one for one in names if one]
    shown = list[str]()
    for name in named:
        if len(", ".join([*shown, name])) > AREAS_CHARACTERS_MAX:
            break
        shown.append(name)
    if not named:
        return ""
    left = len(named) - len(shown) if shown else 0
    areas = ", ".join(shown) or _at_word(named[0], AREAS_CHARACTERS_MAX)
    frame = language.named(FRAMES, "areas-more" if left else "areas")
    return frame.format(areas=areas, count=left)


def _web(alert: OfficialAlert) -> str:
    web = " ".join(plain(alert.web).split())
    if 0 < len(web) <= 80 and " " not in web:
        return web
    return "warnung.bund.de" if not alert.sender or not alert.identifier else _source(alert.source)


def _source(source: str) -> str:
    name = clean_name(" ".join(plain(source).split())) or "?"
    while len(name.encode()) > NAME_BYTES_MAX:
        name = name[: name.rfind(" ")].rstrip(" ,") if " " in name else name[:-1]
    return name


def _at_word(text: str, characters_max: int) -> str:
    if len(text) <= characters_max:
        return text
    cut = text[: characters_max - 1]
    end = cut.rfind(" ")
    return (cut[:end] if end > characters_max // 2 else cut).rstrip(" ,;:") + _CUT
