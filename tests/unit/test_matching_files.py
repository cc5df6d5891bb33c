"""Matching markets from files and back; malformed input names the agent and the place."""

from __future__ import annotations

import numpy as np
import pytest

import gametheory as gt
from gametheory.errors import InputError, UsageError
from gametheory.matching import Matching, MatchingMarket, NamedMatching, deferred_acceptance, preflib, tables
from gametheory.solvers import Options

SCHOOLS = {
    "ann": ["mit", ["yale", "eth"]],
    "bob": ["mit", "yale"],
    "cat, the": [["eth", "mit"]],
}
RANKED = {"mit": ["bob", ["ann", "cat, the"]], "yale": ["ann", "bob"], "eth": ["cat, the", "ann"]}


def market(**options):
    return MatchingMarket.from_lists(SCHOOLS, RANKED, quotas={"mit": 2}, sides=("students", "schools"), **options)


def same(one, other):
    left, right = one.to_data(), other.to_data()
    assert set(left) == set(right)
    np.testing.assert_equal(left, right)
    return True


@pytest.mark.parametrize("priorities", [False, True])
def test_round_trips_of_a_market_with_ties(tmp_path, priorities):
    given = market(priorities=priorities)
    preflib.write(given, tmp_path / "m.toi")
    assert (tmp_path / "m.receivers.toi").exists()
    assert same(preflib.read(tmp_path / "m.toi"), given)
    tables.write_csv(given, tmp_path / "m.csv")
    assert same(tables.read_csv(tmp_path / "m.csv"), given)
    tables.write_toml(given, tmp_path / "m.toml")
    assert same(gt.load(tmp_path / "m.toml"), given)
    assert same(MatchingMarket.from_data(given.to_data()), given)


def test_round_trips_of_roommates_and_of_objects_that_rank_nobody(tmp_path):
    mates = MatchingMarket.roommates({"a": ["b", "c"], "b": ["a"], "c": ["a"]})
    things = MatchingMarket.from_lists({"a": ["x", "y"], "b": ["y"]}, ["x", "y"], sides=("people", "things"))
    for given in (mates, things):
        preflib.write(given, tmp_path / "m.toi")
        tables.write_csv(given, tmp_path / "m.csv")
        tables.write_toml(given, tmp_path / "m.toml")
        assert same(preflib.read(tmp_path / "m.toi"), given)
        assert same(tables.read_csv(tmp_path / "m.csv"), given)
        assert same(gt.load(tmp_path / "m.toml"), given)
    assert preflib.read(tmp_path / "m.toi").priorities


def test_housing_market_keeps_its_owners_and_weights(tmp_path):
    data = {
        "proposers": {"lists": {"p": ["kq", "kp"], "q": ["kp", "kq"]}},
        "receivers": {"names": ["kp", "kq"]},
        "endowment": {"p": "kp", "q": "kq"},
        "weights": {"p": {"kq": "5/2"}},
    }
    given = MatchingMarket.from_data(data)
    tables.write_toml(given, tmp_path / "m.toml")
    assert same(gt.load(tmp_path / "m.toml"), given)
    with pytest.raises(UsageError, match="weights"):
        tables.write_csv(given, tmp_path / "m.csv")
    with pytest.raises(UsageError, match="endowments"):
        preflib.write(given, tmp_path / "m.soi")


def test_preflib_suffix_must_fit_the_lists(tmp_path):
    with pytest.raises(UsageError, match="strict"):
        preflib.write(market(), tmp_path / "m.soi")
    with pytest.raises(UsageError, match="complete"):
        preflib.write(market(), tmp_path / "m.toc")


PREFLIB = """# FILE NAME: x.soi
# TITLE: A survey
# NUMBER ALTERNATIVES: 3
# NUMBER VOTERS: 4
# NUMBER UNIQUE ORDERS: 3
# ALTERNATIVE NAME 1: ski
# ALTERNATIVE NAME 2: swim
# ALTERNATIVE NAME 3: run
2: 1,2
1: 3,2,1
1: 2
"""


def test_a_file_of_the_library_is_a_market_of_objects(tmp_path):
    path = tmp_path / "x.soi"
    path.write_text(PREFLIB)
    given = gt.load(path)
    assert given.receiver_names == ("ski", "swim", "run")
    assert len(given.proposers) == 4
    assert given.proposers.groups(1) == [[0], [1]]
    found = gt.solve(given, concept="pareto_efficient").require()
    assert found.results["matching"] == {"1": "ski", "2": "swim", "3": "run", "4": None}


