"""Phones over a real socket: let in, known again, told about themselves, unpaired."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from meshnode.board.bulletins.bulletin import BulletinFields, Severity, encode_bulletin
from meshnode.board.bulletins.notice import Act, NoticeFields, Reason, encode_notice
from meshnode.board.calls.checkin import CheckInFields, CheckInHead, Need, State, encode_checkin
from meshnode.board.pairing.openings import code_secret, decode_opening, node_hash
from meshnode.board.pairing.signed import encode_authorization
from meshnode.board.trust.certificate import IdentityClass
from meshnode.board.trust.device import encode_device
from meshnode.board.trust.founding import YEAR_MINUTES, certify
from meshnode.board.trust.invitation import InvitationFields, encode_invitation
from meshnode.board.trust.revocation import RevocationFields, RevocationReason, encode_revocation
from meshnode.board.trust.role import Role
from meshnode.node.config import HttpSection
from meshnode.protocol.keys import SigningKey, fingerprint
from meshnode.protocol.object import Kind, SignedObject
from tests.community import signing_key
from tests.neighbourhood import POLL_S
from tests.pairedphone import Answer, PairedPhone
from tests.patience import ANSWER_S
from tests.unit.api.apinode import ApiNode, api_node, base64
from tests.unit.api.conforming import assert_conforms
from tests.unit.api.listening import listening

OPEN = HttpSection(listen="127.0.0.1:0")
ANNA = signing_key("anna")
PHONE = signing_key("anna's telephone")


def played(
    directory: Path, play: Callable[[ApiNode], Awaitable[None]], http: HttpSection = OPEN
) -> None:
    async def run() -> None:
        async with api_node(directory, http=http) as here:
            await play(here)

    asyncio.run(run())


async def asked(phone: PairedPhone, method: str, path: str, document: object = None) -> Answer:
    return await asyncio.to_thread(phone.ask, method, path, document)


async def settled(here: ApiNode) -> PairedPhone:
    """Let Anna in, and her phone, which signs for her."""
    device = here.sign(ANNA, Kind.DEVICE, encode_device(PHONE, ANNA.public, here.community))
    await here.take(here.certificate(ANNA, "Anna"), here.role(ANNA, Role.COORDINATOR), device)
    return await here.paired(PHONE)


@pytest.mark.parametrize("by_code", [False, True])
def test_a_phone_is_let_in_by_what_it_scanned_or_typed(tmp_path: Path, by_code: bool) -> None:
    async def play(here: ApiNode) -> None:
        status, opened = await here.ask("POST", "/pairings/open")
        assert status == 201
        assert_conforms(opened, "OpenedPairing")
        assert opened["address"] == f"http://127.0.0.1:{here.port}/"
        scanned = decode_opening(opened["fragment"])
        phone = PairedPhone(here.port)
        secret = code_secret(opened["code"].lower()) if by_code else scanned.token
        answer = await asyncio.to_thread(phone.pair, secret)
        assert answer.status == 201
        assert_conforms(answer.document, "Paired")
        assert phone.node_key is not None
        assert scanned.node_hash == node_hash(phone.node_key)
        listed = await here.get("/pairings")
        assert_conforms(listed, "Pairings")
        assert [one["key"] for one in listed["phones"]] == [phone.key.public.hex()]
        assert [(one["state"], one["used_by"]) for one in listed["openings"]] == [
            ("used", phone.key.public.hex())
        ]
        assert [one["outcome"] for one in listed["attempts"]] == ["paired"]
        assert opened["token"] not in str(listed)
        assert opened["code"] not in str(listed)

    played(tmp_path, play)


def test_a_second_phone_with_the_same_code_is_told_so_and_shown(tmp_path: Path) -> None:
    async def play(here: ApiNode) -> None:
        opening = here.node.service.phones.open_()
        first, second = PairedPhone(here.port), PairedPhone(here.port)
        assert (await asyncio.to_thread(first.pair, opening.token)).status == 201
        # Who got no answer says it again.
        assert (await asyncio.to_thread(first.pair, opening.token)).status == 201
        for secret in (opening.token, code_secret(opening.code)):
            answer = await asyncio.to_thread(second.pair, secret)
            assert (answer.status, answer.code) == (409, "used")
        attempts = (await here.get("/pairings"))["attempts"]
        assert [one["outcome"] for one in attempts] == ["paired", "paired", "used", "used"]
        assert attempts[-1]["key"] == second.key.public.hex()
        assert attempts[-1]["address"] == "127.0.0.1"

    played(tmp_path, play)


def test_of_two_phones_at_the_same_moment_one_is_let_in(tmp_path: Path) -> None:
    async def play(here: ApiNode) -> None:
        opening = here.node.service.phones.open_()
        phones = [PairedPhone(here.port) for _ in range(4)]
        answers = await asyncio.gather(
            *(asyncio.to_thread(one.pair, opening.token) for one in phones)
        )
        assert sorted(one.status for one in answers) == [201, 409, 409, 409]

    played(tmp_path, play)


def test_whoever_is_paired_reads_who_is_who_and_hands_in_what_was_signed(tmp_path: Path) -> None:
    async def play(here: ApiNode) -> None:
        phone = await here.paired()
        for path, schema in (
            ("/community", "Community"),
            ("/members", "Members"),
            ("/members/nord", "Member"),
            ("/candidates", "Candidates"),
            ("/sealed", "SealedMessages"),
            ("/circles", "Circles"),
            ("/me", "Me"),
        ):
            answer = await asked(phone, "GET", path)
            assert (answer.status, answer.was_sealed) == (200, True), path
            assert_conforms(answer.document, schema)
        certificate = here.certificate(ANNA, "Anna")
        handed = {"objects": [base64(certificate.encoded)]}
        answer = await asked(phone, "POST", "/objects", handed)
        assert answer.status == 201
        assert (await asked(phone, "GET", "/members?name=Anna")).document["members"]
        plain = await asyncio.to_thread(phone.ask, "GET", "/members", wants_seal=False)
        assert (plain.status, plain.was_sealed) == (200, False)

    played(tmp_path, play)


def test_what_is_for_members_is_for_a_phone_that_signs_for_one(tmp_path: Path) -> None:
    async def play(here: ApiNode) -> None:
        stranger, anna = await here.paired(), await settled(here)
        for path, schema in (
            ("/checkins", "CheckIns"),
            ("/calls", "Calls"),
            ("/claims", "BookingClaims"),
            ("/joins", "Joins"),
            ("/acts", "Acts"),
        ):
            refused = await asked(stranger, "GET", path)
            assert (refused.status, refused.code) == (403, "not_allowed"), path
            answer = await asked(anna, "GET", path)
            assert answer.status == 200, path
            assert_conforms(answer.document, schema)
        # By the key of the sheet, too, but never by a node's.
        assert (await asked(await here.paired(ANNA), "GET", "/acts")).status == 200
        node = here.home.load_keyring().key
        assert (await asked(await here.paired(node), "GET", "/acts")).status == 403

    played(tmp_path, play)


def test_calls_for_help_are_found_and_copied_by_members_alone(tmp_path: Path) -> None:
    async def play(here: ApiNode) -> None:
        stranger, anna = await here.paired(), await settled(here)
        codec, body = encode_checkin(
            CheckInFields(CheckInHead(State.URGENT, 1, Need.MEDICINE), text="Insulin fehlt.")
        )
        call = here.sign(ANNA, Kind.CHECKIN, body, codec=codec, minutes=2 * 1440)
        await here.take(call)
        papers = f"/objects/{call.id.hex()}/papers"
        async with asyncio.timeout(ANSWER_S):
            while not await asyncio.to_thread(found, anna):
                await asyncio.sleep(POLL_S)
        assert await asyncio.to_thread(found, stranger) == []
        assert (await asked(stranger, "GET", papers)).status == 404
        assert (await asked(anna, "GET", papers)).status == 200
        assert (await asked(stranger, "GET", f"/checkins/{call.id.hex()}")).status == 403
        assert (await asked(anna, "GET", f"/checkins/{call.id.hex()}")).status == 200

    def found(phone: PairedPhone) -> list[object]:
        return list(phone.ask("GET", "/search?q=Insulin").document["finds"])

    played(tmp_path, play)


def test_what_moderation_hides_is_nobodys_to_copy_over_tcp(tmp_path: Path) -> None:
    async def play(here: ApiNode) -> None:
        anna = await settled(here)
        codec, body = encode_bulletin(
            BulletinFields("Das stimmt nicht.", None, "general", Severity.INFO)
        )
        thing = here.sign(ANNA, Kind.BULLETIN, body, codec=codec)
        await here.take(thing)
        papers = f"/objects/{thing.id.hex()}/papers"
        assert (await asked(anna, "GET", papers)).status == 200
        hidden = encode_notice(NoticeFields(Act.HIDE, Reason.WRONG, thing.id))
        await here.take(here.notice(here.steward, thing, hidden))
        assert (await asked(anna, "GET", papers)).status == 404
        assert (await here.ask("GET", papers))[0] == 200

    played(tmp_path, play)


@pytest.mark.parametrize("key", [ANNA, PHONE], ids=["the member", "the phone"])
def test_who_is_revoked_may_no_more_than_strangers_from_the_next_request_on(
    tmp_path: Path, key: SigningKey
) -> None:
    async def play(here: ApiNode) -> None:
        anna, other = await settled(here), await here.paired()
        assert (await asked(anna, "GET", "/acts")).status == 200
        await here.take(revoked(here, key))
        for method, path in (("GET", "/acts"), ("GET", "/members"), ("POST", "/sealed")):
            refused = await asked(anna, method, path, {} if method == "POST" else None)
            assert (refused.status, refused.code) == (403, "revoked")
        assert (await asked(anna, "GET", "/bulletins")).status == 200
        assert (await asked(other, "GET", "/members")).status == 200

    played(tmp_path, play)


def test_who_is_revoked_hears_what_is_held_and_ends_the_pairing(tmp_path: Path) -> None:
    async def play(here: ApiNode) -> None:
        anna = await settled(here)
        await here.take(revoked(here, ANNA))
        assert (await asked(anna, "GET", "/me")).document["member"] is None
        assert (await asked(anna, "POST", "/pairings/end", {})).status == 200
        assert (await asked(anna, "GET", "/me")).status == 401

    played(tmp_path, play)


@pytest.mark.parametrize("key", [ANNA, PHONE], ids=["the member", "the phone"])
def test_a_stream_that_a_phone_signed_for_ends_with_its_revocation_and_others_do_not(
    tmp_path: Path, key: SigningKey
) -> None:
    async def play(here: ApiNode) -> None:
        anna = await settled(here)
        given = anna.authorization("GET", "/api/v1/events", wants_seal=False)
        signed = encode_authorization(given)
        async with listening(here, signed=signed) as own, listening(here) as anybody:
            await own.block()
            await anybody.block()
            await here.take(revoked(here, key))
            with pytest.raises(EOFError):
                while True:
                    await own.block()
            assert (await anybody.block()).data == {"kind": "revocation"}
            await here.node.service.bulletins.post("Wasser am Nordmarkt.")
            assert (await anybody.block()).data["kind"] == "bulletin"

    played(tmp_path, play)


def test_one_may_see_what_the_node_holds_of_oneself_and_nothing_else(tmp_path: Path) -> None:
    async def play(here: ApiNode) -> None:
        anna = await settled(here)
        me = (await asked(anna, "GET", "/me")).document
        assert_conforms(me, "Me")
        assert me["member"]["fingerprint"] == fingerprint(ANNA.public).hex()
        assert [one["role"] for one in me["member"]["roles"]] == ["coordinator"]
        held = [(one["kind"], one["is_own"]) for one in me["objects"]]
        assert held == [("certificate", False), ("role", False), ("device", True)]
        assert me["total"] == 3
        assert (await asked(await here.paired(), "GET", "/me")).document["objects"] == []
        assert (await here.ask("GET", "/me"))[0] == 403

    played(tmp_path, play)


def test_a_phone_ends_its_own_pairing_and_is_a_stranger_then(tmp_path: Path) -> None:
    async def play(here: ApiNode) -> None:
        phone, other = await here.paired(), await here.paired()
        answer = await asked(phone, "POST", "/pairings/end", {})
        assert (answer.status, answer.was_sealed) == (200, True)
        assert_conforms(answer.document, "EndedPairing")
        assert (await asked(phone, "GET", "/me")).status == 401
        assert (await asked(other, "GET", "/me")).status == 200

    played(tmp_path, play)


def test_whoever_runs_the_node_unpairs_a_phone_by_what_begins_its_key(tmp_path: Path) -> None:
    async def play(here: ApiNode) -> None:
        opening = here.node.service.phones.open_()
        phone = PairedPhone(here.port)
        await asyncio.to_thread(phone.pair, opening.token)
        key = phone.key.public.hex()
        assert (await here.ask("POST", "/pairings/zz/unpair"))[0] == 422
        assert (await here.ask("POST", f"/pairings/{key[:-4]}0000/unpair"))[0] == 404
        status, document = await here.ask("POST", f"/pairings/{key[:8]}/unpair")
        assert (status, document["key"]) == (200, key)
        assert_conforms(document, "Phone")
        assert (await asked(phone, "GET", "/me")).status == 401
        # Nor does the code bring it back that it had used.
        assert (await asyncio.to_thread(phone.pair, opening.token)).status == 409
        assert (await here.ask("POST", f"/pairings/{key[:8]}/unpair"))[0] == 404

    played(tmp_path, play)


def test_a_closed_code_lets_nobody_in(tmp_path: Path) -> None:
    async def play(here: ApiNode) -> None:
        _, opened = await here.ask("POST", "/pairings/open")
        status, closed = await here.ask("POST", f"/pairings/openings/{opened['id']}/close")
        assert (status, closed["state"]) == (200, "closed")
        assert_conforms(closed, "Opening")
        answer = await asyncio.to_thread(
            PairedPhone(here.port).pair, decode_opening(opened["fragment"]).token
        )
        assert (answer.status, answer.code) == (403, "not_allowed")
        assert (await here.ask("POST", "/pairings/openings/0011223344556677/close"))[0] == 404

    played(tmp_path, play)


def test_phones_are_known_after_a_restart_and_sign_for_its_new_challenge(tmp_path: Path) -> None:
    async def run() -> None:
        async with api_node(tmp_path, http=OPEN) as here:
            phone, steward = await here.paired(), here.steward
            assert (await asked(phone, "GET", "/me")).status == 200
        async with api_node(tmp_path, http=OPEN, steward=steward) as here:
            phone.port = here.port
            answer = await asked(phone, "GET", "/me")
            assert (answer.status, answer.code) == (401, "not_paired")
            scheme, _, told = answer.headers["www-authenticate"].partition(" ")
            assert scheme == "Meshnode"
            now = (await asyncio.to_thread(phone.plain, "GET", "/challenge")).document
            assert_conforms(now, "Challenge")
            assert told == f'challenge="{now["challenge"]}"'
            phone.challenge = bytes.fromhex(now["challenge"])
            assert (await asked(phone, "GET", "/me")).status == 200

    asyncio.run(run())


def test_an_invitation_is_found_by_its_key_with_what_vouches_for_it(tmp_path: Path) -> None:
    async def play(here: ApiNode) -> None:
        phone = await here.paired()
        secret = signing_key("the key in an invitation")
        path = f"/invitations/{secret.public.hex()}"
        assert (await asked(phone, "GET", path)).status == 404
        await settled(here)
        invitation = invited(here, secret)
        await here.take(invitation)
        found = (await asked(phone, "GET", path)).document
        assert_conforms(found, "Invitation")
        assert (found["encoded"], found["uses_left"]) == (base64(invitation.encoded), 1)
        # The device that signed it, and what vouches for its owner.
        assert len(found["vouchers"]) == 2
        await here.take(admitted(here, secret, signing_key("dora"), "Dora", invitation))
        assert (await asked(phone, "GET", path)).document["uses_left"] == 0
        await here.take(revoked(here, secret))
        assert (await asked(phone, "GET", path)).status == 404

    played(tmp_path, play)


def test_whoever_has_a_seed_joins_on_the_phone_with_what_it_finds(tmp_path: Path) -> None:
    """All that the app does, in order: pair, find the invitation, certify, announce, belong."""

    async def play(here: ApiNode) -> None:
        await settled(here)
        seed = signing_key("the key in an invitation")
        invitation = invited(here, seed, here.steward)
        await here.take(invitation)
        paper, device = signing_key("dora"), signing_key("dora's telephone")
        phone = await here.paired(device)
        assert (await asked(phone, "GET", "/acts")).status == 403
        certificate = admitted(here, seed, paper, "Dora", invitation)
        announcement = here.sign(
            paper, Kind.DEVICE, encode_device(device, paper.public, here.community)
        )
        handed = {"objects": [base64(one.encoded) for one in (certificate, announcement)]}
        answer = await asked(phone, "POST", "/objects", handed)
        assert answer.status == 201, answer.document
        assert (await asked(phone, "GET", "/acts")).status == 200
        assert (await asked(phone, "GET", "/me")).document["member"]["name"] == "Dora"
        assert [one["name"] for one in (await here.get("/pairings"))["phones"]] == ["Anna", "Dora"]

    played(tmp_path, play)


def test_a_kiosk_shows_a_code_only_where_it_may_and_a_fresh_one_once_it_was_used(
    tmp_path: Path,
) -> None:
    async def shown(here: ApiNode) -> None:
        phones = here.node.service.phones
        first = phones.kiosk_token()
        assert first is not None
        assert phones.kiosk_token() == first
        assert 0 < first.shown_for_s <= 300
        token = decode_opening(first.fragment).token
        assert (await asyncio.to_thread(PairedPhone(here.port).pair, token)).status == 201
        second = phones.kiosk_token()
        assert second is not None
        assert second.fragment != first.fragment

    async def unshown(here: ApiNode) -> None:
        assert here.node.service.phones.kiosk_token() is None

    played(tmp_path / "with", shown, HttpSection(listen="127.0.0.1:0", kiosk=True))
    played(tmp_path / "without", unshown)


def revoked(here: ApiNode, key: SigningKey) -> SignedObject:
    fields = RevocationFields(RevocationReason.COMPROMISED, fingerprint(key.public))
    body = encode_revocation(fields)
    return here.sign(here.steward, Kind.REVOCATION, body, minutes=YEAR_MINUTES)


def invited(here: ApiNode, seed: SigningKey, by: SigningKey = PHONE) -> SignedObject:
    terms = InvitationFields(seed.public, here.minute + 60, IdentityClass.PERSON, 1)
    return here.sign(by, Kind.INVITATION, encode_invitation(terms), minutes=YEAR_MINUTES)


def admitted(
    here: ApiNode, seed: SigningKey, key: SigningKey, name: str, invitation: SignedObject
) -> SignedObject:
    """What the app signs with the seed in the code."""
    return certify(
        seed,
        here.community,
        key.public,
        name,
        identity_class=IdentityClass.PERSON,
        minute=here.minute,
        sequence=1,
        invitation=invitation.short_id,
    )
