"""Where a bulletin is, in words that promise no more than is known."""

from meshnode.commands.bulletins.whereabouts import sentences


def node(name, state, known_s=0, last_contact_s=0, *, key="abcd"):
    return {
        "node": key,
        "name": name,
        "links": ["radio"],
        "state": state,
        "known_s": known_s,
        "last_contact_s": last_contact_s,
    }


def said(*nodes):
    return " ".join(sentences({"id": "00", "nodes": nodes}))


def test_it_says_who_has_it_and_who_has_not_got_it_yet():
    nodes = (node("Nordmarkt", "holds", 30), node("Schule", "lacks", 300, 300))
    assert said(*nodes) == (
        "On this node. Nordmarkt has it. Schule has not got it yet; last contact 5 min ago."
    )
    assert said(*(node(name, "holds") for name in ("A", "B", "C"))) == (
        "On this node. A, B and C have it."
    )


def test_what_has_been_a_while_is_said_as_what_was():
    assert said(node("Schule", "lacks", 3_600, 300)) == (
        "On this node. Schule had not got it 1 h ago; last contact 5 min ago."
    )
    assert said(node("Schule", "holds", 172_800, 20)) == (
        "On this node. Schule had it 2 days ago; last contact just now."
    )


def test_what_is_not_known_is_said_to_be_so():
    assert said() == "On this node. No other node has been heard yet."
    assert said(node(None, "unknown", None, 7_200)) == (
        "On this node. Not known whether Node abcd has it; last contact 2 h ago."
    )
    many = said(*(node(f"n{number}", "unknown", None, number) for number in range(12)))
    assert many.endswith("Nor is it of 4 more; all of them: --json")


def test_a_state_of_the_future_counts_as_unknown():
    assert "Not known whether Hafen" in said(node("Hafen", "forwards", 5))


def test_a_name_cannot_steer_the_terminal():
    assert "\x1b" not in said(node("\x1b[2J", "holds"))
