import itertools
from fractions import Fraction

import numpy as np
import pytest

from gametheory.errors import InputError, RefusedError
from gametheory.extensive import ExtensiveGame, StrategyProfile, backward, gambit, payoff_sets, sequence, subgames
from gametheory.extensive.structure import subgame_roots
from gametheory.extensive.verify import verify
from gametheory.limits import Budget, Limits
from gametheory.solution import Termination
from gametheory.solvers import Options, choose
from gametheory.strategic import pure

EXACT = Options(exact=True)


def blind_tree(seed, sum_to=None, chance=True, longest=4):
    """A random tree of perfect recall: players see their own moves, and some of the others'."""
    rng = np.random.default_rng(seed)
    tree = ExtensiveGame.build(players=["a", "b"])
    moves_of = {}

    def grow(position, depth, seen):
        if depth == longest or (depth > 1 and rng.random() < 0.25):
            x = int(rng.integers(-4, 5))
            y = int(rng.integers(-4, 5)) if sum_to is None else sum_to - x
            position.pay(a=x, b=y)
            return
        if chance and rng.random() < 0.2:
            position.chance({"h": "1/3", "t": "2/3"})
            labels, who = ["h", "t"], None
        else:
            who = "ab"[int(rng.integers(2))]
            key = (who, seen[who])
            labels = moves_of.setdefault(key, list("xyz")[: int(rng.integers(2, 4))])
            position.move(who, labels, information_set=f"{who}:{'.'.join(seen[who])}")
        for label in labels:
            shown = bool(rng.integers(2))
            after = {}
            for p in "ab":
                if p == who:
                    after[p] = (*seen[p], label)
                else:
                    after[p] = (*seen[p], f"*{label}" if shown else f"?{depth}")
            grow(position[label], depth + 1, after)

    grow(tree, 0, {"a": (), "b": ()})
    return tree.game()


def strategic_gain(game, moves):
    """The most anybody gains in the whole game, by trying every pure strategy: a second source for regret."""
    full = list(range(game.sets))
    counts = np.diff(game.first_move)

    def worth(weights):
        value = game.payoffs.copy()
        for v in game.inner[::-1].tolist():
            for e in range(int(game.first_edge[v]), int(game.first_edge[v + 1])):
                if game.player[v] < 0:
                    p = game.probability[e]
                else:
                    p = weights[int(game.set_of[v])][e - int(game.first_edge[v])]
                value[v] = value[v] + p * value[e + 1]
        return value[0]

    given = [[moves[int(game.first_move[k]) + a] for a in range(counts[k])] for k in full]
    base = worth(given)
    gains = []
    for i in range(len(game.players)):
        mine = [k for k in full if game.player[game.first_node[k]] == i]
        for choice in itertools.product(*(range(counts[k]) for k in mine)):
            trial = list(given)
            for k, a in zip(mine, choice, strict=True):
                trial[k] = [int(b == a) for b in range(counts[k])]
            gains.append(worth(trial)[i] - base[i])
    return max(gains)


def few_profiles(seed, most):
    """The first random tree from a seed on with few pure profiles and a hidden move."""
    games = (blind_tree(k, longest=3) for k in itertools.count(100 * seed))
    return next(g for g in games if not g.perfect_information and np.prod(np.diff(g.first_move)) <= most)


@pytest.mark.parametrize("seed", range(25))
def test_nash_regret_is_what_the_best_pure_strategy_gains(seed):
    game = few_profiles(seed, 500)
    rng = np.random.default_rng(seed)
    moves = np.full(int(game.first_move[-1]), Fraction(0), dtype=object)
    for k in range(game.sets):
        first, last = int(game.first_move[k]), int(game.first_move[k + 1])
        row = [Fraction(int(x)) for x in rng.integers(0, 3, last - first)]
        row[0] += 1
        moves[first:last] = [x / sum(row) for x in row]
    answer = StrategyProfile.from_data({"probabilities": [str(p) for p in moves]})
    certificate = verify(game, answer, exact=True, concept="nash")
    assert certificate.max_violation == strategic_gain(game, moves)


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize("seed", range(20))
def test_subgame_by_subgame_is_certified(seed, exact):
    game = blind_tree(seed)
    outcome = subgames.solve(game, Options(exact=exact))
    assert outcome.termination is Termination.SOLVED
    assert verify(game, outcome.answer, exact=exact, concept="subgame_perfect").ok
    assert verify(game, outcome.answer, exact=exact, concept="nash").ok


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize("seed", range(12))
def test_the_sequence_form_finds_the_value(seed, exact):
    game = blind_tree(seed, sum_to=seed % 3)
    options = Options(exact=exact)
    whole, each = sequence.solve(game, options), sequence.solve_subgames(game, options)
    assert verify(game, whole.answer, exact=exact, concept="nash").ok
    assert verify(game, each.answer, exact=exact, concept="subgame_perfect").ok
    expected = subgames.solve(game, EXACT).answer.payoffs["a"]
    for outcome in (whole, each):
        worth = outcome.answer.payoffs["a"]
        assert worth == (expected if exact else pytest.approx(float(expected), abs=1e-9))


