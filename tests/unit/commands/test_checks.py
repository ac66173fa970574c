"""What the doctor says about bookings and fonts."""

from meshnode.commands.node.checks import Grade
from meshnode.commands.node.machinechecks import fonts
from meshnode.commands.node.nodechecks import _selling


def selling(
    *, things: int = 2, forgotten: int = 0, is_in_doubt: bool = False, clock: str = "plausible"
) -> list[str]:
    status = {
        "selling": {"things": things, "forgotten": forgotten, "is_in_doubt": is_in_doubt},
        "clock": {"quality": clock},
    }
    found = list(_selling(status))
    assert all(one.grade is Grade.WEAK and one.remedy for one in found)
    return [f"{one.sentence} {one.remedy}" for one in found]


def test_a_node_that_can_sell_what_it_has_needs_nothing():
    assert selling() == []


def test_who_sells_nothing_needs_neither_clock_nor_log():
    assert selling(things=0, is_in_doubt=True, clock="unknown") == []


def test_a_node_that_sells_needs_the_time():
    (said,) = selling(clock="unknown")
    assert "books 2 things, and sells nothing while it does not know the time" in said
    assert "timedatectl" in said


def test_a_log_in_doubt_is_said_with_what_to_do():
    (said,) = selling(things=1, is_in_doubt=True)
    assert "books 1 thing, and had forgotten what it sold" in said
    assert "slots resume" in said


def test_what_was_pruned_too_early_is_said():
    (said,) = selling(forgotten=1)
    assert "of 1 it sells no more" in said


def test_missing_fonts_are_said_with_the_package_that_has_them(tmp_path):
    assert fonts([tmp_path]).remedy == "Install it: sudo apt install fonts-dejavu-core"
    (tmp_path / "DejaVuSans.ttf").touch()
    assert fonts([tmp_path]).grade is Grade.WEAK
    (tmp_path / "DejaVuSans-Bold.ttf").touch()
    assert fonts([tmp_path, tmp_path / "nowhere"]).grade is Grade.GOOD
