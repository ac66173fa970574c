"""Codes beside items: everything in one while it fits, else what vouches once for the sheet."""

from meshnode.board.paperline import encode_paper, scan
from meshnode.commands.files.papers import QR_CHARACTERS_MAX, PaperItem, voucher_codes
from meshnode.commands.files.scanning import noun_of, unusable
from meshnode.node.desks.papers import papers_of
from meshnode.protocol.object import Kind, SignedObject
from tests.community import CEM
from tests.everykind import KIOSK, village
from tests.unit.node.test_papers import ALL


def item(thing: SignedObject) -> PaperItem:
    papers = papers_of(thing, ALL.notices_on(thing.id), ALL)
    return PaperItem(thing.id.hex(), papers.thing, papers.notices, papers.vouchers)


def by(author: bytes) -> PaperItem:
    return item(next(one for one in village().of(Kind.BULLETIN) if one.author == author))


def test_an_item_with_a_short_chain_is_one_code_with_all_that_vouches() -> None:
    short = by(KIOSK.id)
    (code,) = short.contents()
    assert len(code) <= QR_CHARACTERS_MAX
    found = {one.id for one in scan(code).things}
    assert found == {one.id for one in (short.thing, *short.notices, *short.vouchers)}
    assert voucher_codes([short]) == []


def test_an_item_with_a_long_chain_has_its_vouchers_once_for_the_sheet() -> None:
    long = by(CEM.id)
    assert not long.is_one_code
    beside = {one.id for code in long.contents() for one in scan(code).things}
    assert beside == {one.id for one in (long.thing, *long.notices)}
    once, twice = voucher_codes([long]), voucher_codes([long, long])
    assert once == twice
    assert {one.id for one in scan(" ".join(once)).things} == {one.id for one in long.vouchers}
    assert all(len(code) <= QR_CHARACTERS_MAX for code in (*once, *long.contents()))


def test_lines_alone_leave_out_what_vouches_but_not_corrections() -> None:
    corrected = by(CEM.id)
    assert corrected.notices
    alone = {one.id for one in scan("\n".join(corrected.lines(alone=True))).things}
    assert alone == {one.id for one in (corrected.thing, *corrected.notices)}


def test_what_cannot_be_used_is_said_with_what_to_do() -> None:
    first, *_ = encode_paper(village().things[0], part_bytes_max=60)
    damaged, missing = unusable(scan(f"{first} MN1:0"))
    assert "scan it again" in damaged
    assert "not scanned yet: 2." in missing


def test_kinds_that_are_not_known_have_a_name_too() -> None:
    assert noun_of(Kind.BULLETIN) == "bulletin"
    assert noun_of(99) == "kind 99"
