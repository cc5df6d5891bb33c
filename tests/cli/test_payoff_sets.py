"""The payoffs of all pure subgame-perfect equilibria, from the shell."""

import pytest

PENNIES = """EFG 2 R "Pennies" { "a" "b" }
p "" 1 1 "a" { "h" "t" } 0
p "" 2 1 "b" { "h" "t" } 0
t "" 1 "" { 1 -1 } t "" 2 "" { -1 1 }
p "" 2 1 0 t "" 2 t "" 1
"""


def ties():
    """Three indifferent movers behind a move of chance: 2 x 2 x 2 payoff vectors."""
    text = 'EFG 2 R "" { "a" "b" } c "" 1 "" { "1" 1/7 "2" 2/7 "3" 4/7 } 0'
    for k in range(3):
        text += f' p "" 1 {k + 1} "" {{ "x" "y" }} 0 t "" {2 * k + 1} "" {{ 0 {k} }} t "" {2 * k + 2} "" {{ 0 9 }}'
    return text


def test_the_limit_is_an_option_of_the_method(gametheory, tmp_path):
    path = tmp_path / "ties.efg"
    path.write_text(ties())
    done = gametheory("solve", path, "--ties", "all_payoffs", "--exact", "--format", "json", "--option", "limit=8")
    assert done.code == 0
    # b gets 0, 1, 2 or 9 with weights 1/7, 2/7, 4/7.
    assert len(done.json["results"]["all_payoffs"]) == 8
    assert ["0", "10/7"] in done.json["results"]["all_payoffs"]
    for limit in (7, 1):
        stopped = gametheory("solve", path, "--ties", "all_payoffs", "--option", f"limit={limit}")
        assert stopped.code == 5
        assert f"the option limit allows {limit}" in stopped.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--ties", "all_payoffs", "--option", "limit=0"], "not a positive whole number"),
        (["--ties", "all_payoffs", "--option", "limit=x"], "not a positive whole number"),
        (["--option", "limit=5"], "ask for it with ties"),
    ],
)
def test_a_limit_that_means_nothing_is_refused(gametheory, tmp_path, arguments, said):
    path = tmp_path / "ties.efg"
    path.write_text(ties())
    done = gametheory("solve", path, *arguments)
    assert done.code == 2
    assert said in done.err
    assert done.lines <= 2


def test_where_no_equilibrium_is_pure_the_answer_says_so(gametheory, tmp_path):
    path = tmp_path / "pennies.efg"
    path.write_text(PENNIES)
    done = gametheory("solve", path, "--ties", "all_payoffs", "--exact")
    assert done.code == 0
    assert "no pure subgame-perfect equilibrium" in done.out
    found = gametheory("solve", path, "--ties", "all_payoffs", "--exact", "--format", "json").json
    assert found["results"]["all_payoffs"] == []
    assert found["results"]["strategy"]["a"] == {"h": "1/2", "t": "1/2"}
    assert "mixed" in found["message"]
    assert found["certificate"]["ok"]
