"""Small files that are written whole, checked and kept twice."""

import resource
import signal
from pathlib import Path

import pytest

from meshnode.protocol.errors import StoreError
from meshnode.store.checked import (
    copies_of,
    exists_checked,
    is_single,
    mend_checked,
    read_checked,
    remove_checked,
    write_checked,
    write_twice,
)

FIELDS = {"seed": "00ff", "number": 7}


def test_what_was_written_is_read_and_only_its_owner_may_read_it(tmp_path):
    path = tmp_path / "node.json"
    write_checked(path, FIELDS)
    assert read_checked(path) == FIELDS
    assert [copy.stat().st_mode & 0o777 for copy in copies_of(path)] == [0o600, 0o600]
    assert sorted(each.name for each in tmp_path.iterdir()) == ["node.json", "node.json.twin"]


@pytest.mark.parametrize("place", [0, 1])
def test_one_damaged_copy_is_made_up_for_by_the_other(tmp_path, place):
    path = tmp_path / "node.json"
    write_checked(path, FIELDS)
    copies_of(path)[place].write_bytes(b"{}")
    assert read_checked(path) == FIELDS


def test_two_damaged_copies_are_said_and_left_alone(tmp_path):
    path = tmp_path / "node.json"
    write_twice(path, b"damaged")
    with pytest.raises(StoreError, match=r"Restore them from a backup"):
        read_checked(path)
    assert [copy.read_bytes() for copy in copies_of(path)] == [b"damaged"] * 2


def test_what_was_removed_is_gone_in_both_copies(tmp_path):
    path = tmp_path / "node.json"
    write_checked(path, FIELDS)
    remove_checked(path)
    assert not exists_checked(path)
    remove_checked(path)


def test_a_disk_that_takes_no_more_leaves_the_old_file_whole(tmp_path):
    path = tmp_path / "node.json"
    write_checked(path, FIELDS)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (16, before[1]))
    try:
        with pytest.raises(StoreError, match="Is the disk full"):
            write_checked(path, {"seed": "11" * 32})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert read_checked(path) == FIELDS
    assert sorted(each.name for each in tmp_path.iterdir()) == ["node.json", "node.json.twin"]


@pytest.mark.parametrize("place", [0, 1])
def test_a_damaged_copy_is_written_anew_from_the_whole_one(tmp_path, place):
    path = tmp_path / "node.json"
    write_checked(path, FIELDS)
    assert not is_single(path)
    assert not mend_checked(path)
    copies_of(path)[place].write_bytes(b"")
    assert is_single(path)
    assert mend_checked(path)
    assert not is_single(path)
    copies_of(path)[1 - place].write_bytes(b"")
    assert read_checked(path) == FIELDS


def test_of_two_whole_copies_the_first_was_written_last_and_counts(tmp_path):
    path = tmp_path / "node.json"
    write_checked(path, FIELDS)
    older = path.read_bytes()
    write_checked(path, {"number": 8})
    copies_of(path)[1].write_bytes(older)
    assert mend_checked(path)
    assert copies_of(path)[1].read_bytes() == path.read_bytes() != older


def test_two_damaged_copies_are_not_mended(tmp_path):
    path = tmp_path / "node.json"
    write_twice(path, b"damaged")
    assert not is_single(path)
    with pytest.raises(StoreError, match="Restore"):
        mend_checked(path)
    assert [copy.read_bytes() for copy in copies_of(path)] == [b"damaged"] * 2


def test_a_file_of_somebody_elses_is_not_called_damaged_nor_gone(tmp_path, monkeypatch):
    path = tmp_path / "node.json"
    write_checked(path, FIELDS)

    def closed(self, **_):
        raise PermissionError(13, "Permission denied", str(self))

    # Whoever tests as root may read everything: so it is the system that says no.
    monkeypatch.setattr(Path, "read_bytes", closed)
    monkeypatch.setattr(Path, "stat", closed)
    assert exists_checked(path)
    for look in (read_checked, is_single, mend_checked):
        with pytest.raises(StoreError, match="may not read") as refused:
            look(path)
        assert "Restore" not in str(refused.value)


def test_one_copy_of_somebody_elses_does_not_matter_while_the_other_is_whole(tmp_path, monkeypatch):
    path = tmp_path / "node.json"
    write_checked(path, FIELDS)
    read = Path.read_bytes

    def closed(self):
        if self == path:
            raise PermissionError(13, "Permission denied", str(self))
        return read(self)

    monkeypatch.setattr(Path, "read_bytes", closed)
    assert read_checked(path) == FIELDS
