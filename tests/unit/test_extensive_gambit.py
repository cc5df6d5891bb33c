import io
import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from gametheory import solve
from gametheory import verify as verify_again
from gametheory.errors import InputError
from gametheory.extensive import ExtensiveGame, efg, efg_writer, gambit, sequence, subgames
from gametheory.extensive.structure import forgotten, subgame_roots
from gametheory.extensive.verify import verify
from gametheory.saving import solution_from_json
from gametheory.solution import Termination
from gametheory.solvers import Options
from gametheory.strategic import StrategicGame, nfg, support
from gametheory.strategic import gambit as strategic_gambit
from gametheory.strategic.verify import verify as verify_strategic

pygambit = pytest.importorskip("pygambit")
CATALOG = Path(pygambit.__file__).parent / "catalog_data"
TREES = sorted(CATALOG.glob("**/*.efg"))
TABLES = sorted(CATALOG.glob("**/*.nfg"))
EXACT = Options(exact=True)


def name(path):
    return str(path.relative_to(CATALOG))


def same(a, b, besides=()):
    one, other = a.to_data(), b.to_data()
    for data in (one, other):
        data.update({f"annotations.{key}": value for key, value in data.pop("annotations", {}).items()})
        for key in besides:
            data.pop(f"annotations.{key}", None)
            data.pop(key, None)
    assert one.keys() == other.keys()
    for key, value in one.items():
        if isinstance(value, np.ndarray):
            assert value.tolist() == other[key].tolist(), key
        else:
            assert value == other[key], key


def test_the_catalogue_is_there():
    assert len(TREES) > 20
    assert len(TABLES) > 3


@pytest.mark.parametrize("path", TREES, ids=name)
def test_trees_come_back_from_text_and_from_pygambit(path):
    game = efg.read(path)
    same(game, efg.parse(efg_writer.text(game)))
    # In a game of pygambit's, every information set carries the label that profiles use, and every outcome a name.
    same(game, ExtensiveGame.from_pygambit(game.to_pygambit()), besides=("set_labels", "outcome", "outcome_names"))
    theirs, written = pygambit.read_efg(str(path)), pygambit.read_efg(io.StringIO(efg_writer.text(game)))
    assert written.description == theirs.description
    assert [s.label for p in written.players for s in p.infosets] == [
        s.label for p in theirs.players for s in p.infosets
    ]
    named = game.annotations.outcome is not None
    assert not named or sorted(o.label for o in written.outcomes) == sorted(o.label for o in theirs.outcomes)
    assert theirs.is_perfect_recall == (forgotten(game) is None)
    assert len(theirs.nodes) == game.nodes
    assert [p.label for p in theirs.players] == list(game.players)


@pytest.mark.parametrize("path", TREES, ids=name)
def test_trees_are_solved_or_refused_by_name(path):
    game = efg.read(path)
    if forgotten(game) is not None:
        with pytest.raises(InputError, match=r"imperfect recall.*information set '"):
            subgames.refuses(game, EXACT)
        return
    outcome = subgames.solve(game, EXACT)
    assert outcome.termination is Termination.SOLVED
    assert verify(game, outcome.answer, exact=True, concept="subgame_perfect").ok
    theirs = game.to_pygambit()
    if sequence.refusal(game) is None:
        value = pygambit.nash.lp_solve(theirs).equilibria[0].payoff(next(iter(theirs.players)))
        for method in (sequence.solve, sequence.solve_subgames, subgames.solve):
            assert method(game, EXACT).answer.payoffs[game.players[0]] == value
    assert _regret_in_every_subgame(game, outcome.answer) == 0


def _regret_in_every_subgame(game, answer):
    """The largest regret that pygambit finds for our profile, in every proper subgame taken as a game."""
    worst = 0
    moves = {label: answer.strategy[label] for label in answer.strategy}
    for root in np.flatnonzero(subgame_roots(game)).tolist():
        theirs = game.to_pygambit()
        node = theirs.root
        for label in game.history(root):
            node = next(c for c in node.children if c.prior_action.label == label)
        _cut(theirs, node)
        profile = theirs.mixed_behavior_profile(rational=True)
        for player in theirs.players:
            for infoset in player.infosets:
                choice = moves[infoset.label]
                for action in infoset.actions:
                    p = choice.get(action.label, 0) if not isinstance(choice, str) else int(choice == action.label)
                    profile[action] = pygambit.Rational(p.numerator, p.denominator)
        mixed = profile.as_strategy()
        worst = max(worst, mixed.max_regret())
    return worst


def _cut(game, node):
    """Leave only what begins at a node; what was paid before is gone for all moves alike."""
    while node.parent is not None:
        game.delete_parent(node)


