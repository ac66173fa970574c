"""Claims on a terminal: what each side did, in words that fit the direction."""

import pytest

from meshnode.commands.market.tradewords import claim_lines


def claim(step: str) -> dict[str, object]:
    said = {"step": step, "by_name": "Cem", "text": None}
    return {
        "id": "5e6f7a8b" * 4,
        "by_name": "Kiosk",
        "on_behalf": None,
        "quantity": 1,
        "when": None,
        "sentences": [],
        "text": None,
        "state": "held",
        "steps": [said],
    }


@pytest.mark.parametrize(
    ("direction", "step", "said"),
    [
        ("offer", "hold", "Cem keeps it aside"),
        ("request", "hold", "Cem noted that help"),
        ("offer", "confirm", "Cem promised it"),
        ("request", "confirm", "Cem accepted it"),
        ("request", "done", "Cem says that it is done"),
    ],
)
def test_a_step_is_told_as_fits_what_it_is_about(direction: str, step: str, said: str) -> None:
    assert [one.strip() for one in claim_lines(claim(step), direction)][-2] == said
