import itertools
import json
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from scipy.optimize import linprog

from gametheory import solve
from gametheory import verify as verify_again
from gametheory.errors import InputError
from gametheory.limits import Budget, Limits
from gametheory.saving import solution_from_json
from gametheory.solution import Termination
from gametheory.solvers import Options
from gametheory.strategic import Elimination, StrategicGame, dominance
from gametheory.strategic.programs import ProgramFailed
from gametheory.strategic.verify import verify

EXACT = Options(exact=True)
PRISONERS = StrategicGame.from_arrays([[-1, -3], [0, -2]], [[-1, 0], [-3, -2]])


def drawn(seed, *shape):
    random = np.random.default_rng(seed)
    return StrategicGame.from_arrays(*(random.integers(-3, 4, shape) for _ in shape))


def by_scipy(game):
    """What survives strict dominance by mixtures, which does not depend on the order of elimination."""
    left = [list(range(n)) for n in game.shape]
    payoffs = game.payoffs.astype(float)
    while True:
        for i, kept in enumerate(left):
            rest = np.moveaxis(payoffs[i][np.ix_(*left)], i, 0).reshape(len(kept), -1)
            for a in range(len(kept)):
                gains = rest - rest[a]
                # The largest t with gains of a mixture of at least t everywhere.
                rows = np.column_stack([-gains.T, np.ones(rest.shape[1])])
                bounds = [(0, None)] * len(kept) + [(None, None)]
                one = [[1.0] * len(kept) + [0.0]]
                best = linprog([0.0] * len(kept) + [-1.0], rows, np.zeros(len(rows)), one, [1.0], bounds)
                if -best.fun > 1e-7:
                    kept.pop(a)
                    break
            else:
                continue
            break
        else:
            return left


@pytest.mark.parametrize("shape", [(3, 3), (4, 3), (2, 3, 2)])
@pytest.mark.parametrize("seed", range(8))
def test_what_survives_is_what_scipy_leaves_and_beliefs_prove_it(seed, shape):
    game = drawn(seed, *shape)
    answer = dominance.solve(game, EXACT).answer
    left = {
        p: tuple(s[k] for k in kept) for p, s, kept in zip(game.players, game.strategies, by_scipy(game), strict=True)
    }
    assert answer.surviving == left
    certificate = verify(game, answer, exact=True, concept="undominated")
    assert certificate.ok
    assert not certificate.note


@pytest.mark.parametrize("seed", range(8))
def test_what_survives_weak_dominance_is_a_best_reply_to_a_belief_with_every_profile(seed):
    game = drawn(seed, 3, 4)
    answer = dominance.solve(game, Options(exact=True, extra={"strict": False})).answer
    assert verify(game, answer, exact=True, concept="undominated").ok
    beliefs = list(itertools.chain(*(named.values() for named in answer.beliefs.values())))
    assert all((belief > 0).all() for belief in beliefs)


def test_an_elimination_that_stops_too_early_is_no_answer():
    everything = {"player 1": ("1", "2"), "player 2": ("1", "2")}
    early = Elimination((), True, everything)
    certificate = verify(PRISONERS, early, exact=True, concept="undominated")
    assert not certificate.ok
    assert "1 of player 1 is left, and dominated" in {v.constraint for v in certificate.violations}
    # Beliefs that are made up do not help: cooperation is a best reply to none.
    half = np.array([Fraction(1, 2), Fraction(1, 2)], dtype=object)
    beliefs = {player: {"1": half, "2": half} for player in everything}
    assert not verify(PRISONERS, replace(early, beliefs=beliefs), exact=True, concept="undominated").ok
    steps_alone = verify(PRISONERS, Elimination((), True), exact=True, concept="undominated")
    assert "not claimed" in steps_alone.note
    with pytest.raises(InputError, match="no belief over the 2 profiles"):
        verify(PRISONERS, replace(early, beliefs={}), exact=True, concept="undominated")
    for malformed in (Fraction(1, 2), [half, half]):  # a number, and a table
        beliefs = {player: {"1": malformed, "2": half} for player in everything}
        saved = Elimination.from_data(replace(early, beliefs=beliefs).to_data())
        with pytest.raises(InputError, match="no belief over the 2 profiles"):
            verify(PRISONERS, saved, exact=True, concept="undominated")


def test_a_mixture_that_dominates_is_not_seen_without_beliefs_and_that_is_said():
    game = StrategicGame.from_arrays([[4, 0], [0, 4], [1, 1]], [[0, 0], [0, 0], [0, 0]])
    pure = solve(game, concept="undominated", mixed=False).require()
    assert pure.results["surviving"]["player 1"] == ["1", "2", "3"]
    assert "pure strategies only" in pure.certificate.note
    mixed = solve(game, concept="undominated").require()
    assert mixed.results["surviving"]["player 1"] == ["1", "2"]


def test_beliefs_are_saved():
    solution = solve(drawn(3, 4, 4), concept="undominated", exact=True).require()
    again = solution_from_json(json.loads(json.dumps(solution.to_json())), None, [])
    assert verify_again(again).ok
    assert again.answer.beliefs.keys() == solution.answer.beliefs.keys()


def test_a_limit_leaves_the_steps():
    outcome = dominance.solve(PRISONERS, Options(exact=True, budget=Budget(Limits(seconds=1e-9))))
    assert outcome.termination is Termination.LIMIT
    assert not outcome.answer.surviving


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("strict", [True, False])
def test_payoffs_further_apart_than_floats_reach_are_compared_without_warnings(strict):
    # Each strategy is the only best reply to one of the other player's.
    tiny = Fraction(1, 10**400)
    game = StrategicGame.from_arrays([[tiny, 0], [0, 1]], [[1, 0], [0, tiny]])
    solution = solve(game, concept="undominated", strict=strict).require()
    assert solution.answer.surviving == {"player 1": ("1", "2"), "player 2": ("1", "2")}


def test_a_linear_program_that_fails_is_told(monkeypatch):
    def failing(*given):
        raise ProgramFailed("no basis was found")

    monkeypatch.setattr(dominance, "optimum", failing)
    solution = solve(PRISONERS, concept="undominated", mixed=True, strict=True)
    assert solution.termination is Termination.SOLVED  # one strategy each is left by pure domination
    pennies = StrategicGame.from_arrays([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    solution = solve(pennies, concept="undominated")
    assert solution.termination is Termination.FAILED
    assert solution.message == "no basis was found"
