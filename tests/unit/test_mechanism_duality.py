"""Virtual utilities, multipliers by name, and strong duality, against the paper and the textbooks."""

from fractions import Fraction

import numpy as np
import pytest

from gametheory.engine import solve
from gametheory.errors import UsageError
from gametheory.mechanism import Mechanism, Multipliers, OptimalMechanism
from gametheory.mechanism.duality import Duality, agent_virtual_utility, virtual_value
from gametheory.mechanism.program import MechanismProgram
from gametheory.numbers import exact_array
from tests.mechanism_examples import auction, bargaining, public_good, random_problem, trade

WEIGHTS = {"dealer": {"lb": "0.1", "hb": "0.2", "lg": "0.5", "hg": "0.2"}, "trader": 1}


def paper(mechanism):
    multipliers = Multipliers(
        [[0, 0, 1, 0], [0, 1, 2, 0], [0, 2, 3, 0]], ["0.3", "0.4", "0.1"], ([0] * 4, [0]), (), [[], [], [], []]
    )
    return Duality.of(bargaining(weights=WEIGHTS), OptimalMechanism(mechanism, multipliers))


TABLE_3 = Mechanism([1, "2/3", "1/6", "1/9"], [20, "50/3", "20/3", 5])
TABLE_4 = Mechanism([1, "1/2", "1/6", "1/6"], [20, 15, "25/3", "25/3"])


def test_virtual_costs_of_the_paper_s_example():
    duality = paper(TABLE_4)
    # Section 3.4: virtual values 10, 30, 50, 50 of the asset to the dealer; the trader's are 30, 30, 50, 50.
    assert duality.virtual_utility("dealer")[:, 0, 0].tolist() == [-10, -30, -50, -50]
    assert duality.virtual_utility("trader")[:, 0, 0].tolist() == [30, 30, 50, 50]
    assert duality.virtual_values().ravel().tolist() == [20, 0, 0, 0]
    # money is worth the same to both, so that transfers cancel
    assert duality.virtual_utility("dealer")[:, 0, 1].tolist() == [1, 1, 1, 1]
    assert duality.virtual_utility("trader")[:, 0, 1].tolist() == [-1, -1, -1, -1]


def test_strong_duality_at_the_paper_s_mechanisms():
    for mechanism in (TABLE_3, TABLE_4):
        duality = paper(mechanism)
        assert duality.value == duality.bound == 8
    assert paper(Mechanism([0] * 4, [0] * 4)).bound == 8


def test_multipliers_and_weights_by_name():
    duality = paper(TABLE_3)
    assert duality.alpha("dealer") == {"hb|lb": Fraction(3, 10), "lg|hb": Fraction(2, 5), "hg|lg": Fraction(1, 10)}
    assert duality.alpha("trader") == {}
    assert duality.weights("dealer") == {
        "lb": Fraction(1, 10),
        "hb": Fraction(1, 5),
        "lg": Fraction(1, 2),
        "hg": Fraction(1, 5),
    }
    assert duality.participation("trader") == {"trader": 0}
    assert duality.utilities("dealer") == {"lb": 10, "hb": Fraction(10, 3), "lg": Fraction(5, 3), "hg": Fraction(5, 9)}
    with pytest.raises(UsageError, match="no agent is named 'deler'"):
        duality.alpha("deler")
    with pytest.raises(UsageError, match="no budget is named"):
        duality.budget("purse")


def test_binding_constraints_of_tables_3_and_4():
    # Equation (18); and Example 2: two more bind under the neutral mechanism.
    assert paper(TABLE_3).binding("dealer") == ["hb|lb", "lg|hb", "hg|lg"]
    assert paper(TABLE_4).binding("dealer") == ["hb|lb", "lg|hb", "hg|hb", "hg|lg", "lg|hg"]
    assert paper(TABLE_4).binding("trader") == []
    nothing = paper(Mechanism([0] * 4, [0] * 4))
    assert nothing.binding("dealer")[-1] == "outside|hg"
    assert nothing.binding("trader") == ["outside|trader"]


def test_virtual_values_of_the_discrete_auction():
    duality = Duality.of(*_solved(auction([3, 4, 5])))
    per_object = duality.virtual_utility("bidder1")[:, :, 1]
    # v - (1 - F(v)) / f(v) times the step to the next value: 1, 3, 5 for 3, 4, 5 equally likely.
    assert sorted(set(per_object.ravel().tolist())) == [1, 3, 5]


def _solved(problem):
    solution = solve(problem, exact=True).require()
    return solution.form, solution.answer


@pytest.mark.parametrize(
    "problem",
    [
        auction([1, 2, 4]),
        auction([1, 2], [["2/5", "1/10"], ["1/10", "2/5"]]),
        trade(5),
        public_good(participation="interim"),
        random_problem(np.random.default_rng(7), (3, 2), 2, 2, exactly=True),
    ],
    ids=["auction", "correlated", "trade", "public good", "random"],
)
def test_strong_duality_and_the_money_identity(problem):
    form, answer = _solved(problem)
    duality = Duality.of(form, answer)
    assert duality.value == duality.bound
    money = virtual_value(duality.problem, duality.answer.multipliers)[:, len(form.decisions) :]
    assert not money.any()


def test_virtual_utility_is_what_the_lagrangean_says():
    """Multiply every constraint out for one agent at random multipliers, and compare coefficient by coefficient."""
    rng = np.random.default_rng(11)
    for incentives in ("bayesian", "dominant_strategy"):
        problem = random_problem(rng, (2, 3), 2, 1, exactly=True, incentive_compatibility=incentives)
        program = MechanismProgram(problem)
        index = program.all_pairs()
        full = program.full()
        dual = exact_array(-rng.integers(0, 5, full.rows))
        multipliers = program.multipliers(dual, index).fitted(problem, exactly=True)
        expected = full.objective - full.matrix.transpose_dot(dual)
        limits = np.repeat(multipliers.decisions.sum(axis=1), 3).reshape(6, 3)
        limits[:, 2] = 0  # the lottery's row holds decisions only
        assert (virtual_value(problem, multipliers) - limits == expected.reshape(6, 3)).all()
        parts = sum(agent_virtual_utility(problem, multipliers, i) for i in range(2))
        designer = problem.prior.ravel()[:, None] * problem.designer()
        budgets = sum(
            k[:, None] * problem.budget_row(b) for k, b in zip(multipliers.budgets, problem.budgets, strict=True)
        )
        assert (parts + designer - budgets == virtual_value(problem, multipliers)).all()
