import itertools
import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from gametheory import solve
from gametheory import verify as verify_again
from gametheory.errors import InputError, UsageError
from gametheory.extensive import ExtensiveGame
from gametheory.numbers import exact_array
from gametheory.saving import solution_from_json
from gametheory.solution import Termination
from gametheory.solvers import Options, choose
from gametheory.strategic import (
    ApproximateEquilibrium,
    Elimination,
    Equilibria,
    NoPureEquilibrium,
    StrategicGame,
    dominance,
    external,
    nfg,
    pure,
    support,
    zero_sum,
)
from gametheory.strategic.profiles import decimals
from gametheory.strategic.report import report
from gametheory.strategic.verify import verify
from gametheory.trees import fingerprint

EXACT = Options(exact=True)
PENNIES = StrategicGame.from_arrays([[1, -1], [-1, 1]])
SEXES = StrategicGame.from_arrays([[3, 0], [0, 2]], [[2, 0], [0, 3]])
PRISONERS = StrategicGame.from_arrays([[-1, -3], [0, -2]], [[-1, 0], [-3, -2]])


def as_sets(profiles):
    return {tuple(tuple(row) for row in profile) for profile in profiles}


def test_three_equilibria_of_the_battle_of_the_sexes():
    outcome = support.solve(SEXES, EXACT)
    assert as_sets(outcome.answer.profiles) == {
        ((1, 0), (1, 0)),
        ((0, 1), (0, 1)),
        ((Fraction(3, 5), Fraction(2, 5)), (Fraction(2, 5), Fraction(3, 5))),
    }
    assert outcome.complete == "all"
    assert verify(SEXES, outcome.answer, exact=True, concept="nash").ok


def test_one_player_eliminates_all_but_the_best():
    game = StrategicGame.from_arrays([1, 3, 2])
    solution = solve(game, concept="undominated", exact=True).require()
    assert solution.results["surviving"] == {"player 1": ["2"]}


def test_a_degenerate_game_gives_its_extreme_equilibria_and_says_so():
    # The row player is indifferent when the column player plays left; textbook segment of equilibria.
    game = StrategicGame.from_arrays([[1, 1], [1, 0]], [[1, 0], [1, 2]])
    outcome = support.solve(game, EXACT)
    assert outcome.complete == "all_extreme"
    assert as_sets(outcome.answer.profiles) == {((1, 0), (1, 0)), ((Fraction(1, 2), Fraction(1, 2)), (1, 0))}


@pytest.mark.parametrize("seed", range(12))
def test_support_enumeration_agrees_with_nashpy_vertex_enumeration(seed):
    rng = np.random.default_rng(seed)
    shape = (int(rng.integers(2, 5)), int(rng.integers(2, 5)))
    game = StrategicGame.from_arrays(rng.integers(-50, 50, shape).tolist(), rng.integers(-50, 50, shape).tolist())
    ours = support.solve(game, EXACT)
    theirs = external.solve(game, Options(extra={"solver": "vertex_enumeration"}))
    mine = [np.concatenate([row.astype(float) for row in p]) for p in ours.answer.profiles]
    other = [np.concatenate(p) for p in theirs.answer.profiles]
    assert len(mine) == len(other)
    assert all(min(np.abs(a - b).max() for b in other) < 1e-9 for a in mine)
    assert verify(game, ours.answer, exact=True, concept="nash").ok
    assert len(ours.answer.profiles) % 2 == 1


@pytest.mark.parametrize("seed", range(8))
def test_pure_equilibria_are_those_where_nobody_gains(seed):
    rng = np.random.default_rng(seed)
    shape = tuple(int(n) for n in rng.integers(2, 4, size=3))
    payoffs = [rng.integers(0, 4, shape).tolist() for _ in shape]
    game = StrategicGame.from_arrays(*payoffs)
    expected = set()
    for profile in itertools.product(*(range(n) for n in shape)):
        stable = True
        for i in range(3):
            for other in range(shape[i]):
                changed = (*profile[:i], other, *profile[i + 1 :])
                stable &= game.payoffs[(i, *changed)] <= game.payoffs[(i, *profile)]
        if stable:
            expected.add(profile)
    assert {tuple(row) for row in pure.pure_equilibria(game.payoffs).tolist()} == expected
    outcome = pure.solve(game, EXACT)
    assert outcome.termination is (Termination.SOLVED if expected else Termination.NONE_EXISTS)
    assert verify(game, outcome.answer, exact=True, concept="pure_nash").ok
    assert verify(game, NoPureEquilibrium(), exact=True, concept="pure_nash").ok == (not expected)


