from fractions import Fraction

import numpy as np
import pytest

from gametheory.errors import InputError, UsageError
from gametheory.extensive import MultistageGame, StageProfile, StrategyProfile, nash_bargain, stages, subgames
from gametheory.extensive.report import report_stages
from gametheory.extensive.stage_verify import verify
from gametheory.extensive.verify import verify as verify_tree
from gametheory.solution import Solution, Termination
from gametheory.solvers import Options

EXACT = Options(exact=True)


class Repeated:
    """A stage game played twice, what was done the first time being remembered."""

    players = ("row", "column")
    initial = ()

    def __init__(self, table, times=2):
        self.table = table
        self.times = times

    def actions(self, state):
        return None if len(state) == self.times else {"row": ["c", "d"], "column": ["c", "d"]}

    def next(self, state, profile):
        return (*state, profile["row"] + profile["column"])

    def payoffs(self, state, profile):
        return dict(zip(self.players, self.table[profile["row"] + profile["column"]], strict=True))


PRISONERS = {"cc": (2, 2), "cd": (0, 3), "dc": (3, 0), "dd": (1, 1)}


@pytest.mark.parametrize("exact", [True, False])
def test_the_prisoners_defect_to_the_end(exact):
    game = MultistageGame.from_rules(Repeated(PRISONERS, times=3))
    outcome = stages.solve(game, Options(exact=exact))
    assert outcome.answer.payoffs(game) == {"row": 3, "column": 3}
    assert verify(game, outcome.answer, exact=exact, concept="subgame_perfect").ok
    assert outcome.complete == ("all" if exact else "unknown")
    assert [step.split(": ")[1] for step in outcome.answer.path(game)] == ["d, d"] * 3


def tree_profile(game, tree, answer):
    """The same behaviour on the tree: what is done in a state, whatever the history."""
    by_state = answer.strategy(game)
    strategy = {}
    for label in tree.set_index:
        player, _, way = label.partition(" at ")
        strategy[label] = by_state[way.rpartition("/")[2]][player]
    return StrategyProfile(strategy, answer.payoffs(game), ())


class Random:
    """Few states, chance, sometimes three players; payoffs with ties."""

    initial = 0

    def __init__(self, seed):
        self.seed = seed
        self.players = ("a", "b", "c")[: 2 + seed % 2]

    def draw(self, *key):
        return np.random.default_rng([self.seed, *key])

    def actions(self, state):
        if state >= 4:
            return None
        rng = self.draw(0, state)
        return {p: [f"m{k}" for k in range(int(rng.integers(1, 3)))] for p in self.players}

    def next(self, state, profile):
        rng = self.draw(1, state, *(int(m[1:]) if m != "-" else 9 for m in profile.values()))
        if rng.random() < 0.5:
            return state + 1
        return {state + 1: "1/3", state + 2: "2/3"}

    def payoffs(self, state, profile):
        rng = self.draw(2, state, *(int(m[1:]) if m != "-" else 9 for m in profile.values()))
        return {p: Fraction(int(rng.integers(-3, 4)), 2) for p in self.players}


@pytest.mark.parametrize("seed", range(30))
def test_the_tree_of_a_multistage_game_has_the_same_equilibria(seed):
    game = MultistageGame.from_rules(Random(seed))
    outcome = stages.solve(game, EXACT)
    if outcome.termination is Termination.FAILED:
        assert len(game.players) == 3
        assert "no pure equilibrium" in outcome.message
        return
    assert verify(game, outcome.answer, exact=True, concept="subgame_perfect").ok
    tree = game.to_extensive()
    assert verify_tree(tree, tree_profile(game, tree, outcome.answer), exact=True, concept="subgame_perfect").ok
    assert subgames.solve(tree, EXACT).answer.payoffs == outcome.answer.payoffs(game)


@pytest.mark.parametrize("ties", ["last", "random", "prefer:b"])
@pytest.mark.parametrize("seed", range(0, 20, 2))
def test_every_tie_rule_gives_an_equilibrium(seed, ties):
    game = MultistageGame.from_rules(Random(seed))
    outcome = stages.solve(game, Options(exact=True, ties=ties, seed=seed))
    assert verify(game, outcome.answer, exact=True, concept="subgame_perfect").ok


def test_a_changed_move_value_or_probability_is_found():
    game = MultistageGame.from_rules(Repeated(PRISONERS))
    answer = stages.solve(game, EXACT).answer
    for field in ("moves", "values"):
        for k in range(getattr(answer, field).size):
            changed = getattr(answer, field).copy()
            changed.ravel()[k] += Fraction(1, 7)
            wrong = StageProfile(**{**vars(answer), field: changed})
            assert not verify(game, wrong, exact=True, concept="subgame_perfect").ok
    again = StageProfile.from_data(answer.to_data())
    assert verify(game, again, exact=True, concept="subgame_perfect").ok
    back = MultistageGame.from_data(game.to_data())
    assert verify(back, again, exact=True, concept="subgame_perfect").ok


