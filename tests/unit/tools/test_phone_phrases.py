"""What the app says is found in its sources, and what cannot be translated is an error."""

from pathlib import Path

import pytest

from meshnode.node.messages import Message
from tools.phone_phrases import NOTE, PhraseError, phone_messages, phrases

SOURCE = r"""
/** Says `say("not this one")`; see count("nor", "this", n). */
import { count, say } from "../words"; // say("nor this")
export function say(english: string): string { return english; }
const where = "http://192.168.1.20/#1";
const rows = store.count(all) + database.say(x) + essay(y);
return (
  <p title={say('He said "no"')}>
    {/* say("a comment in markup") */}
    {say("Held until {time}", { time })} {say(
      "A long one, broken by who formats it",
    )}
    {count("{count} message", "{count} messages", n)}
    {say("line\nbreak \u00e4 \"quoted\"")}
  </p>
);
"""


def said(source: str) -> list[tuple[str, str | None]]:
    found = list(phrases(source, "screen.tsx"))
    assert all(one.context == "phone" and one.note == NOTE for one in found)
    return [(one.english, one.plural) for one in found]


def test_literals_are_found_and_comments_definitions_and_methods_are_not() -> None:
    assert said(SOURCE) == [
        ('He said "no"', None),
        ("Held until {time}", None),
        ("A long one, broken by who formats it", None),
        ("{count} message", "{count} messages"),
        ('line\nbreak ä "quoted"', None),
    ]


def test_what_the_blanks_of_a_template_say_is_found() -> None:
    source = (
        '`${say("From {time}", { time })}: ${n > 1 ? count("{count} day", "{count} days", n) : x}`'
    )
    assert said(source) == [("From {time}", None), ("{count} day", "{count} days")]


@pytest.mark.parametrize(
    "source",
    [
        "say(title)",
        "say(`Post an offer`)",
        "say(`Post ${what}`)",
        'say("Post " + what)',
        'say(is ? "a" : "b")',
        "say()",
        'say("")',
        r'say("a\q")',
        'count("{count} day", n)',
        'count("{count} day", days, n)',
        'count("{count} day", "{count} days")',
        '`a template with say("inside") of its words`',
        '`${open(say("inside")`',
        "const s = \"say('x')\";",
        'say("unfinished',
    ],
)
def test_what_no_catalogue_can_hold_is_an_error_with_its_place(source: str) -> None:
    with pytest.raises(PhraseError, match=r"^screen\.tsx:3: "):
        list(phrases(f"\n\n{source}\n", "screen.tsx"))


def test_the_sources_say_everything_once_in_the_order_of_the_alphabet(tmp_path: Path) -> None:
    (tmp_path / "ui").mkdir()
    (tmp_path / "ui/b.tsx").write_text('say("Zero"); say("Again"); say("Again");')
    (tmp_path / "a.ts").write_text('count("{count} a", "{count} as", n); say("Again")')
    (tmp_path / "a.css").write_text("say(no)")
    assert phone_messages(tmp_path) == [
        Message("Again", context="phone", note=NOTE),
        Message("Zero", context="phone", note=NOTE),
        Message("{count} a", "{count} as", context="phone", note=NOTE),
    ]


def test_what_is_said_here_and_counted_there_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.ts").write_text('count("day", "days", n)')
    (tmp_path / "b.ts").write_text('say("day")')
    with pytest.raises(PhraseError, match="'day' is said and counted"):
        phone_messages(tmp_path)


def test_the_app_as_it_is_can_be_translated() -> None:
    assert phone_messages() == sorted(phone_messages(), key=lambda one: one.english)
