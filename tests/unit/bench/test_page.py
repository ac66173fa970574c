"""The page of benchmarks says what the figures beside it say."""

import json
import re
from pathlib import Path

import page
import pytest
from bars import Bar, ratio_error, standard_error
from growth import ideal

FOUND = {
    "command": "python bench/text.py",
    "commit": "0123abc",
    "machine": "2 cores",
    "seconds": 7,
    "result": {
        "rows": [
            {
                "language": "de",
                "method": "ours",
                "bits_a_character": 2.5,
                "bytes_a_text": 40.0,
                "ms_to_encode": 6.25,
                "ms_to_decode": 5.5,
            }
        ],
        "bars": [
            {
                "what": "bits a character, de",
                "figure": 2.5,
                "limit": 3.0,
                "unit": "",
                "is_floor": False,
                "is_met": True,
            }
        ],
    },
}
EMPTY = (
    "Prose.\n<!-- begin summary -->\nold\n<!-- end summary -->\n"
    "More.\n<!-- begin text -->\nold\n<!-- end text -->\nThe end.\n"
)


def test_figures_go_between_their_markers_and_prose_stays():
    written = page.written(EMPTY, {"text": FOUND})
    assert "| de | ours | 2.50 | 40.0 | 6.25 |" in written
    assert "`python bench/text.py` at commit 0123abc, 2 cores, 7 s." in written
    assert "| bits a character, de | 2.5 | <= 3 | met | [text](#text) |" in written
    assert "old" not in written
    assert re.findall(r"Prose\.|More\.|The end\.", written) == ["Prose.", "More.", "The end."]


def test_writing_the_page_twice_changes_nothing():
    written = page.written(EMPTY, {"text": FOUND})
    assert page.written(written, {"text": FOUND}) == written


def test_a_page_without_a_benchmark_s_markers_is_refused():
    with pytest.raises(ValueError, match="no markers for text"):
        page.written("nothing here", {"text": FOUND})


def test_the_page_in_the_repository_is_what_its_figures_make_it():
    text = page.PAGE.read_text(encoding="utf-8")
    assert page.written(text, page.kept_figures()) == text


def test_every_kind_of_figures_has_a_table_and_a_place_on_the_page():
    text = page.PAGE.read_text(encoding="utf-8")
    for name in page.NAMES:
        assert name in page.TABLES
        assert f"<!-- begin {name} -->" in text


def test_a_missed_bar_is_said_to_be_missed():
    assert Bar("cost", 1.6, 1.5).sentence() == "cost: 1.6, bar <= 1.5: MISSED"
    assert Bar("peer", 12.0, 10.0, is_floor=True).sentence() == "peer: 12, bar >= 10: met"


def test_airtime_s_bars_are_those_of_its_workloads():
    rows = [
        {"workload": "W1", "loss": 0.2, "ratio": 1.6, "airtime_s": 80.0},
        {"workload": "W1", "loss": 0.4, "ratio": 2.0, "airtime_s": 90.0},
        {"workload": "W4", "loss": 0.0, "ratio": 0.0, "airtime_s": 3.0},
        {"workload": "REF", "loss": 0.0, "ratio": 1.1, "airtime_s": 8.0},
    ]
    bars = page.airtime_bars(rows)
    assert [(bar.limit, bar.is_met) for bar in bars] == [(1.5, False), (3.0, True), (7.0, False)]


def test_errors_of_means_and_ratios_are_those_of_the_textbook():
    assert standard_error([1.0]) == 0.0
    assert standard_error([1.0, 3.0]) == pytest.approx(1.0)
    # 2 +- 1 over 4 +- 0 is 0.5 +- 0.25.
    assert ratio_error([1.0, 3.0], [4.0, 4.0]) == pytest.approx(0.25)


@pytest.mark.bench
def test_the_same_figures_draw_the_same_bytes(tmp_path: Path):
    import plots  # noqa: PLC0415  It needs matplotlib.

    rows = [{**FOUND["result"]["rows"][0], "language": language} for language in ("de", "en")]
    figures = json.dumps({**FOUND, "result": {"rows": rows, "bars": []}})
    drawn = []
    for folder in (tmp_path / "one", tmp_path / "other"):
        folder.mkdir()
        (folder / "text.json").write_text(figures, encoding="utf-8")
        (path,) = plots.draw(folder)
        drawn.append(path.read_bytes())
    assert drawn[0] == drawn[1]
    assert b"bits a character" in drawn[0]


def test_an_ideal_code_for_one_receiver_costs_the_bound_and_more_for_many():
    assert ideal(20, loss=0.0, receivers=20) == pytest.approx(1.0)
    assert ideal(20, loss=0.2, receivers=1) == pytest.approx(1.0)
    # One frame for two receivers, half of all lost: 2 + 2 - 4/3 frames on average, by hand.
    assert ideal(1, loss=0.5, receivers=2) == pytest.approx((4 - 4 / 3) / 2)
    assert 1.1 < ideal(20, loss=0.2, receivers=19) < 1.3
