"""The spoken code: one for each claim, guessed by nobody, and tried only a few times."""

from pathlib import Path

import pytest

from meshnode.board.exchange.claim import ClaimFields, Step, encode_claim, mark_of
from meshnode.board.mail.message import Text, encode_payload
from meshnode.board.mail.sealed import seal
from meshnode.board.trust.certificate import IdentityClass
from meshnode.commands.market.contacting import private_text
from meshnode.person.handover import (
    CLAIMS_MAX,
    FIELD,
    WRONG_MAX,
    WrongCodeError,
    check_code,
    code_of,
)
from meshnode.person.identity import DeviceSeed, Identity, new_fields
from meshnode.person.paper import SECRET_BYTES, PaperSecret
from meshnode.person.vault import create_vault, open_vault
from meshnode.protocol.agreement import agreement_key_of
from meshnode.protocol.frames import Objects, RadioCodec
from meshnode.protocol.limits import FRAME_BYTES_MAX_DEFAULT
from meshnode.protocol.object import Kind, ObjectId, SignedObject
from tests.community import ANNA, BERT, COMMUNITY, HERE, MINUTE, made
from tests.trading import DAY, ask, offer

CLAIM = ObjectId(bytes(range(16)))
OTHER = ObjectId(bytes(range(1, 17)))


def make(directory: Path, seed: int = 7) -> Path:
    paper = PaperSecret(bytes([seed]) * SECRET_BYTES)
    fields = new_fields("Anna", IdentityClass.PERSON, paper, DeviceSeed(bytes([seed]) * 32))
    create_vault(directory / str(seed), None, fields)
    return directory / str(seed)


def wrong_for(identity: Identity, claim: ObjectId) -> str:
    return f"{(int(code_of(identity, claim)) + 1) % 10_000:04}"


def test_the_code_is_four_digits_of_this_device_and_this_claim_alone(tmp_path: Path) -> None:
    with open_vault(make(tmp_path)) as vault, open_vault(make(tmp_path, 8)) as other:
        mine, theirs = Identity(vault), Identity(other)
        code = code_of(mine, CLAIM)
        assert len(code) == 4
        assert code.isdigit()
        assert code == code_of(mine, CLAIM)
        assert len({code, code_of(mine, OTHER), code_of(theirs, CLAIM)}) == 3


def test_the_right_code_is_taken_with_blanks_around_it(tmp_path: Path) -> None:
    with open_vault(make(tmp_path)) as vault:
        identity = Identity(vault)
        check_code(identity, CLAIM, f" {code_of(identity, CLAIM)}\n")


def test_after_five_wrong_codes_not_even_the_right_one_is_taken(tmp_path: Path) -> None:
    path = make(tmp_path)
    for attempt in range(WRONG_MAX):
        # Each try is another call of the command: what was counted is on the disk.
        with open_vault(path) as vault:
            identity = Identity(vault)
            last = attempt == WRONG_MAX - 1
            with pytest.raises(WrongCodeError, match="last try" if last else "left"):
                check_code(identity, CLAIM, wrong_for(identity, CLAIM))
    with open_vault(path) as vault:
        identity = Identity(vault)
        with pytest.raises(WrongCodeError, match="no more are taken"):
            check_code(identity, CLAIM, code_of(identity, CLAIM))
        check_code(identity, OTHER, code_of(identity, OTHER))


def test_a_right_code_begins_the_count_anew(tmp_path: Path) -> None:
    with open_vault(make(tmp_path)) as vault:
        identity = Identity(vault)
        for _ in range(2):
            for _ in range(WRONG_MAX - 1):
                with pytest.raises(WrongCodeError):
                    check_code(identity, CLAIM, wrong_for(identity, CLAIM))
            check_code(identity, CLAIM, code_of(identity, CLAIM))


def test_only_so_many_counts_are_kept_and_the_newest_of_them(tmp_path: Path) -> None:
    with open_vault(make(tmp_path)) as vault:
        identity = Identity(vault)
        claims = [ObjectId(bytes([at]) * 16) for at in range(CLAIMS_MAX + 3)]
        for one in claims:
            with pytest.raises(WrongCodeError):
                check_code(identity, one, wrong_for(identity, one))
        assert list(vault.fields[FIELD]) == [one.hex() for one in claims[-CLAIMS_MAX:]]


def test_a_step_with_contact_and_code_costs_two_radio_frames() -> None:
    asked = ask(BERT, offer(ANNA), quantity=4)
    text = "Ich halte es bis 18 Uhr bereit, bitte hinten klingeln."
    codec, body = encode_claim(ClaimFields(Step.CONFIRM, mark_of(asked.id), 4, text=text))
    confirm = made(
        ANNA,
        Kind.CLAIM,
        body,
        codec=codec,
        sequence=12_345,
        minute=MINUTE,
        minutes=91 * DAY,
        parent=asked.short_id,
    )
    private = private_text(
        asked.id.hex(), contact="Schillerstr. 12, bei Yilmaz klingeln, 0171 2345678", code="4711"
    )
    sealed = made(
        HERE,
        Kind.SEALED,
        seal(
            encode_payload(Text(private), number=3),
            sender=agreement_key_of(ANNA),
            recipients=[agreement_key_of(BERT).public],
            ephemeral_secret=b"\x07" * 32,
            community=COMMUNITY,
        ),
        sequence=12_345,
        minute=MINUTE,
        minutes=7 * DAY,
    )
    assert frame_bytes(asked) == 89
    assert frame_bytes(confirm) <= FRAME_BYTES_MAX_DEFAULT
    assert frame_bytes(sealed) <= FRAME_BYTES_MAX_DEFAULT


def frame_bytes(thing: SignedObject) -> int:
    return len(RadioCodec(bytes(32), b"ab").seal(0, Objects((thing.encoded,))))
