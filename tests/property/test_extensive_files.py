"""Files mended, broken and made up: a game, or an error with line and column; never anything else."""

import re
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gametheory.errors import InputError
from gametheory.extensive import ExtensiveGame, efg, efg_writer
from gametheory.extensive.assemble import RawNode, assemble
from gametheory.extensive.form import CHANCE
from gametheory.strategic import StrategicGame, nfg

GAMES = Path(__file__).parents[2] / "games"
TREES = [path.read_text() for path in sorted(GAMES.glob("*.efg"))] + [
    'EFG 2 R "Poker" { "A" "B" } "c"\nc "" 1 "deal" { "r" 1/2 "b" 0.5 } 1 "ante" { 1, -1 }\n'
    'p "" 1 1 "red" { "bet" "fold" } 0\np "" 2 1 "meet" { "see" "pass" } 0\nt "" 2 "" { 2 -2 }\nt "" 3 "" { 1 -1 }\n'
    't "" 0\np "" 1 2 "black" { "bet" "fold" } 0\np "" 2 1 0\nt "" 4 "" { -2 2 }\nt "" 3\nt "" 0\n',
]
TABLES = [
    'NFG 1 R "Table" { "a" "b" } { 2 3 }\n\n1 1 2 -2 1/3 0.5 4 4 5 5 6e1 6\n',
    'NFG 1 R "Table" { "a" "b" } { { "u" "d" } { "l" "r" } } ""\n{ { "x" 1, 2 } { "y" 3 4 } }\n1 2 0 1\n',
]
PIECES = st.one_of(
    st.sampled_from(
        [
            '"',
            "{",
            "}",
            ",",
            "0",
            "1",
            "-1",
            "1/0",
            "1/2",
            "1e999",
            "1e-5",
            ".",
            "p",
            "t",
            "c",
            "EFG",
            '""',
            "\\",
            "//",
            "/*",
            "\x00",
            "é",
        ]
    ),
    st.text(max_size=5),
    st.integers(-(10**20), 10**20).map(str),
)


@st.composite
def mutated(draw, texts):
    text = draw(st.sampled_from(texts))
    for _ in range(draw(st.integers(1, 4))):
        words = re.split(r"(\s+)", text)
        kind = draw(st.sampled_from(["drop", "double", "swap", "put", "cut", "letter"]))
        at = draw(st.integers(0, max(len(words) - 1, 0)))
        if kind == "drop":
            words[at : at + 1] = []
        elif kind == "double":
            words[at:at] = [words[at], " "]
        elif kind == "swap":
            other = draw(st.integers(0, len(words) - 1))
            words[at], words[other] = words[other], words[at]
        elif kind == "put":
            words[at] = draw(PIECES)
        text = "".join(words)
        where = draw(st.integers(0, len(text)))
        if kind == "cut":
            text = text[:where]
        elif kind == "letter":
            text = text[:where] + draw(st.characters()) + text[where + 1 :]
    return text


@settings(max_examples=600, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(mutated(TREES))
def test_a_broken_tree_file_is_a_game_or_an_error_with_its_place(text):
    try:
        game = efg.parse(text, "broken.efg")
    except InputError as error:
        assert re.fullmatch(r"broken\.efg:\d+:\d+", error.place)
        assert len(str(error).splitlines()) <= 2
    else:
        again = efg.parse(efg_writer.text(game))
        assert (again.payoffs == game.payoffs).all()
        assert again.player.tolist() == game.player.tolist()


@settings(max_examples=600, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(mutated(TABLES))
def test_a_broken_table_file_is_a_game_or_an_error_with_its_place(text):
    try:
        game = nfg.parse(text, "broken.nfg")
    except InputError as error:
        assert re.fullmatch(r"broken\.nfg:\d+:\d+", error.place)
        assert len(str(error).splitlines()) <= 2
    else:
        again = nfg.parse(nfg.text(game))
        assert (again.payoffs == game.payoffs).all()


LABELS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=4)
NUMBERS = st.fractions(min_value=-5, max_value=5, max_denominator=7)


@st.composite
def trees(draw, depth=3):
    players = draw(st.lists(LABELS, min_size=1, max_size=3, unique=True))

    def node(left):
        made = RawNode(payoffs=[draw(NUMBERS) for _ in players] if draw(st.booleans()) else None)
        if left == 0 or draw(st.integers(0, 3)) == 0:
            return made
        made.actions = draw(st.lists(LABELS, min_size=1, max_size=3, unique=True))
        made.children = [node(left - 1) for _ in made.actions]
        if draw(st.integers(0, 4)) == 0:
            made.player = CHANCE
            weights = [draw(st.integers(0, 5)) for _ in made.actions]
            weights[0] += 1
            made.probabilities = [Fraction(w, sum(weights)) for w in weights]
        else:
            made.player = draw(st.integers(0, len(players) - 1))
        return made

    return assemble(
        players, node(depth), draw(st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=5))
    )


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(trees())
def test_any_tree_comes_back_from_its_file_and_its_data(game):
    for again in (efg.parse(efg_writer.text(game)), ExtensiveGame.from_data(game.to_data())):
        assert again.players == game.players
        assert again.title == game.title
        assert (again.payoffs == game.payoffs).all()
        assert again.player.tolist() == game.player.tolist()
        assert again.set_names == game.set_names
        assert [again.history(v) for v in range(game.nodes)] == [game.history(v) for v in range(game.nodes)]
        if game.probability is not None:
            assert (again.probability == game.probability).all()


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_any_table_comes_back_from_its_file(data):
    shape = data.draw(st.lists(st.integers(1, 3), min_size=1, max_size=3))
    arrays = [
        np.array(data.draw(st.lists(NUMBERS, min_size=int(np.prod(shape)), max_size=int(np.prod(shape)))), dtype=object)
        for _ in shape
    ]
    game = StrategicGame.from_arrays(*(a.reshape(shape) for a in arrays))
    for outcomes in (False, True):
        again = nfg.parse(nfg.text(game, outcomes=outcomes))
        assert (again.payoffs == game.payoffs).all()
        assert again.strategies == game.strategies


@pytest.mark.parametrize("text", ["", " ", "\n", '"', "EFG", "\ufeffEFG 2 R"])
def test_the_shortest_files(text):
    with pytest.raises(InputError):
        efg.parse(text)
    with pytest.raises(InputError):
        nfg.parse(text)
