"""The printed board: everything is on it, says what it is, and its codes read back."""

from datetime import timedelta

import pytest

from meshnode.api.feed.entries import Note, Official, Time
from meshnode.board.paperline import codes, scan
from meshnode.node.languages import load_language
from meshnode.press.board import Sections, board_sheet
from tests.everykind import village
from tests.unit.press.printed import NOW, about, entry, picture, texts


def printed(*entries, **more) -> list[str]:
    return texts(board_sheet(about(), Sections([("", entries)], **more)))


def test_every_entry_is_there_whole_with_author_times_and_number() -> None:
    some = [entry(at, heading=f"Titel{at}", text=f"Text{at} " * 30) for at in range(1, 12)]
    pages = printed(*some)
    everything = " ".join(pages)
    for one in some:
        assert one.heading in everything
        assert everything.count(one.text.split()[0] + " ") >= 29
        assert one.id[:8] in everything
    assert "von Anna, ausgehängt Do 26.11.2026, 17:15 Uhr" in everything
    assert "gilt bis Fr 27.11.2026, 20:15 Uhr" in everything


def test_entries_stand_in_the_order_in_which_they_were_given() -> None:
    everything = " ".join(printed(*(entry(at, heading=f"Titel{at}") for at in range(1, 10))))
    places = [everything.index(f"Titel{at} ") for at in range(1, 10)]
    assert places == sorted(places)


def test_every_page_says_when_and_where_it_was_printed_that_it_may_be_old_and_its_number() -> None:
    pages = printed(*(entry(at) for at in range(12)))
    assert len(pages) > 1
    for number, page in enumerate(pages, start=1):
        assert "Gedruckt Do 26.11.2026, 20:15 Uhr am Knoten Nordmarkt." in page
        assert "Das Blatt kann überholt sein." in page
        assert f"Seite {number} von {len(pages)}" in page


def test_a_node_that_does_not_know_the_time_says_so_instead_of_a_time() -> None:
    (page,) = texts(board_sheet(about(printed=None), Sections([("", [entry()])])))
    assert "Gedruckt Zeit unbekannt" in page


def test_a_drill_says_so_above_and_below_also_on_the_next_page() -> None:
    (page,) = printed(entry(is_drill=True))
    assert page.count("ÜBUNG – NICHTS DAVON IST ECHT") == 2
    long = printed(entry(is_drill=True, text="Wort " * 900))
    assert len(long) > 1
    assert all("ÜBUNG – NICHTS DAVON IST ECHT" in one for one in long)


def test_an_official_alert_says_who_issued_it_and_who_passed_it_on() -> None:
    official = Official("DWD", NOW - timedelta(hours=4))
    (page,) = printed(entry(official=official))
    assert "AMTLICH: DWD, Do 26.11.2026, 16:15 Uhr; weitergegeben von Anna" in page


def test_a_correction_stands_above_what_it_corrects() -> None:
    note = Note("Eva", "Gerücht", "Es gibt doch Wasser.", is_correction=True, made=NOW)
    (page,) = printed(entry(notes=(note,)))
    assert page.index("RICHTIGSTELLUNG von Eva (Gerücht)") < page.index("Es gibt doch Wasser.")
    assert page.index("Es gibt doch Wasser.") < page.index("Am Nordmarkt ab 14 Uhr.")


def test_an_empty_board_is_a_sheet_that_says_so() -> None:
    (page,) = printed()
    assert "Zurzeit hängt hier nichts." in page


def test_a_word_longer_than_a_line_is_cut_and_nothing_of_it_lost() -> None:
    (page,) = printed(entry(text="x" * 200))
    assert page.count("x") == 200


def test_without_fonts_a_sheet_still_comes_out_and_says_what_is_missing() -> None:
    (page,) = texts(
        board_sheet(about(load_language("en"), with_fonts=False), Sections([("", [entry()])]))
    )
    assert "This node lacks a font" in page
    assert "Am Nordmarkt ab 14 Uhr." in page


@pytest.mark.fonts
def test_all_our_languages_keep_their_letters() -> None:
    said = ["Größe, Ärzte, Übung", "ılık Çorba Şişli İğne", "Ґанок їжак єнот щука"]
    everything = " ".join(printed(*(entry(text=one) for one in said)))
    for one in said:
        assert one in everything
    assert "lacks a font" not in everything


def test_the_same_board_gives_the_same_bytes() -> None:
    def made() -> bytes:
        return board_sheet(about(), Sections([("", [entry()])]))

    assert made() == made()


@pytest.mark.parametrize("long", [False, True])
def test_a_camera_reads_the_lines_back(long: bool) -> None:
    zxingcpp = pytest.importorskip("zxingcpp")
    things = village().things[-6:] if long else village().things[-1:]
    contents = codes(things, characters_max=300 if long else 938, part_bytes_max=120)
    one = entry()
    sections = Sections([("", [one])], codes={one.id: contents})
    data = board_sheet(about(), sections)
    found = [each.text for each in zxingcpp.read_barcodes(picture(data))]
    assert len(contents) > 1 or not long
    assert sorted(found) == sorted(contents)
    assert {each.id for each in scan("\n".join(found)).things} == {each.id for each in things}


def test_when_a_meetup_takes_place_is_said_for_each_time() -> None:
    times = tuple(
        Time(NOW + timedelta(days=7 * at), NOW + timedelta(days=7 * at, hours=2))
        for at in range(12)
    )
    (page,) = printed(entry(family="meetups", times=times))
    assert "Do 26.11.2026, 20:15–22:15 Uhr" in page
    assert "Do 03.12.2026, 20:15–22:15 Uhr" in page
    assert "… (+2)" in page


def test_a_heading_is_never_left_alone_at_the_end_of_a_page() -> None:
    for count in range(1, 12):
        sections = [("", [entry(at) for at in range(count)]), ("Gesuche", [entry(99, text="Hier")])]
        pages = texts(board_sheet(about(), Sections(sections)))
        (page,) = [one for one in pages if "Gesuche" in one]
        assert "Hier" in page
