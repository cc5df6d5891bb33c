"""What game files give from the shell: solved, refused, and anyone's answer checked."""

from pathlib import Path

import pytest

GAMES = Path(__file__).parents[2] / "games"
FORGETFUL = """EFG 2 R "Forgetful" { "a" }
p "" 1 1 "first" { "x" "y" } 0
p "" 1 2 "later" { "l" "r" } 0
t "" 1 "" { 1 } t "" 2 "" { 0 }
p "" 1 2 0
t "" 2 t "" 1
"""
# b is indifferent after both moves of a, and c is paid by what b does.
INDIFFERENT = """EFG 2 R "Indifferent" { "a" "b" "c" }
p "" 1 1 "a" { "l" "r" } 0
p "" 2 1 "after l" { "x" "y" } 0
t "" 1 "" { 2 1 0 } t "" 2 "" { 0 1 3 }
p "" 2 2 "after r" { "x" "y" } 0
t "" 3 "" { 1 1 5 } t "" 4 "" { 1 1 0 }
"""


@pytest.fixture
def file(tmp_path):
    def make(name, text):
        path = tmp_path / name
        path.write_text(text)
        return path

    return make


def test_a_tree_reports_payoffs_in_player_order_the_path_and_the_strategy(gametheory):
    found = gametheory("solve", GAMES / "entry_deterrence.efg", "--exact", "--format", "json").json["results"]
    assert list(found["payoffs"].items()) == [("entrant", "1"), ("incumbent", "1")]
    assert found["path"] == ["in", "share"]
    assert sorted(found["strategy"].values()) == ["in", "share"]


def test_the_sequence_form_reports_the_value(gametheory):
    done = gametheory("solve", GAMES / "card_game.efg", "--method", "sequence_form", "--exact", "--format", "json")
    assert done.json["results"]["value"] == "1/3"
    assert done.json["certificate"]["ok"]


def test_imperfect_recall_is_refused_with_both_histories(gametheory, file):
    path = file("forgetful.efg", FORGETFUL)
    for arguments in (
        [],
        ["--method", "backward_induction"],
        ["--method", "subgames"],
        ["--concept", "nash"],
        ["--concept", "nash", "--method", "backward_induction"],
    ):
        done = gametheory("solve", path, *arguments)
        assert done.code == 3, arguments
        for said in ("imperfect recall", "'later'", "(x)", "(y)"):
            assert said in done.err
        assert done.lines <= 2
    pure = gametheory("solve", path, "--concept", "nash", "--method", "pure_enumeration", "--exact", "--format", "json")
    assert pure.code == 0
    assert pure.json["results"]["payoffs"] == {"a": "1"}


@pytest.mark.parametrize(
    ("ties", "payoffs"),
    [
        # b takes its first move after l and r: a prefers l.
        ("first", ["2", "1", "0"]),
        # b takes its last move: a gets 0 from l and 1 from r.
        ("last", ["1", "1", "0"]),
        # b does what is best for a.
        ("prefer:a", ["2", "1", "0"]),
        # b does what is best for c: y after l, x after r.
        ("prefer:c", ["1", "1", "5"]),
    ],
)
def test_tie_rules(gametheory, file, ties, payoffs):
    path = file("indifferent.efg", INDIFFERENT)
    done = gametheory("solve", path, "--ties", ties, "--exact", "--format", "json")
    assert list(done.json["results"]["payoffs"].values()) == payoffs
    assert done.json["tie_rule"] == ties


def test_random_ties_follow_the_seed_and_every_payoff_is_listed(gametheory, file):
    path = file("indifferent.efg", INDIFFERENT)
    every = gametheory("solve", path, "--ties", "all_payoffs", "--exact", "--format", "json").json
    listed = every["results"]["all_payoffs"]
    assert sorted(listed) == [["1", "1", "0"], ["1", "1", "5"], ["2", "1", "0"]]
    drawn = [
        gametheory("solve", path, "--ties", "random", "--seed", seed, "--exact", "--format", "json").json["results"]
        for seed in (1, 1, 2, 3, 4, 5)
    ]
    assert drawn[0] == drawn[1]
    assert all(list(found["payoffs"].values()) in listed for found in drawn)


PEACE = """type = "StrategyProfile"
[strategy]
strong = "beer"
weak = "beer"
"after beer" = "peace"
"after quiche" = "{reply}"
"""
ASSESSMENT = """type = "Assessment"
[profile.strategy]
strong = "beer"
weak = "beer"
"after beer" = "peace"
"after quiche" = "duel"
[beliefs."after quiche"]
"strong/quiche" = "{strong}"
"weak/quiche" = "{weak}"
[beliefs."after beer"]
"strong/beer" = "9/10"
"weak/beer" = "1/10"
"""


