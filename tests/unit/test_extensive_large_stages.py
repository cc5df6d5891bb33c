import pytest

from gametheory import exact, solve
from gametheory.extensive import ExtensiveGame
from gametheory.solution import Termination


def betting(cards, extra=0):
    """Bet or check on one of so many cards; `extra` to the second player for calling, times the card."""
    tree = ExtensiveGame.build(["first", "second"])
    tree.chance({f"card {k}": exact(f"1/{cards}") for k in range(cards)})
    for k in range(cards):
        sign = 1 if k >= cards // 2 else -1
        tree[f"card {k}"].move("first", ["bet", "check"], information_set=f"holding {k}")
        tree[f"card {k}", "check"].pay(first=sign, second=-sign)
        tree[f"card {k}", "bet"].move("second", ["call", "fold"], information_set="facing a bet")
        tree[f"card {k}", "bet", "call"].pay(first=2 * sign, second=-2 * sign + extra * k)
        tree[f"card {k}", "bet", "fold"].pay(first=1, second=-1)
    return tree.game()


def test_pure_payoffs_of_a_stage_with_too_many_strategies_reach_a_limit():
    solution = solve(betting(19), ties="all_payoffs", exact=True)
    assert solution.termination is Termination.LIMIT
    assert "'first' has more than" in solution.message


def test_the_value_of_betting_without_a_bonus_is_the_closed_form():
    # A third of the low cards bets, so that calling loses 2 (1/2) - 2 (1/2) (1/3), as much as folding:
    # 1/2 + (1/2) (1/3). Against folding the first player gets 1/2 + (1/2) (1/3 - 2/3).
    assert solve(betting(18), exact=True).results["payoffs"]["first"] == exact("1/3")


def test_a_large_stage_whose_payoffs_do_not_add_up_to_a_constant_is_solved():
    pytest.importorskip("pygambit")
    solution = solve(betting(18, extra=1), exact=True).require()
    assert solution.certificate.kind == "subgame_regret"
    other = solve(betting(18, extra=1), concept="nash", method="pygambit:lcp", exact=True).require()
    assert solution.results["payoffs"] == other.results["payoffs"]
