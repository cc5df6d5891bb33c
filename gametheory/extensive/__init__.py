"""Games in extensive form."""

from gametheory.extensive.assessment import Assessment
from gametheory.extensive.bargain import Bargain, nash_bargain
from gametheory.extensive.batch import ProfileBatch
from gametheory.extensive.form import CHANCE, TERMINAL, ExtensiveGame
from gametheory.extensive.multistage import MultistageGame
from gametheory.extensive.policy import Policy
from gametheory.extensive.profile import StrategyProfile
from gametheory.extensive.stage_profile import StageProfile

__all__ = [
    "CHANCE",
    "TERMINAL",
    "Assessment",
    "Bargain",
    "ExtensiveGame",
    "MultistageGame",
    "Policy",
    "ProfileBatch",
    "StageProfile",
    "StrategyProfile",
    "nash_bargain",
]
