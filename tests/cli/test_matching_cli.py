"""Bad matching markets and games from the shell, in every kind of file: exit 3, and the agent is named."""

import json
from pathlib import Path

import pytest

TOML = """type = "MatchingMarket"
[proposers.lists]
ann = ["x", "y"]
bob = ["y", "x"]
[receivers.lists]
x = ["ann", "bob"]
y = ["bob", "ann"]
[quotas]
x = 1
"""
CSV = """side,agent,quota,preferences
men,ann,,x > y
men,bob,,y > x
women,x,1,ann > bob
women,y,1,bob > ann
"""
PREFLIB = """# MARKET: two_sided
# RELATED FILES: m.receivers.toi
# QUOTA 1: 1
# NUMBER ALTERNATIVES: 2
# NUMBER VOTERS: 2
# ALTERNATIVE NAME 1: x
# ALTERNATIVE NAME 2: y
1: 1,2
1: 2,1
"""
RECEIVERS = """# NUMBER ALTERNATIVES: 2
# NUMBER VOTERS: 2
# ALTERNATIVE NAME 1: ann
# ALTERNATIVE NAME 2: bob
1: 1,2
1: 2,1
"""
GAME = """type = "AssignmentGame"
buyers = ["ann", "bob"]
sellers = ["h1", "h2"]
surplus = [[1, 2], [3, 4]]
"""
ROOMMATES = """type = "RoommateGame"
names = ["ann", "bob", "cy"]
surplus = [[0, 1, 2], [1, 0, 1], [2, 1, 0]]
"""
SORTED = """type = "RoommateGame"
names = ["ann", "bob"]
types = [1.0, 1.5]
high = 1
low = 0.2
"""


@pytest.fixture
def files(tmp_path):
    (tmp_path / "m.receivers.toi").write_text(RECEIVERS)
    return tmp_path


