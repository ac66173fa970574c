"""The status report on a terminal. Takes the API's JSON document."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from meshnode.commands.calls import modewords
from meshnode.commands.terminal.durations import ago, duration_words
from meshnode.commands.terminal.output import one_line, paint
from meshnode.commands.terminal.tables import table, terminal_columns

Document = Mapping[str, Any]

_STATE_COLOURS: Final = {"up": "green", "waiting": "yellow", "refused": "red"}
_CLOCKS: Final = {
    "synchronised": "set by a time source",
    "plausible": "nobody vouches for it",
    "witnessed": "taken from neighbours",
    "unknown": "not known; times below are guesses",
}
_NOUNS: Final = {"slots": "booking list", "meetup": "meet-up", "checkin": "check-in"}
"""What people call the kinds of things, where it is not their own word."""
_BAR_CELLS: Final = 20
_NEIGHBOURS_SHOWN_MAX: Final = 12


def lines(status: Document) -> list[str]:
    """Return the lines of the report."""
    return [
        *_head(status),
        *_state(status),
        *_section("On the board", _board(status["board"])),
        *_section("Links", _links(status["links"])),
        *_section("Airtime", _airtime(status["airtime"])),
        *_section("Neighbours", _neighbours(status["neighbours"])),
        *_section("Dropped", _drops(status["drops"])),
        *_section("Needs attention", _problems(status["problems"])),
    ]


def airtime_words(airtime: Document) -> str:
    """Return what was spent of what is allowed, and for what."""
    spent, budget = airtime["spent_ms"] / 1000, airtime["budget_ms"] / 1000
    if not airtime["budget_ms"]:
        return f"{spent:.1f} s this hour; no radio is up, so there is no budget"
    urgent = airtime["urgent_by_purpose_ms"]
    purposes = ", ".join(
        _purpose_words(purpose, ms, urgent.get(purpose, 0))
        for purpose, ms in airtime["by_purpose_ms"].items()
        if ms
    )
    total = f"{spent:.1f} s of {budget:.0f} s this hour"
    return f"{total} (since the start, in s: {purposes})" if purposes else total


def _purpose_words(purpose: str, ms: int, urgent_ms: int) -> str:
    words = f"{purpose} {ms / 1000:.1f}"
    return f"{words} of which urgent {urgent_ms / 1000:.1f}" if urgent_ms else words


def _head(status: Document) -> Iterator[str]:
    name = paint(one_line(status["name"]), None, is_bold=True)
    yield f"{name}  node {status['node_id']}  community {status['community']}"
    yield (
        f"{counted(status['objects'], 'object')} held, "
        f"{counted(status['bulletins'], 'bulletin')} on the board, "
        f"{counted(status['members'], 'member')}; up {duration_words(status['uptime_s'])}, "
        f"version {status['version']}"
    )
    clock = status["clock"]
    if clock["quality"] != "synchronised":
        yield f"Clock: {_CLOCKS.get(clock['quality'], clock['quality'])}"


def _state(status: Document) -> Iterator[str]:
    """Yield how the neighbourhood fares, and who waits for help."""
    yield modewords.sentence(status["mode"])
    drill = modewords.drill_sentence(status["mode"])
    if drill:
        yield drill
    new, taken = status["calls"]["new"], status["calls"]["taken"]
    if new or taken:
        words = f"Calls for help: {new} that nobody has taken, {taken} taken: meshnode call list"
        yield paint(words, "red" if new else None, is_bold=bool(new))


def _board(board: Mapping[str, int]) -> Iterator[str]:
    found = [counted(count, _NOUNS.get(kind, kind)) for kind, count in board.items() if count]
    if found:
        yield ", ".join(found)


def _section(title: str, body: Iterator[str] | Sequence[str]) -> Iterator[str]:
    found = list(body)
    if found:
        yield ""
        yield paint(title, None, is_bold=True)
        yield from (f"  {line}" for line in found)


def _links(links: Sequence[Document]) -> Iterator[str]:
    if not links:
        yield "None. Give it a radio or a peer: meshnode run --help"
    for link in links:
        state = paint(link["state"], _STATE_COLOURS.get(link["state"]))
        waiting = f" {counted(link['pending'], 'object')} to send." if link["pending"] else ""
        yield f"{one_line(link['name'])}  {state}  {one_line(link['sentence'])}{waiting}"
        for warning in link["warnings"]:
            yield paint(f"  ! {one_line(warning)}", "yellow")


def _airtime(airtime: Document) -> Iterator[str]:
    if not airtime["budget_ms"] and not airtime["spent_ms"]:
        return
    share = airtime["spent_ms"] / airtime["budget_ms"] if airtime["budget_ms"] else 0.0
    cells = min(_BAR_CELLS, round(share * _BAR_CELLS))
    yield f"[{'#' * cells}{'.' * (_BAR_CELLS - cells)}] {airtime_words(airtime)}"


def _neighbours(neighbours: Sequence[Document]) -> Iterator[str]:
    if not neighbours:
        yield "None heard yet."
        return
    nearest = sorted(neighbours, key=lambda one: one["last_contact_s"])
    rows = [
        (
            one_line(one["name"] or one["sender"]),
            ago(one["last_contact_s"]),
            "" if one["snr_db"] is None else f"{one['snr_db']:.1f} dB",
            f"{one['loss_percent']} % lost",
            one_line(one["link"]),
        )
        for one in nearest[:_NEIGHBOURS_SHOWN_MAX]
    ]
    head = ("NAME", "LAST HEARD", "SIGNAL", "LOSS", "LINK")
    yield from table(head, rows, columns=terminal_columns() - 2)
    if len(nearest) > _NEIGHBOURS_SHOWN_MAX:
        yield f"and {len(nearest) - _NEIGHBOURS_SHOWN_MAX} more; all of them: --json"


def _drops(drops: Document) -> Iterator[str]:
    if drops:
        most = sorted(drops.items(), key=lambda pair: (-pair[1], pair[0]))
        yield ", ".join(f"{one_line(reason)} {count}" for reason, count in most)


def _problems(problems: Sequence[str]) -> Iterator[str]:
    for problem in problems:
        yield paint(f"! {one_line(problem)}", "yellow")


def counted(number: int, noun: str) -> str:
    """Return `1 object` or `2 objects`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
