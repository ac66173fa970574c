"""Messages between devices over real sealed bytes: lost, late, twice, replayed, expired, gone."""

import json
from contextlib import suppress
from dataclasses import replace
from random import Random

import pytest

from meshnode.board.mail.message import Text, encode_payload
from meshnode.board.mail.sealed import open_, recognise
from meshnode.person import outbox, receipts, sync
from meshnode.person.inbox import missing_count
from meshnode.person.mailbox import MESSAGES_MAX
from meshnode.person.outbox import COPIES_MAX
from meshnode.person.records import ReceiptPolicy, Received, State
from meshnode.protocol.errors import LimitError, PeerError
from meshnode.protocol.object import Kind
from tests.community import COMMUNITY
from tests.post import DAY, Person, PowerCut, Town


@pytest.fixture
def town() -> Town:
    return Town()


@pytest.fixture
def anna(town: Town) -> Person:
    return met(town.person("Anna"))


@pytest.fixture
def bert(town: Town, anna: Person) -> Person:
    return met(town.person("Bert", "süd"))


def met(person: Person) -> Person:
    """Let somebody announce a prekey, and everybody know of it."""
    person.sync()
    person.town.gossip()
    return person


def exchange(*people: Person, times: int = 2) -> None:
    """Let everybody meet their node and the nodes each other, some times over."""
    for _ in range(times):
        for person in people:
            person.sync()
            person.town.gossip()


def sealed_by(person: Person):
    return [one for one in person.node.held.values() if one.kind == Kind.SEALED]


def test_a_message_arrives_is_receipted_and_read(town, anna, bert) -> None:
    sent = anna.send(bert, "Kommst du zum Brunnen?")
    assert anna.state(sent) is State.WRITTEN
    anna.sync()
    assert anna.state(sent) is State.ON_NODE
    assert [one.name for one in anna.box.mail.sent[sent.id].lacking] == ["süd"]
    town.gossip()
    anna.sync()
    assert anna.state(sent) is State.PASSED_ON
    assert anna.box.mail.sent[sent.id].places == ("süd",)
    bert.sync()
    assert bert.texts(anna) == ["Kommst du zum Brunnen?"]
    town.gossip()
    anna.sync()
    assert anna.state(sent) is State.REACHED


def test_reading_is_told_only_if_the_reader_wishes(town, anna, bert) -> None:
    sent = anna.send(bert, "Kommst du?")
    exchange(anna, bert, anna)
    receipts.mark_read(bert.box, anna.key, town.minute)
    exchange(bert, anna)
    assert anna.state(sent) is State.REACHED
    bert.box.mail.receipts = ReceiptPolicy.READ
    second = anna.send(bert, "Und jetzt?")
    exchange(anna, bert)
    receipts.mark_read(bert.box, anna.key, town.minute)
    exchange(bert, anna)
    assert anna.state(second) is State.READ


def test_who_switched_receipts_off_tells_nothing(town, anna, bert) -> None:
    bert.box.mail.receipts = ReceiptPolicy.OFF
    sent = anna.send(bert, "Da?")
    exchange(anna, bert, times=3)
    receipts.mark_read(bert.box, anna.key, town.minute)
    exchange(anna, bert)
    assert anna.state(sent) is State.PASSED_ON


def test_receipts_for_several_messages_are_one_object_and_an_answer_needs_none(
    town, anna, bert
) -> None:
    several = [anna.send(bert, f"Nummer {number}") for number in range(5)]
    anna.sync()
    town.gossip()
    before = len(sealed_by(bert))
    sync.collect(bert.box, bert)
    last = [one for one in bert.box.messages() if isinstance(one, Received)][-1]
    bert.send(anna, "Alle gesehen", reply_to=outbox.reply_reference(last))
    bert.sync()
    assert len(sealed_by(bert)) - before == 2, "one receipt and one answer"
    town.gossip()
    anna.sync()
    assert [anna.state(one) for one in several] == [State.REACHED] * 4 + [State.READ]
    answer = [one for one in anna.box.messages() if isinstance(one, Received)][-1]
    assert anna.box.replied(answer).id == several[-1].id


