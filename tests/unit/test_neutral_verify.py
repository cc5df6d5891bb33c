"""The verifier of neutral mechanisms: what it accepts, and what it finds in answers that were edited."""

import subprocess
import sys
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from gametheory.errors import InputError
from gametheory.mechanism.neutral import NeutralMechanism, NeutralOptimum, OneSidedTrade, Weights
from gametheory.mechanism.neutral.solver import neutral_optimum
from gametheory.mechanism.neutral.verify import verify
from gametheory.trees import encode_tree
from tests.neutral_examples import many_payoffs, paper, warrants_by_definition

F = Fraction
EQUAL = OneSidedTrade([10, 20, 20, 40], [30, 30, 50, 50], ["0.4", "0.3", "0.2", "0.1"])


def papers_weights(scale=1):
    """The weights the paper gives for both of its mechanisms."""
    alpha = np.array([[F(0)] * 4 for _ in range(4)], dtype=object)
    alpha[0, 1], alpha[1, 2], alpha[2, 3] = scale * F(3, 10), scale * F(2, 5), scale * F(1, 10)
    informed = [scale * F(x) for x in ("1/10", "1/5", "1/2", "1/5")]
    return Weights(informed, F(scale), alpha)


def papers_neutral(scale=1):
    """The paper's second mechanism, typed in."""
    utilities = [F(10), F(5), F(10, 3), F(5, 3)]
    return NeutralMechanism(
        [F(1), F(1, 2), F(1, 6), F(1, 6)],
        [F(20), F(15), F(25, 3), F(25, 3)],
        utilities,
        F(4),
        papers_weights(scale),
        utilities,
        F(4),
        papers_weights(),
    )


def failures(trade, found, exact=True):
    certificate = verify(trade, NeutralOptimum(found), exact=exact)
    assert certificate.ok == (not certificate.violations)
    return {v.constraint for v in certificate.violations}


@pytest.mark.parametrize("scale", [1, F(1, 7), 12])
def test_the_papers_numbers_pass_at_any_scale_of_the_weights(scale):
    certificate = verify(paper(), NeutralOptimum(papers_neutral(scale)), exact=True)
    assert certificate.ok and certificate.max_violation == 0
    assert "at most 0 e" in certificate.note  # the papers' weights are positive: no limit is needed


@pytest.mark.parametrize(
    ("informed", "alpha"),
    [
        # Another positive certificate, and a limit with two weights 0, for the same mechanism.
        (("1/10", "3/20", "3/5", "3/20"), {(0, 1): "3/10", (1, 2): "2/5", (1, 3): "1/20"}),
        (("1/10", "0", "9/10", "0"), {(0, 1): "3/10", (1, 2): "3/5", (2, 3): "1/10", (3, 2): "1/5"}),
    ],
)
def test_certificates_are_not_unique(informed, alpha):
    full = np.array([[F(0)] * 4 for _ in range(4)], dtype=object)
    for place, value in alpha.items():
        full[place] = F(value)
    found = papers_neutral()
    warrants, other = warrants_by_definition(paper(), Weights([F(x) for x in informed], F(1), full))
    other_limit = replace(
        found,
        limit=Weights([F(x) for x in informed], F(1), full),
        informed_warrants=warrants,
        uninformed_warrant=other,
    )
    assert failures(paper(), other_limit) == set()


def test_the_first_mechanism_of_the_paper_is_efficient_but_not_neutral():
    utilities = [F(10), F(10, 3), F(5, 3), F(5, 9)]
    first = NeutralMechanism(
        [F(1), F(2, 3), F(1, 6), F(1, 9)],
        [F(20), F(50, 3), F(20, 3), F(5)],
        utilities,
        F(97, 18),
        papers_weights(),
        [F(10), F(5), F(10, 3), F(5, 3)],
        F(4),
        papers_weights(),
    )
    found = failures(paper(), first)
    assert found == {f"less than warranted:{t}" for t in ("hb", "lg", "hg")}


def edited(found, field, place, value):
    array = getattr(found, field).copy()
    array[place] = value
    return replace(found, **{field: array})


