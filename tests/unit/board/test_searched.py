"""Every kind of thing on the board is searched, and its page is of the object alone."""

import pytest

from meshnode.board.calls.checkin import CheckInFields, CheckInHead, State, encode_checkin
from meshnode.board.exchange.offer import OfferFields, encode_offer
from meshnode.board.exchange.things import Direction, Sort
from meshnode.board.finding.folding import fold
from meshnode.board.finding.pages import ANY_LANGUAGE
from meshnode.board.finding.searched import SEARCHED, page_of
from meshnode.board.places.place import PlaceFields, PlaceHead, PlaceWords, encode_place
from meshnode.board.tail import DAMAGED_TEXT, FUTURE_TEXT
from meshnode.board.versions import UPDATABLE
from meshnode.node.languages import LANGUAGES, load_language
from meshnode.node.reader import LocalReader
from meshnode.protocol.object import Kind, SignedObject
from tests.community import ANNA, MINUTE, bulletin, made
from tests.everykind import village

READERS = [LocalReader(load_language(tag), None, None) for tag in LANGUAGES]


def thing(kind: Kind, said: tuple[int, bytes]) -> SignedObject:
    codec, body = said
    return made(ANNA, kind, body, codec=codec, sequence=1, minute=MINUTE, minutes=1440)


WORDS = PlaceWords("Turnhalle Nord", address="Schulweg 3", text="Eingang hinten")
EXAMPLES = [
    *(one for kind in sorted(SEARCHED) for one in village().of(kind)),
    thing(Kind.OFFER, encode_offer(OfferFields(Direction.OFFER, Sort.GOODS, "heat", item=16))),
    thing(Kind.PLACE, encode_place(PlaceFields(PlaceHead(3), WORDS))),
    thing(Kind.CHECKIN, encode_checkin(CheckInFields(CheckInHead(State.HELP), text="Insulin"))),
]


def test_all_that_people_put_on_the_board_is_searched_under_words_of_its_own() -> None:
    assert set(SEARCHED) == set(UPDATABLE)
    sorts = [sort for one in SEARCHED.values() for sort in one.sorts]
    assert len(set(sorts)) == len(sorts)
    assert not SEARCHED[Kind.CHECKIN].is_public


@pytest.mark.parametrize("example", EXAMPLES)
def test_a_page_is_of_the_object_alone_and_of_its_kind(example: SignedObject) -> None:
    page = page_of(example, READERS)
    assert page == page_of(example, READERS)
    assert page.sort in SEARCHED[example.kind].sorts
    assert fold(f"{page.title} {page.text} {page.labels} {page.place}")


@pytest.mark.parametrize("example", EXAMPLES)
def test_words_that_cannot_be_read_are_a_sentence(example: SignedObject) -> None:
    sorts = SEARCHED[example.kind].sorts
    damaged = page_of(thing(Kind(example.kind), (2, example.body + b"\xff" * 40)), READERS)
    assert damaged.sort == sorts[0] or damaged.text != DAMAGED_TEXT
    later = page_of(thing(Kind(example.kind), (7, example.body + b"x")), READERS)
    assert (later.text, later.sort) == (FUTURE_TEXT, sorts[0])


def test_an_item_without_words_is_found_in_every_language_and_called_in_the_readers() -> None:
    fields = OfferFields(Direction.REQUEST, Sort.GOODS, "heat", item=16)
    request = thing(Kind.OFFER, encode_offer(fields))
    page = page_of(request, READERS)
    assert (page.sort, page.language, page.is_rendered) == ("request", ANY_LANGUAGE, True)
    for reader in READERS:
        own = page_of(request, [reader])
        assert fold(own.title) in fold(page.title)
        assert "\n" not in own.title
    assert "blankets" in fold(page.title).split()


def test_a_place_is_where_it_is_and_found_by_what_it_is() -> None:
    place = thing(Kind.PLACE, encode_place(PlaceFields(PlaceHead(3), WORDS)))
    page = page_of(place, READERS)
    assert (page.title, page.place_root, page.category) == (
        "Turnhalle Nord",
        place.short_id,
        "warm-room",
    )
    assert page.place == "Turnhalle Nord\nSchulweg 3"
    assert "warm room" in fold(page.labels)


def test_a_bulletin_is_found_by_its_category_in_every_language() -> None:
    labels = set(fold(page_of(bulletin(ANNA, "Kanister"), READERS).labels).split())
    assert {"water", "wasser", "su"} <= labels
