"""Order books: textbook clearings, ties, exhausted supply, reserves, and books short of supply."""

import dataclasses
import json
from fractions import Fraction

import numpy as np
import pytest

import gametheory as gt
from gametheory.errors import InputError
from gametheory.mechanism.auctions import Allotment, Clearing, NotIssued, OrderBook
from gametheory.mechanism.auctions.clear import clear
from gametheory.mechanism.auctions.verify_book import verify
from gametheory.solution import Termination

F = Fraction
#: Demand 40 up to 3%, 120 up to 3.5%, 145 up to 4%.
QUANTITIES, YIELDS = [40, 50, 30, 25], [F(3), F("3.5"), F("3.5"), F(4)]


def book(**changes):
    return OrderBook(**{"quantities": QUANTITIES, "limits": YIELDS, "supply": 100, **changes})


def filled(solution):
    return list(solution.results["allocation"].values())


def test_demand_below_the_stop_out_is_filled_and_the_margin_prorated():
    solution = gt.solve(book(), exact=True).require()
    assert solution.results["stop_out"] == F("3.5")
    assert filled(solution) == [40, F(75, 2), F(45, 2), 0]
    assert solution.certificate.kind == "lp_duality" and solution.certificate.exact


def test_spreading_prorates_all_accepted_bids():
    solution = gt.solve(book(rule="spread"), exact=True).require()
    assert filled(solution) == [q * F(100, 120) for q in QUANTITIES[:3]] + [0]


def test_uniform_and_discriminatory_payment():
    uniform = gt.solve(book(), exact=True).results
    own = gt.solve(book(payment="discriminatory"), exact=True).results
    assert uniform["average"] == F("3.5")
    assert own["average"] == (40 * 3 + 60 * F("3.5")) / 100
    assert own["awarded"] == [3, F("3.5"), F("3.5"), None]


def test_prices_are_served_from_the_highest_down():
    solution = gt.solve(book(quote="price", limits=[10, 9, 9, 8]), exact=True).require()
    assert solution.results["stop_out"] == 9
    assert filled(solution) == [40, F(75, 2), F(45, 2), 0]


@pytest.mark.parametrize(
    ("changes", "interval"),
    [
        ({"supply": 120}, [F("3.5"), 4]),
        ({"supply": 145}, [4, None]),
        ({"supply": 145, "reserve": 5}, [4, 5]),
        ({"supply": 119}, [F("3.5"), F("3.5")]),
        ({"supply": 40, "quote": "price", "limits": [10, 9, 9, 8]}, [9, 10]),
    ],
)
def test_exhausted_supply_leaves_an_interval_of_dual_values(changes, interval):
    solution = gt.solve(book(**changes), exact=True).require()
    assert solution.results["dual_interval"] == interval
    assert solution.results["stop_out"] in interval


def test_the_dual_interval_is_that_of_the_linear_program():
    """Raising the supply a little costs the upper end, lowering it saves the lower end."""
    sold = book(supply=120)
    value = clear(sold).objective
    step = F(1, 1000)
    assert (clear(book(supply=120 + step)).objective - value) / step == 4
    assert (value - clear(book(supply=120 - step)).objective) / step == F("3.5")


def test_the_linear_program_has_the_same_value():
    sold = book(supply=97)
    program = gt.LinearProgram.build("min", YIELDS, equal=([[1] * 4], [97]), lower=0, upper=QUANTITIES)
    solved = gt.solve(program, exact=True).require()
    assert solved.answer.objective == clear(sold).objective
    assert solved.answer.row_dual[0] == clear(sold).stop_out


@pytest.mark.parametrize("exact", [True, False])
def test_a_book_short_of_supply_is_certified_not_issued(exact):
    solution = gt.solve(book(supply=146), exact=exact)
    assert solution.termination is Termination.INFEASIBLE and solution.verified
    assert solution.answer.demand == 145
    assert solution.certificate.kind == "farkas_ray"


