from fractions import Fraction

import numpy as np
import pytest

from gametheory.errors import InputError
from gametheory.extensive import CHANCE, TERMINAL, ExtensiveGame, StrategyProfile
from gametheory.extensive.backward import refuses, solve
from gametheory.extensive.verify import verify
from gametheory.solvers import Options


def entry(monopoly=4, duopoly=1, war=-1):
    tree = ExtensiveGame.build(players=["entrant", "incumbent"])
    tree.move("entrant", ["out", "in"])
    tree["out"].pay(entrant=0, incumbent=monopoly)
    tree["in"].move("incumbent", ["fight", "share"])
    tree["in", "fight"].pay(entrant=war, incumbent=war)
    tree["in", "share"].pay(entrant=duopoly, incumbent=duopoly)
    return tree.game()


def test_nodes_are_in_breadth_first_order():
    game = entry()
    assert game.player.tolist() == [0, TERMINAL, 1, TERMINAL, TERMINAL]
    assert game.first_edge.tolist() == [0, 2, 2, 4, 4, 4]
    assert game.payoffs.tolist() == [[0, 0], [0, 4], [0, 0], [-1, -1], [1, 1]]
    assert game.history(4) == ("in", "share")
    assert game.node_at(["in", "fight"]) == 3


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize(("duopoly", "path"), [("1/2", ("in", "share")), (-2, ("out",))])
def test_the_incumbent_does_not_carry_out_an_empty_threat(exact, duopoly, path):
    game = entry(duopoly=duopoly)
    outcome = solve(game, Options(exact=exact))
    assert outcome.answer.path == path
    assert list(outcome.answer.payoffs) == ["entrant", "incumbent"]
    if exact and path[0] == "in":
        assert outcome.answer.payoffs == {"entrant": Fraction(1, 2), "incumbent": Fraction(1, 2)}
        assert outcome.complete == "all"
    certificate = verify(game, outcome.answer, exact=exact, concept="subgame_perfect")
    assert certificate.ok
    assert certificate.kind == "one_shot_deviation"


def test_the_equilibrium_that_rests_on_the_empty_threat_is_rejected():
    game = entry()
    answer = solve(game, Options(exact=True)).answer
    threat = type(answer).from_data(
        {"strategy": {"start": "out", "in": "fight"}, "payoffs": {"entrant": "0", "incumbent": "4"}, "path": ["out"]}
    )
    certificate = verify(game, threat, exact=True, concept="subgame_perfect")
    assert not certificate.ok
    assert [(v.constraint, v.amount) for v in certificate.violations] == [("one-shot deviation at 'in'", 2)]


def test_payoffs_at_inner_nodes_add_up_and_missing_ones_are_zero():
    tree = ExtensiveGame.build(players=["a", "b"])
    tree.pay(a=10)
    tree.chance({"up": "1/3", "down": "2/3"})
    tree["up"].move("b", ["x", "y"]).pay({"a": 5})
    tree["up", "x"].pay(b="1/7")
    game = tree.game()
    answer = solve(game, Options(exact=True)).answer
    assert answer.payoffs == {"a": 10 + Fraction(5, 3), "b": Fraction(1, 21)}
    assert answer.path == ()
    assert game.player[0] == CHANCE
    assert verify(game, answer, exact=True, concept="subgame_perfect").ok


def test_floats_stay_floats_and_mixtures_become_exact():
    tree = ExtensiveGame.build(players=["a"])
    tree.move("a", ["l", "r"])
    tree["l"].pay(a=0.1)
    assert tree.game().payoffs.dtype == np.float64
    tree["r"].pay(a="1/3")
    assert tree.game().payoffs[:, 0].tolist() == [0, Fraction(1, 10), Fraction(1, 3)]


def mistakes():
    def tree():
        return ExtensiveGame.build(players=["entrant", "incumbent"])

    yield "no player 'entrnt'", lambda: tree().move("entrnt", ["a"])
    yield "two moves at the start are called 'a'", lambda: tree().move("entrant", ["a", "a"])
    yield "must be a list of text", lambda: tree().move("entrant", [])
    yield "must be a list of text", lambda: tree().move("entrant", "ab")
    yield "no player 'x' to pay", lambda: tree().pay(x=1)
    yield "paid twice", lambda: tree().pay(entrant=1).pay(entrant=1)
    yield "payoff of 'entrant' at the start: nan is not", lambda: tree().pay(entrant=float("nan"))
    yield "sum to 5/6, not 1", lambda: tree().chance({"a": "1/2", "b": "1/3"})
    yield "negative", lambda: tree().chance({"a": "3/2", "b": "-1/2"})
    yield "moves at the start already", lambda: tree().move("entrant", ["a"]).move("entrant", ["b"])
    yield "no move 'b' at the start", lambda: tree().move("entrant", ["a"])["b"]
    yield "two players are called 'a'", lambda: ExtensiveGame.build(players=["a", "a"])
    yield "list of names", lambda: ExtensiveGame.build(players=[])

    def shared(player, actions):
        made = tree().move("entrant", ["a", "b"])
        made["a"].move("incumbent", ["c", "d"], information_set="h")
        made["b"].move(player, actions, information_set="h")

    yield "belongs to incumbent", lambda: shared("entrant", ["c", "d"])
    yield "different moves", lambda: shared("incumbent", ["c", "e"])


