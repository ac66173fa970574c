"""The look of the pages: one inline sheet, allowed by its hash; nothing is fetched.

Not for: colours (`palette`), or the screen in the hall (`kiosk_style`).
"""

from base64 import b64encode
from hashlib import sha256
from typing import Final

from meshnode.api.plain.kiosk_style import KIOSK_STYLE
from meshnode.api.plain.palette import LABELS, PALETTES, label_rule, variables

STYLE: Final = (
    f":root{{color-scheme:light dark;{variables(PALETTES['light'])}}}"
    f"@media(prefers-color-scheme:dark){{:root{{{variables(PALETTES['dark'])}}}}}"
    "*{box-sizing:border-box}"
    "body{margin:0 auto;max-width:44rem;padding:.75rem;background:var(--ground);color:var(--text);"
    "font:1.0625rem/1.5 system-ui,sans-serif;overflow-wrap:anywhere}"
    "h1{font-size:1.5rem;line-height:1.2;margin:.25rem 0}"
    "h2{font-size:1.2rem;line-height:1.3;margin:.5rem 0 0}"
    "p{margin:.4rem 0}"
    "p[dir=auto]{unicode-bidi:plaintext}"
    "a{color:var(--link)}"
    "header p,footer p,.meta{color:var(--quiet);font-size:.9375rem}"
    "nav a{display:inline-block;padding:.75rem .75rem .75rem 0;min-height:3rem}"
    ".ways,.choices{display:flex;flex-wrap:wrap;gap:.4rem;margin:.5rem 0}"
    ".ways a,.choices a{background:var(--card);border-radius:.4rem;padding:.65rem .8rem;"
    "text-decoration:none}"
    ".ways a{font-weight:600}"
    "[aria-current]{color:var(--text);box-shadow:inset 0 -.2rem var(--link)}"
    ".quiet{color:var(--quiet);font-size:.9375rem}"
    ".said{font-weight:600}"
    ".digits{font:1.2rem/1.6 ui-monospace,monospace}"
    ".welcome section{margin:1rem 0}"
    ".go{display:inline-block;min-height:3.5rem;padding:.9rem 1.5rem;border-radius:.4rem;"
    "background:var(--link);color:var(--ground);font-size:1.25rem;font-weight:700;"
    "text-decoration:none}"
    ".qr{display:block;width:min(70vw,18rem);height:auto;margin:.5rem 0}"
    "summary{padding:.75rem 0}"
    "html[dir=rtl] :is(h2,.digits){text-align:right}"
    "html[dir=ltr] h2{text-align:left}"
    "ul,ol{margin:.4rem 0;padding-inline-start:1.4rem}"
    "label{display:block;margin:.5rem 0 .25rem}"
    "input,button{font:inherit;min-height:3rem;padding:.5rem .75rem;border-radius:.4rem;"
    "border:1px solid var(--quiet);background:var(--ground);color:var(--text);max-width:100%}"
    "button{background:var(--link);color:var(--ground);border:0;font-weight:600}"
    "mark{background:var(--notice);color:var(--notice-text)}"
    "article{background:var(--card);border-inline-start:.4rem solid;border-radius:.3rem;"
    "margin:.75rem 0;padding:.6rem .8rem}"
    ".label{display:inline-block;border-radius:.25rem;padding:0 .5rem;font-weight:600}"
    ".meta a{display:inline-block;padding:.4rem 0;font-family:ui-monospace,monospace}"
    ".notice{background:var(--notice);color:var(--notice-text);border-radius:.3rem;"
    "padding:.5rem .8rem}"
    ".correction{border:.15rem solid;border-radius:.3rem;padding:.4rem .6rem}"
    ".official{font-weight:600}"
    ".practice{background:var(--drill);color:var(--drill-text);border:.2rem dashed;"
    "padding:.4rem .6rem}"
    ".entry{border-inline-start-color:var(--link)}"
    ".entry .label{color:var(--ground);background:var(--link)}"
    # Nothing of a drill looks like the real thing: another ground, a frame, no colour of danger.
    "article.drill{background:var(--drill);color:var(--drill-text);border:.2rem dashed}"
    "article.drill .label{color:var(--drill);background:var(--drill-text)}"
    "article.drill a,article.drill .meta{color:var(--drill-text)}"
    ".banner{font-size:1.3rem;font-weight:700;letter-spacing:.15em;margin:0;text-align:center}"
    "footer{border-top:1px solid var(--quiet);margin-top:1.25rem;padding-top:.25rem}"
    "@media print{article{background:none;break-inside:avoid}nav,form{display:none}}"
    + "".join(map(label_rule, LABELS))
)
"""The sheet."""


def _hash(style: str) -> str:
    return f"'sha256-{b64encode(sha256(style.encode()).digest()).decode()}'"


POLICY: Final = (
    "default-src 'none'; "
    f"style-src {_hash(STYLE)} {_hash(KIOSK_STYLE)}; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""The content security policy of everything that is served over TCP."""
