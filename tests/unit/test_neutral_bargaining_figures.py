"""Figures of the neutral bargaining models against the paper's tables and mechanisms found by hand."""

from fractions import Fraction

import numpy as np
import pytest

import gametheory as gt
from gametheory import UsageError
from gametheory_plugins.neutral_bargaining import figures
from gametheory_plugins.neutral_bargaining.models import NeutralBargaining, NeutralBargainingGeneral
from gametheory_plugins.neutral_bargaining.paper import TABLE_4, TYPES

FIGURES = {figure.name: figure for figure in NeutralBargaining.figures}

#: The efficient extreme points of the example: quantities, and payments, of lb, hb, lg, hg.
EFFICIENT = (
    ((1, 1, 1, "1/2"), (35, 35, 35, 20)),
    ((1, 1, 1, 0), (30, 30, 30, 0)),
    ((1, 1, 1, 0), (34, 34, 34, 4)),
    ((1, 1, "7/11", "7/11"), ("360/11", "360/11", "280/11", "280/11")),
    ((1, 1, 0, 0), (20, 20, 0, 0)),
    ((1, 1, 0, 0), (27, 27, 7, 7)),
    ((1, "2/3", "2/3", "2/3"), (30, "80/3", "80/3", "80/3")),
    ((1, 0, 0, 0), (10, 0, 0, 0)),
    ((1, 0, 0, 0), (18, 8, 8, 8)),
)
COSTS, VALUES, PRIOR = (10, 20, 30, 40), (30, 30, 50, 50), ("2/5", "3/10", "1/5", "1/10")


def gains(quantities, payments):
    """Return the gain of each type, and the trader's, from the definitions."""
    q, y = [Fraction(x) for x in quantities], [Fraction(x) for x in payments]
    dealer = [a - c * b for a, b, c in zip(y, q, COSTS, strict=True)]
    return dealer, sum(Fraction(p) * (v * b - a) for p, v, a, b in zip(PRIOR, VALUES, y, q, strict=True))


def lines(axes):
    return {line.get_label(): line.get_xydata() for line in axes.lines}


@pytest.fixture(scope="module")
def frontier():
    return FIGURES["frontier"].draw(NeutralBargaining())


def test_the_frontier_has_the_nine_efficient_points_and_the_neutral_one(frontier):
    assert len(frontier.axes) == 4
    for place, axes in enumerate(frontier.axes):
        drawn = lines(axes)
        assert axes.get_xlabel() == f"gain of {TYPES[place]} (money)"
        expected = [(float(u[place]), float(trader)) for u, trader in (gains(*m) for m in EFFICIENT)]
        assert len(drawn["efficient extreme point"]) == len(drawn["extreme point"]) == 9
        assert np.array(sorted(map(tuple, drawn["efficient extreme point"]))) == pytest.approx(
            np.array(sorted(expected))
        )
        (star,) = drawn["neutral, dealer's power 1/2"]
        assert star == pytest.approx([(10, 5, 10 / 3, 5 / 3)[place], 4])
    assert frontier.get_supylabel() == "gain of the trader (money)"
    assert frontier.get_suptitle().startswith("9 of 18 extreme points")


def test_the_shadow_of_the_frontier_holds_all_its_points(frontier):
    from matplotlib.path import Path

    axes = frontier.axes[0]
    feasible, efficient = axes.patches
    corners = {(0, 8), (10, 7), (20, 4), (25, 0), (8, 0)}  # of lb against the trader, from EFFICIENT
    assert {(round(x, 9), round(y, 9)) for x, y in efficient.get_xy()} == corners
    assert Path(feasible.get_xy()).contains_points(efficient.get_xy(), radius=1e-6).all()


def test_another_mechanism_is_marked_beside_the_neutral_one():
    drawn = lines(FIGURES["frontier"].draw(NeutralBargaining(select="trader_ex_ante")).axes[0])
    assert drawn["trader ex ante"] == pytest.approx(np.array([[0, 8]]))
    assert drawn["neutral, dealer's power 1/2"] == pytest.approx(np.array([[10, 4]]))


def test_schedules_are_those_of_table_4_with_its_binding_constraints():
    drawn = FIGURES["schedules"].draw(NeutralBargaining())
    prices, sold, bound = drawn.axes
    assert lines(prices)["price per unit"][:, 1] == pytest.approx([float(TABLE_4["P"][t]) for t in TYPES])
    assert lines(prices)["virtual cost"][:, 1] == pytest.approx([10, 30, 50, 50])  # Section 3.4
    assert lines(prices)["dealer's cost"][:, 1] == pytest.approx(COSTS)
    assert [bar.get_height() for bar in sold.patches] == pytest.approx([float(TABLE_4["Q"][t]) for t in TYPES])
    assert [label.get_text() for label in prices.get_xticklabels()] == list(TYPES)
    assert prices.get_ylabel() == "money per unit"
    ends = {tuple(round(x) for x, _ in arrow._posA_posB) for arrow in bound.patches}
    assert ends == {(0, 1), (1, 2), (2, 3), (1, 3), (3, 2)}  # (18), and the two beside it in Example 2
    dashed = [arrow for arrow in bound.patches if arrow.get_linestyle() == "--"]
    assert [tuple(round(x) for x, _ in arrow._posA_posB) for arrow in dashed] == [(3, 2)]  # hg reports the cheaper lg
    assert "dashed: of a cheaper one" in bound.texts[-1].get_text()


