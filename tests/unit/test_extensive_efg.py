from fractions import Fraction
from pathlib import Path

import pytest

from gametheory.errors import InputError, UsageError
from gametheory.extensive import efg, subgames
from gametheory.extensive.backward import solve
from gametheory.extensive.verify import verify
from gametheory.solvers import Options

GAMES = Path(__file__).parents[2] / "games"


@pytest.mark.parametrize(
    ("name", "payoffs", "path"),
    [("entry_deterrence", ["1", "1"], ("in", "share")), ("centipede", ["2/5", "1/10"], ("take",))],
)
def test_the_games_that_ship_solve(name, payoffs, path):
    game = efg.read(GAMES / f"{name}.efg")
    answer = solve(game, Options(exact=True)).answer
    assert list(answer.payoffs.values()) == [Fraction(x) for x in payoffs]
    assert answer.path == path
    assert verify(game, answer, exact=True, concept="subgame_perfect").ok


def test_the_whole_grammar():
    text = r"""
    EFG 2 R "A \"title\"" { "one", "two" } "a
    comment"
    c "deal" 1 "cards" { "red" 1/2, "black" .5 "never" 0 } 3 "ante" { 1 -1 }
    p "" 1 1 "hand" { "see" "fold" } 0
    t "" 1 "win" { 1e0, -1.0 }
    t "" 2 { +2, -2 }
    p "" 1 1 0 t "" 0 t "" 1
    t "end" 2
    """
    game = efg.parse(text)
    assert game.title == 'A "title"'
    assert game.players == ("one", "two")
    assert game.probability.tolist() == [Fraction(1, 2), Fraction(1, 2), 0, 0, 0, 0, 0]
    assert game.payoffs[:, 0].tolist() == [1, 0, 0, 2, 1, 2, 0, 1]
    assert game.set_names == ("hand",)
    assert game.action_labels(0) == ("red", "black", "never")
    assert game.node_names[3] == "end"


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("", "1:1", "needed: EFG"),
        ('NFG 1 R "" { "a" }', "1:1", "needed: EFG"),
        ('EFG 3 R "" { "a" } t "" 0', "1:7", "version 3"),
        ('EFG 2 R "" { } t "" 0', "1:16", "needs a player"),
        ('EFG 2 R "" { "a" }\nt "" 1', "2:6", "never given payoffs"),
        ('EFG 2 R "" { "a" }\nt "" 1 "" { 1, 2 }', "2:11", "2 payoffs for 1 players"),
        ('EFG 2 R "" { "a" }\np "" 2 1 "" { "x" } 0 t "" 0', "2:6", "player 2 does not exist"),
        ('EFG 2 R "" { "a" }\np "" 1 1 0', "2:8", "no moves yet"),
        ('EFG 2 R "" { "a" }\np "" 1 1 "" { } 0', "2:13", "needs a move"),
        ('EFG 2 R "" { "a" }\np "" 1 1 "" { "x" "y" } 0\nt "" 0', "3:7", "needed: c or p or t; found: the end"),
        ('EFG 2 R "" { "a" }\nt "" 0\nt "" 0', "3:1", "the end of the file"),
        ('EFG 2 R "" { "a" }\nc "" 1 "" { "x" 1/2 } 0 t "" 0', "2:11", "sum to 1/2"),
        ('EFG 2 R "" { "a" }\nc "" 1 "" { "x" 3/2 "y" -1/2 } 0 t "" 0 t "" 0', "2:25", "negative"),
        ('EFG 2 R "" { "a" }\nt "" 1 "" { 1/0 }', "2:13", "1/0 is not a number"),
        ('EFG 2 R "" { "a" }\nt "" 1 "" { 1 ; }', "2:15", "unexpected character ';'"),
        ('EFG 2 R "" { "a" }\nt "abc', "2:3", "never ends"),
        ('EFG 2 R "" { "a" }\np "" 1 1 "" { "x" } 0\np "" 1 1 "" { "y" } 0 t "" 0', "3:13", "had other moves"),
        ('EFG 2 R "" { "a" }\np "" 1 1 "" { "x" } 1 "" { 1 } t "" 1 "" { 2 }', "2:37", "had other payoffs"),
    ],
)
def test_errors_name_line_and_column(text, place, message):
    with pytest.raises(InputError, match=message) as caught:
        efg.parse(text, "game.efg")
    assert caught.value.place == f"game.efg:{place}"


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(UsageError, match="there is no file"):
        efg.read(tmp_path / "none.efg")
    (tmp_path / "binary.efg").write_bytes(b'EFG 2 R "\n\xff"')
    with pytest.raises(InputError) as caught:
        efg.read(tmp_path / "binary.efg")
    assert caught.value.place.endswith("binary.efg:2:1")


def test_repeated_and_empty_labels_are_told_apart():
    game = efg.parse('EFG 2 R "" { "" "x" "x" } p "" 1 1 "" { "" "go" "go" } 0 t "" 0 t "" 0 t "" 0')
    assert game.players == ("player 1", "x", "x (2)")
    assert game.action_labels(0) == ("1", "go", "go (2)")


def test_the_card_game_that_ships_is_worth_a_third_to_the_dealer():
    game = efg.read(GAMES / "card_game.efg")
    answer = subgames.solve(game, Options(exact=True)).answer
    third = Fraction(1, 3)
    assert answer.payoffs == {"dealer": third, "guest": -third}
    assert answer.strategy["black card"] == {"raise": third, "show": 2 * third}
    assert answer.strategy["raised"] == {"meet": 2 * third, "pass": third}
    assert verify(game, answer, exact=True, concept="subgame_perfect").ok


def test_both_breakfasts_are_equilibria():
    game = efg.read(GAMES / "beer_quiche.efg")
    answer = subgames.solve(game, Options(exact=True, ties="all_payoffs")).answer
    assert answer.all_payoffs == ((Fraction(29, 10), Fraction(9, 10)), (Fraction(21, 10), Fraction(9, 10)))
    assert verify(game, answer, exact=True, concept="subgame_perfect").ok
