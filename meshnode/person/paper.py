"""The secret on paper: 16 bytes that give back a person's identity key.

Shown as 12 words, or as one line for a scanner. Not for: the sheet around them (`sheet`), asking
for them. Invariants: what `read_paper` returns is what was shown, as far as the checks in words
(4 bits) and line (32 bits) tell; never printed by accident.
Source: docs/spec/identity_files.md section 5; BIP 39 for the words, RFC 5869 for the key.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from hashlib import sha256
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from mnemonic import Mnemonic

from meshnode.protocol.errors import CallerError, LimitError
from meshnode.protocol.keys import PublicKey, SigningKey

SECRET_BYTES: Final = 16
WORD_COUNT: Final = 12
PREFIX: Final = "meshnode-paper-1:"
PAPER_CHARACTERS_MAX: Final = 2048
"""Longer than twelve words with any numbering; what is longer was pasted by mistake."""
UNIQUE_LETTERS: Final = 4
"""So many tell each word of the list from all others."""
_FINGERPRINT_BYTES: Final = 16
_CHECK_BYTES: Final = 4
_SEED_INFO: Final = b"meshnode paper identity 1\0"
_CHECK_DOMAIN: Final = b"meshnode paper check 1\0"
_TOKEN: Final = re.compile(r"[^\W\d_]+|\d+")
"""A word or a number; whatever stands between is layout."""


@dataclass(frozen=True, slots=True)
class PaperSecret:
    """What is on the sheet. Make one from 16 bytes of `os.urandom`."""

    data: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.data) != SECRET_BYTES:
            raise CallerError(f"a secret on paper is {SECRET_BYTES} bytes, not {len(self.data)}")

    def identity_seed(self) -> bytes:
        """Return the 32-byte seed of the identity key."""
        derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=_SEED_INFO)
        return derive.derive(self.data)

    def identity_key(self) -> SigningKey:
        """Return the identity key."""
        return SigningKey(self.identity_seed())

    def words(self) -> tuple[str, ...]:
        """Return the 12 words."""
        return tuple(_list().to_mnemonic(self.data).split())

    def line(self) -> str:
        """Return the line for a QR code."""
        encoded = urlsafe_b64encode(self.data + _check(self.data)).decode()
        return PREFIX + encoded.rstrip("=")


def read_paper(text: str) -> PaperSecret:
    """Return the secret in what somebody typed or scanned: the 12 words or the line.

    Words may be cut to four letters and stand in any layout. If they are numbered, the numbers
    tell their order.

    Raises:
        LimitError: It is neither, or something in it is wrong; the message says what.
    """
    if len(text) > PAPER_CHARACTERS_MAX:
        raise LimitError(
            f"A recovery sheet has {WORD_COUNT} words; this text has {len(text)} characters, "
            f"and {PAPER_CHARACTERS_MAX} is the most. Type the words only."
        )
    line = "".join(text.split())
    if line.casefold().startswith(PREFIX):
        return _from_line(line[len(PREFIX) :])
    return _from_words([_complete(number, word) for number, word in _numbered(text)])


def readable_fingerprint(public_key: PublicKey) -> str:
    """Return a key's fingerprint in groups of four digits, to be compared by people."""
    digits = sha256(public_key).digest()[:_FINGERPRINT_BYTES].hex()
    return " ".join(digits[start : start + 4] for start in range(0, len(digits), 4))


def _from_line(encoded: str) -> PaperSecret:
    try:
        data = urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
    except (Base64Error, ValueError):
        data = b""
    secret, check = data[:SECRET_BYTES], data[SECRET_BYTES:]
    # Compared as text too, because base64 has several forms of one value.
    if check != _check(secret) or PaperSecret(secret).line() != PREFIX + encoded:
        raise LimitError(
            "The line of the recovery sheet is damaged: a part is missing or was mistyped. "
            "Scan it again, or type the 12 words instead."
        )
    return PaperSecret(secret)


def _from_words(words: list[str]) -> PaperSecret:
    try:
        return PaperSecret(bytes(_list().to_entropy(words)))
    except ValueError as error:
        raise LimitError(
            f"All {WORD_COUNT} words are in the list, but they do not belong together: at least "
            "one is another than on the sheet, or two are swapped. Compare each with the sheet."
        ) from error


def _numbered(text: str) -> list[tuple[int, str]]:
    """Return number and word of each, in the order of the numbers."""
    pairs: list[tuple[int | None, str]] = []
    pending: int | None = None
    for token in _TOKEN.findall(text):
        if token.isdecimal():
            pending = int(token)
        else:
            pairs.append((pending, token.casefold()))
            pending = None
    if len(pairs) != WORD_COUNT:
        raise LimitError(
            f"A recovery sheet has {WORD_COUNT} words; here are {len(pairs)}. "
            "Type all of them, in their order."
        )
    if all(number is None for number, _ in pairs):
        return [(place, word) for place, (_, word) in enumerate(pairs, start=1)]
    return _ordered(pairs)


def _ordered(pairs: list[tuple[int | None, str]]) -> list[tuple[int, str]]:
    by_number = dict(pairs)
    for number in range(1, WORD_COUNT + 1):
        if number not in by_number:
            raise LimitError(
                f"There is no word with the number {number}. Number all {WORD_COUNT} words as on "
                "the sheet, or type them in their order without numbers."
            )
    return [(number, by_number[number]) for number in range(1, WORD_COUNT + 1)]


def _complete(number: int, word: str) -> str:
    """Return the word of the list that was meant."""
    known = _list().wordlist
    if word in known:
        return word
    if len(word) >= UNIQUE_LETTERS:
        for candidate in known:
            if candidate.startswith(word):
                return candidate
    near = get_close_matches(word, known, n=3, cutoff=0.6)
    hint = f" Is it {' or '.join(near)}?" if near else ""
    raise LimitError(f"Word {number}, {word[:20]!r}, is not in the list of words.{hint}")


def _check(secret: bytes) -> bytes:
    return sha256(_CHECK_DOMAIN + secret).digest()[:_CHECK_BYTES]


@cache
def _list() -> Mnemonic:
    return Mnemonic("english")
