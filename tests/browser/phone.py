"""A resident's phone: Chromium at the size of one, in a place of its own in the Wi-Fi.

What goes wrong on it unsaid, an error on the console or something that the page's policy forbids,
fails the test when the phone is put away.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import (
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Playwright,
    Request,
    expect,
)

from meshnode.node.languages import PHONE_CONTEXT, Language, best_match, load_language
from tests.browser.street import Seat
from tests.patience import ANSWER_S, READY_S

CHROMIUM = "/usr/bin/chromium"
WIDTH, HEIGHT = 390, 844
PATIENCE_MS = 1000 * ANSWER_S
"""Until a page shows what a node has; radios take longer, and stories say so."""
START_MS = 1000 * READY_S
expect.set_options(timeout=PATIENCE_MS)

_POLICY = """
addEventListener("securitypolicyviolation", (event) =>
  console.error("policy: " + event.violatedDirective + " " + event.blockedURI));
for (const name of ["crypto.subtle", "navigator.serviceWorker", "navigator.clipboard",
                    "navigator.mediaDevices", "navigator.locks", "navigator.storage"]) {
  const [owner, part] = name.split(".");
  // What a flag of the browser's could bring here, a phone has not.
  if (!isSecureContext && part in (self[owner] ?? {})) {
    Object.defineProperty(self[owner], part, { value: undefined });
  }
}
"""
_LANGUAGES: dict[str, Language] = {}
_OUT_OF_REACH = re.compile(r"net::ERR_")
_EXPECTED = re.compile(r"status of (401|403|404|409|422|429)")
"""Refusals that the app is built to hear; Chromium writes each of them on the console."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What sort of phone, and how its owner has set it up."""

    language: str = "de-DE"
    is_dark: bool = False
    width: int = WIDTH
    height: int = HEIGHT
    has_script: bool = True
    text_px: int = 16
    """How large its owner has set the text; 16 is as it comes."""


