"""What stands on a recovery sheet besides the secret. Laid out by `meshnode.person.sheet`."""

from typing import Final

from meshnode.board.words import Words

RECOVERY: Final = Words(
    "recovery sheet",
    {
        "title": "RECOVERY SHEET",
        "name": "Name",
        "date": "Date",
        "fingerprint": "Fingerprint",
        "what": (
            "These twelve words are the key to your name in the neighbourhood's network. If you "
            "lose your device, they give you back name and roles."
        ),
        "keep": (
            "Keep this sheet like your house key: dry, at home, not with the device. A second "
            "sheet in another place helps."
        ),
        "hide": (
            "No photo, no copy in a computer, show and send it to nobody. Whoever has the words "
            "can write in your name."
        ),
        "nobody": "Nobody from the network will ever ask for them.",
        "restore": (
            "To get it back, choose “restore” on the new device and enter the words in their "
            "order; four letters of each are enough. The fingerprint must then be the same as "
            "above."
        ),
        "line": "The same as one line, to scan:",
    },
    "On a sheet of paper that gives back an identity. Title and labels: one or two words.",
)