@pytest.mark.parametrize(
    ("text", "suffix", "old", "new", "message"),
    [
        # An entry that is not returned.
        (TOML, ".toml", 'bob = ["y", "x"]', 'bob = ["y"]', "'x' lists 'bob', but 'bob' does not list 'x'"),
        (CSV, ".csv", "bob,,y > x", "bob,,y", "m.csv:3:1: 'x' lists 'bob', but 'bob' does not list 'x'"),
        (PREFLIB, ".toi", "1: 2,1", "1: 2", "'x' lists 'bob', but 'bob' does not list 'x'"),
        # An unknown name.
        (TOML, ".toml", 'bob = ["y", "x"]', 'bob = ["y", "z"]', "'bob' lists 'z', which is not one of the receivers"),
        (CSV, ".csv", "bob,,y > x", "bob,,y > z", "m.csv:3:1: 'bob' lists 'z', which is not one of the women"),
        (PREFLIB, ".toi", "1: 2,1", "1: 2,3", "m.toi:9:6: voter 2 lists alternative 3, which does not exist"),
        (TOML, ".toml", "x = 1", "z = 1", "'z' is not one of the receivers"),
        (PREFLIB, ".toi", "QUOTA 1", "QUOTA 7", "m.toi:3:1: there is no alternative '7'"),
        # A repeated name.
        (TOML, ".toml", 'bob = ["y", "x"]', 'bob = ["y", "y"]', "'bob' lists 'y' twice"),
        (CSV, ".csv", "bob,,y > x", "bob,,y > y", "m.csv:3:1: 'bob' lists 'y' twice"),
        (PREFLIB, ".toi", "1: 2,1", "1: 2,2", "m.toi:9:6: voter 2 lists 'y' twice"),
        (CSV, ".csv", "men,bob", "men,ann", "m.csv:3:5: 'ann' is in the table twice"),
        (PREFLIB, ".toi", "NAME 2: y", "NAME 2: x", "m.toi:7:1: two alternatives are called 'x'"),
        # A quota that is none.
        (TOML, ".toml", "x = 1", "x = -1", "the quota of 'x' is negative: -1"),
        (CSV, ".csv", "x,1,", "x,-1,", "m.csv:4:1: the quota of 'x' is negative: -1"),
        (PREFLIB, ".toi", "QUOTA 1: 1", "QUOTA 1: -1", "m.toi:3:1: the quota of 'x' is negative: -1"),
        (TOML, ".toml", "x = 1", "x = 1.5", "the quota of 'x' is not a whole number: 3/2"),
        (CSV, ".csv", "x,1,", "x,1.5,", "m.csv:4:9: the quota of 'x' is not a whole number: 1.5"),
        (PREFLIB, ".toi", "QUOTA 1: 1", "QUOTA 1: 1.5", "m.toi:3:1: the quota of 'x' is not a whole number: 1.5"),
        # No number.
        (GAME, ".toml", "4", "nan", "the surplus of 'bob' with 'h2' is nan"),
        (GAME, ".toml", "4", "-inf", "the surplus of 'bob' with 'h2' is -inf"),
        (GAME, ".toml", "4", '"much"', "the surplus of 'bob' with 'h2': 'much' is not a finite number"),
        (ROOMMATES, ".toml", "[2,", "[nan,", "the surplus of 'cy' with 'ann' is nan"),
        (ROOMMATES, ".toml", "[2,", "[3,", "the surplus of 'ann' with 'cy' is 2, and of 'cy' with 'ann' 3"),
        (SORTED, ".toml", "1.5", "inf", "the type of 'bob' is inf"),
        (SORTED, ".toml", "0.2", "nan", "'low': nan is not a finite number"),
    ],
)
def test_bad_input_names_the_agent(gametheory, files, text, suffix, old, new, message):
    path = files / f"m{suffix}"
    path.write_text(text)
    assert gametheory("solve", path).code == 0
    assert old in text
    path.write_text(text.replace(old, new))
    finished = gametheory("solve", path)
    assert finished.code == 3
    assert message in finished.err
    assert finished.lines <= 2
    assert not finished.out


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("# NUMBER ALTERNATIVES: 99999999999\n1: 1\n", "m.soi:1:1: 99999999999 alternatives are more than"),
        ("# NUMBER ALTERNATIVES: 1\n999999999999: 1\n", "m.soi:2:1: 999999999999 voters are more than"),
        ("# MARKET: roommates\n# NUMBER ALTERNATIVES: 2\n2: 2\n", "m.soi:3:1: a line stands for several voters"),
        ("# MARKET: pairs\n# NUMBER ALTERNATIVES: 1\n1: 1\n", "m.soi: no kind of market is called 'pairs'"),
    ],
)
def test_orders_that_cannot_be_read(gametheory, tmp_path, text, place):
    (tmp_path / "m.soi").write_text(text)
    finished = gametheory("solve", tmp_path / "m.soi")
    assert finished.code == 3
    assert place in finished.err


def test_a_surplus_that_json_cannot_hold_is_placed(gametheory, tmp_path):
    path = tmp_path / "m.json"
    path.write_text('{"type": "AssignmentGame", "surplus": [[1, NaN]]}')
    finished = gametheory("solve", path)
    assert finished.code == 3
    assert f"{path}: NaN is not a number JSON may hold" in finished.err


@pytest.mark.parametrize(
    ("text", "suffix", "old", "new"),
    [
        (TOML, ".toml", 'bob = ["y", "x"]', 'bob = [["y", "x"]]'),
        (CSV, ".csv", "bob,,y > x", "bob,,y = x"),
        (PREFLIB, ".toi", "1: 2,1", "1: {2,1}"),
    ],
)
@pytest.mark.parametrize("concept", ["all_stable", "egalitarian", "minimum_regret"])
def test_ties_where_lists_must_be_strict(gametheory, files, text, suffix, old, new, concept):
    path = files / f"m{suffix}"
    path.write_text(text.replace(old, new))
    finished = gametheory("solve", path, "--concept", concept)
    assert finished.code == 3
    assert "'bob' is indifferent between 'y' and 'x'" in finished.err
    assert finished.lines <= 2


