"""The vault in its directory: opening, saving, locks, changes of passphrase, two copies."""

import multiprocessing
import resource
import shutil
import signal
import threading
from pathlib import Path

import pytest

from meshnode.person.keyfile import KEY_FILE
from meshnode.person.passphrase import Passphrase
from meshnode.person.vault import Vault, VaultLocked, create_vault, mode_of, open_vault
from meshnode.person.vaultfile import Mode, ScryptCost
from meshnode.protocol.errors import CallerError, LimitError, StoreError
from meshnode.store.checked import copies_of, exists_checked
from tests.patience import STOP_S

CHEAP = ScryptCost(4, 8, 1)
RIGHT = Passphrase.of("Kirschbaum Regen Treppe")
OTHER = Passphrase.of("Fenster Montag Amsel")


@pytest.fixture
def locked(tmp_path: Path) -> Path:
    directory = tmp_path / "identity"
    create_vault(directory, RIGHT, {"sequence": 1}, cost=CHEAP)
    return directory


@pytest.fixture
def open_to_all(tmp_path: Path) -> Path:
    directory = tmp_path / "identity"
    create_vault(directory, None, {"sequence": 1})
    return directory


def copies(directory: Path) -> list[bytes]:
    return [copy.read_bytes() for copy in copies_of(directory / "vault")]


def snapshot(directory: Path) -> dict[str, bytes]:
    return {each.name: each.read_bytes() for each in directory.iterdir()}


def saved(directory: Path, passphrase: Passphrase | None, sequence: int) -> None:
    with open_vault(directory, passphrase) as vault:
        vault.fields["sequence"] = sequence
        vault.save()


def sequence_in(directory: Path, passphrase: Passphrase | None) -> int:
    with open_vault(directory, passphrase) as vault:
        number: int = vault.fields["sequence"]
    return number


def test_what_was_saved_is_there_when_it_is_opened_again(locked):
    saved(locked, RIGHT, 2)
    assert sequence_in(locked, RIGHT) == 2


def test_what_was_not_saved_is_forgotten(locked):
    with open_vault(locked, RIGHT) as vault:
        vault.fields["sequence"] = 5
    assert sequence_in(locked, RIGHT) == 1


def test_directory_and_files_belong_to_their_owner_alone(open_to_all):
    assert open_to_all.stat().st_mode & 0o777 == 0o700
    assert {each.stat().st_mode & 0o777 for each in open_to_all.iterdir()} == {0o600}


def test_another_passphrase_is_refused_and_nothing_is_written(locked):
    before = snapshot(locked)
    with pytest.raises(VaultLocked, match="does not open"), open_vault(locked, OTHER):
        pass
    assert snapshot(locked) == before


def test_a_missing_passphrase_is_asked_for(locked):
    assert mode_of(locked) is Mode.PASSPHRASE
    with pytest.raises(VaultLocked, match="locked with a passphrase"), open_vault(locked):
        pass


def test_no_vault_is_said_and_none_is_made(tmp_path):
    directory = tmp_path / "nobody"
    assert mode_of(directory) is None
    with pytest.raises(LimitError, match="no identity"), open_vault(directory):
        pass
    assert not directory.exists()


def test_a_second_one_in_the_same_place_is_refused(locked):
    before = snapshot(locked)
    with pytest.raises(LimitError, match="already"):
        create_vault(locked, OTHER, {}, cost=CHEAP)
    assert snapshot(locked) == before


def test_a_damaged_one_is_not_replaced_by_a_new_one(locked):
    for copy in copies_of(locked / "vault"):
        copy.write_bytes(b"damaged")
    with pytest.raises(LimitError, match="already"):
        create_vault(locked, RIGHT, {}, cost=CHEAP)
    with pytest.raises(StoreError, match="Both copies"), open_vault(locked, RIGHT):
        pass
    assert copies(locked) == [b"damaged"] * 2


def test_a_short_passphrase_is_refused_before_anything_is_written(tmp_path):
    with pytest.raises(LimitError, match="at least"):
        create_vault(tmp_path, Passphrase.of("short"), {}, cost=CHEAP)
    assert mode_of(tmp_path) is None


def test_a_closed_vault_does_not_save(locked):
    with open_vault(locked, RIGHT) as vault:
        pass
    with pytest.raises(CallerError, match="closed"):
        vault.save()


def test_every_save_counts_one_generation_and_looks_new_all_over(locked):
    with open_vault(locked, RIGHT) as vault:
        first = vault.generation
        vault.save()
        once = copies(locked)[0]
        vault.save()
        assert vault.generation == first + 2
    again = copies(locked)[0]
    assert len(again) == len(once)
    assert sum(a == b for a, b in zip(once[76:], again[76:], strict=True)) < len(again) // 100


def test_a_failed_block_lets_go_of_the_lock(locked):
    with pytest.raises(ZeroDivisionError), open_vault(locked, RIGHT):
        raise ZeroDivisionError
    assert sequence_in(locked, RIGHT) == 1


def test_it_says_nothing_of_what_is_in_it(locked):
    with open_vault(locked, RIGHT) as vault:
        vault.fields["seed"] = "5eed"
        assert "5eed" not in repr(vault)


# Two copies.


@pytest.mark.parametrize("place", [0, 1])
def test_a_damaged_copy_is_made_whole_again_when_the_other_opens(locked, place):
    copies_of(locked / "vault")[place].write_bytes(b"damaged")
    assert sequence_in(locked, RIGHT) == 1
    first, second = copies(locked)
    assert first == second


@pytest.mark.parametrize("place", [0, 1])
def test_the_later_of_two_sound_copies_counts_wherever_it_is(locked, place):
    older = copies(locked)[0]
    saved(locked, RIGHT, 2)
    copies_of(locked / "vault")[place].write_bytes(older)
    assert sequence_in(locked, RIGHT) == 2
    assert older not in copies(locked)


