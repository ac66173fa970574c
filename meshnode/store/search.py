"""The search index: a file of its own beside the store, derived from it, that may go at any time.

Not for: what is searched (`board.pages`) or keeping it in step (`node.indexing`). Invariants: a
row stands for one object and is checked against it when it is read; what a person typed never
reaches FTS5 but as quoted words; after `purge` the words of removed rows are in no file.
Source: docs/spec/search.md; docs/adr/0026-search.md.
"""

import json
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Final, Self, cast

from meshnode.board.bulletins.bulletin import Severity
from meshnode.board.finding.folding import FOLDING, fold
from meshnode.board.finding.pages import ANY_LANGUAGE, Page
from meshnode.board.finding.query import Term
from meshnode.protocol import text as texts
from meshnode.protocol.errors import StoreError
from meshnode.protocol.keys import KeyId
from meshnode.protocol.object import Kind, ObjectId, ShortId, SignedObject
from meshnode.store.database import Database, Transaction
from meshnode.store.failures import Damaged, Refused
from meshnode.store.files import remove_database
from meshnode.store.rows import Row
from meshnode.store.statements import EMPTY_LOG, Batch

VERSION: Final = f"1 {FOLDING} {texts.CODEC_MAX}"
"""Of schema and pages, folding, and what can be read: a file of another version is thrown away."""
PROBE_TERMS: Final = (Term(("a",), is_prefix=True),)

