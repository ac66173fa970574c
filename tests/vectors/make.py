"""Write `objects.json`: objects, bodies and texts as bytes, for every implementation.

Run: `python -m tests.vectors.make`. Seeds and minutes are fixed and Ed25519 is deterministic, so
the file changes only if the format does; a test compares. Compressed texts stand here as bytes,
because other versions of zlib may compress otherwise; all must inflate to the same text.
"""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

from meshnode.board.bulletins.alert import (
    AlertState,
    Provenance,
    decode_alert,
    encode_alert,
)
from meshnode.board.bulletins.bulletin import (
    BulletinFields,
    Severity,
    decode_bulletin,
    encode_bulletin,
)
from meshnode.board.bulletins.template import (
    FilledTemplate,
    TemplateFields,
    UnknownTemplate,
    filled,
)
from meshnode.board.bulletins.templates import BY_IDENTIFIER
from meshnode.board.official.warning import cap_key, reference_of
from meshnode.board.withdrawal import WITHDRAWAL_BODY
from meshnode.protocol.dictionary import DICTIONARY_1
from meshnode.protocol.limits import BODY_BYTES_MAX
from meshnode.protocol.object import Kind, SignedObject
from tests.vectors import authority
from tests.vectors.writers import (
    COMMUNITY,
    CREATED_MIN,
    KEYS,
    composed,
    described_key,
    plain,
    signed_message,
)

PATH = Path(__file__).parent / "objects.json"
ALERT = b"\x01F" + bytes(3)
"""An alert's body up to the byte that says what else is in it."""

BODIES = {
    "bulletin-raw": (0, "004b656b736521"),
    "bulletin-utf8": (0, "fa53750ad985d8a7d8a120e6b0b420f09f9ab0"),
    "bulletin-deflate": (
        1,
        "84f34e052f14439436d0cc07dece0a3a550a5262e9813203b81d0aeafe801a32a0bd0de8e1a90700",
    ),
    "bulletin-title": (1, "4a7386cd91c0ce14403966822b00cf7408973f625e163c790800"),
    "bulletin-category": (1, "3c0b6c6962726172792d62757383ac7a06ef76022d9f8254a94855ae1e00"),
    "bulletin-long-sequence": (1, "00431cd755ac003b350c32d60e00"),
    "bulletin-template": (1, "45019101301483d78e00"),
}
"""Codec and body of vectors that would be shorter in a younger codec, by name."""


def build() -> dict[str, Any]:
    """Return the content of `objects.json`."""
    good = _objects()
    return {
        "about": "Made by tests/vectors/make.py. All byte strings are hex. See docs/spec/.",
        "keys": {name: described_key(key) for name, key in KEYS.items()},
        "community": COMMUNITY.hex(),
        "dictionary_1": {
            "bytes": len(DICTIONARY_1),
            "sha256": sha256(DICTIONARY_1).hexdigest(),
        },
        "objects": [_describe(name, made, fields) for name, (made, fields) in good.items()],
        "refused_objects": _refused_objects(good["bulletin-raw"][0]),
        "refused_bodies": _refused_bodies(),
        "refused_keys": _refused_keys(),
    }


