"""The board as people see it."""

import pytest

from meshnode.board import view as views
from meshnode.board.bulletins.bulletin import Severity
from meshnode.board.rules import NeighbourhoodRules
from meshnode.board.tail import DAMAGED_TEXT, FUTURE_TEXT
from meshnode.board.view import READ_TEXTS_MAX, board, bulletin_view
from meshnode.protocol.object import Kind, SignedObject
from meshnode.protocol.ports import Accepted
from tests.community import (
    ANNA,
    BERT,
    MINUTE,
    bulletin,
    certificate,
    made,
    role,
    rules,
    withdrawal,
)

HEAD = b"\x84"
"""Severe, about water, no title."""

TEMPLATE = b"\x85"
"""The same for a template."""


def community() -> NeighbourhoodRules:
    policy = rules()
    policy.learn(certificate(ANNA, name="Trinkhalle"))
    policy.learn(role(ANNA))
    return policy


def test_the_worst_stands_first_and_then_the_newest() -> None:
    things = [
        bulletin(ANNA, "alt", sequence=1, minute=MINUTE - 30),
        bulletin(ANNA, "neu", sequence=2, minute=MINUTE),
        bulletin(ANNA, "schlimm", sequence=3, minute=MINUTE - 60, severity=Severity.SEVERE),
        bulletin(ANNA, "am schlimmsten", sequence=4, minute=MINUTE - 90, severity=Severity.EXTREME),
        bulletin(ANNA, "klein", sequence=5, minute=MINUTE - 5, severity=Severity.MINOR),
    ]
    shown = board(things, community(), minute=MINUTE)
    texts = [view.fields.text for view in shown]
    assert texts == ["am schlimmsten", "schlimm", "klein", "neu", "alt"]
    assert board(things[::-1], community(), minute=MINUTE) == shown


def test_what_is_over_is_not_shown_from_its_very_minute_on() -> None:
    thing = bulletin(ANNA, minutes=60)
    assert board([thing], community(), minute=thing.expires_min - 1) != []
    assert board([thing], community(), minute=thing.expires_min) == []


def test_only_bulletins_are_on_the_board() -> None:
    thing = bulletin(ANNA)
    assert (
        len(board([certificate(ANNA), thing, withdrawal(ANNA, thing)], community(), minute=0)) == 1
    )


def test_a_view_names_the_author_where_its_profile_is_here() -> None:
    (named, nameless) = board(
        [bulletin(ANNA, minute=MINUTE + 1), bulletin(BERT)], community(), minute=MINUTE
    )
    assert (named.author_name, named.key) == ("Trinkhalle", ANNA.id)
    assert nameless.author_name is None
    assert bulletin_view(bulletin(BERT), community()).fields.category == "water"


def with_body(codec: int, body: bytes, *, sequence: int = 7) -> SignedObject:
    return made(
        ANNA,
        Kind.BULLETIN,
        body,
        sequence=sequence,
        minute=MINUTE,
        minutes=1440,
        codec=codec,
    )


@pytest.mark.parametrize(
    ("codec", "body", "sentence"),
    [
        (4, HEAD + b"anything", FUTURE_TEXT),
        (7, HEAD + b"\0", FUTURE_TEXT),
        (0, HEAD + b"\xff", DAMAGED_TEXT),
        (0, HEAD + "rechts\u202e sknil".encode(), DAMAGED_TEXT),
        (1, HEAD + b"\x07", DAMAGED_TEXT),
        (2, HEAD + b"\0" * 40, DAMAGED_TEXT),
        (3, HEAD + b"text", DAMAGED_TEXT),
        (0, b"\x86" + b"title without text", DAMAGED_TEXT),
        (0, TEMPLATE + b"\x01", DAMAGED_TEXT),
        (0, TEMPLATE + b"\x01\x00\x30\x00x", DAMAGED_TEXT),
        (2, TEMPLATE + b"\x01\x01\x30\x00" + b"\0" * 40, DAMAGED_TEXT),
        (1, TEMPLATE + b"\x0f\x00\x03\x00", DAMAGED_TEXT),
        (4, TEMPLATE + b"\x01\x01\x30\x00x", FUTURE_TEXT),
    ],
)
def test_a_text_that_cannot_be_read_is_a_sentence_and_the_rest_of_the_board_stands(
    codec: int, body: bytes, sentence: str
) -> None:
    strange = with_body(codec, body)
    assert community().judge(strange) == Accepted()
    shown = board([bulletin(ANNA, "gut"), strange], community(), minute=MINUTE)
    assert [view.fields.text for view in shown] == [sentence, "gut"]
    assert (shown[0].fields.title, shown[0].fields.template) == (None, None)
    assert (shown[0].fields.category, shown[0].fields.severity) == ("water", Severity.SEVERE)


def test_a_text_is_decoded_when_it_is_looked_at_and_then_kept() -> None:
    views.readable.cache_clear()
    thing = bulletin(ANNA, "Wasser gibt es heute nur am Nordmarkt.")
    policy = community()
    assert policy.judge(thing) == Accepted()
    policy.learn(thing)
    policy.rank(thing)
    (view,) = board([thing], policy, minute=MINUTE)
    assert views.readable.cache_info().currsize == 0
    assert view.fields.text == view.fields.text
    info = views.readable.cache_info()
    assert (info.misses, info.maxsize) == (1, READ_TEXTS_MAX)
