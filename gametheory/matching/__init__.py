"""Matching markets: preferences without transfers, assignment and roommate games with them."""

from gametheory.matching.answers import (
    BranchProof,
    EgalitarianMatching,
    Exchange,
    Matching,
    MinimumRegretMatching,
    NamedMatching,
    RandomAssignment,
    StableMatchings,
    StablePartition,
)
from gametheory.matching.market import MatchingMarket

__all__ = [
    "BranchProof",
    "EgalitarianMatching",
    "Exchange",
    "Matching",
    "MatchingMarket",
    "MinimumRegretMatching",
    "NamedMatching",
    "RandomAssignment",
    "StableMatchings",
    "StablePartition",
]