def _objects() -> dict[str, tuple[SignedObject, dict[str, Any]]]:
    deflated = _bulletin(
        "bulletin-deflate",
        BulletinFields(
            text="Kein Trinkwasser in der Schillerstraße. Ausgabe am Schulhof von 9 bis 17 Uhr.",
            title=None,
            category="water",
            severity=Severity.SEVERE,
        ),
        sequence=3,
    )
    return {
        **authority.objects_of_authority(),
        "bulletin-raw": _bulletin(
            "bulletin-raw",
            BulletinFields(text="Kekse!", title=None, category="general", severity=Severity.INFO),
            sequence=2,
        ),
        "bulletin-deflate": deflated,
        "bulletin-title": _bulletin(
            "bulletin-title",
            BulletinFields(
                text="Please bring your own cable.\nOpen until 8 pm.",
                title="Charging phones at the library",
                category="power",
                severity=Severity.MINOR,
            ),
            sequence=4,
        ),
        "bulletin-category": _bulletin(
            "bulletin-category",
            BulletinFields(
                text="Der Bücherbus kommt heute nicht.",
                title=None,
                category="library-bus",
                severity=Severity.INFO,
            ),
            sequence=5,
        ),
        "bulletin-utf8": _bulletin(
            "bulletin-utf8",
            BulletinFields(
                text="ماء 水 🚰", title="Su", category="other", severity=Severity.EXTREME
            ),
            sequence=6,
        ),
        "bulletin-long-sequence": _bulletin(
            "bulletin-long-sequence",
            BulletinFields(
                text="The lift is working again.",
                title=None,
                category="general",
                severity=Severity.INFO,
            ),
            sequence=2**35 - 1,
        ),
        "bulletin-german": _bulletin(
            "bulletin-german",
            BulletinFields(
                text="Heute gibt es um 18 Uhr warmes Essen im Gemeindehaus. Teller mitbringen!",
                title=None,
                category="food",
                severity=Severity.INFO,
            ),
            sequence=8,
        ),
        "bulletin-english": _bulletin(
            "bulletin-english",
            BulletinFields(
                text="The water is back on in our street. Let it run clear before you drink it.",
                title="Water",
                category="water",
                severity=Severity.MINOR,
            ),
            sequence=9,
        ),
        "bulletin-template": _bulletin(
            "bulletin-template",
            BulletinFields(
                text="",
                title=None,
                category="water",
                severity=Severity.MINOR,
                template=filled(
                    BY_IDENTIFIER["water"],
                    {"place": "Nordmarkt", "from": 360, "to": 600, "litres": 20},
                ),
            ),
            sequence=10,
        ),
        "bulletin-template-plain": _bulletin(
            "bulletin-template-plain",
            BulletinFields(
                text="",
                title=None,
                category="health",
                severity=Severity.INFO,
                template=filled(
                    BY_IDENTIFIER["pharmacy"], {"place": "Çınar", "phone": "+49231123456"}
                ),
            ),
            sequence=11,
        ),
        "bulletin-template-unknown": _bulletin(
            "bulletin-template-unknown",
            BulletinFields(
                text="",
                title=None,
                category="power",
                severity=Severity.SEVERE,
                template=UnknownTemplate(number=250, codec=0, data=b"\x00\xff?"),
            ),
            sequence=12,
        ),
        "drill": _bulletin(
            "drill",
            BulletinFields(text="Übung", title=None, category="safety", severity=Severity.EXTREME),
            sequence=13,
            kind=Kind.DRILL,
        ),
        "alert": _alert(sequence=14),
        "alert-official": _official(sequence=18),
        "alert-all-clear": _all_clear(sequence=19),
        "withdrawal": (_withdrawal(deflated[0]), {"withdrawn": deflated[0].short_id.hex()}),
        **authority.notices_on(deflated[0]),
    }


def _bulletin(
    name: str, fields: BulletinFields, *, sequence: int, kind: Kind = Kind.BULLETIN
) -> tuple[SignedObject, dict[str, Any]]:
    if name in BODIES:
        codec, body = BODIES[name][0], bytes.fromhex(BODIES[name][1])
    else:
        codec, body = encode_bulletin(fields)
    assert decode_bulletin(codec, body) == fields
    made = composed("node", kind, body, sequence=sequence, codec=codec)
    return made, _describe_bulletin(fields)


def _alert(*, sequence: int) -> tuple[SignedObject, dict[str, Any]]:
    provenance = Provenance("Feuerwehr Dortmund", CREATED_MIN - 20)
    fields = BulletinFields(
        text="",
        title=None,
        category="safety",
        severity=Severity.SEVERE,
        template=filled(BY_IDENTIFIER["close-windows"], {"area": "Hafen", "reason": "smoke"}),
    )
    codec, body = encode_alert(provenance, fields)
    assert decode_alert(codec, body) == (provenance, fields)
    made = composed("node", Kind.ALERT, body, sequence=sequence, codec=codec)
    return made, plain(provenance) | _describe_bulletin(fields)