def test_unnamed_voters_share_a_line_as_in_the_file_they_came_from(tmp_path):
    (tmp_path / "x.soi").write_text(PREFLIB)
    given = gt.load(tmp_path / "x.soi")
    preflib.write(given, tmp_path / "y.soi")
    text = (tmp_path / "y.soi").read_text()
    assert text.splitlines()[-3:] == ["2: 1,2", "1: 3,2,1", "1: 2"]
    assert "# NUMBER VOTERS: 4\n# NUMBER UNIQUE ORDERS: 3\n" in text
    assert "VOTER NAME" not in text
    assert same(gt.load(tmp_path / "y.soi"), given)


def test_voters_of_one_order_who_are_apart_keep_their_places(tmp_path):
    given = MatchingMarket.from_lists({"1": ["x"], "2": ["y", "x"], "3": ["x"]}, ["x", "y"])
    preflib.write(given, tmp_path / "y.soi")
    assert (tmp_path / "y.soi").read_text().splitlines()[-3:] == ["1: 1", "1: 2,1", "1: 1"]
    assert same(gt.load(tmp_path / "y.soi"), given)


def test_named_voters_keep_their_own_lines(tmp_path):
    given = MatchingMarket.from_lists({"ann": ["x"], "bob": ["x"]}, ["x"])
    preflib.write(given, tmp_path / "y.soi")
    assert (tmp_path / "y.soi").read_text().splitlines()[-2:] == ["1: 1", "1: 1"]
    assert same(gt.load(tmp_path / "y.soi"), given)


@pytest.mark.parametrize(
    ("line", "place", "message"),
    [
        ("1: 1,4", "9:6", "voter 1 lists alternative 4, which does not exist"),
        ("1: 1,2,1", "9:8", "voter 1 lists 'ski' twice"),
        ("1: {1,2}", "9:4", "a tie"),
        ("1: 1,,2", "9:6", "out of place"),
        ("1: 1,", "9:6", "ends"),
        ("x 1,2", "9:1", "an order is"),
        ("1: 1,\u00b2", "9:6", "out of place"),
        ("\u0662: 1,2", "9:1", "an order is"),
    ],
)
def test_malformed_orders_are_placed(tmp_path, line, place, message):
    path = tmp_path / "x.soi"
    path.write_text(PREFLIB.replace("2: 1,2", line))
    with pytest.raises(InputError, match=message) as error:
        preflib.read(path)
    assert error.value.place == f"{path}:{place}"


@pytest.mark.parametrize(
    ("line", "place", "message"),
    [
        ("# NUMBER ALTERNATIVES: \u00b2", "2:1", "no '# NUMBER ALTERNATIVES'"),
        ("# NUMBER ALTERNATIVES: 2\n# QUOTA \u00b2: 1", "2:1", "there is no alternative"),
        ("# NUMBER ALTERNATIVES: 2\n# QUOTA 1: " + "9" * 30, "2:1", "quota of '1' is more than can be read"),
        ("# NUMBER ALTERNATIVES: 2\n# VOTER NAME 1: bob\n# VOTER NAME 2: bob", "3:1", "two voters are called 'bob'"),
        ("# NUMBER ALTERNATIVES: 2\n# VOTER NAME 1: 2", "4:1", "two voters are called '2'"),
    ],
)
def test_malformed_lines_about_the_file_are_placed(tmp_path, line, place, message):
    path = tmp_path / "x.soi"
    path.write_text(f"{line}\n1: 1,2\n1: 1\n", encoding="utf-8")
    with pytest.raises(InputError, match=message) as error:
        preflib.read(path)
    assert error.value.place == f"{path}:{place}"


def test_roommates_of_a_preflib_file_do_not_list_themselves(tmp_path):
    path = tmp_path / "x.soi"
    path.write_text("# NUMBER ALTERNATIVES: 2\n# NUMBER VOTERS: 2\n1: 2\n1: 2\n")
    with pytest.raises(InputError, match="lists itself"):
        preflib.read(path, market="roommates")


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("side,agent,preferences\ns,a,x > > y\nt,x,a\n", "2:5", "empty entry"),
        ("side,agent,preferences\ns,a,x\nt,x,\n", "2:1", "'a' lists 'x', but 'x' does not list 'a'"),
        ("side,agent,quota,preferences\ns,a,,x\nt,x,-1,a\n", "3:1", "quota of 'x' is negative"),
        ("side,agent,quota,preferences\ns,a,,x\nt,x,1.5,a\n", "3:5", "not a whole number"),
        ("side,agent,preferences\ns,a,z\nt,x,a\n", "2:1", "'a' lists 'z', which is not one of the t"),
        ("side,agent,preferences\ns,a,x > x\nt,x,a\n", "2:1", "'a' lists 'x' twice"),
        ("side,agent,preference\ns,a,x\n", "1:1", "no column 'preference'"),
        ("side,agent\ns,a\ns,a\n", "3:3", "twice"),
        ("side,agent,preferences,preferences\ns,a,x,\nt,x,a,\n", "1:1", "two columns are called 'preferences'"),
    ],
)
def test_malformed_tables_are_placed(tmp_path, text, place, message):
    path = tmp_path / "m.csv"
    path.write_text(text)
    if message.startswith("'a' lists 'x', but"):
        text = text.replace("t,x,", "t,x,b\ns,b,x")
        path.write_text(text)
    with pytest.raises(InputError, match=message) as error:
        tables.read_csv(path)
    assert error.value.place == f"{path}:{place}"
    assert error.value.exit_code == 3