def test_a_profile_from_elsewhere_is_checked(gametheory, file):
    game = GAMES / "beer_quiche.efg"
    right = gametheory("verify", "--form", game, "--answer", file("right.toml", PEACE.format(reply="duel")))
    assert right.code == 0
    # Were quiche met peacefully too, the weak sender would eat it: 3 instead of 2, with probability 1/10.
    wrong = gametheory("verify", "--form", game, "--answer", file("wrong.toml", PEACE.format(reply="peace")))
    assert wrong.code == 6
    assert "1/10" in wrong.err
    unknown = gametheory("verify", "--form", game, "--answer", file("bad.toml", PEACE.format(reply="due")))
    assert unknown.code == 3
    assert "did you mean 'duel'" in unknown.err


@pytest.mark.parametrize(("strong", "weak", "code"), [("1/4", "3/4", 0), ("1/2", "1/2", 0), ("3/4", "1/4", 6)])
def test_an_assessment_from_elsewhere_is_checked(gametheory, file, strong, weak, code):
    # The receiver duels after quiche if it believes the sender weak with probability 1/2 at least.
    answer = file("assessment.toml", ASSESSMENT.format(strong=strong, weak=weak))
    game = GAMES / "beer_quiche.efg"
    for concept in ((), ("--concept", "weak_perfect_bayesian")):
        done = gametheory("verify", "--form", game, "--answer", answer, *concept)
        assert done.code == code, done


def test_mixed_profiles_of_a_table_are_checked(gametheory, file):
    profile = 'type = "Equilibria"\n[[profiles]]\nrow = { opera = "3/5", fight = "2/5" }\n'
    profile += 'column = { opera = "%s", fight = "%s" }\n'
    game = GAMES / "battle_of_the_sexes.nfg"
    assert gametheory("verify", "--form", game, "--answer", file("a.toml", profile % ("2/5", "3/5"))).code == 0
    wrong = gametheory("verify", "--form", game, "--answer", file("b.toml", profile % ("1/2", "1/2")))
    assert wrong.code == 6
    assert "row gains by opera" in wrong.err


def test_converting_keeps_the_comment(gametheory, tmp_path):
    for name in ("beer_quiche", "card_game"):
        source = GAMES / f"{name}.efg"
        there, back = tmp_path / "there.json", tmp_path / "back.efg"
        assert gametheory("convert", source, there).code == 0
        assert gametheory("convert", there, back).code == 0
        assert source.read_text().splitlines()[1] in back.read_text()


def test_equal_names_of_moves_are_said_on_standard_error(gametheory, file):
    path = file("twice.efg", 'EFG 2 R "" { "a" }\np "" 1 1 "" { "go" "go" } 0 t "" 1 "" { 1 } t "" 2 "" { 2 }\n')
    done = gametheory("solve", path, "--format", "json")
    assert done.json["results"]["path"] == ["go (2)"]
    assert "twice.efg:2:13: two moves are called 'go'; read as 'go (2)'" in done.err


def test_what_ties_drew_can_be_drawn_again(gametheory, file):
    moves = " ".join(f'"m{k}"' for k in range(50))
    ends = " ".join(f't "" {k + 1} "" {{ 1 }}' for k in range(50))
    path = file("tied.efg", f'EFG 2 R "" {{ "a" }} p "" 1 1 "" {{ {moves} }} 0 {ends}')
    drawn = gametheory("solve", path, "--ties", "random", "--format", "json").json
    seed = drawn["provenance"]["seed"]
    again = gametheory("solve", path, "--ties", "random", "--seed", seed, "--format", "json").json
    assert drawn["results"]["path"] == again["results"]["path"]
    # Which move it is depends on the seed: among 1 and 20 others some differ, but for one chance in 50^20.
    paths = {
        str(gametheory("solve", path, "--ties", "random", "--format", "json").json["results"]["path"]) for _ in "x" * 21
    }
    assert len(paths) > 1
    assert gametheory("solve", path, "--format", "json").json["provenance"]["seed"] is None
    assert "ties: random, --seed 7\n" in gametheory("solve", path, "--ties", "random", "--seed", "7").out
    assert "ties: last\n" in gametheory("solve", path, "--ties", "last").out
