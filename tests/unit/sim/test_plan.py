"""The plan view: it answers whether it fits, how fast an alert is, and what to change."""

from dataclasses import replace

import pytest

from meshnode.sim.plan import PRESETS_COMPARED, Fit, Plan, advice, lines, make_plan, table
from meshnode.sim.table import ScenarioError

PLAN = Plan(
    nodes=12,
    groups=2,
    preset="MEDIUM_FAST",
    posts_a_day=40,
    seed=1,
    fit=Fit.FITS,
    airtime_s_an_hour=10.0,
    channel_percent=0.14,
    busiest_percent=0.12,
    budget_percent=4.0,
    all_hold_all=True,
    alert_p50_s=2.0,
    alert_p95_s=20.0,
    post_p50_s=7.0,
    post_p95_s=71.0,
    reach=0.7,
)


def test_a_small_neighbourhood_fits_and_its_alerts_are_fast():
    plan = make_plan(nodes=4, preset="MEDIUM_FAST", posts_a_day=40)
    assert plan.fit is Fit.FITS
    assert plan.all_hold_all
    assert plan.alert_p95_s is not None
    assert plan.alert_p50_s <= plan.alert_p95_s < 120
    assert 0 < plan.busiest_percent < plan.budget_percent
    assert plan.groups == 1


def test_the_same_seed_gives_the_same_plan_and_a_slower_preset_costs_more():
    fast = make_plan(nodes=3, preset="SHORT_FAST", posts_a_day=20)
    assert fast == make_plan(nodes=3, preset="SHORT_FAST", posts_a_day=20)
    slow = make_plan(nodes=3, preset="LONG_FAST", posts_a_day=20)
    assert slow.airtime_s_an_hour > 2 * fast.airtime_s_an_hour
    assert slow.reach == 1.0
    assert fast.reach < 0.6


def test_more_posts_than_the_channel_carries_are_too_much_or_tight():
    plan = make_plan(nodes=2, preset="LONG_SLOW", posts_a_day=600)
    assert plan.fit is not Fit.FITS
    assert "MEDIUM_FAST" in advice(plan)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"nodes": 1}, "choose 2 to"),
        ({"nodes": 999}, "choose 2 to"),
        ({"posts_a_day": 0}, "choose 1 to"),
        ({"preset": "FASTEST"}, "no preset 'FASTEST'"),
        ({"preset": "SHORT_TURBO"}, "too wide for EU_868"),
    ],
)
def test_what_cannot_be_planned_is_told(wrong, told):
    with pytest.raises(ScenarioError, match=told):
        make_plan(**{"nodes": 5, "preset": "LONG_FAST", "posts_a_day": 20, **wrong})


def test_the_words_answer_the_four_questions():
    shown = "\n".join(lines(PLAN))
    for words in (
        "Does it fit?    Yes.",
        "An alert        Half of the nodes have it after 2 s, 95 of 100 after 20 s.",
        "The busiest node sends 0.1 % of its busiest hour. It may send 4 %",
        "What to change  Nothing. There is room to spare",
        "and 40 posts a day, one in ten an alert",
        "2 groups",
    ):
        assert words in shown
    assert "1 post a day" in "\n".join(lines(replace(PLAN, posts_a_day=1)))
    assert "all hear each other" in "\n".join(lines(replace(PLAN, groups=1)))


def test_what_does_not_fit_says_what_to_do():
    tight = replace(PLAN, fit=Fit.TIGHT, preset="LONG_FAST", reach=1.0)
    assert "a faster preset (MEDIUM_SLOW), or fewer posts" in advice(tight)
    assert "Barely." in "\n".join(lines(tight))
    fastest = replace(PLAN, fit=Fit.TOO_MUCH, preset="SHORT_FAST")
    assert advice(fastest).startswith("Choose fewer posts")
    assert advice(replace(PLAN, preset="LONG_FAST", reach=1.0)) == "Nothing."


def test_a_day_without_alerts_says_so_instead_of_nought():
    none = replace(PLAN, alert_p50_s=None, alert_p95_s=None)
    assert "There was none on this day" in "\n".join(lines(none))


def test_presets_stand_side_by_side_from_the_fastest_to_the_furthest():
    rows = table([replace(PLAN, preset=name) for name in PRESETS_COMPARED])
    places = [
        next(n for n, row in enumerate(rows) if row.startswith(f"{name} "))
        for name in PRESETS_COMPARED
    ]
    assert places == sorted(places)
    assert "2 s / 20 s" in rows[places[0]]
    assert max(map(len, rows)) <= 100