def two_steps():
    tree = ExtensiveGame.build(players=["one", "two"])
    tree.move("one", ["stay", "go"])
    for first in ("stay", "go"):
        tree[first].move("two", ["l", "r"], information_set="two")
        for reply in ("l", "r"):
            tree[first, reply].move("one", ["stay", "go"], information_set=f"after {first}")
            tree[first, reply, "stay"].pay(one=-1 if first == "go" else 0)
            tree[first, reply, "go"].pay(one=1 if first == "go" else -1)
    return tree.game()


def test_passing_at_every_information_set_alone_is_not_enough():
    game = two_steps()
    answer = StrategyProfile.from_data(
        {"strategy": {"start": "stay", "two": "l", "after stay": "stay", "after go": "stay"}}
    )
    assert verify(game, answer, exact=True, concept="agent_nash").ok
    certificate = verify(game, answer, exact=True, concept="subgame_perfect")
    assert certificate.kind == "subgame_regret"
    assert not certificate.ok
    assert certificate.max_violation == 1
    assert not verify(game, answer, exact=True, concept="nash").ok


def test_an_incredible_threat_in_a_subgame_with_hidden_moves_is_rejected():
    # Selten's chain: in, then a coordination game; the Nash equilibrium that stays out on the threat of (r, l).
    tree = ExtensiveGame.build(players=["a", "b"])
    tree.move("a", ["out", "in"])
    tree["out"].pay(a=2, b=2)
    tree["in"].move("a", ["l", "r"])
    for move, pays in (("l", (3, 0)), ("r", (0, 1))):
        tree["in", move].move("b", ["l", "r"], information_set="b")
        for reply, x in zip(("l", "r"), pays, strict=True):
            tree["in", move, reply].pay(a=x, b=x)
    game = tree.game()
    assert np.flatnonzero(subgame_roots(game)).tolist() == [0, 2]
    threat = StrategyProfile.from_data({"strategy": {"start": "out", "in": "l", "b": "r"}})
    assert verify(game, threat, exact=True, concept="nash").ok
    certificate = verify(game, threat, exact=True, concept="subgame_perfect")
    assert [v.constraint for v in certificate.violations] == [
        "b gains in the subgame at 'in'",
        "a gains in the subgame at 'in'",
    ]
    both = {subgames.solve(game, Options(exact=True, ties=t)).answer.path for t in ("first", "last")}
    assert ("in", "l", "l") in both


def forgetful():
    tree = ExtensiveGame.build(players=["a", "b"])
    tree.move("a", ["x", "y"])
    for first in "xy":
        tree[first].move("b", ["l", "r"])
        for reply in "lr":
            tree[first, reply].move("a", ["u", "v"], information_set="lost")
            tree[first, reply, "u"].pay(a=1 if first == "x" else 0, b=1)
    return tree.game()


def test_imperfect_recall_is_refused_by_name_with_two_histories():
    game = forgetful()
    with pytest.raises(
        InputError, match=r"imperfect recall: a forgets at information set 'lost', reached by \(x, l\) and by \(y, l\)"
    ):
        choose(game, "subgame_perfect", None, EXACT)
    with pytest.raises(InputError, match="imperfect recall"):
        choose(game, "subgame_perfect", "sequence_form", EXACT).refusal(game, EXACT)
    solver = choose(game, "nash", "pure_enumeration", EXACT)
    outcome = solver(game, EXACT)
    assert outcome.answer.payoffs == {"a": 1, "b": 1}
    certificate = verify(game, outcome.answer, exact=True, concept="nash")
    assert certificate.ok
    assert certificate.note == "imperfect recall: checked against every pure strategy, and so every mixture of them"
    worse = StrategyProfile.from_data({"strategy": {"start": "y", "x": "l", "y": "l", "lost": "u"}})
    assert not verify(game, worse, exact=True, concept="nash").ok


