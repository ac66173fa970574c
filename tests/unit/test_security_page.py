"""Every attack of docs/security.md is shown by tests that exist, or is said to be open."""

import re
from pathlib import Path

import pytest

from tests.named import missing, named_in, names_in

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/security.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
HEADER = "| attack | defence | shown by |"
OPEN = re.compile(r"\b(not defended|accepted)\b")
ROWS_MIN = 60
ATTACKS = (
    "official alert",
    "looks alike",
    "forged certificates",
    "same id",
    "same short id",
    "another's device",
    "one sequence number",
    "two members invent",
    "leaked invite",
    "network key",
    "spoken code",
    "stolen phone",
    "stolen coordinator key",
    "stolen steward key",
    "revoke each other",
    "another history",
    "stolen Pi",
    "withdraws",
    "guessing the passphrase",
    "older vault",
    "older store",
    "wrong one",
    "in another's name",
    "wraps a message again",
    "from times and places",
    "keys stolen later",
    "flash memory",
    "member writes as another",
    "removed member",
    "lies to the command line",
    "author floods",
    "node floods",
    "urgent",
    "floods with acts",
    "filling the disk",
    "lack everything",
    "bombs",
    "decoder",
    "jamming",
    "who sends when",
    "replaying",
    "into the future",
    "dated back",
    "hides what is true",
    "comes back",
    "copies of strangers",
    "secrets in logs",
    "list of processes",
    "root on the node",
    "selling a place twice",
    "false call for help",
    "call for help go away",
    "declares an outage",
    "false level",
    "a search that is",
    "formula in a spreadsheet",
    "table to import",
    "forged sheet",
    "changed on the way",
    "in a phone's name",
    "sending again",
    "photograph",
    "guessing a code",
    "hostile web page",
    "lost phone that is paired",
    "kiosk",
)
"""What the page must not forget, by words of its first column."""


def rows() -> list[tuple[str, str, str]]:
    found = []
    for table in PAGE.split(HEADER)[1:]:
        for line in table.splitlines()[2:]:
            if not line.startswith("|"):
                break
            attack, defence, shown = (cell.strip() for cell in line.strip("|").split("|"))
            found.append((attack, defence, shown))
    return found


def test_every_attack_has_a_defence_and_a_test_or_is_said_to_be_open() -> None:
    assert len(rows()) >= ROWS_MIN
    for attack, defence, shown in rows():
        assert attack, shown
        assert defence, attack
        assert named_in(shown) or OPEN.search(shown), attack


@pytest.mark.parametrize("words", ATTACKS)
def test_no_attack_is_forgotten(words: str) -> None:
    assert any(words in attack for attack, _, _ in rows())


def test_every_test_that_the_page_names_is_there() -> None:
    named = named_in(PAGE)
    assert len(re.findall(r"\.py::", PAGE)) == len(named), "a name is not in the usual form"
    assert missing(named) == []


def test_a_test_that_is_not_there_is_noticed() -> None:
    here = "unit/test_security_page.py"
    gone = [(here, "test_that_nobody_wrote"), ("unit/test_nowhere.py", "test_anything")]
    assert missing([*gone, (here, "test_no_attack_is_forgotten")]) == [
        f"{path}::{name}" for path, name in gone
    ]
    assert "rows" not in names_in(here)


def test_the_page_says_that_nobody_audited_it() -> None:
    assert PAGE.split("\n\n")[1].startswith("**Not audited.**")
    assert "**not been audited**" in README