def test_two_devices_of_a_person_both_get_it_and_one_receipt_is_enough(town, anna, bert) -> None:
    second = met(town.person("Bert", "ost"))
    sent = anna.send(bert, "An alle deine Geräte")
    anna.sync()
    town.gossip()
    assert [one.body[0] for one in sealed_by(anna)] == [2]
    second.sync()
    assert second.texts(anna) == ["An alle deine Geräte"]
    town.gossip()
    anna.sync()
    assert anna.state(sent) is State.REACHED
    bert.sync()
    assert bert.texts(anna) == ["An alle deine Geräte"]


def test_a_message_shows_once_however_nodes_wrap_and_repeat_it(town, anna, bert) -> None:
    anna.send(bert, "Nur einmal")
    anna.sync()
    (thing,) = sealed_by(anna)
    bert.carry(thing.body, DAY)
    bert.carry(thing.body, DAY)
    exchange(anna, bert, times=3)
    bert.box.mail.cursor = None
    bert.sync()
    assert bert.texts() == ["Nur einmal"]


def test_messages_that_come_in_another_order_all_show_and_gaps_are_noticed(
    town, anna, bert
) -> None:
    for number in range(4):
        anna.send(bert, f"Nummer {number}")
    anna.sync()
    things = sealed_by(anna)
    bert.node.take([things[3], things[0]])
    bert.sync()
    (track,) = bert.box.mail.tracks.values()
    assert missing_count(track) == 2
    bert.node.take([things[2], things[1]])
    bert.sync()
    assert sorted(bert.texts(anna)) == [f"Nummer {number}" for number in range(4)]
    assert missing_count(bert.box.mail.tracks[anna.device.hex()]) == 0


def test_numbers_go_on_after_the_last_one_without_gap_or_loss(town, anna, bert) -> None:
    anna.box.mail.numbers[f"text:{bert.key}"] = 65_534
    for text in "abcd":
        anna.send(bert, text)
    exchange(anna, bert)
    assert bert.texts() == ["a", "b", "c", "d"]
    assert missing_count(bert.box.mail.tracks[anna.device.hex()]) == 0


def test_who_fell_back_to_a_backup_and_uses_numbers_again_is_still_heard(town, anna, bert) -> None:
    anna.send(bert, "vor dem Schaden")
    exchange(anna, bert)
    anna.box.mail.numbers.clear()
    anna.send(bert, "danach")
    exchange(anna, bert)
    assert bert.texts() == ["vor dem Schaden", "danach"]


def test_a_lost_object_is_sealed_again_to_the_next_prekey_under_the_same_number(
    town, anna, bert
) -> None:
    sent = anna.send(bert, "Geht verloren", days=20)
    anna.sync()
    lost = sealed_by(anna)
    for thing in lost:
        del anna.node.held[thing.id]
    town.wait(8 * DAY)
    met(bert)
    anna.sync()
    assert len(anna.box.mail.sent[sent.id].copies) == 2
    exchange(bert, anna)
    assert bert.texts() == ["Geht verloren"]
    assert anna.state(sent) is State.REACHED
    bert.node.take([replace(lost[0])])
    bert.sync()
    assert bert.texts() == ["Geht verloren"], "the first copy, weeks late"


def test_a_lost_receipt_is_made_again_when_the_message_comes_again(town, anna, bert) -> None:
    sent = anna.send(bert, "Bitte quittieren", days=20)
    anna.sync()
    town.gossip()
    bert.sync()
    receipt = [one for one in sealed_by(bert) if one.id not in anna.node.held]
    assert len(receipt) == 1
    del bert.node.held[receipt[0].id]
    town.wait(8 * DAY)
    met(bert)
    exchange(anna, bert, anna)
    assert anna.state(sent) is State.REACHED
    assert bert.texts() == ["Bitte quittieren"]


