import itertools
from fractions import Fraction

import numpy as np
import pytest

from gametheory.extensive import TERMINAL, ExtensiveGame
from gametheory.extensive.backward import solve
from gametheory.extensive.compiled import SMALL, fast
from gametheory.extensive.verify import verify
from gametheory.limits import Budget, Limits
from gametheory.solution import Termination
from gametheory.solvers import Options


def random_tree(seed, decisions, players=2, chance=0.2, exact=True, levels=5):
    """A tree grown breadth first, with few payoff levels so that ties are common."""
    rng = np.random.default_rng(seed)
    player, counts, waiting = [], [], 1
    while waiting:
        waiting -= 1
        if decisions > 0 and (waiting == 0 or rng.random() < 0.6):
            decisions -= 1
            player.append(-1 if rng.random() < chance else int(rng.integers(players)))
            counts.append(int(rng.integers(1, 4)))
            waiting += counts[-1]
        else:
            player.append(TERMINAL)
            counts.append(0)
    payoffs = rng.integers(-levels, levels + 1, size=(len(player), players))
    weights = []
    for who, n in zip(player, counts, strict=True):
        weights += [Fraction(2 * k + 2, n * (n + 1)) if who == -1 else Fraction(0) for k in range(n)]
    kind = object if exact else float
    return ExtensiveGame(
        players=tuple("abcdef"[:players]),
        player=np.array(player),
        first_edge=np.concatenate([[0], np.cumsum(counts)]),
        payoffs=np.array([[Fraction(int(x), 3) for x in row] for row in payoffs], dtype=kind),
        probability=np.array(weights, dtype=kind) if -1 in player else None,
    )


def recursive(game, node=0, pick=min):
    """Textbook backward induction on histories, one node at a time."""
    worth = game.payoffs[node].tolist()
    moves = range(int(game.first_edge[node]), int(game.first_edge[node + 1]))
    if not moves:
        return worth
    below = [recursive(game, edge + 1, pick) for edge in moves]
    who = int(game.player[node])
    if who < 0:
        chosen = [sum(game.probability[e] * b[i] for e, b in zip(moves, below, strict=True)) for i in range(len(worth))]
    else:
        most = max(b[who] for b in below)
        chosen = below[pick(k for k, b in enumerate(below) if b[who] == most)]
    return [w + c for w, c in zip(worth, chosen, strict=True)]


@pytest.mark.parametrize("seed", range(30))
@pytest.mark.parametrize(("ties", "pick"), [("first", min), ("last", max)])
def test_agrees_with_the_textbook(seed, ties, pick):
    game = random_tree(seed, decisions=12 + seed, players=1 + seed % 3, chance=0.3 * (seed % 2))
    outcome = solve(game, Options(exact=True, ties=ties))
    assert list(outcome.answer.payoffs.values()) == recursive(game, pick=pick)
    assert verify(game, outcome.answer, exact=True, concept="subgame_perfect").ok


@pytest.mark.parametrize("seed", range(10))
def test_prefer_breaks_ties_by_the_players_named(seed):
    game = random_tree(seed, decisions=20, players=3, chance=0.0, levels=2)

    def nice(node):
        worth = game.payoffs[node].tolist()
        below = [nice(e + 1) for e in range(int(game.first_edge[node]), int(game.first_edge[node + 1]))]
        if not below:
            return worth
        who = int(game.player[node])
        best = max(below, key=lambda b: (b[who], b[2], b[0], b[1]))
        return [w + c for w, c in zip(worth, best, strict=True)]

    outcome = solve(game, Options(exact=True, ties="prefer:c"))
    assert list(outcome.answer.payoffs.values()) == nice(0)


def test_random_ties_depend_on_the_seed_only_and_reach_every_best_move():
    tree = ExtensiveGame.build(players=["a"])
    tree.move("a", ["u", "v", "w", "x"])
    for move in ("u", "v", "x"):
        tree[move].pay(a=1)
    game = tree.game()
    seen = {solve(game, Options(ties="random", seed=k)).answer.path for k in range(60)}
    assert seen == {("u",), ("v",), ("x",)}
    runs = [solve(game, Options(ties="random", seed=7)).answer.path for _ in range(3)]
    assert len(set(runs)) == 1


