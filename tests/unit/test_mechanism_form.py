from fractions import Fraction

import numpy as np
import pytest

from gametheory.errors import InputError, UsageError
from gametheory.mechanism import BudgetConstraint, DecisionPolytope, MechanismProblem
from gametheory.mechanism.incentives import interim_utilities, objective_coefficients
from tests.mechanism_examples import auction, bargaining, public_good, random_problem


def test_the_paper_s_program_has_the_rows_and_columns_of_equations_3_to_8():
    program = bargaining().program()
    assert list(program.column_names)[:2] == ["decision:trade:lb", "transfer:price:lb"]
    assert list(program.row_names)[:6] == [
        "participation:dealer:lb",
        "participation:dealer:hb",
        "participation:dealer:lg",
        "participation:dealer:hg",
        "participation:trader:trader",
        "incentive:dealer:lb->hb",
    ]
    row = program.matrix.to_dense()[program.row("incentive:dealer:hb->lg")]
    # Y(hb) - 20 Q(hb) - (Y(lg) - 20 Q(lg)) >= 0
    assert list(row) == [0, 0, -20, 1, 20, -1, 0, 0]
    trader = program.matrix.to_dense()[program.row("participation:trader:trader")]
    assert list(trader) == [Fraction(v) for v in ("12", "-0.4", "9", "-0.3", "10", "-0.2", "5", "-0.1")]


def test_objective_is_the_prior_weighted_sum_of_utilities():
    coefficients = objective_coefficients(bargaining())
    # price cancels; gains from trade are p (v - c)
    assert coefficients[:, 1].tolist() == [0, 0, 0, 0]
    assert coefficients[:, 0].tolist() == [8, 3, 4, 1]


def test_utilities_of_the_paper_s_first_mechanism():
    variables = np.array([[1, 20], ["2/3", "50/3"], ["1/6", "20/3"], ["1/9", 5]], dtype=object)
    from gametheory.numbers import exact_array

    dealer, trader = interim_utilities(bargaining(), exact_array(variables))
    assert dealer.tolist() == [10, Fraction(10, 3), Fraction(5, 3), Fraction(5, 9)]
    assert trader.tolist() == [Fraction(97, 18)]


@pytest.mark.parametrize(
    "problem",
    [bargaining(), auction([1, 2]), public_good(), random_problem(np.random.default_rng(1), (2, 3), 2, 2)],
)
def test_data_round_trip(problem):
    from gametheory.trees import differences

    again = MechanismProblem.from_data(problem.to_data())
    assert again.exact == problem.exact
    assert next(differences(problem.to_data(), again.to_data(), exactly=True, tolerance=0), None) is None


def test_small_trees_may_leave_things_out():
    problem = MechanismProblem.from_data(
        {
            "agents": ["seller"],
            "types": [["low", "high"]],
            "prior": ["1/2", "1/2"],
            "decisions": ["keep", "sell"],
            "utility": [[["0", "-1"], ["0", "-2"]]],
        }
    )
    assert problem.exact
    assert problem.polytope.is_lottery
    assert problem.weights[0].tolist() == [0, 0]


def _tree(**changes):
    tree = {
        "agents": ["a", "b"],
        "types": [["x", "y"], ["z"]],
        "prior": [["1/2"], ["1/2"]],
        "decisions": ["d"],
        "utility": [[[["1"]], [["2"]]], [[["0"]], [["0"]]]],
        "polytope": {"lower": [0], "upper": [1]},
    }
    return {**tree, **changes}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"prior": [["1/2"], ["1/3"]]}, "sums to 5/6"),
        ({"prior": [["3/2"], ["-1/2"]]}, "profile y is -1/2, which is negative"),
        ({"prior": [["1"], ["0"]]}, "type 'y' of agent 'a' has probability 0"),
        ({"prior": ["1/2", "1/4", "1/4"]}, "the prior has shape"),
        ({"prior": [["1/2"], ["nan"]]}, "the prior"),
        ({"prior": [["1/2"], [None]]}, "the prior"),
        ({"agents": ["a", "a"]}, "named twice"),
        ({"agents": []}, "at least one agent"),
        ({"types": [["x", "y"]]}, "2 agents, but types of 1"),
        ({"types": [["x", "y"], []]}, "agent 'b' has no type"),
        ({"utility": [[["1"]]]}, "the utility has shape"),
        ({"decisions": []}, "at least one decision"),
        ({"incentive_compatibility": "bayes"}, "incentive_compatibility"),
        ({"participation": ["interim", "sometimes"]}, "participation of agent 'b'"),
        ({"polytope": {"lower": [2], "upper": [1]}}, "exceeds"),
        ({"polytope": {"lower": [0, 0], "upper": [1, 1]}}, "1 decisions, but a decision polytope of 2"),
        ({"budgets": [{"name": "b", "transfers": [1]}]}, "budget 'b', transfers"),
        ({"budgets": [{"name": "b", "transfers": [], "sense": "=="}]}, "sense '=='"),
        ({"weights": [[1, 2]]}, "2 agents, but weights of 1"),
        ({"weights": [[1, 2, 3], [1]]}, "weights of agent 'a'"),
        ({"outside": [[1, 2], ["x"]]}, "outside of agent 'b'"),
        ({"beliefs": [[["1"], ["1/2"]], [["1/2"], ["1/2"]]]}, "the beliefs of type 'y' of agent 'a'"),
        ({"utilities": []}, "no 'utilities'"),
        ({"types": 3}, "mechanism problem"),
    ],
)
def test_malformed_problems_are_refused_by_name(changes, said):
    with pytest.raises(InputError, match=said):
        MechanismProblem.from_data(_tree(**changes))


