"""Games in strategic form."""

from gametheory.strategic.form import StrategicGame
from gametheory.strategic.profiles import (
    ApproximateEquilibrium,
    Elimination,
    Equilibria,
    NoPureEquilibrium,
    QuantalResponse,
)

__all__ = [
    "ApproximateEquilibrium",
    "Elimination",
    "Equilibria",
    "NoPureEquilibrium",
    "QuantalResponse",
    "StrategicGame",
]