def test_nobody_is_tried_for_ever(town, anna, bert) -> None:
    sent = anna.send(bert, "Hallo?", days=28)
    for _ in range(40):
        anna.sync()
        town.wait(DAY)
    copies = anna.box.mail.sent[sent.id].copies
    assert 2 <= len(copies) <= COPIES_MAX
    assert anna.state(sent) is State.EXPIRED
    assert not anna.box.mail.parcels


def test_resealing_is_bounded_however_many_prekeys_a_device_announces(town, anna, bert) -> None:
    sent = anna.send(bert, "Hallo?", days=28)
    for _ in range(20):
        anna.sync()
        bert.box.mail.prekeys = ()
        sync.deliver(bert.box, bert, bert.roster())
        town.gossip()
    assert len(anna.box.mail.sent[sent.id].copies) == COPIES_MAX


def test_a_state_never_falls_and_a_late_receipt_still_counts(town, anna, bert) -> None:
    sent = anna.send(bert, "Kurz", days=1)
    anna.sync()
    town.gossip()
    bert.sync()
    town.wait(2 * DAY)
    anna.sync()
    assert anna.state(sent) is State.EXPIRED
    exchange(anna)
    assert anna.state(sent) is State.REACHED
    anna.box.update(anna.box.mail.sent[sent.id], state=State.ON_NODE)
    assert anna.state(sent) is State.REACHED


def test_an_object_that_is_over_is_not_opened(town, anna, bert) -> None:
    anna.send(bert, "Zu spät", days=1)
    anna.sync()
    things = sealed_by(anna)
    town.wait(2 * DAY)
    bert.node.take(things)
    bert.sync()
    assert bert.texts() == []


def test_a_stranger_is_kept_waiting_and_read_once_the_community_knows_it(town, anna, bert) -> None:
    anna.send(bert, "Ich bin neu hier")
    anna.sync()
    town.gossip()
    town.uncertified.add("Anna")
    bert.sync()
    assert bert.texts() == []
    assert len(bert.box.mail.waiting) == 1
    for thing in sealed_by(bert):
        del bert.node.held[thing.id]
    town.uncertified.clear()
    bert.sync()
    assert bert.texts(anna) == ["Ich bin neu hier"]
    assert not bert.box.mail.waiting


def test_who_is_not_known_here_hands_nothing_over(town, bert) -> None:
    town.uncertified.add("Cem")
    cem = town.person("Cem")
    cem.send(bert, "Wartet")
    assert not cem.sync().is_known
    assert not sealed_by(cem)
    town.uncertified.clear()
    exchange(cem, bert)
    assert bert.texts() == ["Wartet"]


def test_a_blocked_sender_is_dropped_and_told_nothing(town, anna, bert) -> None:
    bert.box.mail.blocked = (anna.identity.fingerprint,)
    sent = anna.send(bert, "Hallo")
    exchange(anna, bert, times=3)
    assert bert.texts() == []
    assert anna.state(sent) is State.PASSED_ON


def test_a_revoked_device_is_neither_written_to_nor_believed(town, anna, bert) -> None:
    lost = met(town.person("Bert", "ost"))
    town.revoked.add(lost.device)
    anna.send(bert, "Nur dem anderen Gerät")
    exchange(anna, lost, bert)
    assert lost.texts() == []
    assert bert.texts() == ["Nur dem anderen Gerät"]
    lost.send(anna, "Ich bin Bert")
    assert not lost.sync().is_known
    assert anna.texts() == []


def test_without_a_prekey_the_sender_is_told_that_there_is_no_forward_secrecy(town, anna) -> None:
    quiet = town.person("Dora", "süd")
    sent = anna.send(quiet, "Ohne Vorschlüssel")
    anna.sync()
    (copy,) = anna.box.mail.sent[sent.id].copies
    assert [key.has_forward_secrecy for key in copy.keys] == [False]
    exchange(quiet, anna)
    assert quiet.texts() == ["Ohne Vorschlüssel"]


