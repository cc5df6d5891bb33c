from fractions import Fraction

import numpy as np
import pytest

from gametheory import solve
from gametheory.errors import InputError, RefusedError, UsageError
from gametheory.extensive import ExtensiveGame, Policy, ProfileBatch, backward, efg, efg_writer, payoff_sets
from gametheory.extensive.batch import at_point
from gametheory.extensive.verify import verify
from gametheory.solvers import Options

EXACT = Options(exact=True)


class Nim:
    """Take one or two; whoever takes the last counter wins."""

    players = ("first", "second")

    def __init__(self, counters):
        self.initial = (counters, 0)

    def player(self, state):
        return None if state[0] == 0 else self.players[state[1]]

    def actions(self, state):
        return [k for k in (1, 2) if k <= state[0]]

    def next(self, state, action):
        return (state[0] - action, 1 - state[1])

    def payoffs(self, state):
        if state[0]:
            return None
        return (-1, 1) if state[1] == 0 else (1, -1)


@pytest.mark.parametrize("counters", range(1, 13))
def test_nim_is_lost_at_multiples_of_three(counters):
    merged = ExtensiveGame.from_rules(Nim(counters))
    tree = ExtensiveGame.from_rules(Nim(counters), merge=False)
    assert tree.is_tree
    assert merged.nodes <= 2 * counters + 1
    for game in (merged, tree, merged.unfolded(), efg.parse(efg_writer.text(merged))):
        outcome = backward.solve(game, EXACT)
        assert outcome.answer.payoffs["first"] == (-1 if counters % 3 == 0 else 1)
        assert verify(game, outcome.answer, exact=True, concept="subgame_perfect").ok
        assert verify(game, outcome.answer, exact=True, concept="nash").ok
    assert merged.unfolded().nodes == tree.nodes
    assert payoff_sets.payoff_vectors(merged, EXACT) == payoff_sets.payoff_vectors(tree, EXACT)


def test_nash_equilibria_of_merged_states():
    merged = ExtensiveGame.from_rules(Nim(4))
    solution = solve(merged, concept="nash", exact=True).require()
    assert solution.method == "backward_induction"
    assert solution.certificate.kind == "regret"
    assert solution.results["payoffs"] == {"first": 1, "second": -1}


def test_merged_states_go_to_pygambit():
    pytest.importorskip("pygambit")
    merged = ExtensiveGame.from_rules(Nim(4))
    theirs = merged.to_pygambit()  # in which the labels of states, that occur several times, are left out
    assert len(theirs.nodes) == merged.unfolded().nodes
    with pytest.raises(RefusedError, match="backward_induction"):
        solve(merged, concept="nash", method="pygambit")
    solution = solve(merged.unfolded(), concept="nash", method="pygambit", exact=True)
    assert solution.results["payoffs"] == {"first": 1, "second": -1}


class Diamond:
    """Two ways to one state; what is played there may depend on the way."""

    players = ("a", "b")
    initial = "start"
    moves = {"start": ("x", "y", "out"), "x": ("go",), "y": ("go",), "meet": ("l", "r")}
    leads = {"x": "x", "y": "y", "out": "out", "go": "meet", "l": "l", "r": "r"}
    pays = {"out": (1, 0), "l": (2, 1), "r": (0, 1), "x": (0.0, 0.0)}

    def player(self, state):
        return {"start": "a", "x": "b", "y": "b", "meet": "b"}.get(state)

    def actions(self, state):
        return self.moves[state]

    def next(self, state, action):
        return self.leads[action]

    def payoffs(self, state):
        return self.pays.get(state)


def test_choices_at_a_merged_state_may_differ_by_the_way_there():
    game = ExtensiveGame.from_rules(Diamond())
    assert game.nodes == 7
    assert not game.is_tree
    # l after x and after y: (2, 1); r after both: out. All of them are also equilibria of the tree.
    expected = {(2, 1), (1, 0)}
    assert payoff_sets.payoff_vectors(game, EXACT) == expected
    assert payoff_sets.payoff_vectors(game.unfolded(), EXACT) == expected


class Market(Diamond):
    players = ("buyer",)
    initial = 0

    def player(self, state):
        return None if state >= 3 else "chance" if state == 1 else "buyer"

    def actions(self, state):
        return {"up": "1/4", "down": "3/4"} if state == 1 else ["wait", "jump"]

    def next(self, state, action):
        return state + (2 if action in ("jump", "up") else 1)

    def payoffs(self, state):
        return {"buyer": Fraction(state)} if state >= 3 else None


