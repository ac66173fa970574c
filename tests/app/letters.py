"""Random contents of private messages, and the JSON in which both programs speak of them.

Texts are of words in the product's languages and of anything else that may be written; all text
codecs turn up.
"""

from random import Random
from typing import Any, Final

from meshnode.board.mail.circle import CircleId, CirclePolicy, EpochFields, Member, MemberId
from meshnode.board.mail.message import CircleRequest, Content, Receipt, Text, Wish
from meshnode.protocol.object import ShortId
from meshnode.protocol.text import without_unshowable

_SENTENCES: Final = """
Kannst du bitte heute Abend nach meiner Mutter sehen sie wohnt im dritten Stock und hat seit
gestern kein Wasser das Treffen ist um acht am Brunnen bring Decken und eine Taschenlampe mit
the water point at the school opens at nine please bring your own bottles we meet in the yard
bugün akşam çeşmeye gelir misin su yok воды нет приходите к школе завтра вода буде о восьмій
هل يمكنك أن تأتي اليوم إلى البئر في الساعة الثامنة 🚰 😀 Straße Nr. 12 6:30 (!) —
"""
WORDS: Final = _SENTENCES.split()
_SOMETIMES: Final = 0.15


def any_text(dice: Random) -> str:
    """Return a text of 1 to 1600 characters, most of them short."""
    length = dice.choice((1, 8, 20, 20, 40, 40, 60, 120, 200))
    if dice.random() < _SOMETIMES:
        points = (
            dice.choice((0x20, 0x400, 0x2000, 0x1F000)) + dice.randrange(200) for _ in "x" * 40
        )
        text = without_unshowable("".join(map(chr, points)))
    else:
        text = " ".join(dice.choice(WORDS) for _ in range(length // 6 + 1))
    return text[:length].strip() or "?"


def any_short_ids(dice: Random, most: int) -> list[ShortId]:
    """Return different short ids in rising order."""
    return sorted({ShortId(dice.randbytes(4)) for _ in range(dice.randint(0, most))})


def any_receipt(dice: Random) -> Receipt:
    """Return a receipt for 1 to 64 messages."""
    ids = any_short_ids(dice, 63) or [ShortId(dice.randbytes(4))]
    dice.shuffle(ids)
    cut = dice.randint(0, len(ids))
    return Receipt(tuple(sorted(ids[:cut])), tuple(sorted(ids[cut:])))


def any_epoch(dice: Random, members: tuple[Member, ...] = ()) -> EpochFields:
    """Return an epoch; of the members given or of any."""
    policy = CirclePolicy(is_open=dice.random() < 0.5, has_history=dice.random() < 0.5)
    number = dice.randint(0, 65_535)
    places = sorted(dice.sample(range(255), dice.randint(1, 30)))
    earlier = dice.randint(0, min(number, 16)) if policy.has_history else 0
    return EpochFields(
        circle=CircleId(dice.randbytes(4)),
        number=number,
        policy=policy,
        name=dice.choice(("Hof Schillerstraße", "Nachbarn", "ساحة", "Двір 7")),
        members=members or tuple(Member(one, MemberId(dice.randbytes(8))) for one in places),
        secret=dice.randbytes(16),
        earlier=tuple(dice.randbytes(16) for _ in range(earlier)),
    )


def any_words(dice: Random) -> Text:
    """Return a text, half of them an answer."""
    reply_to = ShortId(dice.randbytes(4)) if dice.random() < 0.5 else None
    return Text(any_text(dice), reply_to)


def any_content(dice: Random) -> Content:
    """Return what one device may say to another; most of it is text."""
    make = dice.choice((any_words, any_words, any_words, any_receipt, any_epoch, any_wish))
    return make(dice)


def any_wish(dice: Random) -> CircleRequest:
    """Return a wish about a circle."""
    return CircleRequest(CircleId(dice.randbytes(4)), dice.choice(list(Wish)))


def described(content: Content) -> dict[str, Any]:
    """Return a content as JSON, as tests/vectors/private.json has it."""
    match content:
        case Text():
            reply_to = content.reply_to.hex() if content.reply_to else None
            return {"type": "text", "text": content.text, "reply_to": reply_to}
        case Receipt():
            reached, read = (
                [one.hex() for one in some] for some in (content.reached, content.read)
            )
            return {"type": "receipt", "reached": reached, "read": read}
        case CircleRequest():
            wish = content.wish.name.lower()
            return {"type": "request", "circle": content.circle.hex(), "wish": wish}
        case EpochFields():
            return {
                "type": "epoch",
                "circle": content.circle.hex(),
                "number": content.number,
                "is_open": content.policy.is_open,
                "has_history": content.policy.has_history,
                "name": content.name,
                "members": [[one.place, one.id.hex()] for one in content.members],
                "secret": content.secret.hex(),
                "earlier": [one.hex() for one in content.earlier],
            }
