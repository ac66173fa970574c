"""Who is who, over the socket: community, members, candidates, acts."""

import asyncio
from base64 import urlsafe_b64decode
from pathlib import Path
from urllib.parse import quote

import pytest

from meshnode.board.bulletins.notice import Act, NoticeFields, Reason, encode_notice
from meshnode.board.mail.prekey import PrekeyFields, encode_prekey
from meshnode.board.trust.certificate import IdentityClass
from meshnode.board.trust.charter import CharterFields, charter_hash, encode_charter
from meshnode.board.trust.device import encode_device
from meshnode.board.trust.endorsement import rest_of
from meshnode.board.trust.invitation import InvitationFields, encode_invitation
from meshnode.board.trust.membership import evaluate
from meshnode.board.trust.profile import ProfileFields, encode_profile
from meshnode.board.trust.revocation import RevocationFields, RevocationReason, encode_revocation
from meshnode.board.trust.role import Role
from meshnode.protocol.agreement import AgreementKey
from meshnode.protocol.keys import SigningKey, fingerprint
from meshnode.protocol.object import Kind, SignedObject, decode
from tests.community import bulletin, signing_key
from tests.unit.api.apinode import ApiNode, api_node
from tests.unit.api.conforming import assert_conforms

ANNA = signing_key("anna")
BERT = signing_key("bert")
CEM = signing_key("cem")
DORA = signing_key("dora")
PHONE = signing_key("anna's telephone")


def name_of(key: SigningKey) -> str:
    return fingerprint(key.public).hex()


def test_the_community_says_what_a_client_needs_to_sign(tmp_path: Path) -> None:
    async def play() -> None:
        async with api_node(tmp_path) as here:
            document = await here.get("/community")
            assert_conforms(document, "Community")
            charter = document["charter"]
            assert (charter["number"], charter["threshold"], charter["final"]) == (0, 1, True)
            (steward,) = charter["stewards"]
            assert steward["key"] == here.steward.public.hex()
            assert steward["stands"] is True
            assert document["node"]["key"] == here.home.load_keyring().key.public.hex()
            assert abs(document["minute"] - here.minute) <= 1
            assert document["clock_known"] is True
            assert document["pending"] == []
            padded = document["encoded"]["charter"] + "=="
            import base64  # noqa: PLC0415

            assert decode(base64.urlsafe_b64decode(padded)).id.hex() == charter["id"]

    asyncio.run(play())


def test_who_is_who_follows_from_the_grounds_alone(tmp_path: Path) -> None:
    async def play() -> None:
        async with api_node(tmp_path) as here:
            phone = here.sign(ANNA, Kind.DEVICE, encode_device(PHONE, ANNA.public, here.community))
            await here.take(
                here.certificate(ANNA, "Anna"), here.role(ANNA, Role.COORDINATOR), phone
            )
            document = await here.get("/grounds")
            assert_conforms(document, "Grounds")
            pinned = decoded(document["pinned"])
            standing = evaluate(
                here.community,
                (pinned,),
                [decoded(one) for one in document["objects"]],
                lambda thing, key: thing.is_signed_by(key, here.community),
            )
            assert standing.charters[-1] == decoded(document["charter"])
            members = (await here.get("/members"))["members"]
            assert {one["fingerprint"] for one in members} == {
                one.hex() for one in standing.identities
            }
            assert fingerprint(ANNA.public) in standing.grants
            again = await here.get(f"/grounds?known={document['digest']}")
            assert_conforms(again, "Grounds")
            assert again["objects"] is None
            await here.take(here.certificate(BERT, "Bert"))
            after = await here.get(f"/grounds?known={document['digest']}")
            assert len(after["objects"]) == len(document["objects"]) + 1

    asyncio.run(play())


def decoded(encoded: str) -> SignedObject:
    return decode(urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))


def charter_after(
    here: ApiNode, first: SignedObject, *stewards: SigningKey, threshold: int
) -> SignedObject:
    keys = tuple(one.public for one in stewards)
    fields = CharterFields(1, charter_hash(first.body), threshold, keys, (), "Neue Nordstadt")
    return here.sign(here.steward, Kind.CHARTER, encode_charter(fields), minutes=365 * 1440)


def endorsement(here: ApiNode, key: SigningKey, charter: SignedObject) -> SignedObject:
    body = rest_of(charter.id)
    return here.sign(key, Kind.ENDORSEMENT, body, minutes=365 * 1440, parent=charter.short_id)