def _official(*, sequence: int) -> tuple[SignedObject, dict[str, Any]]:
    """An alert as a feed brings it: with the authority's id, what it replaces, and its times."""
    provenance = Provenance(
        "DWD",
        CREATED_MIN - 10,
        reference=reference_of(cap_key("dwd@example.org", "2.49.0.1.276.0.2")),
        replaces=(reference_of(cap_key("dwd@example.org", "2.49.0.1.276.0.1")),),
        onset_min=CREATED_MIN + 60,
        ends_min=CREATED_MIN + 300,
    )
    fields = BulletinFields("Bäume können umstürzen.", "Sturm", "weather", Severity.SEVERE)
    return _passed_on("alert-official", provenance, fields, sequence)


def _all_clear(*, sequence: int) -> tuple[SignedObject, dict[str, Any]]:
    provenance = Provenance(
        "DWD",
        CREATED_MIN,
        state=AlertState.ALL_CLEAR,
        reference=reference_of(cap_key("dwd@example.org", "2.49.0.1.276.0.3")),
        replaces=(reference_of(cap_key("dwd@example.org", "2.49.0.1.276.0.2")),),
    )
    fields = BulletinFields("Der Sturm ist vorbei.", "Entwarnung", "weather", Severity.MINOR)
    return _passed_on("alert-all-clear", provenance, fields, sequence)


def _passed_on(
    name: str, provenance: Provenance, fields: BulletinFields, sequence: int
) -> tuple[SignedObject, dict[str, Any]]:
    codec, body = encode_alert(provenance, fields)
    assert decode_alert(codec, body) == (provenance, fields), name
    made = composed("node", Kind.ALERT, body, sequence=sequence, codec=codec)
    return made, plain(provenance) | _describe_bulletin(fields)


def _describe_bulletin(fields: BulletinFields) -> dict[str, Any]:
    return {
        "severity": fields.severity.value,
        "category": fields.category,
        "title": fields.title,
        "text": fields.text,
        "template": None if fields.template is None else _describe_template(fields.template),
    }


def _describe_template(template: TemplateFields) -> dict[str, Any]:
    match template:
        case FilledTemplate():
            return {"number": template.template.number, "values": template.named()}
        case UnknownTemplate():
            return {"number": template.number, "data": template.data.hex()}


def _withdrawal(withdrawn: SignedObject) -> SignedObject:
    return composed("node", Kind.WITHDRAWAL, WITHDRAWAL_BODY, sequence=7, parent=withdrawn.short_id)


def _describe(name: str, made: SignedObject, fields: dict[str, Any]) -> dict[str, Any]:
    signer = next(word for word, key in KEYS.items() if key.id == made.author)
    return {
        "name": name,
        "signer": signer,
        "kind": made.kind,
        "codec": made.codec,
        "lifetime_code": made.lifetime_code,
        "author": made.author.hex(),
        "sequence": made.sequence,
        "created_min": made.created_min,
        "expires_min": made.expires_min,
        "parent": made.parent.hex() if made.parent else None,
        "fields": fields,
        "body": made.body.hex(),
        "signed_message": signed_message(KEYS[signer], made.encoded[:-64]).hex(),
        "encoded": made.encoded.hex(),
        "id": made.id.hex(),
    }


