"""Every plain page in every language: whole, escaped, small, no scripts, and nobody's needs."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

import pytest
from starlette.applications import Starlette

from meshnode.api.app import public_app
from meshnode.api.plain.palette import LABELS, PALETTES
from meshnode.board.bulletins.bulletin import BulletinFields, Severity, encode_bulletin
from meshnode.board.calls.checkin import CheckInFields, CheckInHead, State, encode_checkin
from meshnode.board.capacity.meetup import MeetupFields, encode_meetup
from meshnode.board.capacity.slots import SlotsFields, encode_slots
from meshnode.board.capacity.timetable import Sort, Terms, Timetable
from meshnode.board.exchange.offer import OfferFields, Quantity, encode_offer
from meshnode.board.exchange.things import Direction
from meshnode.board.exchange.things import Sort as OfferSort
from meshnode.board.modes.mode import Mode, ModeFields, ModeHead, encode_mode
from meshnode.board.places.level import Level, LevelFields, encode_level
from meshnode.board.places.place import PlaceFields, PlaceHead, PlaceWords, encode_place
from meshnode.board.trust.role import Role
from meshnode.node.languages import LANGUAGES, load_languages
from meshnode.protocol.keys import fingerprint
from meshnode.protocol.object import Kind, SignedObject
from tests.asking import Answer, answered
from tests.community import signing_key
from tests.unit.api.apinode import ApiNode, api_node

EVIL = 'O <b onload="x">&amp; ü \u05d0'
"""What people could write: markup, a reference, and a letter that turns the direction."""
ANNA, BERT = signing_key("anna"), signing_key("bert")
BYTES_MAX = 30_000
SECRET = "Frau Geheim, 4. Stock"
WHEN_MIN = 60 * 24


@dataclass(frozen=True)
class Furnished:
    """A node with one of everything, and where each thing is."""

    here: ApiNode
    app: Starlette
    place: str
    offer: str
    meetup: str
    bulletin: str

    async def page(self, path: str, query: str = "") -> Answer:
        return await answered(self.app, path, query)

    def paths(self) -> list[tuple[str, str]]:
        """Return every page, with a query for it."""
        return [
            ("/", ""),
            ("/board", ""),
            (f"/bulletins/{self.bulletin}", ""),
            ("/offers", ""),
            ("/offers", "kind=request&sort=lending"),
            (f"/offers/{self.offer}", ""),
            ("/places", ""),
            (f"/places/{self.place}", ""),
            ("/meetups", ""),
            (f"/meetups/{self.meetup}", ""),
            ("/search", ""),
            ("/search", "q=b+onload"),
            ("/join", ""),
            ("/about", ""),
            ("/kiosk", ""),
            ("/kiosk", "part=places"),
            ("/kiosk", "part=meetups"),
            ("/kiosk", "part=offers"),
            ("/nowhere", ""),
        ]


def confirmed_mode(here: ApiNode, is_drill: bool) -> list[SignedObject]:
    """Return a proposed mode and a second one's yes to it."""
    head = ModeHead(Mode.OUTAGE, is_drill=is_drill)
    codec, body = encode_mode(ModeFields(head, EVIL))
    proposed = here.sign(ANNA, Kind.MODE, body, codec=codec, minutes=720)
    yes = encode_mode(ModeFields(ModeHead(Mode.OUTAGE, is_drill=is_drill, proposal=proposed.id)))[1]
    parent = proposed.short_id
    return [proposed, here.sign(here.steward, Kind.MODE, yes, minutes=720, parent=parent)]


@asynccontextmanager
async def furnished(directory: Path) -> AsyncIterator[Furnished]:
    async with api_node(directory) as here:
        await here.take(
            here.certificate(ANNA, EVIL),
            here.certificate(BERT, "Bert"),
            here.role(ANNA, Role.COORDINATOR),
        )
        node = fingerprint(here.home.load_keyring().key.public)
        start = here.minute + WHEN_MIN
        codec, body = encode_bulletin(BulletinFields(EVIL, EVIL, "water", Severity.SEVERE))
        bulletin = here.sign(ANNA, Kind.BULLETIN, body, codec=codec, age=5)
        head = PlaceHead(0, capacity=40)
        codec, body = encode_place(PlaceFields(head, PlaceWords(name=EVIL, address=EVIL)))
        place = here.sign(ANNA, Kind.PLACE, body, codec=codec, age=9)
        root = place.short_id
        levels = [
            here.sign(
                key,
                Kind.LEVEL,
                encode_level(LevelFields(level))[1],
                minutes=360,
                parent=root,
                age=age,
            )
            for key, level, age in ((ANNA, Level.FULL, 3), (BERT, Level.EMPTY, 2))
        ]
        offer_fields = OfferFields(
            Direction.OFFER,
            OfferSort.GOODS,
            "general",
            quantity=Quantity(3, 0),
            title=EVIL,
            place_words=EVIL,
            text=EVIL,
        )
        codec, body = encode_offer(offer_fields)
        offer = here.sign(BERT, Kind.OFFER, body, codec=codec, age=4)
        table = Timetable(start, 30, 30, 12, Sort.SLOTS, Terms(4, node))
        codec, body = encode_slots(SlotsFields(table, EVIL, EVIL, root))
        slots = here.sign(ANNA, Kind.SLOTS, body, codec=codec, minutes=4 * WHEN_MIN)
        once = Timetable(start, 60, sort=Sort.SINGLE)
        codec, body = encode_meetup(MeetupFields(once, EVIL, EVIL, EVIL, root))
        meetup = here.sign(ANNA, Kind.MEETUP, body, codec=codec, minutes=4 * WHEN_MIN)
        codec, body = encode_checkin(
            CheckInFields(CheckInHead(State.HELP), on_behalf_of=SECRET, text=SECRET)
        )
        call = here.sign(BERT, Kind.CHECKIN, body, codec=codec, minutes=360)
        codec, body = encode_bulletin(BulletinFields(EVIL, EVIL, "safety", Severity.EXTREME))
        drill = here.sign(ANNA, Kind.DRILL, body, codec=codec, age=6)
        modes = [one for is_drill in (False, True) for one in confirmed_mode(here, is_drill)]
        await here.take(bulletin, drill, place, *levels, offer, slots, meetup, call, *modes)
        app = public_app(here.node.service, load_languages())
        roots = [one.short_id.hex() for one in (place, offer, meetup)]
        yield Furnished(here, app, *roots, bulletin.id.hex())


