"""The tables and numbers of docs/spec/alerts.md are those of the code."""

import re
from pathlib import Path

from meshnode.board.bulletins.alert import AlertState
from meshnode.board.bulletins.bulletin import CATEGORIES as OURS
from meshnode.board.bulletins.bulletin import Severity
from meshnode.board.official import planning, wording
from meshnode.board.official.mapping import CAP_CATEGORIES, CAP_SEVERITIES, CATEGORIES, SEVERITIES
from meshnode.board.official.nina import LISTED_MAX
from meshnode.board.official.xml import DEPTH_MAX, ELEMENTS_MAX, XML_BYTES_MAX
from meshnode.node.alerts import feeds, fetching
from meshnode.node.alerts.official import SIGNED_HOUR_MAX

PAGE = (Path(__file__).parents[2] / "docs/spec/alerts.md").read_text(encoding="utf-8")


def table(head: str) -> dict[str, str]:
    rows = PAGE.split(f"| {head} | ours |\n|---|---|\n")[1].split("\n\n")[0]
    return dict(re.findall(r"^\| (\w+) \| (\S+) \|$", rows, re.MULTILINE))


def test_every_severity_and_category_of_cap_stands_in_its_table() -> None:
    assert table("CAP severity") == {one.value: ours.value for one, ours in SEVERITIES.items()}
    assert table("CAP category") == {one.value: ours for one, ours in CATEGORIES.items()}


def test_every_severity_and_category_of_ours_has_a_way_back() -> None:
    assert set(CAP_SEVERITIES) == set(Severity)
    assert set(CAP_CATEGORIES) == set(OURS)
    assert set(CATEGORIES.values()) <= set(OURS)


def test_every_state_stands_in_the_column_of_its_number() -> None:
    assert re.findall(r"^\| \| (.*) \|$", PAGE, re.MULTILINE) == [
        " | ".join(one.word for one in AlertState)
    ]


def test_the_bounds_are_those_of_the_code() -> None:
    days = {
        severity.value: minutes // 1440 for severity, minutes in planning.DEFAULT_MINUTES.items()
    }
    assert (
        f"info and minor {days['info']} day, severe {days['severe']} days, "
        f"extreme {days['extreme']} days" in PAGE
    )
    for sentence in (
        f"{XML_BYTES_MAX // 1024} KiB, {ELEMENTS_MAX:,} elements, {DEPTH_MAX} deep",
        f"8 MiB, {LISTED_MAX:,} warnings",
        f"at most {wording.TEXT_CHARACTERS_MAX} characters",
        f"at least {wording.INSTRUCTION_CHARACTERS_MAX} characters",
        f"more than {planning.FUTURE_MINUTES_MAX} minutes ahead",
        f"At most {SIGNED_HOUR_MAX} objects an hour",
        f"takes {fetching.DEADLINE_S:.0f} seconds and {fetching.BODY_BYTES_MAX >> 20} MiB",
        f"At most {feeds.DETAILS_MAX} details a look",
        f"at most {feeds.BACKOFF_MAX - 1}.",
    ):
        assert sentence in PAGE, sentence
    assert feeds.UNLISTED_POLLS == 3
    assert "three good answers in a row" in PAGE
    assert fetching.REDIRECTS_MAX == 3
    assert "at most three redirects" in PAGE
