"""Key files on a bad card and through kills: what was saved opens, or damage is said.

Never made up anew, never an older state than one that was acknowledged.
"""

import json
import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from meshnode.person.keyfile import KEY_FILE
from meshnode.person.passphrase import Passphrase
from meshnode.person.vault import VaultLocked, create_vault, open_vault
from meshnode.person.vaultfile import ScryptCost
from meshnode.protocol.errors import LimitError, StoreError
from meshnode.store.checked import copies_of, is_single, read_checked, write_checked

GATE = 50
SWEEP = 5_000
KILLS_SWEEP = 2_000
CHEAP = ScryptCost(4, 8, 1)
PHRASES = (Passphrase.of("Kirschbaum Regen Treppe"), Passphrase.of("Fenster Montag Amsel"))

Harm = Callable[[bytes, Random], bytes]


def flipped(data: bytes, dice: Random) -> bytes:
    changed = bytearray(data)
    for _ in range(dice.choice((1, 1, 2, 16))):
        changed[dice.randrange(len(changed))] ^= 1 << dice.randrange(8)
    return bytes(changed)


def cut(data: bytes, dice: Random) -> bytes:
    return data[: dice.choice((0, 1, dice.randrange(len(data)), len(data) - 1))]


def zeroed(data: bytes, dice: Random) -> bytes:
    """A sector that the card lost."""
    start = dice.randrange(len(data)) // 512 * 512
    return data[:start] + bytes(len(data[start : start + 512])) + data[start + 512 :]


HARMS: tuple[Harm, ...] = (flipped, cut, zeroed)


def harmed(path: Path, dice: Random) -> bytes:
    data = path.read_bytes()
    damaged = dice.choice(HARMS)(data, dice)
    while is_harmless(data, damaged):
        damaged = dice.choice(HARMS)(data, dice)
    path.write_bytes(damaged)
    return damaged


def is_harmless(data: bytes, damaged: bytes) -> bool:
    """Whether nothing was lost: JSON does without its last line end."""
    try:
        return damaged == data or json.loads(damaged) == json.loads(data)
    except ValueError:
        return False


def damage_one_copy(tmp_path: Path, times: int) -> None:
    dice = Random(times)
    create_vault(tmp_path / "whole", None, {"sequence": 0})
    for number in range(times):
        directory = tmp_path / "damaged"
        shutil.copytree(tmp_path / "whole", directory)
        for name in ("vault", KEY_FILE):
            harmed(dice.choice(copies_of(directory / name)), dice)
        with open_vault(directory) as vault:
            assert vault.fields == {"sequence": 0}, number
            vault.save()
        # From now on each file is there twice again: the next bad spot costs nothing either.
        assert not is_single(directory / KEY_FILE), number
        first, second = copies_of(directory / "vault")
        assert first.read_bytes() == second.read_bytes(), number
        shutil.rmtree(directory)


def damage_both_copies(tmp_path: Path, times: int) -> None:
    dice = Random(times)
    create_vault(tmp_path / "whole", None, {"sequence": 0})
    for number in range(times):
        directory = tmp_path / "damaged"
        shutil.copytree(tmp_path / "whole", directory)
        targets = copies_of(directory / dice.choice(("vault", KEY_FILE)))
        left = [harmed(path, dice) for path in targets]
        with pytest.raises(StoreError, match=r"[Rr]estore"), open_vault(directory):
            pass
        with pytest.raises(LimitError, match="already"):
            create_vault(directory, None, {})
        assert [path.read_bytes() for path in targets] == left, number
        shutil.rmtree(directory)


def damage_a_nodes_key(tmp_path: Path, times: int) -> None:
    dice = Random(times)
    path = tmp_path / "node.json"
    for number in range(times):
        write_checked(path, {"seed": "5e" * 32, "number": number})
        first, second = copies_of(path)
        harmed(dice.choice((first, second)), dice)
        assert read_checked(path)["number"] == number
        write_checked(path, {"seed": "5e" * 32, "number": number})
        left = [harmed(first, dice), harmed(second, dice)]
        with pytest.raises(StoreError, match="Restore"):
            read_checked(path)
        assert [first.read_bytes(), second.read_bytes()] == left


def count_until_killed(directory: Path, writing: int, dice: Random) -> None:
    """Save rising numbers, now and then under the other passphrase; say each that is safe."""
    phrase = which_opens(directory)
    while True:
        with open_vault(directory, PHRASES[phrase]) as vault:
            for _ in range(3):
                vault.fields["sequence"] += 1
                if dice.random() < 0.3:
                    phrase = 1 - phrase
                    vault.change_passphrase(PHRASES[phrase], cost=CHEAP)
                else:
                    vault.save()
                os.write(writing, f"{vault.fields['sequence']}\n".encode())


def which_opens(directory: Path) -> int:
    try:
        with open_vault(directory, PHRASES[0]):
            return 0
    except VaultLocked:
        with open_vault(directory, PHRASES[1]):
            return 1


def acknowledged_until_kill(directory: Path, dice: Random) -> int:
    """Let a child save, kill it after some lines; return the last number that it said."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            count_until_killed(directory, writing, dice)
        finally:
            os._exit(1)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        lines = [pipe.readline() for _ in range(dice.randrange(1, 12))]
        if dice.random() < 0.5:
            wait_until_only_one_copy_is_written(directory)
        os.kill(child, signal.SIGKILL)
        lines += pipe.readlines()
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
    return int(lines[-1])


def wait_until_only_one_copy_is_written(directory: Path) -> None:
    first, second = copies_of(directory / "vault")
    while first.read_bytes() == second.read_bytes():
        pass


def kill_often(directory: Path, kills: int) -> None:
    dice = Random(kills)
    create_vault(directory, PHRASES[0], {"sequence": 0}, cost=CHEAP)
    between = 0
    for number in range(kills):
        last = acknowledged_until_kill(directory, dice)
        first, second = (copy.read_bytes() for copy in copies_of(directory / "vault"))
        between += first != second
        with open_vault(directory, PHRASES[which_opens(directory)]) as vault:
            assert vault.fields["sequence"] - last in (0, 1), number
        names = {each.name for each in directory.iterdir()}
        assert names == {"vault", "vault.twin", "vault.lock"}, number
    assert between >= kills // 10, "hardly any kill fell between the two copies"


def test_one_damaged_copy_of_each_file_costs_nothing(tmp_path):
    damage_one_copy(tmp_path, GATE)


def test_damage_to_both_copies_is_said_and_nothing_is_overwritten(tmp_path):
    damage_both_copies(tmp_path, GATE)


def test_damage_to_a_nodes_key_is_made_up_for_or_said(tmp_path):
    damage_a_nodes_key(tmp_path, GATE)


def test_a_kill_at_any_moment_leaves_the_last_acknowledged_state_or_the_next(tmp_path):
    kill_often(tmp_path / "identity", GATE)


@pytest.mark.sweep
def test_damage_very_often(tmp_path):
    for number, damage in enumerate((damage_one_copy, damage_both_copies, damage_a_nodes_key)):
        (tmp_path / str(number)).mkdir()
        damage(tmp_path / str(number), SWEEP)


@pytest.mark.sweep
def test_kills_very_often(tmp_path):
    kill_often(tmp_path / "identity", KILLS_SWEEP)
