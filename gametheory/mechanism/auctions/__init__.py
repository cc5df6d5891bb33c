"""Auctions: order books, share auctions, private signals, pay-as-bid, private values, and best responses."""

from gametheory.mechanism.auctions.best_response import BestResponse, BestResponseProblem
from gametheory.mechanism.auctions.book import Allotment, Clearing, NotIssued, OrderBook
from gametheory.mechanism.auctions.offers import LinearOffer, PayAsBidAuction
from gametheory.mechanism.auctions.private_values import PowerBid, PrivateValueAuction
from gametheory.mechanism.auctions.shares import LinearSchedules, PowerSchedule, ShareAuction
from gametheory.mechanism.auctions.signals import NoLinearEquilibrium, SignalAuction, SignalSchedule

__all__ = [
    "Allotment",
    "BestResponse",
    "BestResponseProblem",
    "Clearing",
    "LinearOffer",
    "LinearSchedules",
    "NoLinearEquilibrium",
    "NotIssued",
    "OrderBook",
    "PayAsBidAuction",
    "PowerBid",
    "PowerSchedule",
    "PrivateValueAuction",
    "ShareAuction",
    "SignalAuction",
    "SignalSchedule",
]
