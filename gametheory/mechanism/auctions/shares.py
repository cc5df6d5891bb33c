"""Share auctions: schedules of quantity by yield for a divisible good, and the equilibria in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from gametheory.equilibrium.reading import number_of
from gametheory.errors import InputError, nearest
from gametheory.notebook import Displayed
from gametheory.numbers import decode_array, exact_array, float_array, is_exact_array, number, number_array
from gametheory.solution import Termination

Array = NDArray[Any]
Number = Fraction | float


@dataclass(frozen=True, eq=False)
class ShareAuction(Displayed):
    """A uniform-price auction in which each bidder submits a schedule: how much he takes at every yield.

    The issuer sells ``S - supply_slope r`` at the yield r, where S is `supply`, or anything up to `supply_high` if the
    supply is random. The stop-out r clears the market, and bidder i, who takes x, earns
    ``x (r - E_i) - kappa_i x^2 / 2``. With kappa 0 and one E this is the share auction of Wilson (1979) and Back and
    Zender (1993); with increasing marginal cost it is a game in linear supply functions (Klemperer and Meyer 1989,
    Kyle 1989).

    Attributes
    ----------
    bidders : int
        At least 3; 2 suffice where the supply is elastic.
    expected_yields : array, shape (bidders,)
        E_i, what the good yields to each; one number stands for all.
    curvatures : array, shape (bidders,)
        kappa_i, not negative; one number stands for all.
    supply : Fraction or float
        S, positive; the least one if it is random.
    supply_high : Fraction, float or None
        The largest S if the supply is random.
    supply_slope : Fraction or float
        How much less the issuer sells per unit of yield, not negative.
    reserve : Fraction, float or None
        The highest yield the issuer accepts.

    Raises
    ------
    InputError
        If there are too few bidders, or a number is out of its range.
    """

    bidders: int
    expected_yields: Any
    curvatures: Any = 0
    supply: Any = 1
    supply_high: Any = None
    supply_slope: Any = 0
    reserve: Any = None

    def __post_init__(self) -> None:
        set_ = object.__setattr__
        if isinstance(self.bidders, bool) or not isinstance(self.bidders, int | np.integer):
            raise InputError(f"{self.bidders!r} is not a number of bidders", place="bidders")
        set_(self, "bidders", int(self.bidders))
        for name in ("supply", "supply_slope"):
            set_(self, name, number_of({name: getattr(self, name)}, name))
        for name in ("supply_high", "reserve"):
            given = getattr(self, name)
            set_(self, name, None if given is None else number_of({name: given}, name))
        least = 2 if self.supply_slope > 0 else 3
        if self.bidders < least:
            why = "" if least == 2 else " of a fixed supply, where 2 have no linear supply functions in equilibrium,"
            remedy = f"a share auction{why} needs at least {least}"
            raise InputError(f"{self.bidders} bidders are too few", place="bidders", remedy=remedy)
        for name in ("expected_yields", "curvatures"):
            set_(self, name, self._per_bidder(getattr(self, name), name))
        if bool((self.curvatures < 0).any()):
            raise InputError("a curvature is negative", place="curvatures")
        if self.supply <= 0:
            raise InputError(f"the supply is {self.supply}; it is positive", place="supply")
        if self.supply_slope < 0:
            raise InputError("the slope of the supply is negative", place="supply_slope")
        if self.supply_high is not None and not self.supply_high > self.supply:
            raise InputError("the largest supply is not above the least", place="supply_high")
        if self.reserve is not None and not self.reserve > min(self.expected_yields.tolist()):
            raise InputError("no bidder gains at the reserve", place="reserve", remedy="raise it above expected_yields")

    def _per_bidder(self, given: Any, name: str) -> Array:
        try:
            found = np.asarray(given) if isinstance(given, np.ndarray) else np.asarray(given, dtype=object)
            values = number_array([number(given)] * self.bidders) if found.ndim == 0 else decode_array(given)
        except (InputError, ValueError) as error:
            raise InputError(f"'{name}' is not a number, or one number per bidder: {error}", place=name) from None
        if values.shape != (self.bidders,):
            raise InputError(f"'{name}' has shape {values.shape} for {self.bidders} bidders", place=name)
        values = values.copy()
        values.setflags(write=False)
        return values

    @property
    def symmetric(self) -> bool:
        """Whether all bidders have the same expected yield and curvature."""
        pairs = zip(self.expected_yields.tolist(), self.curvatures.tolist(), strict=True)
        return len(set(pairs)) == 1

    @property
    def supplies(self) -> tuple[Number, ...]:
        """The least and the largest supply; one number if it is known."""
        return (self.supply,) if self.supply_high is None else (self.supply, self.supply_high)

    def to_data(self) -> dict[str, Any]:
        """Return the auction as a tree."""
        names = ("bidders", "expected_yields", "curvatures", "supply", "supply_high", "supply_slope", "reserve")
        return {name: getattr(self, name) for name in names}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Build the auction from its tree; raises `InputError` on malformed data."""
        known = ("bidders", "expected_yields", "curvatures", "supply", "supply_high", "supply_slope", "reserve")
        for key in data:
            if key not in known:
                raise InputError(f"a share auction has no '{key}'", remedy=nearest(str(key), known))
        for key in ("bidders", "expected_yields"):
            if key not in data:
                raise InputError(f"the share auction has no '{key}'")
        return cls(**dict(data))


