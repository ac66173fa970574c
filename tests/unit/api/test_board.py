"""Drills, alerts and moderated bulletins: in documents, on pages and in the news."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from meshnode.api.app import public_app
from meshnode.board.bulletins.alert import Provenance, encode_alert
from meshnode.board.bulletins.bulletin import BulletinFields, Severity, encode_bulletin
from meshnode.board.bulletins.notice import Act, NoticeFields, Reason, encode_notice
from meshnode.board.trust.revocation import RevocationFields, RevocationReason, encode_revocation
from meshnode.board.trust.role import Role
from meshnode.commands.bulletins import board
from meshnode.commands.client import Client
from meshnode.commands.node.watch import _sentence
from meshnode.node.clock import moment_text
from meshnode.node.languages import load_languages
from meshnode.protocol.keys import SigningKey, fingerprint
from meshnode.protocol.object import Kind, SignedObject
from tests.asking import got
from tests.community import signing_key
from tests.unit.api.apinode import ApiNode, api_node
from tests.unit.api.conforming import assert_conforms

ANNA = signing_key("anna")
BERT = signing_key("bert")
KIOSK = signing_key("kiosk")
RUMOUR = "Das Trinkwasser ist vergiftet!"


def posted(
    here: ApiNode,
    key: SigningKey,
    text: str,
    *,
    kind: Kind = Kind.BULLETIN,
    title: str | None = None,
    severity: Severity = Severity.INFO,
    age: int = 0,
) -> SignedObject:
    codec, body = encode_bulletin(BulletinFields(text, title, "water", severity))
    return here.sign(key, kind, body, codec=codec, age=age)


def notice(
    here: ApiNode,
    key: SigningKey,
    target: SignedObject,
    act: Act,
    text: str = "",
    *,
    reason: Reason = Reason.RUMOUR,
) -> SignedObject:
    return here.notice(key, target, encode_notice(NoticeFields(act, reason, target.id, text)))


@asynccontextmanager
async def village(directory: Path) -> AsyncIterator[ApiNode]:
    """A node with Anna, who moderates, Bert, who coordinates, and the kiosk, which imports."""
    async with api_node(directory) as here:
        await here.take(
            here.certificate(ANNA, "Anna"),
            here.certificate(BERT, "Bert"),
            here.certificate(KIOSK, "Kiosk"),
            here.role(ANNA, Role.MODERATOR),
            here.role(BERT, Role.COORDINATOR),
            here.role(KIOSK, Role.IMPORTER),
        )
        yield here


async def page(here: ApiNode, path: str = "/", query: str = "") -> tuple[int, str]:
    """What a browser gets, fresh."""
    return await got(public_app(here.node.service, load_languages()), path, query)


def test_a_drill_says_so_in_title_and_text_in_every_language(tmp_path: Path) -> None:
    async def play() -> None:
        async with village(tmp_path) as here:
            titled = posted(
                here,
                BERT,
                "Bitte gehen Sie zum Sammelpunkt.",
                kind=Kind.DRILL,
                title="Evakuierung",
                severity=Severity.EXTREME,
            )
            bare = posted(here, BERT, "Sirenentest.", kind=Kind.DRILL, age=5)
            real = posted(here, BERT, "Rohrbruch.", severity=Severity.SEVERE, age=9)
            await here.take(titled, bare, real)
            for language, word, sentence in (
                ("de", "ÜBUNG", "Dies ist eine Übung."),
                ("en", "DRILL", "This is a drill."),
            ):
                document = await here.get(f"/bulletins?language={language}")
                assert_conforms(document, "Bulletins")
                first, second, third = document["bulletins"]
                assert first["id"] == real.id.hex(), "what is real stands above what is played"
                assert (second["kind"], second["is_drill"]) == ("drill", True)
                assert second["title"] == f"{word}: Evakuierung"
                assert third["title"] == word
                assert second["text"].startswith(sentence)
                assert second["text"].endswith("zum Sammelpunkt.")
                _, shown = await page(here, query=f"lang={language}")
                cards = shown.split("<article")[1:]
                assert 'class="severe"' in cards[0]
                for one in cards[1:]:
                    assert one.startswith(' class="drill"')
                    assert f'<p class="banner">{word}</p>' in one
                    assert re.search(rf'<h2 dir="auto"><a href="[^"]+">{word}', one)
                    assert sentence in one
            lines = board.lines((await here.get("/bulletins"))["bulletins"])
            assert [line.split()[1] for line in lines[1:]] == ["severe", "DRILL", "DRILL"]
            assert "extreme" not in "\n".join(lines)
            assert board.whole(second)[0].startswith("DRILL")

    asyncio.run(play())


def test_an_alert_names_its_source_since_when_and_who_passed_it_on(tmp_path: Path) -> None:
    async def play() -> None:
        async with village(tmp_path) as here:
            fields = BulletinFields("Sturm ab 16 Uhr.", "Sturm", "weather", Severity.SEVERE)
            codec, body = encode_alert(Provenance("Wetterdienst", here.minute - 30), fields)
            alert = here.sign(KIOSK, Kind.ALERT, body, codec=codec)
            await here.take(alert)
            shown = await here.get(f"/bulletins/{alert.id.hex()}")
            assert_conforms(shown, "Bulletin")
            issued = moment_text(here.minute - 30)
            said = shown["provenance"]
            assert (said["source"], said["issued"]) == ("Wetterdienst", issued)
            assert (said["state"], said["reference"], said["ends"]) == ("in-force", None, None)
            assert shown["passed_on_by"] == [shown["author_name"]]
            assert (shown["kind"], shown["title"], shown["text"]) == (
                "alert",
                "Sturm",
                "Sturm ab 16 Uhr.",
            )
            assert shown["author_roles"] == ["importer"]
            _, html = await page(here, query="lang=de")
            assert 'Amtlich: <bdi dir="auto">Wetterdienst</bdi>. Weitergegeben von <bdi' in html
            assert f'<time datetime="{issued}" dir="ltr">' in html
            assert "Official, by Wetterdienst" in "\n".join(board.whole(shown))

    asyncio.run(play())


def test_what_is_hidden_is_shown_to_who_asks_on_the_node_and_to_nobody_else(
    tmp_path: Path,
) -> None:
    async def play() -> None:
        async with village(tmp_path) as here:
            rumour = posted(here, BERT, RUMOUR)
            await here.take(
                rumour, notice(here, ANNA, rumour, Act.HIDE, "Nachgefragt: stimmt nicht.")
            )
            assert (await here.get("/bulletins"))["total"] == 0
            (shown,) = (await here.get("/bulletins?hidden=true"))["bulletins"]
            assert_conforms(shown, "Bulletin")
            assert shown["is_hidden"] is True
            (act,) = shown["notices"]
            assert (act["act"], act["reason"], act["by_name"]) == ("hide", "rumour", "Anna")
            assert "Anna hid this (rumour): Nachgefragt" in board.whole(shown)[0]
            assert board.headline(shown).startswith("[hidden] ")
            status, answer = await here.ask("GET", f"/bulletins/{rumour.id.hex()}")
            assert (status, answer["text"]) == (200, RUMOUR)
            for path, query, expected in (
                ("/", "", 200),
                ("/api/v1/bulletins", "", 200),
                ("/api/v1/bulletins", "hidden=true", 403),
                (f"/api/v1/bulletins/{rumour.id.hex()}", "", 404),
                (f"/bulletins/{rumour.id.hex()}", "", 404),
            ):
                status, text = await page(here, path, query)
                assert status == expected, (path, query)
                assert "vergiftet" not in text, (path, query)
            restored = notice(here, ANNA, rumour, Act.RESTORE, reason=Reason.WRONG)
            await here.take(restored)
            assert (await here.get("/bulletins"))["total"] == 1
            assert "vergiftet" in (await page(here))[1]
            client = Client(here.home.directory)
            assert await asyncio.to_thread(client.bulletins, "en") != []

    asyncio.run(play())


def test_a_correction_and_a_label_stand_with_what_they_are_about(tmp_path: Path) -> None:
    async def play() -> None:
        async with village(tmp_path) as here:
            post = posted(here, BERT, "Wasser gibt es um 14 Uhr.")
            await here.take(
                post,
                notice(here, ANNA, post, Act.LABEL, reason=Reason.OUTDATED),
                notice(
                    here, ANNA, post, Act.CORRECT, "Erst um <b>15</b> Uhr.", reason=Reason.WRONG
                ),
            )
            shown = await here.get(f"/bulletins/{post.id.hex()}")
            assert_conforms(shown, "Bulletin")
            assert [(one["act"], one["reason"]) for one in shown["notices"]] == [
                ("label", "outdated"),
                ("correct", "wrong"),
            ]
            _, html = await page(here, query="lang=de")
            (card,) = html.split("<article")[1:]
            assert card.index("um 14 Uhr") < card.index("überholt") < card.index("Richtigstellung")
            assert "Erst um &lt;b&gt;15&lt;/b&gt; Uhr." in card
            whole = "\n".join(board.whole(shown))
            assert whole.index("um 14 Uhr") < whole.index("Correction by Anna")
            assert board.headline(shown).index("15") < board.headline(shown).index("um 14 Uhr")

    asyncio.run(play())


def test_names_that_look_alike_carry_digits_wherever_they_are_shown(tmp_path: Path) -> None:
    async def play() -> None:
        async with village(tmp_path) as here:
            double = signing_key("another anna")
            smile = signing_key("smile")
            await here.take(
                here.certificate(double, "Аnna"),  # With a Cyrillic first letter.
                here.certificate(smile, "🙂"),
                posted(here, ANNA, "Ich bin die echte."),
                posted(here, double, "Nein, ich."),
                posted(here, smile, "Hihi."),
                posted(here, BERT, "Ruhe."),
            )
            views = (await here.get("/bulletins"))["bulletins"]
            named = {one["text"]: one["author_name"] for one in views}
            assert named["Ich bin die echte."] == f"Anna ({fingerprint(ANNA.public).hex()[:8]})"
            assert named["Nein, ich."].endswith(f"({fingerprint(double.public).hex()[:8]})")
            assert named["Hihi."] == f"🙂 ({fingerprint(smile.public).hex()[:8]})"
            assert named["Ruhe."] == "Bert"
            _, html = await page(here)
            for name in named.values():
                assert name in html

    asyncio.run(play())


def test_who_watches_hears_of_drills_notices_and_of_what_lost_its_ground(tmp_path: Path) -> None:
    async def play() -> None:
        async with village(tmp_path) as here:
            news = Client(here.home.directory).watch("de")
            assert (await asyncio.to_thread(next, news))["kind"] == "hello"
            drill = posted(here, BERT, "Sirenentest.", kind=Kind.DRILL)
            post = posted(here, KIOSK, "Zu.")
            hide = notice(here, ANNA, post, Act.HIDE, "Doch offen.", reason=Reason.WRONG)
            fields = RevocationFields(RevocationReason.LEFT, fingerprint(BERT.public))
            gone = here.sign(
                here.steward, Kind.REVOCATION, encode_revocation(fields), minutes=365 * 1440
            )
            await here.take(drill, post, hide, gone)
            heard: list[dict[str, object]] = []
            while not heard or heard[-1]["kind"] != "removed":
                heard.append(await asyncio.to_thread(next, news))
            shown, _, moderated, _, removed = heard
            assert shown["bulletin"]["title"] == "ÜBUNG"
            assert (moderated["kind"], moderated["target"]) == ("notice", post.id.hex())
            assert_conforms(moderated["notice"], "Notice")
            assert (removed["id"], removed["reason"]) == (drill.id.hex(), "revoked")
            sentences = [_sentence(one) for one in (shown, moderated, removed)]
            assert sentences[0].startswith("Posted here")
            assert "ÜBUNG" in sentences[0]
            assert sentences[1] == f"Anna hid {post.id.hex()[:8]} (wrong): Doch offen."
            assert sentences[2].endswith("its author was revoked")
            assert json.dumps(heard)
            await here.take(posted(here, KIOSK, "Wieder auf."))
            following = await asyncio.to_thread(next, news)
            assert following["kind"] == "bulletin", "what leaves is said once"

    asyncio.run(play())
