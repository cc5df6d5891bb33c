"""Auctioning corporate bonds under investment mandates (Zarpala): the bid, its readings, a sound version."""

from gametheory_plugins.mandate_auction.mandate import MandateAuction
from gametheory_plugins.mandate_auction.order_book import OrderBookModel
from gametheory_plugins.mandate_auction.well_posed import WellPosedMandateAuction

__all__ = ["MandateAuction", "OrderBookModel", "WellPosedMandateAuction"]