@pytest.mark.parametrize("exact", [True, False])
def test_compiled_and_plain_passes_agree(exact):
    game = random_tree(5, decisions=3 * SMALL // 2, chance=0.0 if exact else 0.1, exact=exact)
    assert game.payoffs.size > SMALL
    outcome = solve(game, Options(exact=exact))
    certificate = verify(game, outcome.answer, exact=exact, concept="subgame_perfect")
    assert certificate.ok
    assert certificate.exact is exact
    value = np.array(game.payoffs)
    for node in range(game.nodes - 1, -1, -1):
        edges = range(int(game.first_edge[node]), int(game.first_edge[node + 1]))
        if game.player[node] == -1:
            value[node] += sum(game.probability[e] * value[e + 1] for e in edges)
        elif edges:
            value[node] += value[1 + max(edges, key=lambda e: (value[e + 1, game.player[node]], -e))]
    assert list(outcome.answer.payoffs.values()) == pytest.approx(value[0].tolist(), rel=1e-12)


def test_huge_payoffs_are_compared_exactly():
    big = 10**19
    tree = ExtensiveGame.build(players=["a", "b"])
    tree.move("a", ["l", "r"])
    tree["l"].pay(a=big, b=1)
    tree["r"].pay(a=big + 1, b=2)
    game = tree.game()
    answer = solve(game, Options(exact=True)).answer
    assert answer.path == ("r",)
    assert answer.payoffs == {"a": big + 1, "b": 2}
    assert verify(game, answer, exact=True, concept="subgame_perfect").ok
    assert verify(game, answer, exact=True, concept="nash").ok
    worse = type(answer).from_data({"strategy": {"start": "l"}})
    assert verify(game, worse, exact=True, concept="nash").max_violation == 1
    assert verify(game, worse, exact=True, concept="subgame_perfect").max_violation == 1


def test_a_centipede_of_a_million_stages():
    stages = 1_000_000
    player = np.full(2 * stages + 1, TERMINAL)
    inner = np.concatenate([[0], np.arange(2, 2 * stages, 2)])
    player[inner] = np.arange(stages) % 2
    counts = np.zeros(2 * stages + 1, dtype=np.int64)
    counts[inner] = 2
    payoffs = np.zeros((2 * stages + 1, 2))
    taken = np.arange(1, 2 * stages, 2)
    stage = np.arange(stages)
    payoffs[taken, stage % 2] = stage + 2
    payoffs[taken, 1 - stage % 2] = stage
    payoffs[-1] = stages + 1
    payoffs[-1, (stages - 1) % 2] = stages
    game = ExtensiveGame(("one", "two"), player, np.concatenate([[0], np.cumsum(counts)]), payoffs)
    outcome = solve(game, Options())
    assert outcome.answer.path == ("1",)
    assert outcome.answer.payoffs == {"one": 2.0, "two": 0.0}
    assert (outcome.answer.strategy.choices == 0).all()
    assert verify(game, outcome.answer, exact=False, concept="subgame_perfect").ok


def test_a_spent_budget_is_a_limit():
    game = random_tree(1, decisions=10)
    budget = Budget(Limits(iterations=1))
    budget.iterations = 1
    outcome = solve(game, Options(exact=True, budget=budget))
    assert outcome.termination is Termination.LIMIT
    assert outcome.answer is None


@pytest.mark.parametrize("seed", range(8))
def test_the_certificate_finds_exactly_the_equilibria(seed):
    game = random_tree(seed, decisions=4, chance=0.2, levels=2)
    counts = np.diff(game.first_move)
    answer_type = type(solve(game, Options(exact=True)).answer)

    def worth(node, moves):
        value = game.payoffs[node].tolist()
        edges = range(int(game.first_edge[node]), int(game.first_edge[node + 1]))
        if not edges:
            return value
        if game.player[node] == -1:
            return [v + sum(game.probability[e] * worth(e + 1, moves)[i] for e in edges) for i, v in enumerate(value)]
        below = worth(edges[moves[int(game.set_of[node])]] + 1, moves)
        return [v + b for v, b in zip(value, below, strict=True)]

    profiles = list(itertools.product(*[range(n) for n in counts]))
    for moves in profiles:
        perfect = all(
            worth(node, moves)[int(game.player[node])] >= worth(node, other)[int(game.player[node])]
            for node in game.decisions
            for other in profiles
            if all(
                other[s] == moves[s] for s in range(game.sets) if game.player[game.first_node[s]] != game.player[node]
            )
        )
        answer = answer_type.from_data({"choices": list(moves)})
        assert verify(game, answer, exact=True, concept="subgame_perfect").ok == perfect


@pytest.mark.parametrize("ties", ["first", "last", "prefer:b", "random"])
@pytest.mark.parametrize("shape", ["bushy", "thin"])
def test_every_tie_rule_compiled_is_every_tie_rule_in_plain_python(monkeypatch, ties, shape):
    game = random_tree(11, decisions=1000, chance=0.0, exact=False, levels=2)
    if shape == "bushy":
        inner = 1200
        player = np.full(10 * inner + 1, TERMINAL)
        player[:inner] = np.arange(inner) % 2
        counts = np.where(player >= 0, 10, 0)
        payoffs = np.random.default_rng(0).integers(0, 3, (len(player), 2)).astype(float)
        game = ExtensiveGame(("a", "b"), player, np.concatenate([[0], np.cumsum(counts)]), payoffs)
    monkeypatch.setattr("gametheory.extensive.compiled.SMALL", 10**9)
    plain = solve(game, Options(ties=ties, seed=3)).answer
    monkeypatch.setattr("gametheory.extensive.compiled.SMALL", 0)
    compiled = solve(game, Options(ties=ties, seed=3)).answer
    assert compiled.payoffs == plain.payoffs
    assert compiled.strategy.choices.tolist() == plain.strategy.choices.tolist()


@pytest.mark.parametrize("players", [1, 2, 3])
@pytest.mark.parametrize(("ties", "pick"), [("first", min), ("last", max)])
def test_compiled_passes_in_small_parts_agree_with_the_textbook(monkeypatch, players, ties, pick):
    monkeypatch.setattr("gametheory.extensive.compiled.SMALL", 0)
    for seed in range(40):
        game = random_tree(seed, 25, players, exact=False, levels=2)
        monkeypatch.setattr("gametheory.extensive.backward.chunk_size", lambda run, seed=seed: 1 + seed % 5)
        answer = solve(game, Options(ties=ties)).answer
        assert list(answer.payoffs.values()) == pytest.approx(recursive(game, pick=pick), abs=1e-12)
        assert verify(game, answer, exact=False, concept="subgame_perfect").ok


def test_ends_after_the_last_inner_node_are_not_copied():
    # The last inner node is 3; its ends are nodes 6 and 7, those of node 1 before them are 4 and 5.
    tree = ExtensiveGame.build(players=["a", "b"])
    tree.move("a", ["l", "m", "r"])
    tree["l"].move("b", ["l", "r"])["r"].pay(a=3, b=1)
    tree["m"].pay(a=2)
    tree["r"].move("b", ["l", "r"])["l"].pay(a=9)
    tree["r", "r"].pay(a=1, b=1)
    game = tree.game()
    for kind in (float, object):
        given = ExtensiveGame.from_data({**game.to_data(), "payoffs": game.payoffs.astype(kind)})
        answer = solve(given, Options(exact=kind is object)).answer
        assert answer.path == ("l", "r")
        assert answer.strategy.choices.tolist() == [0, 1, 1]
    assert (game.payoffs == given.payoffs).all()


@pytest.mark.parametrize("seed", range(5))
def test_information_sets_of_one_node_may_be_numbered_in_any_order(seed):
    game = random_tree(seed, 12)
    sets = np.full(game.nodes, -1)
    sets[game.decisions] = np.random.default_rng(seed).permutation(len(game.decisions))
    mixed = ExtensiveGame.from_data({**game.to_data(), "information_set": sets})
    plain, answer = (solve(g, Options(exact=True)).answer for g in (game, mixed))
    assert answer.path == plain.path
    assert answer.strategy.choices[sets[game.decisions]].tolist() == plain.strategy.choices.tolist()
    assert verify(mixed, answer, exact=True, concept="subgame_perfect").ok


def test_what_cannot_be_kept_on_disk_is_compiled_all_the_same():
    made = {}
    exec("def total(values):\n    found = 0\n    for x in values:\n        found += x\n    return found", made)
    values = np.arange(SMALL)
    run = fast(made["total"], values)
    assert hasattr(run, "py_func")
    assert run(values) == SMALL * (SMALL - 1) // 2


@pytest.mark.parametrize("large", [1.0, 0.5, 2.0**53, 1e23])
def test_floats_are_exact_whether_they_are_whole_or_not(large):
    # The first player takes what the second leaves: 2 + 8 beats 4; a float stands for its decimal, as 1e23 for 10^23.
    payoffs = np.arange(10.0).reshape(5, 2)
    payoffs[0, 0] = large
    game = ExtensiveGame(("a", "b"), [0, 1, -2, -2, -2], [0, 2, 4, 4, 4, 4], payoffs)
    answer = solve(game, Options(exact=True)).answer
    assert dict(answer.payoffs) == {"a": Fraction(repr(large)) + 10, "b": 13}
    assert all(isinstance(x, Fraction) for x in answer.payoffs.values())
    assert verify(game, answer, exact=True, concept="subgame_perfect").ok
