"""`meshnode moderate mute`: not to read somebody. Stays in one's own vault; nobody hears of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click

from meshnode.commands.session import Session, examples
from meshnode.commands.speaker import Speaker, has_identity, speaking, speaks
from meshnode.commands.terminal.failures import Failure
from meshnode.commands.terminal.output import emit, emit_json, one_line, talk
from meshnode.commands.trust.people import FINGERPRINT_DIGITS
from meshnode.protocol.errors import LimitError

FIELD: Final = "muted"
"""In the vault: the names of those who are muted, by fingerprint."""
MUTED_MAX: Final = 500
"""Who mutes more people than that reads a board of their own."""


@dataclass(frozen=True, slots=True)
class Muted:
    """Whom somebody does not want to read; `is_locked`: nobody gave what opens the vault."""

    fingerprints: frozenset[str]
    is_locked: bool = False


def read_muted(session: Session, passphrase_file: Path | None) -> Muted:
    """Return whom the owner of this directory muted, without asking anybody anything.

    Reading the board must not fail where the vault does not open: then nobody is left out.
    """
    if not has_identity(session):
        return Muted(frozenset())
    from meshnode.person.vault import mode_of, open_vault  # noqa: PLC0415  Slow.
    from meshnode.person.vaultfile import Mode  # noqa: PLC0415

    is_asking = mode_of(session.identity) is Mode.PASSPHRASE and passphrase_file is None
    if is_asking:
        return Muted(frozenset(), is_locked=True)
    if passphrase_file is not None:
        with speaking(session, passphrase_file) as speaker:
            return Muted(frozenset(_muted(speaker)))
    try:
        with open_vault(session.identity, wait_s=0) as vault:
            return Muted(frozenset(vault.fields.get(FIELD) or {}))
    except LimitError:
        # Another command has the vault open: it is busy, not locked.
        return Muted(frozenset())


@click.command(epilog=examples("meshnode moderate mute Bert", "meshnode moderate mute 1a2b3c4d"))
@click.argument("name")
@speaks
def mute(session: Session, *, name: str, passphrase_file: Path | None, is_json: bool) -> None:
    """Leave somebody out of what you read; only your device knows.

    Others go on reading them, and warnings of theirs are left out, too.
    """
    with speaking(session, passphrase_file) as speaker:
        member = speaker.member(name)
        if member["fingerprint"] == speaker.identity.fingerprint.hex():
            raise Failure("This is you.", code="usage")
        muted = {**_muted(speaker), member["fingerprint"]: str(member["name"])}
        if len(muted) > MUTED_MAX:
            raise Failure(f"At most {MUTED_MAX} can be muted. Unmute some.", code="limit")
        _save(speaker, muted)
    if is_json:
        emit_json({"fingerprint": member["fingerprint"], "name": member["name"]})
        return
    emit(member["fingerprint"])
    talk(f"You do not read {one_line(member['name'])} any more. To undo it: moderate unmute.")


@click.command(epilog=examples("meshnode moderate unmute Bert"))
@click.argument("name")
@speaks
def unmute(session: Session, *, name: str, passphrase_file: Path | None, is_json: bool) -> None:
    """Read somebody again whom you muted."""
    with speaking(session, passphrase_file) as speaker:
        muted = _muted(speaker)
        fingerprint = _found(muted, name)
        shown = muted.pop(fingerprint)
        _save(speaker, muted)
    if is_json:
        emit_json({"fingerprint": fingerprint, "name": shown})
        return
    emit(fingerprint)
    talk(f"You read {one_line(shown)} again.")


@click.command("muted", epilog=examples("meshnode moderate muted --json"))
@speaks
def muted_(session: Session, *, passphrase_file: Path | None, is_json: bool) -> None:
    """List whom you muted."""
    with speaking(session, passphrase_file) as speaker:
        muted = _muted(speaker)
    some = [{"fingerprint": one, "name": name} for one, name in sorted(muted.items())]
    if is_json:
        emit_json(some)
    elif some:
        for one in some:
            emit(f"{one['fingerprint'][:FINGERPRINT_DIGITS]}  {one_line(one['name'])}")
    else:
        talk("You muted nobody.")


def _muted(speaker: Speaker) -> dict[str, str]:
    return dict(speaker.identity.fields.get(FIELD) or {})


def _save(speaker: Speaker, muted: Mapping[str, str]) -> None:
    speaker.identity.fields[FIELD] = dict(muted)
    speaker.identity.save()


def _found(muted: Mapping[str, str], name: str) -> str:
    wanted = name.strip().casefold()
    found = [
        one for one, shown in muted.items() if shown.casefold() == wanted or one.startswith(wanted)
    ]
    if not found:
        raise Failure(f"You muted nobody called {name!r}. See: moderate muted", code="not_found")
    if len(found) > 1:
        raise Failure(
            f"You muted {len(found)} people called {name!r}. Give the digits that `moderate muted` "
            "shows.",
            code="ambiguous",
        )
    return found[0]
