"""The pages in six languages: which one a reader gets, its direction, and nothing in English."""

import asyncio
import re
from pathlib import Path

import pytest

from meshnode.api.app import public_app
from meshnode.api.plain.catalogue import Catalogue, chosen
from meshnode.board.bulletins.bulletin import BulletinFields, Severity, encode_bulletin
from meshnode.node.languages import LANGUAGES, load_languages
from meshnode.protocol.object import Kind
from tests.asking import got
from tests.community import signing_key
from tests.unit.api.apinode import api_node

SPOKEN = load_languages()
ADVISORY = {
    "en": "Advisory",
    "de": "Hinweis",
    "de-simple": "Hinweis",
    "tr": "Dikkat",
    "ar": "تنبيه",
    "uk": "Увага",
}


@pytest.mark.parametrize(
    ("wish", "accepted", "tag"),
    [
        (None, "", "de"),
        (None, "pl, fr;q=0.5", "de"),
        (None, "tr-TR,tr;q=0.9,en;q=0.8", "tr"),
        (None, "en;q=0.3, ar-SY;q=0.7", "ar"),
        (None, "de-simple, de;q=0.9", "de-simple"),
        (None, "de-DE, de-simple;q=0.5", "de"),
        (None, "uk;q=0, en;q=0.1", "en"),
        (None, "uk;q=nonsense, en", "en"),
        (None, "uk;q=2, en;q=0.1", "en"),
        ("ar", "tr", "ar"),
        ("de-simple", "tr", "de-simple"),
        ("xx", "tr", "tr"),
        ("xx", "", "de"),
    ],
)
def test_a_reader_gets_the_language_of_the_address_else_of_the_browser(
    wish: str | None, accepted: str, tag: str
) -> None:
    assert chosen(wish, accepted, otherwise="de") == tag


def test_where_nothing_fits_the_configuration_decides() -> None:
    assert chosen(None, "pl", otherwise="tr") == "tr"


def test_a_page_is_whole_in_every_language_and_runs_its_way(tmp_path: Path) -> None:
    async def play() -> None:
        async with api_node(tmp_path) as here:
            anna = signing_key("anna")
            fields = BulletinFields("Wasser <b>aus</b> 12", None, "water", Severity.MINOR)
            codec, body = encode_bulletin(fields)
            await here.take(
                here.certificate(anna, "Anna"),
                here.sign(anna, Kind.BULLETIN, body, codec=codec, age=5),
            )
            for tag in LANGUAGES:
                app = public_app(here.node.service, load_languages())
                status, page = await got(app, "/", f"lang={tag}")
                direction = "rtl" if tag == "ar" else "ltr"
                assert status == 200
                assert f'<html lang="{tag}" dir="{direction}">' in page
                assert f'class="label">{ADVISORY[tag]}</strong>' in page
                assert '<bdi dir="auto">Anna</bdi>' in page
                assert "Wasser &lt;b&gt;aus&lt;/b&gt; 12" in page
                assert not re.search(r"[{}]", page.partition("</style>")[2])
                others = re.findall(r'<a href="\?lang=([\w-]+)" lang="\1" hreflang="\1"', page)
                assert others == [one for one in LANGUAGES if one != tag]
                assert "العربية" in page or tag == "ar"
            asked = public_app(here.node.service, load_languages(), language="uk")
            assert '<html lang="uk" dir="ltr">' in (await got(asked, "/"))[1]

    asyncio.run(play())


def test_ages_and_ends_are_said_in_the_form_of_their_number() -> None:
    uk, ar, de = (Catalogue(SPOKEN[tag]) for tag in ("uk", "ar", "de"))
    space = "\N{NO-BREAK SPACE}"
    assert uk.age(3 * 3600) == f"3{space}години тому"
    assert uk.end(21 * 86_400) == f"зникне за 21{space}день"
    assert ar.age(2 * 3600) == "قبل ساعتين"
    assert ar.end(11 * 86_400) == f"ينتهي بعد 11{space}يومًا"
    assert de.age(30) == "gerade eben"
    assert de.age(3 * 86_400) == f"vor 3{space}Tagen"
    assert de.end(0) == "abgelaufen"
    assert de.end(300) == f"läuft in 5{space}Min. ab"
    assert f"seit 2{space}Stunden" in de.stale(7200)
    assert f"seit 3{space}Tagen" in de.stale(3 * 86_400)