_DIGEST_BYTES: Final = 8
_CHUNK_IDS: Final = 1000
"""Ids read at a time: the connection's thread keeps the last rows that it read until the next."""
_SEVERITIES: Final = tuple(Severity)
_URGENT: Final = _SEVERITIES.index(Severity.SEVERE)
SCHEMA: Final = (
    "CREATE TABLE state (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
    # `urgency` is what the order of answers begins with.
    "CREATE TABLE pages (number INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE,"
    " kind INTEGER NOT NULL, author BLOB NOT NULL, category TEXT NOT NULL, language TEXT NOT NULL,"
    " sort TEXT NOT NULL, severity INTEGER, urgency INTEGER NOT NULL, created_min INTEGER NOT NULL,"
    " expires_min INTEGER NOT NULL, title TEXT NOT NULL, place TEXT NOT NULL, text TEXT NOT NULL,"
    " labels TEXT NOT NULL, place_root BLOB, is_rendered INTEGER NOT NULL, digest BLOB NOT NULL)"
    " STRICT",
    # The words are folded before they come here; of folded text every byte beyond ASCII is part
    # of a word, so this tokenizer splits at blanks and knows all scripts. It keeps no content:
    # the texts stand in `pages`.
    "CREATE VIRTUAL TABLE words USING fts5(title, place, text, labels, content='',"
    " tokenize='ascii')",
)
_PRAGMAS: Final = (
    # Derived: what a power cut takes is made again. In a log, NORMAL damages nothing.
    "PRAGMA synchronous = NORMAL",
    "PRAGMA cache_size = -1024",
)
_ADD_WORDS: Final = "INSERT INTO words (rowid, title, place, text, labels) VALUES (?, ?, ?, ?, ?)"
_ADD_PAGE: Final = (
    "INSERT INTO pages (number, id, kind, author, category, language, sort, severity,"
    " urgency, created_min, expires_min, title, place, text, labels, place_root, is_rendered,"
    " digest) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_DELETE_WORDS: Final = (
    "INSERT INTO words (words, rowid, title, place, text, labels) VALUES ('delete', ?, ?, ?, ?, ?)"
)
_DELETE_PAGE: Final = "DELETE FROM pages WHERE number = ?"
_FIND: Final = "SELECT number, title, place, text, labels FROM pages WHERE id = ?"
_LAST_NUMBER: Final = "SELECT coalesce(max(number), 0) FROM pages"
_SAVE_STATE: Final = "INSERT OR REPLACE INTO state (key, value) VALUES (?, ?)"
_READ_STATE: Final = "SELECT value FROM state WHERE key = ?"
_OPTIMIZE: Final = "INSERT INTO words (words) VALUES ('optimize')"
_IDS: Final = "SELECT id FROM pages WHERE id > ? ORDER BY id LIMIT ?"
_IS_THERE: Final = (
    "(p.number IN (SELECT rowid FROM words WHERE words MATCH ?) OR p.place_root IN"
    " (SELECT q.place_root FROM pages AS q WHERE q.kind = ? AND q.number IN"
    " (SELECT rowid FROM words WHERE words MATCH ?)))"
)
_NAMES: Final = "SELECT p.id, p.place_root, p.title FROM pages AS p WHERE p.kind = ?"
_UNPURGED: Final = "unpurged"
_COLUMNS: Final = (
    "p.id, p.title, p.place, p.text, p.labels, p.place_root, p.category, p.language, p.sort,"
    " p.severity, p.is_rendered, p.digest"
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; what is empty or None does not matter.

    Shapes: `kinds` are searched, and of them `sorts`; `severity` means that bad or worse; `place`
    are terms among the words of where it is, or in the name of the place where it is; `authors`
    are key ids; `without` are ids that are not shown.
    """

    kinds: Collection[int]
    sorts: Collection[str] = ()
    terms: tuple[Term, ...] = ()
    place: tuple[Term, ...] = ()
    category: str | None = None
    language: str | None = None
    severity: Severity | None = None
    authors: Collection[KeyId] | None = None
    since_min: int | None = None
    without: Collection[ObjectId] = ()


@dataclass(frozen=True, slots=True)
class Find:
    """One find. `page` is None where the row does not read as it was written."""

    id: ObjectId
    page: Page | None


@dataclass(frozen=True, slots=True)
class Answer:
    """A part of what was found, in order, and how much there is in all."""

    total: int
    rows: tuple[Find, ...]


class SearchIndex:
    """An open index."""

    def __init__(self, database: Database, *, is_new: bool) -> None:
        self._database = database
        self.is_new = is_new

    @classmethod
    async def open(cls, path: Path) -> Self:
        """Return the index in `path`; one that is damaged or of another version is made anew.

        Raises:
            StoreError: The disk refuses, or this SQLite has no FTS5.
        """
        try:
            return await cls._open(path)
        except (Damaged, Refused, _Foreign):
            remove_database(path)
            return await cls._open(path)

    @classmethod
    async def _open(cls, path: Path) -> Self:
        database = await Database.open(path)
        async with AsyncExitStack() as undo:
            undo.push_async_callback(database.close)
            for pragma in _PRAGMAS:
                await database.read(pragma)
            is_new = await _prepare(database)
            undo.pop_all()
            return cls(database, is_new=is_new)

    async def close(self) -> None:
        """Close the file; again is harmless."""
        await self._database.close()

    async def ids(self) -> AsyncIterator[ObjectId]:
        """Yield which objects are in it, ascending.

        What is added or removed meanwhile may be among them or not.
        """
        after = b""
        while True:
            rows = await self._database.read(_IDS, (after, _CHUNK_IDS))
            ids = [ObjectId(row[0]) for row in rows if isinstance(row[0], bytes)]
            for one in ids:
                yield one
            if not ids:
                return
            after = ids[-1]

    async def add(self, pages: Sequence[tuple[SignedObject, Page]]) -> None:
        """Take pages in, of objects that are not in it or are the same; in one transaction."""
        async with self._database.transaction() as transaction:
            await _remove(transaction, [thing.id for thing, _ in pages])
            [(last,)] = await transaction.read(_LAST_NUMBER)
            first = 1 + (last if isinstance(last, int) else 0)
            numbered = list(enumerate(pages, start=first))
            words: list[Row] = [
                (number, *_folded(page.title, page.place, page.text, page.labels))
                for number, (_, page) in numbered
            ]
            rows = [_page_row(number, thing, page) for number, (thing, page) in numbered]
            await transaction.run((Batch(_ADD_WORDS, words), Batch(_ADD_PAGE, rows)))

    async def remove(self, ids: Sequence[ObjectId], *, is_purge_due: bool) -> bool:
        """Let objects be found no more; return whether any was there.

        `is_purge_due`: their words shall leave the file as well, by a `purge` to come.
        """
        async with self._database.transaction() as transaction:
            is_any = await _remove(transaction, ids)
            if is_any and is_purge_due:
                await transaction.run((Batch(_SAVE_STATE, [(_UNPURGED, "1")]),))
        return is_any

    async def is_purge_due(self) -> bool:
        """Return whether words of removed objects may still be in the file."""
        rows = await self._database.read(_READ_STATE, (_UNPURGED,))
        return rows == [("1",)]

    async def purge(self) -> None:
        """Let the words of what was removed be in no file any more.

        FTS5 only marks what is deleted; merging all its segments into one leaves the marks and the
        words out, `secure_delete` overwrites the old pages, and cutting the log back the rest.
        """
        async with self._database.transaction() as transaction:
            await transaction.execute(_OPTIMIZE)
            await transaction.run((Batch(_SAVE_STATE, [(_UNPURGED, "0")]),))
        await self._database.read(EMPTY_LOG)

    async def find(self, wanted: Wanted, *, minute: int, offset: int, limit: int) -> Answer:
        """Return what is wanted and not over at `minute`: the urgent first, then what is called
        so or is there, then the newest.
        """
        sql, parameters = statement(wanted, minute=minute, offset=offset, limit=limit)
        rows = await self._database.read(sql, parameters)
        if rows or not offset:
            total = rows[0][-1] if rows else 0
        else:
            # Beyond the end no row says how many there are.
            return Answer((await self.find(wanted, minute=minute, offset=0, limit=1)).total, ())
        found = tuple(_row(row) for row in rows)
        return Answer(total if isinstance(total, int) else 0, found)

    async def matching(self, wanted: Wanted, *, minute: int) -> set[ObjectId]:
        """Return all that `find` would, in no order."""
        conditions, parameters = _conditions(wanted, minute)
        sql = f"SELECT p.id FROM {_source(wanted)} WHERE {conditions}"  # noqa: S608
        rows = await self._database.read(sql, parameters)
        return {ObjectId(row[0]) for row in rows if isinstance(row[0], bytes)}

    async def place_names(
        self, roots: Collection[ShortId], without: Collection[ObjectId]
    ) -> dict[ShortId, str]:
        """Return what the places with these roots are called, those `without` left out."""
        sql = f"{_NAMES} AND p.place_root IN ({_marks(roots)})"
        rows = await self._database.read(sql, (Kind.PLACE, *roots))
        return {
            ShortId(root): str(title)
            for found, root, title in rows
            if isinstance(root, bytes) and found not in without
        }

    async def texts(self, ids: Sequence[ObjectId]) -> dict[ObjectId, Page]:
        """Return the pages of these objects that are there and whole."""
        sql = f"SELECT {_COLUMNS}, 0 FROM pages AS p WHERE p.id IN ({_marks(ids)})"  # noqa: S608
        rows = [_row(row) for row in await self._database.read(sql, tuple(ids))]
        return {row.id: row.page for row in rows if row.page is not None}


class _Foreign(StoreError):
    """Another version of meshnode made the file."""


def statement(wanted: Wanted, *, minute: int, offset: int, limit: int) -> tuple[str, Row]:
    """Return the one query that answers a search, and its parameters."""
    conditions, parameters = _conditions(wanted, minute)
    titled, named = "", cast(Row, ())
    if wanted.terms:
        titled = " (p.number IN (SELECT rowid FROM words WHERE words MATCH ?)) DESC,"
        named = (f"{{title place}} : ({expression(wanted.terms)})",)
    # What is put together here are words of this file; what people typed are parameters.
    sql = (
        f"SELECT {_COLUMNS}, count(*) OVER () FROM {_source(wanted)} WHERE {conditions}"  # noqa: S608
        f" ORDER BY p.urgency DESC,{titled} p.created_min DESC, p.id LIMIT ? OFFSET ?"
    )
    return sql, (*parameters, *named, limit, offset)


def expression(terms: Sequence[Term]) -> str:
    """Return terms in the language of FTS5: quoted words, all of which must be there."""
    return " AND ".join(f'"{" ".join(term.words)}"{"*" * term.is_prefix}' for term in terms)


def _source(wanted: Wanted) -> str:
    return "words JOIN pages AS p ON p.number = words.rowid" if wanted.terms else "pages AS p"


def _conditions(wanted: Wanted, minute: int) -> tuple[str, Row]:
    found: list[tuple[str, Row]] = []
    if wanted.terms:
        found.append(("words MATCH ?", (expression(wanted.terms),)))
    if wanted.place:
        is_there = f"{{place}} : ({expression(wanted.place)})"
        found.append((_IS_THERE, (is_there, Kind.PLACE, is_there)))
    found.append(("p.expires_min > ?", (minute,)))
    found.append((f"p.kind IN ({_marks(wanted.kinds)})", tuple(wanted.kinds)))
    if wanted.sorts:
        found.append((f"p.sort IN ({_marks(wanted.sorts)})", tuple(wanted.sorts)))
    if wanted.category is not None:
        found.append(("p.category = ?", (wanted.category,)))
    if wanted.language is not None:
        found.append(("p.language IN (?, ?)", (wanted.language, ANY_LANGUAGE)))
    if wanted.severity is not None:
        found.append(("p.severity >= ?", (_SEVERITIES.index(wanted.severity),)))
    if wanted.authors is not None:
        found.append((f"p.author IN ({_marks(wanted.authors)})", tuple(wanted.authors)))
    if wanted.since_min is not None:
        found.append(("p.created_min >= ?", (wanted.since_min,)))
    if wanted.without:
        without = json.dumps([one.hex().upper() for one in sorted(wanted.without)])
        found.append(("hex(p.id) NOT IN (SELECT value FROM json_each(?))", (without,)))
    return " AND ".join(one for one, _ in found), tuple(each for _, some in found for each in some)


def _marks(values: Collection[object]) -> str:
    return ", ".join("?" * len(values))


async def _prepare(database: Database) -> bool:
    """Make the tables, or try whether they are ours and whole; return whether they are new."""
    tables = await database.read("SELECT count(*) FROM sqlite_schema")
    if tables == [(0,)]:
        async with database.transaction() as transaction:
            for sql in SCHEMA:
                await transaction.execute(sql)
            await transaction.run((Batch(_SAVE_STATE, [("version", VERSION)]),))
        return True
    if await database.read(_READ_STATE, ("version",)) != [(VERSION,)]:
        raise _Foreign(f"{database.path} is of another version")
    found = await database.read("PRAGMA quick_check(1)")
    if found != [("ok",)]:
        raise Damaged(f"{database.path} is damaged ({found[0][0]!r}).")
    sql, parameters = statement(
        Wanted(kinds=tuple(Kind), terms=PROBE_TERMS), minute=0, offset=0, limit=1
    )
    await database.read(sql, parameters)
    return False


async def _remove(transaction: Transaction, ids: Sequence[ObjectId]) -> bool:
    rows = [row for one in ids for row in await transaction.read(_FIND, (one,))]
    # FTS5 without content has to be told the very words that were put in.
    words = [(number, *_folded(*map(str, said))) for number, *said in rows]
    await transaction.run(
        (Batch(_DELETE_WORDS, words), Batch(_DELETE_PAGE, [(row[0],) for row in rows]))
    )
    return bool(rows)


def _folded(*texts_: str) -> tuple[str, ...]:
    return tuple(map(fold, texts_))


def _page_row(number: int, thing: SignedObject, page: Page) -> Row:
    severity = None if page.severity is None else _SEVERITIES.index(page.severity)
    is_urgent = severity is not None and severity >= _URGENT and thing.kind != Kind.DRILL
    return (
        number,
        thing.id,
        thing.kind,
        thing.author,
        page.category,
        page.language,
        page.sort,
        severity,
        (severity or 0) if is_urgent else 0,
        thing.created_min,
        thing.expires_min,
        page.title,
        page.place,
        page.text,
        page.labels,
        page.place_root,
        int(page.is_rendered),
        _digest(thing.id, page),
    )


def _row(row: Row) -> Find:
    found, title, place, text, labels, root, category, language, sort, severity, *rest = row
    is_rendered, digest, _ = rest
    page = Page(
        title=str(title),
        text=str(text),
        place=str(place),
        labels=str(labels),
        place_root=ShortId(root) if isinstance(root, bytes) else None,
        category=str(category),
        language=str(language),
        severity=_SEVERITIES[severity % len(_SEVERITIES)] if isinstance(severity, int) else None,
        is_rendered=bool(is_rendered),
        sort=str(sort),
    )
    thing_id = ObjectId(found if isinstance(found, bytes) else b"")
    return Find(thing_id, page if _digest(thing_id, page) == digest else None)


def _digest(thing_id: ObjectId, page: Page) -> bytes:
    """Return what a bit that flipped on a card would change."""
    content = repr(page).encode()
    return blake2b(content, key=thing_id, digest_size=_DIGEST_BYTES).digest()
