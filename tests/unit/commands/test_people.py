"""Members on a terminal, and the small things that commands about people share."""

import pytest

from meshnode.commands.terminal.failures import Failure
from meshnode.commands.terminal.paper_option import read_paper_option
from meshnode.commands.trust import people
from meshnode.commands.trust.cuts import cuts_up_to
from meshnode.protocol.errors import LimitError


def member(name: str = "Anna", **changes) -> dict:
    digits = name.encode().hex().ljust(32, "0")
    return {
        "fingerprint": digits,
        "key": digits * 2,
        "class": "person",
        "name": name,
        "certified_name": name,
        "languages": [],
        "is_steward": False,
        "is_full": True,
        "is_revoked": False,
        "expires": "2027-11-26T12:00:00Z",
        "roles": [],
        "vouched_by": [],
        "keys": [],
        "looks_like": [],
        **changes,
    }


def test_stewards_come_first_and_revoked_ones_last():
    some = [
        member("Zoe", is_steward=True, expires=None),
        member("Bert"),
        member("anna"),
        member("Aaron", is_revoked=True),
    ]
    _, *rows = people.lines(some)
    assert [row.split()[4] for row in rows] == ["Zoe", "anna", "Bert", "Aaron"]


def test_a_name_that_steers_a_terminal_does_not():
    shown = "\n".join(people.lines([member("a\x1b[2Jb")]) + people.whole(member("a\x1b[2Jb")))
    assert "\x1b" not in shown


def test_a_look_alike_is_marked_where_it_is_listed_and_where_it_is_shown():
    marked = member("Anna", looks_like=["ab" * 16])
    assert any("Anna (!)" in line for line in people.lines([marked]))
    assert any("abababab" in line for line in people.whole(marked))
    assert not any("(!)" in line for line in people.lines([member("Anna")]))


def test_who_spoke_for_a_vouched_member_is_said():
    vouched = member("Bert", is_full=False, vouched_by=["12" * 16, "34" * 16])
    assert "12121212, 34343434" in "\n".join(people.whole(vouched))
    assert people.standing(vouched) == "vouched"


def test_a_fingerprint_is_read_in_groups():
    assert people.grouped("0123456789abcdef") == "0123 4567 89ab cdef"


def test_the_minute_of_a_moment_counts_from_2024():
    assert people.minute_of("2024-01-01T00:00:00Z") == 0
    assert people.minute_of("2024-01-02T00:01:00Z") == 1441


def test_cuts_are_in_order_and_keep_nothing_of_a_key_that_signed_nothing():
    cuts = cuts_up_to({"ff000000": 3, "00000001": 7, "aa000000": 0})
    assert [(one.key.hex(), one.sequence) for one in cuts] == [("00000001", 7), ("ff000000", 3)]
    assert cuts_up_to({}) == []


def test_more_keys_than_a_revocation_names_are_refused_with_what_to_do():
    with pytest.raises(Failure, match="Revoke its unused devices first"):
        cuts_up_to({f"{number:08x}": 1 for number in range(1, 10)})


def test_a_sheet_in_a_file_is_read_and_what_is_none_is_refused(tmp_path):
    path = tmp_path / "sheet"
    path.write_text("three words only")
    with pytest.raises(LimitError, match="12 words"):
        read_paper_option(str(path))
