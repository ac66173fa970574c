"""What was written, handed to the node, and how far it came. Slow to import; see `mailing`."""

from meshnode.commands.mail import mailwords
from meshnode.commands.mail.mailing import Desk
from meshnode.commands.terminal.output import emit, emit_json, talk
from meshnode.person.records import Sent


def hand_over(desk: Desk, sent: Sent, *, is_json: bool) -> None:
    """Deliver, and print how far a message of ours came.

    Raises:
        What delivering does.
    """
    desk.deliver()
    delivered = desk.box.mail.sent[sent.id]
    if is_json:
        emit_json(mailwords.document(desk.box, delivered))
        return
    emit(delivered.id)
    for sentence in mailwords.sentences(desk.box, delivered, now=desk.minute):
        talk(sentence)
