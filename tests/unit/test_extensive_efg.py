import json
from fractions import Fraction
from pathlib import Path

import pytest

from gametheory.errors import InputError, UsageError
from gametheory.extensive import ExtensiveGame, efg, efg_writer, subgames
from gametheory.extensive.backward import solve
from gametheory.extensive.verify import verify
from gametheory.solvers import Options
from gametheory.strategic import nfg
from gametheory.trees import encode_tree, fingerprint

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


ANNOTATED = r"""EFG 2 R "Deal" { "one" "two" }
"What it is about,
over \"two\" lines."

c "start" 7 "cards" { "red" 1/2 "black" 1/2 } 0
p "" 1 4 "" { "bet" "fold" } 0
c "" 2 "coin" { "heads" 1/3 "tails" 2/3 } 0
t "" 5 "rich" { 1 0 }
t "" 3 "poor" { 1 0 }
t "" 6 "nothing" { 0 0 }
p "" 1 2 "held" { "bet" "fold" } 3 "poor" { 1 0 }
c "" 2 "coin" { "heads" 1/3 "tails" 2/3 } 0
t "" 5
t "" 3
p "" 2 1 "held" { "x" } 0
t "" 0
"""


def test_comments_and_labels_come_back():
    game = efg.parse(ANNOTATED)
    assert game.annotations.comment == 'What it is about,\nover "two" lines.'
    again = efg.parse(efg_writer.text(game))
    assert again.annotations.comment == game.annotations.comment
    for name in ("set_labels", "outcome_names", "chance_labels"):
        assert getattr(again.annotations, name) == getattr(game.annotations, name)
    assert game.annotations.set_labels == ("", "held", "held")
    assert game.annotations.outcome_names == ("poor", "nothing", "rich")
    assert again.annotations.outcome.tolist() == game.annotations.outcome.tolist()
    assert again.annotations.chance_set.tolist() == game.annotations.chance_set.tolist()
    assert game.annotations.chance_labels == ("cards", "coin")
    assert game.set_names == ("red", "black", "black/fold")
    held = ExtensiveGame.from_data(json.loads(json.dumps(encode_tree(game.to_data(), exactly=True))))
    assert efg_writer.text(held) == efg_writer.text(game)


def test_pygambit_shows_the_same_labels(tmp_path):
    pygambit = pytest.importorskip("pygambit")
    (tmp_path / "given.efg").write_text(ANNOTATED)
    efg_writer.write(efg.read(tmp_path / "given.efg"), tmp_path / "written.efg")
    given, written = (pygambit.read_efg(str(tmp_path / f"{name}.efg")) for name in ("given", "written"))
    for game in (given, written):
        assert game.description == 'What it is about,\nover "two" lines.'
    for shown in (
        lambda g: [s.label for p in (*g.players, g.players.chance) for s in p.infosets],
        lambda g: sorted(o.label for o in g.outcomes),
        lambda g: [
            (n.label, n.outcome.label if n.outcome else None, n.infoset.label if n.infoset else None) for n in g.nodes
        ],
    ):
        assert shown(given) == shown(written)


def test_names_that_change_nothing_leave_the_fingerprint():
    game, other = efg.parse(ANNOTATED), efg.parse(ANNOTATED.replace("rich", "wealthy").replace("cards", "pack"))
    assert other.annotations.outcome_names != game.annotations.outcome_names
    assert fingerprint(game, exactly=True) == fingerprint(other, exactly=True)
    richer = efg.parse(ANNOTATED.replace('"rich" { 1 0 }', '"rich" { 2 0 }'))
    assert fingerprint(game, exactly=True) != fingerprint(richer, exactly=True)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"outcome": [0] * 13}, "no entry"),
        ({"outcome": [-1], "outcome_names": []}, "1 entries"),
        ({"set_labels": ["a"]}, "1 'set_labels'"),
        ({"chance_set": [0] * 12, "chance_labels": ["a"]}, "only they"),
        ({"coment": "x"}, "did you mean 'comment'"),
        ("x", "is a table"),
        ({"comment": 3}, "is not text"),
        ({"outcome_names": ["a"]}, "needs 'outcome'"),
    ],
)
def test_annotations_that_do_not_fit_are_refused(data, said):
    given = {**efg.parse(ANNOTATED).to_data(), "annotations": data}
    with pytest.raises(InputError) as caught:
        ExtensiveGame.from_data(given)
    assert said in str(caught.value)


def test_equal_move_names_are_said_aloud(caplog):
    text = 'EFG 2 R "" { "a" }\np "" 1 1 "" { "x" "x" } 0\np "" 1 1 "" { "x" "x" } 0 t "" 0 t "" 0 t "" 0'
    with caplog.at_level("WARNING", "gametheory"):
        efg.parse(text, "game.efg")
    assert [r.getMessage() for r in caplog.records] == ["game.efg:2:13: two moves are called 'x'; read as 'x (2)'"]
    caplog.clear()
    with caplog.at_level("WARNING", "gametheory"):
        nfg.parse('NFG 1 R "" { "a" "a" } { { "u" "u" } 1 } 1 2 3 4', "game.nfg")
        efg.parse('EFG 2 R "" { "a" } p "" 1 1 "" { "" "" } 0 t "" 0 t "" 0')
    assert [r.getMessage() for r in caplog.records] == [
        "game.nfg:1:12: two players are called 'a'; read as 'a (2)'",
        "game.nfg:1:26: two strategies are called 'u'; read as 'u (2)'",
    ]
