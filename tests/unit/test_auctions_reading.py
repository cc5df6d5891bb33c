"""Order books in files: what is read and written, and where what is malformed is said to be."""

from fractions import Fraction

import pytest

import gametheory as gt
from gametheory.errors import InputError, UsageError
from gametheory.mechanism.auctions import OrderBook
from gametheory.mechanism.auctions.clear import clear
from gametheory.mechanism.auctions.reading import read, write

F = Fraction
#: Demand 40 up to 3%, 120 up to 3.5%, 145 up to 4%.
QUANTITIES, YIELDS = [40, 50, 30, 25], [F(3), F("3.5"), F("3.5"), F(4)]


def book(**changes):
    return OrderBook(**{"quantities": QUANTITIES, "limits": YIELDS, "supply": 100, **changes})


def test_a_book_in_a_file(tmp_path):
    path = tmp_path / "book.csv"
    path.write_text("# supply = 100\n# a comment\nbidder,quantity,yield\na,40,3\nb,50,3.5\nc,30,7/2\nd,25,4\n")
    found = read(path)
    assert found.bidders == ("a", "b", "c", "d")
    assert clear(found) == clear(book())
    assert gt.solve(gt.load(path), exact=True).results["allocation"]["c"] == F(45, 2)


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("# supply = 1\nbidder,quantity\na,1\n", "book.csv:2:1:", "header"),
        ("# supply = 1\nquantity,yield\n10,x\n", "book.csv:3:4:", "'x' is not a finite number"),
        ("# supply = 1\nquantity,yield\n1,nan\n", "book.csv:3:3:", "yield: NaN is not a finite number"),
        ("# supply = 1\nquantity,yield\n1,2,3\n", "book.csv:3:1:", "3 entries"),
        ("# supply = 1\nquantity, yeild\n1,2\n", "book.csv:2:11:", "did you mean 'yield'"),
        ("# supply = 1\nquantity,yield,yield\n1,2,3\n", "book.csv:2:16:", "'yield' twice"),
        ("quantity,yield\n1,2\n", "book.csv:", "what is on sale"),
        ("# supply = 1\nquantity,yield\n", "book.csv:2:1:", "holds no bid"),
        ("# supply = one\nquantity,yield\n1,2\n", "book.csv:1:12:", "supply: 'one'"),
        ("# supply = 0\nquantity,yield\n1,2\n", "book.csv:1:12:", "the supply is 0; it is positive"),
        ("# supply = 1\n# supply = 2\nquantity,yield\n1,2\n", "book.csv:2:3:", "'supply' is set twice"),
        ("# suply = 1\nquantity,yield\n1,2\n", "book.csv:1:3:", "did you mean 'supply'"),
        (
            '# supply = 1\n#  rule = "lottery"\nquantity,yield\n1,2\n',
            "book.csv:2:11:",
            "rule is 'lottery'(.|\n)*margin",
        ),
        ("# supply = 1\n# payment = 3\nquantity,yield\n1,2\n", "book.csv:2:13:", "payment is '3'"),
        ("# supply = 1\nbidder,quantity,yield\na,1,2\n\nb,-3,2\n", "book.csv:5:3:", "bidder 'b': the quantity is -3"),
        ('# supply = 1\nbidder,quantity,yield\n"a, b",0,2\n', "book.csv:3:8:", "bidder 'a, b': the quantity is 0"),
        ("# supply = 1\nbidder,quantity,yield\n ,1,2\n", "book.csv:3:2:", "no name"),
        ("# supply = 1\nbidder;quantity;yield\na;1;2\n", "book.csv:2:1:", "not separated by commas"),
        ('# supply = 1\nquantity,yield\n1,2\n3,"4\n5,6\n7\n', "book.csv:4:3:", "'4.n5,6.n7' is not a finite"),
        ('# supply = 1\nquantity,yield\n1,2\n"3,4\n5,6\n', "book.csv:4:1:", "1 entries(.|\n)*mark is left open"),
        ("", "book.csv:1:1:", "empty"),
        ("# supply = 1\n", "book.csv:2:1:", "empty"),
    ],
)
def test_malformed_files_are_placed(tmp_path, text, place, said):
    path = tmp_path / "book.csv"
    path.write_text(text)
    with pytest.raises(InputError, match=said) as caught:
        read(path)
    assert f"{tmp_path}/{place}" in f"{caught.value.place}:"


