"""What people paste or type, and what their vault holds: invites, sheets, texts, documents."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from typing import Any

from meshnode.board.bodies import check_body
from meshnode.board.rules import NeighbourhoodRules
from meshnode.board.trust.certificate import IdentityClass
from meshnode.board.trust.device import encode_device
from meshnode.board.trust.invite import PREFIX, Invite, decode_invite, encode_invite
from meshnode.person import vaultfile
from meshnode.person.mailbox import FIELD
from meshnode.person.paper import SECRET_BYTES, PaperSecret, read_paper
from meshnode.person.records import Mail
from meshnode.person.stored import from_document, to_document
from meshnode.person.vaultfile import parse, unattended, unseal
from meshnode.protocol.errors import LimitError, PeerError, StoreError
from meshnode.protocol.object import Kind
from tests.community import (
    ANNA,
    BERT,
    CHARTER,
    COMMUNITY,
    INVITED,
    MINUTE,
    NETWORK_KEY,
    ROOT,
    YEAR_MINUTES,
    certificate,
    invitation,
    made,
    signing_key,
)
from tests.fuzz import mailbox_talk, plain_texts
from tests.fuzz.harness import Harness, require

_LINE, _PAYLOAD, _PAPER, _VAULT, _DOCUMENT, _WORDS, _TEXT = range(7)
_CHECK_BYTES = 4
_MINUTES = (0, MINUTE + 1, 2**24 - 1)
_KEY = unattended(bytes(range(32)), bytes(16))
_FRESH = bytes(range(32, 64))


def run(data: bytes) -> bool:
    """The first byte says what the rest is."""
    mode, rest = (data[0] % 7 if data else _LINE), data[1:]
    if mode == _TEXT:
        return plain_texts.run(rest)
    text = rest.decode("utf-8", "replace")
    try:
        if mode in (_VAULT, _DOCUMENT):
            return _vault(rest) if mode == _VAULT else _document(rest)
        if mode in (_LINE, _PAYLOAD):
            return _invite(text if mode == _LINE else line_of(rest))
        return _paper(text if mode == _PAPER else " ".join(_words(rest)))
    except (LimitError, StoreError):
        return False


def line_of(payload: bytes) -> str:
    """Return the line that carries these bytes, with a right checksum."""
    check = sha256(payload).digest()[:_CHECK_BYTES]
    return PREFIX + urlsafe_b64encode(payload + check).decode().rstrip("=")


def seeds() -> Iterator[bytes]:
    assert signing_key("the key in an invitation").public == INVITED.public
    for invite in _invites():
        line = encode_invite(invite)
        yield bytes([_LINE]) + line.encode()
        yield bytes([_PAYLOAD]) + payload_of(line)
    for secret in (PaperSecret(bytes(16)), PaperSecret(bytes(range(16)))):
        yield bytes([_PAPER]) + " ".join(secret.words()).encode()
        numbered = [f"{at}. {word[:4]}" for at, word in enumerate(secret.words(), start=1)]
        yield bytes([_PAPER]) + "\n".join(numbered[::-1]).encode()
        yield bytes([_PAPER]) + secret.line().encode()
        yield bytes([_PAPER]) + " ".join(word[:-1] + "ä" for word in secret.words()).encode()
        yield bytes([_WORDS]) + secret.data
    for document in _documents():
        encoded = json.dumps(document).encode()
        yield bytes([_DOCUMENT]) + encoded
        # Only the header: the longer rest of a vault is made anew.
        yield bytes([_VAULT]) + vaultfile.seal(document, _KEY, 7, _FRESH)[:76]
    for one in plain_texts.seeds():
        yield bytes([_TEXT]) + one
    yield bytes([_DOCUMENT]) + b'{"mail":' + b"[" * 2_000


def payload_of(line: str) -> bytes:
    """Return the bytes in a line, without their checksum; nothing where it is none."""
    encoded = line.removeprefix(PREFIX)
    try:
        return urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))[:-_CHECK_BYTES]
    except (Base64Error, ValueError):
        return b""


def _invites() -> Iterator[Invite]:
    seed = INVITED.private.private_bytes_raw()
    for sequence in (1, 2**35 - 1):
        thing = invitation(sequence=sequence)
        yield Invite(COMMUNITY, NETWORK_KEY, seed, CHARTER, (certificate(ROOT),), thing)
    person = invitation(author=BERT, identity_class=IdentityClass.PERSON, uses=1)
    body = encode_device(BERT, ROOT.public, COMMUNITY)
    device = made(ROOT, Kind.DEVICE, body, sequence=2, minute=MINUTE, minutes=YEAR_MINUTES)
    yield Invite(COMMUNITY, NETWORK_KEY, seed, CHARTER, (device,), person)


def _invite(line: str) -> bool:
    """What a line brings can be taken by the node that joins with it."""
    invite = decode_invite(line)
    require(decode_invite(encode_invite(invite)) == invite, "an invite does not come back")
    rules = NeighbourhoodRules(invite.community, (invite.charter,))
    for minute in _MINUTES:
        try:
            brought = invite.admit(ANNA.public, "Anna", minute=minute)
        except LimitError:
            continue
        for thing in (invite.charter, *brought):
            try:
                check_body(thing)
            except PeerError as error:
                raise AssertionError("an invite with an object of no form") from error
            rules.judge(thing)
            rules.learn(thing)
    require(not rules.is_member(BERT.public) or bool(rules.members()), "nobody is a member")
    return True


def _paper(text: str) -> bool:
    secret = read_paper(text)
    require(read_paper(" ".join(secret.words())) == secret, "words that are not the secret's")
    require(read_paper(secret.line()) == secret, "a line that is not the secret's")
    return True


def _words(data: bytes) -> list[str]:
    """Return the words of a secret, and then some of them wrong: a place and letters each."""
    words = list(PaperSecret(data[:SECRET_BYTES].ljust(SECRET_BYTES, b"\0")).words())
    changes = data[SECRET_BYTES:]
    for at in range(0, len(changes) - 1, 3):
        place, left = changes[at] % len(words), changes[at + 1]
        letters = changes[at + 2 : at + 3].decode("latin-1")
        words[place] = words[place][: left % 9] + letters
    return words


def _vault(data: bytes) -> bool:
    """Any header before what is sealed, with a right check against damage."""
    header = data[:76]
    body = header + bytes(vaultfile.PADDED_BYTES + 16)
    for whole in (data, body + sha256(body).digest()):
        file = parse(whole)
        if file is not None:
            require(unseal(file, _KEY.key) is None, "nobody sealed this, but it opens")
            return True
    return False


def _document(data: bytes) -> bool:
    """Any document under a right seal: who opens it reads an identity's mail."""
    # Sealed as it is, because our own `seal` makes only what is right.
    header = vaultfile.seal({}, _KEY, 1, _FRESH)[:76]
    file = parse(_sealed(header, data))
    if file is None:
        raise AssertionError("a sealed vault that does not parse")
    fields = unseal(file, _KEY.key)
    require(fields is not None, "a sealed vault that does not open")
    mail = from_document(Mail, (fields or {}).get(FIELD))
    again = from_document(Mail, json.loads(json.dumps(to_document(mail))))
    require(again == mail, "mail that does not read back the same")
    return True


def _sealed(header: bytes, document: bytes) -> bytes:
    box = vaultfile.ChaCha20Poly1305(vaultfile._content_key(_KEY.key, _FRESH))
    body = header + box.encrypt(bytes(12), vaultfile._padded(document), header)
    return body + sha256(body).digest()


@cache
def _documents() -> tuple[dict[str, Any], ...]:
    """Return what vaults hold: mail of nobody, and of somebody with messages and circles."""

    return ({FIELD: to_document(Mail())}, {FIELD: mailbox_talk.mail_document()})


HARNESS = Harness(
    run=run,
    seeds=seeds,
    reads=(decode_invite, read_paper, parse, unseal, from_document),
    bytes_max=2_500,
    mutations=2_500,
)
