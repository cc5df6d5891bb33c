import numpy as np
import pytest

import gametheory as gt
from gametheory.loading import load_problem
from gametheory.mechanism.auctions import Allotment

pytest.importorskip("matplotlib")


def lines(figure):
    return {line.get_label(): line.get_xydata() for line in figure.axes[0].lines}


def filled(figure):
    (band,) = figure.axes[0].collections
    return [tuple(float(x) for x in end[:, 0]) for end in band.get_segments()]


def test_a_book_of_yields_from_a_file():
    """Bids and reserve of games/bond_auction.csv, added up by hand; 500 are on sale, 420 are better than 4.3%."""
    book, _ = load_problem("games/bond_auction.csv", {})
    figure = gt.draw_order_book(book, gt.solve(book).answer)
    drawn = lines(figure)
    steps = [(0, 120), (120, 210), (210, 270), (270, 420), (420, 520), (520, 720)]
    assert drawn["bids, the best first"][:, 0].tolist() == [x for step in steps for x in step]
    limits = [0.0405, 0.041, 0.0425, 0.0425, 0.043, 0.043]
    assert drawn["bids, the best first"][::2, 1] == pytest.approx(limits)
    assert drawn["beyond the reserve"] == pytest.approx(np.array([[720, 0.043], [720, 0.0475], [800, 0.0475]]))
    assert drawn["supply"][:, 0].tolist() == [500, 500]
    assert drawn["stop-out 0.043"][:, 1] == pytest.approx(0.043)
    assert drawn["reserve"][:, 1] == pytest.approx(0.046)
    # 80 of 300 at the stop-out: the bank's 100 and the fund's 200 share them.
    assert np.ravel(filled(figure)[-2:]) == pytest.approx([420, 420 + 80 / 3, 520, 520 + 160 / 3])
    axes = figure.axes[0]
    assert axes.get_xlabel() == "cumulated quantity (unit of the bids)"
    assert axes.get_ylabel() == "lowest yield (unit of the bids)"


def test_a_book_of_prices_is_drawn_downwards_and_shares_among_all_accepted():
    book = gt.OrderBook([40, 50, 30, 25], [98, 99, 97, 96], supply=100, quote="price", rule="spread")
    figure = gt.draw_order_book(book, gt.solve(book).answer)
    assert lines(figure)["bids, the best first"][:, 1].tolist() == [99, 99, 98, 98, 97, 97, 96, 96]
    rate = 100 / 120
    assert np.ravel(filled(figure)) == pytest.approx([0, 50 * rate, 50, 50 + 40 * rate, 90, 90 + 30 * rate])


def test_anyones_allotment_and_a_failed_sale():
    book = gt.OrderBook([40, 50], [98, 99], supply=60, quote="price")
    assert filled(gt.draw_order_book(book, Allotment(98, [10, 50]))) == [(0, 50), (50, 60)]
    short = gt.OrderBook([40, 50], [98, 99], supply=100, quote="price")
    figure = gt.draw_order_book(short, gt.solve(short).answer)
    assert figure.axes[0].get_title().startswith("not issued")
    assert not any(label.startswith("stop-out") for label in lines(figure))


def test_a_reserve_that_admits_nobody():
    book = gt.OrderBook([40, 50], [98, 99], supply=60, quote="price", reserve=100)
    drawn = lines(gt.draw_order_book(book, gt.solve(book).answer))
    assert len(drawn["bids, the best first"]) == 0
    assert drawn["beyond the reserve"][:, 0].tolist() == [0, 50, 50, 90]
