"""Passphrases: how they are read, and what is refused."""

import os

import pytest

from meshnode.person.passphrase import (
    PASSPHRASE_BYTES_MAX,
    PASSPHRASE_CHARACTERS_MIN,
    Passphrase,
    read_passphrase_file,
)
from meshnode.protocol.errors import LimitError, StoreError


def written(tmp_path, data: bytes, mode: int = 0o600):
    path = tmp_path / "passphrase"
    path.write_bytes(data)
    path.chmod(mode)
    return path


def test_two_ways_to_write_an_accent_are_one_passphrase():
    assert Passphrase.of("M\u00fcnsterplatz") == Passphrase.of("Mu\u0308nsterplatz")


def test_it_does_not_show_itself():
    assert "Kirschbaum" not in repr(Passphrase.of("Kirschbaum und Regen"))


@pytest.mark.parametrize("text", ["", "x" * (PASSPHRASE_BYTES_MAX + 1), "\ud800"])
def test_what_cannot_be_one_is_refused(text):
    with pytest.raises(LimitError):
        Passphrase.of(text)


def test_a_new_one_has_ten_characters_and_umlauts_count_once():
    Passphrase.of("ü" * PASSPHRASE_CHARACTERS_MIN).require_strength()
    with pytest.raises(LimitError, match="at least 10 characters"):
        Passphrase.of("ü" * (PASSPHRASE_CHARACTERS_MIN - 1)).require_strength()


@pytest.mark.parametrize("data", [b"a b c", b"a b c\n", b"a b c\r\n", b"a b c\nsecond line\n"])
def test_the_first_line_of_a_file_counts_without_its_end(tmp_path, data):
    assert read_passphrase_file(written(tmp_path, data)) == Passphrase.of("a b c")


def test_spaces_at_the_ends_belong_to_it(tmp_path):
    assert read_passphrase_file(written(tmp_path, b" a \n")) == Passphrase.of(" a ")


@pytest.mark.parametrize("data", [b"", b"\n", b"\nsecond", b"x" * (PASSPHRASE_BYTES_MAX + 2)])
def test_a_file_without_a_passphrase_is_refused(tmp_path, data):
    with pytest.raises(LimitError):
        read_passphrase_file(written(tmp_path, data))


def test_a_file_that_others_may_read_is_refused_with_the_cure(tmp_path):
    with pytest.raises(LimitError, match="chmod 600"):
        read_passphrase_file(written(tmp_path, b"secret", 0o640))


def test_a_file_that_is_not_there_is_said(tmp_path):
    with pytest.raises(StoreError, match="Cannot read"):
        read_passphrase_file(tmp_path / "missing")


def test_a_pipe_serves_as_well_as_a_file(tmp_path):
    reading, writing = os.pipe()
    os.write(writing, b"from a pipe\n")
    os.close(writing)
    try:
        path = tmp_path / "link"
        path.symlink_to(f"/proc/self/fd/{reading}")
        assert read_passphrase_file(path) == Passphrase.of("from a pipe")
    finally:
        os.close(reading)
