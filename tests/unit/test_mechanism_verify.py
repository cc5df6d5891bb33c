"""Anyone's answer is checked, and a wrong one is told where it is wrong. No solver is needed for the numbers here."""

import json
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from gametheory.errors import InputError
from gametheory.mechanism import (
    InfeasibilityProof,
    Mechanism,
    MechanismBound,
    Multipliers,
    OptimalMechanism,
    UnboundedMechanism,
)
from gametheory.mechanism.verify import verify
from gametheory.numbers import exact_array
from gametheory.solution import Termination
from gametheory.trees import encode_tree
from tests.mechanism_examples import auction, bargaining, random_problem, screening, trade

WEIGHTS = {"dealer": {"lb": "0.1", "hb": "0.2", "lg": "0.5", "hg": "0.2"}, "trader": 1}
#: Table 3 and Table 4 of the paper, and the multipliers printed with them.
TABLE_3 = Mechanism([1, "2/3", "1/6", "1/9"], [20, "50/3", "20/3", 5])
TABLE_4 = Mechanism([1, "1/2", "1/6", "1/6"], [20, 15, "25/3", "25/3"])
LB, HB, LG, HG = range(4)


def printed(**changes):
    parts = {
        "incentive_index": [[0, LB, HB, 0], [0, HB, LG, 0], [0, LG, HG, 0]],
        "incentive": ["0.3", "0.4", "0.1"],
        "participation": ([0, 0, 0, 0], [0]),
        "budgets": (),
        "decisions": np.zeros((4, 0), dtype=int),
    }
    return Multipliers(**{**parts, **changes})


@pytest.mark.parametrize("mechanism", [TABLE_3, TABLE_4], ids=["table3", "table4"])
@pytest.mark.parametrize("exact", [True, False], ids=["exact", "float"])
def test_the_paper_s_mechanisms_are_optimal_for_its_weights_and_multipliers(mechanism, exact):
    certificate = verify(bargaining(weights=WEIGHTS), OptimalMechanism(mechanism, printed()), exact=exact)
    assert certificate.ok
    assert certificate.kind == "lp_duality"
    assert certificate.exact == exact
    # 4 x 2 bounds, 5 participation, 12 incentives; then 3 + 5 signs, 4 transfers and the gap
    assert certificate.checked == 25 + 13


def broken(certificate):
    assert not certificate.ok
    return certificate.violations[0].constraint


@pytest.mark.parametrize("exact", [True, False], ids=["exact", "float"])
def test_edited_mechanisms_fail_at_the_constraint(exact):
    problem = bargaining(weights=WEIGHTS)
    cases = {
        "incentive:dealer:lb->hb": ([1, "2/3", "1/6", "1/9"], ["19.9", "50/3", "20/3", 5]),
        "decision:trade:lb upper bound": (["1.01", "2/3", "1/6", "1/9"], ["20.1", "50/3", "20/3", 5]),
        "participation:trader:trader": ([1, 1, 1, 1], [40, 40, 40, 40]),
        "participation:dealer:hg": ([1, 1, 1, 1], [39, 39, 39, 39]),
    }
    for constraint, (decisions, transfers) in cases.items():
        certificate = verify(problem, Mechanism(decisions, transfers), exact=exact)
        assert certificate.kind == "incentive_compatibility"
        assert constraint in {v.constraint for v in certificate.violations}


def test_exact_amounts_of_violations():
    certificate = verify(bargaining(), Mechanism([1, 1, 1, 1], [39, 39, 39, 39]), exact=True)
    assert broken(certificate) == "participation:trader:trader"
    # The trader gets 30 or 50 with 7/10 and 3/10, pays 39; the costliest type loses 1.
    assert [v.amount for v in certificate.violations] == [3, 1]
    assert certificate.max_violation == 3


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"incentive": ["0.3", "0.4", "0.2"]}, "virtual value of transfer:price:hg"),
        ({"incentive": ["0.3", "0.4", "-0.1"]}, "virtual value of transfer:price:hg"),
        ({"participation": ([0, 0, 0, "0.1"], [0])}, "virtual value of transfer:price:hg"),
        ({"participation": ([0, 0, 0, 0], ["-1"])}, "multiplier of participation:trader:trader"),
    ],
)
def test_edited_multipliers_fail(changes, constraint):
    certificate = verify(bargaining(weights=WEIGHTS), OptimalMechanism(TABLE_3, printed(**changes)), exact=True)
    assert not certificate.ok
    assert constraint in {v.constraint for v in certificate.violations}


