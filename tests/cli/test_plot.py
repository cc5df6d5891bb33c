from pathlib import Path

import pytest

GAME = """EFG 2 R "entry" { "entrant" "incumbent" }
""
p "" 1 1 "" { "out" "in" } 0
t "" 1 "" { 0, 4 }
p "" 2 1 "" { "fight" "share" } 0
t "" 2 "" { -1, -1 }
t "" 3 "" { 1, 1 }
"""


@pytest.fixture
def game(tmp_path):
    path = tmp_path / "entry.efg"
    path.write_text(GAME)
    return path


@pytest.mark.parametrize(("suffix", "start"), [(".png", b"\x89PNG"), (".svg", b"<?xml"), (".pdf", b"%PDF")])
def test_a_tree_in_each_format(gametheory, game, tmp_path, suffix, start):
    pytest.importorskip("matplotlib")
    out = tmp_path / f"tree{suffix}"
    assert gametheory("plot", game, "tree", "--output", out).code == 0
    assert out.read_bytes().startswith(start)


def test_wrong_use(gametheory, game, entry_file, tmp_path):
    for arguments in (
        [game, "trees", "--output", tmp_path / "x.png"],
        [game, "tree"],
        [game, "tree", "--output", tmp_path / "x.txt"],
        [entry_file, "tree", "--output", tmp_path / "x.png"],
    ):
        done = gametheory("plot", *arguments)
        assert done.code == 2
        assert done.lines <= 2
    assert not list(tmp_path.glob("x.*"))


def test_figures_are_listed(gametheory, game):
    assert "tree" in gametheory("plot", game).out


def test_a_book_of_bids_in_a_table(gametheory, tmp_path):
    pytest.importorskip("matplotlib")
    book = tmp_path / "bids.csv"
    book.write_text("# supply = 60\nbidder,quantity,price\na,40,98\nb,50,99\n")
    assert "book" in gametheory("plot", book).out
    out = tmp_path / "book.svg"
    assert gametheory("plot", book, "book", "--output", out).code == 0
    assert out.read_bytes().startswith(b"<?xml")


def test_a_sale_that_fails_is_drawn(gametheory, tmp_path):
    pytest.importorskip("matplotlib")
    book = tmp_path / "bids.csv"
    book.write_text("# supply = 600\nbidder,quantity,price\na,40,98\nb,50,99\n")
    out = tmp_path / "book.pdf"
    assert gametheory("plot", book, "book", "--output", out).code == 0
    assert out.read_bytes().startswith(b"%PDF")


def test_a_file_of_another_kind_is_named(gametheory, game, tmp_path):
    done = gametheory("plot", game, "tree", "--output", tmp_path / "tree.jpg")
    assert done.code == 2 and "tree.jpg" in done.err and ".png, .svg, .pdf" in done.err


def test_a_model_without_figures_says_how_to_plot_it(gametheory, entry_file):
    for arguments in ([entry_file], [entry_file, "enters", "--output", "enters.png"]):
        done = gametheory("plot", *arguments)
        assert done.code == 2 and "no figures" in done.err and "sweep" in done.err


def test_a_game_that_is_not_drawn_and_a_sweep_without_results(gametheory, entry_file, tmp_path):
    pytest.importorskip("xarray")
    done = gametheory("plot", Path(__file__).parents[2] / "games" / "three_voters.nfg")
    assert done.code == 2 and "ExtensiveGame" in done.err
    out = tmp_path / "failed.nc"
    assert gametheory("sweep", entry_file, "--grid", "monopoly=-2,-1", "--output", out).code == 9
    done = gametheory("plot", out)
    assert done.code == 2 and "every point failed" in done.err


def test_a_figure_that_is_none_is_the_models_error(gametheory, tmp_path):
    pytest.importorskip("matplotlib")
    path = tmp_path / "empty.py"
    path.write_text(
        "from gametheory import Figure, Model\n\n\nclass Empty(Model):\n"
        "    figures = [Figure('nothing', 'returns None', lambda model: None)]\n"
    )
    done = gametheory("plot", path, "nothing", "--output", tmp_path / "x.png")
    assert done.code == 7 and "figure 'nothing' of Empty returned NoneType" in done.err and "canvas()" in done.err
    assert not (tmp_path / "x.png").exists()
