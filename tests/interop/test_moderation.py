"""Posting as oneself and moderating, on the command line, against a real node."""

import json
import re
from collections.abc import Iterator

import pytest

from meshnode.board.bulletins.bulletin import BulletinFields, Severity, encode_bulletin
from meshnode.board.bulletins.notice import Reason
from meshnode.commands.bulletins.moderate import REASONS
from tests.household import Household, Person

SOON = ("--expires", "1h")


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> Iterator[Household]:
    with Household(tmp_path_factory.mktemp("moderation")).running() as running:
        yield running


@pytest.fixture(scope="module")
def bert(house: Household) -> Person:
    return house.member("Bert")


@pytest.fixture(scope="module")
def mora(house: Household) -> Person:
    """Somebody who moderates."""
    person = house.member("Mora")
    house.anna.json("role", "grant", "Mora", "moderator")
    return person


def post(person: Person, text: str, *more: str) -> str:
    return person.json("bulletin", "post", text, *more)["id"]


def shown(person: Person, bulletin: str) -> dict:
    return person.json("bulletin", "show", bulletin)


def listed(person: Person, *more: str) -> set[str]:
    return {one["id"] for one in person.json("bulletin", "list", *more)}


def reader(house: Household) -> Person:
    """Somebody without an identity of their own who reads the board."""
    return Person(house.home, house.home / "nobody")


# Posting.


def test_a_person_signs_what_they_post_and_takes_it_back(house, bert):
    done = bert.run("bulletin", "post", "Suppe um sechs", "--title", "Essen", *SOON)
    assert done.returncode == 0, done.stderr
    assert "Signed by Bert." in done.stderr
    posted = done.stdout.strip()
    view = shown(bert, posted)
    assert (view["author_name"], view["author_class"]) == ("Bert", "person")
    assert (view["title"], view["text"]) == ("Essen", "Suppe um sechs")
    assert "Only Bert" in house.anna.refusal("bulletin", "withdraw", posted[:8], code=4)
    assert bert.json("bulletin", "withdraw", posted[:8])["id"] == posted
    assert posted not in listed(bert)
    bert.refusal("bulletin", "show", posted, code=3)


def test_without_an_identity_the_node_signs_and_with_one_if_it_is_asked_to(house, bert):
    def signed_by(*words: str) -> str:
        done = house.anna.run("bulletin", "post", "x", *SOON, *words)
        assert done.returncode == 0, done.stderr
        return done.stderr.splitlines()[0]

    assert signed_by() == "Signed by Anna."
    assert signed_by("--as-node") == "Signed by Feuerwache."
    by_node = post(bert, "by the node", "--as-node", *SOON)
    assert shown(bert, by_node)["author_class"] == "node"
    assert "--as-node" in bert.refusal("bulletin", "withdraw", by_node, code=4)
    assert bert.json("bulletin", "withdraw", by_node, "--as-node")["id"] == by_node


def test_an_identity_that_was_named_and_is_not_there_does_not_let_the_node_speak(house):
    nobody = house.stranger("typing error")
    assert "identity new" in nobody.refusal("bulletin", "post", "x", code=3)
    assert "identity new" in nobody.refusal("bulletin", "withdraw", "1234", code=3)


def test_who_belongs_to_nothing_yet_is_told_to_join(house):
    new = house.newcomer("Neu")
    assert "identity join" in new.refusal("bulletin", "post", "x", code=4)


def test_an_organisation_posts_under_its_certified_name(house):
    line = house.anna.json("invite", "organisation")["invite"]
    club = house.newcomer("Verein Nordlicht", "--class", "organisation")
    club.json("identity", "join", "--invite", line)
    view = shown(club, post(club, "Sprechstunde", *SOON))
    assert (view["author_class"], view["author_name"]) == ("organisation", "Verein Nordlicht")