def test_suboptimal_mechanism_shows_a_gap():
    nothing = Mechanism([0, 0, 0, 0], [0, 0, 0, 0])
    certificate = verify(bargaining(weights=WEIGHTS), OptimalMechanism(nothing, printed()), exact=True)
    assert broken(certificate) == "duality gap"
    assert certificate.max_violation == 8
    assert verify(bargaining(weights=WEIGHTS), nothing, exact=True).ok


def test_multipliers_alone_prove_a_bound():
    certificate = verify(bargaining(weights=WEIGHTS), MechanismBound(printed()), exact=True)
    assert certificate.ok
    assert certificate.kind == "dual_bound"
    assert certificate.note.endswith("more than 8")
    assert MechanismBound.proves is Termination.LIMIT


def test_a_pooling_transfer_is_no_proof_of_unboundedness_where_the_buyer_pays_it():
    direction = [[1]] * 4
    claimed = UnboundedMechanism(Mechanism([0] * 4, [0] * 4), direction)
    certificate = verify(bargaining(), claimed, exact=True)
    assert "direction: participation:trader:trader" in {v.constraint for v in certificate.violations}
    free = bargaining(participation={"trader": "none"}, weights={"dealer": 1})
    assert verify(free, claimed, exact=True).ok
    backwards = UnboundedMechanism(claimed.mechanism, [[-1]] * 4)
    assert not verify(free, backwards, exact=True).ok


def test_infeasibility_by_hand():
    # Both sides demand 20 where at most 31/2 can be shared, by adding participation up with the prior as weights.
    problem = bargaining(outside={"dealer": 10, "trader": 6}, incentive_compatibility="none")
    prior = ["0.4", "0.3", "0.2", "0.1"]
    proof = InfeasibilityProof(
        Multipliers(np.zeros((0, 4), dtype=int), [], (prior, [1]), (), np.zeros((4, 0), dtype=int))
    )
    for exact in (True, False):
        assert not verify(problem, proof, exact=exact).ok
        assert verify(bargaining(outside={"dealer": 10, "trader": 7}), proof, exact=exact).ok


def _certificate_by_brute_force(problem, variables):
    """Every incentive violation from the definition of expected utility, one by one."""
    worst = {}
    prior = problem.prior
    for i, agent in enumerate(problem.agents):
        for a, s in np.ndindex(problem.shape[i], problem.shape[i]):
            if a == s:
                continue
            gain = Fraction(0)
            for t in np.ndindex(*problem.shape):
                if t[i] != a:
                    continue
                told = (*t[:i], s, *t[i + 1 :])
                belief = prior[t] / problem.marginals[i][a]
                e = problem.transfer_utility[i]
                stakes = [*problem.utility[(i, *t)], *(e[t] if e.ndim > 1 else e)]
                gain += belief * sum(u * (x - y) for u, x, y in zip(stakes, variables[told], variables[t], strict=True))
            if gain > 0:
                worst[f"incentive:{agent}:{problem.types[i][a]}->{problem.types[i][s]}"] = gain
    return worst


def test_all_pairs_against_the_definition():
    rng = np.random.default_rng(5)
    for shape in ((3, 4), (2, 2, 3)):
        problem = random_problem(rng, shape, 2, 2, exactly=True, participation="none")
        draw = exact_array(rng.integers(-4, 5, (*shape, 4)))
        mechanism = Mechanism(draw[..., :2], draw[..., 2:])
        certificate = verify(problem, mechanism, exact=True)
        expected = _certificate_by_brute_force(problem, draw)
        found = {v.constraint: v.amount for v in certificate.violations if v.constraint.startswith("incentive")}
        assert found.items() <= expected.items()
        top = sorted(expected.values(), reverse=True)
        assert sorted(found.values(), reverse=True) == top[: len(found)]
        assert found


def test_exact_check_sees_what_floats_cannot():
    # A violation of 1e-40 in utilities of size 1.
    problem = bargaining()
    tiny = Fraction(1, 10**40)
    honest = Mechanism([1, 1, 0, 0], [20, 20, 0, 0])
    shaved = Mechanism([1, 1, 0, 0], [20 - tiny, 20, 0, 0])
    assert verify(problem, honest, exact=True).ok
    certificate = verify(problem, shaved, exact=True)
    assert {v.constraint for v in certificate.violations} == {"incentive:dealer:lb->hb"}
    assert certificate.max_violation == tiny
    assert verify(problem, shaved, exact=False).ok