@pytest.mark.parametrize(("message", "mistake"), list(mistakes()))
def test_mistakes_are_named(message, mistake):
    with pytest.raises(InputError, match=message):
        mistake()


def test_hidden_moves_are_refused_by_name():
    tree = ExtensiveGame.build(players=["a", "b"])
    tree.move("a", ["x", "y"])
    for move in ("x", "y"):
        tree[move].move("b", ["l", "r"], information_set="blind")
    assert refuses(tree.game(), Options()) is None  # both move at once
    tree["x", "l"].move("a", ["u", "v"], information_set="again")
    tree["x", "r"].move("a", ["u", "v"], information_set="again")
    assert "'blind' has 2 nodes" in refuses(tree.game(), Options())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"player": [0, -2, 5, -2, -2]}, "player 5"),
        ({"player": [0, -2, -2, -2, -2]}, "has moves but no player"),
        ({"player": [0, -2, "x", -2, -2]}, "'player' is not a list of integers"),
        ({"first_edge": [0, 2, 2, 3, 3, 3]}, "has 4 moves, not 3"),
        ({"first_edge": [0, 2, 1, 4, 4, 4]}, "must not decrease"),
        ({"payoffs": [["1", "2"]]}, "has shape"),
        ({"payoffs": [["1", "2"], ["1"]]}, "rectangular"),
        ({"payoffs": None}, "has shape|needs|not"),
        ({"nodes": 3}, "has no 'nodes'"),
        ({"players": ["a", "a"]}, "two players"),
        ({"action": [0, 0, 0, 0]}, "two moves"),
        ({"action": [0, 1, 2, 9]}, "does not exist"),
        ({"set_names": ["a", "a"]}, "two information sets"),
        ({"information_set": [0, -1, 2, -1, -1]}, "without gaps"),
        ({"information_set": [0, -1, 0, -1, -1]}, "different players"),
        ({"probability": ["0", "0", "1", "0"]}, "has a chance probability"),
        ({"target": [1, 2, 1, 3]}, "higher number"),
    ],
)
def test_malformed_data_is_an_input_error(change, message):
    data = {**entry().to_data(), **change}
    if change.get("payoffs", 0) is None:
        del data["payoffs"]
    with pytest.raises(InputError, match=message):
        ExtensiveGame.from_data(data)


def test_data_comes_back():
    game = entry(duopoly="1/2")
    again = ExtensiveGame.from_data({**game.to_data(), "payoffs": [[str(x) for x in row] for row in game.payoffs]})
    assert (again.payoffs == game.payoffs).all()
    assert again.set_names == game.set_names
    answer = solve(game, Options(exact=True)).answer
    assert dict(type(answer).from_data(answer.to_data()).strategy) == {"start": "in", "in": "share"}


@pytest.mark.parametrize("concept", ["subgame_perfect", "nash"])
def test_large_payoffs_do_not_excuse_wrong_probabilities(concept):
    tree = ExtensiveGame.build(players=["a"])
    tree.move("a", ["l", "r"])
    tree["l"].pay(a=1e12)
    tree["r"].pay(a=1e12)
    game = tree.game()
    for row in ({"l": 0.5, "r": 0.6}, {"l": 1.5, "r": -0.5}, {"l": 0.5, "r": 0.499}):
        answer = StrategyProfile.from_data({"strategy": {"start": row}})
        assert not verify(game, answer, exact=False, concept=concept).ok
    wrong_path = StrategyProfile.from_data({"strategy": {"start": "l"}, "path": ["r"]})
    assert not verify(game, wrong_path, exact=False, concept=concept).ok


def test_overflow_is_not_taken_for_agreement():
    tree = ExtensiveGame.build(players=["a"])
    tree.pay(a=1.5e308)
    tree.move("a", ["l", "r"])
    tree["l"].pay(a=1.5e308)
    tree["r"].pay(a=1.6e308)
    game = tree.game()
    answer = StrategyProfile.from_data({"strategy": {"start": "l"}})
    with pytest.raises(InputError, match="too large to be checked in floats"):
        verify(game, answer, exact=False, concept="subgame_perfect")
    assert not verify(game, answer, exact=True, concept="subgame_perfect").ok