def test_a_template_is_filled_in_by_the_person(bert):
    words = ("bulletin", "post", "--template", "water", "--place", "Nordmarkt")
    view = bert.json(*words, "--from", "+1h", "--to", "+3h", "--language", "en")
    assert view["template"]["id"] == "water"
    assert view["author_name"] == "Bert"
    assert (view["category"], view["severity"]) == ("water", "minor")
    assert "Nordmarkt" in view["text"]
    assert "place is missing" in bert.refusal(*words[:4], code=2)
    assert "later than the beginning" in bert.refusal(
        *words, "--from", "+3h", "--to", "+1h", code=2
    )


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("x" * 1601,), "at most 1600"),
        (("",), "empty"),
        (("x", "--expires", "9w"), "14 days"),
        (("x", "--category", "No such"), "category"),
        (("x", "--drill", "--alert", "--source", "DWD"), "Choose one"),
        (("x", "--alert"), "--source"),
        (("x", "--source", "DWD"), "belong to --alert"),
        (("x", "--drill", "--as-node"), "not by a node"),
    ],
)
def test_what_cannot_be_posted_says_why(bert, words, sentence):
    assert sentence in bert.refusal("bulletin", "post", *words, code=2)


def test_a_warning_needs_a_role_and_says_how_to_get_it(house, bert):
    words = ("bulletin", "post", "Gas", "--severity", "severe")
    refused = bert.refusal(*words, code=4)
    assert "meshnode role grant 'Bert' coordinator" in refused
    assert "(Anna)" in refused
    assert "--severity minor" in refused
    assert "coordinator" in bert.refusal("bulletin", "post", "Gas", "--drill", code=4)
    cora = house.member("Cora")
    house.anna.json("role", "grant", "Cora", "coordinator", "--for", "1d")
    assert shown(cora, cora.json(*words, *SOON)["id"])["severity"] == "severe"
    late = cora.refusal(*words, "--expires", "3d", code=4)
    assert "must not last longer than your role coordinator" in late
    assert re.search("--expires (1d|12h) or less", late)
    assert "role grant 'Cora' coordinator" in late


def test_a_steward_warns_and_drills_without_another_role(house):
    drill = house.anna.json("bulletin", "post", "Alle raus", "--severity", "extreme", "--drill")
    view = shown(house.anna, drill["id"])
    assert (view["kind"], view["is_drill"]) == ("drill", True)


def test_an_alert_says_from_whom_and_since_when(house, bert):
    words = ("bulletin", "post", "Sturm ab 18 Uhr", "--severity", "severe", "--alert", *SOON)
    assert "importer" in house.anna.refusal(*words, "--source", "DWD", code=4)
    irma = house.member("Irma")
    house.anna.json("role", "grant", "Irma", "importer")
    issued = "2026-01-02T03:04:00+00:00"
    view = irma.json(*words, "--source", "DWD", "--issued", issued)
    assert view["kind"] == "alert"
    said = view["provenance"]
    assert (said["source"], said["issued"]) == ("DWD", "2026-01-02T03:04:00Z")
    assert (said["state"], said["reference"]) == ("in-force", None)
    assert irma.json(*words, "--source", "DWD")["provenance"]["source"] == "DWD"
    later = irma.refusal(*words, "--source", "DWD", "--issued", "+2h", code=2)
    assert "not be later than now" in later
    assert "14:00" in irma.refusal(*words, "--source", "DWD", "--issued", "soon", code=2)


# Moderating.


def test_the_reasons_are_those_on_the_wire():
    assert set(REASONS) == {one.word for one in Reason}


def test_who_has_no_role_moderates_nothing_and_is_told_what_helps(house, bert):
    posted = post(house.anna, "steht hier", *SOON)
    for words in (("hide", posted, "--reason", "rumour"), ("correct", posted, "nein")):
        assert "role grant 'Bert' moderator" in bert.refusal("moderate", *words, code=4)
    own = post(bert, "von mir", *SOON)
    refused = bert.refusal("moderate", "correct", own, "doch nicht", code=4)
    assert f"bulletin withdraw {own[:8]}" in refused
    assert posted in listed(reader(house))


