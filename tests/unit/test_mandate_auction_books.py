"""The model of an order book: bids given as lists, tables or files, and what the shell says of bad ones."""

from fractions import Fraction

import pytest

import gametheory as gt
from gametheory.errors import InputError, UsageError
from gametheory.plugins import model_class
from gametheory.solution import Termination
from gametheory_cli.main import run

F = Fraction
BOOK = model_class("order_book")


def test_a_book_from_a_file_takes_its_terms(tmp_path):
    path = tmp_path / "book.csv"
    path.write_text('# supply = 15\n# rule = "spread"\nbidder,quantity,price\na,10,99\nb,10,98\n')
    found = BOOK(bids=str(path)).solve(exact=True).require().results
    assert found["allocation"] == {"a": F(15, 2), "b": F(15, 2)} and found["stop_out"] == 98
    assert BOOK(bids=str(path), supply=5).solve(exact=True).results["stop_out"] == 99
    with pytest.raises(UsageError, match="holds prices"):
        BOOK(bids=str(path), quote="yield")


def test_a_bidder_with_several_bids_and_equal_yields():
    bids = [["a", 5, 1], {"bidder": "b", "quantity": 10, "yield": 1}, ["a", 5, 1]]
    found = BOOK(bids=bids, supply=10).solve(exact=True).require().results
    assert found["allocation"] == {"a": 5, "b": 5}
    assert found["filled"] == [F(5, 2), 5, F(5, 2)] and found["awarded"] == [1, 1, 1]


def test_short_of_supply_is_infeasible():
    solution = BOOK(supply=146).solve(exact=True)
    assert solution.termination is Termination.INFEASIBLE and solution.verified


def test_books_of_yields_and_of_prices_name_their_quote():
    """The key of a table says what its limit is; 60 at 99.25 come before 50 at 99.10."""
    prices = [{"quantity": 60, "price": "99.25"}, {"quantity": 50, "price": "99.10"}]
    found = BOOK(bids=prices, supply=80)
    assert found.quote == "price"
    assert found.solve(exact=True).require().results["allocation"] == {"0": 60, "1": 20}
    assert BOOK(bids=[{"quantity": 60, "limit": 3}], supply=1, quote="price").quote == "price"
    with pytest.raises(InputError, match="some bids name a price and some a yield"):
        BOOK(bids=[prices[0], {"quantity": 50, "yield": 3}])
    with pytest.raises(UsageError, match="quote is 'yield', but the bids name a price"):
        BOOK(bids=prices, quote="yield")
    with pytest.raises(InputError, match=r"bids\[0\]"):
        BOOK(bids=[{"quantity": 60, "price": 99, "yield": 3}])


@pytest.mark.parametrize(
    ("bids", "said"),
    [
        ([], "holds no bid"),
        ([["a", 1, 1], ["b", -1, 1]], r"bids\[1\], bidder 'b': the quantity is -1; quantities are positive"),
        ([["a", 0, 1]], r"bids\[0\], bidder 'a': the quantity is 0"),
        ([{"quantity": 0, "yield": 1}], r"bids\[0\]: the quantity is 0"),
        ([["a", float("nan"), 1]], r"bids\[0\], bidder 'a': quantity: nan is not a finite number"),
        ([["a", 1, "x"]], r"bids\[0\], bidder 'a': limit: 'x' is not a finite number"),
        ([["a", 1]], r"bids\[0\]: a bid is \[bidder, quantity, limit\]"),
        ([{"bidder": "a", "quantity": 1}], "table"),
        ([{"bidder": "a", "quantity": 1, "yeild": 3}], r"bids\[0\]: a bid has no 'yeild'\ndid you mean 'yield'"),
        ([[["a", "b"], 1, 1]], r"bids\[0\]: \['a', 'b'\] is not the name of a bidder"),
        ([{"bidder": {"name": "a"}, "quantity": 1, "yield": 3}], "not the name of a bidder"),
        ([["", 1, 1]], "not the name of a bidder"),
        ([[True, 1, 1]], "not the name of a bidder"),
        (["abc"], "bidder, quantity, limit"),
        (7, "list"),
    ],
)
def test_bad_bids_are_refused(bids, said):
    with pytest.raises(InputError, match=said):
        BOOK(bids=bids).solve()


@pytest.mark.parametrize("parameters", [{}, {"supply": "1/3", "bids": [["a", "1/3", "1/7"], ["b", "1/2", "1/6"]]}])
@pytest.mark.parametrize("exact", [True, False])
def test_cleared_books_are_verified(tmp_path, parameters, exact):
    path = tmp_path / "book.json"
    BOOK(**parameters).solve(exact=exact).require().save(path)
    verification = gt.verify_file(path)
    assert verification.ok, verification.violations


@pytest.mark.parametrize(
    ("parameters", "code", "said"),
    [
        (["supply=1000"], 4, "demand of 145 is short of the supply of 1000: not issued"),
        (["reserve=0.03"], 4, "demand of 40 is short of the supply of 100: not issued"),
        (["supply=0"], 3, "parameter 'supply': input should be greater than 0, not 0"),
        (["supply=-5"], 3, "parameter 'supply': input should be greater than 0, not -5"),
        (["supply=nan"], 3, "supply"),
        (["bids=[]"], 3, "holds no bid"),
        (['bids=[["a", -5, 3]]'], 3, "bidder 'a': the quantity is -5"),
        (['bids=[["a", 5, nan]]'], 3, "bids[0][2]: NaN is not a finite number"),
        (["bids=nothing.csv"], 2, "cannot read nothing.csv"),
        (["rule=lottery"], 3, "rule"),
        (['bids=[["a", 60, 3], ["b", 60, 3]]'], 0, ""),
        (['bids=[["a", 60, 3], ["a", 60, 4]]'], 0, ""),
    ],
)
def test_exit_codes(parameters, code, said, capsys):
    assert run(["solve", "order_book", *(part for given in parameters for part in ("--set", given))]) == code
    errors = capsys.readouterr().err
    assert said in errors and "Traceback" not in errors
    assert bool(errors) == bool(code)


def test_a_scenario_and_a_file_with_a_wrong_bid(tmp_path, capsys):
    scenario = tmp_path / "sale.toml"
    scenario.write_text('model = "order_book"\n[parameters]\nbids = [{ bidder = "c", quantity = -5, yield = 3 }]\n')
    assert run(["solve", str(scenario)]) == 3
    assert "bids[0], bidder 'c': the quantity is -5" in capsys.readouterr().err
    file = tmp_path / "sale.csv"
    file.write_text("# supply = 10\nbidder,quantity,yield\nc,-5,3\n")
    for arguments in (["solve", str(file)], ["solve", "order_book", "--set", f"bids={file}"]):
        assert run(arguments) == 3
        assert f"{file}:3:3: bidder 'c': the quantity is -5" in capsys.readouterr().err


def test_a_scenario_names_a_table_beside_it(tmp_path, monkeypatch):
    (tmp_path / "book.csv").write_text("# supply = 5\nbidder,quantity,yield\na,10,3\n")
    (tmp_path / "sale.toml").write_text('model = "order_book"\n[parameters]\nbids = "book.csv"\n')
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    assert gt.load("../sale.toml").bids == [["a", 10, 3]]