def test_an_absent_minded_driver_is_checked_by_pure_strategies():
    tree = ExtensiveGame.build(players=["driver"])
    tree.move("driver", ["exit", "on"], information_set="road")
    tree["on"].move("driver", ["exit", "on"], information_set="road")
    tree["on", "exit"].pay(driver=4)
    tree["on", "on"].pay(driver=1)
    game = tree.game()
    outcome = gambit.solve_pure(game, EXACT)
    assert outcome.answer.payoffs == {"driver": 1}  # no pure strategy reaches the 4
    certificate = verify(game, outcome.answer, exact=True, concept="nash")
    assert certificate.ok
    assert "a behaviour strategy may do better" in certificate.note
    with pytest.raises(InputError, match="imperfect recall"):
        verify(game, outcome.answer, exact=True, concept="subgame_perfect")


def brute_force_payoffs(game):
    """Payoffs of all pure profiles that pass the check."""
    counts = np.diff(game.first_move)
    found = set()
    for choice in itertools.product(*(range(n) for n in counts)):
        answer = StrategyProfile.from_data({"choices": list(choice)})
        if verify(game, answer, exact=True, concept="subgame_perfect").ok:
            moves = backward.pure_moves(game, np.array(choice))
            value = game.payoffs.copy()
            from gametheory.extensive.profile import edge_weights
            from gametheory.extensive.values import one_shot_gains

            value, _ = one_shot_gains(game, value, edge_weights(game, moves, game.probability))
            found.add(tuple(value[0].tolist()))
    return found


@pytest.mark.parametrize("seed", range(25))
def test_all_payoffs_are_those_of_all_pure_equilibria(seed):
    game = few_profiles(seed, 150)
    assert payoff_sets.payoff_vectors(game, EXACT) == brute_force_payoffs(game)


def test_all_payoffs_come_with_the_answer_and_are_checked():
    tree = ExtensiveGame.build(players=["a", "b"])
    tree.move("a", ["l", "r"])
    tree["l"].move("b", ["x", "y"])
    tree["r"].pay(a=1, b=5)
    tree["l", "x"].pay(a=2, b=3)
    tree["l", "y"].pay(a=0, b=3)
    game = tree.game()
    outcome = choose(game, "subgame_perfect", None, Options(exact=True, ties="all_payoffs"))(
        game, Options(exact=True, ties="all_payoffs")
    )
    assert outcome.answer.all_payoffs == ((2, 3), (1, 5))
    assert verify(game, outcome.answer, exact=True, concept="subgame_perfect").ok
    again = StrategyProfile.from_data({**outcome.answer.to_data(), "all_payoffs": [["2", "3"]]})
    certificate = verify(game, again, exact=True, concept="subgame_perfect")
    assert [v.constraint for v in certificate.violations] == ["all_payoffs"]


def test_many_payoffs_are_a_limit_and_not_a_hang(monkeypatch):
    monkeypatch.setattr(payoff_sets, "MOST_VECTORS", 200)
    tree = ExtensiveGame.build(players=["a", "b"])

    def grow(position, depth):
        if depth == 0:
            return
        position.chance({"h": "1/2", "t": "1/2"})
        for k, label in enumerate("ht"):
            position[label].move("a", ["x", "y", "z"])
            for j, move in enumerate("xyz"):
                position[label, move].pay(b=(k + 1) * (j + 1) * 7**depth)
                grow(position[label, move], depth - 1)

    grow(tree, 3)
    outcome = backward.solve(tree.game(), Options(exact=True, ties="all_payoffs"))
    assert outcome.termination is Termination.LIMIT
    assert "payoff vectors" in outcome.message