def test_certified_non_existence(gametheory, files):
    """Three agents who each like the next (Gale and Shapley's roommates); three who can make 1 in any pair."""
    (files / "r.toml").write_text(
        'type = "MatchingMarket"\nsides = ["people"]\n[proposers.lists]\n'
        'a = ["b", "c", "d"]\nb = ["c", "a", "d"]\nc = ["a", "b", "d"]\nd = ["a", "b", "c"]\n'
    )
    (files / "g.toml").write_text('type = "RoommateGame"\nsurplus = [[0, 1, 1], [1, 0, 1], [1, 1, 0]]\n')
    for name, kind in (("r", "stable_partition"), ("g", "odd_set_dual")):
        finished = gametheory("solve", files / f"{name}.toml", "--format", "json")
        assert finished.code == 4
        assert finished.json["termination"] == "NONE_EXISTS"
        assert finished.json["certificate"]["kind"] == kind
        assert finished.json["certificate"]["ok"]


GALE_SHAPLEY = """type = "MatchingMarket"
sides = ["men", "women"]
[proposers.lists]
alpha = ["A", "B", "C"]
beta = ["B", "C", "A"]
gamma = ["C", "A", "B"]
[receivers.lists]
A = ["beta", "gamma", "alpha"]
B = ["gamma", "alpha", "beta"]
C = ["alpha", "beta", "gamma"]
"""
HOUSING = """type = "MatchingMarket"
[proposers.lists]
a = ["B", "A"]
b = ["A", "B"]
c = ["A", "C"]
[receivers]
names = ["A", "B", "C"]
[endowment]
a = "A"
b = "B"
c = "C"
"""
FOUR = """type = "MatchingMarket"
sides = ["people"]
[proposers.lists]
a = ["b", "c", "d"]
b = ["a", "c", "d"]
c = ["d", "a", "b"]
d = ["c", "a", "b"]
"""
ODD = """type = "RoommateGame"
surplus = [[0, 1, 1], [1, 0, 1], [1, 1, 0]]
"""


@pytest.mark.parametrize(
    ("text", "concept", "field", "value", "message"),
    [
        # alpha with B, beta with A: the third of Gale and Shapley's six matchings is blocked by beta and C.
        (GALE_SHAPLEY, "stable", "assignment", [1, 0, 2], "beta and C block"),
        (GALE_SHAPLEY, "egalitarian", "assignment", [1, 0, 2], "beta and C block"),
        (GALE_SHAPLEY, "minimum_regret", "assignment", [1, 0, 2], "beta and C block"),
        (
            GALE_SHAPLEY,
            "all_stable",
            "assignments",
            [[0, 1, 2], [1, 2, 0]],
            "missing: 1 one rotation below matching 2",
        ),
        (GALE_SHAPLEY, "all_stable", "assignments", [[1, 2, 0], [2, 0, 1]], "that is best for the men is missing"),
        (GALE_SHAPLEY, "pareto_efficient", "assignment", [1, 2, 0], "holders of A -> C -> B would all gain"),
        (GALE_SHAPLEY, "immediate_acceptance", "assignment", [1, 2, 0], "alpha and A block"),
        (GALE_SHAPLEY, "ordinally_efficient", "assignments", [[1, 0, 2]], "draws (alpha, A) with probability 0, not 1"),
        (HOUSING, "core", "assignment", [0, 1, 2], "a coalition around a, b gains by trading"),
        (HOUSING, "maximum_exchange", "assignment", [0, 1, 2], "gap between the worth of the exchange and its bound"),
        (FOUR, "stable", "assignment", [2, 3, 0, 1], "a and b block"),
        (GAME, "core", "then_sellers", ["0", "0"], "bob and h2 can do better together"),
        (ROOMMATES, "core", "payoffs", ["0", "0", "2"], "ann and bob can do better together"),
        (ODD, "core", "set_prices", ["1/2"], "the pair 2, 3 is not paid for"),
        (SORTED, "core", "payoffs", ["0", "0"], "ann and bob share something else than they make"),
    ],
)
def test_a_tampered_answer_names_what_is_violated(gametheory, tmp_path, text, concept, field, value, message):
    game, saved, typed = tmp_path / "m.toml", tmp_path / "s.json", tmp_path / "a.json"
    game.write_text(text)
    gametheory("solve", game, "--concept", concept, "--exact", "--format", "json", "--output", saved)
    assert gametheory("verify", saved).code == 0
    data = json.loads(saved.read_text())
    data["answer"]["data"][field] = value
    saved.write_text(json.dumps(data))
    typed.write_text(json.dumps(data["answer"]))
    for command in (("verify", saved), ("verify", "--form", game, "--answer", typed, "--concept", concept)):
        finished = gametheory(*command)
        assert finished.code == 6
        assert message in finished.out
        assert finished.err.startswith("gametheory: not verified: ")
        assert finished.lines == 1


