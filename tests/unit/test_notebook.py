"""What a notebook shows, and results as frames."""

from __future__ import annotations

import sys
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

import gametheory as gt
from gametheory.forms import form_types
from gametheory.notebook import ROWS, html, text
from gametheory.solvers import resolve

GAMES = Path(__file__).parents[2] / "games"


class Cells(HTMLParser):
    """Reads tables back as a browser would; tags are what opened and was not closed."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.open: list[str] = []
        self.feed(source)
        assert not self.open

    def handle_starttag(self, tag, attrs):
        assert tag in ("div", "p", "b", "table", "thead", "tbody", "tr", "th", "td") and not attrs
        self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("th", "td"):
            self.rows[-1].append("")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open[-1] in ("th", "td"):
            self.rows[-1][-1] += data


def test_every_form_of_the_catalogue_is_displayed():
    assert [kind.name for kind in form_types() if not hasattr(resolve(kind.target), "_repr_html_")] == []


def test_a_bimatrix_is_shown_as_its_payoff_table():
    game = gt.StrategicGame.from_arrays(
        [[3, 0], [0, 2]], [["2", 0], [0, "1/3"]], players=["row", "<b>"], strategies=[["up", "down"], ["left", "right"]]
    )
    assert Cells(game._repr_html_()).rows == [
        ["row \\ <b>", "left", "right"],
        ["up", "3, 2", "0, 0"],
        ["down", "0, 0", "2, 1/3"],
    ]


def test_a_tree_is_shown_history_by_history():
    rows = Cells(gt.load(GAMES / "entry_deterrence.efg")._repr_html_()).rows
    assert ["nodes", "5"] in rows
    assert ["start", "entrant", "out, in", ""] in rows
    assert ["in > fight", "", "", "-1, -1"] in rows


def test_preference_lists_are_shown_by_name():
    rows = Cells(gt.load(GAMES / "gale_shapley_1962.toml")._repr_html_()).rows
    assert ["alpha", "A, B, C"] in rows and ["A", "beta, gamma, alpha"] in rows


def test_a_program_and_any_other_form_show_their_numbers():
    program = gt.LinearProgram.build("max", [3, 5], at_most=([[1, 0], [0, 2], [3, 2]], [4, 12, 18]))
    rows = Cells(program._repr_html_()).rows
    assert ["c1", "5", "0", "inf"] in rows and ["r2", "-inf", "18"] in rows
    book = gt.load(GAMES / "bond_auction.csv")
    assert ["supply", "500"] in Cells(book._repr_html_()).rows


@pytest.mark.parametrize(
    "form",
    [
        lambda: gt.StrategicGame.from_arrays(np.zeros((1000, 1000))),
        lambda: gt.StrategicGame.from_arrays(*np.zeros((9, *(3,) * 9))),
        lambda: gt.MatchingMarket.from_ranks(
            *(np.argsort(np.random.default_rng(0).random((2, 400, 400)))),
        ),
        lambda: gt.OrderBook(np.arange(1, 10**6), np.arange(1, 10**6), 5),
    ],
)
def test_a_huge_form_is_shown_in_a_bounded_page(form):
    shown = form()._repr_html_()
    assert len(shown) < 40_000
    assert len(Cells(shown).rows) <= 3 * (ROWS + 1)


def test_a_solution_shows_results_and_certificates_with_all_text_escaped():
    class Odd(gt.Model):
        """Says <script>."""

        name = "odd<i>"
        share: gt.Number = gt.parameter("1/3", doc="a & b")

        def build(self):
            return gt.StrategicGame.from_arrays([[1]], players=["<u>", "b"])

        def report(self, solution):
            return {
                "<x>": self.share,
                "by": {"<k>": 1, "l": None},
                "more": {"<k>": 2, "l": True},
                "m": [[1, 2], [3, 4]],
            }

    model = Odd()
    shown = model.solve(exact=True)._repr_html_()
    rows = Cells(shown).rows
    assert ["<x>", "1/3"] in rows
    assert rows[2:5] == [["", "by", "more"], ["<k>", "1", "2"], ["l", "-", "yes"]]
    assert ["1", "3", "4"] in rows
    assert any(row[0] == "StrategicGame" and row[5] == "yes" for row in rows)
    assert ["share", "1/3", "", "a & b"] in Cells(model._repr_html_()).rows
    for source in (shown, model._repr_html_()):
        assert "<i>" not in source and "<script>" not in source


def test_certificates_and_claims_are_shown():
    certificate = gt.Certificate(
        "regret", 4, Fraction(1, 2), Fraction(0), True, False, (gt.Violation("a<b", Fraction(1, 2)),)
    )
    assert "DOES NOT HOLD" in certificate._repr_html_()
    assert ["a<b", "1/2"] in Cells(certificate._repr_html_()).rows
    claim = gt.Claim("t1", "x < y", lambda r: True, recorded="differs", reason="misprint")
    report = gt.ClaimReport(claim, "holds", "differs", True)
    assert ["statement", "x < y"] in Cells(claim._repr_html_()).rows
    assert "holds, on record as differs" in html(report)


def test_numbers_too_long_to_read_are_rounded():
    assert text(Fraction(10**400 + 1, 3 * 10**400)) == "about 0.333333333333"
    assert text(10**5000) == "about 10^5000"
    assert len(text("x" * 10**6)) == 300


def test_results_become_a_tidy_frame():
    class Mixed(gt.Model):
        name = "mixed"
        result_axes = {"table": {"sold": ["none", "one"], "bought": [10, 20]}}

        def build(self):
            return gt.StrategicGame.from_arrays([[1]])

        def report(self, solution):
            return {
                "one": Fraction(1, 3),
                "by": {"a": 1.5, "b": None},
                "pairs": [[-1, -2]],
                "table": [[1, 2], [3, 4]],
                "nothing": [],
            }

    frame = Mixed().solve(exact=True).to_frame()
    assert list(frame.columns) == ["result", "key_1", "key_2", "value"]
    rows = [tuple(None if item != item else item for item in row) for row in frame.itertuples(index=False, name=None)]
    assert rows == [
        ("one", None, None, Fraction(1, 3)),
        ("by", "a", None, 1.5),
        ("by", "b", None, None),
        ("pairs", 0, 0, -1),
        ("pairs", 0, 1, -2),
        ("table", "none", 10, 1),
        ("table", "none", 20, 2),
        ("table", "one", 10, 3),
        ("table", "one", 20, 4),
    ]


def test_positions_stay_whole_numbers_beside_empty_cells():
    class Uneven(gt.Model):
        def build(self):
            return gt.StrategicGame.from_arrays([[1]])

        def report(self, solution):
            return {"pair": [3, None], "one": 5}

    frame = Uneven().solve().to_frame()
    assert [type(x) for x in (*frame["key_1"], *frame["value"])] == [int, int, type(None), int, type(None), int]


def test_what_a_prompt_shows_is_short():
    game = gt.StrategicGame.from_arrays(np.zeros((2, 60, 60)).tolist()[0])
    solution = gt.solve(gt.LinearProgram.build("max", [3], at_most=([[1]], [4])), exact=True)
    said = "<Solution of LinearProgram: SOLVED (optimal by highs), lp_duality holds; results: "
    assert repr(solution).startswith(said)
    assert repr(solution.certificate).startswith("Certificate(kind='lp_duality', checked=")
    assert len(repr(game)) < 1000 and repr(game).startswith("StrategicGame(players=[")
    assert repr(gt.load("front_running")).startswith("FrontRunning(rho_d=")


def test_records_and_labelled_matrices_are_tables():
    class Banks(gt.Model):
        name = "banks"
        result_axes = {"m": {"sold": ["none", "one"], "bought": [10, 20]}}

        def build(self):
            return gt.StrategicGame.from_arrays([[1]])

        def report(self, solution):
            return {"banks": {"A": {"tier": 1, "loans": None}, "B": {"tier": 2, "loans": 3}}, "m": [[1, 2], [3, 4]]}

    assert Cells(Banks().solve()._repr_html_()).rows[:6] == [
        ["banks", "tier", "loans"],
        ["A", "1", "-"],
        ["B", "2", "3"],
        ["m", "10", "20"],
        ["none", "1", "2"],
        ["one", "3", "4"],
    ]


def test_a_solution_without_results_is_an_empty_frame():
    program = gt.LinearProgram.build("max", [1], at_least=([[1]], [1]))
    solution = gt.solve(program)
    assert solution.termination == "UNBOUNDED"
    assert list(solution.to_frame().columns) == ["result", "value"] and not len(solution.to_frame())


def test_claims_become_a_frame():
    claims = [
        gt.Claim("a", "one is one", paper=1, ours=lambda r: r["one"], place="Table 1"),
        gt.Claim("b", "one is two", paper=2, ours=lambda r: r["one"], recorded="differs", reason="misprint"),
    ]

    class One(gt.Model):
        def build(self):
            return gt.StrategicGame.from_arrays([[1]])

        def report(self, solution):
            return {"one": 1}

    frame = gt.claims_frame(gt.evaluate(One(), claims))
    assert frame[["claim", "paper", "ours", "verdict", "changed"]].values.tolist() == [
        ["a", 1, 1, "holds", False],
        ["b", 2, 1, "differs", False],
    ]


def test_without_pandas_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    solution = gt.solve(gt.StrategicGame.from_arrays([[1]]))
    with pytest.raises(gt.MissingPackageError, match=r"pip install 'gametheory\[sweep\]'"):
        solution.to_frame()