def test_chance_and_paths_of_different_length():
    game = ExtensiveGame.from_rules(Market())
    assert (game.targets > game.source).all()
    # From 2: jump pays 4. From 1: 3 with 1/4, else 4. Jump to 2 at the start.
    outcome = backward.solve(game, EXACT)
    assert outcome.answer.payoffs == {"buyer": 4}
    assert outcome.answer.path == ("jump", "jump")
    assert verify(game, outcome.answer, exact=True, concept="subgame_perfect").ok


def broken(**changes):
    return type("Broken", (Nim,), changes)(4)


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        (broken(next=lambda self, state, action: state), "can be reached from itself"),
        (broken(next=lambda self, s, a: (3, 0)), "lies on or after a cycle"),
        (broken(player=lambda self, state: "nobody"), "no player 'nobody'"),
        (broken(actions=lambda self, state: []), "has no move at state"),
        (broken(payoffs=lambda self, state: (1, 2, 3)), "3 payoffs for 2 players"),
        (broken(payoffs=lambda self, state: {"x": 1}), "no player 'x' to pay"),
    ],
)
def test_rules_that_are_no_game(rules, message):
    with pytest.raises(InputError, match=message):
        ExtensiveGame.from_rules(rules)


def test_too_many_states_are_refused():
    with pytest.raises(UsageError, match="more than 5 states"):
        ExtensiveGame.from_rules(Nim(10), most=5)
    deep = ExtensiveGame.from_rules(Nim(200))
    with pytest.raises(UsageError, match="unfolds into"):
        deep.unfolded()


def entry(duopoly, points=None):
    tree = ExtensiveGame.build(players=["entrant", "incumbent"])
    tree.move("entrant", ["out", "in"])["out"].pay(incumbent=4)
    tree["in"].move("incumbent", ["fight", "share"])
    tree["in", "fight"].pay(entrant=-1, incumbent=-1)
    tree["in", "share"].pay(entrant=duopoly, incumbent=duopoly)
    return tree.game()


def test_one_backward_pass_solves_every_parameter_point():
    grid = [Fraction(k, 4) for k in range(-8, 9)]
    single = [entry(x) for x in grid]
    data = single[0].to_data()
    game = ExtensiveGame.from_data({**data, "payoffs": np.stack([g.payoffs for g in single])})
    assert game.points == len(grid)
    outcome = backward.solve(game, EXACT)
    assert isinstance(outcome.answer, ProfileBatch)
    for k, alone in enumerate(single):
        expected = backward.solve(alone, EXACT).answer
        assert tuple(outcome.answer.payoffs[k]) == tuple(expected.payoffs.values())
        assert outcome.answer.point(game, k).path == expected.path
        assert (at_point(game, k).payoffs == alone.payoffs).all()
    assert verify(game, outcome.answer, exact=True, concept="subgame_perfect").ok
    wrong = outcome.answer.choices.copy()
    wrong[3] = 1 - wrong[3]
    certificate = verify(game, ProfileBatch(wrong, outcome.answer.payoffs), exact=True, concept="subgame_perfect")
    assert not certificate.ok
    assert all(v.constraint.startswith("point 3:") for v in certificate.violations)


def test_chance_probabilities_may_carry_the_points():
    tree = ExtensiveGame.build(players=["a"])
    tree.move("a", ["safe", "risky"])["safe"].pay(a=0.5)
    tree["risky"].chance({"win": 0.5, "lose": 0.5})["win"].pay(a=1.0)
    base = tree.game()
    odds = np.linspace(0, 1, 11)
    probability = np.zeros((11, base.edges))
    probability[:, 2], probability[:, 3] = odds, 1 - odds
    game = ExtensiveGame.from_data({**base.to_data(), "probability": probability})
    answer = backward.solve(game, Options()).answer
    assert answer.payoffs[:, 0].tolist() == np.maximum(0.5, odds).tolist()
    assert verify(game, answer, exact=False, concept="subgame_perfect").ok