def _refused_objects(made: SignedObject) -> list[dict[str, str]]:
    """Return objects that each have one fault; all but the flipped ones are truly signed."""
    key = KEYS["node"]

    def forged(content: bytes) -> bytes:
        return content + key.sign(signed_message(key, content))

    content = made.encoded[:-64]
    before, after = content[:6], content[7:]
    too_long = content + b"x" * (BODY_BYTES_MAX + 1 - len(made.body))
    rows = [
        ("flipped-signature-bit", _flip(made.encoded, -1), "bad_signature"),
        ("flipped-body-bit", _flip(made.encoded, 12), "bad_signature"),
        ("another-community", _for_another_community(content), "bad_signature"),
        ("sequence-not-shortest", forged(before + b"\x82\x00" + after), "not_canonical"),
        ("sequence-of-six-bytes", forged(before + b"\xff" * 5 + b"\x01" + after), "not_canonical"),
        ("version-1", forged(bytes([content[0] | 0x20]) + content[1:]), "unknown_version"),
        ("cut-in-the-header", made.encoded[: 64 + 9], "truncated"),
        ("cut-by-one-byte", made.encoded[:-1], "bad_signature"),
        ("empty", b"", "truncated"),
        ("parent-without-bytes", forged(bytes([content[0], 0x10]) + content[2:10]), "truncated"),
        ("body-one-too-long", forged(too_long), "oversize"),
    ]
    return [
        {"name": name, "signer": "node", "encoded": encoded.hex(), "reason": reason}
        for name, encoded, reason in rows
    ]


def _flip(encoded: bytes, index: int) -> bytes:
    flipped = bytearray(encoded)
    flipped[index] ^= 1
    return bytes(flipped)


def _for_another_community(content: bytes) -> bytes:
    key, other = KEYS["node"], bytes(range(16))
    return content + key.sign(b"meshnode object 1\0" + other + key.public + content)


