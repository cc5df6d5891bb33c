"""Sensitivities: how much each result moves with each parameter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal

from gametheory.divided_differences import Quantity, Slope, apart, covering, error_of, extrapolated, like, missing
from gametheory.errors import InputError, UsageError, VerificationError, nearest
from gametheory.model import Model, guarded
from gametheory.numbers import exact as exactly
from gametheory.trees import leaves

if TYPE_CHECKING:
    from gametheory.solution import Solution

#: Steps as shares of a parameter's size: tiny ones cost nothing in rational arithmetic; floats need room.
EXACT_STEPS = (Fraction(1, 2**30), Fraction(1, 2**14))
FLOAT_STEPS = (Fraction(1, 2**16), Fraction(1, 2**11), Fraction(1, 2**7))
#: The order in which steps are tried, by place above; more are tried until every slope is settled.
EXACT_ORDER, FLOAT_ORDER = (0, 1), (1, 0, 2)
#: An error, relative to the result's own scale, at which larger and smaller steps are not tried.
SETTLED = 2.0**-30
#: Rounding of one float evaluation, relative to its size.
ROUNDING = Fraction(1, 2**46)
#: A difference that shrinks by less than this while its step shrinks by 4 is a jump.
JUMP = Fraction(3, 4)


@dataclass(frozen=True)
class Sensitivity:
    """How much one result moves with one parameter.

    Attributes
    ----------
    result, parameter : str
        Paths such as ``"payoffs.seller"`` and ``"contact_rates[0]"``.
    value : Fraction or float
        The result at the model's own parameters.
    derivative : Fraction or float or None
        None where there is none or none is found: at a kink, at a jump, or where slopes do not settle.
    elasticity : Fraction or float or None
        ``derivative * parameter / value``; None where the derivative, or the ratio, does not exist.
    error : Fraction or float or None
        Bound on the error of the derivative; 0 where the model gives the derivative. A finite difference bounds it by
        what its last refinement changed, what slopes to one side show of a bend nearby, and what rounding can add. This
        holds for results that are smooth nearby; a bend closer than the smallest step and smaller than rounding is
        not seen.
    left, right : Fraction or float or None
        Slopes to either side; None where the parameter cannot go there, or the result jumps.
    method : str
        ``"model"`` or ``"finite_difference"``.
    note : str
        ``"a kink"``, ``"a jump"``, ``"not smooth"`` (slopes do not settle as steps shrink), ``"from the left"``,
        ``"from the right"``, ``"nothing is solved nearby"``, or ``"cannot move alone: "`` with the condition that
        stands in the way; empty otherwise.
    """

    result: str
    parameter: str
    value: Quantity
    derivative: Quantity | None
    elasticity: Quantity | None
    error: Quantity | None
    left: Quantity | None
    right: Quantity | None
    method: Literal["model", "finite_difference"]
    note: str = ""


def sensitivities(
    model: Model,
    *,
    parameters: Sequence[str] | str | None = None,
    results: Sequence[str] | str | None = None,
    exact: bool = False,
    progress: Callable[[int, int, int], None] | None = None,
    **options: Any,
) -> list[Sensitivity]:
    """Return derivatives and elasticities of a model's results with respect to its parameters.

    Parameters
    ----------
    model : Model
        The model at the parameters where the slopes are wanted.
    parameters : sequence of str, or str, optional
        Which ones, as ``"delta"`` or ``"contact_rates[0]"``; by default every number, alone or in a list or table.
    results : sequence of str, or str, optional
        Which ones, as ``"volume"`` or ``"price[0]"``; a name stands for all that is in it. By default every quantity.
    exact : bool
        Whether the model is solved in rational arithmetic; differences then have no rounding error.
    progress : callable, optional
        Called as ``progress(done, total, 0)`` with numbers of parameters.
    **options
        As for `solve`.

    Returns
    -------
    list of Sensitivity
        One for each result and parameter. Derivatives that the model's own `derivatives` gives come first; they are
        compared with finite differences.

    Raises
    ------
    UsageError
        If `model` is no model; for an unknown parameter or result, or a parameter that is no number.
    VerificationError
        If the model is not solved at its own parameters, or if a derivative that it gives is beyond the error bound of
        the finite difference.
    """
    _refuse_other_than_model(model)
    parameters = [parameters] if isinstance(parameters, str) else parameters
    results = [results] if isinstance(results, str) else results
    places = _chosen_parameters(model, parameters)
    at = _Evaluations(model, exact, options)
    centre = at.solved(model)
    values = {path: leaf for path, leaf in leaves(centre.results) if _is_quantity(leaf)}
    wanted = _chosen_results(values, results, model)
    with guarded(type(model), "the derivatives"):
        given = model.derivatives(centre)
    found = []
    for done, (path, value) in enumerate(places.items()):
        if progress is not None:
            progress(done, len(places), 0)
        around = _Stencils(at, path, value, centre, wanted)
        for result in wanted:
            difference = around.slope(result)
            stated = given.get(result, {}).get(path)
            found.append(difference if stated is None else _stated(difference, stated, value))
    return found


def _refuse_other_than_model(given: Any) -> None:
    if not isinstance(given, Model):
        name = given.__name__ if isinstance(given, type) else type(given).__name__
        raise UsageError(f"{name} is not a model with its parameters", remedy="give one, as NAME()")


def numbers_of(model: Model) -> Iterator[tuple[str, Quantity]]:
    """Yield the path and value of each of a model's parameters that is a number, alone or in a list or table."""
    for path, leaf in leaves(model.parameters()):
        if _is_quantity(leaf):
            yield path, leaf


