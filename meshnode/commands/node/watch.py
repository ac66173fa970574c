"""`meshnode watch`: what happens on the node, as it happens."""

import sys
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any, Final

import click

from meshnode.commands.bulletins import finding
from meshnode.commands.bulletins.board import ID_DIGITS_MIN, author, headline, notice_sentence
from meshnode.commands.calls import callwords
from meshnode.commands.session import Session, examples, pass_session
from meshnode.commands.terminal.failures import Failure
from meshnode.commands.terminal.language import language_option
from meshnode.commands.terminal.localtime import local
from meshnode.commands.terminal.output import emit, emit_json, one_line, paint, talk

_QUIET: Final = ("hello", "keepalive")
"""News that only programs need."""
_ALWAYS: Final = ("hello", "lost")
_REASONS: Final = {
    "expired": "it is over",
    "replaced": "its author replaced it or took it back",
    "quota": "its author said too much that day",
    "stranger": "nobody vouches for its author any more",
    "revoked": "its author was revoked",
    "role": "its author lacks the role for it",
    "outlives_certificate": "it would outlast what vouches for its author",
}
"""Why something left, as people say it."""


@click.command(
    epilog=examples(
        "meshnode watch",
        "meshnode watch --kind alert --kind bulletin",
        "meshnode watch --kind removed",
        "meshnode watch --json | jq -c .kind",
    )
)
@click.option(
    "--kind",
    "kinds",
    metavar="KIND",
    multiple=True,
    help="Only these: a sort of thing (bulletin, alert, offer, ...) or of news (removed, link, "
    "drop, notice). May stand several times.",
)
@language_option
@click.option(
    "--json", "is_json", is_flag=True, help="Print one JSON document a line and nothing else."
)
@pass_session
def watch(session: Session, *, kinds: tuple[str, ...], language: str, is_json: bool) -> None:
    """Show what happens until interrupted (Ctrl-C)."""
    for news in session.client.watch(language):
        if not _is_wanted(news, kinds):
            continue
        if is_json:
            emit_json(news, is_line=True)
        elif news["kind"] == "hello":
            talk(f"Watching {news['name']}. Stop with Ctrl-C.")
        elif news["kind"] not in _QUIET:
            ring(news)
            emit(line_of(news))
    raise Failure("The node stopped.", code="not_running")


def ring(news: Mapping[str, Any]) -> None:
    """Let a terminal ring for a new call for help."""
    if sys.stdout.isatty() and _is_new_call(news):
        click.echo("\a", nl=False)


def _is_new_call(news: Mapping[str, Any]) -> bool:
    match news:
        case {"kind": "checkin", "object": "checkin", "checkin": {"state": state, "stage": "new"}}:
            return bool(state != "ok")
        case _:
            return False


def line_of(news: Mapping[str, Any]) -> str:
    """Return news in one line, with the time; a call for help that nobody has taken is red."""
    line = _line(news)
    return paint(line, "red", is_bold=True) if _is_new_call(news) else line


def _line(news: Mapping[str, Any]) -> str:
    return f"{local(datetime.now(UTC)):%H:%M:%S}  {one_line(_sentence(news))}"


def _sentence(news: Mapping[str, Any]) -> str:  # noqa: PLR0911  (one sentence a kind of news)
    match news:
        case {"kind": "bulletin", "bulletin": view, "link": None}:
            return f"Posted here ({_short(view)}): {headline(view)}"
        case {"kind": "bulletin", "bulletin": view, "link": link}:
            told = f"{_sort(view)} by {author(view)} ({_short(view)}): {headline(view)}"
            return f"{_whence(link)}: {told}"
        case {"kind": "notice", "notice": notice, "target": target}:
            return notice_sentence(notice, target[:ID_DIGITS_MIN])
        case {"kind": "posted", "posted": view, "link": link}:
            told = f"{finding.what(view)} by {author(view)} ({_short(view)}): {finding.said(view)}"
            return f"{_whence(link)}: {told}"
        case {"kind": "object", "object": kind, "link": link}:
            by = f" by {news['author_name']}" if news.get("author_name") else ""
            about = f" about {news['parent']}" if news.get("parent") else ""
            return f"{_whence(link)}: {kind}{by}{about}"
        case {"kind": "removed", "id": thing, "reason": reason}:
            return f"Removed {thing[:ID_DIGITS_MIN]}: {_REASONS.get(reason, reason)}"
        case {"kind": "link", "link": link, "state": state, "sentence": sentence}:
            return f"Link {link} is {state}: {sentence}"
        case {"kind": "drop", "link": link, "reason": reason}:
            return f"Dropped something from {link or 'here'}: {reason}"
        case {"kind": "lost", "count": count}:
            return f"{count} lines are missing: they came faster than this terminal took them"
        case _:
            return _people_sentence(news)


def _people_sentence(news: Mapping[str, Any]) -> str:
    match news:
        case {"kind": "checkin", "object": "checkin", "checkin": view}:
            stands = "" if view["state"] == "ok" else f" {callwords.state_words(view)}"
            return f"{callwords.headline(view)}.{stands}"
        case {"kind": "checkin", "checkin": view}:
            return f"Call {view['root']} of {callwords.who(view)}: {callwords.state_words(view)}"
        case {"kind": "mode", "mode": mode}:
            return f"The mode is {mode} from now on; see: meshnode mode show"
        case _:
            return ", ".join(f"{name} {value}" for name, value in news.items())


def _whence(link: str | None) -> str:
    return f"Received from {link}" if link else "Posted here"


def _is_wanted(news: Mapping[str, Any], kinds: Collection[str]) -> bool:
    """Return whether news are of these kinds, or about things of them."""
    about = news.get("bulletin") or news.get("posted") or {}
    own = {news["kind"], news.get("object"), about.get("kind")}
    return not kinds or news["kind"] in _ALWAYS or not own.isdisjoint(kinds)


def _sort(view: Mapping[str, Any]) -> str:
    if view["is_drill"]:
        return "DRILL"
    return f"official, {view['severity']}" if view["provenance"] else str(view["severity"])


def _short(view: Mapping[str, Any]) -> str:
    return str(view["id"])[:ID_DIGITS_MIN]