@pytest.mark.parametrize("path", TABLES, ids=name)
def test_tables_come_back_and_are_solved(path):
    game = nfg.read(path)
    same(game, nfg.parse(nfg.text(game)))
    same(game, nfg.parse(nfg.text(game, outcomes=True)))
    same(game, StrategicGame.from_pygambit(game.to_pygambit()), besides=("outcome", "outcome_names"))
    outcome = strategic_gambit.solve(game, EXACT)
    assert verify_strategic(game, outcome.answer, exact=True, concept="nash").ok
    if len(game.players) == 2:
        ours = {tuple(tuple(row) for row in p) for p in support.solve(game, EXACT).answer.profiles}
        theirs = {tuple(tuple(row) for row in p) for p in outcome.answer.profiles}
        assert ours == theirs


@pytest.mark.parametrize("path", TREES, ids=name)
def test_nash_through_pygambit_is_certified(path):
    game = efg.read(path)
    if forgotten(game) is not None:
        return
    outcome = gambit.solve(game, EXACT)
    assert outcome.termination is Termination.SOLVED
    certificate = verify(game, outcome.answer, exact=True, concept="nash")
    assert certificate.ok
    assert certificate.exact


@pytest.mark.parametrize("path", [p for p in TREES if "myerson" in str(p) or "watson" in str(p)], ids=name)
def test_profiles_of_pygambit_are_checked_like_any_other(path):
    game = efg.read(path)
    theirs = pygambit.read_efg(str(path))
    for found in pygambit.nash.lcp_solve(theirs).equilibria:
        assert verify(game, gambit.profile_from_pygambit(game, found), exact=True, concept="nash").ok
    profile = theirs.mixed_behavior_profile(rational=True)
    uniform = gambit.profile_from_pygambit(game, profile)
    gains = verify(game, uniform, exact=True, concept="nash").max_violation
    strategic = profile.as_strategy()
    assert gains == strategic.max_regret()
    table = strategic_gambit.from_pygambit(theirs)
    certificate = verify_strategic(table, strategic_gambit.profile_from_pygambit(strategic), exact=True, concept="nash")
    assert certificate.max_violation == strategic.max_regret()


@pytest.mark.parametrize("algorithm", sorted(gambit.ALGORITHMS))
def test_every_algorithm_ends_with_an_equilibrium_or_says_that_it_found_none(algorithm):
    # A game of perfect information with one equilibrium, which is pure: any of them may find it.
    tree = ExtensiveGame.build(["1", "2"])
    tree.move("1", ["out", "in"])
    tree["out"].pay({"1": 1, "2": -1})
    tree["in"].move("2", ["left", "right"])
    tree["in", "left"].pay({"1": 2, "2": -2})
    tree["in", "right"].pay({"1": 3, "2": -3})
    solution = solve(tree.game(), concept="nash", method=f"pygambit:{algorithm}")
    assert solution.method == f"pygambit:{algorithm}"
    if algorithm == "liap":  # a minimisation, which may end where nobody is at rest
        assert solution.termination in (Termination.SOLVED, Termination.FAILED)
    else:
        assert solution.results["payoffs"] == {"1": pytest.approx(2), "2": pytest.approx(-2)}


def test_irrational_equilibria_of_trees_are_floats_unless_asked_exactly():
    # The three players of Nau, Gomez Canovas and Hansen (2004), each moving without seeing the others.
    head = 'NFG 1 R "" { "1" "2" "3" } { 2 2 2 } '
    table = nfg.parse(head + "1 0 2/3 0 1/3 0 0 2/3 0 1/3 0 0 1/3 0 0 0 1 0 0 1/3 0 2/3 0 1")
    tree = ExtensiveGame.build(table.players)
    tree.move("1", ["1", "2"])
    for a in ("1", "2"):
        tree[a].move("2", ["1", "2"], information_set="two")
        for b in ("1", "2"):
            tree[a, b].move("3", ["1", "2"], information_set="three")
            for c in ("1", "2"):
                row = table.payoffs[:, int(a) - 1, int(b) - 1, int(c) - 1]
                tree[a, b, c].pay(dict(zip(table.players, row.tolist(), strict=True)))
    game = tree.game()
    solution = solve(game, concept="nash", method="pygambit:enumpoly").require()
    found = solution.results
    assert all(isinstance(p, float) for choice in found["strategy"].values() for p in choice.values())
    assert all(isinstance(x, float) for x in [*found["payoffs"].values(), found["epsilon"]])
    assert found["epsilon"] < 1e-11
    assert solution.certificate.exact
    again = solution_from_json(json.loads(json.dumps(solution.to_json())), None, [])
    assert verify_again(again).ok
    # The same game as a table has the same equilibrium.
    other = solve(table, method="pygambit:enumpoly").require()
    for name, worth in other.results["payoffs"][0].items():
        assert found["payoffs"][name] == pytest.approx(worth, abs=1e-9)
    exactly = solve(game, concept="nash", method="pygambit:enumpoly", exact=True).require()
    assert all(isinstance(x, Fraction) for x in exactly.results["payoffs"].values())