def with_number(model: Model, path: str, value: Quantity) -> Model:
    """Return the model with one number changed, however deep in a list or table it is."""
    name = path.replace("[", ".").split(".")[0]

    def changed(tree: Any, here: str) -> Any:
        if here == path:
            return value
        if isinstance(tree, Mapping):
            return {k: changed(v, f"{here}.{k}") for k, v in tree.items()}
        if isinstance(tree, list | tuple):
            return [changed(v, f"{here}[{i}]") for i, v in enumerate(tree)]
        return tree

    return model.with_(**{name: changed(getattr(model, name), name)})


def _is_quantity(leaf: Any) -> bool:
    return isinstance(leaf, Fraction | float)


def _chosen_parameters(model: Model, wanted: Sequence[str] | None) -> dict[str, Quantity]:
    known = dict(numbers_of(model))
    if wanted is None:
        return known
    chosen = {}
    for path in wanted:
        inside = {p: v for p, v in known.items() if p == path or p.startswith((f"{path}[", f"{path}."))}
        if not inside:
            held = getattr(model, path, None) if path in type(model).model_fields else None
            if isinstance(held, int) and not isinstance(held, bool):
                raise UsageError(f"parameter '{path}' is a whole number: it has no derivative", remedy="sweep over it")
            if held is not None:
                raise UsageError(f"parameter '{path}' is no number: it has no derivative", remedy="sweep over it")
            raise UsageError(f"{model.label()} has no parameter '{path}'", remedy=nearest(path, known))
        chosen.update(inside)
    return chosen


def _chosen_results(values: Mapping[str, Any], wanted: Sequence[str] | None, model: Model) -> list[str]:
    if wanted is None:
        return list(values)
    chosen: dict[str, None] = {}
    for path in wanted:
        inside = [p for p in values if p == path or p.startswith((f"{path}[", f"{path}."))]
        if not inside:
            raise UsageError(f"the results of {model.label()} have no quantity '{path}'", remedy=nearest(path, values))
        chosen.update(dict.fromkeys(inside))
    return list(chosen)