def test_what_is_hidden_leaves_the_board_and_comes_back(house, bert, mora):
    posted = post(bert, "Alle Brunnen sind vergiftet", *SOON)
    act = mora.json("moderate", "hide", posted[:8], "--reason", "rumour", "Niemand bestätigt das")
    assert (act["target"], act["act"], act["reason"]) == (posted, "hide", "rumour")
    assert posted not in listed(bert)
    assert posted in listed(bert, "--hidden")
    view = shown(bert, posted)
    assert view["is_hidden"]
    assert view["notices"][0]["by_name"] == "Mora"
    assert "rumour" in bert.run("bulletin", "show", posted).stdout
    mora.json("moderate", "restore", posted[:8])
    assert posted in listed(bert)
    states = {
        one["act"]: one["in_force"]
        for one in bert.json("moderate", "list")
        if one["target"] == posted
    }
    assert states == {"hide": False, "restore": True}
    words = bert.run("moderate", "list").stdout
    assert posted[:8] in words
    assert "Niemand bestätigt das"[:8] in words


def test_a_label_and_a_correction_are_read_with_it(bert, mora):
    posted = post(bert, "Das Wasser ist abgestellt", *SOON)
    mora.json("moderate", "label", posted, "--reason", "unconfirmed")
    mora.json("moderate", "correct", posted, "Nur in der Hafenstraße, bis 18 Uhr")
    acts = {one["act"]: one for one in shown(bert, posted)["notices"]}
    assert acts["label"]["reason"] == "unconfirmed"
    assert acts["correct"]["text"] == "Nur in der Hafenstraße, bis 18 Uhr"
    assert "corrected by Mora" in bert.run("bulletin", "list").stdout
    mora.refusal("moderate", "correct", posted, "", code=2)
    mora.refusal("moderate", "correct", posted, "x" * 401, code=2)
    mora.refusal("moderate", "correct", "00000000", "was?", code=3)
    mora.refusal("moderate", "label", posted, code=2)
    mora.refusal("moderate", "label", posted, "--reason", "ugly", code=2)


def test_an_erased_text_is_nowhere_on_the_disk_and_does_not_come_back(house, bert, mora):
    text = "Frau Schulze wohnt allein im dritten Stock"
    posted = post(bert, text, *SOON)
    assert "--yes" in mora.refusal("moderate", "erase", posted, "--reason", "private", code=2)
    act = mora.json("moderate", "erase", posted, "--reason", "private", "--yes")
    assert act["act"] == "erase"
    assert posted not in listed(bert, "--hidden")
    bert.refusal("bulletin", "show", posted, code=3)
    files = b"".join(path.read_bytes() for path in house.home.iterdir() if path.is_file())
    assert bytes.fromhex(act["id"]) in files
    assert encode_bulletin(BulletinFields(text, None, "general", Severity.INFO))[1] not in files
    assert posted in {one["target"] for one in bert.json("moderate", "list")}


def test_one_s_own_text_is_erased_by_oneself(bert):
    posted = post(bert, "Das wollte ich nicht sagen", *SOON)
    bert.json("moderate", "erase", posted, "--reason", "request", "--yes")
    assert posted not in listed(bert, "--hidden")


def test_a_role_that_ends_before_the_post_hides_until_then_and_does_not_erase(house, bert):
    kurt = house.member("Kurt")
    house.anna.json("role", "grant", "Kurt", "moderator", "--for", "1d")
    posted = post(bert, "noch lange da", "--expires", "7d")
    refused = kurt.refusal("moderate", "erase", posted, "--reason", "private", "--yes", code=4)
    assert "role grant 'Kurt' moderator" in refused
    assert f"moderate hide {posted[:8]}" in refused
    done = kurt.run("moderate", "hide", posted, "--reason", "spam")
    assert done.returncode == 0, done.stderr
    assert "only, because your role ends soon" in done.stderr
    assert shown(bert, posted)["is_hidden"]