def test_anyones_matching_from_a_table(tmp_path):
    given = market()
    path = tmp_path / "answer.csv"
    tables.write_matching(deferred_acceptance.solve(given, Options()).answer, given, path)
    answer = tables.read_matching(path, given)
    assert gt.verify(given, answer, concept="stable").ok
    path.write_text("ann,mit\nbob,yale\n")
    certificate = gt.verify(given, tables.read_matching(path, given), concept="stable")
    assert not certificate.ok
    assert "bob and mit block" in [v.constraint for v in certificate.violations]
    path.write_text("ann,mit\nbop,yale\n")
    with pytest.raises(InputError, match="bop") as error:
        tables.read_matching(path, given)
    assert error.value.place == f"{path}:2:1"
    assert "bob" in error.value.remedy


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"quotas": {"mit": -1}}, "'mit' is negative"),
        ({"quotas": {"mti": 1}}, "'mti' is not one of the schools"),
        ({"quotas": {"mit": 1.5}}, "'mit' is not a whole number"),
        ({"forbidden": [("ann", "oxford")]}, "'oxford' is not one of the schools"),
        ({"owns": {"ann": "eth", "bob": "eth"}}, "'eth' has more owners than its quota: ann, bob"),
    ],
)
def test_bad_markets_name_the_agent(change, message):
    with pytest.raises(InputError, match=message):
        MatchingMarket.from_lists(SCHOOLS, RANKED, **{"quotas": {"mit": 2}, "sides": ("students", "schools"), **change})


def test_a_matching_may_be_given_as_results_name_it():
    market = MatchingMarket.from_lists({"a": ["x", "y"], "b": ["x"], "c": ["x"]}, {"x": ["a", "b", "c"], "y": ["a"]})
    assert gt.verify(market, NamedMatching(gt.solve(market, exact=True).results["matching"])).ok
    stated = {"a": "y", "b": "x", "c": None}
    blocked = gt.verify(market, NamedMatching(stated))
    assert [v.constraint for v in blocked.violations] == ["a and x block"]
    assert NamedMatching.from_data({"pairs": {"a": "y", "b": "x"}}) == NamedMatching(stated)
    for pairs in (5, [("a",)], [("a", 2)], {"a": 2}, "ax"):
        with pytest.raises(InputError, match="'pairs' is a list of pairs of names"):
            NamedMatching(pairs)


def test_a_house_with_two_owners_is_refused_with_their_names():
    with pytest.raises(InputError, match="'a' has more owners than its quota: ann, bob"):
        MatchingMarket.housing({"ann": ["a"], "bob": ["a"]}, owns={"ann": "a", "bob": "a"})


def test_what_belongs_beside_a_side_is_not_looked_for_inside_it():
    with pytest.raises(InputError, match="'receivers' has no 'quotas'") as error:
        MatchingMarket.from_data(
            {"proposers": {"lists": {"a": ["x"]}}, "receivers": {"names": ["x"], "quotas": {"x": 2}}}
        )
    assert error.value.remedy == "write 'quotas' beside 'receivers', not inside it"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"keep_mutual_only": "no"}, "'keep_mutual_only' is true or false, not 'no'"),
        ({"receivers": {"names": ["x"]}, "priorities": 1}, "'priorities' is true or false"),
        ({"receivers": {"names": ["x"]}, "quotas": {"x": 10**23}}, "the quota of 'x' is too large"),
        ({"receivers": {"names": ["x", "x"]}}, "two receivers are called 'x'"),
        ({"proposers": {"lists": {"a": ["b"], "b": ["a"]}}, "quotas": {"a": 2}}, "'quotas' is of markets with two"),
        ({"proposers": {"lists": {"a": ["b"], "b": ["a"]}}, "weights": {"a": {"b": 2}}}, "'weights' is of markets"),
        ({"proposers": {"lists": {"a": [["x", ["x"]]]}}, "receivers": {"names": ["x"]}}, "a tie in the list of 'a'"),
        ({"proposers": {"lists": {"a": [{"x": 1}]}}, "receivers": {"names": ["x"]}}, "a tie in the list of 'a'"),
    ],
)
def test_what_a_table_says_is_read_or_refused(change, message):
    with pytest.raises(InputError, match=message):
        MatchingMarket.from_data({"proposers": {"lists": {"a": ["x"], "b": ["x"]}}, **change})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"forbidden": [1]}, "a forbidden pair is two names"),
        ({"forbidden": "ab"}, "a forbidden pair is two names"),
        ({"owns": 3}, "'owns' is a table of named entries, not 3"),
        ({"sides": ("students",)}, "has two sides"),
        ({"keep_mutual_only": "no"}, "'keep_mutual_only' is true or false"),
        ({"receivers": "mit"}, "'schools' is a table of lists, or a list of names"),
        ({"receivers": 5}, "'schools' is a table of lists"),
        ({"proposers": [["mit"]]}, "'students' is a table of named entries"),
    ],
)
def test_what_is_no_market_is_said_so(change, message):
    given = {"proposers": SCHOOLS, "receivers": RANKED, "sides": ("students", "schools"), **change}
    with pytest.raises(InputError, match=message):
        MatchingMarket.from_lists(**given)