def test_tie_rules_choose_among_the_equilibria_of_a_simultaneous_stage():
    tree = ExtensiveGame.build(players=["a", "b"])
    tree.move("a", ["l", "r"])
    for move, pays in (("l", ((2, 1), (0, 0))), ("r", ((0, 0), (1, 2)))):
        tree[move].move("b", ["l", "r"], information_set="b")
        for reply, (x, y) in zip("lr", pays, strict=True):
            tree[move, reply].pay(a=x, b=y)
    game = tree.game()

    def payoffs(ties, seed=0):
        options = Options(exact=True, ties=ties, seed=seed)
        answer = choose(game, "subgame_perfect", "backward_induction", options)(game, options).answer
        assert verify(game, answer, exact=True, concept="subgame_perfect").ok
        return tuple(answer.payoffs.values())

    mixed = (Fraction(2, 3), Fraction(2, 3))
    assert payoffs("first") == (2, 1)
    assert payoffs("last") == mixed
    assert payoffs("prefer:b") == (1, 2)
    assert payoffs("prefer:a") == (2, 1)
    assert {payoffs("random", k) for k in range(40)} == {(2, 1), (1, 2), mixed}
    assert payoff_sets.payoff_vectors(game, EXACT) == {(2, 1), (1, 2)}


def test_the_strategic_form_of_a_tree():
    tree = ExtensiveGame.build(players=["a", "b"])
    tree.move("a", ["out", "in"])
    tree["in"].move("b", ["l", "r"])
    tree["in", "l"].move("a", ["u", "d"])
    tree["in", "l", "u"].pay(a=3, b="1/2")
    tree.pay(a=1)
    game = tree.game()
    form = game.to_strategic()
    assert form.strategies == (("out/*", "in/u", "in/d"), ("l", "r"))
    assert form.payoffs[0].tolist() == [[1, 1], [4, 1], [1, 1]]
    assert form.payoffs[1].tolist() == [[0, 0], [Fraction(1, 2), 0], [0, 0]]
    assert game.to_strategic(reduced=False).shape == (4, 2)
    assert len(pure.pure_equilibria(form.payoffs)) > 0


def test_a_large_stage_is_refused_with_its_name(monkeypatch):
    monkeypatch.setattr(subgames, "MOST_STAGE_PAYOFFS", 20)
    tree = ExtensiveGame.build(players=["a", "b", "c"])
    tree.move("a", ["1", "2"])
    for k in "12":
        tree[k].move("b", ["1", "2"], information_set="b")
        for j in "12":
            tree[k, j].move("c", ["1", "2"], information_set="c")
    outcome = subgames.solve(tree.game(), EXACT)
    assert outcome.termination is Termination.FAILED
    assert "the subgame at 'start' is too large" in outcome.message


def test_unknown_methods_are_refused():
    with pytest.raises(RefusedError, match="add up to a constant"):
        choose(two_steps(), "subgame_perfect", "sequence_form", EXACT)


@pytest.mark.parametrize("seed", range(6))
def test_a_list_of_all_payoffs_with_hidden_moves_is_checked_by_every_profile(seed):
    game = few_profiles(seed, 100)
    answer = subgames.solve(game, Options(exact=True, ties="all_payoffs")).answer
    certificate = verify(game, answer, exact=True, concept="subgame_perfect")
    assert certificate.ok
    assert certificate.note == ""
    more = [[str(x) for x in row] for row in answer.all_payoffs] + [["99", "99"]]
    wrong = StrategyProfile.from_data({**answer.to_data(), "all_payoffs": more})
    assert not verify(game, wrong, exact=True, concept="subgame_perfect").ok


def test_strategies_too_many_to_list_are_stopped_by_the_limit():
    tree = ExtensiveGame.build(players=["a", "b"])

    def grow(path, levels):
        node = tree[path] if path else tree
        if not levels:
            node.pay(a=len(path), b=0)
            return
        node.move("ab"[levels % 2], list("wxyz"))
        for action in "wxyz":
            grow((*path, action), levels - 1)

    grow((), 5)
    game = tree.game()
    solver = choose(game, "nash", "pure_enumeration", EXACT)
    outcome = solver(game, Options(exact=True, budget=Budget(Limits(seconds=0.2))))
    assert outcome.termination is Termination.LIMIT
    assert outcome.message == "time limit of 0.2 seconds"