def _refused_bodies() -> list[dict[str, Any]]:
    water = b"\x45\x01"
    rows: list[tuple[str, Kind, int, bytes, str]] = [
        ("template-with-title", Kind.BULLETIN, 0, b"\x03\x0f\x00", "not_canonical"),
        ("template-without-number", Kind.BULLETIN, 0, b"\x01", "truncated"),
        ("template-without-start", Kind.BULLETIN, 0, water + b"\x00\x30\x00x", "missing_value"),
        ("template-without-place", Kind.BULLETIN, 0, water + b"\x01\x30\x00", "missing_value"),
        ("template-time-too-far", Kind.BULLETIN, 0, water + b"\xff\xff\x01\x30\x00x", "bad_value"),
        ("template-count-too-large", Kind.BULLETIN, 0, water + b"\x01\x30\xe8\x07x", "bad_value"),
        (
            "template-varint-too-long",
            Kind.BULLETIN,
            0,
            water + b"\x81\x00\x30\x00x",
            "not_canonical",
        ),
        ("template-place-two-lines", Kind.BULLETIN, 0, water + b"\x01\x30\x00x\ny", "bad_length"),
        ("template-place-escape", Kind.BULLETIN, 0, water + b"\x01\x30\x00\x1b", "bad_character"),
        (
            "template-place-too-long",
            Kind.BULLETIN,
            0,
            water + b"\x01\x30\x00" + b"x" * 41,
            "bad_value",
        ),
        ("template-choice-unknown", Kind.BULLETIN, 0, b"\x01\x10\x0b", "bad_value"),
        ("template-no-text-in-codec-1", Kind.BULLETIN, 1, b"\x01\x0f\x00\x03\x00", "not_canonical"),
        ("template-no-text-in-codec-2", Kind.BULLETIN, 2, b"\x01\x0f\x00", "not_canonical"),
        ("template-phone-filler", Kind.BULLETIN, 0, b"\x01\x09\0\0\x03\x11\x20x", "not_canonical"),
        ("template-unknown-too-long", Kind.BULLETIN, 0, b"\x01\xfa" + bytes(401), "oversize"),
        ("template-known-too-long", Kind.BULLETIN, 0, b"\x01\x01" + bytes(401), "oversize"),
        ("known-word-as-custom", Kind.BULLETIN, 0, b"\x3c\x05waterx", "not_canonical"),
        ("custom-word-in-capitals", Kind.BULLETIN, 0, b"\x3c\x05Waterx", "bad_category"),
        ("custom-word-empty", Kind.BULLETIN, 0, b"\x3c\x00x", "bad_category"),
        ("custom-word-too-long", Kind.BULLETIN, 0, b"\x3c\x19" + b"a" * 26, "oversize"),
        ("title-without-newline", Kind.BULLETIN, 0, b"\x02title", "bad_length"),
        ("title-empty", Kind.BULLETIN, 0, b"\x02\ntext", "bad_length"),
        ("title-too-long", Kind.BULLETIN, 0, b"\x02" + b"t" * 81 + b"\nx", "bad_length"),
        ("text-empty", Kind.BULLETIN, 0, b"\x00", "bad_length"),
        ("text-too-long", Kind.BULLETIN, 0, b"\x00" + b"x" * 1601, "bad_length"),
        ("text-not-utf8", Kind.BULLETIN, 0, b"\x00\xff", "bad_utf8"),
        ("text-with-nul", Kind.BULLETIN, 0, b"\x00a\x00b", "bad_character"),
        ("text-with-carriage-return", Kind.BULLETIN, 0, b"\x00a\r\nb", "bad_character"),
        ("text-with-override", Kind.BULLETIN, 0, b"\x00a\xe2\x80\xaeb", "bad_character"),
        ("text-codec-4", Kind.BULLETIN, 4, b"\x00x", "unknown_codec"),
        ("deflate-without-end", Kind.BULLETIN, 1, b"\x00\x4a", "truncated"),
        ("deflate-of-type-3", Kind.BULLETIN, 1, b"\x00\x07", "bad_compression"),
        ("deflate-then-more", Kind.BULLETIN, 1, b"\x00\xab\x00\x00\x00", "trailing_bytes"),
        ("text-without-bytes", Kind.BULLETIN, 2, b"\x00", "bad_length"),
        ("withdrawal-without-parent", Kind.WITHDRAWAL, 0, b"", "missing_parent"),
        ("withdrawal-with-body", Kind.WITHDRAWAL, 0, b"x", "trailing_bytes"),
        ("drill-without-text", Kind.DRILL, 0, b"\xe0", "bad_length"),
        ("alert-without-source", Kind.ALERT, 0, b"\x00" + bytes(3) + b"\x80x", "bad_length"),
        ("alert-source-too-long", Kind.ALERT, 0, b"\x29" + bytes(50), "oversize"),
        ("alert-without-bulletin", Kind.ALERT, 0, b"\x01F" + bytes(4), "truncated"),
        ("alert-of-state-3", Kind.ALERT, 0, ALERT + b"\xc0\x80x", "not_canonical"),
        ("alert-names-five", Kind.ALERT, 0, ALERT + b"\x0d" + bytes(48) + b"\x80x", "oversize"),
        (
            "alert-names-earlier-without-own-id",
            Kind.ALERT,
            0,
            ALERT + b"\x01" + bytes(8) + b"\x80x",
            "not_canonical",
        ),
        (
            "alert-names-itself",
            Kind.ALERT,
            0,
            ALERT + b"\x09" + bytes(16) + b"\x80x",
            "not_canonical",
        ),
        (
            "alert-names-earlier-out-of-order",
            Kind.ALERT,
            0,
            ALERT + b"\x0a" + bytes(8) + b"\x02" * 8 + b"\x01" * 8 + b"\x80x",
            "not_canonical",
        ),
        *authority.refused_bodies(),
    ]
    return [
        {"name": word, "kind": kind, "codec": codec, "body": body.hex(), "reason": reason}
        for word, kind, codec, body, reason in rows
    ]


def _refused_keys() -> list[str]:
    """Return the points of small order, each with either sign bit, and keys not below 2^255-19."""
    prime = 2**255 - 19
    order_eight = 2707385501144840649318225287225658788936804267575313519463743609750303402022
    small = (0, 1, prime - 1, order_eight, prime - order_eight)
    not_canonical = (prime, prime + 1, prime + 3, 2**255 - 1)
    return [
        (y | sign << 255).to_bytes(32, "little").hex()
        for y in small + not_canonical
        for sign in (0, 1)
    ]


def serialise(content: dict[str, Any]) -> str:
    """Return the file's text."""
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    PATH.write_text(serialise(build()), encoding="utf-8")