def test_missing_field_is_named():
    tree = _tree()
    del tree["utility"]
    with pytest.raises(InputError, match="no 'utility'"):
        MechanismProblem.from_data(tree)


def test_beliefs_allow_a_type_of_probability_zero():
    problem = MechanismProblem.from_data(_tree(prior=[["1"], ["0"]], beliefs=[[["1"], ["1"]], [["1"], ["0"]]]))
    assert problem.belief(0).tolist() == [[1], [1]]


def test_numbers_of_one_kind():
    assert MechanismProblem.from_data(_tree()).exact
    floats = _tree(prior=[[0.5], [0.5]], utility=[[[[1]], [[2]]], [[[0]], [[0]]]])
    assert not MechanismProblem.from_data(floats).exact
    mixed = MechanismProblem.from_data({**floats, "weights": [["1/3", 0], [0]]})
    assert mixed.exact
    assert mixed.prior.ravel().tolist() == [Fraction(1, 2), Fraction(1, 2)]


def test_prior_of_floats_that_no_decimals_match_is_refused_in_exact_arithmetic():
    third = 1 / 3
    problem = MechanismProblem(
        agents=("a",), types=(("x", "y", "z"),), prior=[third] * 3, decisions=("d",), utility=[[[1], [1], [1]]]
    )
    with pytest.raises(InputError, match="not to 1"):
        problem.to_exact()


def test_forms_cannot_be_changed():
    problem = bargaining()
    with pytest.raises(ValueError, match="read-only"):
        problem.prior[0] = 0
    with pytest.raises(AttributeError):
        problem.prior = None


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"utility": {"deeler": {"trade": 1}}}, "no agent is named 'deeler'"),
        ({"utility": {"dealer": {"trad": 1}}}, "no decision in the utility of 'dealer' is named 'trad'"),
        ({"weights": {"dealer": {"lx": 1}}}, "no type of 'dealer' is named 'lx'"),
        ({"designer": {"pric": 1}}, "no decision or transfer is named 'pric'"),
        ({"transfers": {"price": {"seller": 1}}}, "no agent is named 'seller'"),
        ({"budgets": {"b": {"of": {"cost": 1}}}}, "in budget 'b' is named 'cost'"),
        ({"outcomes": ["a"]}, "either outcomes or decisions"),
    ],
)
def test_misspelt_names_are_usage_errors(changes, said):
    parts = {
        "agents": {"dealer": ["lb", "hb"], "trader": None},
        "decisions": {"trade": (0, 1)},
        "utility": {"dealer": {"trade": 1}},
        "transfers": {"price": {"dealer": 1}},
    }
    with pytest.raises(UsageError, match=said):
        MechanismProblem.build(**{**parts, **changes})


def test_built_problem_equals_the_one_written_in_arrays():
    built = bargaining()
    written = MechanismProblem(
        agents=("dealer", "trader"),
        types=(("lb", "hb", "lg", "hg"), ("trader",)),
        prior=["0.4", "0.3", "0.2", "0.1"],
        decisions=("trade",),
        utility=np.array([[-10, -20, -30, -40], [30, 30, 50, 50]]).reshape(2, 4, 1, 1),
        transfers=("price",),
        transfer_utility=[[1], [-1]],
        weights=(["0.4", "0.3", "0.2", "0.1"], [1]),
        polytope=DecisionPolytope.box([0], [1]),
    )
    from gametheory.trees import differences

    assert next(differences(built.to_data(), written.to_data(), exactly=True, tolerance=0), None) is None


def test_limits_and_budgets_become_rows():
    problem = MechanismProblem.build(
        agents={"a": ["x", "y"]},
        decisions={"p": (0, 1), "q": (0, 1)},
        limits={
            "share": {"of": {"p": 1, "q": 2}, "sense": "<=", "bound": 2},
            "floor": {"of": {"p": 1}, "sense": ">=", "bound": "1/4"},
        },
        utility={"a": {"p": 1}},
        transfers={"y": {"a": 1}},
        budgets={
            "each": {"of": {"y": 1, "p": lambda t: 3 if t["a"] == "x" else 4}, "sense": "<=", "bound": 5},
            "mean": {"of": {"y": 1}, "sense": "=", "bound": "1/2", "timing": "ex_ante"},
        },
        participation="none",
        incentive_compatibility="none",
    )
    program = problem.program()
    assert list(program.row_names) == [
        "limit:share:x",
        "limit:floor:x",
        "limit:share:y",
        "limit:floor:y",
        "budget:each:x",
        "budget:each:y",
        "budget:mean",
    ]
    dense = program.matrix.to_dense()
    half = Fraction(1, 2)
    assert dense[program.row("budget:each:y")].tolist() == [0, 0, 0, 4, 0, 1]
    assert dense[program.row("budget:mean")].tolist() == [0, 0, half, 0, 0, half]
    assert dense[program.row("limit:floor:x")].tolist() == [-1, 0, 0, 0, 0, 0]
    assert program.row_upper[program.row("limit:floor:x")] == Fraction(-1, 4)
    assert program.row_lower[program.row("budget:mean")] == program.row_upper[program.row("budget:mean")] == half


def test_budget_of_wrong_timing_is_refused():
    with pytest.raises(InputError, match="timing"):
        BudgetConstraint("b", [1], timing="sometimes")
