"""Roll call: who is OK, who needs help, who has not been heard of.

Not for: who belongs to a street or a circle; whoever asks says so. Invariants: somebody who was
not heard of is never counted as OK; somebody else's "OK" does not silence one's own call; the same
reports in any order give the same roll.
Source: docs/spec/calls.md section 5.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

_STREET_ENDS: Final = ("strasse", "str.", "straße")
_STREET: Final = "str"


class Answer(StrEnum):
    """What is known of somebody."""

    NEEDS_HELP = "needs_help"
    NOT_HEARD = "not_heard"
    OK = "ok"


@dataclass(frozen=True, slots=True)
class Report:
    """One check-in that is not over.

    Shapes: `who` is whom it is about, as shown; `fingerprint` (hex) whose it is if it is about its
    author, else empty; `is_ended`: a coordinator ended the call; `id` orders what has one minute.
    """

    who: str
    fingerprint: str
    where: str
    minute: int
    is_call: bool
    is_urgent: bool = False
    is_ended: bool = False
    id: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Somebody who is asked for, by name; `fingerprint` (hex) where it is known, else empty."""

    name: str
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """What is known of one person; `report` is what says so, None: nothing was heard."""

    name: str
    answer: Answer
    report: Report | None = None


def roll_of_names(wanted: Iterable[Wanted], reports: Iterable[Report]) -> list[Row]:
    """Return a row for everybody who is asked for, those who need help first."""
    known = list(reports)
    return _in_order(_row(one.name, _about(one, known)) for one in wanted)


def roll_of_street(street: str, reports: Iterable[Report]) -> list[Row]:
    """Return a row for everybody of whom a check-in names this street or house.

    Nobody is known to be missing this way: for that somebody has to name who lives there.
    """
    people: dict[str, list[Report]] = {}
    for one in reports:
        if is_there(street, one.where):
            people.setdefault(one.fingerprint or folded(one.who), []).append(one)
    return _in_order(_row(_newest(some).who, some) for some in people.values())


def is_there(street: str, where: str) -> bool:
    """Return whether the words of a place name that street or house, however it is spelled."""
    wanted, said = _street_words(street), _street_words(where)
    return bool(wanted) and any(
        _matches(wanted, said[start : start + len(wanted)]) for start in range(len(said))
    )


def folded(name: str) -> str:
    """Return a name as it is compared: without case and doubled blanks."""
    return " ".join(name.split()).casefold()


def _street_words(text: str) -> list[str]:
    words = text.casefold().replace("ß", "ss").replace(",", " ").split()
    return [_shortened(word) for word in words]


def _shortened(word: str) -> str:
    """Return `schillerstr` for `schillerstraße` and `schillerstr.`."""
    for end in _STREET_ENDS:
        if word.endswith(end):
            return word.removesuffix(end) + _STREET
    return word


def _matches(wanted: Sequence[str], said: Sequence[str]) -> bool:
    """Return whether the words are the same; a name without digits may be only begun."""
    return len(wanted) == len(said) and all(
        one == other or (not _has_digit(one) and other.startswith(one))
        for one, other in zip(wanted, said, strict=True)
    )


def _has_digit(word: str) -> bool:
    return any(one.isdigit() for one in word)


def _about(wanted: Wanted, reports: Sequence[Report]) -> list[Report]:
    if wanted.fingerprint:
        own = [one for one in reports if one.fingerprint == wanted.fingerprint]
        others = [one for one in reports if not one.fingerprint and _is_name(wanted.name, one)]
        return [*own, *others]
    return [one for one in reports if _is_name(wanted.name, one)]


def _is_name(name: str, report: Report) -> bool:
    return folded(name) == folded(report.who)


def _row(name: str, about: Sequence[Report]) -> Row:
    """Return what is known of somebody.

    A call counts until it was ended, or the person said later that all is well; another's word
    does not take back one's own.
    """
    if not about:
        return Row(name, Answer.NOT_HEARD)
    fine = [one for one in about if not one.is_call]
    own_fine = [_order(one) for one in fine if one.fingerprint]
    calls = [
        one
        for one in about
        if one.is_call and not one.is_ended and all(_order(one) > each for each in own_fine)
    ]
    if calls:
        worst = max(calls, key=lambda one: (one.is_urgent, _order(one)))
        return Row(name, Answer.NEEDS_HELP, worst)
    if fine:
        return Row(name, Answer.OK, _newest(fine))
    # All their calls were ended by somebody else; they have not said since that they are well.
    return Row(name, Answer.NOT_HEARD, _newest(about))


def _newest(reports: Sequence[Report]) -> Report:
    return max(reports, key=_order)


def _order(report: Report) -> tuple[int, str]:
    return report.minute, report.id


def _in_order(rows: Iterable[Row]) -> list[Row]:
    places = list(Answer)
    return sorted(rows, key=lambda one: (places.index(one.answer), folded(one.name), one.name))
