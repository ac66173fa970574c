"""The search desk: what people find on the board, of every kind, by words and by what it is.

Not for: keeping the index (`indexing`). Invariants: what is found is held, not over, and shown to
who asks: what moderation hides is found by nobody, what strangers may not read not by them.
Source: docs/spec/search.md.
"""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

from meshnode.board.bulletins.bulletin import BulletinFields, Severity
from meshnode.board.bulletins.rendering import Reader
from meshnode.board.finding.pages import Page
from meshnode.board.finding.query import Part, Term, parse_query, snippet
from meshnode.board.finding.searched import SEARCHED, page_of
from meshnode.board.items import Item, Names, item_of
from meshnode.board.rules import NeighbourhoodRules
from meshnode.board.view import BulletinView
from meshnode.node.desks.indexing import Indexing
from meshnode.protocol.errors import StoreError
from meshnode.protocol.inventory import Held
from meshnode.protocol.object import Kind, ObjectId, ShortId, SignedObject
from meshnode.store.failures import Damaged
from meshnode.store.search import Answer, Find, SearchIndex, Wanted

OPENING_S_MAX: Final = 5.0
"""So long does a search wait for the index of a node that has just started."""
_NOT_YET: Final = "The search is not ready yet. Try again in a moment; the board itself is there."


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody asks; what is empty or None does not matter. `text` and `place` as typed."""

    text: str = ""
    sorts: Collection[str] = ()
    category: str | None = None
    place: str = ""
    language: str | None = None
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that was found: what it is, where, and where it says what was looked for."""

    item: Item
    page: Page
    parts: tuple[Part, ...]
    place: str


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
            kinds=_kinds(asked.sorts, is_public=is_public),
            sorts=asked.sorts,
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
        hits = await self._hits(answer.rows, terms, reader)
        return Found(answer.total, tuple(hits), self._indexing.missing_count)

    async def show(self, thing: SignedObject, reader: Reader) -> Hit:
        """Return a held object of a kind that is searched as if it had been found."""
        page = await asyncio.to_thread(page_of, thing, [reader])
        return self._hit(thing, page, (), await self._place_names([page]))

    async def matching(self, text: str, kinds: Collection[int]) -> set[ObjectId]:
        """Return which things of these kinds have these words; none where there are no words.

        Raises:
            StoreError: As `find`.
        """
        terms = parse_query(text)
        if not terms:
            return set()
        wanted = Wanted(kinds=kinds, terms=terms)
        index = await self._index()
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
        index = await self._index()
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

    async def _hits(self, rows: Sequence[Find], terms: Sequence[Term], reader: Reader) -> list[Hit]:
        held = [(self._held[row.id].object, row.page) for row in rows if row.id in self._held]
        pages = [(thing, await _fresh(thing, page, reader)) for thing, page in held]
        names = await self._place_names([page for _, page in pages])
        return [self._hit(thing, page, terms, names) for thing, page in pages]

    def _hit(
        self, thing: SignedObject, page: Page, terms: Sequence[Term], names: Mapping[ShortId, str]
    ) -> Hit:
        item = item_of(thing, self._rules, self._names())
        named = "" if page.place_root is None else names.get(page.place_root, "")
        return Hit(item, page, snippet(page.text, terms), page.place or named)

    async def _place_names(self, pages: Sequence[Page]) -> Mapping[ShortId, str]:
        """Return the names of the places of things that do not say in words where they are."""
        roots = {one.place_root for one in pages if one.place_root is not None and not one.place}
        index = self._indexing.index
        if not roots or index is None:
            return {}
        return await index.place_names(sorted(roots), self._unshown())

    async def _index(self) -> SearchIndex:
        """Return the index; wait a moment for one that is being opened.

        Raises:
            StoreError: There is none.
        """
        if self._indexing.problem is None:
            with suppress(TimeoutError):
                async with asyncio.timeout(OPENING_S_MAX):
                    await self._indexing.is_open.wait()
        index = self._indexing.index
        if index is None:
            raise StoreError(self._indexing.problem or _NOT_YET)
        return index

    def _mended(self) -> StoreError:
        self._indexing.report_damage()
        return StoreError(_NOT_YET)


async def _fresh(thing: SignedObject, page: Page | None, reader: Reader) -> Page:
    """Return a page as its reader sees it, read anew where that is not what the index has."""
    if page is not None and not page.is_rendered:
        return page
    return await asyncio.to_thread(page_of, thing, [reader])


def _kinds(sorts: Collection[str], *, is_public: bool) -> tuple[int, ...]:
    """Return the kinds that have one of these sorts, none: all, and may be found."""
    return tuple(
        kind
        for kind, one in SEARCHED.items()
        if (not sorts or not set(sorts).isdisjoint(one.sorts)) and (one.is_public or not is_public)
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
