"""What the pages say about the node itself, about joining and on a screen in the hall, in English.

Invariants: as in `page_phrases`, whose context these have, too; nothing is promised here that is
not kept (docs/security.md).
"""

from enum import StrEnum


class Guide(StrEnum):
    """On the pages of a node about itself, for people who know nothing of it. Plain and short."""

    JOIN_READING = "To read, you need nothing: these pages are the board."
    JOIN_PHONE_TITLE = "With a smartphone"
    JOIN_OPEN = "Stay in this Wi-Fi and open:"
    JOIN_NAME = "Choose a name. Your key is made on your phone and stays there."
    JOIN_ADMITTED = (
        "Let yourself be admitted: scan the code at the node, or read your code to somebody who "
        "belongs to the neighbourhood already."
    )
    JOIN_WORDS = "Write down your twelve words. They bring everything back on another phone."
    JOIN_OLD_TITLE = "With an old phone"
    JOIN_OLD = (
        "Every browser can show these pages. To post or to book something, ask whoever helps at "
        "the node."
    )
    JOIN_NONE_TITLE = "Without a phone"
    JOIN_NONE = (
        "Read the printed board at the node. Fill in a slip of paper or tell whoever helps: they "
        "enter it for you, and it says so."
    )
    JOIN_NODE_TITLE = "Is this the right node?"
    JOIN_NODE = "This node is called {name}. The fingerprint of its key:"
    JOIN_COMPARE = "Whoever looks after the node can show you the same digits."

    ABOUT_NODE = (
        "A node is a small computer with a radio. It keeps the board of this neighbourhood and "
        "passes it on to other nodes. It works without internet, phone network and power grid, "
        "too."
    )
    PLAIN_TITLE = "What these pages cannot promise"
    PLAIN = (
        "They are sent without encryption: a node without internet gets no certificate that a "
        "browser knows. Others in the same Wi-Fi can see what you read, and could change it."
    )
    PLAIN_SIGNED = (
        "Every entry is signed, and the node checks that. These pages cannot prove it to you."
    )
    SEALED = (
        "Private messages are locked on the sender's phone and opened on the recipient's. The "
        "node cannot read them; it sees who sent one, and when."
    )
    DATA_TITLE = "Data protection"
    DATA_READING = "Who only reads leaves nothing behind: no cookies, no list of who read what."
    DATA_ADDRESSES = (
        "Against misuse the node remembers addresses of phones for a while, in memory only, never "
        "on disk."
    )
    DATA_KEPT = (
        "What people post is kept with their name: on this node and on all nodes of the "
        "neighbourhood."
    )
    DATA_READERS = "Everybody who comes here reads the board, the offers, the places and meet-ups."
    DATA_HELP = (
        "Check-ins and calls for help are not on these pages. Members can read them on their "
        "phones, and so can whoever looks after a node."
    )
    DATA_END = "Every entry has an end. Then all nodes delete it, or earlier if it is withdrawn."
    DATA_RIGHTS = (
        "To know what is held about you, look in the app, or ask whoever looks after the node. "
        "They can have it erased, too."
    )

    NO_WARNING = "This node knows of no warning."
    SCAN = "Join in: connect to this Wi-Fi, then scan the code with your camera."
    ADDRESS = "Or type this address: {address}"
    CODE = "Code: {code}"

    WIFI = "This Wi-Fi belongs to the node {name}. It has no internet."
    CONTINUE = "Continue"
    STAY = "Done. Your phone stays in this Wi-Fi. If it asks because there is no internet: stay."
    OPEN = "Now open your browser and type: {address}"
    OR_SCAN = "Or scan this code with another phone."
