"""A node's keys on a bad card: mended while one copy is whole, and never made up anew."""

from pathlib import Path

import pytest

from meshnode.commands.node.checks import Grade
from meshnode.commands.node.machinechecks import examine_machine
from meshnode.commands.session import Session
from meshnode.node.clock import Clock
from meshnode.node.home import Home
from meshnode.node.settling import settle
from meshnode.protocol.errors import LimitError, StoreError
from meshnode.store.checked import copies_of


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "nord")
    settle([home], ["nord"], minute=Clock().wall_minute())
    return home


def copies(home: Home) -> tuple[Path, Path]:
    return copies_of(home.keys / "node.json")


def found(home: Home, name: str) -> tuple[Grade, str]:
    """What the doctor says about one thing."""
    (one,) = [one for one in examine_machine(Session.of(home.directory)) if one.subject == name]
    return one.grade, f"{one.sentence} {one.remedy}"


def test_whole_keys_need_nothing(home: Home) -> None:
    assert home.mend_keys() is None
    assert found(home, "keys")[0] is Grade.GOOD


@pytest.mark.parametrize("place", [0, 1])
def test_a_damaged_copy_is_said_by_the_doctor_and_mended_at_the_start(
    home: Home, place: int
) -> None:
    before = home.load_keyring()
    copies(home)[place].write_bytes(b"")
    grade, said = found(home, "keys")
    assert grade is Grade.WEAK
    assert "Only one of the two copies" in said
    assert "backup" in said
    told = home.mend_keys()
    assert told is not None
    assert "was damaged" in told
    assert "backup" in told
    assert home.mend_keys() is None
    copies(home)[1 - place].unlink()
    after = home.load_keyring()
    assert (after.key.public, after.belonging) == (before.key.public, before.belonging)


def test_two_damaged_copies_are_left_alone(home: Home) -> None:
    for copy in copies(home):
        copy.write_bytes(b"?")
    with pytest.raises(StoreError, match="Restore"):
        home.mend_keys()
    assert [copy.read_bytes() for copy in copies(home)] == [b"?", b"?"]
    assert found(home, "keys")[0] is Grade.BROKEN


def test_a_disk_that_takes_nothing_is_said_and_the_node_starts(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    copies(home)[1].unlink()

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tempfile.mkstemp", full)
    told = home.mend_keys()
    assert told is not None
    assert "cannot be copied" in told
    assert home.load_keyring()


def test_a_home_whose_keys_are_gone_is_not_said_to_be_empty(home: Home) -> None:
    for copy in copies(home):
        copy.unlink()
    with pytest.raises(LimitError, match="keys of the node") as refused:
        home.read_config()
    assert "backup" in str(refused.value)
    assert "init --name" not in str(refused.value)
    grade, said = found(home, "home")
    assert grade is Grade.BROKEN
    assert "keys of the node" in said
    assert "init" not in said


def test_keys_that_this_user_may_not_read_are_not_gone(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    stat, read = Path.stat, Path.read_bytes

    def closed(self: Path, **options: bool) -> object:
        if self.parent == home.keys:
            raise PermissionError(13, "Permission denied", str(self))
        return stat(self, **options)

    def closed_too(self: Path) -> bytes:
        if self.parent == home.keys:
            raise PermissionError(13, "Permission denied", str(self))
        return read(self)

    monkeypatch.setattr(Path, "stat", closed)
    monkeypatch.setattr(Path, "read_bytes", closed_too)
    assert home.read_config().node.name == "nord"
    with pytest.raises(StoreError, match="may not read"):
        home.load_keyring()
    assert found(home, "home")[0] is Grade.GOOD
