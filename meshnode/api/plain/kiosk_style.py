"""The look of the screen in the hall: letters for three metres, nothing that needs scrolling.

Invariants: as in `palette`; sizes follow the width of the screen.
"""

from typing import Final

from meshnode.api.plain.palette import LABELS, PALETTES, label_rule, variables

KIOSK_STYLE: Final = (
    f":root{{color-scheme:light dark;{variables(PALETTES['light'])}}}"
    f"@media(prefers-color-scheme:dark){{:root{{{variables(PALETTES['dark'])}}}}}"
    "*{box-sizing:border-box;margin:0}"
    "html{font-size:clamp(1rem,1.9vw,4rem)}"
    "body{height:100vh;overflow:hidden;padding:1rem;display:grid;gap:.75rem 1rem;"
    "grid-template:auto 1fr/1fr 22vw;background:var(--ground);color:var(--text);"
    "font:1rem/1.35 system-ui,sans-serif;overflow-wrap:anywhere}"
    "header{grid-column:1/-1;display:flex;justify-content:space-between;align-items:baseline}"
    "h1{font-size:1.6rem}"
    "h2{font-size:1.25rem;line-height:1.2}"
    "a{color:inherit;text-decoration:none;pointer-events:none}"
    "p[dir=auto]{unicode-bidi:plaintext}"
    "html[dir=rtl] h2{text-align:right}"
    "main{overflow:hidden}"
    "aside{font-size:.8rem;text-align:center}"
    ".qr{display:block;width:100%;height:auto;margin-bottom:.5rem}"
    ".digits{font-family:ui-monospace,monospace;font-weight:700;white-space:nowrap}"
    ".cards{display:grid;grid-template-columns:1fr 1fr;gap:.75rem;align-items:start;"
    "margin-top:.5rem}"
    ".calm,.lead{grid-column:1/-1}"
    "article{background:var(--card);border-inline-start:.4rem solid var(--link);"
    "border-radius:.3rem;padding:.5rem .7rem;overflow:hidden}"
    "article>p[dir=auto]{display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:4;"
    "overflow:hidden}"
    ".lead article>p[dir=auto]{-webkit-line-clamp:7}"
    ".label{display:inline-block;border-radius:.25rem;padding:0 .4rem}"
    ".entry .label{color:var(--ground);background:var(--link)}"
    ".said{font-weight:600}"
    # What is read at leisure is on the phone, and on paper.
    ".places p:not(.said,:first-child),li:nth-child(n+4){display:none}"
    ".meta{color:var(--quiet);font-size:.75rem}"
    "ul{padding-inline-start:1.2rem}"
    ".notice{background:var(--notice);color:var(--notice-text);border-radius:.3rem;"
    "padding:.3rem .6rem}"
    ".correction{border:.15rem solid;border-radius:.3rem;padding:.2rem .4rem}"
    ".official{font-size:.8rem}"
    ".practice,article.drill{background:var(--drill);color:var(--drill-text);"
    "border:.2rem dashed}"
    ".practice{padding:.3rem .6rem}"
    "article.drill .label{color:var(--drill);background:var(--drill-text)}"
    "article.drill .meta{color:var(--drill-text)}"
    ".banner{font-weight:700;letter-spacing:.15em;text-align:center}"
    "@media(max-width:45rem){body{display:block;height:auto;overflow:auto}"
    ".cards{grid-template-columns:1fr}.qr{width:60vw;margin:1rem auto}}"
    + "".join(map(label_rule, LABELS))
)
"""The sheet."""
