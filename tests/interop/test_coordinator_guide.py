"""docs/guide/coordinator.md shows an evening that still goes so, command by command."""

import pytest

from tests.interop.evening import GUIDE, Evening, Step, demo, steps

PAGE = GUIDE.read_text(encoding="utf-8")
STEPS_MIN = 40


def test_the_evening_of_the_guide_goes_as_the_page_says(tmp_path):
    evening = steps(PAGE)
    assert len(evening) >= STEPS_MIN
    with demo(tmp_path) as homes:
        tonight = Evening(homes, tmp_path)
        for step in evening:
            tonight.say(step)
        wrong = Step("anna", "mode show", ["Mode: outage, says nobody"])
        with pytest.raises(AssertionError, match="the page says"):
            tonight.say(wrong, within_s=0)
