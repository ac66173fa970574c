"""The search desk: what people find on the board, of every kind, by words and by what it is.

Not for: keeping the index (`indexing`). Invariants: what is found is held, not over, and shown to
who asks: what moderation hides is found by nobody, what strangers may not read not by them.
Source: docs/spec/search.md.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from meshnode.board.bulletin import BulletinFields, Severity
from meshnode.board.items import Item, Names, item_of
from meshnode.board.pages import PAGES, Page, page_of
from meshnode.board.query import Part, Term, parse_query, snippet
from meshnode.board.rendering import Reader
from meshnode.board.rules import NeighbourhoodRules
from meshnode.board.view import BulletinView
from meshnode.node.indexing import Indexing
from meshnode.protocol.errors import StoreError
from meshnode.protocol.inventory import Held
from meshnode.protocol.object import Kind, ObjectId, SignedObject
from meshnode.store.failures import Damaged
from meshnode.store.search import Answer, Find, SearchIndex, Wanted

_NOT_YET: Final = "The search is not ready yet. Try again in a moment; the board itself is there."


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody asks; what is empty or None does not matter. `text` and `place` as typed."""

    text: str = ""
    kinds: Collection[int] = ()
    category: str | None = None
    place: str = ""
    language: str | None = None
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that was found: what it is, and where it says what was looked for."""

    item: Item
    page: Page
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A part of what was found. `missing`: so many things cannot be found yet; None: unknown."""

    total: int
    hits: tuple[Hit, ...]
    missing: int | None


class SearchDesk:
    """Searching on one node."""

    def __init__(
        self,
        indexing: Indexing,
        *,
        rules: NeighbourhoodRules,
        held: Mapping[ObjectId, Held],
        minute: Callable[[], int],
        names: Callable[[], Names],
        unshown: Callable[[], Collection[ObjectId]],
    ) -> None:
        self._indexing = indexing
        self._rules = rules
        self._held = held
        self._minute = minute
        self._names = names
        self._unshown = unshown

    @property
    def indexing(self) -> Indexing:
        """How far the index is."""
        return self._indexing

    def problems(self) -> list[str]:
        """Return what wants somebody's attention now, in whole sentences."""
        return [] if self._indexing.problem is None else [self._indexing.problem]

    async def find(
        self, asked: Question, *, offset: int, limit: int, reader: Reader, is_public: bool
    ) -> Found:
        """Return what is found; `is_public`: by a stranger. Templates are said to `reader`.

        Raises:
            StoreError: The index is being made or mended, or the disk fails.
        """
        terms = parse_query(asked.text)
        place = parse_query(asked.place)
        wanted = Wanted(
            kinds=_kinds(asked.kinds, is_public=is_public),
            terms=terms,
            place=place,
            category=asked.category,
            language=asked.language,
            severity=asked.severity,
            without=self._unshown(),
        )
        is_nonsense = (asked.text.strip() and not terms) or (asked.place.strip() and not place)
        if is_nonsense or not wanted.kinds:
            return Found(0, (), self._indexing.missing_count)
        answer = await self._ask(wanted, offset=offset, limit=limit)
        hits = [hit for row in answer.rows async for hit in self._hits(row, terms, reader)]
        return Found(answer.total, tuple(hits), self._indexing.missing_count)

    async def show(self, thing: SignedObject, reader: Reader) -> Hit:
        """Return a held object of a kind that is searched as if it had been found."""
        return await self._hit(thing, None, (), reader)

    async def matching(self, text: str, kinds: Collection[int]) -> set[ObjectId]:
        """Return which things of these kinds have these words; none where there are no words.

        Raises:
            StoreError: As `find`.
        """
        terms = parse_query(text)
        if not terms:
            return set()
        wanted = Wanted(kinds=kinds, terms=terms)
        index = self._index()
        try:
            return await index.matching(wanted, minute=self._minute())
        except Damaged:
            raise self._mended() from None

    async def read(self, views: Sequence[BulletinView]) -> list[BulletinView]:
        """Return the views with what they say: from the index what it has, else decoded beside
        the loop, which takes milliseconds a text.
        """
        pages = await self._texts([one.id for one in views if not one.head.has_template])
        known = [_told(one, pages.get(one.id)) for one in views]
        return await asyncio.to_thread(_decoded, known)

    async def _ask(self, wanted: Wanted, *, offset: int, limit: int) -> Answer:
        index = self._index()
        try:
            return await index.find(wanted, minute=self._minute(), offset=offset, limit=limit)
        except Damaged:
            raise self._mended() from None

    async def _texts(self, ids: Sequence[ObjectId]) -> Mapping[ObjectId, Page]:
        index = self._indexing.index
        if index is None or not ids:
            return {}
        try:
            return await index.texts(ids)
        except Damaged:
            self._indexing.report_damage()
        except StoreError:
            # The objects say the same; it takes longer to read.
            pass
        return {}

    async def _hits(self, row: Find, terms: Sequence[Term], reader: Reader) -> AsyncIterator[Hit]:
        held = self._held.get(row.id)
        if held is not None:
            page = row.page if row.page is not None and not row.page.is_rendered else None
            yield await self._hit(held.object, page, terms, reader)

    async def _hit(
        self, thing: SignedObject, page: Page | None, terms: Sequence[Term], reader: Reader
    ) -> Hit:
        if page is None:
            page = await asyncio.to_thread(page_of, thing, [reader])
        item = item_of(thing, self._rules, self._names())
        return Hit(item, page, snippet(page.text, terms))

    def _index(self) -> SearchIndex:
        index = self._indexing.index
        if index is None:
            raise StoreError(self._indexing.problem or _NOT_YET)
        return index

    def _mended(self) -> StoreError:
        self._indexing.report_damage()
        return StoreError(_NOT_YET)


def _kinds(asked: Collection[int], *, is_public: bool) -> tuple[int, ...]:
    return tuple(
        kind
        for kind, one in PAGES.items()
        if (not asked or kind in asked) and (one.is_public or not is_public)
    )


def _told(view: BulletinView, page: Page | None) -> BulletinView:
    """Return a view with what its page says; an alert's title is not the page's alone."""
    if page is None or view.kind is Kind.ALERT:
        return view
    head = view.head
    return replace(
        view,
        said=BulletinFields(page.text, page.title or None, head.category, head.severity),
    )


def _decoded(views: Sequence[BulletinView]) -> list[BulletinView]:
    for view in views:
        for notice in view.moderation.in_force:
            _ = notice.text
    return [replace(view, said=view.fields) for view in views]
