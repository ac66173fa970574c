"""What every screen has to be, whatever stands on it: readable, large enough, within its width.

Not for: what a screen says. Each function returns what is wrong, as sentences.
"""

from pathlib import Path
from typing import Any, Final

from tests.browser.phone import Phone

AXE: Final = Path(__file__).parents[2] / "web/node_modules/axe-core/axe.min.js"
TAP_PX_MIN: Final = 44
"""WCAG 2.5.5; what a thumb in a glove still finds."""
_GRAVE: Final = ("serious", "critical")

_FIND_SMALL: Final = """(least) => {
  const found = [];
  const shown = "a[href], button, input, select, textarea, summary, [role=button], [role=tab]";
  for (const one of document.querySelectorAll(shown)) {
    const label = one.closest("label") ?? one.labels?.[0];
    const isBox = one.type === "checkbox" || one.type === "radio";
    const isInLabel = label?.contains(one) || isBox;
    const { width, height } = (isInLabel && label ? label : one).getBoundingClientRect();
    const style = getComputedStyle(one);
    const isHidden = width === 0 || style.visibility === "hidden" || one.closest("[inert]")
      || one.closest(".visually-hidden, .leaps, .skip");
    // A link in the middle of a sentence is as high as its line.
    const isInline = one.matches("p a, li a, dd a, small a") && style.display === "inline";
    if (!isHidden && !isInline && Math.min(width, height) < least - 0.5) {
      const name = `${one.tagName.toLowerCase()} "${one.textContent.trim().slice(0, 30)}"`;
      found.push(`${name} is ${Math.round(width)} x ${Math.round(height)} px`);
    }
  }
  return found;
}"""
_FIND_WIDE: Final = """() => {
  const page = document.scrollingElement;
  if (page.scrollWidth <= innerWidth && innerWidth <= screen.width) { return []; }
  const wide = [...document.querySelectorAll("body *")]
    .filter((one) => one.getBoundingClientRect().right > screen.width + 1
      || one.getBoundingClientRect().left < -1)
    .slice(0, 3).map((one) => `${one.tagName.toLowerCase()}.${one.className}`);
  return [`the page is ${page.scrollWidth} px wide: ${wide.join(", ")}`];
}"""


async def faults(phone: Phone) -> list[str]:
    """Return what is wrong with what is on the screen."""
    return [
        *await _axe(phone),
        *await phone.asks(_FIND_SMALL, TAP_PX_MIN),
        *await phone.asks(_FIND_WIDE),
    ]


async def _axe(phone: Phone) -> list[str]:
    if not await phone.asks("typeof axe === 'object'"):
        # Into the page's own world by the debugger: the page's policy admits no other script.
        await phone.asks(AXE.read_text())
    found = await phone.asks("axe.run(document, { resultTypes: ['violations'] })")
    return [sentence for one in found["violations"] for sentence in _grave(one)]


def _grave(violation: dict[str, Any]) -> list[str]:
    if violation["impact"] not in _GRAVE:
        return []
    return [f"{violation['help']}: {one['html'][:120]}" for one in violation["nodes"]]