def test_an_entry_longer_than_any_number_or_name(tmp_path):
    path = tmp_path / "book.csv"
    path.write_text(f"# supply = 1\nbidder,quantity,yield\na,1,2\n{200_000 * 'b'},1,2\n")
    with pytest.raises(InputError, match="malformed CSV") as caught:
        read(path)
    assert caught.value.place == f"{path}:4:1"
    path.write_text(f"# supply = 1\nquantity,yield\n{2000 * 'b'},2\n")
    with pytest.raises(InputError, match="b\\.\\.\\.' is not a finite number") as caught:
        read(path)
    assert len(caught.value.message) < 120


def test_an_absent_file(tmp_path):
    with pytest.raises(UsageError, match="cannot read"):
        read(tmp_path / "nothing.csv")


def test_books_are_told_from_other_tables(tmp_path):
    """Matching markets are tables in .csv files too."""
    market = tmp_path / "market.csv"
    market.write_text("side,agent,preferences\na,x,y\nb,y,x\n")
    assert type(gt.load(market)).__name__ == "MatchingMarket"
    path = tmp_path / "book.csv"
    write(book(), path)
    assert isinstance(gt.load(path), OrderBook)
    path.write_text("\ufeff# supply = 1\nBidder, Quantity , Yield\na, 1 , 2\n")
    assert gt.load(path).bidders == ("a",)


@pytest.mark.parametrize(
    "changes",
    [
        {"bidders": ("a, b", 'c"', "d", "e"), "reserve": F(11, 3), "rule": "spread"},
        {"quantities": [0.1, 0.25, 3.0, 1e-7], "limits": [F(1, 7), 2, 3, 4], "quote": "price", "supply": 0.3},
    ],
)
def test_books_are_written_and_read_back(tmp_path, changes):
    path = tmp_path / "book.csv"
    written = book(**changes)
    write(written, path)
    found = read(path)
    assert clear(found) == clear(written)
    assert (found.bidders, found.quote, found.rule) == (written.bidders, written.quote, written.rule)
    assert found.reserve == written.reserve


@pytest.mark.parametrize(
    "texts",
    [
        ["0.1", "-0.25", "3", "12345678.1234567", "0.0000000000001", ".5", "7.", "-0.0"],
        ["0.1", "1/3", "1e-3", " 2.5", "+4", "0.12345678901234567890", "123456789012345678901"],
        ["3", "-4.0", "999999999999999"],
    ],
)
def test_numbers_are_read_as_they_are_written(tmp_path, texts):
    """Each number as the fraction its text stands for, over more lines than are split at a time."""
    path = tmp_path / "book.csv"
    many = texts * 200
    rows = [f"{1 + k}/7,{text}" for k, text in enumerate(many)]
    path.write_text("\n".join(["# supply = 1", "quantity,yield", *rows, ",", ""]))
    found = read(path)
    assert list(found.ticks.values()) == [F(text.strip()) for text in many]
    assert list(found.lots.values()) == [F(1 + k, 7) for k in range(len(many))]


def test_a_late_line_that_is_malformed_is_placed(tmp_path):
    path = tmp_path / "book.csv"
    rows = [*["a,1,2"] * 700, ",,", "b,1-2,3", "c,1"]
    path.write_text("\n".join(["# supply = 1", "bidder,quantity,yield", *rows]))
    with pytest.raises(InputError, match="bidder 'b': quantity: '1-2' is not a finite number") as caught:
        read(path)
    assert caught.value.place == f"{path}:704:3"


def test_only_line_ends_end_a_line(tmp_path):
    """Unicode's other separators are part of a name, quoted or not, in files with any of the three line ends."""
    names = ["A\u2028B", "x\x0by", "p\x85q", "s\x1ct"]
    for end in ("\n", "\r\n", "\r"):
        path = tmp_path / "book.csv"
        rows = [f'"{name}",1,2' if quoted else f"{name},1,2" for name in names for quoted in (True, False)]
        path.write_bytes(end.join(["# supply = 1", "bidder,quantity,yield", *rows]).encode())
        assert read(path).bidders == tuple(name for name in names for _ in range(2))


def test_malformed_csv_below_a_blank_line_is_placed(tmp_path):
    path = tmp_path / "book.csv"
    path.write_text("# supply = 1\nbidder,quantity,yield\n  \n" + "a,1,2\n" * 600 + "x" * 200_000 + ",1,2\n")
    with pytest.raises(InputError, match="malformed CSV: field larger") as caught:
        read(path)
    assert caught.value.place == f"{path}:604:1"


def test_a_decimal_comma_is_named(tmp_path):
    path = tmp_path / "book.csv"
    path.write_text("# supply = 1\nbidder,quantity,yield\na,100,4,5\n")
    with pytest.raises(InputError, match="4 entries; the header has 3") as caught:
        read(path)
    assert "point" in caught.value.remedy and caught.value.place == f"{path}:3:1"