class _Evaluations:
    """The model's results at points near its own, each solved once."""

    def __init__(self, model: Model, exact: bool, options: Mapping[str, Any]) -> None:
        self.model, self.exact, self.options = model, exact, options
        #: By parameter: why the model refuses it wherever it was tried, or nothing.
        self.refusals: dict[str, str] = {}

    def solved(self, model: Model) -> Solution:
        return model.solve(exact=self.exact, **self.options).require()

    def near(self, path: str, value: Fraction) -> Mapping[str, Quantity] | None:
        """Return the quantities with one parameter moved; None where it may not go or nothing is solved there."""
        try:
            solution = with_number(self.model, path, value).solve(exact=self.exact, **self.options)
        except (InputError, UsageError) as error:  # the model itself was solved: it is this value that is refused
            said = error.message.removeprefix(f"{self.model.label()}: the parameters violate ")
            self.refusals.setdefault(path, said)
            return None
        self.refusals[path] = ""
        if not solution.verified or not solution.solved:
            return None
        return {p: leaf for p, leaf in leaves(solution.results) if _is_quantity(leaf)}


class _Stencils:
    """Results at steps h, h/2 and h/4 to either side of one parameter, for as many sizes of h as it takes."""

    def __init__(self, at: _Evaluations, path: str, value: Quantity, centre: Solution, wanted: Sequence[str]) -> None:
        self.path, self.value = path, value
        self.exact = at.exact
        self.refusals = at.refusals
        self.centre = {p: leaf for p, leaf in leaves(centre.results) if _is_quantity(leaf)}
        self.violation = _violation(centre)
        parameters = (v for _, v in numbers_of(at.model))
        self.largest = max(abs(float(v)) for v in (*self.centre.values(), *parameters))
        middle = exactly(value)
        self.size = abs(middle) or Fraction(1)
        self.steps = [self.size * share for share in (EXACT_STEPS if at.exact else FLOAT_STEPS)]
        self.sides: dict[tuple[int, int], list[Mapping[str, Quantity] | None]] = {}
        for number in EXACT_ORDER if at.exact else FLOAT_ORDER:
            step = self.steps[number]
            for side in (-1, 1):
                self.sides[side, number] = [at.near(path, middle + side * step / part) for part in (1, 2, 4)]
            if all(self._settled(result) for result in wanted):
                break

    def _settled(self, result: str) -> bool:
        """Say whether the steps tried so far give a slope to either side and in the middle, and give it well."""
        found = self.slope(result)
        if found.note or found.derivative is None or found.error is None:
            return False
        scale = abs(float(found.value)) / float(self.size) + abs(float(found.derivative))
        return float(found.error) <= SETTLED * scale

    def slope(self, result: str) -> Sensitivity:
        """Return the sensitivity of one result by finite differences."""
        jumps = [self._jumps(result, side) for side in (-1, 1)]
        sides = [self._one_sided(result, side) for side in (-1, 1)]
        found = [min(slopes.values(), key=error_of, default=None) for slopes in sides]
        rough = [one is not None and not one.settled for one in found]
        left, right = (None if bad or jump else one for one, bad, jump in zip(found, rough, jumps, strict=True))
        best: Slope | None = None
        note = ""
        if any(jumps):
            note = "a jump"
        elif any(rough):
            note = "not smooth"
        elif left is not None and right is not None:
            if apart(left, right):
                note = "a kink"
            else:
                every = [*sides, self._central(result)]
                best = min((covering(one, n, sides) for slopes in every for n, one in slopes.items()), key=error_of)
        elif left is not None or right is not None:
            best = min((covering(one, n, sides) for slopes in sides for n, one in slopes.items()), key=error_of)
            note = "from the left" if right is None else "from the right"
        else:
            refused = self.refusals.get(self.path, "")
            note = f"cannot move alone: {refused}" if refused else "nothing is solved nearby"
        value = self.centre[result]
        return Sensitivity(
            result,
            self.path,
            value,
            derivative=best.value if best else None,
            elasticity=_elasticity(best.value, self.value, value) if best else None,
            error=best.error if best else None,
            left=left.value if left else None,
            right=right.value if right else None,
            method="finite_difference",
            note=note,
        )

    def _values(self, result: str, side: int, size: int) -> list[Quantity] | None:
        """Return the result at h, h/2 and h/4; None unless it is defined at all three, or if h was not tried."""
        around = self.sides.get((side, size), [])
        found = [near.get(result) if near is not None else None for near in around]
        known = [v for v in found if v is not None]
        return known if len(known) == 3 else None

    def _rounding(self, values: Iterable[Quantity], slope: Quantity = 0.0) -> Quantity:
        """Bound the rounding of one evaluation: of the result, of the parameter, and what certificates let pass."""
        values = list(values)
        if self.exact and all(isinstance(v, Fraction) for v in values):
            return Fraction(0)
        size = max(abs(float(v)) for v in values) + abs(float(slope) * float(self.value))
        return float(ROUNDING) * size + self.violation

    def _blur(self, step: Fraction) -> float:
        """Bound what rounding does to a slope if the result is a difference of the largest numbers of the model."""
        return float(30 * ROUNDING) * self.largest / float(step)

    def _one_sided(self, result: str, side: int) -> dict[int, Slope]:
        """Extrapolate forward differences to step zero, for each size of h."""
        middle, found = self.centre[result], {}
        for size, step in enumerate(self.steps):
            values = self._values(result, side, size)
            if values is None:
                continue
            whole, half, quarter = (
                side * part * (v - middle) / like(v, step) for v, part in zip(values, (1, 2, 4), strict=True)
            )
            last = (8 * quarter - 6 * half + whole) / 3
            noise = 30 * self._rounding([middle, *values], last) / like(middle, step)
            rest = missing(whole, half, quarter, noise, noise and self._blur(step))
            found[size] = extrapolated(last, 2 * quarter - half, quarter, rest, noise)
        return found

    def _central(self, result: str) -> dict[int, Slope]:
        """Extrapolate central differences to step zero, for each size of h."""
        found = {}
        for size, step in enumerate(self.steps):
            below, above = self._values(result, -1, size), self._values(result, 1, size)
            if below is None or above is None:
                continue
            whole, half, quarter = (
                part * (a - b) / (2 * like(a, step)) for a, b, part in zip(above, below, (1, 2, 4), strict=True)
            )
            last = (64 * quarter - 20 * half + whole) / 45
            noise = 7 * self._rounding([*below, *above], last) / like(whole, step)
            rest = missing(whole, half, quarter, noise, noise and self._blur(step))
            found[size] = extrapolated(last, (4 * quarter - half) / 3, quarter, rest, noise)
        return found

    def _jumps(self, result: str, side: int) -> bool:
        """Say whether the result moves by as much in a quarter of the smallest step that is solved as in the whole."""
        tried = (self._values(result, side, size) for size in range(len(self.steps)))
        values = next((values for values in tried if values is not None), None)
        if values is None:
            return False
        middle = self.centre[result]
        far, _, near = (abs(float(v - middle)) for v in values)
        return near > 100 * self._rounding([middle, *values]) and near > float(JUMP) * far


