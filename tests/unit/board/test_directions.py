import pytest

from meshnode.board.directions import isolated

FSI, PDI = "\u2068", "\u2069"


@pytest.mark.parametrize("text", ["Nordmarkt 4", "Площа", "0231 123456", "", "🚰"])
def test_what_runs_as_the_sentence_does_stands_as_it_is(text: str) -> None:
    assert isolated(text, is_right_to_left=False) == text


@pytest.mark.parametrize("text", ["ماء", "Kiosk ماء", "שלום", "٣"])
def test_what_runs_the_other_way_is_isolated(text: str) -> None:
    assert isolated(text, is_right_to_left=False) == f"{FSI}{text}{PDI}"


@pytest.mark.parametrize("text", ["Nordmarkt", "+49 231", "ماء"])
def test_in_a_sentence_from_right_to_left_everything_is_isolated(text: str) -> None:
    assert isolated(text, is_right_to_left=True) == f"{FSI}{text}{PDI}"
