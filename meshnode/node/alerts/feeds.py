"""The feeds of official alerts: looked at now and then while there is internet, and handed on.

Invariants: a feed that fails is tried again later and later, never stops another, and its failure
is counted and shown; a feed is looked at only while this node may sign what it says; that a list
lacks a warning never counts as its end.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from meshnode.board.bulletins.alert import Reference
from meshnode.board.official.cap import parse_cap
from meshnode.board.official.dwd import parse_dwd_list
from meshnode.board.official.nina import Listed, parse_nina_detail, parse_nina_list
from meshnode.board.official.planning import Reason
from meshnode.board.official.regions import districts_of, is_about
from meshnode.board.official.warning import OfficialAlert
from meshnode.node.alerts.fetching import Fetcher, FetchError, Validators
from meshnode.node.alerts.official import FeedState, OfficialDesk
from meshnode.node.alerts.sources import Format, Source, parse_feed
from meshnode.node.config import AlertsSection
from meshnode.protocol.errors import MeshError, PeerError
from meshnode.protocol.ports import Dice

DETAILS_MAX: Final = 40
"""Details asked for in one look; the rest follow at the next one."""
DETAIL_TRIES_MAX: Final = 3
"""So often a detail may fail to come, for other reasons than that there is none, before what the
list says is passed on."""
ABSENT_LOOKS: Final = 6
"""After so many looks a detail that there was not is asked for again."""
UNLISTED_POLLS: Final = 3
"""So often in a row a good list must lack a warning before it is marked: lists flicker."""
JITTER_SHARE: Final = 0.2
"""Nodes of one town must not all ask in the same second."""
BACKOFF_MAX: Final = 16
"""A feed that fails is asked up to so many times less often."""
FIRST_S: Final = 5.0
"""Links come up first."""
MINUTE_S: Final = 60.0

_MISSING: Final = frozenset({"http_404", "http_410"})

log = logging.getLogger(__name__)


async def keep_polling(
    desk: OfficialDesk,
    section: AlertsSection,
    dice: Dice,
    fetcher: Fetcher | None = None,
    *,
    first_s: float = FIRST_S,
) -> None:
    """Look at the configured feeds until cancelled; return at once if there are none."""
    pollers = [
        Poller(parse_feed(text, section.regions), section.regions, desk) for text in section.feeds
    ]
    desk.are_exercises_drills = section.exercises == "drill"
    desk.feeds = lambda: [one.state for one in pollers]
    if not pollers:
        return
    fetcher = fetcher or Fetcher()
    wait_s = first_s
    try:
        while True:
            await asyncio.sleep(wait_s * (1 + JITTER_SHARE * (dice.random() - 0.5)))
            wait_s = section.every_minutes * MINUTE_S
            if desk.why_not() is not None:
                continue
            for poller in pollers:
                await poller.poll(fetcher)
            await poll_aftermath(desk)
    finally:
        fetcher.close()


async def poll_aftermath(desk: OfficialDesk) -> None:
    """Withdraw what others' alerts have replaced."""
    try:
        await desk.take_back_outdated()
    except MeshError as error:
        log.warning("outdated alerts stay", extra={"fields": {"problem": str(error)}})


@dataclass(slots=True)
class _Page:
    """What one address said last."""

    validators: Validators = field(default_factory=Validators)
    listed: Listed = field(default_factory=lambda: Listed((), 0))


@dataclass(frozen=True, slots=True)
class _Detail:
    """What is known of a listed warning's detail: what it says, or the list in its place.

    `looks_left` is after how many looks it is asked for again, None: never.
    """

    alert: OfficialAlert | None = None
    looks_left: int | None = 0
    tries: int = 0