class Sale:
    """An owner may offer a good worth 1/2 to her and 4 to the buyer; the seller's power is 1/4."""

    players = ("owner", "buyer")
    initial = "start"

    def actions(self, state):
        return {"owner": ["keep", "offer"]} if state == "start" else None

    def next(self, state, profile):
        return "sold" if profile["owner"] == "offer" else "kept"

    def payoffs(self, state, profile):
        return {"buyer": 4} if profile["owner"] == "offer" else {"owner": "1/2"}

    def bargain(self, state, profile):
        if profile["owner"] == "offer":
            return nash_bargain("owner", "buyer", power="1/4", disagreement=("keep", "-"))
        return None


def test_the_price_splits_the_surplus_by_power():
    game = MultistageGame.from_rules(Sale())
    outcome = stages.solve(game, EXACT)
    # Surplus 7/2: a quarter to the owner on top of her 1/2.
    price = Fraction(1, 2) + Fraction(7, 8)
    assert list(outcome.answer.prices.values()) == [price]
    assert outcome.answer.payoffs(game) == {"owner": price, "buyer": 4 - price}
    assert verify(game, outcome.answer, exact=True, concept="subgame_perfect").ok
    tree = game.to_extensive(outcome.answer)
    assert tree.payoffs[tree.node_at(["offer"])].tolist() == [price, 4 - price]
    with pytest.raises(UsageError, match="prices are bargained over"):
        game.to_extensive()
    dear = StageProfile(outcome.answer.moves, outcome.answer.values, {1: price + 1})
    certificate = verify(game, dear, exact=True, concept="subgame_perfect")
    assert "the bargain of (offer, -) at 'start'" in {v.constraint for v in certificate.violations}
    back = MultistageGame.from_data({**game.to_data(), "payoffs": [[str(x) for x in r] for r in game.payoffs]})
    assert verify(back, outcome.answer, exact=True, concept="subgame_perfect").ok
    solution = Solution(outcome.termination, "subgame_perfect", "backward_induction", game, outcome.answer, exact=True)
    results = report_stages(game, solution)
    assert results["prices"] == {"(offer, -) at 'start'": price}
    assert results["path"] == ["start: offer"]


class Chain(Sale):
    """The buyer can resell, so that the first price is made of the second."""

    players = ("owner", "buyer", "user")

    def actions(self, state):
        return {"start": {"owner": ["keep", "offer"]}, "sold": {"buyer": ["keep", "offer"]}}.get(state)

    def next(self, state, profile):
        if state == "start":
            return "sold" if profile["owner"] == "offer" else "kept"
        return "resold" if profile["buyer"] == "offer" else "end"

    def payoffs(self, state, profile):
        return {"user": 8} if state == "sold" and profile["buyer"] == "offer" else {}

    def bargain(self, state, profile):
        if state == "start" and profile["owner"] == "offer":
            return nash_bargain("owner", "buyer", power="1/2", disagreement=("keep", "-", "-"))
        if state == "sold" and profile["buyer"] == "offer":
            return nash_bargain("buyer", "user", power="1/2", disagreement=("-", "keep", "-"))
        return None


def test_prices_come_from_continuation_values():
    game = MultistageGame.from_rules(Chain())
    answer = stages.solve(game, EXACT).answer
    assert sorted(answer.prices.values()) == [2, 4]
    assert answer.payoffs(game) == {"owner": 2, "buyer": 2, "user": 4}
    assert verify(game, answer, exact=True, concept="subgame_perfect").ok


class Linked(Sale):
    """Two cells whose disagreements are each other: the prices solve a linear system together."""

    def actions(self, state):
        return {"owner": ["one", "two"], "buyer": ["x"]} if state == "start" else None

    def next(self, state, profile):
        return "end"

    def payoffs(self, state, profile):
        return {"owner": 0, "buyer": 6 if profile["owner"] == "one" else 9}

    def bargain(self, state, profile):
        if profile["owner"] == "one":
            return nash_bargain("owner", "buyer", power="1/2", seller_disagreement=("two", "x"), buyer_disagreement=0)
        return nash_bargain("owner", "buyer", power="1/2", disagreement=0)


def test_prices_of_one_stage_are_solved_together():
    game = MultistageGame.from_rules(Linked())
    answer = stages.solve(game, EXACT).answer
    second = Fraction(9, 2)
    first = (6 + second) / 2
    assert [answer.prices[k] for k in sorted(answer.prices)] == [first, second]
    assert verify(game, answer, exact=True, concept="subgame_perfect").ok