def test_a_charter_that_lacks_endorsements_is_pending_until_it_has_them(tmp_path: Path) -> None:
    async def play() -> None:
        async with api_node(tmp_path) as here:
            first = here.home.load_keyring().belonging.charter
            second = charter_after(here, first, here.steward, ANNA, threshold=2)
            await here.take(here.certificate(ANNA, "Anna"), second)
            document = await here.get("/community")
            assert (document["charter"]["number"], document["name"]) == (1, "Neue Nordstadt")
            assert document["charter"]["final"] is False
            fields = CharterFields(
                2, charter_hash(second.body), 1, (here.steward.public,), (), "Dritte"
            )
            third = here.sign(
                here.steward, Kind.CHARTER, encode_charter(fields), minutes=365 * 1440
            )
            await here.take(third)
            document = await here.get("/community")
            assert_conforms(document, "Community")
            (pending,) = document["pending"]
            assert (pending["id"], pending["needed"]) == (third.id.hex(), 1)
            assert len(pending["endorsed_by"]) == 1
            await here.take(endorsement(here, ANNA, third))
            document = await here.get("/community")
            assert (document["name"], document["pending"]) == ("Dritte", [])
            assert len(document["encoded"]["endorsements"]) == 1

    asyncio.run(play())


def test_a_member_with_roles_devices_prekey_and_profile(tmp_path: Path) -> None:
    async def play() -> None:
        async with api_node(tmp_path) as here:
            agrees = encode_device(PHONE, ANNA.public, here.community)
            device = here.sign(ANNA, Kind.DEVICE, agrees, minutes=180 * 1440)
            agreement = AgreementKey(bytes(range(32)))
            prekey = here.sign(
                PHONE,
                Kind.PREKEY,
                encode_prekey(PrekeyFields(7, agreement.public)),
                minutes=14 * 1440,
            )
            profile = here.sign(
                PHONE, Kind.PROFILE, encode_profile(ProfileFields("Änne", ("de", "tr")))
            )
            await here.take(
                here.certificate(ANNA, "Anna"),
                here.role(ANNA, Role.MODERATOR),
                device,
                prekey,
                profile,
            )
            member = await here.get(f"/members/{quote('Änne')}")
            assert_conforms(member, "Member")
            assert (member["name"], member["certified_name"]) == ("Änne", "Anna")
            assert (member["class"], member["languages"]) == ("person", ["de", "tr"])
            assert (member["is_full"], member["is_steward"]) == (True, False)
            assert [one["role"] for one in member["roles"]] == ["moderator"]
            assert [one["is_device"] for one in member["keys"]] == [False, True]
            assert [one["last_sequence"] for one in member["keys"]] == [
                device.sequence,
                profile.sequence,
            ]
            (shown,) = member["prekeys"]
            assert (shown["number"], shown["key"]) == (7, agreement.public.hex())
            assert shown["key_id"] == PHONE.id.hex()

    asyncio.run(play())


def test_members_are_found_by_name_part_and_fingerprint(tmp_path: Path) -> None:
    async def play() -> None:
        async with api_node(tmp_path) as here:
            await here.take(
                here.certificate(ANNA, "Anna Acar"), here.certificate(BERT, "Bert Arslan")
            )
            for query, names in (
                ("", ["Anna Acar", "Bert Arslan", "Demo", "nord"]),
                ("?name=AR", ["Anna Acar", "Bert Arslan"]),
                (f"?name={name_of(BERT)[:6]}", ["Bert Arslan"]),
                (f"?revoked=true&name={name_of(ANNA)}", ["Anna Acar"]),
                ("?name=niemand", []),
            ):
                document = await here.get(f"/members{query}")
                assert_conforms(document, "Members")
                assert [one["name"] for one in document["members"]] == names
            for who in ("Anna%20Acar", "anna", name_of(ANNA), name_of(ANNA)[:6].upper()):
                found = await here.get(f"/members/{who}")
                assert found["fingerprint"] == name_of(ANNA)

    asyncio.run(play())


def test_who_is_meant_by_a_name_that_looks_like_another_one_is_asked(tmp_path: Path) -> None:
    async def play() -> None:
        async with api_node(tmp_path) as here:
            await here.take(
                here.certificate(ANNA, "Anna"),
                here.certificate(BERT, "Аnna"),
                here.certificate(CEM, "Annabelle"),
            )
            status, answer = await here.ask("GET", "/members/Anna")
            assert (status, answer["error"]["code"]) == (409, "ambiguous")
            for key in (ANNA, BERT):
                assert name_of(key)[:8] in answer["error"]["message"]
            assert (await here.get("/members/annabel"))["name"] == "Annabelle"
            member = await here.get(f"/members/{name_of(ANNA)}")
            assert member["looks_like"] == [name_of(BERT)]
            assert member["shown_name"] == f"Anna ({name_of(ANNA)[:8]})"
            assert (await here.ask("GET", "/members/Dora"))[0] == 404

    asyncio.run(play())


def test_one_word_makes_a_candidate_and_two_a_member(tmp_path: Path) -> None:
    async def play() -> None:
        async with api_node(tmp_path) as here:
            await here.take(here.certificate(ANNA, "Anna"), here.certificate(BERT, "Bert"))
            assert await here.get("/candidates") == {"candidates": []}
            await here.take(here.certificate(CEM, "Cem", by=ANNA))
            document = await here.get("/candidates")
            assert_conforms(document, "Candidates")
            (candidate,) = document["candidates"]
            assert (candidate["key"], candidate["name"]) == (CEM.public.hex(), "Cem")
            assert candidate["vouched_by"] == [name_of(ANNA)]
            await here.take(here.certificate(CEM, "Cem", by=BERT))
            assert await here.get("/candidates") == {"candidates": []}
            member = await here.get("/members/Cem")
            assert (member["is_full"], len(member["vouched_by"])) == (False, 2)

    asyncio.run(play())


