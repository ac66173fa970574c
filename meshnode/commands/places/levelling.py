"""A level as a person or an organisation signs it. Imports what is slow: import it in a command."""

from meshnode.board.places.level import Level, LevelFields, Source, encode_level
from meshnode.commands.places.placewords import Place
from meshnode.commands.speaker import Speaker
from meshnode.commands.trust import people
from meshnode.person import acts
from meshnode.protocol.object import Kind, ShortId, SignedObject


def signed_level(
    speaker: Speaker, place: Place, word: str, source: str, *, minutes: int
) -> SignedObject:
    """Return how full a place is, said by whoever speaks; `word` is a level or digits.

    It lasts no shorter than what this device said before, which would otherwise stay.

    Raises:
        LimitError: A field is outside its bounds.
    """
    by = Source[source.upper()]
    fields = (
        LevelFields(people=int(word), source=by)
        if word.isdigit()
        else LevelFields(Level[word.upper()], source=by)
    )
    own = speaker.identity.device.id.hex()
    until_min = max(
        (people.minute_of(one["expires"]) for one in place["levels"] if one["key"] == own),
        default=0,
    )
    return acts.say(
        speaker.identity,
        Kind.LEVEL,
        encode_level(fields),
        minute=speaker.minute,
        minutes=max(minutes, until_min - speaker.minute),
        parent=ShortId(bytes.fromhex(place["root"])),
    )