def test_a_cut_between_saving_and_handing_over_sends_the_same_bytes_once(town, anna, bert) -> None:
    sent = anna.send(bert, "Genau einmal")
    anna.node.cut_after = 0
    with pytest.raises(PowerCut):
        anna.sync()
    (first,) = sealed_by(anna)
    anna.power_cut()
    anna.sync()
    assert [one.body for one in sealed_by(anna)] == [first.body]
    assert anna.state(sent) >= State.ON_NODE
    assert anna.box.mail.sent[sent.id].number == sent.number


@pytest.mark.parametrize("saves", range(4))
def test_wherever_the_power_goes_a_message_arrives_once(town, anna, bert, saves: int) -> None:
    anna.send(bert, "Trotz allem")
    anna.vault.cut_after = saves
    with suppress(PowerCut):
        anna.sync()
    anna.power_cut()
    bodies = {one.body for one in sealed_by(anna)}
    exchange(anna, bert)
    assert bert.texts() == ["Trotz allem"]
    assert bodies <= {one.body for one in sealed_by(anna)}
    texts = [one for one in sealed_by(anna) if one.body[0] == 1]
    assert len({one.body for one in texts}) == len(texts)


@pytest.mark.parametrize("saves", range(3))
def test_wherever_the_readers_power_goes_a_message_shows_once(town, anna, bert, saves) -> None:
    anna.send(bert, "Lesen trotz allem")
    anna.sync()
    town.gossip()
    bert.vault.cut_after = saves
    with suppress(PowerCut):
        bert.sync()
    bert.power_cut()
    exchange(bert, anna, bert)
    assert bert.texts() == ["Lesen trotz allem"]


def test_what_the_node_refuses_is_said_and_tried_again(town, anna, bert) -> None:
    sent = anna.send(bert, "Später")
    anna.node.refusal = "The day's quota is used up."
    assert anna.sync().refusals == ("The day's quota is used up.",)
    refused = anna.box.mail.sent[sent.id]
    assert (refused.state, refused.refusal) == (State.REFUSED, "The day's quota is used up.")
    anna.node.refusal = None
    exchange(anna, bert, anna)
    assert anna.state(sent) is State.REACHED
    assert anna.box.mail.sent[sent.id].refusal is None


def test_a_message_in_a_drawer_is_sealed_anew_when_its_prekey_is_too_old(town, anna, bert) -> None:
    sent = anna.send(bert, "Liegt lange", days=28)
    anna.node.refusal = "closed"
    anna.sync()
    (parcel,) = anna.box.mail.parcels
    town.wait(22 * DAY)
    met(bert)
    anna.node.refusal = None
    exchange(anna, anna, bert, anna)
    assert parcel.body not in {one.body for one in sealed_by(anna)}
    assert bert.texts() == ["Liegt lange"]
    assert anna.state(sent) is State.REACHED


def test_prekeys_rotate_for_sixty_days_and_each_secret_is_gone_after_three_weeks(
    town, anna, bert
) -> None:
    secrets: dict[bytes, int] = {}
    for day in range(60):
        exchange(bert, anna, times=1)
        for one in bert.box.mail.prekeys:
            secrets.setdefault(one.secret, one.created_min)
        kept = {one.secret for one in bert.box.mail.prekeys}
        ages = {secret: town.minute - created for secret, created in secrets.items()}
        assert kept == {secret for secret, age in ages.items() if age < 21 * DAY}
        assert 1 <= len(kept) <= 4
        sent = anna.send(bert, f"Tag {day}")
        exchange(anna, bert, anna, times=1)
        assert anna.state(sent) is State.REACHED
        assert all(key.has_forward_secrecy for key in anna.box.mail.sent[sent.id].copies[0].keys)
        town.wait(DAY)
    assert 8 <= len(secrets) <= 10
    assert len(bert.texts()) == 60


def test_nothing_is_sealed_to_a_prekey_that_outlives_its_secret(town, anna, bert) -> None:
    for _ in range(30):
        for days in (1, 7, 14, 28):
            anna.send(bert, f"{town.minute} {days}", days=days)
        anna.sync()
        for thing in sealed_by(anna):
            for one in bert.box.mail.prekeys:
                if recognise(thing.body, [one.key]):
                    assert thing.expires_min <= one.deleted_min
        town.wait(DAY)


