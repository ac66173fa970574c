"""Vaults and papers: every value comes back, and no bytes make the readers fall over."""

from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from meshnode.person.paper import PaperSecret, read_paper
from meshnode.person.passphrase import Passphrase
from meshnode.person.vaultfile import parse, seal, unattended, unseal
from meshnode.protocol.errors import LimitError, StoreError

SECRETS = st.binary(min_size=16, max_size=16).map(PaperSecret)
KEYS = st.binary(min_size=32, max_size=32)
TEXTS = st.text(st.characters(exclude_categories=("Cs",)))
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner),
    max_leaves=20,
)
WRAPPING = unattended(bytes(32), bytes(16))


@given(SECRETS, st.integers(4, 8))
def test_words_and_line_give_the_secret_back(secret, letters):
    assert read_paper(" ".join(secret.words())) == secret
    assert read_paper(" ".join(word[:letters] for word in secret.words())) == secret
    assert read_paper(secret.line()) == secret


@given(SECRETS, st.permutations(range(12)))
def test_numbered_words_may_come_in_any_order(secret, order):
    words = secret.words()
    assert read_paper(" ".join(f"{place + 1}. {words[place]}" for place in order)) == secret


@given(st.text(max_size=300) | st.text("meshnodpar-1:ACZ09_ \n.", max_size=80))
def test_any_text_is_a_secret_or_a_refusal(text):
    try:
        secret = read_paper(text)
    except LimitError:
        return
    assert read_paper(secret.line()) == secret


@given(SECRETS, st.integers(0, 11), st.text(max_size=10))
def test_words_with_one_replaced_are_a_secret_or_a_refusal(secret, place, word):
    words = list(secret.words())
    words[place] = word
    try:
        read_paper(" ".join(words))
    except LimitError:
        return


@given(st.text(max_size=50))
def test_any_typing_is_a_passphrase_or_a_refusal(text):
    try:
        Passphrase.of(text).require_strength()
    except LimitError:
        return


@given(st.dictionaries(TEXTS, JSON, max_size=5), KEYS, KEYS, st.integers(0, 2**64 - 1))
def test_every_document_comes_back_from_its_vault(fields, key, fresh, generation):
    file = parse(seal(fields, unattended(key, key[:16]), generation, fresh))
    assert file is not None
    assert unseal(file, key) == fields
    assert (file.generation, file.salt, file.fresh) == (generation, key[:16], fresh)


def checked(body: bytes) -> bytes:
    return body + sha256(body).digest()


@given(
    st.binary(max_size=300)
    | st.binary(max_size=300).map(lambda rest: checked(b"meshnode-vault-1" + rest))
    | st.binary(min_size=4172, max_size=4172).map(lambda rest: checked(b"meshnode-vault-1" + rest))
)
def test_any_bytes_are_a_closed_vault_or_none(data):
    file = parse(data)
    assert file is None or unseal(file, bytes(32)) is None


@given(st.data())
def test_no_changed_bit_of_a_vault_goes_unnoticed(data):
    whole = seal({"a": 1}, WRAPPING, 1, bytes(32))
    place = data.draw(st.integers(0, len(whole) * 8 - 1))
    flipped = bytearray(whole)
    flipped[place // 8] ^= 1 << place % 8
    try:
        assert parse(bytes(flipped)) is None
    except StoreError as error:
        raise AssertionError("damage was taken for a newer program") from error