def test_bids_beyond_the_reserve_are_not_eligible():
    assert gt.solve(book(supply=130, reserve="3.9"), exact=True).termination is Termination.INFEASIBLE
    assert gt.solve(book(supply=120, reserve="3.5"), exact=True).results["stop_out"] == F("3.5")


def test_decimal_ties_are_decided_as_decimals():
    """Ten times 0.1 is 1, and 0.7 + 0.1 + 0.2 too, although not in floats."""
    tenths = gt.solve(OrderBook([0.1] * 10 + [1.0], [1.0] * 10 + [2.0], 1.0)).require()
    assert tenths.results["stop_out"] == 1.0 and tenths.results["dual_interval"] == [1.0, 2.0]
    odd = gt.solve(OrderBook([0.7, 0.1, 0.2, 1.0], [1.0, 1.0, 1.0, 2.0], 1.0), exact=True).require()
    assert odd.results["stop_out"] == 1


def test_all_at_one_yield():
    solution = gt.solve(OrderBook([1, 2, 5], [3, 3, 3], 2), exact=True).require()
    assert filled(solution) == [F(1, 4), F(1, 2), F(5, 4)]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"quantities": [], "limits": []}, "holds no bid"),
        ({"quantities": [1, -2, 3, 4]}, r"quantities\[1\]: the quantity is -2; quantities are positive"),
        ({"quantities": [1, -2, 3, 4], "bidders": tuple("wxyz")}, r"quantities\[1\], bidder 'x': the quantity is -2"),
        ({"limits": [1.0, 1.0, float("inf"), 2.0], "bidders": tuple("wxyz")}, r"limits\[2\], bidder 'y'.*finite"),
        ({"limits": ["1", "2", "x", "3"], "bidders": tuple("wxyz")}, r"limits\[2\], bidder 'y': 'x' is not a finite"),
        ({"bidders": (["a", "b"], "c", "d", "e")}, r"bidders\[0\].*\['a', 'b'\]"),
        ({"bidders": ("a", " ", "d", "e")}, r"bidders\[1\]"),
        ({"quantities": [1.0, 0.0, 3.0, 4.0]}, "positive"),
        ({"limits": [1.0, float("nan"), 1.0, 2.0]}, "nan is not a finite number"),
        ({"limits": [1, 2]}, "4 quantities and 2 limits"),
        ({"supply": 0}, "supply"),
        ({"supply": float("inf")}, "not a finite number"),
        ({"rule": "lottery"}, "margin"),
        ({"quote": "yeild"}, "yield"),
        ({"limits": ["a", "b", "c", "d"]}, "limits"),
        ({"bidders": ("a",)}, "1 bidders are named for 4 bids"),
        ({"quantities": [[1, 2, 3, 4]]}, "2 dimensions"),
    ],
)
def test_bad_books_are_refused(changes, said):
    with pytest.raises(InputError, match=said):
        book(**changes)


def test_malformed_trees_are_refused():
    good = book().to_data()
    for broken in (
        {},
        {**good, "supply": None},
        {**good, "bidders": "ab"},
        {**good, "extra": 1},
        {**good, "limits": 3},
    ):
        with pytest.raises(InputError):
            OrderBook.from_data(broken)
    with pytest.raises(InputError):
        Clearing.from_data({"stop_out": 1, "inside": 1, "margin": 1, "objective": 1, "dual": 3})
    with pytest.raises(InputError):
        Allotment.from_data({"stop_out": 1})
    with pytest.raises(InputError):
        NotIssued.from_data({})


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"stop_out": F(4)}, "a better limit already covers the supply"),
        ({"stop_out": F(3)}, "demand at the stop-out is short of the supply"),
        ({"stop_out": F("3.2")}, "no eligible bid has the stop-out for its limit"),
        ({"margin": F(1)}, "share filled at the stop-out"),
        ({"inside": F(1, 2)}, "share filled of better bids"),
        ({"objective": F(1)}, "objective"),
        ({"dual": (F("3.5"), F(4))}, "dual value nearest the rejected bids"),
        ({"dual": (None, F("3.5"))}, "dual value nearest the accepted bids"),
    ],
)
@pytest.mark.parametrize("exact", [True, False])
def test_wrong_clearings_fail_their_check(change, constraint, exact):
    wrong = dataclasses.replace(clear(book()), **change)
    certificate = verify(book(), wrong, exact=exact)
    assert not certificate.ok
    assert constraint in [v.constraint for v in certificate.violations]