class Poller:
    """One feed and what is known of it."""

    def __init__(self, source: Source, regions: Sequence[str], desk: OfficialDesk) -> None:
        self.state = FeedState(source.name)
        self._source = source
        self._regions = regions
        self._desk = desk
        self._pages: dict[str, _Page] = {url: _Page() for url in source.urls}
        self._details: dict[OfficialAlert, _Detail] = {}
        """Details by what the list said of them: they are asked for again when that changes."""
        self._missed: dict[Reference, int] = {}
        """Of every warning that was listed since the start: in how many looks it is missing."""
        self._failed_in_a_row = 0
        self._skip = 0

    async def poll(self, fetcher: Fetcher) -> None:
        """Look at the feed once, unless it failed lately; never raises but when cancelled."""
        if self._skip > 0:
            self._skip -= 1
            return
        try:
            listed = await self._listed(fetcher)
            alerts = await self._detailed(listed, fetcher)
            await self._hand_on([one for one in alerts if self._is_ours(one)])
            await self._look_for_gone({one.reference for one in listed})
        except (FetchError, PeerError) as error:
            self._fail(error.reason, str(error))
        except MeshError as error:
            # It was fetched, but could not be signed or saved.
            self._fail("signing", str(error))
        else:
            self._failed_in_a_row = 0
            self.state.problem = ""

    async def _listed(self, fetcher: Fetcher) -> list[OfficialAlert]:
        """Return all that the feed lists now."""
        listed: dict[str, OfficialAlert] = {}
        unreadable = 0
        for url, page in self._pages.items():
            fetched = await fetcher.fetch(url, page.validators)
            if fetched.body is not None:
                page.listed = await asyncio.to_thread(_read, self._source.format, fetched.body)
                page.validators = fetched.validators
            listed |= {one.key: one for one in page.listed.alerts}
            unreadable += page.listed.unreadable
        self.state.listed = len(listed)
        self.state.last_answer_min = self._desk.minute()
        # What is passed over is the same at every look: how much it is now is what is of use.
        self.state.passed_over = Counter(unreadable=unreadable) if unreadable else Counter()
        return list(listed.values())

    async def _detailed(
        self, listed: Sequence[OfficialAlert], fetcher: Fetcher
    ) -> list[OfficialAlert]:
        """Return the details of what is listed; where there is none, what the list says.

        What could not be asked for just now is left out until it can, for some looks.
        """
        if self._source.format not in (Format.DASHBOARD, Format.MAP_DATA):
            return list(listed)
        self._details = {one: self._details[one] for one in listed if one in self._details}
        asked = 0
        for one in listed:
            known = self._details.get(one, _Detail())
            if known.looks_left == 0 and asked < DETAILS_MAX:
                asked += 1
                self._details[one] = await self._detail(one, known, fetcher)
            elif known.looks_left:
                self._details[one] = replace(known, looks_left=known.looks_left - 1)
        said = (self._details[one].alert for one in listed if one in self._details)
        return [one for one in said if one is not None]

    async def _detail(self, listed: OfficialAlert, known: _Detail, fetcher: Fetcher) -> _Detail:
        try:
            fetched = await fetcher.fetch(self._source.detail_url(listed.identifier))
            body = fetched.body or b""
            return _Detail(await asyncio.to_thread(parse_nina_detail, body, listed), None)
        except (FetchError, PeerError) as error:
            self.state.failures[f"detail_{error.reason}"] += 1
            is_missing = error.reason in _MISSING or known.tries + 1 >= DETAIL_TRIES_MAX
            # Some warnings have no detail; what the list says is better than nothing.
            said = listed if is_missing else known.alert
            return _Detail(said, ABSENT_LOOKS if is_missing else 0, known.tries + 1)

    def _is_ours(self, alert: OfficialAlert) -> bool:
        """Return whether an alert is about our districts.

        A district's dashboard is; so is a CAP document, which somebody chose for this place, unless
        it names other districts.
        """
        match self._source.format:
            case Format.DASHBOARD:
                return True
            case Format.CAP:
                is_ours = not (self._regions and districts_of(alert)) or is_about(
                    alert, self._regions
                )
            case _:
                is_ours = is_about(alert, self._regions)
        if not is_ours:
            self.state.passed_over[Reason.REGION] += 1
        return is_ours

    async def _hand_on(self, alerts: Sequence[OfficialAlert]) -> None:
        taken = await self._desk.take(alerts)
        self.state.signed += len(taken.signed)
        self.state.passed_over += taken.passed_over

    async def _look_for_gone(self, present: set[Reference]) -> None:
        """Mark what was listed and is no more, once it is missing for long enough."""
        for reference in [one for one in self._missed if one not in present]:
            self._missed[reference] += 1
        self._missed |= dict.fromkeys(present, 0)
        gone = [one for one, times in self._missed.items() if times >= UNLISTED_POLLS]
        if gone:
            signed = await self._desk.tell_unlisted(gone)
            self.state.signed += len(signed)
        for reference in gone:
            del self._missed[reference]

    def _fail(self, reason: str, sentence: str) -> None:
        self.state.failures[reason] += 1
        self.state.problem = sentence
        self._failed_in_a_row += 1
        self._skip = min(BACKOFF_MAX, 2 ** (self._failed_in_a_row - 1)) - 1
        fields = {"feed": self.state.name, "reason": reason, "problem": sentence}
        log.warning("feed", extra={"fields": fields})


def _read(kind: Format, body: bytes) -> Listed:
    """Return what a document of a feed says.

    Raises:
        PeerError: It is not what such a feed says.
    """
    match kind:
        case Format.CAP:
            return Listed((parse_cap(body),), 0)
        case Format.DWD:
            return parse_dwd_list(body)
        case _:
            return parse_nina_list(body)