@dataclass
class Phone:
    """One phone, and whoever holds it."""

    name: str
    kind: Kind
    seat: Seat
    pictures: Path
    is_watched: bool
    """Whether pictures are wanted of what goes well, too."""
    _playwright: Playwright
    _directory: Path
    _context: BrowserContext | None = None
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    """All addresses that it asked, whether they answered or not."""
    _waiting: set[Request] = field(default_factory=set)
    _was_away: bool = False
    _page: Page | None = None

    @property
    def page(self) -> Page:
        """What is on the screen."""
        assert self._page is not None, f"{self.name}'s phone is switched off"
        return self._page

    async def switch_on(self) -> None:
        """Open the browser, with whatever it remembers."""
        at = self._directory / "chromium"
        await asyncio.to_thread(self._prefer)
        self._context = await self._playwright.chromium.launch_persistent_context(
            self._directory / "profile",
            executable_path=self.seat.wrap(CHROMIUM, at),
            args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
            viewport={"width": self.kind.width, "height": self.kind.height},
            has_touch=True,
            is_mobile=True,
            locale=self.kind.language,
            timezone_id="Europe/Berlin",
            color_scheme="dark" if self.kind.is_dark else "light",
            java_script_enabled=self.kind.has_script,
            reduced_motion="reduce",
            timeout=START_MS,
        )
        self._context.set_default_timeout(PATIENCE_MS)
        await self._context.add_init_script(_POLICY)
        self._page = self._context.pages[0]
        self._page.on("console", self._hear)
        self._page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        self._page.on("request", self._note)
        for over in ("requestfinished", "requestfailed"):
            self._page.on(over, self._forget)

    def _prefer(self) -> None:
        """Write down how large the text is to be, where the browser's own settings put it."""
        at = self._directory / "profile/Default/Preferences"
        if not at.exists():
            at.parent.mkdir(parents=True)
            fonts = {"default_font_size": self.kind.text_px}
            at.write_text(json.dumps({"webkit": {"webprefs": fonts}}))

    async def switch_off(self) -> None:
        """Close the browser; what it keeps is kept."""
        context, self._context, self._page = self._context, None, None
        if context is not None:
            await context.close()

    async def open(self, address: str) -> None:
        """Type an address, or follow one from a QR code."""
        # A fragment alone loads no page, and a code that was scanned does.
        await self.page.goto("about:blank")
        await self.page.goto(address)

    def word(self, english: str, **blanks: str) -> str:
        """Return what the app says for an English sentence in this phone's language."""
        tag = best_match(self.kind.language) or "de"
        if tag not in _LANGUAGES:
            _LANGUAGES[tag] = load_language(tag)
        said = _LANGUAGES[tag].in_context(PHONE_CONTEXT, english) if tag != "en" else english
        for name, blank in blanks.items():
            said = said.replace(f"{{{name}}}", blank)
        return said

    def pattern(self, english: str, **blanks: str) -> str:
        """Return what matches what the app says: blanks may be isolated from the direction around
        them, and what is not given is whatever stands there.
        """
        isolated = {name: f"\u2068{blank}\u2069" for name, blank in blanks.items()}
        said = re.escape(self.word(english, **isolated))
        said = re.sub("[\u2068\u2069]", lambda mark: f"{mark[0]}?", said)
        return re.sub(r"\\\{\w+\\\}", ".+", said)

    async def says(self, english: str, *, within_s: float | None = None, **blanks: str) -> None:
        """Wait until the app says that, in this phone's language; what blanks are not given match
        whatever stands there.
        """
        await self.sees(re.compile(self.pattern(english, **blanks)), within_s=within_s)

    async def choose(self, english: str, **blanks: str) -> None:
        """Tap what the app calls so, in this phone's language."""
        await self.tap(re.compile(f"^{self.pattern(english, **blanks)}$"))

    async def fill(self, english: str, text: str, **blanks: str) -> None:
        """Write into the field that the app calls so, in this phone's language."""
        await self.write(re.compile(f"^{self.pattern(english, **blanks)}"), text)

    async def go(self, *words: str) -> None:
        """Go to a screen by its address."""
        await self.asks("(to) => { location.hash = to; }", "#/" + "/".join(words))

    async def tap(self, name: str | re.Pattern[str], *, within: Locator | None = None) -> None:
        """Tap what is called so: a button, a link, or what looks like one."""
        await self.control(name, within=within).tap()

    def control(self, name: str | re.Pattern[str], *, within: Locator | None = None) -> Locator:
        """Return what can be tapped and is called so."""
        inside: Page | Locator = within or self.page
        button = inside.get_by_role("button", name=name)
        return button.or_(inside.get_by_role("link", name=name)).first

    async def write(self, label: str | re.Pattern[str], text: str) -> None:
        """Write into a field."""
        await self.page.get_by_label(label).first.fill(text)

    async def sees(self, text: str | re.Pattern[str], *, within_s: float | None = None) -> None:
        """Wait until that is on the screen."""
        timeout_ms = PATIENCE_MS if within_s is None else within_s * 1000
        await expect(self.page.get_by_text(text).first).to_be_visible(timeout=timeout_ms)

    async def sees_no(self, text: str | re.Pattern[str]) -> None:
        """Wait until that is not on the screen."""
        await expect(self.page.get_by_text(text)).to_have_count(0)

    async def asks(self, script: str, *given: Any) -> Any:
        """Run a line of JavaScript in the page; return what it gives."""
        return await self.page.evaluate(script, *given)

    def walk_out(self) -> None:
        """Leave the Wi-Fi."""
        self._was_away = True
        self.seat.leave()

    def come_back(self) -> None:
        """Come into the Wi-Fi again."""
        self.seat.come_back()

    async def rests(self) -> None:
        """Wait until everything is there that was asked for, but for the stream that never ends."""
        async with asyncio.timeout(PATIENCE_MS / 1000):
            while self._waiting:
                await asyncio.sleep(0.05)

    def forgive_silence(self) -> None:
        """Take it as told that a node did not answer."""
        self._was_away = True

    async def picture(self, name: str) -> None:
        """Photograph the screen, if somebody will look at it."""
        if self.is_watched:
            await self.photograph(name)

    async def photograph(self, name: str) -> None:
        """Photograph the screen."""
        await self.page.screenshot(path=self.pictures / f"{name}.png")

    def hosts(self) -> set[str]:
        """Return whom it asked for anything."""
        found = {urlsplit(one).netloc for one in self.requests}
        return found - {""}

    def _hear(self, message: ConsoleMessage) -> None:
        text = message.text
        if message.type != "error" or _EXPECTED.search(text):
            return
        if self._was_away and _OUT_OF_REACH.search(text):
            return
        self.complaints.append(text)

    def _forget(self, request: Request) -> None:
        self._waiting.discard(request)

    def _note(self, request: Request) -> None:
        self.requests.append(request.url)
        if not request.url.endswith("/events"):
            self._waiting.add(request)


@asynccontextmanager
async def phone_at(
    seat: Seat,
    playwright: Playwright,
    directory: Path,
    *,
    name: str,
    kind: Kind,
    pictures: Path,
    is_watched: bool = True,
) -> AsyncIterator[Phone]:
    """Hold a phone while the block lasts.

    Raises:
        AssertionError: Something went wrong on it, unsaid.
    """
    await asyncio.to_thread(directory.mkdir, parents=True)
    held = Phone(name, kind, seat, pictures, is_watched, playwright, directory)
    try:
        await held.switch_on()
        yield held
        assert held.complaints == [], f"on {name}'s phone"
    except BaseException as error:
        error.add_note(f"{name}'s phone complained of {held.complaints}")
        if held._page is not None:
            await held.photograph(f"failed-{name}")
        raise
    finally:
        await held.switch_off()


def addresses(requests: Sequence[str]) -> set[str]:
    """Return paths without queries."""
    return {urlsplit(one).path for one in requests}