def test_a_type_that_sells_nothing_has_no_price():
    drawn = FIGURES["schedules"].draw(NeutralBargaining(select="trader_ex_ante"))
    assert lines(drawn.axes[0])["price per unit"][:, 1] == pytest.approx([10, *[np.nan] * 3], nan_ok=True)


@pytest.mark.parametrize(
    ("binding", "said"),
    [
        (["b|a"], "arrow: indifferent to reporting that type"),
        (["a|b"], "arrow: indifferent to reporting that type, a cheaper one"),
        (["outside|a"], "no type is indifferent to another's report\ndouble ring: gains nothing"),
    ],
)
def test_only_what_is_drawn_is_explained(binding, said):
    _, axes = gt.canvas()
    figures._arrows(axes[0, 0], ["a", "b"], binding)
    assert axes[0, 0].texts[-1].get_text() == said


def test_prices_over_power_are_the_closed_form():
    drawn = FIGURES["neutral_prices_power"].draw(NeutralBargaining())
    prices, sold = (lines(axes) for axes in drawn.axes)
    assert list(prices) == list(TYPES)
    power = prices["lb"][:, 0]
    assert power[0] == 0
    assert power[-1] == 1
    for t, shape in zip(TYPES, (10 + 20 * power, *(p + 0 * power for p in (30, 50, 50))), strict=True):
        some = power > 0  # without power only lb sells
        assert prices[t][some, 1] == pytest.approx(shape[some])
    for t, shape in zip(TYPES, (1 + 0 * power, power, power / 3, power / 3), strict=True):
        assert sold[t][:, 1] == pytest.approx(shape)
    assert drawn.axes[1].get_xlabel() == "dealer's bargaining power"
    assert drawn.axes[0].get_ylabel() == "price (money per unit)"


@pytest.mark.slow
def test_prices_over_the_prior_are_the_closed_form_where_it_holds():
    """While no weight is negative the prices of a chain are (20, 30, 50, 50), whatever the prior."""
    drawn = FIGURES["neutral_prices_prior"].draw(NeutralBargaining())
    checked = 0
    for place, axes in enumerate(drawn.axes):
        assert axes.get_xlabel() == f"probability of {TYPES[place]}"
        table = {t: xy for t, xy in lines(axes).items() if t in TYPES}
        for k, chance in enumerate(table["lb"][:, 0]):
            prior = np.array([float(p) for p in figures.reweighted(PRIOR, place, Fraction(float(chance)))])
            into = np.array([0, *(prior[i] * (VALUES[i] - COSTS[i]) / 10 for i in (1, 2, 3))])
            weights = prior + into - np.array([*into[1:], 0])
            if weights.min() > 1e-3 and not np.isnan(table["lb"][k, 1]):
                assert [table[t][k, 1] for t in TYPES] == pytest.approx([20, 30, 50, 50])
                checked += 1
    assert checked > 20


def test_what_was_not_found_is_a_gap_and_said(monkeypatch):
    found = figures._searched

    def sometimes(bargaining):
        return None if bargaining.power == Fraction(1, 2) else found(bargaining)

    monkeypatch.setattr(figures, "_searched", sometimes)
    prices = FIGURES["neutral_prices_power"].draw(NeutralBargaining()).axes[0]
    power, price = lines(prices)["lb"].T
    assert power[np.isnan(price)].tolist() == [0.5]
    assert prices.get_title().endswith("left out: 1 not solved")


def test_the_prior_of_a_single_type_cannot_be_varied():
    model = NeutralBargainingGeneral(costs=[1], values=[4], prior=[1])
    with pytest.raises(UsageError, match="only one type"):
        FIGURES["neutral_prices_prior"].draw(model)


def test_any_number_of_types_is_drawn():
    model = NeutralBargainingGeneral(costs=[1, 3], values=[4, 5], prior=["1/2", "1/2"], types=["cheap", "dear"])
    for figure in NeutralBargainingGeneral.figures:
        drawn = figure.draw(model)
        assert all(axes.get_xlabel() or not axes.axison or axes.get_ylabel() for axes in drawn.axes)
