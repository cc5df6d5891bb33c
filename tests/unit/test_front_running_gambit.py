"""The priced game in files, and what pygambit says of it."""

from fractions import Fraction

import numpy as np
import pytest

import gametheory as gt
from gametheory.extensive import StrategyProfile
from gametheory_plugins.front_running import FrontRunning, batch

pygambit = pytest.importorskip("pygambit")

POINTS = (
    {"rho_d": "0.1", "rho_u": "0.1", "q_A": "0.6", "q_D": "0.55"},
    {"rho_d": "0.83", "rho_u": "0.15", "q_A": "0.6", "q_D": "0.55"},
    {"rho_d": "0.05", "rho_u": "0.3", "q_A": "0.6", "q_D": "0.55"},
    {"rho_d": "0.4", "rho_u": "0.3", "q_A": "0.9", "q_D": "0.2"},
    {"rho_d": "0", "rho_u": "0", "q_A": "0.6", "q_D": "0.55"},
)


def read(tree, tmp_path):
    path = tmp_path / "game.efg"
    path.write_text(tree.to_efg())
    return pygambit.read_efg(str(path))


@pytest.mark.parametrize("formulas", ["first_principles", "published"])
@pytest.mark.parametrize("point", POINTS)
def test_pure_equilibria_of_the_3_by_3_game_are_pygambits(point, formulas, tmp_path):
    model = FrontRunning(**point, formulas=formulas)
    game = read(model.priced_tree(full=False), tmp_path)
    found = set()
    for profile in pygambit.nash.enumpure_solve(game).equilibria:
        played = {
            player.label: next(k for k, s in enumerate(player.strategies) if profile[s] == 1) for player in game.players
        }
        found.add((-played["A"], -played["D"]))
    ours = batch.exact_point(model.point(), formulas=formulas, tie_break="paper")["equilibria"]
    assert found == {(-i, -j) for i, j in np.argwhere(ours).tolist()}
    assert found


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("tie_break", ["paper", "cheapest_first"])
def test_on_the_full_tree_nobody_regrets_any_of_our_equilibria(point, tie_break, tmp_path):
    model = FrontRunning(**point, tie_break=tie_break)
    solution = model.solve(exact=True).require()
    tree = solution.form.to_extensive(solution.answer)
    game = read(tree, tmp_path)
    moves = solution.answer.strategy(solution.form)
    cells = [(SALES[-a], SALES[-d]) for a, d in solution.results["equilibria"]]
    assert cells
    for first, second in cells:
        profile = game.mixed_behavior_profile(rational=True)
        for place in game.infosets:
            player, _, way = place.label.partition(" at ")
            chosen = moves[way.rpartition("/")[2]][player]
            if way == "t1":
                chosen = first if player == "A" else second
            for action in place.actions:
                profile[action] = Fraction(int(action.label == chosen))
        assert profile.agent_max_regret() == 0
        strategy = {}
        for label in tree.set_index:
            player, _, way = label.partition(" at ")
            strategy[label] = moves[way.rpartition("/")[2]][player]
        strategy |= {"A at t1": first, "D at t1": second}
        worth = {p.label: Fraction(str(profile.payoff(p))) for p in game.players}
        claimed = StrategyProfile(strategy, worth, ())
        assert gt.verify(tree, claimed, exact=True, concept="subgame_perfect").ok
        for player in ("A", "D"):
            i, j = SALES.index(first), SALES.index(second)
            # the form counts in units without loss
            assert Fraction(str(profile.payoff(player))) == 2 - solution.results[f"loss_{player}"][i][j]


SALES = ("hold", "sell 1", "sell 2")


def test_the_tree_of_the_printed_formulas_is_that_of_t1():
    assert FrontRunning(formulas="published").priced_tree().nodes == 13
    assert FrontRunning().priced_tree().nodes > 200
