from fractions import Fraction

import numpy as np
import pytest

from gametheory import solve
from gametheory.limits import Budget, Limits
from gametheory.solution import Termination
from gametheory.solvers import Options
from gametheory.strategic import StrategicGame, lemke_howson, support
from gametheory.strategic.verify import verify

EXACT = Options(exact=True)


def drawn(rows, columns, seed, high=10):
    random = np.random.default_rng(seed)
    return StrategicGame.from_arrays(*random.integers(-high, high + 1, (2, rows, columns)))


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("high", [1, 9])  # payoffs of -1, 0 and 1 make degenerate games
def test_the_equilibrium_is_one_of_all_extreme_ones(seed, high):
    game = drawn(3 + seed % 3, 4, seed, high)
    (profile,) = lemke_howson.solve(game, EXACT).answer.profiles
    every = {tuple(map(tuple, p)) for p in support.solve(game, EXACT).answer.profiles}
    assert tuple(map(tuple, profile)) in every


def test_the_textbook_game_of_von_stengel():
    # Handbook of Game Theory 3, chapter 45, example 2.2: three equilibria; the path that drops the first label.
    game = StrategicGame.from_arrays([[3, 3], [2, 5], [0, 6]], [[3, 2], [2, 6], [3, 1]])
    (profile,) = lemke_howson.solve(game, EXACT).answer.profiles
    assert tuple(map(tuple, profile)) in {
        ((1, 0, 0), (1, 0)),
        ((Fraction(4, 5), Fraction(1, 5), 0), (Fraction(2, 3), Fraction(1, 3))),
        ((0, Fraction(1, 3), Fraction(2, 3)), (Fraction(1, 3), Fraction(2, 3))),
    }


@pytest.mark.parametrize("exact", [True, False])
def test_games_with_too_many_supports_are_solved_this_way(exact):
    solution = solve(drawn(15, 13, 0), exact=exact).require()
    assert solution.method == "lemke_howson"
    assert solution.complete == "one"
    assert solution.certificate.kind == "regret"


def test_units_and_fractions_do_not_matter():
    game = drawn(6, 7, 3)
    other = StrategicGame.from_arrays(game.payoffs[0] / 7 - Fraction(1, 3), game.payoffs[1] * 10**20)
    one, two = (lemke_howson.solve(g, EXACT).answer.profiles[0] for g in (game, other))
    assert all((a == b).all() for a, b in zip(one, two, strict=True))
    assert verify(other, lemke_howson.solve(other, EXACT).answer, exact=True, concept="nash").ok


def test_pivots_are_counted():
    outcome = lemke_howson.solve(drawn(9, 9, 1), Options(exact=True, budget=Budget(Limits(iterations=2))))
    assert outcome.termination is Termination.LIMIT