def test_bargains_that_determine_nothing_fail_by_name():
    class Circular(Linked):
        def bargain(self, state, profile):
            other = "two" if profile["owner"] == "one" else "one"
            return nash_bargain("owner", "buyer", power="1/2", disagreement=(other, "x"))

    outcome = stages.solve(MultistageGame.from_rules(Circular()), EXACT)
    assert outcome.termination is Termination.FAILED
    assert "do not determine their prices" in outcome.message


class Pair(Sale):
    """Two owners sell to two buyers in one cell; the second pair's fallback is the first pair's sale alone."""

    players = ("owner", "buyer", "rival", "other")

    def actions(self, state):
        return {"owner": ["keep", "offer"], "rival": ["keep", "offer"]} if state == "start" else None

    def next(self, state, profile):
        return "end"

    def payoffs(self, state, profile):
        alone = profile["owner"] != profile["rival"]
        worth = 4 if alone else 3
        return {
            "buyer": worth if profile["owner"] == "offer" else 0,
            "other": worth if profile["rival"] == "offer" else 0,
        }

    def bargain(self, state, profile):
        first = nash_bargain("owner", "buyer", power="1/2", disagreement=("keep", "-", profile["rival"], "-"))
        second = nash_bargain("rival", "other", power="1/4", disagreement=(profile["owner"], "-", "keep", "-"))
        return tuple(b for b, who in ((first, "owner"), (second, "rival")) if profile[who] == "offer")


def test_several_bargains_are_struck_in_one_cell():
    game = MultistageGame.from_rules(Pair())
    answer = stages.solve(game, EXACT).answer
    both = game.cells(0)["offer", "-", "offer", "-"]
    # Each splits 3, alone 4, by power: 3/2 and 3/4 with both, 2 and 1 alone.
    assert answer.prices[both] == (Fraction(3, 2), Fraction(3, 4))
    assert answer.prices[game.cells(0)["offer", "-", "keep", "-"]] == (2,)
    assert answer.payoffs(game) == {
        "owner": Fraction(3, 2),
        "buyer": Fraction(3, 2),
        "rival": Fraction(3, 4),
        "other": Fraction(9, 4),
    }
    assert verify(game, answer, exact=True, concept="subgame_perfect").ok
    again = StageProfile.from_data(answer.to_data())
    assert verify(MultistageGame.from_data(game.to_data()), again, exact=True, concept="subgame_perfect").ok
    wrong = StageProfile(answer.moves, answer.values, {**answer.prices, both: (Fraction(3, 2), Fraction(1))})
    assert not verify(game, wrong, exact=True, concept="subgame_perfect").ok
    with pytest.raises(InputError, match="a price for every bargain"):
        verify(
            game,
            StageProfile(answer.moves, answer.values, {**answer.prices, both: (Fraction(3, 2),)}),
            exact=True,
            concept="subgame_perfect",
        )
    tree = game.to_extensive(answer)
    assert tree.payoffs[tree.node_at(["offer", "offer"])].tolist() == [
        Fraction(3, 2),
        Fraction(3, 2),
        Fraction(3, 4),
        Fraction(9, 4),
    ]
    near = stages.solve(game, Options(exact=False)).answer
    assert near.prices[both] == (1.5, 0.75)


def changed(**changes):
    return {**MultistageGame.from_rules(Sale()).to_data(), **changes}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (changed(states=["a", "a", "b"]), "two states"),
        (changed(actions=[[["k"], ["-"]]]), "one entry for each state"),
        (changed(payoffs=[["1", "2"]]), "has shape"),
        (changed(next_state=[0, 1]), "later state"),
        (changed(probability=["1/2", "1"]), "sum to 1/2"),
        (changed(first_branch=[0, 0, 2]), "a branch"),
        (changed(bargains={"7": {}}), "a bargain needs"),
        (changed(bargains={"x": {}}), "by number of the cell"),
        ({"players": ["a"]}, "needs"),
        (changed(extra=1), "has no 'extra'"),
    ],
)
def test_malformed_data_is_an_input_error(data, message):
    with pytest.raises(InputError, match=message):
        MultistageGame.from_data(data)


def test_bargains_are_validated():
    with pytest.raises(InputError, match="not between 0 and 1"):
        nash_bargain("a", "b", power=2, disagreement=0)
    with pytest.raises(InputError, match="what disagreement gives the buyer"):
        nash_bargain("a", "b", power=1, seller_disagreement=0)


def test_large_payoffs_do_not_excuse_wrong_probabilities():
    rich = {
        cell: (1e12 * a, 1e12 * b) for cell, (a, b) in {"cc": (1, 1), "cd": (1, 1), "dc": (1, 1), "dd": (0, 0)}.items()
    }
    game = MultistageGame.from_rules(Repeated(rich, times=1))
    answer = stages.solve(game, Options()).answer
    assert verify(game, answer, exact=False, concept="subgame_perfect").ok
    moves = answer.moves.copy()
    moves[0] += 1e-3
    assert not verify(game, StageProfile(moves, answer.values), exact=False, concept="subgame_perfect").ok
