"""Matching markets: preferences without transfers, assignment and roommate games with them."""

from gametheory.matching.answers import (
    BranchProof,
    EgalitarianMatching,
    Exchange,
    Matching,
    MinimumRegretMatching,
    NamedMatching,
    RandomAssignment,
    SomeStableMatchings,
    StableMatchings,
    StablePartition,
)
from gametheory.matching.assignment_game import AssignmentGame
from gametheory.matching.dynamic_pairing import DynamicPairing
from gametheory.matching.market import MatchingMarket
from gametheory.matching.roommate_game import RoommateGame
from gametheory.matching.transfers import (
    AssignmentCore,
    ChooSiowEquilibrium,
    CoreAllocation,
    CorePoint,
    EmptyCore,
    PairingPlan,
)

__all__ = [
    "AssignmentCore",
    "AssignmentGame",
    "BranchProof",
    "ChooSiowEquilibrium",
    "CoreAllocation",
    "CorePoint",
    "DynamicPairing",
    "EgalitarianMatching",
    "EmptyCore",
    "Exchange",
    "Matching",
    "MatchingMarket",
    "MinimumRegretMatching",
    "NamedMatching",
    "PairingPlan",
    "RandomAssignment",
    "RoommateGame",
    "SomeStableMatchings",
    "StableMatchings",
    "StablePartition",
]
