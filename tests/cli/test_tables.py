import csv
import io
from fractions import Fraction

import pytest

from gametheory_cli.arranging import result_tables, width
from gametheory_cli.rendering import render

BATTLE = 'NFG 1 R "Battle" { "row" "column" } { { "opera" "fight" } { "opera" "fight" } } 3 2 0 0 0 0 2 3'
MARKET = """type = "MatchingMarket"
[proposers.lists]
alpha = ["A", "B"]
beta = ["B", "A"]
[receivers.lists]
A = ["beta", "alpha"]
B = ["alpha", "beta"]
"""


def rows_of(text):
    return list(csv.reader(io.StringIO(text)))


@pytest.fixture
def battle(tmp_path):
    path = tmp_path / "battle.nfg"
    path.write_text(BATTLE)
    return path


def test_each_equilibrium_is_a_row(gametheory, battle):
    done = gametheory("solve", battle, "--exact", "--format", "csv")
    assert rows_of(done.out) == [
        ["equilibria", "row: opera", "row: fight", "column: opera", "column: fight", "payoffs: row", "payoffs: column"],
        ["1", "1", "0", "1", "0", "3", "2"],
        ["2", "0", "1", "0", "1", "2", "3"],
        ["3", "3/5", "2/5", "2/5", "3/5", "6/5", "6/5"],
    ]


def test_the_other_formats_have_the_same_rows(gametheory, battle):
    latex = gametheory("solve", battle, "--exact", "--format", "latex").out
    assert "3 & 3/5 & 2/5 & 2/5 & 3/5 & 6/5 & 6/5 \\\\" in latex
    assert r"\begin{tabular}{lllllll}" in latex
    markdown = gametheory("solve", battle, "--exact", "--format", "markdown").out
    assert "| 3 | 3/5 | 2/5 | 2/5 | 3/5 | 6/5 | 6/5 |" in markdown
    table = gametheory("solve", battle, "--exact").out
    assert [line.split() for line in table.splitlines() if line.strip().startswith("3 ")] == [
        ["3", "3/5", "2/5", "2/5", "3/5", "6/5", "6/5"]
    ]


@pytest.mark.parametrize("style", ["latex", "markdown", "csv"])
def test_what_is_pasted_does_not_depend_on_the_terminal(gametheory, battle, monkeypatch, style):
    found = set()
    for columns in ("60", "80", "120", "200"):
        monkeypatch.setenv("COLUMNS", columns)
        found.add(gametheory("solve", battle, "--exact", "--format", style).out)
    assert len(found) == 1


def test_a_narrow_terminal_turns_the_table(gametheory, battle, monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    table = gametheory("solve", battle, "--exact").out
    assert ["row:", "opera", "1", "0", "3/5"] in [line.split() for line in table.splitlines()]


def test_each_stable_matching_is_a_row(gametheory, tmp_path):
    path = tmp_path / "market.toml"
    path.write_text(MARKET)
    done = gametheory("solve", path, "--concept", "all_stable", "--format", "csv")
    found = rows_of(done.out)
    assert found[0] == ["matchings", "alpha", "beta"]
    assert sorted(row[1:] for row in found[1:3]) == [["A", "B"], ["B", "A"]]


def test_payoff_vectors_are_rows_under_the_names_of_players(gametheory, tmp_path):
    path = tmp_path / "game.efg"
    path.write_text(
        'EFG 2 R "" { "a" "b" } p "" 1 1 "" { "x" "y" } 0 p "" 2 1 "" { "l" "r" } 0'
        ' t "" 1 "" { 2 1 } t "" 2 "" { 0 1 } t "" 3 "" { 1 0 }'
    )
    done = gametheory("solve", path, "--ties", "all_payoffs", "--exact", "--format", "csv")
    # b is indifferent: a gets 2 from x if b moves left, else prefers y.
    assert "all_payoffs,a,b\n1,2,1\n2,1,0\n" in done.out


def test_what_is_too_wide_is_turned_or_told_shorter():
    strategies = [f"strategy number {k}" for k in range(10)]
    entry = {"row": dict.fromkeys(strategies, Fraction(0)), "column": dict.fromkeys(strategies, Fraction(0))}
    entry["row"][strategies[3]] = entry["column"][strategies[4]] = Fraction(1)
    one = render(result_tables({"equilibria": [entry], "payoffs": [{"row": 1, "column": 2}]}), "table")
    assert ["row:", "strategy", "number", "3", "1"] in [line.split() for line in one.splitlines()]
    assert ["payoffs:", "column", "2"] in [line.split() for line in one.splitlines()]
    many = render(result_tables({"equilibria": [entry] * 40}), "table")
    assert "strategy number 3" in many
    assert "strategy number 5" not in many
    assert max(map(len, many.splitlines())) <= width()
    assert len(many.splitlines()) == 42
    whole = rows_of(render(result_tables({"equilibria": [entry] * 40}, "csv"), "csv"))
    assert len(whole) == 41
    assert {len(row) for row in whole} == {21}


def test_tables_of_tables_are_no_longer_one_line():
    strategy = {
        "red": {"raise": Fraction(1), "show": Fraction(0)},
        "black": {"raise": Fraction(1, 3), "show": Fraction(2, 3)},
    }
    shown = render(result_tables({"strategy": strategy, "empty": [], "path": ["a", "b"]}, "csv"), "csv")
    assert shown == 'strategy,raise,show\nred,1,0\nblack,1/3,2/3\n\nresult,value\nempty,none\npath,"a, b"\n'


def test_long_fractions_are_rounded_for_people_and_whole_for_programs():
    long = Fraction(2**200 + 1, 3**100)
    results = {"equilibria": [{"a": {"x": long, "y": Fraction(1, 3)}}], "epsilon": long}
    for style in ("table", "latex", "markdown"):
        shown = render(result_tables(results, style), style)
        assert f"about {float(long):.12g}" in shown
        assert "1/3" in shown
    assert render(result_tables(results, "csv"), "csv").count(str(long)) == 2


def test_a_terminal_shows_the_beginning_of_what_is_very_long():
    results = {"awarded": list(range(1000)), "allocation": {f"b{k}": k for k in range(700)}}
    shown = render(result_tables(results), "table")
    assert "b499" in shown and "b500" not in shown and "... and 200 more rows: see --format csv" in shown
    assert "98, 99, ..." in " ".join(shown.split()) and "and 900 more: see --format csv" in " ".join(shown.split())
    whole = rows_of(render(result_tables(results, "csv"), "csv"))
    assert ["b699", "699"] in whole and whole[-1][1].endswith("998, 999")


def test_a_claim_is_read_from_top_to_bottom(gametheory):
    lines = gametheory("reproduce", "neutral_bargaining", "--claim", "section2").out.splitlines()
    told = [line.removeprefix(" differs").strip() for line in lines[4:]]
    assert told[0].startswith("section2.independence, Section 2 with Table 2: ")
    assert told[1:3] == ["paper: 0", "ours: -1/50"]  # 2/5 * 1/10 - 3/10 * 1/5 = -1/50
    assert told[3].startswith("because: ")
    columns = rows_of(gametheory("reproduce", "neutral_bargaining", "--claim", "section2", "--format", "csv").out)
    assert columns[0] == ["claim", "place", "statement", "paper", "ours", "verdict", "reason"]
    assert columns[1][3:6] == ["0", "-1/50", "differs"]
