"""An authority's message in the words of our board."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meshnode.board.bulletins.alert import AlertState, encode_alert
from meshnode.board.bulletins.bulletin import TITLE_CHARACTERS_MAX, BulletinFields
from meshnode.board.official.cap import parse_cap
from meshnode.board.official.nina import parse_nina_detail
from meshnode.board.official.warning import Area, MessageType, OfficialAlert
from meshnode.board.official.wording import (
    INSTRUCTION_CHARACTERS_MAX,
    TEXT_CHARACTERS_MAX,
    provenance_of,
    shortened,
    state_of,
)
from meshnode.board.official.wording import fields_of as fields_in
from meshnode.node.languages import language_of_source
from tests.unit.board.official.samples import MINUTE, cap, detail, encoded

FRAMES_BYTES_MAX = 3 * 200
LONG = "Im Bereich des Hafens brennt eine Lagerhalle mit Holz und Kunststoff. " * 40
INSTRUCTION = "Halten Sie Fenster und Türen geschlossen und schalten Sie Lüftungen ab. " * 10


def fields_of(alert: OfficialAlert) -> BulletinFields:
    return fields_in(alert, language_of_source(alert.language))


def nina(**changes: object) -> OfficialAlert:
    return replace(parse_nina_detail(encoded(detail())), **changes)


def test_html_becomes_text_and_the_area_is_named() -> None:
    fields = fields_of(nina())
    assert fields.title == "Gefahr durch Rauch"
    assert fields.text == (
        "Im Hafen brennt eine Halle.\nDer Rauch zieht nach Norden.\n"
        "Schließen Sie Fenster und Türen.\nGebiet: Stadt: Dortmund."
    )


def test_what_is_long_ends_with_a_sentence_keeps_what_to_do_and_says_where_the_rest_is() -> None:
    alert = nina(description=LONG, instruction=INSTRUCTION, web="https://example.org/w/1")
    fields = fields_of(alert)
    assert len(fields.text) <= TEXT_CHARACTERS_MAX
    said, todo, _, hint = fields.text.split("\n")
    assert said.endswith("Kunststoff.")
    assert todo.endswith("ab.")
    assert len(todo) > INSTRUCTION_CHARACTERS_MAX // 2
    assert hint == "Ganzer Text: https://example.org/w/1"
    _, body = encode_alert(provenance_of(alert), fields)
    assert len(body) + 75 <= FRAMES_BYTES_MAX


def test_without_a_detail_the_hint_is_what_there_is() -> None:
    alert = nina(description="", instruction="", areas=(), sender="")
    assert fields_of(alert).text == "Ganzer Text: warnung.bund.de"


def test_many_areas_are_counted() -> None:
    areas = tuple(Area(f"Gemeinde Musterdorf {number}") for number in range(9))
    text = fields_of(nina(areas=areas)).text
    assert text.endswith("und 5 weitere.")


@pytest.mark.parametrize(
    ("changes", "state", "title"),
    [
        ({}, AlertState.IN_FORCE, "Gefahr durch Rauch"),
        (
            {"message_type": MessageType.CANCEL},
            AlertState.ALL_CLEAR,
            "Aufgehoben: Gefahr durch Rauch",
        ),
        (
            {"responses": ("AllClear",)},
            AlertState.ALL_CLEAR,
            "Entwarnung: Gefahr durch Rauch",
        ),
        ({"headline": "ENTWARNUNG: Rauch"}, AlertState.ALL_CLEAR, "ENTWARNUNG: Rauch"),
        ({"headline": "Keine Entwarnung"}, AlertState.IN_FORCE, "Keine Entwarnung"),
        ({"headline": "Entwarnungssystem"}, AlertState.IN_FORCE, "Entwarnungssystem"),
    ],
)
def test_an_all_clear_is_one_only_if_the_source_says_so(
    changes: dict[str, object], state: AlertState, title: str
) -> None:
    alert = nina(**changes)
    assert state_of(alert) is state
    assert fields_of(alert).title == title


def test_a_cancel_that_says_nothing_says_that_it_is_one() -> None:
    data = cap(msg_type="Cancel")
    alert = parse_cap(data[: data.index(b" <info>")] + b"</alert>")
    assert fields_of(alert).text == "Die Quelle hat ihre Warnung zurückgenommen."


def test_an_english_message_gets_english_words() -> None:
    alert = nina(language="en-GB", message_type=MessageType.CANCEL)
    assert fields_of(alert).title == "Cancelled: Gefahr durch Rauch"
    assert "Area: " in fields_of(alert).text


@pytest.mark.parametrize(
    ("tag", "title"),
    [
        ("", "Aufgehoben: Gefahr durch Rauch"),
        ("de-DE", "Aufgehoben: Gefahr durch Rauch"),
        ("tr", "Kaldırıldı: Gefahr durch Rauch"),
        ("uk-UA", "Скасовано: Gefahr durch Rauch"),
        ("fr", "Cancelled: Gefahr durch Rauch"),
    ],
)
def test_what_stands_around_a_message_is_in_its_language(tag: str, title: str) -> None:
    assert fields_of(nina(language=tag, message_type=MessageType.CANCEL)).title == title


def test_times_and_earlier_messages_are_carried() -> None:
    alert = parse_cap(cap(references=" ".join(f"a@b,{n},{n}" for n in range(9))))
    provenance = provenance_of(alert)
    assert (provenance.onset_min, provenance.ends_min) == (MINUTE + 60, MINUTE + 300)
    assert len(provenance.replaces) == 4
    over = provenance_of(replace(alert, message_type=MessageType.CANCEL))
    assert (over.onset_min, over.ends_min) == (None, None)


TEXTS = st.text(st.sampled_from("Ab.! \n<&é漢\u202e\r\t") | st.characters(), max_size=900)


@given(TEXTS, TEXTS, TEXTS, TEXTS, st.sampled_from(MessageType))
def test_whatever_a_source_says_can_be_signed(headline, description, todo, name, kind) -> None:
    alert = nina(
        headline=headline,
        description=description,
        instruction=todo,
        source=name,
        areas=(Area(name),),
        message_type=kind,
    )
    fields = fields_of(alert)
    assert 1 <= len(fields.title or "") <= TITLE_CHARACTERS_MAX
    assert 1 <= len(fields.text) <= TEXT_CHARACTERS_MAX + 100
    encode_alert(provenance_of(alert), fields)


@given(st.text(max_size=300), st.integers(20, 200))
def test_a_shortened_text_fits(text: str, characters: int) -> None:
    assert len(shortened(text, characters)) <= characters
