"""The news in words: every kind of thing, and only those that are wanted."""

from typing import Any

import pytest

from meshnode.commands.node.watch import _is_wanted, _sentence

OFFER: dict[str, Any] = {
    "id": "1a2b3c4d" * 4,
    "kind": "offer",
    "is_drill": False,
    "severity": None,
    "author_name": "Anna",
    "author": "00112233",
    "title": "Decken",
    "place": "Turnhalle Nord",
    "parts": [{"text": "Drei warme", "is_match": False}],
    "notices": [],
}
POSTED = {"kind": "posted", "id": OFFER["id"], "posted": OFFER}
CLAIM = {"kind": "object", "object": "claim", "author_name": "Bert", "parent": "1a2b3c4d"}
ALERT = {"kind": "bulletin", "bulletin": {"kind": "alert"}, "link": None}


@pytest.mark.parametrize(
    ("news", "sentence"),
    [
        (
            {**POSTED, "link": "serial"},
            "Received from serial: offer by Anna (1a2b3c4d): Decken: Drei warme (Turnhalle Nord)",
        ),
        (
            {**POSTED, "link": None},
            "Posted here: offer by Anna (1a2b3c4d): Decken: Drei warme (Turnhalle Nord)",
        ),
        ({**CLAIM, "link": None}, "Posted here: claim by Bert about 1a2b3c4d"),
        (
            {"kind": "object", "object": "unknown", "link": "lan"},
            "Received from lan: unknown",
        ),
    ],
)
def test_things_of_every_kind_are_told_in_words(news: dict[str, Any], sentence: str) -> None:
    assert _sentence(news) == sentence


@pytest.mark.parametrize(
    ("kinds", "told"),
    [
        ((), ["posted", "object", "bulletin", "removed", "hello"]),
        (("offer",), ["posted", "hello"]),
        (("alert", "claim"), ["object", "bulletin", "hello"]),
        (("bulletin",), ["bulletin", "hello"]),
        (("removed",), ["removed", "hello"]),
        (("place",), ["hello"]),
    ],
)
def test_only_wanted_kinds_are_told(kinds: tuple[str, ...], told: list[str]) -> None:
    news = [POSTED, CLAIM, ALERT, {"kind": "removed"}, {"kind": "hello"}]
    assert [one["kind"] for one in news if _is_wanted(one, kinds)] == told
