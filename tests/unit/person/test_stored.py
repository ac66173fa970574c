"""Records in the vault read back equal, and documents of another form are refused."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meshnode.board.mail.circle import CircleId, CirclePolicy, MemberId
from meshnode.board.mail.epoch import Chain, EpochKeys
from meshnode.person.circlerecords import Circle, Epoch
from meshnode.person.prekeys import Prekey
from meshnode.person.records import Copy, Lacking, Mail, Owed, Parcel, Received, SealedTo, Sent
from meshnode.person.stored import from_document, to_document
from meshnode.protocol.errors import StoreError

st.register_type_strategy(CircleId, st.binary(min_size=4, max_size=4).map(CircleId))
st.register_type_strategy(MemberId, st.binary(min_size=8, max_size=8).map(MemberId))
RECORDS = st.one_of(
    *(
        st.from_type(kind)
        for kind in (
            Prekey, SealedTo, Copy, Lacking, Sent, Received, Owed, Parcel, Chain, EpochKeys,
            Epoch, CirclePolicy, Circle,
        )
    )
)  # fmt: skip


@given(RECORDS)
def test_every_record_reads_back_equal_after_json(record) -> None:
    document = json.loads(json.dumps(to_document(record)))
    assert from_document(type(record), document) == record


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    )
)
def test_any_other_document_is_refused_or_read_and_never_raises_otherwise(document) -> None:
    with suppress(StoreError):
        from_document(Mail, document)


def test_an_empty_mailbox_reads_back() -> None:
    assert from_document(Mail, json.loads(json.dumps(to_document(Mail())))) == Mail()


def test_a_field_that_a_document_lacks_takes_its_default_and_one_without_is_refused() -> None:
    document = to_document(Owed(b"k", b"t", True, 7))  # type: ignore[arg-type]
    assert from_document(Mail, {"minute": 5}).minute == 5
    del document["until_min"]
    with pytest.raises(StoreError, match="Owed"):
        from_document(Owed, document)