def test_a_policy_lives_apart_from_values():
    game = entry(Fraction(1))
    policy = Policy(game, backward.solve(game, EXACT).answer)
    grid = np.stack([entry(x).payoffs for x in (Fraction(1), Fraction(-1, 2), Fraction(-2))])
    assert policy.values().tolist() == [1, 1]
    assert policy.values(grid).tolist() == [[1, 1], [Fraction(-1, 2)] * 2, [-2, -2]]
    assert policy.values(grid.astype(float)).dtype == np.float64
    assert policy.optimal() is True
    assert policy.optimal(grid).tolist() == [True, False, False]
    failures = policy.failures(grid)
    assert [(f.point, f.place, f.player, f.gain) for f in failures] == [
        (1, "start", "entrant", Fraction(1, 2)),
        (2, "start", "entrant", 2),
        (2, "in", "incumbent", 1),
    ]
    with pytest.raises(InputError, match="has shape"):
        policy.values(np.zeros((3, 2)))


def test_points_with_hidden_moves_are_refused():
    tree = ExtensiveGame.build(players=["a", "b"])
    tree.move("a", ["l", "r"])
    for move in "lr":
        tree[move].move("b", ["l", "r"], information_set="b")
    data = tree.game().to_data()
    game = ExtensiveGame.from_data({**data, "payoffs": np.zeros((3, 7, 2))})
    assert "parameter points" in backward.refuses(game, EXACT)
    clear = ExtensiveGame.from_data({**entry(1).to_data(), "payoffs": np.zeros((3, 5, 2))})
    assert backward.refuses(clear, EXACT) is None
    assert "parameter points" in backward.refuses(clear, Options(ties="all_payoffs"))


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize("ties", ["first", "last"])
@pytest.mark.parametrize("vary", ["payoffs", "probability", "both"])
def test_points_taken_together_are_points_taken_one_by_one(ties, vary, exact):
    tree = ExtensiveGame.build(players=["a", "b"])
    tree.chance({"u": "1/2", "v": "1/3", "w": "1/6"})
    tree["u"].move("a", ["l", "r"])["r"].move("b", ["l", "m", "r"])
    tree["v"].move("b", ["l", "r"])
    base = tree.game()
    rng = np.random.default_rng(5)
    points = 60
    data = base.to_data()
    if vary != "probability":
        data["payoffs"] = rng.integers(-2, 3, (points, base.nodes, 2)) + np.zeros((), dtype=object) + Fraction(0)
    else:
        data["payoffs"] = rng.integers(-2, 3, (base.nodes, 2)) + np.zeros((), dtype=object) + Fraction(0)
    if vary != "payoffs":
        odds = np.full((points, base.edges), Fraction(0), dtype=object)
        for k in range(points):
            odds[k, :3] = [Fraction(k, 120), Fraction(60 - k, 120), Fraction(1, 2)]
        data["probability"] = odds
    game = ExtensiveGame.from_data(data)
    options = Options(exact=exact, ties=ties)
    outcome = backward.solve(game, options)
    for k in range(points):
        alone = backward.solve(at_point(game, k), options).answer
        assert outcome.answer.choices[k].tolist() == alone.strategy.choices.tolist()
        assert outcome.answer.payoffs[k].tolist() == pytest.approx(list(alone.payoffs.values()), abs=1e-12)
    assert verify(game, outcome.answer, exact=exact, concept="subgame_perfect").ok
    for k in range(0, points, 7):
        for s in range(game.sets):
            wrong = outcome.answer.choices.copy()
            wrong[k, s] = (wrong[k, s] + 1) % 2
            batch = ProfileBatch(wrong, outcome.answer.payoffs)
            one = ProfileBatch(wrong, outcome.answer.payoffs).point(game, k)
            whole = verify(game, batch, exact=exact, concept="subgame_perfect")
            single = verify(at_point(game, k), one, exact=exact, concept="subgame_perfect")
            assert whole.ok == single.ok
            assert whole.max_violation == pytest.approx(single.max_violation, abs=1e-12)


def test_a_hundred_thousand_points_are_one_call():
    base = entry(1)
    payoffs = np.repeat(base.payoffs.astype(float)[None], 100_000, axis=0)
    payoffs[:, 4] = np.linspace(-2, 2, 100_000)[:, None]
    game = ExtensiveGame.from_data({**base.to_data(), "payoffs": payoffs})
    answer = backward.solve(game, Options()).answer
    assert answer.payoffs[:, 0].tolist() == np.maximum(payoffs[:, 4, 0], 0).tolist()
    assert verify(game, answer, exact=False, concept="subgame_perfect").ok


