"""Auctions of divisible goods: order books, schedules, signals, pay-as-bid, and private values."""

from gametheory.mechanism.auctions.book import Allotment, Clearing, NotIssued, OrderBook

__all__ = ["Allotment", "Clearing", "NotIssued", "OrderBook"]