@pytest.mark.parametrize(
    "ranks", [[[0.2, 1.7]], [[0, 2**32 + 1]], [[-1, 1]], [[0], [0, 1]], "a", None, [[True, False]]]
)
def test_ranks_that_are_none(ranks):
    with pytest.raises(InputError, match="rank"):
        MatchingMarket.from_ranks(ranks, [[0], [0]])


@pytest.mark.parametrize("lists", [5, None, {"a": [0]}])
def test_lists_of_integers_that_are_none(lists):
    with pytest.raises(InputError, match="one list per agent"):
        MatchingMarket.from_arrays(lists, [[0], [0]])


def test_asymmetric_lists_name_both_agents_unless_dropped():
    lists, ranked = {"a": ["x"], "b": ["x"]}, {"x": ["a"]}
    with pytest.raises(InputError, match="'b' lists 'x', but 'x' does not list 'b'"):
        MatchingMarket.from_lists(lists, ranked)
    with pytest.raises(InputError, match="'x' lists 'b', but 'b' does not list 'x'"):
        MatchingMarket.from_lists({"a": ["x"], "b": []}, {"x": ["a", "b"]})
    assert MatchingMarket.from_lists(lists, ranked, keep_mutual_only=True).proposers.groups(1) == []


def test_forbidden_pairs_leave_both_lists():
    given = market(forbidden=[("ann", "mit")])
    assert given.proposers.groups(0) == [[1, 2]]
    assert given.receivers.groups(0) == [[1], [2]]


@pytest.mark.parametrize("concept", ["all_stable", "egalitarian", "minimum_regret", "pareto_efficient"])
def test_ties_where_strictness_is_needed_name_the_agent(concept):
    with pytest.raises(InputError, match="'ann' is indifferent between 'yale' and 'eth'") as error:
        gt.solve(one_to_one(), concept=concept)
    assert error.value.exit_code == 3


def one_to_one():
    return MatchingMarket.from_lists(SCHOOLS, RANKED, sides=("students", "schools"))


def test_weak_stability_is_said():
    solution = gt.solve(market()).require()
    assert "weak" in solution.certificate.note
    assert solution.results["matched"] == 3


def test_answers_that_do_not_fit_are_violations_not_crashes():
    given = market()
    for assignment in ([0], [0, 0, 0], [0, 0, 9], [1, 1, 1]):
        assert not gt.verify(given, Matching(np.array(assignment)), concept="stable").ok
    with pytest.raises(InputError, match="bop"):
        gt.verify(given, NamedMatching((("bop", "mit"),)), concept="stable")
    with pytest.raises(UsageError, match="concept"):
        gt.verify(given, Matching(np.array([0, 0, 0])), concept="all_stable")
    for bad in ({}, {"assignment": "x"}, {"assignment": [0.5]}, {"assignment": [[1], 2]}):
        with pytest.raises(InputError):
            Matching.from_data(bad)


def test_ranks_and_lists_build_the_same_market():
    draws = np.random.default_rng(5)
    first, second = (np.array([draws.permutation(9) for _ in range(9)]) for _ in range(2))
    ranks = [np.argsort(order, axis=1) for order in (first, second)]
    assert same(MatchingMarket.from_ranks(*ranks), MatchingMarket.from_arrays(first, second))
    assert same(MatchingMarket.from_arrays(first.tolist(), second.tolist()), MatchingMarket.from_arrays(first, second))
    ranks[0][3, 2] = ranks[0][3, 1]
    with pytest.raises(InputError, match="ranks of '4'"):
        MatchingMarket.from_ranks(*ranks)
    first[2, 1] = 9
    with pytest.raises(InputError, match="'3' lists number 9"):
        MatchingMarket.from_arrays(first, second)