def test_a_deleted_secret_does_not_come_back_when_a_clock_goes_back(town, anna, bert) -> None:
    first = bert.box.mail.prekeys[0]
    town.wait(22 * DAY)
    bert.sync()
    assert first not in bert.box.mail.prekeys
    town.minute -= 21 * DAY
    bert.sync()
    assert first not in bert.box.mail.prekeys
    assert first.secret.hex() not in bert.vault.disk.decode()


def test_after_deletion_nothing_in_any_vault_opens_what_was_captured(town, anna, bert) -> None:
    canary = "Der Schlüssel liegt unter dem Stein"
    sent = anna.send(bert, canary)
    anna.sync()
    (captured,) = [one for one in sealed_by(anna) if one.body[0] == 1]
    exchange(anna, bert, anna)
    assert bert.texts() == [canary]
    assert opened_with(bert, captured) == canary
    for person in (anna, bert):
        for message in person.box.messages():
            person.box.delete(message)
    town.wait(21 * DAY + 1)
    exchange(anna, bert)
    assert sent.id not in anna.box.mail.sent
    for person in (anna, bert):
        assert canary not in json.dumps(json.loads(person.vault.disk), ensure_ascii=False)
        assert opened_with(person, captured) is None


def opened_with(person: Person, thing) -> str | None:
    """Return the text, if anything in a vault opens the object."""
    devices = list(person.roster().owners)
    try:
        found = recognise(thing.body, person.box.own_keys)
        payload = open_(thing.body, found, senders=devices, community=COMMUNITY).payload
    except PeerError:
        return None
    return payload and next(
        text
        for text in ("Der Schlüssel liegt unter dem Stein",)
        if payload == encode_payload(Text(text), number=0)
    )


def test_deleting_stops_what_has_not_left_yet(town, anna, bert) -> None:
    anna.node.refusal = "closed"
    sent = anna.send(bert, "Doch nicht")
    anna.sync()
    anna.box.delete(anna.box.mail.sent[sent.id])
    anna.node.refusal = None
    exchange(anna, bert)
    assert bert.texts() == []


def test_the_oldest_read_messages_make_room_and_how_many_is_remembered(town, anna, bert) -> None:
    anna.send(bert, "ungelesen aber alt")
    exchange(anna, bert)
    for number in range(MESSAGES_MAX + 9):
        sent = bert.send(anna, f"{number}")
        bert.box.update(sent, state=State.READ)
    bert.send(anna, "letzte")
    assert len(bert.box.messages()) == MESSAGES_MAX
    assert bert.texts() == ["ungelesen aber alt"]
    assert bert.box.mail.removed[anna.key] == 11


def test_a_text_that_is_too_long_or_tried_for_too_long_is_refused_at_once(town, anna, bert) -> None:
    with pytest.raises(LimitError):
        anna.send(bert, "x" * 1601)
    with pytest.raises(LimitError):
        anna.send(bert, "x", days=29)
    assert not anna.box.mail.sent


def unpredictable(characters: int) -> str:
    """Return a text that no codec makes shorter: three bytes a character."""
    dice = Random(1)
    return "".join(chr(dice.randrange(0x4E00, 0x9F00)) for _ in range(characters))


def test_a_text_that_no_sealed_body_holds_is_refused_at_once(town, anna, bert) -> None:
    with pytest.raises(LimitError, match="bytes"):
        anna.send(bert, unpredictable(1600))
    assert not anna.box.mail.sent


def test_a_message_that_no_longer_fits_so_many_devices_stops_no_other(town, anna, bert) -> None:
    sent = anna.send(bert, unpredictable(830))
    for node in ("ost", "west", "mitte"):
        met(town.person("Bert", node))
    anna.send(bert, "Kurz")
    exchange(anna, bert)
    assert bert.texts() == ["Kurz"]
    assert anna.state(sent) is State.REFUSED
