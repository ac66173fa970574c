"""One meeting of a device with a node: take in what came, then hand over what is due.

Not for: the steps themselves. Invariants: everything sealed or signed is saved before the node gets
it; whatever breaks off in between, the next meeting goes on where this one stopped.
Source: docs/spec/private.md section 9.
"""

from meshnode.board.mail.prekey import encode_prekey
from meshnode.person import circles, founding, inbox, outbox, prekeys, receipts
from meshnode.person.carrier import Carrier, CarryRefused
from meshnode.person.identity import Lifetime
from meshnode.person.mailbox import Mailbox
from meshnode.person.prekeys import PREKEY_MINUTES
from meshnode.person.roster import Roster
from meshnode.protocol.object import Kind, decode


def collect(box: Mailbox, carrier: Carrier) -> Roster:
    """Take in what the node holds for this device; durable on return.

    Raises:
        StoreError: The vault cannot be saved.
        What the carrier raises where it cannot be reached.
    """
    roster = carrier.roster()
    now = box.tell_time(roster.minute)
    circles.forget_epochs(box, now)
    inbox.receive(box, carrier, roster)
    outbox.expire(box, now)
    box.save()
    return roster


def deliver(box: Mailbox, carrier: Carrier, roster: Roster) -> tuple[str, ...]:
    """Hand over what is due; return what the node refused. Durable on return.

    Raises:
        As `collect`.
    """
    if box.device not in roster.owners:
        return ()
    _renew_prekey(box, roster.minute)
    circles.ask_after_absence(box, roster)
    founding.upkeep(box, roster)
    outbox.seal_due(box, roster)
    receipts.seal_owed(box, roster)
    box.mail.synced_min = roster.minute
    box.save()
    refusals = [*_publish(box, carrier), *outbox.submit(box, carrier, roster.minute)]
    outbox.look_around(box, carrier)
    box.save()
    return tuple(dict.fromkeys(refusals))


def _renew_prekey(box: Mailbox, minute: int) -> None:
    if not prekeys.is_due(box.mail.prekeys, minute):
        return
    box.mail.prekeys = prekeys.with_new(box.mail.prekeys, box.draw(32), minute)
    body = encode_prekey(box.mail.prekeys[-1].fields)
    thing = box.identity.sign(Kind.PREKEY, body, minute=minute, lifetime=Lifetime(PREKEY_MINUTES))
    box.mail.objects = (*box.mail.objects, thing.encoded)


def _publish(box: Mailbox, carrier: Carrier) -> list[str]:
    """Hand over signed objects; keep those that were refused while they live."""
    refusals, rest = [], []
    for thing in map(decode, box.mail.objects):
        if box.mail.minute >= thing.expires_min:
            continue
        try:
            carrier.publish([thing])
        except CarryRefused as error:
            refusals.append(str(error))
            rest.append(thing.encoded)
    box.mail.objects = tuple(rest)
    return refusals
