"""The search index: what it finds, in which order, and what it never does with what is typed."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from meshnode.board.bulletins.bulletin import Severity
from meshnode.board.finding.pages import Page
from meshnode.board.finding.query import TERMS_MAX, parse_query
from meshnode.protocol.errors import StoreError
from meshnode.protocol.object import Kind, ObjectId, SignedObject
from meshnode.store.files import StoreFiles
from meshnode.store.search import SCHEMA, SearchIndex, Wanted, statement
from tests.community import ANNA, BERT, MINUTE, made

KINDS = (Kind.BULLETIN, Kind.DRILL, Kind.ALERT)


def thing(
    number: int, *, kind: Kind = Kind.BULLETIN, age: int = 0, minutes: int = 1440
) -> SignedObject:
    body = b"\x04" + str(number).encode()
    return made(ANNA, kind, body, sequence=number, minute=MINUTE - age, minutes=minutes)


def page(text: str, title: str = "", **fields: object) -> Page:
    return Page(title=title, text=text, **fields)  # type: ignore[arg-type]


def with_index(path: Path, play: Callable[[SearchIndex], Awaitable[None]]) -> None:
    async def run() -> None:
        index = await SearchIndex.open(path)
        try:
            await play(index)
        finally:
            await index.close()

    asyncio.run(run())


async def ids_of(index: SearchIndex) -> list[ObjectId]:
    return [one async for one in index.ids()]


async def found(index: SearchIndex, text: str, **fields: object) -> list[ObjectId]:
    wanted = Wanted(kinds=KINDS, terms=parse_query(text), **fields)  # type: ignore[arg-type]
    answer = await index.find(wanted, minute=MINUTE, offset=0, limit=50)
    assert answer.total == len(answer.rows)
    assert await index.matching(wanted, minute=MINUTE) == {row.id for row in answer.rows}
    return [row.id for row in answer.rows]


def test_words_are_found_in_any_spelling(tmp_path: Path) -> None:
    said = thing(1), page("Müllabfuhr in der Großen Bäckerstraße, ışık, مُسْتَشْفَى, Łódź")

    async def play(index: SearchIndex) -> None:
        await index.add([said])
        for text in (
            "müllabfuhr",
            "Muellabfuhr",
            "mullabfuhr",
            "große baeckerstrasse",
            '"grossen BÄCKERSTRASSE"',
            "isik",
            "مستشفى",
            "مستشفي",
            "lodz",
            "Müll",
            "bäck* müll*",
            "baeckerstr",
        ):
            assert await found(index, text) == [said[0].id], text
        for text in ("abfuhr", "muell strasse", '"bäckerstraße großen"', '"müll"', "müll decke"):
            assert await found(index, text) == [], text

    with_index(tmp_path / "search.db", play)


def test_the_urgent_stands_first_then_what_is_called_so_then_the_newest(tmp_path: Path) -> None:
    old, new, named, warned, played = (
        thing(1, age=60),
        thing(2),
        thing(3, age=90),
        thing(4, age=99),
        thing(5, age=120, kind=Kind.DRILL),
    )

    async def play(index: SearchIndex) -> None:
        await index.add(
            [
                (old, page("Wasser")),
                (new, page("Es gibt Wasser")),
                (named, page("am Platz", "Wasser")),
                (warned, page("Kein Wasser", severity=Severity.SEVERE)),
                (played, page("Wasser", severity=Severity.EXTREME)),
            ]
        )
        order = [warned.id, named.id, new.id, old.id, played.id]
        assert await found(index, "wasser") == order
        assert await found(index, "") == [warned.id, new.id, old.id, named.id, played.id]
        wanted = Wanted(kinds=KINDS, terms=parse_query("wasser"))
        for offset in range(7):
            answer = await index.find(wanted, minute=MINUTE, offset=offset, limit=2)
            assert [row.id for row in answer.rows] == order[offset : offset + 2]
            assert answer.total == len(order)

    with_index(tmp_path / "search.db", play)


def test_filters_leave_out_what_is_something_else(tmp_path: Path) -> None:
    one = thing(1), page("Suppe", category="food", language="de", place="Feuerwache Nord")
    two = (
        thing(2, kind=Kind.ALERT, age=30),
        page("Suppe", category="water", language="*", severity=Severity.MINOR),
    )

    async def play(index: SearchIndex) -> None:
        await index.add([one, two])
        first, second = one[0].id, two[0].id
        assert await found(index, "suppe", category="food") == [first]
        assert await found(index, "", category="food") == [first]
        assert await found(index, "suppe", language="de") == [first, second]
        assert await found(index, "suppe", language="tr") == [second]
        assert await found(index, "suppe", place=parse_query("feuer")) == [first]
        assert await found(index, "", place=parse_query("nord")) == [first]
        assert await found(index, "", place=parse_query("suppe")) == []
        assert await found(index, "suppe", severity=Severity.INFO) == [second]
        assert await found(index, "suppe", severity=Severity.SEVERE) == []
        assert await found(index, "suppe", authors=[BERT.id]) == []
        assert await found(index, "suppe", authors=[ANNA.id, BERT.id]) == [first, second]
        assert await found(index, "suppe", since_min=MINUTE) == [first]
        assert await found(index, "suppe", without={first}) == [second]
        only = Wanted(kinds=(Kind.ALERT,), terms=parse_query("suppe"))
        assert (await index.find(only, minute=MINUTE, offset=0, limit=5)).total == 1

    with_index(tmp_path / "search.db", play)


def test_what_is_at_a_place_is_found_by_the_name_of_the_place(tmp_path: Path) -> None:
    hall, offer, other = thing(1, kind=Kind.PLACE), thing(2, kind=Kind.OFFER), thing(3)

    async def play(index: SearchIndex) -> None:
        at = {"place_root": hall.short_id}
        await index.add(
            [
                (hall, page("Offen", "Turnhalle Nord", place="Turnhalle Nord", **at)),
                (offer, page("Decken", sort="offer", **at)),
                (other, page("Decken in der Turnhalle")),
            ]
        )
        kinds = (Kind.BULLETIN, Kind.PLACE, Kind.OFFER)

        async def of(text: str, place: str, *sorts: str) -> set[ObjectId]:
            wanted = Wanted(kinds, sorts, parse_query(text), parse_query(place))
            return await index.matching(wanted, minute=MINUTE)

        assert await of("", "turnhalle") == {hall.id, offer.id}
        assert await of("decken", "turnhalle") == {offer.id}
        assert await of("decken", "") == {offer.id, other.id}
        assert await of("decken", "", "offer") == {offer.id}
        assert await of("decken", "", "request") == set()
        names = {hall.short_id: "Turnhalle Nord"}
        assert await index.place_names([hall.short_id, other.short_id], ()) == names
        assert await index.place_names([hall.short_id], {hall.id}) == {}

    with_index(tmp_path / "search.db", play)


def test_what_is_over_is_not_found_from_its_very_minute_on(tmp_path: Path) -> None:
    said = thing(1, minutes=60), page("Suppe")

    async def play(index: SearchIndex) -> None:
        await index.add([said])
        wanted = Wanted(kinds=KINDS, terms=parse_query("suppe"))
        for minute, total in ((MINUTE + 59, 1), (MINUTE + 60, 0)):
            answer = await index.find(wanted, minute=minute, offset=0, limit=5)
            assert answer.total == total

    with_index(tmp_path / "search.db", play)


def test_adding_again_is_one_row_and_removing_leaves_none(tmp_path: Path) -> None:
    said = thing(1), page("Suppe", "Titel", place="Ort")

    async def play(index: SearchIndex) -> None:
        await index.add([said])
        await index.add([said, (thing(2), page("Brot"))])
        assert len(await ids_of(index)) == 2
        assert await found(index, "suppe") == [said[0].id]
        assert (await index.texts([said[0].id]))[said[0].id] == said[1]
        assert await index.remove([said[0].id], is_purge_due=False)
        assert not await index.remove([said[0].id], is_purge_due=False)
        assert await found(index, "suppe") == []
        assert await ids_of(index) == [thing(2).id]
        assert not await index.is_purge_due()

    with_index(tmp_path / "search.db", play)


def test_after_a_purge_the_words_of_what_was_erased_are_in_no_file(tmp_path: Path) -> None:
    path = tmp_path / "search.db"
    secret = "Qzxwvklm"
    said = thing(1), page(f"Der {secret} wohnt hier", f"{secret} privat", place=secret)
    others = [(thing(number), page(f"Wort{number} Qzx")) for number in range(2, 200)]

    def bytes_of() -> bytes:
        files = tmp_path.glob("search.db*")
        return b"".join(one.read_bytes() for one in files).lower()

    async def play(index: SearchIndex) -> None:
        await index.add(others[:100])
        await index.add([said])
        await index.add(others[100:])
        # What a page of FTS5 shares with the word before it does not stand there again.
        assert secret.lower().encode()[3:] in bytes_of()
        await index.remove([said[0].id], is_purge_due=True)
        assert await index.is_purge_due()
        await index.purge()
        assert not await index.is_purge_due()
        assert secret.lower().encode()[3:] not in bytes_of()
        wanted = Wanted(kinds=KINDS, terms=parse_query("qzx"))
        assert (await index.find(wanted, minute=MINUTE, offset=0, limit=1)).total == len(others)

    with_index(path, play)
    assert secret.lower().encode()[3:] not in bytes_of()


def test_that_a_purge_is_due_outlives_the_process(tmp_path: Path) -> None:
    async def remove(index: SearchIndex) -> None:
        await index.add([(thing(1), page("Suppe"))])
        await index.remove([thing(1).id], is_purge_due=True)

    async def look(index: SearchIndex) -> None:
        assert await index.is_purge_due()

    with_index(tmp_path / "search.db", remove)
    with_index(tmp_path / "search.db", look)


@pytest.mark.parametrize("damage", ["garbage", "header", "table", "version", "words"])
def test_a_damaged_or_foreign_index_is_made_anew(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "search.db"

    async def fill(index: SearchIndex) -> None:
        await index.add([(thing(number), page(f"Suppe {number}")) for number in range(200)])

    async def look(index: SearchIndex) -> None:
        assert index.is_new
        assert await ids_of(index) == []
        await fill(index)
        assert len(await ids_of(index)) == 200

    with_index(path, fill)
    content = path.read_bytes()
    match damage:
        case "garbage":
            path.write_bytes(b"not a database at all" * 400)
        case "header":
            path.write_bytes(b"\0" * 40 + content[40:])
        case "table":
            path.write_bytes(content[:4096] + bytes(len(content) - 4096))
        case "version":
            with sqlite3.connect(path) as connection:
                connection.execute("UPDATE state SET value = '0'")
            connection.close()
        case _:
            with sqlite3.connect(path) as connection:
                connection.execute("DROP TABLE words")
            connection.close()
    with_index(path, look)


def test_a_row_that_rotted_is_no_page(tmp_path: Path) -> None:
    path = tmp_path / "search.db"

    async def fill(index: SearchIndex) -> None:
        await index.add([(thing(1), page("Suppe um 12")), (thing(2), page("Suppe um 13"))])

    async def look(index: SearchIndex) -> None:
        answer = await index.find(
            Wanted(kinds=KINDS, terms=parse_query("suppe")), minute=MINUTE, offset=0, limit=5
        )
        pages = {row.id: row.page for row in answer.rows}
        assert pages == {thing(1).id: None, thing(2).id: page("Suppe um 13")}
        assert set(await index.texts([thing(1).id, thing(2).id])) == {thing(2).id}

    with_index(path, fill)
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE pages SET text = 'Suppe um 18' WHERE text = 'Suppe um 12'")
    connection.close()
    with_index(path, look)


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="search.db"):
        asyncio.run(SearchIndex.open(tmp_path / "nowhere" / "search.db"))


_HOSTILE = st.text(
    alphabet=st.sampled_from("abäß \"'*()^:-+{},;%_\0\n«»NEARORAND«") | st.characters(), max_size=60
)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=_HOSTILE, place=_HOSTILE)
def test_whatever_is_typed_is_never_an_error_of_sql(text: str, place: str) -> None:
    wanted = Wanted(kinds=KINDS, terms=parse_query(text), place=parse_query(place))
    assert len(wanted.terms) <= TERMS_MAX
    sql, parameters = statement(wanted, minute=MINUTE, offset=0, limit=5)
    EMPTY.execute(sql, parameters).fetchall()


def _empty() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    for sql in SCHEMA:
        connection.execute(sql)
    return connection


EMPTY = _empty()


@settings(max_examples=60, deadline=None)
@given(words=st.lists(st.text(min_size=1, max_size=12), min_size=1, max_size=5))
def test_whatever_was_written_is_found_by_its_own_words(
    tmp_path_factory: pytest.TempPathFactory, words: list[str]
) -> None:
    text = " ".join(words)
    terms = parse_query(text)
    path = tmp_path_factory.mktemp("index") / "search.db"

    async def play(index: SearchIndex) -> None:
        await index.add([(thing(1), page(text))])
        if terms:
            assert await found(index, text) == [thing(1).id]

    with_index(path, play)
    assert StoreFiles(path).size_bytes > 0