def test_exact_check_of_numbers_beyond_floats():
    huge = 10**400
    scaled = bargaining(
        {t: c * huge for t, c in zip(("lb", "hb"), (10, 20), strict=True)},
        {"lb": 30 * huge, "hb": 30 * huge},
        ["1/2", "1/2"],
    )
    assert verify(scaled, Mechanism([1, 1], [20 * huge, 20 * huge]), exact=True).ok
    certificate = verify(scaled, Mechanism([1, 1], [20 * huge, 20 * huge + 1]), exact=True)
    assert broken(certificate) == "incentive:dealer:lb->hb"
    assert certificate.max_violation == 1


def test_dominant_strategies_are_checked_profile_by_profile():
    problem = auction([1, 2], [["2/5", "1/10"], ["1/10", "2/5"]])
    dominant = replace(problem, incentive_compatibility="dominant_strategy", participation=("ex_post", "ex_post"))
    # A second-price auction with ties to bidder 1.
    decisions = np.zeros((2, 2, 3), dtype=int)
    decisions[..., 1] = [[1, 0], [1, 1]]
    decisions[..., 2] = [[0, 1], [0, 0]]
    transfers = np.zeros((2, 2, 2), dtype=int)
    transfers[..., 0] = [[1, 0], [1, 2]]
    transfers[..., 1] = [[0, 1], [0, 0]]
    assert verify(dominant, Mechanism(decisions, transfers), exact=True).ok
    transfers[1, 0, 0] = 2
    certificate = verify(dominant, Mechanism(decisions, transfers), exact=True)
    assert {v.constraint for v in certificate.violations} == {"incentive:bidder1:v2->v1|v1"}


def test_shapes_of_answers():
    problem = trade(3)
    with pytest.raises(InputError, match="decisions has shape"):
        verify(problem, Mechanism([1, 2], [1, 2]), exact=True)
    with pytest.raises(InputError, match="participation multipliers"):
        verify(bargaining(), OptimalMechanism(TABLE_3, printed(participation=([0], [0]))), exact=True)
    with pytest.raises(InputError, match="names a type"):
        index = [[0, 4, 0, 0], [0, 1, 2, 0], [0, 2, 3, 0]]
        verify(bargaining(), OptimalMechanism(TABLE_3, printed(incentive_index=index)), exact=True)
    with pytest.raises(InputError, match="agents or budgets"):
        verify(
            problem,
            OptimalMechanism(Mechanism([[0] * 3] * 3, [[0] * 3] * 3), printed(participation=([0],))),
            exact=True,
        )
    with pytest.raises(InputError, match="no concept 'stable'"):
        verify(problem, TABLE_3, exact=True, concept="stable")
    with pytest.raises(InputError, match="is not an answer"):
        verify(problem, "nothing", exact=True)


@pytest.mark.parametrize("exactly", [True, False])
@pytest.mark.parametrize("answer", [TABLE_3, OptimalMechanism(TABLE_3, printed()), MechanismBound(printed())])
def test_answers_round_trip_through_json(answer, exactly):
    data = json.loads(json.dumps(encode_tree(answer.to_data(), exactly=exactly)))
    again = type(answer).from_data(data)
    assert encode_tree(again.to_data(), exactly=exactly) == data


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (Mechanism, {}),
        (Mechanism, {"decisions": [["x"]]}),
        (Mechanism, {"decisions": [[1, 2], [3]]}),
        (Mechanism, {"decisions": [1], "transfer": [2]}),
        (Mechanism, 3),
        (OptimalMechanism, {"mechanism": {"decisions": [1]}}),
        (
            Multipliers,
            {"incentive_index": [[0, 0]], "incentive": [1], "participation": [], "budgets": [], "decisions": []},
        ),
        (Multipliers, {"incentive_index": 3, "incentive": [1], "participation": 3, "budgets": [], "decisions": []}),
        (UnboundedMechanism, {"mechanism": 3, "direction": []}),
    ],
)
def test_malformed_answers_are_input_errors(kind, data):
    with pytest.raises(InputError):
        kind.from_data(data)


def test_large_problems_are_checked_in_full():
    problem = screening(30)
    price = 0.5
    bought = problem.utility[0].sum(axis=-1) >= price
    mechanism = Mechanism(np.repeat(bought[:, None], 2, axis=1).astype(float), bought[:, None] * price)
    certificate = verify(problem, mechanism, exact=False)
    assert certificate.ok
    assert certificate.checked > 900 * 899
