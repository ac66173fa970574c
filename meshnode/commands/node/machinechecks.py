"""What the doctor can see without a running node: home, keys, configuration, clock, disk."""

import asyncio
import os
import shlex
import shutil
import stat
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from meshnode.commands.node.checks import Finding, Grade
from meshnode.commands.session import Session
from meshnode.node.clock import Clock, minute_of
from meshnode.node.home import Home
from meshnode.node.keyring import is_on_one_copy
from meshnode.press.fonts import FONT_DIRECTORIES, is_whole
from meshnode.protocol.clock import PLAUSIBLE_FROM_MIN
from meshnode.protocol.errors import LimitError, StoreError
from meshnode.store.checked import may_exist

DISK_BYTES_MIN: Final = 20_000_000
"""Below this the next migration or backup may not fit; the database itself is small."""
DISK_BYTES_WISHED: Final = 200_000_000
_OTHERS_MODE: Final = 0o077
_SECRETS: Final = "*.json*"


def examine_machine(session: Session) -> Iterator[Finding]:
    """Yield what is found in the home and on this machine."""
    home = Home(session.directory)
    if not home.is_set_up:
        yield _no_node(session, home)
    else:
        yield Finding("home", Grade.GOOD, f"{home.directory} holds a node.")
        yield _keys(home)
        yield _configuration(home)
    yield _clock()
    yield from _disk(session.directory)
    yield fonts(FONT_DIRECTORIES)


def _no_node(session: Session, home: Home) -> Finding:
    if may_exist(home.config):
        return Finding(
            "home",
            Grade.BROKEN,
            f"The keys of the node in {home.directory} are gone.",
            f"Restore {shlex.quote(str(home.keys))} from a backup.",
            "the keys are gone",
        )
    return Finding(
        "home",
        Grade.BROKEN,
        f"There is no node in {home.directory}.",
        f"Make one: {session.command('init --name NAME')}",
        "there is no node here",
    )


def _keys(home: Home) -> Finding:
    if not os.access(home.keys, os.R_OK | os.X_OK):
        return Finding(
            "keys",
            Grade.UNSURE,
            "This user may not read the keys, as it should be.",
            "To check them too, run the doctor as the user that the node runs as.",
        )
    try:
        home.load_keyring()
    except StoreError as error:
        return Finding("keys", Grade.BROKEN, str(error), hinders="the keys cannot be read")
    exposed = [path for path in (home.keys, *home.keys.glob(_SECRETS)) if _is_exposed(path)]
    if is_on_one_copy(home.keys):
        return Finding(
            "keys",
            Grade.WEAK,
            "Only one of the two copies of the keys is whole. The memory card may be failing.",
            f"Make a backup of {shlex.quote(str(home.keys))} now, then restart the node: it "
            "writes the other copy anew.",
        )
    if exposed:
        return Finding(
            "keys",
            Grade.BROKEN,
            f"Other users of this machine can read {exposed[0]}.",
            f"Close it: chmod -R go= {shlex.quote(str(home.keys))}",
        )
    return Finding("keys", Grade.GOOD, "The keys are whole and private.")


def _is_exposed(path: Path) -> bool:
    return bool(stat.S_IMODE(path.stat().st_mode) & _OTHERS_MODE)


def _configuration(home: Home) -> Finding:
    try:
        home.read_config()
    except LimitError as error:
        return Finding(
            "configuration",
            Grade.BROKEN,
            str(error),
            f"Edit {home.config}, then restart the node.",
            "the node cannot start with this configuration",
        )
    return Finding("configuration", Grade.GOOD, "The configuration can be used.")


def _clock() -> Finding:
    now = datetime.now(UTC)
    told = f"{now:%Y-%m-%d %H:%M} UTC"
    if minute_of(now) < PLAUSIBLE_FROM_MIN:
        return Finding(
            "clock",
            Grade.WEAK,
            f"The clock says {told}, which cannot be.",
            "Set it: sudo timedatectl set-time 'YYYY-MM-DD HH:MM'",
        )
    if not asyncio.run(Clock().is_synchronised()):
        return Finding(
            "clock",
            Grade.UNSURE,
            f"The clock says {told}; no time source vouches for it.",
            "Compare it with another clock. Without internet this is normal.",
        )
    return Finding("clock", Grade.GOOD, f"The clock says {told}, and a time source agrees.")


def _disk(directory: Path) -> Iterator[Finding]:
    existing = next(path for path in (directory, *directory.parents) if path.exists())
    free_bytes = shutil.disk_usage(existing).free
    told = f"{free_bytes / 1e6:.0f} MB are free."
    if free_bytes >= DISK_BYTES_WISHED:
        yield Finding("disk", Grade.GOOD, told)
        return
    is_full = free_bytes < DISK_BYTES_MIN
    yield Finding(
        "disk",
        Grade.BROKEN if is_full else Grade.WEAK,
        f"Only {told}",
        "Free some: sudo apt clean; sudo journalctl --vacuum-size=50M",
        "the disk is full: nothing new can be saved" if is_full else "",
    )


def fonts(directories: Sequence[Path]) -> Finding:
    """Return whether sheets can be printed in all our languages."""
    if is_whole(directories):
        return Finding("fonts", Grade.GOOD, "Sheets can be printed in all languages.")
    return Finding(
        "fonts",
        Grade.WEAK,
        "The font DejaVu Sans is not installed: Arabic, Cyrillic and some Turkish letters are "
        "printed as question marks.",
        "Install it: sudo apt install fonts-dejavu-core",
    )
