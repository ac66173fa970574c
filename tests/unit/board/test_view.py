"""The board as people see it."""

from meshnode.board.bulletin import Severity
from meshnode.board.rules import NeighbourhoodRules
from meshnode.board.view import board, bulletin_view
from tests.community import ANNA, BERT, MINUTE, ROOT, bulletin, profile, withdrawal


def community() -> NeighbourhoodRules:
    policy = NeighbourhoodRules(ROOT.public)
    policy.learn(profile(ANNA, name="Trinkhalle"))
    return policy


def test_the_worst_stands_first_and_then_the_newest() -> None:
    things = [
        bulletin(ANNA, "alt", sequence=1, minute=MINUTE - 30),
        bulletin(ANNA, "neu", sequence=2, minute=MINUTE),
        bulletin(ANNA, "schlimm", sequence=3, minute=MINUTE - 60, severity=Severity.SEVERE),
        bulletin(ANNA, "am schlimmsten", sequence=4, minute=MINUTE - 90, severity=Severity.EXTREME),
        bulletin(ANNA, "klein", sequence=5, minute=MINUTE - 5, severity=Severity.MINOR),
    ]
    views = board(things, community(), minute=MINUTE)
    texts = [view.fields.text for view in views]
    assert texts == ["am schlimmsten", "schlimm", "klein", "neu", "alt"]
    assert board(things[::-1], community(), minute=MINUTE) == views


def test_what_is_over_is_not_shown_from_its_very_minute_on() -> None:
    thing = bulletin(ANNA, minutes=60)
    assert board([thing], community(), minute=thing.expires_min - 1) != []
    assert board([thing], community(), minute=thing.expires_min) == []


def test_only_bulletins_are_on_the_board() -> None:
    thing = bulletin(ANNA)
    assert len(board([profile(ANNA), thing, withdrawal(ANNA, thing)], community(), minute=0)) == 1


def test_a_view_names_the_author_where_its_profile_is_here() -> None:
    (named, nameless) = board(
        [bulletin(ANNA, minute=MINUTE + 1), bulletin(BERT)], community(), minute=MINUTE
    )
    assert (named.author_name, named.author) == ("Trinkhalle", ANNA.id)
    assert nameless.author_name is None
    assert bulletin_view(bulletin(BERT), None).fields.category == "water"