def test_a_coordinator_hides_but_does_not_erase(house, bert):
    carl = house.member("Carl")
    house.anna.json("role", "grant", "Carl", "coordinator")
    posted = post(bert, "zu viel", *SOON)
    words = ("moderate", "erase", posted, "--reason", "private", "--yes")
    assert "role grant 'Carl' moderator" in carl.refusal(*words, code=4)
    carl.json("moderate", "hide", posted, "--reason", "duplicate")
    assert shown(bert, posted)["is_hidden"]


# Persons.


def test_a_person_is_erased_with_all_that_they_signed(house, bert):
    gert = house.member("Gert")
    posted = post(gert, "ich war hier", *SOON)
    refused = bert.refusal("moderate", "erase-person", "Gert", "--yes", code=4)
    assert "Only a steward" in refused
    done = house.anna.run("moderate", "erase-person", "Gert", "--yes")
    assert done.returncode == 0, done.stderr
    assert "leaves every node" in done.stderr
    assert "1 of their posts on the board here vanish" in done.stderr
    assert posted not in listed(bert, "--hidden")
    assert "Gert" not in {one["name"] for one in bert.json("member", "list")}
    erased = [one for one in bert.json("moderate", "list") if one["kind"] == "revocation"]
    assert [one["reason"] for one in erased] == ["erased"]
    assert "erase-person" in bert.run("moderate", "list").stdout


def test_somebody_erases_themselves_with_the_recovery_sheet(house, bert):
    hedi = house.member("Hedi")
    posted = post(hedi, "ich gehe", *SOON)
    assert hedi.json("moderate", "erase-person", "Hedi", "--yes")["kept"] == {}
    assert posted not in listed(bert, "--hidden")


# Muting.


def test_a_muted_author_is_left_out_for_oneself_alone(house, bert):
    lara, max_ = house.member("Lara"), house.member("Max")
    posted = post(lara, "jeden Tag dasselbe", *SOON)
    max_.json("moderate", "mute", "Lara")
    assert posted not in listed(max_)
    assert posted in listed(max_, "--all")
    assert posted in listed(bert)
    words = max_.run("bulletin", "list")
    assert "1 by people you muted are left out; --all" in words.stderr
    assert "dasselbe" not in words.stdout
    assert [one["name"] for one in max_.json("moderate", "muted")] == ["Lara"]
    assert "Lara" in max_.run("moderate", "muted").stdout
    assert lara.fingerprint.encode() not in b"".join(
        path.read_bytes() for path in max_.directory.rglob("*") if path.is_file()
    )
    max_.json("moderate", "unmute", "lara")
    assert posted in listed(max_)
    assert "You muted nobody" in max_.run("moderate", "muted").stderr
    max_.refusal("moderate", "unmute", "Lara", code=3)
    max_.refusal("moderate", "mute", "Max", code=2)
    max_.refusal("moderate", "mute", "Zebulon", code=3)


def test_a_locked_vault_does_not_keep_anybody_from_reading(house, tmp_path, bert):
    secret = tmp_path / "passphrase"
    secret.write_text("ein langes Wort und noch eines\n")
    secret.chmod(0o600)
    nils = house.stranger("Nils")
    with_it = ("--passphrase-file", str(secret))
    nils.json("identity", "new", "--name", "Nils", *with_it)
    code = nils.json("identity", "join", *with_it)["code"]
    house.anna.json("member", "admit", code, "--yes")
    posted = post(bert, "für alle", *SOON)
    nils.json("moderate", "mute", "Bert", *with_it)
    done = nils.run("bulletin", "list")
    assert done.returncode == 0
    assert "--passphrase-file" in done.stderr
    assert posted not in {one["id"] for one in nils.json("bulletin", "list", *with_it)}


def test_a_refusal_is_a_document_for_programs(bert):
    done = bert.run("moderate", "hide", "00000000", "--reason", "spam", "--json")
    assert json.loads(done.stdout)["error"]["code"] == "not_found"
