"""What whoever called reads: never that help is coming but by somebody's word."""

from typing import Any

import pytest

from meshnode.board.calls.words import ACTS, NEEDS, STAGES, STATES
from meshnode.commands.calls.callwords import board, headline, listed, sentence, state_words, whole
from meshnode.node.languages import load_language

TIME = "2026-01-01T14:05:00Z"
HOLDER = {
    "fingerprint": "ab" * 16,
    "name": "Eva",
    "since": TIME,
    "handed_by_name": None,
    "on_the_way_since": None,
    "note": None,
}
ACT = {
    "id": "cd" * 16,
    "act": "done",
    "act_words": "marked it as done",
    "by": "ab" * 16,
    "by_name": "Eva",
    "person": None,
    "person_name": None,
    "duplicate_of": None,
    "note": None,
    "created": TIME,
}


def view(tag: str = "en", **changed: Any) -> dict[str, Any]:
    """What the node says of a call, to somebody who reads this language."""
    language, one = load_language(tag), _coded(**changed)
    return {
        **one,
        "state_words": language.named(STATES, one["state"]),
        "stage_words": language.named(STAGES, one["stage"]),
        "needs_words": [language.named(NEEDS, each) for each in one["needs"]],
        "acts": [{**act, "act_words": language.named(ACTS, act["act"])} for act in one["acts"]],
    }


def _coded(**changed: Any) -> dict[str, Any]:
    return {
        "id": "ef" * 16,
        "root": "1a2b3c4d",
        "author": "00000000",
        "author_name": "Bert",
        "who": "Bert",
        "on_behalf_of": None,
        "state": "help",
        "persons": 1,
        "needs": ["water"],
        "place": None,
        "where": "Hof 12",
        "text": "Kein Wasser.",
        "is_hidden": False,
        "since": TIME,
        "created": TIME,
        "age_s": 120,
        "expires": TIME,
        "stage": "new",
        "holders": [],
        "closed": None,
        "asked_again": None,
        "acts": [],
        **changed,
    }


def test_of_what_nobody_took_that_is_said() -> None:
    assert sentence(view()) == "Your call is on the board. Nobody has taken it yet."


def test_who_took_it_is_named_with_the_time() -> None:
    said = sentence(view(stage="taken", holders=[HOLDER]))
    assert said.startswith("Taken by Eva at ")
    assert "way" not in said


def test_on_the_way_is_the_word_of_who_said_it() -> None:
    said = sentence(view(stage="taken", holders=[{**HOLDER, "on_the_way_since": TIME}]))
    assert "Eva said at " in said


def test_two_who_took_it_are_both_named_to_everybody() -> None:
    both = [HOLDER, {**HOLDER, "name": "Mo"}]
    for say in (sentence, state_words):
        said = say(view(stage="taken", holders=both))
        assert "Eva" in said
        assert "Mo" in said
    assert "talk to each other" in state_words(view(stage="taken", holders=both))


def test_who_reads_done_and_still_needs_help_reads_what_to_type() -> None:
    said = sentence(view(stage="done", closed=ACT))
    assert "meshnode checkin update 1a2b3c4d --state help" in said


def test_a_call_for_another_says_both_names() -> None:
    behalf = view(who="Frau Schulz", on_behalf_of="Frau Schulz")
    assert sentence(behalf).startswith("The call for Frau Schulz is on the board.")
    assert any("Said by Bert on behalf of Frau Schulz" in line for line in whole(behalf))
    assert "said by Bert" in headline(behalf)


@pytest.mark.parametrize("stage", ["new", "taken", "done", "duplicate", "ended", "fine"])
@pytest.mark.parametrize("state", ["ok", "help", "urgent"])
def test_every_stage_has_its_words(stage: str, state: str) -> None:
    closed = {**ACT, "duplicate_of": "5e6f7a8b" if stage == "duplicate" else None}
    one = view(
        stage=stage,
        state=state,
        holders=[HOLDER] if stage == "taken" else [],
        closed=closed if stage in ("done", "duplicate") else None,
        acts=[closed],
    )
    assert sentence(one)
    assert state_words(one)
    assert whole(one)
    assert board([one]) or stage == "fine"
    assert ("on the way" in sentence(one)) is False


def test_what_is_coded_is_in_the_readers_language() -> None:
    one = view("tr", state="urgent", acts=[ACT])
    turkish = load_language("tr")
    shown = "\n".join(whole(one))
    for words, word in ((STATES, "urgent"), (NEEDS, "water"), (ACTS, "done")):
        assert turkish.named(words, word) in shown
        assert words.english[word] not in shown
    for lines in (board([one]), listed([one])):
        assert turkish.named(STAGES, "new").lower()[1:] in "\n".join(lines).lower()


def test_words_from_outside_do_not_steer_the_terminal() -> None:
    evil = view(who="\x1b[2JEva", where="\x1b]0;x\x07", text="a\x1b[1mb", on_behalf_of="\x1b[2JEva")
    for line in (headline(evil), *whole(evil), *board([evil])):
        assert "\x1b" not in line


def test_who_was_given_a_call_and_has_set_off_is_both() -> None:
    given = {**HOLDER, "handed_by_name": "Anna", "on_the_way_since": TIME}
    said = sentence(view(stage="taken", holders=[given]))
    assert said.startswith("Given to Eva by Anna at ")
    assert "; Eva said at " in said
    assert said.endswith(": on the way.")
