"""Every auction saved and verified, malformed trees, and spent budgets."""

from fractions import Fraction

import pytest

import gametheory as gt
from gametheory.errors import InputError
from gametheory.mechanism.auctions import (
    BestResponseProblem,
    PayAsBidAuction,
    PrivateValueAuction,
    ShareAuction,
    SignalAuction,
)
from gametheory.solution import Termination
from gametheory.solvers import Options

F = Fraction


def solved(form, **options):
    return gt.solve(form, **options).require()


FORMS = [
    ShareAuction(4, "0.04", reserve="0.05"),
    ShareAuction(4, ["1/3", "1/3", "1/3", "1/2"], 7, supply=1, supply_high=2),
    ShareAuction(3, 0, supply=1, supply_slope=1, reserve="1/4"),
    SignalAuction(4, "0.04", 1, "1/5", "1/2", 2),
    PayAsBidAuction(3, "0.04", "1/3"),
    PrivateValueAuction(3, "all_pay", "7/3", 2),
    BestResponseProblem({1: 7, 2: -1}, 0, 10, 3),
]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: type(form).__name__)
@pytest.mark.parametrize("exact", [True, False])
def test_saved_and_verified(form, exact, tmp_path):
    path = tmp_path / "solved.json"
    solved(form, exact=exact).save(path)
    verification = gt.verify_file(path)
    assert verification.ok, verification


@pytest.mark.parametrize("form", FORMS, ids=lambda form: type(form).__name__)
def test_malformed_trees_are_refused(form):
    answer = solved(form).answer
    for kind in (type(form), type(answer)):
        for data in ({}, {"bidders": "many"}, {"nothing": 1}):
            with pytest.raises(InputError):
                kind.from_data(data)


def test_a_spent_budget_is_a_limit():
    from gametheory.limits import Budget
    from gametheory.mechanism.auctions.solve_shares import solve_linear

    budget = Budget()
    budget.interrupted = True
    assert solve_linear(ShareAuction(3, 0, 1), Options(budget=budget)).termination is Termination.LIMIT