@pytest.mark.parametrize(
    ("answer", "code", "said"),
    [
        ("ann,x\nbob,y\n", 0, "verified"),
        ("proposer,receiver\nann,y\nbob,x\n", 0, "verified"),
        ("ann,x\nbob,\n", 6, "bob and y block"),
        ("ann,x\nbob,q\n", 3, "'q' is not one of the receivers"),
        ("ann,x\nann,y\n", 3, "'ann' is matched twice"),
        ("ann,x,y\n", 3, "answer.csv:1:1: a row has 3 cells"),
    ],
)
def test_anyones_matching_in_a_table_is_checked(gametheory, tmp_path, answer, code, said):
    # Both matchings of this market are stable: each side's best.
    market, given = tmp_path / "m.toml", tmp_path / "answer.csv"
    market.write_text(
        TOML.replace('["ann", "bob"]', '["bob", "ann"]').replace('y = ["bob", "ann"]', 'y = ["ann", "bob"]')
    )
    given.write_text(answer)
    done = gametheory("verify", "--form", str(market), "--answer", str(given))
    assert done.code == code
    assert said in done.out + done.err
    assert "Traceback" not in done.err


def test_a_table_answers_no_other_kind_of_form(gametheory, tmp_path):
    (tmp_path / "g.toml").write_text(GAME)
    (tmp_path / "answer.csv").write_text("ann,h1\n")
    done = gametheory("verify", "--form", str(tmp_path / "g.toml"), "--answer", str(tmp_path / "answer.csv"))
    assert done.code == 2
    assert "an answer to AssignmentGame is no '.csv' file" in done.err


ROOMMATES = """type = "MatchingMarket"
[proposers.lists]
ann = ["bob", "cec"]
bob = ["ann", "cec"]
cec = ["ann", "bob"]
"""


@pytest.mark.parametrize("game", ["gale_shapley_1962.toml", "school_choice.csv", "roommates.toml"])
def test_the_matching_that_is_printed_can_be_verified(gametheory, tmp_path, game):
    market, printed = Path(__file__).parents[2] / "games" / game, tmp_path / "printed.csv"
    if game == "roommates.toml":
        market = tmp_path / game
        market.write_text(ROOMMATES)
    assert gametheory("solve", market, "--format", "csv", "--output", printed).code == 0
    done = gametheory("verify", "--form", market, "--answer", printed)
    assert (done.code, done.err) == (0, "")
    lines = printed.read_text().splitlines()
    alone = lines[1].split(",")[0]
    kept = [line for line in lines[2:] if line != f"{lines[1].split(',')[1]},{alone}"]
    printed.write_text("\n".join([lines[0], f"{alone},-", *kept]))
    done = gametheory("verify", "--form", market, "--answer", printed)
    assert done.code == 6
    assert alone in done.out + done.err
