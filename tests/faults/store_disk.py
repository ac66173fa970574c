"""A disk in memory that loses power: an SQLite VFS that drops, tears and reorders what was not
synced.

What was written since a file's last sync is cut into sectors; each is kept, dropped or torn by
chance. Keeping any subset in order covers every reordering of writes to the same sector.
"""

from dataclasses import dataclass, field
from random import Random
from typing import Any

import apsw

SECTOR_BYTES = 512

_POWERSAFE_OVERWRITE = 0x1000
"""What SQLite assumes of files on Linux: a torn write spares the bytes beside it."""


class PowerCut(Exception):
    """The power is gone; nothing after this reaches the disk."""


@dataclass
class Content:
    """One file: what a sync has made durable, what is visible, and what came since the sync."""

    durable: bytearray = field(default_factory=bytearray)
    visible: bytearray = field(default_factory=bytearray)
    pending: list[tuple[int, bytes | None]] = field(default_factory=list)

    def sync(self) -> None:
        self.durable[:] = self.visible
        self.pending.clear()

    def cut(self, dice: Random) -> bytes:
        """Return what is found after the power came back."""
        found = bytearray(self.durable)
        keep_share = dice.choice((0.0, 0.1, 0.5, 0.9, 1.0))
        for offset, data in self.pending:
            if dice.random() >= keep_share:
                continue
            if data is None:
                del found[offset:]
            else:
                is_torn = dice.random() < 0.1
                put(found, offset, data[: dice.randrange(len(data))] if is_torn else data)
        return bytes(found)


class Disk:
    """Named files; `cut_after` counts operations until the power goes, `room_bytes` bounds them."""

    def __init__(self, image: dict[str, bytes]) -> None:
        self.files = {
            name: Content(bytearray(data), bytearray(data)) for name, data in image.items()
        }
        self.operations = 0
        self.cut_after: int | None = None
        self.room_bytes: int | None = None

    def operate(self) -> None:
        """Count one change or sync; the power may go just before it."""
        if self.cut_after is not None and self.operations >= self.cut_after:
            raise PowerCut
        self.operations += 1

    def require_room(self, growth_bytes: int) -> None:
        if self.room_bytes is None or growth_bytes <= 0:
            return
        if sum(len(file.visible) for file in self.files.values()) + growth_bytes > self.room_bytes:
            raise apsw.FullError("no room")

    def image(self) -> dict[str, bytes]:
        """Return all files as they are seen now."""
        return {name: bytes(file.visible) for name, file in self.files.items()}

    def image_after_cut(self, dice: Random) -> dict[str, bytes]:
        """Return all files as they are found when the power is back."""
        return {name: file.cut(dice) for name, file in self.files.items()}


class File:
    """An open file, in the shape that apsw calls."""

    def __init__(self, disk: Disk, name: str) -> None:
        self._disk = disk
        self._content = disk.files.setdefault(name, Content())

    def xRead(self, amount: int, offset: int) -> bytes:  # noqa: N802
        return bytes(self._content.visible[offset : offset + amount])

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        self._disk.operate()
        self._disk.require_room(offset + len(data) - len(self._content.visible))
        data = bytes(data)
        put(self._content.visible, offset, data)
        start = 0
        while start < len(data):
            end = start + SECTOR_BYTES - (offset + start) % SECTOR_BYTES
            self._content.pending.append((offset + start, data[start:end]))
            start = end

    def xTruncate(self, size: int) -> None:  # noqa: N802
        self._disk.operate()
        del self._content.visible[size:]
        self._content.pending.append((size, None))

    def xSync(self, flags: int) -> None:  # noqa: N802
        self._disk.operate()
        self._content.sync()

    def xFileSize(self) -> int:  # noqa: N802
        return len(self._content.visible)

    def xSectorSize(self) -> int:  # noqa: N802
        return SECTOR_BYTES

    def xDeviceCharacteristics(self) -> int:  # noqa: N802
        return _POWERSAFE_OVERWRITE

    def xLock(self, level: int) -> None:  # noqa: N802
        """Nobody else is there."""

    def xUnlock(self, level: int) -> None:  # noqa: N802
        """Nobody else is there."""

    def xCheckReservedLock(self) -> bool:  # noqa: N802
        return False

    def xFileControl(self, operation: int, pointer: int) -> bool:  # noqa: N802
        return False

    def xClose(self) -> None:  # noqa: N802
        """What is not synced stays that way."""


class DiskVFS(apsw.VFS):
    """Serves the files of whichever disk is in the drive."""

    NAME = "meshnode-disk"

    def __init__(self) -> None:
        self.disk = Disk({})
        super().__init__(self.NAME, base="")

    def xOpen(self, name: Any, flags: list[int]) -> Any:  # noqa: N802
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        flags[1] = flags[0]
        return File(self.disk, path or "temporary")

    def xDelete(self, name: str, sync_folder: bool) -> None:  # noqa: N802
        self.disk.operate()
        self.disk.files.pop(name, None)

    def xAccess(self, name: str, flags: int) -> bool:  # noqa: N802
        return name in self.disk.files

    def xFullPathname(self, name: str) -> str:  # noqa: N802
        return name


def put(content: bytearray, offset: int, data: bytes) -> None:
    """Write `data` into `content`, padded with zeros where it lies behind the end."""
    content.extend(bytes(max(0, offset - len(content))))
    content[offset : offset + len(data)] = data