class Wandering:
    """Random rules: states are numbers, every move leads to a higher one, labels come in any order."""

    players = ("a", "b")
    initial = 0

    def __init__(self, seed, size=7):
        rng = np.random.default_rng(seed)
        self.who = [rng.choice(["a", "b", "chance"]) for _ in range(size)]
        self.leads = [
            {
                label: int(rng.integers(v + 1, size + 2))
                for label in rng.permutation(["x", "y", "z"])[: rng.integers(1, 4)]
            }
            for v in range(size)
        ]
        self.pays = [(int(x), int(y)) if rng.random() < 0.8 else None for x, y in rng.integers(-2, 3, (size + 2, 2))]

    def player(self, state):
        return self.who[state] if state < len(self.who) else None

    def actions(self, state):
        moves = list(self.leads[state])
        return {move: Fraction(1, len(moves)) for move in moves} if self.who[state] == "chance" else moves

    def next(self, state, action):
        return self.leads[state][action]

    def payoffs(self, state):
        return self.pays[state]


def histories(rules):
    """The tree of the rules, one history after the other in breadth-first order."""
    nodes, moves = [rules.initial], []
    for state in nodes:
        if rules.player(state) is not None:
            nodes += [rules.next(state, move) for move in rules.actions(state)]
        moves.append([] if rules.player(state) is None else [str(move) for move in rules.actions(state)])
    return nodes, moves


@pytest.mark.parametrize(
    "rules", [Nim(7), Diamond(), Market(), *map(Wandering, range(12))], ids=lambda rules: type(rules).__name__
)
def test_the_tree_of_the_rules_has_a_node_for_every_history(rules):
    tree = ExtensiveGame.from_rules(rules, merge=False)
    states, moves = histories(rules)
    assert tree.is_tree
    assert tree.nodes == len(states)
    for node, state in enumerate(states):
        who, pays = rules.player(state), rules.payoffs(state)
        assert tree.player[node] == (-2 if who is None else -1 if who == "chance" else rules.players.index(who))
        assert list(tree.action_labels(node)) == moves[node]
        pays = list(pays.values()) if isinstance(pays, dict) else list(pays or [0] * len(rules.players))
        assert tree.payoffs[node].tolist() == pays
        if who == "chance":
            first, last = tree.first_edge[node : node + 2]
            assert tree.probability[first:last].tolist() == [Fraction(p) for p in rules.actions(state).values()]


@pytest.mark.parametrize("ties", ["first", "last", "prefer:b"])
@pytest.mark.parametrize("compiled", [False, True])
def test_merged_states_are_worth_what_the_tree_is_worth(monkeypatch, ties, compiled):
    monkeypatch.setattr("gametheory.extensive.compiled.SMALL", 0 if compiled else 10**9)
    for seed in range(25):
        rules = Wandering(seed)
        merged, tree = (ExtensiveGame.from_rules(rules, merge=merge) for merge in (True, False))
        options = Options(exact=not compiled, ties=ties)
        answer, whole = (backward.solve(game, options).answer for game in (merged, tree))
        assert list(answer.payoffs.values()) == pytest.approx(list(whole.payoffs.values()), abs=1e-12)
        assert answer.path == whole.path
        assert verify(merged, answer, exact=not compiled, concept="subgame_perfect").ok


def test_the_rules_are_asked_once_for_each_state():
    asked = []

    class Watched(Nim):
        def actions(self, state):
            asked.append(state)
            return super().actions(state)

    tree = ExtensiveGame.from_rules(Watched(12), merge=False)
    assert len(asked) == len(set(asked)) < tree.nodes
    with pytest.raises(UsageError, match="more than 50"):
        ExtensiveGame.from_rules(Nim(12), merge=False, most=50)


@pytest.mark.parametrize("labels", [[0, 1, 2, 0, 1], [2, 0, 1, 1, 0]])
def test_labels_of_moves_in_any_order_but_never_twice_at_a_node(labels):
    def game(action):
        who, first = np.array([0, 0, -2, -2, -2, -2]), np.array([0, 3, 5, 5, 5, 5, 5])
        return ExtensiveGame(("a",), who, first, np.zeros((6, 1)), action=np.array(action), action_names=tuple("xyz"))

    assert game(labels).action_labels(1) == tuple("xyz"[k] for k in labels[3:])
    with pytest.raises(InputError, match=f"two moves at start are called '{'xyz'[labels[0]]}'"):
        game([labels[0], labels[1], labels[0], *labels[3:]])
    with pytest.raises(InputError, match=r"two moves at .* are called"):
        game([*labels[:3], labels[3], labels[3]])