def test_pure_enumeration_proves_nothing_about_mixed_equilibria():
    assert pure.solve(PENNIES, EXACT).termination is Termination.NONE_EXISTS
    assert pure.solve_nash(PENNIES, EXACT).termination is Termination.FAILED


def test_the_regret_certificate_names_who_gains_and_how():
    answer = Equilibria.from_data({"profiles": [{"player 1": "1", "player 2": {"1": "1/3", "2": "2/3"}}]})
    certificate = verify(PENNIES, answer, exact=True, concept="nash")
    assert not certificate.ok
    assert [(v.constraint, v.amount) for v in certificate.violations] == [
        ("player 1 gains by 2", Fraction(2, 3)),
        ("player 2 gains by 2", Fraction(2, 3)),
    ]
    short = Equilibria.from_data({"profiles": [[["1/2", "1/4"], ["1/2", "1/2"]]]})
    assert not verify(PENNIES, short, exact=True, concept="nash").ok
    negative = Equilibria.from_data({"profiles": [[["3/2", "-1/2"], ["1/2", "1/2"]]]})
    assert not verify(PENNIES, negative, exact=True, concept="nash").ok


def test_epsilon_is_a_bound_and_not_a_wish():
    rows = ((np.array([Fraction(1, 2), Fraction(1, 2)])), np.array([Fraction(499, 1000), Fraction(501, 1000)]))
    certificate = verify(PENNIES, ApproximateEquilibrium((rows,), Fraction(1, 500)), exact=False, concept="nash")
    assert certificate.ok
    assert (certificate.kind, certificate.exact, certificate.max_violation) == ("epsilon", True, Fraction(1, 500))
    assert not verify(PENNIES, ApproximateEquilibrium((rows,), Fraction(1, 501)), exact=False, concept="nash").ok
    off = (np.array([Fraction(1, 2), Fraction(2, 3)]), rows[1])
    assert not verify(PENNIES, ApproximateEquilibrium((off,), Fraction(1)), exact=False, concept="nash").ok


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize("seed", range(5))
def test_matrix_games_have_the_value_of_support_enumeration(seed, exact):
    rng = np.random.default_rng(seed)
    game = StrategicGame.from_arrays((rng.integers(-9, 9, (4, 3)) + Fraction(1, 3)).tolist())
    outcome = zero_sum.solve(game, Options(exact=exact))
    certificate = verify(game, outcome.answer, exact=exact, concept="nash")
    assert certificate.ok
    profile = support.solve(game, EXACT).answer.profiles[0]
    value = profile[0] @ game.payoffs[0] @ profile[1]
    assert outcome.answer.value == (value if exact else pytest.approx(float(value)))


def test_constant_sum_is_zero_sum_and_other_sums_are_refused():
    shifted = StrategicGame.from_arrays([[1, -1], [-1, 1]], [[4, 6], [6, 4]])
    outcome = zero_sum.solve(shifted, EXACT)
    assert outcome.answer.value == 0
    assert verify(shifted, outcome.answer, exact=True, concept="nash").ok
    assert "do not add up" in zero_sum.refuses(SEXES, EXACT)


def test_dominance_removes_step_by_step():
    # Textbook (Gibbons, figure 1.1.1): right, then down, then left go.
    game = StrategicGame.from_arrays(
        [[1, 1, 0], [0, 0, 2]],
        [[0, 2, 1], [3, 1, 0]],
        strategies=[["up", "down"], ["left", "middle", "right"]],
    )
    outcome = dominance.solve(game, EXACT)
    assert outcome.answer.surviving == {"player 1": ("up",), "player 2": ("middle",)}
    assert [step["strategy"] for step in outcome.answer.steps] == ["right", "down", "left"]
    assert verify(game, outcome.answer, exact=True, concept="undominated").ok
    again = Elimination.from_data(outcome.answer.to_data())
    assert verify(game, again, exact=True, concept="undominated").ok


def test_a_mixture_can_dominate_where_no_strategy_does():
    game = StrategicGame.from_arrays([[3, 0], [0, 3], [1, 1]], [[0, 1], [1, 0], [0, 0]])
    outcome = dominance.solve(game, EXACT)
    step = outcome.answer.steps[0]
    assert (step["player"], step["strategy"]) == ("player 1", "3")
    assert verify(game, outcome.answer, exact=True, concept="undominated").ok
    assert not dominance.solve(game, Options(exact=True, extra={"mixed": False})).answer.steps
    wrong = Elimination(({**step, "by": {"1": Fraction(3, 4), "2": Fraction(1, 4)}},), True)
    assert not verify(game, wrong, exact=True, concept="undominated").ok