def test_a_later_copy_that_does_not_open_is_not_passed_over(locked):
    older = copies(locked)[0]
    with open_vault(locked, RIGHT) as vault:
        vault.change_passphrase(OTHER, cost=CHEAP)
    copies_of(locked / "vault")[1].write_bytes(older)
    before = snapshot(locked)
    with pytest.raises(VaultLocked), open_vault(locked, RIGHT):
        pass
    assert snapshot(locked) == before
    assert sequence_in(locked, OTHER) == 1
    assert older not in copies(locked)


def test_a_copy_that_cannot_be_read_for_its_place_on_the_card_counts_as_damaged(locked):
    twin = copies_of(locked / "vault")[0]
    twin.unlink()
    twin.symlink_to(twin)
    assert sequence_in(locked, RIGHT) == 1


def test_what_a_killed_process_was_writing_is_cleared_away(locked):
    (locked / ".vault.key.abc").write_bytes(b"half a key")
    assert sequence_in(locked, RIGHT) == 1
    assert not (locked / ".vault.key.abc").exists()


def test_a_save_that_the_disk_refuses_is_said_and_the_old_state_stays(locked):
    with open_vault(locked, RIGHT) as vault:
        vault.fields["sequence"] = 2
        refuse_writes(vault)
        vault.save()
    assert sequence_in(locked, RIGHT) == 2


def refuse_writes(vault: Vault) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64, before[1]))
    try:
        with pytest.raises(StoreError, match="disk full"):
            vault.save()
        with pytest.raises(StoreError, match="disk full"):
            vault.change_passphrase(OTHER, cost=CHEAP)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


# Another passphrase, or none.


def test_after_a_change_only_the_new_passphrase_opens(locked):
    with open_vault(locked, RIGHT) as vault:
        vault.change_passphrase(OTHER, cost=CHEAP)
    assert sequence_in(locked, OTHER) == 1
    with pytest.raises(VaultLocked), open_vault(locked, RIGHT):
        pass


def test_a_vault_can_be_made_unattended_and_locked_again(locked):
    with open_vault(locked, RIGHT) as vault:
        vault.change_passphrase(None)
    assert mode_of(locked) is Mode.UNATTENDED
    assert sequence_in(locked, None) == 1
    with open_vault(locked) as vault:
        vault.change_passphrase(RIGHT, cost=CHEAP)
    assert not exists_checked(locked / KEY_FILE)
    assert sequence_in(locked, RIGHT) == 1


def test_an_unattended_one_keeps_its_key(open_to_all):
    key = (open_to_all / KEY_FILE).read_bytes()
    with open_vault(open_to_all) as vault, pytest.raises(LimitError, match="already"):
        vault.change_passphrase(None)
    assert (open_to_all / KEY_FILE).read_bytes() == key


@pytest.mark.parametrize("is_to_unattended", [True, False])
def test_a_change_of_mode_cut_anywhere_leaves_a_vault_that_opens(tmp_path, is_to_unattended):
    directory = tmp_path / "identity"
    before_by, after_by = (RIGHT, None) if is_to_unattended else (None, RIGHT)
    create_vault(directory, before_by, {"sequence": 1}, cost=CHEAP)
    before = snapshot(directory)
    with open_vault(directory, before_by) as vault:
        vault.change_passphrase(after_by, cost=CHEAP)
    after = snapshot(directory)
    key = {name: data for name, data in (before | after).items() if name.startswith(KEY_FILE)}
    for written in ({}, {"vault": after["vault"]}, {"vault": after["vault"], "vault.twin": b""}):
        shutil.rmtree(directory)
        directory.mkdir(mode=0o700)
        for name, data in (before | key | written).items():
            (directory / name).write_bytes(data)
        opens_by = after_by if written else before_by
        assert sequence_in(directory, opens_by) == 1
        saved(directory, opens_by, 2)
        assert sequence_in(directory, opens_by) == 2
        assert exists_checked(directory / KEY_FILE) == (opens_by is None)


def test_the_key_of_another_vault_is_told_from_a_damaged_one(open_to_all, tmp_path):
    create_vault(tmp_path / "other", None, {})
    for name in ("vault.key", "vault.key.twin"):
        shutil.copy(tmp_path / "other" / name, open_to_all / name)
    with pytest.raises(StoreError, match="key of another vault"), open_vault(open_to_all):
        pass


def test_a_lost_key_is_said_and_no_new_one_made(open_to_all):
    for name in ("vault.key", "vault.key.twin"):
        (open_to_all / name).unlink()
    before = snapshot(open_to_all)
    with pytest.raises(StoreError, match="Restore"), open_vault(open_to_all):
        pass
    assert snapshot(open_to_all) == before


# One at a time.


def test_a_second_process_is_told_that_it_is_open(locked):
    with open_vault(locked, RIGHT):
        outcome: multiprocessing.Queue[str] = multiprocessing.Queue()
        other = multiprocessing.Process(target=try_to_open, args=(locked, outcome))
        other.start()
        assert "Another program" in outcome.get(timeout=STOP_S)
        other.join()


def try_to_open(directory: Path, outcome: "multiprocessing.Queue[str]") -> None:
    try:
        with open_vault(directory, RIGHT, wait_s=0.0):
            outcome.put("opened")
    except LimitError as error:
        outcome.put(str(error))


def test_many_who_count_lose_no_number(open_to_all):
    def count() -> None:
        for _ in range(10):
            with open_vault(open_to_all) as vault:
                vault.fields["sequence"] += 1
                vault.save()

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sequence_in(open_to_all, None) == 41