def test_anyones_allotment_is_checked_bid_by_bid():
    assert verify(book(), Allotment(F("3.5"), [40, F(75, 2), F(45, 2), 0]), exact=True).ok
    unfair = verify(book(), Allotment(F("3.5"), [40, 50, 10, 0]), exact=True)
    assert {v.constraint for v in unfair.violations} == {"quantity filled of bid 1", "quantity filled of bid 2"}
    named = verify(book(bidders=tuple("wxyz")), Allotment(F("3.5"), [40, F(75, 2), F(45, 2), 1]), exact=True)
    assert [v.constraint for v in named.violations] == ["quantity filled of bid 3, bidder 'z'"]
    assert not verify(book(), NotIssued(145), exact=True).ok
    with pytest.raises(InputError, match="3 entries for 4 bids"):
        verify(book(), Allotment(F("3.5"), [1, 2, 3]), exact=True)


@pytest.mark.parametrize("exact", [True, False])
def test_saved_and_verified(tmp_path, exact):
    path = tmp_path / "cleared.json"
    gt.solve(book(limits=[F(1, 3), F(2, 3), F(2, 3), 1]), exact=exact).save(path)
    assert gt.verify_file(path).ok
    data = json.loads(path.read_text())
    data["answer"]["data"]["margin"] = "1" if exact else 1.0
    path.write_text(json.dumps(data))
    assert not gt.verify_file(path).ok


def test_integers_beyond_64_bits():
    large = OrderBook([2**63, 2**64, 5], [2**63, -(2**70), 2**63 + 1], 2**64 + 1)
    answer = clear(large)
    assert answer.stop_out == 2**63 and answer.margin == F(1, 2**63)
    assert verify(large, answer, exact=True).ok


@pytest.mark.parametrize("slip", [-1e-15, 0.0, 1e-15])
@pytest.mark.parametrize("exact", [True, False])
def test_a_supply_of_about_all_bids_is_decided_and_certified(slip, exact):
    """The float sum of long decimals is not their sum; solver and check must agree on which side it is."""
    quantities = np.random.default_rng(4).random(50)
    supply = float(quantities.sum()) * (1 + slip)
    solution = gt.solve(OrderBook(quantities, np.arange(50) / 7, supply), exact=exact)
    short = sum(F(repr(q)) for q in quantities.tolist()) < F(repr(supply))
    assert solution.termination is (Termination.INFEASIBLE if short else Termination.SOLVED)
    assert solution.verified


def test_a_next_limit_that_takes_nothing_is_not_the_stop_out():
    """Better bids cover the supply exactly, in decimals: 0.7 + 0.1 + 0.2 = 1."""
    sold = OrderBook([0.7, 0.1, 0.2, 1.0], [1.0, 1.0, 1.0, 2.0], 1.0)
    late = Clearing(2.0, 1.0, 0.0, 1.0, (2.0, 2.0))
    assert not verify(sold, late, exact=False).ok
    assert verify(sold, Clearing(1.0, 1.0, 1.0, 1.0, (1.0, 2.0)), exact=False).ok