def test_weak_dominance_is_not_strict():
    game = StrategicGame.from_arrays([[1, 1], [1, 0]], [[0, 0], [0, 0]])
    assert dominance.solve(game, EXACT).answer.steps == ()
    weak = dominance.solve(game, Options(exact=True, extra={"strict": False})).answer
    assert [s["strategy"] for s in weak.steps] == ["2"]
    assert verify(game, weak, exact=True, concept="undominated").ok
    assert not verify(game, Elimination(weak.steps, True), exact=True, concept="undominated").ok


def test_quantecon_arrays_put_the_own_strategy_first():
    rng = np.random.default_rng(0)
    game = StrategicGame.from_arrays(*rng.random((3, 2, 3, 4)))
    arrays = game.to_quantecon()
    assert [a.shape for a in arrays] == [(2, 3, 4), (3, 4, 2), (4, 2, 3)]
    assert arrays[1][2, 3, 1] == game.payoffs[1, 1, 2, 3]
    assert (StrategicGame.from_quantecon(arrays).payoffs == game.payoffs).all()


def test_both_dialects_of_nfg_say_the_same():
    listed = nfg.parse('NFG 1 R "" { "a" "b" } { 2 2 } 1, 5 2 6 3 7 4 8')
    assert listed.payoffs.tolist() == [[[1, 3], [2, 4]], [[5, 7], [6, 8]]]
    other = nfg.parse(
        'NFG 1 R "" { "a" "b" } { { "1" "2" } { "1" "2" } } "comment"'
        '{ { "" 1, 5 } { "x" 2 6 } { "" 3 7 } { "" 4.0 16/2 } } 1 2 3 4'
    )
    assert (other.payoffs == listed.payoffs).all()
    assert nfg.parse('NFG 1 D "" { "a" } { 2 } { { "" 5 } } 0 1').payoffs.tolist() == [[0, 5]]
    for outcomes in (False, True):
        again = nfg.parse(nfg.text(listed, outcomes=outcomes))
        assert (again.payoffs == listed.payoffs).all()


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("EFG 2", "1:1", "needed: NFG"),
        ('NFG 2 R "" { "a" } { 1 } 1', "1:5", "only version 1"),
        ('NFG 1 R "" { "a" "b" } { 2 } 1 2', "1:24", "strategies of 1 players"),
        ('NFG 1 R "" { "a" } { 2 }\n1', "2:2", "needed: 2 payoffs, not 1"),
        ('NFG 1 R "" { "a" } { 2 }\n1 2 3', "2:5", "more than 2 payoffs"),
        ('NFG 1 R "" { "a" } { 0 } ', "1:22", "needs a strategy"),
        ('NFG 1 R "" { "a" } { 2 }\n{ { "" 1 } } 1 2', "2:16", "no outcome 2"),
        ('NFG 1 R "" { "a" } { 2 }\n{ { "" 1 2 } } 1 1', "2:8", "2 payoffs for 1 players"),
        ('NFG 1 R "" { "a" } { 99999 99999 } ', "1:20", "strategies of 2 players"),
        ('NFG 1 R "" { "a" "b" } { 99999 99999 } 1', "1:12", "too many"),
    ],
)
def test_errors_in_nfg_files_name_line_and_column(text, place, message):
    with pytest.raises(InputError, match=message) as caught:
        nfg.parse(text, "g.nfg")
    assert caught.value.place == f"g.nfg:{place}"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"players": ["a"], "strategies": [["x"]]}, "needs 'payoffs'"),
        ({"players": ["a"], "strategies": [["x"]], "payoffs": [["1", "2"]]}, "has shape"),
        ({"players": ["a"], "strategies": [["x", "x"]], "payoffs": [["1", "2"]]}, "twice"),
        ({"players": ["a"], "strategies": "xy", "payoffs": [["1", "2"]]}, "list of lists"),
        ({"players": ["a"], "strategies": [["x", "y"]], "payoffs": [["1", "inf"]]}, "not a finite"),
        ({"players": ["a"], "strategies": [["x", "y"]], "payoffs": [["1"], "b"]}, "rectangular|not a finite"),
    ],
)
def test_malformed_data_is_an_input_error(data, message):
    with pytest.raises(InputError, match=message):
        StrategicGame.from_data(data)


def test_results_are_keyed_by_player_and_strategy():
    from gametheory.solution import Solution

    outcome = support.solve(PRISONERS, EXACT)
    solution = Solution(outcome.termination, "nash", "support_enumeration", PRISONERS, outcome.answer, exact=True)
    assert report(PRISONERS, solution) == {
        "equilibria": [{"player 1": {"1": 0, "2": 1}, "player 2": {"1": 0, "2": 1}}],
        "payoffs": [{"player 1": -2, "player 2": -2}],
    }


