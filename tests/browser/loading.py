"""What a page asks for, in which order: how many requests wait for one another."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from tests.browser.phone import Phone


@dataclass
class Loading:
    """What was asked for since `watch`, with the level of each: 1 for the page itself."""

    levels: dict[str, int] = field(default_factory=dict)

    async def watch(self, phone: Phone) -> None:
        """Note each request of the phone's from now on."""
        debugger = await phone.page.context.new_cdp_session(phone.page)
        debugger.on("Network.requestWillBeSent", self._note)
        await debugger.send("Network.enable")

    @property
    def depth(self) -> int:
        """How many requests one waits for, itself included."""
        return max(self.levels.values())

    def paths(self, level: int) -> set[str]:
        """Return what was asked for at a level."""
        return {urlsplit(url).path for url, at in self.levels.items() if at == level}

    def _note(self, event: dict[str, Any]) -> None:
        url, initiator = event["request"]["url"], event["initiator"]
        by = [initiator.get("url", ""), *_frames(initiator.get("stack"))]
        before = [self.levels[one] for one in by if one in self.levels]
        self.levels.setdefault(url, 1 + max(before, default=0))


def _frames(stack: dict[str, Any] | None) -> list[str]:
    found: list[str] = []
    while stack:
        found += [frame["url"] for frame in stack["callFrames"]]
        stack = stack.get("parent")
    return found
