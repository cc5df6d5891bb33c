"""Formulas as text: evaluated in fractions, floats, arrays or intervals, and differentiated exactly.

A formula is data, not code: names, numbers, ``+ - * / **`` and a few functions of the field. It can be saved, read
from a file of unknown origin, and bounded rigorously over a box.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from types import CodeType
from typing import Any

import numpy as np

from gametheory.errors import GameTheoryError, InputError, nearest
from gametheory.numbers import exact

#: What a formula may call; each takes one argument.
FUNCTIONS = ("exp", "log", "sqrt")
#: Longest formula, and deepest nesting, that is read.
LONGEST, DEEPEST = 20_000, 200
#: Largest integer power a formula may hold.
LARGEST_POWER = 64


class IrrationalError(GameTheoryError):
    """A formula has no rational value at a rational point."""


class Formula:
    """A formula in named variables.

    Parameters
    ----------
    text : str
        For example ``"price * (1 - quantity)**2"``.
    names : sequence of str
        The variables it may use.

    Raises
    ------
    InputError
        If the text is not a formula, or uses another name.
    """

    def __init__(self, text: str, names: Sequence[str]) -> None:
        if not isinstance(text, str):
            raise InputError(f"{text!r} is not a formula", remedy="write it as text, for example 'x * (1 - x)'")
        self.text = text
        self.names = tuple(names)
        self.constants: list[Fraction] = []
        if len(text) > LONGEST:
            raise InputError(f"a formula of {len(text)} characters is too long")
        try:
            tree = ast.parse(text.strip(), mode="eval")
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            raise InputError(f"'{text[:80]}' is not a formula") from None
        self._body = self._checked(tree.body, 0)

    @cached_property
    def _code(self) -> CodeType:
        wrapped = ast.fix_missing_locations(ast.Expression(self._body))
        return compile(wrapped, "<formula>", "eval")

    def __call__(self, values: Mapping[str, Any]) -> Any:
        """Return the value where `values` gives a number, array, interval or `Slope` for every name.

        Raises
        ------
        IrrationalError
            If the values are fractions and the result is not one.
        ZeroDivisionError
            If a denominator is zero.
        """
        sample = next(iter(values.values()), Fraction(0))
        known = {f"_{i}": like(c, sample) for i, c in enumerate(self.constants)}
        return eval(self._code, {"__builtins__": {}, **_CALLS}, {**known, **values})

    def _checked(self, node: ast.expr, depth: int) -> ast.expr:
        if depth > DEEPEST:
            raise InputError(f"'{self.text[:40]}...' is nested too deeply")
        if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
            self.constants.append(exact(node.value))
            return ast.Name(f"_{len(self.constants) - 1}", ast.Load())
        if isinstance(node, ast.Name):
            if node.id not in self.names:
                raise InputError(
                    f"'{self.text[:80]}' uses the unknown name '{node.id}'", remedy=nearest(node.id, self.names)
                )
            return ast.Name(node.id, ast.Load())
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
            return ast.UnaryOp(node.op, self._checked(node.operand, depth + 1))
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub | ast.Mult | ast.Div):
            return ast.BinOp(self._checked(node.left, depth + 1), node.op, self._checked(node.right, depth + 1))
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
            return self._power(node, depth)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.keywords and len(node.args) == 1:
            if node.func.id in FUNCTIONS:
                return ast.Call(ast.Name(f"_{node.func.id}", ast.Load()), [self._checked(node.args[0], depth + 1)], [])
            raise InputError(f"no function '{node.func.id}' in a formula", remedy=nearest(node.func.id, FUNCTIONS))
        raise InputError(f"'{ast.unparse(node)[:60]}' may not stand in a formula", remedy="use + - * / ** exp log sqrt")

    def _power(self, node: ast.BinOp, depth: int) -> ast.expr:
        base = self._checked(node.left, depth + 1)
        power, sign = node.right, 1
        if isinstance(power, ast.UnaryOp) and isinstance(power.op, ast.USub):
            power, sign = power.operand, -1
        if isinstance(power, ast.Constant) and isinstance(power.value, int) and not isinstance(power.value, bool):
            if power.value > LARGEST_POWER:
                raise InputError(f"'{self.text[:60]}' holds a power above {LARGEST_POWER}")
            return ast.Call(ast.Name("_power", ast.Load()), [base, ast.Constant(sign * power.value)], [])
        exponent = self._checked(node.right, depth + 1)
        product = ast.BinOp(exponent, ast.Mult(), ast.Call(ast.Name("_log", ast.Load()), [base], []))
        return ast.Call(ast.Name("_exp", ast.Load()), [product], [])


def like(value: Fraction, sample: Any) -> Any:
    """Return a rational number in the arithmetic of `sample`: fraction, float, interval or slope."""
    if isinstance(sample, Slope):
        return like(value, sample.value)
    if isinstance(sample, int | Fraction):
        return value
    if isinstance(sample, float | np.ndarray | np.generic):
        return float(value)
    return interval(value)


def interval(value: Any) -> Any:
    """Return a rational or float as a ball of python-flint that contains it."""
    from flint import arb, fmpq

    if isinstance(value, Fraction):
        return arb(fmpq(value.numerator, value.denominator))
    return arb(value)


class Slope:
    """A value and its derivatives along some directions: forward differentiation over any arithmetic."""

    __array_priority__ = 100

    def __init__(self, value: Any, slopes: Sequence[Any]) -> None:
        self.value = value
        self.slopes = list(slopes)

    @staticmethod
    def variables(values: Sequence[Any]) -> list[Slope]:
        """Return independent variables at a point: each has slope 1 along itself."""
        count = len(values)
        return [
            Slope(v, [like(Fraction(int(i == j)), v) + v * like(Fraction(0), v) for j in range(count)])
            for i, v in enumerate(values)
        ]

    def constant(self, value: Any) -> Slope:
        """Return a constant with as many slopes as this one."""
        return Slope(value, [s * like(Fraction(0), s) for s in self.slopes])

    def chain(self, value: Any, derivative: Any) -> Slope:
        """Return the image under a function with this value and derivative here."""
        return Slope(value, [derivative * s for s in self.slopes])

    def _other(self, other: Any) -> Slope:
        return other if isinstance(other, Slope) else self.constant(other)

    def __add__(self, other: Any) -> Slope:
        right = self._other(other)
        return Slope(self.value + right.value, [a + b for a, b in zip(self.slopes, right.slopes, strict=True)])

    __radd__ = __add__

    def __neg__(self) -> Slope:
        return Slope(-self.value, [-s for s in self.slopes])

    def __pos__(self) -> Slope:
        return self

    def __sub__(self, other: Any) -> Slope:
        return self + (-self._other(other))

    def __rsub__(self, other: Any) -> Slope:
        return self._other(other) + (-self)

    def __mul__(self, other: Any) -> Slope:
        right = self._other(other)
        pairs = zip(self.slopes, right.slopes, strict=True)
        return Slope(self.value * right.value, [a * right.value + b * self.value for a, b in pairs])

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Slope:
        right = self._other(other)
        ratio = self.value / right.value
        pairs = zip(self.slopes, right.slopes, strict=True)
        return Slope(ratio, [(a - ratio * b) / right.value for a, b in pairs])

    def __rtruediv__(self, other: Any) -> Slope:
        return self._other(other) / self


def integer_power(x: Any, power: int) -> Any:
    """Return an integer power; balls of python-flint that contain 0 have none of their own."""
    if isinstance(x, int | Fraction | float | np.ndarray):
        return x**power
    if power < 0:
        return 1 / integer_power(x, -power)
    if isinstance(x, Slope):
        if power == 0:
            return x.constant(integer_power(x.value, 0))
        return x.chain(integer_power(x.value, power), power * integer_power(x.value, power - 1))
    if power == 0:
        return like(Fraction(1), x) + x * like(Fraction(0), x)
    if power % 2 == 0 and hasattr(x, "nonnegative_part"):
        x = abs(x)
    result = x
    for _ in range(power - 1):
        result = result * x
    return result


def _exp(x: Any) -> Any:
    if isinstance(x, Slope):
        value = _exp(x.value)
        return x.chain(value, value)
    if isinstance(x, int | Fraction):
        if x == 0:
            return Fraction(1)
        raise IrrationalError(f"exp({x}) is irrational")
    return np.exp(x) if isinstance(x, float | np.ndarray | np.generic) else x.exp()


def _log(x: Any) -> Any:
    if isinstance(x, Slope):
        return x.chain(_log(x.value), 1 / x.value)
    if isinstance(x, int | Fraction):
        if x == 1:
            return Fraction(0)
        raise IrrationalError(f"log({x}) is irrational")
    return np.log(x) if isinstance(x, float | np.ndarray | np.generic) else x.log()


def _sqrt(x: Any) -> Any:
    if isinstance(x, Slope):
        root = _sqrt(x.value)
        return x.chain(root, 1 / (2 * root))
    if isinstance(x, int | Fraction):
        return rational_root(Fraction(x))
    return np.sqrt(x) if isinstance(x, float | np.ndarray | np.generic) else x.sqrt()


def rational_root(x: Fraction) -> Fraction:
    """Return the square root of a fraction that is a square.

    Raises
    ------
    IrrationalError
        If it is not.
    """
    if x >= 0:
        root = Fraction(math.isqrt(x.numerator), math.isqrt(x.denominator))
        if root * root == x:
            return root
    raise IrrationalError(f"sqrt({x}) is irrational")


_CALLS = {"_power": integer_power, "_exp": _exp, "_log": _log, "_sqrt": _sqrt}
