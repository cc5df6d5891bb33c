"""Auctions of one good to many independent bidders, in reduced form (Border 1991, 2007): interim probabilities only."""

from gametheory.mechanism.reduced_form.answers import ReducedFormMechanism
from gametheory.mechanism.reduced_form.auction import ReducedFormAuction

__all__ = ["ReducedFormAuction", "ReducedFormMechanism"]
