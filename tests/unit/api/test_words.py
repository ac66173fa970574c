"""The words of the phone app, as the node hands them out."""

import asyncio
import gzip
import json
from gettext import c2py
from pathlib import Path

import pytest
from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.plurals import get_plural

from meshnode.api.app import public_app
from meshnode.api.bulletins.words_endpoints import words_document
from meshnode.node.languages import LANGUAGES, base_of, load_language, load_languages, read_language
from tests.asking import answered
from tests.unit.api.apinode import api_node
from tests.unit.api.conforming import assert_conforms
from tools.catalogues import serialised


def test_all_of_the_phones_context_goes_out_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "uk.po"
    catalogue = Catalog(locale="uk")
    catalogue.add("Offer", "Пропозиція", context="phone")
    catalogue.add("Offer", "інше", context="page")
    catalogue.add("Bare", "голе")
    catalogue.add(("{count} day", "{count} days"), ("день", "дні", "днів"), context="phone")
    path.write_bytes(serialised(catalogue, "uk"))
    document = words_document(read_language("uk", path))
    assert_conforms(document, "Words")
    assert document == {
        "language": "uk",
        "direction": "ltr",
        "plurals": ["one", "few", "many"],
        "words": {"Offer": "Пропозиція"},
        "counted": {"{count} day": ["день", "дні", "днів"]},
    }


@pytest.mark.parametrize("tag", LANGUAGES)
def test_the_forms_of_gettext_and_the_categories_of_unicode_are_the_same(tag: str) -> None:
    names = load_language(tag).plurals
    form_of = c2py(get_plural(base_of(tag))[1])
    category_of = Locale.parse(base_of(tag)).plural_form
    for count in range(2000):
        assert names[form_of(count)] == category_of(count), count


def test_words_are_compressed_and_not_sent_to_who_has_them(tmp_path: Path) -> None:
    async def play() -> None:
        async with api_node(tmp_path) as here:
            app = public_app(here.node.service, load_languages())
            path, query = "/api/v1/words", "language=ar"
            plain = await answered(app, path, query)
            document = json.loads(plain.body)
            assert (document["language"], document["direction"]) == ("ar", "rtl")
            assert plain.headers["cache-control"] == "no-cache"
            assert "content-encoding" not in plain.headers
            small = await answered(app, path, query, **{"accept-encoding": "br, gzip"})
            assert small.headers["content-encoding"] == "gzip"
            assert gzip.decompress(small.body) == plain.body
            etag = plain.headers["etag"]
            again = await answered(app, path, query, **{"if-none-match": etag})
            assert (again.status, again.body) == (304, b"")
            english = json.loads((await answered(app, path, "language=en")).body)
            assert english["words"] == english["counted"] == {}
            assert (await answered(app, path, "language=xx")).status == 400
            assert (await answered(app, path, "lang=de")).status == 400

    asyncio.run(play())