@pytest.mark.parametrize(
    ("quantities", "limits"),
    [([1e308, 1e308], [1.0, 2.0]), ([1e308, 1e308], [1e-300, 2e-300]), ([1.0, 2.0], ["1e400", "2e400"])],
)
def test_books_too_large_for_floats_are_solved_exactly_or_refused(quantities, limits):
    """Three quarters of the demand is on sale."""
    found = book(quantities=quantities, limits=limits, supply=F(3, 4) * sum(map(F, quantities)))
    assert gt.solve(found, exact=True).require().answer.stop_out == gt.exact(limits[1])
    with pytest.raises(InputError, match=r"order book: .*too large for a float\nsolve exactly"):
        gt.solve(found)


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize(
    "changes",
    [
        {"rule": "spread", "reserve": F("3.5")},
        {"limits": [F(8, 3), F(10, 3), F(10, 3), F(11, 3)]},
        {"quantities": [40.1, 50.00000000001, 1 / 3, 1e-9], "supply": 60, "quote": "price"},
        {"quantities": [0.4, 0.5, 0.3, 0.25], "limits": [3.0, 3.5, 3.5, 4.0], "supply": 1},
    ],
)
def test_large_books_are_reported_by_bidder(monkeypatch, changes, exact):
    """As a small book is, bid by bid; the shares filled in floats are rounded, and so is what they fill."""
    sale = book(**changes, bidders=["a", "b", "a", "c"])
    small = gt.solve(sale, exact=exact).require().results
    monkeypatch.setattr("gametheory.mechanism.auctions.report_book._TABLE", 3)
    large = gt.solve(sale, exact=exact).require().results
    expected = small["allocation"] if exact else pytest.approx(small["allocation"], rel=1e-12)
    assert large["allocation"] == expected
    assert list(large["allocation"]) == ["a", "b", "c"] and "filled" not in large and large["bids"] == 4
    assert "allocation" not in gt.solve(book(**changes), exact=exact).results


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize(("lot", "tick"), [(1, 1), (F(1, 10**9), 1), (1, F(1, 10**9)), (10**9, 10**9)])
def test_wrong_clearings_fail_in_any_unit(lot, tick, exact):
    """Each number wrong by a thousandth, where the others are right; 40 + 50 of 90 exhaust the supply."""
    sale = OrderBook([40 * lot, 50 * lot, 30 * lot], [3 * tick, 4 * tick, 5 * tick], 90 * lot)
    right = gt.solve(sale, exact=True).require().answer
    assert gt.verify(sale, right, exact=exact).ok
    off = F(1001, 1000)
    for name in ("stop_out", "inside", "margin", "objective"):
        assert not gt.verify(sale, dataclasses.replace(right, **{name: getattr(right, name) * off}), exact=exact).ok
    low, high = right.dual
    for dual in ((low * off, high), (low, high * off)):
        assert not gt.verify(sale, dataclasses.replace(right, dual=dual), exact=exact).ok
    assert gt.verify(sale, Allotment(right.stop_out, [40 * lot, 50 * lot, 0 * lot]), exact=exact).ok
    assert not gt.verify(sale, Allotment(right.stop_out, [40 * lot, 50 * lot, lot / F(100)]), exact=exact).ok
    missing = OrderBook(sale.quantities, sale.limits, 121 * lot)
    assert gt.verify(missing, NotIssued(120 * F(lot)), exact=exact).ok
    assert not gt.verify(missing, NotIssued(120 * F(lot) * off), exact=exact).ok


@pytest.mark.parametrize("unit", [1e-10, 1e-12, 1e-13])
@pytest.mark.parametrize("rule", ["margin", "spread"])
def test_bids_far_smaller_than_the_supply_share_what_is_left_of_it(unit, rule):
    """Of 0.5 and a few tiny lots, the last two lots of 5 share 7: in floats, 0.5 and 7 lots less 0.5 is not 7 lots."""
    lots, supply = [0.5, 3 * unit, 5 * unit, 5 * unit, 9 * unit], F(1, 2) + 10 * gt.exact(unit)
    found = gt.solve(OrderBook(lots, [1.0, 1.0, 2.0, 2.0, 3.0], float(supply), rule=rule)).require()
    left = gt.exact(float(supply)) - F(1, 2) - gt.exact(3 * unit)
    margin = 2 * gt.exact(5 * unit)
    accepted = F(1, 2) + gt.exact(3 * unit) + margin
    expected = left / margin if rule == "margin" else gt.exact(float(supply)) / accepted
    assert found.answer.margin == pytest.approx(float(expected), rel=1e-12)
    wrong = dataclasses.replace(found.answer, margin=found.answer.margin * 0.999)
    assert not gt.verify(found.form, wrong, exact=False).ok