class Parsed(HTMLParser):
    """What a browser makes of a page, as far as tests ask."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == [], "everything that is opened is closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "br", "input"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_every_page_is_whole_small_and_escaped_in_every_language(tmp_path: Path) -> None:
    async def play() -> None:
        async with furnished(tmp_path) as at:
            for tag in LANGUAGES:
                for path, query in at.paths():
                    answer = await at.page(path, f"{query}&lang={tag}".lstrip("&"))
                    where = f"{path}?{query} {tag}"
                    assert answer.status == (404 if path == "/nowhere" else 200), where
                    assert len(answer.body) < BYTES_MAX, where
                    assert answer.headers["content-language"] == tag
                    page = answer.text
                    direction = "rtl" if tag == "ar" else "ltr"
                    assert f'<html lang="{tag}" dir="{direction}">' in page
                    assert 'onload="x"' not in page, where
                    assert not re.search(r"[{}]", page.partition("</style>")[2]), where
                    _assert_harmless(Parsed(page), where)

    asyncio.run(play())


def _assert_harmless(page: Parsed, where: str) -> None:
    allowed_in_head = {"meta", "title", "style", "head", "html"}
    for tag, attributes in page.tags:
        assert tag not in ("script", "iframe", "object", "link", "img", "base"), where
        assert not [one for one in attributes if one.startswith("on") or one == "style"], where
        for address in (attributes.get("href"), attributes.get("action")):
            assert address is None or address[0] in "/?", where
        assert tag in allowed_in_head or tag.isalnum(), where
    titles = [tag for tag, _ in page.tags if tag == "h1"]
    assert titles == ["h1"], where


def test_what_people_wrote_never_turns_the_direction_of_what_stands_around_it(
    tmp_path: Path,
) -> None:
    async def play() -> None:
        async with furnished(tmp_path) as at:
            written = "O &lt;b onload=&quot;x&quot;&gt;&amp;amp; ü \u05d0"
            count = 0
            for path, query in at.paths():
                page = (await at.page(path, query)).text.partition("</style>")[2]
                for found in re.finditer(re.escape(written), page):
                    before = page[: found.start()]
                    tag = before[before.rindex("<") :]
                    text_before = tag.partition(">")[2]
                    opened = re.findall(r"<(\w+)([^<>]*)>", before)[-2:]
                    is_apart = any('dir="auto"' in attributes for _, attributes in opened)
                    is_isolated = text_before.endswith("\u2068") or "\u2068" in text_before
                    assert is_apart or is_isolated, f"{path}: …{before[-80:]}"
                    count += 1
            assert count > 30

    asyncio.run(play())


def test_nobody_who_needs_help_is_on_any_page(tmp_path: Path) -> None:
    async def play() -> None:
        async with furnished(tmp_path) as at:
            assert (await at.here.get("/checkins"))["checkins"], "it is there to be found"
            for path, query in [*at.paths(), ("/search", "q=Stock"), ("/search", "q=Frau")]:
                assert "Geheim" not in (await at.page(path, query)).text

    asyncio.run(play())


def test_a_place_says_level_age_source_and_contradiction_and_what_is_on_there(
    tmp_path: Path,
) -> None:
    async def play() -> None:
        async with furnished(tmp_path) as at:
            page = (await at.page(f"/places/{at.place}", "lang=en")).text
            assert "Two say different things:" in page
            assert "At this place" in page
            assert page.count("<li>") == 8 + 1 + 1, "slots, the rest of them, and the meet-up"
            assert "and 4\xa0more times" in page
            assert "4\xa0/\xa04" in page
            whole = (await at.page(f"/meetups/{at.meetup}", "lang=en")).text
            assert "0\xa0people come." in whole

    asyncio.run(play())


def test_the_board_and_the_hall_say_how_things_are_and_what_is_only_practised(
    tmp_path: Path,
) -> None:
    async def play() -> None:
        async with furnished(tmp_path) as at:
            for path in ("/board", "/kiosk"):
                page = (await at.page(path, "lang=de")).text
                fares = 'class="notice">Lage im Quartier: <strong>Ausfall</strong>. Gesagt von'
                assert fares in page, path
                practised = '<p class="practice"><strong>ÜBUNG</strong>: Lage im Quartier:'
                assert practised in page, path
                assert '<article class="drill">' in page
                assert '<p class="banner">ÜBUNG</p>' in page

    asyncio.run(play())


def test_offers_are_sieved_by_side_and_sort_and_nonsense_sieves_nothing(tmp_path: Path) -> None:
    async def play() -> None:
        async with furnished(tmp_path) as at:
            for query, count in (
                ("", 1),
                ("kind=offer", 1),
                ("kind=request", 0),
                ("sort=goods", 1),
                ("kind=offer&sort=ride", 0),
                ("kind=%3Cx&sort=nonsense&page=-1", 1),
                ("page=999", 1),
            ):
                page = (await at.page("/offers", f"{query}&lang=en")).text
                assert page.count("<article") == count, query
            kept = (await at.page("/offers", "kind=offer&lang=en")).text
            assert 'href="?kind=offer&amp;lang=tr"' in kept, "another language, the same list"

    asyncio.run(play())


def test_the_search_keeps_the_language_and_finds_with_marks(tmp_path: Path) -> None:
    async def play() -> None:
        async with furnished(tmp_path) as at:
            page = (await at.page("/search", "q=onload&lang=tr")).text
            assert '<input type="hidden" name="lang" value="tr">' in page
            assert "<mark>onload</mark>" in page
            assert f'href="/places/{at.place}?lang=tr"' in page
            assert f'href="/offers/{at.offer}?lang=tr"' in page
            nothing = (await at.page("/search", "q=%22%3E%3Cscript%3E&lang=en")).text
            assert "Nothing was found." in nothing
            assert 'value="&quot;&gt;&lt;script&gt;"' in nothing
            long = await at.page("/search", f"q={'x' * 5000}&lang=en")
            assert (long.status, len(long.body) < BYTES_MAX) == (200, True)

    asyncio.run(play())


@pytest.mark.parametrize(
    "path", ["/offers/abcd", "/places/abcd", "/meetups/abcd", "/offers/zz", "/places/%00"]
)
def test_what_is_not_there_is_said_on_a_page(tmp_path: Path, path: str) -> None:
    async def play() -> None:
        async with api_node(tmp_path) as here:
            app = public_app(here.node.service, load_languages())
            answer = await answered(app, path, "lang=en")
            assert answer.status == 404
            assert "There is nothing here. It may be over, or was withdrawn." in answer.text

    asyncio.run(play())


def test_a_page_says_which_node_it_is_and_how_to_check_that(tmp_path: Path) -> None:
    async def play() -> None:
        async with api_node(tmp_path) as here:
            app = public_app(here.node.service, load_languages())
            digits = fingerprint(here.node.service.phones.node_key).hex()
            for path in ("/join", "/about"):
                page = (await answered(app, path, "lang=en")).text
                shown = re.search(r'class="digits">([0-9a-f ]+)<', page)
                assert shown is not None
                assert shown[1].replace(" ", "") == digits
                assert "112" in page

    asyncio.run(play())


def contrast(first: str, second: str) -> float:
    """Return the contrast of two colours. Source: WCAG 2.2, relative luminance."""

    def luminance(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    dark, light = sorted((luminance(first), luminance(second)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("time_of_day", PALETTES)
def test_every_text_stands_out_from_its_ground(time_of_day: str) -> None:
    colours = PALETTES[time_of_day]
    pairs = [(text, ground) for text in ("text", "quiet", "link") for ground in ("ground", "card")]
    pairs += [("notice-text", "notice"), ("drill-text", "drill"), ("ground", "link")]
    for text, ground in pairs:
        assert contrast(colours[text], colours[ground]) >= 4.5, (text, ground)
    for text, ground in LABELS.values():
        assert contrast(text, ground) >= 4.5


@pytest.mark.parametrize("path", ["/board", "/offers", "/places", "/meetups", "/kiosk"])
def test_no_list_shows_the_digits_of_an_id_to_people(tmp_path: Path, path: str) -> None:
    async def play() -> None:
        async with furnished(tmp_path) as at:
            page = (await at.page(path, "lang=en")).text
            said = re.sub(r"<style.*?</style>|<[^>]+>", " ", page, flags=re.DOTALL)
            assert "<article" in page
            assert re.findall(r"\b(?=\w*\d)[0-9a-f]{8}\b", said) == []

    asyncio.run(play())