def test_the_default_method_fits_the_game():
    assert choose(SEXES, "nash", None, EXACT).method == "support_enumeration"
    large = StrategicGame.from_arrays(np.arange(900.0).reshape(30, 30))
    assert choose(large, "nash", None, EXACT).method == "zero_sum"
    with pytest.raises(UsageError, match="two players"):
        choose(StrategicGame.from_arrays(*np.zeros((3, 2, 2, 2))), "nash", "support_enumeration", EXACT)


def test_three_players_through_pygambit():
    pytest.importorskip("pygambit")
    from gametheory.strategic import gambit

    # Nau, Gomez Canovas and Hansen 2004: a unique equilibrium, in irrational numbers.
    text = 'NFG 1 R "" { "1" "2" "3" } { 2 2 2 } 3 0 2 0 1 0 0 2 0 1 0 0 1 0 0 0 3 0 0 1 0 2 0 3'
    game = nfg.parse(text)
    assert (StrategicGame.from_pygambit(game.to_pygambit()).payoffs == game.payoffs).all()
    assert isinstance(pure.solve(game, EXACT).answer, NoPureEquilibrium)
    outcome = gambit.solve(game, Options(extra={"solver": "enumpoly"}))
    (rows,) = outcome.answer.profiles
    # Indifferent: p = (3 - 2 r) / (4 - r), q = (2 - r) / (3 + r), and 2 p q = 3 (1 - p) (1 - q) or 2 r^2 + 23 r = 9.
    assert float(rows[2][0]) == pytest.approx((601**0.5 - 23) / 4, abs=1e-12)
    certificate = verify(game, outcome.answer, exact=True, concept="nash")
    assert (certificate.kind, certificate.exact, certificate.ok) == ("epsilon", True, True)
    assert 0 < certificate.max_violation < Fraction(1, 10**11)
    logit = gambit.solve_logit(game, Options(extra={"rationality": 2}))
    assert verify(game, logit.answer, exact=False, concept="logit").ok


def test_only_games_of_a_package_come_from_it():
    pytest.importorskip("pygambit")
    for make in (StrategicGame.from_pygambit, StrategicGame.from_nashpy, ExtensiveGame.from_pygambit):
        with pytest.raises(UsageError, match=r"needed: a (nashpy|pygambit)\.Game; given: int"):
            make(5)
    with pytest.raises(UsageError, match="is a table, not a tree") as error:
        ExtensiveGame.from_pygambit(PENNIES.to_pygambit())
    assert error.value.remedy == "use StrategicGame.from_pygambit"


def test_tables_come_from_nashpy():
    nashpy = pytest.importorskip("nashpy")
    game = StrategicGame.from_nashpy(
        nashpy.Game([[3, 0, 1], [5, 1, 2]], [[3, 5, 0], [0, 1, 7]]), players=("row", "column")
    )
    assert game.players == ("row", "column")
    assert game.payoffs[:, 0, 2].tolist() == [1, 0]
    assert game.payoffs[:, 1, 0].tolist() == [5, 0]
    assert StrategicGame.from_nashpy(game.to_nashpy()).numbers(True).tolist() == game.payoffs.tolist()
    # One matrix is a zero-sum game in nashpy too.
    assert StrategicGame.from_nashpy(nashpy.Game([[1, -1], [-1, 1]])).constant_sum() == 0


def test_large_payoffs_do_not_excuse_wrong_probabilities():
    game = StrategicGame.from_arrays(*np.full((2, 2, 2), 1e12) * np.array([1.0, 0.5])[:, None, None])
    for rows in ([[0.5, 0.6], [1.0, 0.0]], [[1.5, -0.5], [1.0, 0.0]]):
        assert not verify(game, Equilibria.from_data({"profiles": [rows]}), exact=False, concept="nash").ok
    mixed = Equilibria.from_data({"profiles": [[[0.5, 0.5], [1.0, 0.0]]]})
    assert verify(game, mixed, exact=False, concept="nash").ok
    assert not verify(game, mixed, exact=False, concept="pure_nash").ok


@pytest.mark.parametrize(
    ("name", "count", "payoffs"), [("battle_of_the_sexes", 3, None), ("three_voters", 2, ["7/4", "3/4", "-1"])]
)
def test_the_tables_that_ship_solve(name, count, payoffs):
    game = nfg.read(Path(__file__).parents[2] / "games" / f"{name}.nfg")
    if len(game.players) == 2:
        answer = support.solve(game, EXACT).answer
    else:
        answer = pure.solve(game, EXACT).answer
        rows = [list(row).index(1) for row in answer.profiles[0]]
        assert game.payoffs[(slice(None), *rows)].tolist() == [Fraction(x) for x in payoffs]
    assert len(answer.profiles) == count
    assert verify(game, answer, exact=True, concept="nash").ok


