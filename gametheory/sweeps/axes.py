"""The values of one swept parameter, as people write them: ``0:0.9:91``, ``1:1000:4:log``, ``1/3,1/2``, ``a,b``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

from gametheory.errors import InputError
from gametheory.loading import parse_value
from gametheory.numbers import exact, number

#: More values than this of one parameter are taken for a slip.
LONGEST = 10_000_000
#: Significant digits of the points of a logarithmic axis.
LOG_DIGITS = 15

REMEDY = "write a:b:n for n evenly spaced values, a:b:n:log for logarithmic spacing, or v1,v2,..."
RANGE_REMEDY = "write a:b for a range, a:b:log for a logarithmic one, or v1,v2,... to choose from"


@dataclass(frozen=True)
class Range:
    """An interval to draw from.

    Attributes
    ----------
    low, high : Fraction
        Its ends, low < high.
    logarithmic : bool
        Whether the logarithm is uniform rather than the value.
    """

    low: Fraction
    high: Fraction
    logarithmic: bool = False


def parse_axis(name: str, text: str) -> tuple[Any, ...]:
    """Read the values of one axis.

    Parameters
    ----------
    name : str
        The parameter, for messages.
    text : str
        ``a:b:n`` (n values, evenly spaced, exact), ``a:b:n:log`` (ratios constant; decimals of fifteen digits), or
        values separated by commas: numbers, fractions, words, TOML lists and tables.

    Raises
    ------
    InputError
        If it is malformed; the place names the parameter.
    """
    fields = _split(text, ":")
    if len(fields) == 1:
        return read_axis(name, [_value(name, item) for item in _split(text, ",")])
    logarithmic = len(fields) == 4 and fields[3].strip() == "log"
    if len(fields) != 3 and not logarithmic:
        raise InputError(f"'{text}' is neither a grid nor a list", place=name, remedy=REMEDY)
    low, high = (_end(name, field) for field in fields[:2])
    count = _count(name, fields[2])
    if count == 1 and low != high:
        raise InputError(f"'{text}' asks for one value between two different ones", place=name, remedy=REMEDY)
    if logarithmic:
        if low <= 0 or high <= 0:
            raise InputError(f"'{text}': logarithmic spacing needs positive ends", place=name)
        return read_axis(name, _logarithmic(low, high, count))
    step = (high - low) / max(count - 1, 1)
    return read_axis(name, [_whole(low + k * step) for k in range(count)])


def parse_range(name: str, text: str) -> Range | tuple[Any, ...]:
    """Read what to draw from: ``a:b``, ``a:b:log``, or values separated by commas, equally likely."""
    fields = _split(text, ":")
    if len(fields) == 1:
        return read_axis(name, [_value(name, item) for item in _split(text, ",")])
    logarithmic = len(fields) == 3 and fields[2].strip() == "log"
    if len(fields) != 2 and not logarithmic:
        raise InputError(f"'{text}' is neither a range nor a list", place=name, remedy=RANGE_REMEDY)
    low, high = (_end(name, field) for field in fields[:2])
    if not low < high:
        raise InputError(f"'{text}' is an empty range", place=name, remedy=RANGE_REMEDY)
    if logarithmic and low <= 0:
        raise InputError(f"'{text}': logarithmic spacing needs positive ends", place=name)
    return Range(low, high, logarithmic)


def read_axis(name: str, values: Any, *, numeric: bool = False) -> tuple[Any, ...]:
    """Return the values of one axis from Python: text as `parse_axis` reads it, a sequence, an array, or one value.

    Where the parameter is `numeric`, text such as ``"1/3"`` among the values is a number.

    Raises
    ------
    InputError
        If there is none, one is NaN or infinite, or one is given twice.
    """
    if isinstance(values, str):
        return parse_axis(name, values)
    listed = tuple(_value(name, v) if numeric and isinstance(v, str) else v for v in _listed(values))
    if not listed:
        raise InputError("there is no value to sweep over", place=name, remedy=REMEDY)
    if len(listed) > LONGEST:
        raise InputError(f"{len(listed)} values are too many", place=name)
    for value in listed:
        if isinstance(value, float | Decimal):
            _finite(name, value)
    seen: set[Any] = set()
    for value in listed:
        key = key_of(value)
        if key in seen:
            raise InputError(f"{value} is given twice", place=name)
        seen.add(key)
    return listed


def read_range(name: str, values: Any, *, numeric: bool = False) -> Range | tuple[Any, ...]:
    """Return what to draw from, from Python: text as `parse_range` reads it, a `Range`, or values to choose from."""
    if isinstance(values, str):
        return parse_range(name, values)
    return values if isinstance(values, Range) else read_axis(name, values, numeric=numeric)


def key_of(value: Any) -> Any:
    """Return what tells values apart: numbers by their exact value, everything else by its text."""
    if isinstance(value, bool) or not isinstance(value, int | float | Fraction):
        return repr(value)
    return exact(value)


def fits_a_float(value: Any) -> bool:
    """Say whether a value is no number, or one that a coordinate of a dataset can hold."""
    if isinstance(value, int | Fraction) and value.numerator.bit_length() - value.denominator.bit_length() > 1000:
        try:
            float(value)
        except OverflowError:
            return False
    return True


def too_large(name: str) -> InputError:
    """Return what is said of a number that no coordinate can hold."""
    return InputError("a number here is too large for a float", place=name, remedy="change units")


def _listed(values: Any) -> tuple[Any, ...]:
    if hasattr(values, "tolist"):  # arrays of numpy and xarray, series of pandas
        values = values.tolist()
    if isinstance(values, Mapping | str) or not hasattr(values, "__iter__"):
        return (values,)
    return tuple(v.item() if hasattr(v, "item") and getattr(v, "ndim", None) == 0 else v for v in values)


def _finite(name: str, value: Any) -> Any:
    try:
        return number(value)
    except InputError as error:
        raise InputError(error.message, place=name, remedy=error.remedy) from None


def _value(name: str, text: str) -> Any:
    """Read one value: fractions are numbers here, words stay words."""
    if not text.strip():
        raise InputError("a value is missing between commas", place=name, remedy=REMEDY)
    try:
        value = parse_value(text)
    except InputError as error:
        raise InputError(error.message, place=name, remedy=error.remedy) from None
    if isinstance(value, str) and value == text.strip():  # a bare word, not a quoted one
        try:
            return _whole(exact(value))
        except InputError:
            return value
    return _finite(name, value) if isinstance(value, float) else value


def _end(name: str, text: str) -> Fraction:
    try:
        value = exact(text.strip())
    except InputError:
        raise InputError(f"'{text.strip()}' is not a number", place=name, remedy=REMEDY) from None
    if not fits_a_float(value):
        raise too_large(name)
    return value


def _count(name: str, text: str) -> int:
    value = _end(name, text)
    if value.denominator != 1 or value < 1:
        raise InputError(f"'{text.strip()}' is not a number of values", place=name, remedy=REMEDY)
    if value > LONGEST:
        raise InputError(f"{value} values are too many", place=name)
    return int(value)


def _whole(value: Fraction) -> Fraction | int:
    """Return whole numbers as integers, which parameters that count accept."""
    return int(value) if value.denominator == 1 else value


def _logarithmic(low: Fraction, high: Fraction, count: int) -> list[Fraction | int]:
    """Return values of constant ratio as decimals of fifteen significant digits; the ends are exact."""
    if count == 1:
        return [_whole(low)]
    with localcontext() as context:
        context.prec = 40
        start = (Decimal(low.numerator) / Decimal(low.denominator)).ln()
        step = ((Decimal(high.numerator) / Decimal(high.denominator)).ln() - start) / (count - 1)
        inner = [(start + k * step).exp() for k in range(1, count - 1)]
        context.prec = LOG_DIGITS
        return [_whole(v) for v in (low, *(Fraction(+v) for v in inner), high)]


def _split(text: str, separator: str) -> list[str]:
    """Split at a separator that is outside brackets and quotes."""
    pieces, depth, quote = [""], 0, ""
    for character in text:
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        else:
            depth += (character in "[{(") - (character in "]})")
        if character == separator and depth == 0 and not quote:
            pieces.append("")
        else:
            pieces[-1] += character
    return pieces