def test_every_act_is_on_record_and_says_whether_it_is_in_force(tmp_path: Path) -> None:
    async def play() -> None:
        async with api_node(tmp_path) as here:
            invited = signing_key("invited")
            terms = InvitationFields(DORA.public, here.minute + 60, IdentityClass.PERSON, 3)
            invitation = here.sign(
                here.steward, Kind.INVITATION, encode_invitation(terms), minutes=365 * 1440
            )
            admitted = here.sign(
                DORA,
                Kind.CERTIFICATE,
                b"\x00" + invited.public + b"Eva",
                minutes=365 * 1440,
                parent=invitation.short_id,
            )
            role = here.role(ANNA, Role.MODERATOR)
            revocation = here.sign(
                here.steward,
                Kind.REVOCATION,
                encode_revocation(
                    RevocationFields(RevocationReason.LEFT, fingerprint(BERT.public))
                ),
                minutes=365 * 1440,
            )
            post = bulletin(here.steward)
            post = here.sign(here.steward, Kind.BULLETIN, post.body, codec=post.codec)
            hide = here.notice(
                ANNA, post, encode_notice(NoticeFields(Act.HIDE, Reason.RUMOUR, post.id)), age=2
            )
            restore = here.notice(
                ANNA, post, encode_notice(NoticeFields(Act.RESTORE, Reason.WRONG, post.id))
            )
            bert = here.certificate(BERT, "Bert")
            await here.take(
                here.certificate(ANNA, "Anna"),
                bert,
                role,
                invitation,
                admitted,
                post,
                hide,
                restore,
                revocation,
            )
            document = await here.get("/acts")
            assert_conforms(document, "Acts")
            acts = {one["id"]: one for one in document["acts"]}
            moments = [(one["created"], one["sequence"]) for one in document["acts"]]
            assert [one[0] for one in moments] == sorted((m[0] for m in moments), reverse=True)
            assert acts[bert.id.hex()]["in_force"] is False
            assert acts[role.id.hex()]["role"] == "moderator"
            assert acts[role.id.hex()]["subject"] == name_of(ANNA)
            assert acts[revocation.id.hex()]["reason"] == "left"
            assert acts[admitted.id.hex()]["text"] == "Eva"
            assert acts[admitted.id.hex()]["author_name"] is not None
            assert acts[invitation.id.hex()]["in_force"] is True
            assert acts[hide.id.hex()]["in_force"] is False
            assert acts[restore.id.hex()]["in_force"] is True
            assert acts[hide.id.hex()]["target"] == post.id.hex()
            notices = (await here.get("/acts?kind=notice"))["acts"]
            assert {one["act"] for one in notices} == {"hide", "restore"}
            (charter,) = (await here.get("/acts?kind=charter"))["acts"]
            assert charter["in_force"] is True

    asyncio.run(play())


def test_who_was_revoked_is_shown_only_if_asked_for_with_what_still_counts(
    tmp_path: Path,
) -> None:
    async def play() -> None:
        async with api_node(tmp_path) as here:
            await here.take(here.certificate(BERT, "Bert"))
            fields = RevocationFields(RevocationReason.LEFT, fingerprint(BERT.public))
            await here.take(
                here.sign(
                    here.steward,
                    Kind.REVOCATION,
                    encode_revocation(fields),
                    minutes=365 * 1440,
                )
            )
            assert (await here.ask("GET", "/members/Bert"))[0] == 404
            (shown,) = (await here.get("/members?revoked=true&name=Bert"))["members"]
            assert (shown["is_revoked"], shown["keys"][0]["last"]) == (True, 0)
            assert (await here.get("/members?name=Bert"))["members"] == []

    asyncio.run(play())


@pytest.mark.parametrize(
    "path",
    [
        "/community?x=1",
        "/members?nome=x",
        "/members?revoked=yes",
        f"/members?name={'x' * 65}",
        f"/members/{'x' * 65}",
        "/members/Anna?name=x",
        "/candidates?x=",
        "/acts?kind=bulletin",
        "/acts?kind=",
        "/circles?x=1",
        "/joins?x=1",
        "/sealed?after=zz",
        f"/sealed?after={'A' * 32}",
        "/sealed?since=1",
    ],
)
def test_what_is_not_known_in_a_query_is_refused(tmp_path: Path, path: str) -> None:
    async def play() -> None:
        async with api_node(tmp_path) as here:
            status, answer = await here.ask("GET", path)
            assert (status, answer["error"]["code"]) == (400, "bad_request")
            assert_conforms(answer, "Error")

    asyncio.run(play())