def edited_weights(found, field, part, place, value):
    weights = getattr(found, field)
    array = getattr(weights, part).copy()
    array[place] = value
    return replace(found, **{field: replace(weights, **{part: array})})


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda m: edited(m, "quantities", 1, F(2, 3)), "incentive:lg|hb"),
        (lambda m: edited(m, "quantities", 0, F(11, 10)), "quantity above 1:lb"),
        (lambda m: edited(m, "quantities", 3, F(-1, 10)), "quantity below 0:hg"),
        (lambda m: edited(m, "payments", 0, F(19)), "incentive:hb|lb"),
        (lambda m: edited(m, "payments", slice(None), m.payments + 5), "participation:uninformed"),
        (lambda m: edited(m, "payments", slice(None), m.payments - 2), "participation:hg"),
        (lambda m: edited(m, "informed_utilities", 2, F(3)), "utility as stated:lg"),
        (lambda m: replace(m, uninformed_utility=F(5)), "utility as stated:uninformed"),
        (lambda m: edited(m, "informed_warrants", 0, F(9)), "warrant:lb"),
        (lambda m: replace(m, uninformed_warrant=F(3)), "warrant:uninformed"),
        (lambda m: edited_weights(m, "limit", "informed", 0, F(1, 5)), "limit:money:lb"),
        (lambda m: edited_weights(m, "limit", "informed", 0, F(-1, 10)), "limit:weight:lb"),
        (lambda m: edited_weights(m, "limit", "alpha", (3, 0), F(1, 10)), "limit:slack:lb|hg"),
        (lambda m: edited_weights(m, "limit", "alpha", (0, 1), F(-1, 10)), "limit:multiplier:hb|lb"),
        (lambda m: edited_weights(m, "limit", "alpha", (0, 0), F(1, 10)), "limit:multiplier:lb|lb"),
        (lambda m: edited_weights(m, "efficiency", "informed", 0, F(0)), "efficiency:weight:lb"),
        (lambda m: edited_weights(m, "efficiency", "alpha", (0, 1), F(2, 5)), "efficiency:virtual surplus:hb"),
        (lambda m: replace(m, limit=replace(m.limit, uninformed=F(0))), "limit:weight:uninformed"),
    ],
)
def test_edits_are_found_and_named(change, named):
    assert named in failures(paper(), change(papers_neutral()))


def test_an_edited_alternative_is_found():
    trade = many_payoffs()
    answer = neutral_optimum(trade)
    edit = edited(answer.alternative, "payments", 0, answer.alternative.payments[0] + 1)
    certificate = verify(trade, replace(answer, alternative=edit), exact=True)
    assert not certificate.ok and all(v.constraint.startswith("alternative:") for v in certificate.violations)
    same = replace(answer, alternative=answer.mechanism)
    assert [v.constraint for v in verify(trade, same, exact=True).violations] == ["alternative:payoffs"]


def test_equal_costs_need_one_warrant():
    answer = neutral_optimum(EQUAL)
    assert verify(EQUAL, answer, exact=True).ok
    found = answer.mechanism
    assert found.informed_warrants[1] == found.informed_warrants[2]
    moved = edited(found, "informed_warrants", 1, found.informed_warrants[1] - 1)
    assert "warrants of equal costs:t3" in failures(EQUAL, moved)


def test_floats_pass_within_the_tolerance_only():
    trade = paper("1/3")
    tree = encode_tree(neutral_optimum(trade, uniqueness=0).to_data(), exactly=False)
    rounded = NeutralOptimum.from_data(tree)
    certificate = verify(trade, rounded, exact=False)
    assert certificate.ok and not certificate.exact and 0 < certificate.max_violation < 1e-12
    assert not verify(trade, rounded, exact=True).ok
    assert "incentive:lg|hb" in failures(trade, edited(rounded.mechanism, "quantities", 1, 1 / 3 + 1e-4), exact=False)


def test_misfits_are_input_errors():
    answer = neutral_optimum(paper(), uniqueness=0)
    with pytest.raises(InputError, match="types"):
        verify(many_payoffs_of_three(), answer, exact=True)
    with pytest.raises(InputError, match="concept"):
        verify(paper(), answer, exact=True, concept="optimal")
    with pytest.raises(InputError, match="not an answer"):
        verify(paper(), answer.mechanism, exact=True)


def many_payoffs_of_three():
    return OneSidedTrade([9, 17, 18], [9, 26, 36], ["7/24", "17/48", "17/48"], power="3/4")


def test_the_verifier_loads_no_solver():
    code = (
        "import sys, gametheory.mechanism.neutral.verify\n"
        "loaded = {'highspy', 'pulp', 'numba', 'scipy', 'flint'} & set(sys.modules)\n"
        "own = [m for m in sys.modules if m.startswith('gametheory.mechanism.neutral.') and m.split('.')[-1] in "
        "('search', 'refine', 'relaxation', 'hints', 'solver')]\n"
        "print(sorted(loaded) + own)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
