"""The corrected formulas are a second source: they were derived by hand, the solver knows only the rules."""

from fractions import Fraction
from itertools import combinations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gametheory_plugins.front_running import batch, first_principles
from gametheory_plugins.front_running.appendix import CONTINUATIONS, PRICES, RESULTS
from gametheory_plugins.front_running.errata import ERRATA, GROUPS, with_errors
from gametheory_plugins.front_running.markets import CELLS, TRADERS, losses
from gametheory_plugins.front_running.paper import CAUSES, ROWS

CORRECTED = {e.equation: e.corrected for e in ERRATA}


@st.composite
def points(draw):
    d = Fraction(draw(st.integers(0, 999)), 1000)
    u = (1 - d) * Fraction(draw(st.integers(0, 100)), 100)
    q = Fraction(draw(st.integers(1, 98)), 100)
    a = Fraction(draw(st.integers(max(int(q * 100), 50) + 1, 99)), 100)
    return d, u, a, q


@settings(max_examples=60, deadline=None)
@given(points())
def test_first_principles_are_the_corrected_formulas(point):
    d, u, a, q = point
    if a + q <= 1:  # the formulas are about the paper's order of sellers, which the exceptions keep
        assert batch.cases(*(np.array([x], dtype=object) for x in point))[0] == 2
    more = (1 - u - d) * (a + q) > 1 - d
    tables = batch.exact_point(point, formulas="first_principles", tie_break="paper")
    columns = [np.array([x], dtype=object) for x in point]
    after = first_principles.continuation(*columns, case=tables["case"], paper=True)[0]
    for name, (pair, formula) in PRICES.items():
        assert losses(*point)[pair] == formula(d, u, a, q, more), name
    for name, (cell, trader, formula) in CONTINUATIONS.items():
        right = CORRECTED.get(name, formula)(d, u, a, q, more)
        assert after[CELLS.index(cell), TRADERS.index(trader)] == right, name
    for name, (result, cell, formula) in RESULTS.items():
        assert tables[result][cell] == CORRECTED.get(name, formula)(d, u, a, q, more), name


@settings(max_examples=40, deadline=None)
@given(points())
def test_the_errata_make_the_whole_difference(point):
    correct, printed = (
        batch.exact_point(point, formulas=formulas, tie_break="paper") for formulas in ("first_principles", "published")
    )
    wrong = with_errors(correct, point, correct["case"] == 0, GROUPS)
    assert (wrong["loss_A"] == printed["loss_A"]).all()
    assert (wrong["loss_D"] == printed["loss_D"]).all()


@settings(max_examples=60, deadline=None)
@given(points())
def test_equilibria_are_mutual_best_responses(point):
    for formulas in ("first_principles", "published"):
        found = batch.exact_point(point, formulas=formulas, tie_break="paper")
        for i in range(3):
            for j in range(3):
                best = all(found["loss_A"][i, j] <= found["loss_A"][k, j] for k in range(3)) and all(
                    found["loss_D"][i, j] <= found["loss_D"][i, k] for k in range(3)
                )
                assert found["equilibria"][i, j] == best


def test_each_erratum_shows_at_its_point():
    assert all(e.at(e.printed) != e.at(e.corrected) for e in ERRATA)
    assert len({e.equation for e in ERRATA}) == len(ERRATA)


def test_the_cause_of_each_row_is_the_smallest_that_gives_it():
    for row in ROWS:
        point = tuple(Fraction(row.point[n]) for n in ("rho_d", "rho_u", "q_A", "q_D"))
        correct = batch.exact_point(point, formulas="first_principles", tie_break="paper")

        def with_these(groups, point=point, correct=correct):
            found = with_errors(correct, point, correct["case"] == 0, groups)
            best = batch.equilibria(found["loss_A"][None], found["loss_D"][None])[0][0]
            return [[-i, -j] for i, j in np.argwhere(best).tolist()]

        assert (with_these(()) == row.equilibria) == (row.name not in CAUSES)
        causes = CAUSES.get(row.name, ())
        if causes:
            assert with_these(causes) == row.equilibria
            for size in range(len(causes)):
                assert not any(with_these(groups) == row.equilibria for groups in combinations(GROUPS, size))
