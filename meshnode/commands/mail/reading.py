"""Reading a conversation: what is new, marked as read, and the sender told if the reader wishes."""

from meshnode.commands.mail import mailwords
from meshnode.commands.mail.mailing import Desk
from meshnode.commands.terminal.output import emit, emit_json, talk
from meshnode.person.receipts import mark_read


def read_new(desk: Desk, conversation: str, *, is_json: bool) -> None:
    """Print what nobody has seen yet, and mark it as read."""
    new = mark_read(desk.box, conversation, desk.minute)
    desk.deliver()
    if is_json:
        emit_json([mailwords.document(desk.box, desk.box.mail.received[one.id]) for one in new])
        return
    if new:
        emit("\n".join(mailwords.lines(desk.box, new, now=desk.minute, roster=desk.roster)))
    else:
        talk("Nothing new. All of it: meshnode message list NAME, or circle read --all.")
    for warning in mailwords.warnings(desk.box, conversation, desk.roster):
        talk(warning)


def read_all(desk: Desk, conversation: str, *, is_json: bool) -> None:
    """Print a whole conversation, and mark it as read."""
    mark_read(desk.box, conversation, desk.minute)
    desk.deliver()
    messages = desk.box.conversation(conversation)
    if is_json:
        emit_json([mailwords.document(desk.box, one) for one in messages])
        return
    emit("\n".join(mailwords.lines(desk.box, messages, now=desk.minute, roster=desk.roster)))