def test_irrational_equilibria_are_floats_unless_asked_exactly():
    pytest.importorskip("pygambit")
    text = 'NFG 1 R "" { "1" "2" "3" } { 2 2 2 } 1 0 2/3 0 1/3 0 0 2/3 0 1/3 0 0 1/3 0 0 0 1 0 0 1/3 0 2/3 0 1'
    game = nfg.parse(text)
    solution = solve(game, method="pygambit:enumpoly").require()
    assert not solution.exact
    assert isinstance(solution.answer, ApproximateEquilibrium)
    found = solution.results
    shown = [p for player in found["equilibria"][0].values() for p in player.values()]
    assert all(isinstance(x, float) for x in [*shown, *found["payoffs"][0].values(), found["epsilon"]])
    assert 0 <= found["epsilon"] < 1e-11
    # The bound is still exact, also for what was saved.
    assert solution.certificate.exact
    assert verify_again(load_solution_of(solution)).ok
    exactly = solve(game, method="pygambit:enumpoly", exact=True).require()
    assert all(isinstance(p, Fraction) for p in exactly.results["equilibria"][0]["1"].values())


def load_solution_of(solution):
    return solution_from_json(json.loads(json.dumps(solution.to_json())), None, [])


@pytest.mark.parametrize(
    "row", [[Fraction(1, 3)] * 3, [Fraction(1, 7), Fraction(6, 7)], [1e-13, 1 - 1e-13], [1.0, 0.0]]
)
def test_decimals_sum_to_one_exactly(row):
    found = decimals(row)
    assert sum(exact_array(found)) == 1
    assert max(abs(float(a) - b) for a, b in zip(row, found.tolist(), strict=True)) <= 1e-12


def test_names_of_outcomes_come_back():
    head = (
        'NFG 1 R "" { "a" "b" } { 2 2 } { { "war" -1, -1 } { "unused" 9 9 } { "" 1 0 } { "peace \\"cold\\"" 2, 2 } } '
    )
    game = nfg.parse(head + "4 1 0 3")
    # The first player's strategies change fastest.
    assert game.outcome.tolist() == [[2, -1], [0, 1]]
    assert game.outcome_names == ("war", "", 'peace "cold"')
    again = nfg.parse(nfg.text(game))
    assert again.outcome.tolist() == game.outcome.tolist()
    assert again.outcome_names == game.outcome_names
    assert (again.payoffs == game.payoffs).all()
    plain = nfg.parse('NFG 1 R "" { "a" "b" } { 2 2 } 2 2 -1 -1 0 0 1 0')
    assert (plain.payoffs == game.payoffs).all()
    assert fingerprint(game, exactly=True) == fingerprint(plain, exactly=True)
    held = StrategicGame.from_data(game.to_data())
    assert (held.outcome == game.outcome).all()
    assert held.outcome_names == game.outcome_names


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"outcome": [[0, 0]]}, "shape"),
        ({"outcome": [[0, 1], [0, 0]]}, "no entry in 'outcome_names'"),
        ({"outcome": [[0.5, 0], [0, 0]]}, "integers"),
        ({"outcome": None}, "needs 'outcome'"),
        ({"outcome": [[0], [0, 0]]}, "shape"),
        ({"outcome_names": "one"}, "list of text"),
        ({"outcome_names": 1}, "list of text"),
    ],
)
def test_outcomes_that_do_not_fit_are_refused(changes, message):
    named = replace(PENNIES, outcome=np.zeros((2, 2), dtype=int), outcome_names=("one",))
    with pytest.raises(InputError, match=message):
        replace(named, **changes)


@pytest.mark.parametrize("outcomes", [False, True])
def test_the_comment_of_a_table_comes_back(outcomes):
    text = r'NFG 1 R "t" { "a" } { { "u" "d" } } "About \"this\": x\wedge y" 1 2'
    game = nfg.parse(text)
    assert game.comment == 'About "this": x\\wedge y'
    again = nfg.parse(nfg.text(game, outcomes=outcomes))
    assert again.comment == game.comment
    assert StrategicGame.from_data(game.to_data()).comment == game.comment
    assert fingerprint(game, exactly=True) == fingerprint(replace(game, comment=""), exactly=True)
    assert fingerprint(game, exactly=True) != fingerprint(replace(game, title=""), exactly=True)