@dataclass(frozen=True, eq=False)
class LinearSchedules:
    """One linear schedule per bidder: he takes ``intercept + slope r`` at the yield r.

    Attributes
    ----------
    intercepts, slopes : arrays, shape (bidders,)
        In units of the good, and of the good per unit of yield.
    """

    intercepts: Array
    slopes: Array

    proves: ClassVar[Termination] = Termination.SOLVED

    def __post_init__(self) -> None:
        for name in ("intercepts", "slopes"):
            values = decode_array(getattr(self, name))
            if values.ndim != 1:
                raise InputError(f"'{name}' is not a list of numbers", place=name)
            object.__setattr__(self, name, values)
        if len(self.intercepts) != len(self.slopes):
            raise InputError("a schedule is an intercept and a slope; their numbers differ")

    def cleared(self, auction: ShareAuction, supply: Number) -> tuple[Any, Array]:
        """Return the stop-out at a supply, and what each bidder takes, shape (bidders,).

        Raises
        ------
        InputError
            If the schedules do not rise in all, so that nothing clears.
        """
        convert = exact_array if is_exact_array(self.slopes) else float_array
        slopes, intercepts = convert(self.slopes), convert(self.intercepts)
        supply_slope, total = convert([auction.supply_slope, supply]).tolist()
        rise = slopes.sum() + supply_slope
        if not rise > 0:
            raise InputError("the schedules do not rise with the yield, and no yield clears the market")
        stop_out = (total - intercepts.sum()) / rise
        return stop_out, intercepts + slopes * stop_out

    def to_data(self) -> dict[str, Any]:
        """Return the answer as a tree."""
        return {"intercepts": self.intercepts, "slopes": self.slopes}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_data` returned."""
        for name in ("intercepts", "slopes"):
            if name not in data:
                raise InputError(f"the answer has no '{name}'")
        return cls(data["intercepts"], data["slopes"])


@dataclass(frozen=True)
class PowerSchedule:
    """The same schedule for every bidder: ``constant u^(1/(n-1)) - linear u`` at the margin ``u = r - E``.

    These are the solutions of the differential equation of Klemperer and Meyer (1989) with constant marginal cost and
    linear supply; `constant` tells the members of the family apart.

    Attributes
    ----------
    constant, linear : Fraction or float
        The two coefficients.
    """

    constant: Number
    linear: Number

    proves: ClassVar[Termination] = Termination.SOLVED

    def __post_init__(self) -> None:
        for name in ("constant", "linear"):
            object.__setattr__(self, name, number_of({name: getattr(self, name)}, name))

    def to_data(self) -> dict[str, Any]:
        """Return the answer as a tree."""
        return {"constant": self.constant, "linear": self.linear}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_data` returned."""
        return cls(number_of(data, "constant"), number_of(data, "linear"))
