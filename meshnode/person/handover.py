"""The spoken code of a hand-over: four digits that whoever promised something can check.

Who promised sends the digits sealed to the other side; at the door the other side says them.
Invariants: the digits follow from this device's secret and the claim alone, so nothing is stored
and nothing that is public lets anybody try them; only so many wrong ones are listened to.
Source: docs/spec/exchange.md section 6.
"""

import hmac
from hashlib import sha256
from typing import Final

from meshnode.person.identity import Identity
from meshnode.protocol.errors import LimitError
from meshnode.protocol.object import ObjectId

CODE_DIGITS: Final = 4
"""What somebody says at a door and the other types with cold fingers."""
WRONG_MAX: Final = 5
"""A stranger at the door has five guesses in ten thousand."""
CLAIMS_MAX: Final = 64
"""Claims whose wrong codes are remembered; the oldest are forgotten."""
FIELD: Final = "wrong_codes"
"""Where the vault counts them, by the claim's id in hex."""
_DOMAIN: Final = b"meshnode hand-over 1\0"


class WrongCodeError(LimitError):
    """It is not the code, or too many were wrong."""


def code_of(identity: Identity, ask: ObjectId) -> str:
    """Return the four digits of a claim that this device confirmed."""
    digest = hmac.new(identity.device_seed, _DOMAIN + ask, sha256).digest()
    return f"{int.from_bytes(digest[:8], 'big') % 10**CODE_DIGITS:0{CODE_DIGITS}}"


def check_code(identity: Identity, ask: ObjectId, said: str) -> None:
    """Return if somebody said the right code; count it where not. Durable on return.

    Raises:
        WrongCodeError: It is not, or too many were wrong already.
        StoreError: The vault cannot be saved.
    """
    counts: dict[str, int] = dict(identity.fields.get(FIELD) or {})
    wrong = counts.pop(ask.hex(), 0)
    if wrong >= WRONG_MAX:
        raise WrongCodeError(
            f"{WRONG_MAX} wrong codes were typed for this one; no more are taken. If you are sure "
            "who stands before you, leave out --code."
        )
    is_right = hmac.compare_digest(code_of(identity, ask).encode(), said.strip().encode())
    # Put back last: what is used stays, what is old is forgotten first.
    counts[ask.hex()] = 0 if is_right else wrong + 1
    identity.fields[FIELD] = dict(list(counts.items())[-CLAIMS_MAX:])
    identity.save()
    if not is_right:
        left = WRONG_MAX - wrong - 1
        tries = "1 try is" if left == 1 else f"{left} tries are"
        raise WrongCodeError(
            f"This is not the code. Ask to hear it again; {tries} left."
            if left
            else "This is not the code, and it was the last try. Do not hand it over to somebody "
            "whom you do not know."
        )
