"""Names that people could take for one another are found; those that differ are left alone."""

import pytest

from meshnode.board.trust.likeness import is_wordless, look_alikes, skeleton, with_digits
from meshnode.protocol.keys import Fingerprint

ALIKE = [
    ("Anna", "anna"),
    ("Anna", "ANNA"),
    ("Anna", "A n n a"),
    ("Anna", "An-na"),
    ("Anna", "Ånna"),
    ("Anna", "Аnna"),  # Cyrillic A
    ("Anna", "Αnna"),  # Greek Alpha
    ("Anna", "Ａｎｎａ"),  # full width
    ("Anna", "𝐀𝐧𝐧𝐚"),  # mathematical bold
    ("Anna.", "Anna"),
    ("Bert", "Вert"),  # Cyrillic Ve
    ("Bert", "Βert"),  # Greek Beta
    ("Cem", "Сem"),  # Cyrillic Es
    ("Cem", "Cern"),
    ("Eva", "Εva"),  # Greek Epsilon
    ("Eva", "Еva"),  # Cyrillic Ie
    ("Hans", "Ηans"),  # Greek Eta
    ("Hans", "Нans"),  # Cyrillic En
    ("Ida", "lda"),
    ("Ida", "1da"),
    ("Ida", "Ιda"),  # Greek Iota
    ("Ida", "Іda"),  # Ukrainian I
    ("Ida", "|da"),
    ("Jan", "Јan"),  # Serbian Je
    ("Kiosk", "Kіosk"),  # Ukrainian i
    ("Kiosk", "Ki0sk"),
    ("Kiosk", "Κiosk"),  # Greek Kappa
    ("Marie", "Мarie"),  # Cyrillic Em
    ("Nora", "Νora"),  # Greek Nu
    ("Olga", "0lga"),
    ("Olga", "Οlga"),  # Greek Omicron
    ("Otto", "Оttо"),  # Cyrillic O, twice
    ("Paul", "Рaul"),  # Cyrillic Er
    ("Paul", "Pau1"),
    ("Paul", "Ρaul"),  # Greek Rho
    ("Susi", "5u5i"),
    ("Tim", "Тim"),  # Cyrillic Te
    ("Tim", "Tirn"),
    ("Xaver", "Хaver"),  # Cyrillic Ha
    ("Zoe", "Zoé"),
    ("Zoe", "Ζoe"),  # Greek Zeta
    ("Walter", "VValter"),
    ("Łukasz", "Lukasz"),
    ("Straße", "STRASSE"),
    ("Işık", "Isik"),
    ("Büro", "Buro"),
    ("Jürgen", "Jurgen"),
]
"""Pairs for which one skeleton is right."""
APART = [
    ("Anna", "Hanna"),
    ("Anna", "Anne"),
    ("Bert", "Berta"),
    ("Cem", "Kem"),
    ("Ida", "Ada"),
    ("Jan", "Jana"),
    ("Otto", "Otti"),
    ("Haus 3", "Haus 8"),
    ("Kiosk Nord", "Kiosk Süd"),
    ("Анна", "Инна"),
    ("Γιάννης", "Μαρία"),
    ("Anna", "Anna🙂"),
    ("山田", "田山"),
]
"""Pairs that nobody takes for one another."""


def test_the_table_is_as_long_as_it_should_be() -> None:
    assert len(ALIKE) + len(APART) == 60


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_these_look_alike(one: str, other: str) -> None:
    assert skeleton(one) == skeleton(other)


@pytest.mark.parametrize(("one", "other"), APART)
def test_these_do_not(one: str, other: str) -> None:
    assert skeleton(one) != skeleton(other)


def test_names_of_pictures_alone_are_wordless() -> None:
    for name in ("🙂", "🙂🙂", "★", "—", "👩‍👩‍👧"):
        assert is_wordless(name), name
    for name in ("A", "🙂 Anna", "7", "山", "ب"):
        assert not is_wordless(name), name


def names(*some: str) -> dict[Fingerprint, str]:
    return {Fingerprint(bytes([number]) * 16): name for number, name in enumerate(some)}


def test_only_those_who_look_alike_are_named_and_each_names_the_others() -> None:
    present = names("Anna", "Bert", "Аnna", "ANNA")
    one, _, two, three = present
    assert look_alikes(present) == {one: (two, three), two: (one, three), three: (one, two)}


def test_who_is_gone_does_not_stand_against_somebodys_name() -> None:
    (anna, old) = names("Anna", "Anna")
    assert look_alikes({anna: "Anna"}, {old: "Anna"}) == {old: (anna,)}
    assert look_alikes({anna: "Anna"}, {old: "Bert"}) == {}


def test_digits_stand_behind_the_name() -> None:
    assert with_digits("Anna", Fingerprint(bytes(range(16)))) == "Anna (00010203)"