def _violation(solution: Solution) -> float:
    """Return the largest violation that a solution's certificates measured."""
    certificates = [s.certificate for s in (solution, *solution.parts) if s.certificate is not None]
    return max((float(c.max_violation) for c in certificates), default=0.0)


def _elasticity(derivative: Quantity, parameter: Quantity, value: Quantity) -> Quantity | None:
    """Return derivative * parameter / value; None where either is zero: there is no relative change."""
    if value == 0 or parameter == 0:
        return None
    if isinstance(derivative, Fraction) and isinstance(value, Fraction):
        return derivative * exactly(parameter) / value
    return float(derivative) * float(parameter) / float(value) + 0.0  # -0.0 is 0


def _stated(difference: Sensitivity, stated: Quantity, parameter: Quantity) -> Sensitivity:
    """Put a derivative that the model gives in the place of a finite difference that agrees with it."""
    from dataclasses import replace

    if difference.derivative is not None and difference.error is not None:
        distance = abs(float(difference.derivative) - float(stated))
        if distance > 4 * float(difference.error) + 1e-9 * max(1.0, abs(float(stated))):
            raise VerificationError(
                f"the model says that {difference.result} moves by {float(stated):.12g} with {difference.parameter}, "
                f"but differences give {float(difference.derivative):.12g}"
            )
    return replace(
        difference,
        derivative=stated,
        elasticity=_elasticity(stated, parameter, difference.value),
        error=Fraction(0) if isinstance(stated, Fraction) else 0.0,
        method="model",
    )
