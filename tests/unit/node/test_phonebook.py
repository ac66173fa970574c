"""The phones that were let in: kept, found again, bounded, seen by the day."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meshnode.node.pairing import phonebook
from meshnode.node.pairing.phonebook import (
    DAY_MINUTES,
    Phone,
    Phonebook,
    decode_phone,
    encode_phone,
)
from meshnode.protocol.errors import LimitError, PeerError
from meshnode.protocol.keys import PublicKey
from meshnode.store.memory import MemoryStore
from tests.community import signing_key

DAY = 700
MINUTE = DAY * DAY_MINUTES + 77


def key(name: str) -> PublicKey:
    return signing_key(name).public


def nobody(_: PublicKey) -> bool:
    return False


@given(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1))
def test_what_is_kept_of_a_phone_is_read_again(paired_min: int, seen_day: int) -> None:
    phone = Phone(key("a"), paired_min, seen_day)
    assert decode_phone(phone.key, encode_phone(phone)) == phone


@given(st.binary(max_size=20))
def test_other_bytes_are_a_phone_of_one_form_or_none(data: bytes) -> None:
    try:
        phone = decode_phone(key("a"), data)
    except PeerError:
        return
    assert encode_phone(phone) == data


def test_a_phone_is_there_after_a_restart_and_gone_once_it_was_dropped() -> None:
    async def play() -> None:
        store = MemoryStore()
        book = Phonebook(store)
        await book.add(key("a"), minute=MINUTE, is_member=nobody)
        await book.add(key("b"), minute=MINUTE + 1, is_member=nobody)
        again = Phonebook(store)
        again.restore((await store.load()).settings)
        assert list(again) == list(book)
        assert [one.key for one in again] == [key("a"), key("b")]
        await again.drop(key("a"))
        last = Phonebook(store)
        last.restore((await store.load()).settings)
        assert key("a") not in last
        assert key("b") in last

    asyncio.run(play())


def test_other_settings_and_rows_of_another_version_are_no_phones() -> None:
    book = Phonebook(MemoryStore())
    book.restore(
        {
            "sale/00": b"x",
            "phone/zz": bytes(9),
            "phone/00": b"\x01" + bytes(8),
            f"phone/{key('a').hex()}": b"\x02" + bytes(8),
            f"phone/{key('b').hex()}": b"",
            f"phone/{key('c').hex()}": b"\x01" + bytes(8),
        }
    )
    assert [one.key for one in book] == [key("c")]


def test_when_a_phone_was_here_is_known_by_the_day_and_written_once_a_day() -> None:
    async def play() -> None:
        store = MemoryStore()
        book = Phonebook(store)
        await book.add(key("a"), minute=MINUTE, is_member=nobody)
        book.touch(key("a"), MINUTE + 5)
        book.touch(key("stranger"), MINUTE + DAY_MINUTES)
        await book.save()
        written = dict((await store.load()).settings)
        assert len(written) == 1
        book.touch(key("a"), MINUTE + DAY_MINUTES)
        assert (await store.load()).settings == written
        await book.save()
        again = Phonebook(store)
        again.restore((await store.load()).settings)
        assert again.get(key("a")) == Phone(key("a"), MINUTE, DAY + 1)

    asyncio.run(play())


def test_what_was_dropped_meanwhile_is_not_written_down_again() -> None:
    async def play() -> None:
        store = MemoryStore()
        book = Phonebook(store)
        await book.add(key("a"), minute=MINUTE, is_member=nobody)
        book.touch(key("a"), MINUTE + DAY_MINUTES)
        await asyncio.gather(book.drop(key("a")), book.save())
        assert (await store.load()).settings == {}

    asyncio.run(play())


def test_when_all_places_are_taken_a_stranger_who_was_not_here_for_longest_leaves(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def play() -> None:
        store = MemoryStore()
        book = Phonebook(store)
        members = {key("anna"), key("bert")}
        for name in ("anna", "old", "new", "bert"):
            await book.add(key(name), minute=MINUTE, is_member=members.__contains__)
        book.touch(key("new"), MINUTE + DAY_MINUTES)
        await book.add(key("next"), minute=MINUTE, is_member=members.__contains__)
        assert key("old") not in book
        assert len(book) == 4
        # Who is here already takes no place.
        await book.add(key("new"), minute=MINUTE, is_member=members.__contains__)
        assert len(book) == 4
        with pytest.raises(LimitError, match="phone list"):
            await book.add(key("last"), minute=MINUTE, is_member=lambda _: True)
        assert len((await store.load()).settings) == 4

    monkeypatch.setattr(phonebook, "PHONES_MAX", 4)
    asyncio.run(play())
