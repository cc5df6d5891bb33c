from fractions import Fraction

import pytest

import gametheory as gt
from gametheory.errors import InputError
from gametheory.extensive import Assessment, ExtensiveGame
from gametheory.extensive.verify import verify


def beer_quiche():
    """Cho and Kreps 1987: strong with 9/10; a duel costs the sender 2, the favourite breakfast is worth 1."""
    tree = ExtensiveGame.build(players=["sender", "receiver"])
    tree.chance({"strong": "9/10", "weak": "1/10"})
    for kind in ("strong", "weak"):
        tree[kind].move("sender", ["beer", "quiche"])
        for meal in ("beer", "quiche"):
            tree[kind, meal].move("receiver", ["duel", "peace"], information_set=meal)
            taste = int((kind == "strong") == (meal == "beer"))
            tree[kind, meal, "duel"].pay(sender=taste, receiver=int(kind == "weak"))
            tree[kind, meal, "peace"].pay(sender=taste + 2, receiver=int(kind == "strong"))
    return tree.game()


def pooling(meal, belief):
    other = "quiche" if meal == "beer" else "beer"
    return Assessment.from_data(
        {
            "profile": {"strategy": {"strong": meal, "weak": meal, meal: "peace", other: "duel"}},
            "beliefs": {
                meal: {f"strong/{meal}": "9/10", f"weak/{meal}": "1/10"},
                other: {f"strong/{other}": str(1 - Fraction(belief)), f"weak/{other}": belief},
            },
        }
    )


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize("meal", ["beer", "quiche"])
def test_both_pooling_equilibria_rest_on_what_is_believed_off_the_path(meal, exact):
    game = beer_quiche()
    for belief, holds in (("1/2", True), ("1", True), ("1/3", False)):
        certificate = verify(game, pooling(meal, belief), exact=exact, concept="weak_perfect_bayesian")
        assert certificate.kind == "weak_perfect_bayesian"
        assert certificate.ok is holds
    assert verify(game, pooling(meal, "1/3"), exact=exact, concept="nash").ok


def test_beliefs_are_checked_unless_another_concept_is_asked_for():
    # The pooling profile is subgame perfect whatever is believed; with these beliefs it is not sequentially rational.
    certificate = gt.verify(beer_quiche(), pooling("beer", "1/3"))
    assert certificate.kind == "weak_perfect_bayesian"
    assert [v.constraint for v in certificate.violations] == ["receiver gains at 'quiche'"]
    assert gt.verify(beer_quiche(), pooling("beer", "1/3"), concept="subgame_perfect").ok


def test_beliefs_on_the_path_follow_bayes_rule():
    game = beer_quiche()
    data = pooling("beer", "1").to_data()
    data["beliefs"]["beer"] = {"strong/beer": "1/2", "weak/beer": "1/2"}
    certificate = verify(game, Assessment.from_data(data), exact=True, concept="weak_perfect_bayesian")
    assert {v.constraint for v in certificate.violations} == {
        "belief in 'strong/beer' follows from the strategies",
        "belief in 'weak/beer' follows from the strategies",
    }
    assert certificate.max_violation == Fraction(2, 5)


def test_separating_is_no_equilibrium():
    game = beer_quiche()
    data = {
        "profile": {"strategy": {"strong": "beer", "weak": "quiche", "beer": "peace", "quiche": "duel"}},
        "beliefs": {"beer": {"strong/beer": 1, "weak/beer": 0}, "quiche": {"strong/quiche": 0, "weak/quiche": 1}},
    }
    certificate = verify(game, Assessment.from_data(data), exact=True, concept="weak_perfect_bayesian")
    assert [(v.constraint, v.amount) for v in certificate.violations] == [("sender gains at 'weak'", 1)]


def test_a_plan_of_several_moves_is_judged_as_a_whole():
    # At 'first' one move alone gains nothing; going on twice does.
    tree = ExtensiveGame.build(players=["a", "b"])
    tree.move("b", ["l", "r"])
    for side in "lr":
        tree[side].move("a", ["stop", "go"], information_set="first")
        tree[side, "go"].move("a", ["stop", "go"], information_set="second")
        tree[side, "go", "stop"].pay(a=-1)
        tree[side, "go", "go"].pay(a=1 if side == "l" else -3)
    game = tree.game()
    data = {
        "profile": {"strategy": {"start": "l", "first": "stop", "second": "stop"}},
        "beliefs": {"first": {"l": 1, "r": 0}, "second": {"l/go": 0, "r/go": 1}},
    }
    certificate = verify(game, Assessment.from_data(data), exact=True, concept="weak_perfect_bayesian")
    assert [(v.constraint, v.amount) for v in certificate.violations] == [("a gains at 'first'", 1)]


@pytest.mark.parametrize(
    ("beliefs", "message"),
    [
        ({}, "no belief at information set"),
        ({"tea": {}}, "no information set 'tea'"),
        ({"beer": {"beer": 1}}, "is no node of information set 'beer'"),
    ],
)
def test_beliefs_must_fit_the_game(beliefs, message):
    data = {**pooling("beer", "1").to_data(), "beliefs": beliefs}
    with pytest.raises(InputError, match=message):
        verify(beer_quiche(), Assessment.from_data(data), exact=True, concept="weak_perfect_bayesian")


def test_a_missing_belief_names_the_nodes_to_give_one_for():
    data = {**pooling("beer", "1").to_data(), "beliefs": {}}
    with pytest.raises(InputError) as raised:
        verify(beer_quiche(), Assessment.from_data(data), exact=True, concept="weak_perfect_bayesian")
    assert "'strong/beer', 'weak/beer'" in raised.value.remedy
