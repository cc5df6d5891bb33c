"""Numbers: exact where it matters, floats where speed matters, and never NaN.

Inputs may be int, float, `fractions.Fraction`, `decimal.Decimal` or text (``"1/3"``, ``"0.1"``,
``"1e-3"``). Text and integers become fractions. A float stays a float; wherever a decision
must be exact it stands for its shortest decimal, so 0.1 means 1/10.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any

from gametheory.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Number = Fraction | float
else:

    def __getattr__(name: str) -> Any:
        # pydantic is imported only when a model is declared.
        if name == "Number":
            from pydantic import BeforeValidator, WithJsonSchema

            schema = {"anyOf": [{"type": "number"}, {"type": "string"}], "description": "a number, or text like '1/3'"}
            return Annotated[Fraction | float, BeforeValidator(number), WithJsonSchema(schema)]
        raise AttributeError(name)


#: Decimal exponents beyond this are refused unless that many digits are written: no float holds such a number.
LARGEST_EXPONENT = 400


def number(value: Any) -> Fraction | float:
    """Read a number; floats stay floats, everything else becomes a fraction.

    Raises
    ------
    InputError
        If the value is not a number, is NaN or infinite. (It derives from `ValueError` for pydantic.)
    """
    if isinstance(value, Fraction):
        return value
    if isinstance(value, bool):
        raise NotANumberError(value)
    if isinstance(value, int):
        return Fraction(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise NotANumberError(value)
        return float(value)
    if isinstance(value, Decimal):
        return _from_decimal(value)
    if isinstance(value, str):
        return _from_text(value)
    item = getattr(value, "item", None)  # numpy scalars
    if item is not None and getattr(value, "ndim", None) == 0:
        return number(item())
    raise NotANumberError(value)


def exact(value: Any) -> Fraction:
    """Return the exact rational a value stands for; a float stands for its shortest decimal."""
    result = number(value)
    if not isinstance(result, float):
        return result
    # Whole numbers that floats hold are their own decimals, and need no text.
    return Fraction(int(result)) if result.is_integer() and abs(result) < 2**53 else Fraction(repr(result))


def exact_array(values: Any) -> NDArray[Any]:
    """Return an object array of fractions of the same shape."""
    import numpy as np

    given = np.asarray(values, dtype=object)
    flat = np.empty(given.size, dtype=object)
    flat[:] = [exact(v) for v in given.ravel()]
    return flat.reshape(given.shape)


def float_array(values: Any) -> NDArray[Any]:
    """Return a float64 array of the same shape; refuses NaN and infinity."""
    import numpy as np

    given = _as_array(values)
    if given.dtype.kind not in "fiu":
        try:
            flat = np.array([float(number(v)) for v in np.asarray(values, dtype=object).ravel()], dtype=np.float64)
        except OverflowError:
            raise NumberSizeError(
                "a number is too large for a float", remedy="solve exactly, or change units"
            ) from None
        given = flat.reshape(np.shape(given))
    result = given.astype(np.float64)
    if not np.isfinite(result).all():
        raise InputError("NaN and infinity are not numbers a form may hold")
    return result


def number_array(values: Any) -> NDArray[Any]:
    """Return a float64 array if every entry is a float, else an object array of fractions.

    A mixture of floats and fractions becomes exact (a float stands for its shortest decimal).
    """
    import numpy as np

    given = _as_array(values)
    # Beside floats or negative numbers, numpy rounds large integers of a list to floats: those are read one by one.
    if given.dtype.kind == "f" and (
        hasattr(values, "dtype") or not (np.abs(given) >= 2**53).any() or not np.isfinite(given).all()
    ):
        return float_array(given)
    each = np.asarray(values, dtype=object)
    flat = [number(v) for v in each.ravel()]
    if flat and all(isinstance(v, float) for v in flat):
        return np.array(flat, dtype=np.float64).reshape(each.shape)
    return exact_array(each)


def is_exact_array(values: NDArray[Any]) -> bool:
    """Say whether an array holds fractions (object dtype) rather than floats."""
    return values.dtype == object


def encode(value: Any, *, exactly: bool) -> str | float:
    """Return a number as JSON holds it: text such as ``"1/3"`` if `exactly`, else a float."""
    return as_text(exact(value)) if exactly else float(value)


def as_text(value: Fraction) -> str:
    """Return a fraction as text such as ``"1/3"``, however long; Python's own conversion stops at 4300 digits."""
    try:
        return str(value)
    except ValueError:
        top, bottom = Decimal(value.numerator), Decimal(value.denominator)
        return f"{top:f}" if value.denominator == 1 else f"{top:f}/{bottom:f}"


def decode(value: Any) -> Fraction | float:
    """Read a number as JSON holds it: text is exact, a JSON number is a float."""
    return float(number(value)) if isinstance(value, int | float) else number(value)


def encode_array(values: Any, *, exactly: bool) -> Any:
    """Return an array as nested lists of JSON numbers."""
    import numpy as np

    if exactly:
        text = np.asarray(values, dtype=object)
        flat = np.empty(text.size, dtype=object)
        flat[:] = [as_text(exact(v)) for v in text.ravel()]
        return flat.reshape(text.shape).tolist()
    return np.asarray(values, dtype=np.float64).tolist()


def decode_array(values: Any) -> NDArray[Any]:
    """Read nested lists of JSON numbers: floats where all are JSON numbers, else fractions."""
    given = _as_array(values)
    return float_array(given) if given.dtype.kind in "fiu" else exact_array(given)


def _as_array(values: Any) -> NDArray[Any]:
    """Return nested lists as an array; raises `InputError` if rows differ in length."""
    import numpy as np

    try:
        return np.asarray(values)
    except ValueError:
        raise InputError("this is not a rectangular array: its rows differ in length") from None


def simplest_sum_to_one(values: Iterable[Fraction | float]) -> bool:
    """Say whether probabilities sum to 1: exactly if all are fractions, to 1e-9 if any is a float."""
    listed = list(values)
    if any(isinstance(v, float) for v in listed):
        return abs(math.fsum(float(v) for v in listed) - 1) <= 1e-9
    return sum(listed, Fraction(0)) == 1


class NumberSizeError(InputError, ValueError):
    """A number beyond every size that arithmetic here can hold."""


class NotANumberError(InputError, ValueError):
    """A value that is not a finite number."""

    def __init__(self, value: Any) -> None:
        shown = str(value) if isinstance(value, Decimal) else repr(value)
        super().__init__(f"{shown} is not a finite number", remedy="write 3, 0.25, 1e-3 or '1/3'")


def _from_text(text: str) -> Fraction:
    stripped = text.strip().replace("_", "")
    try:
        parts = [_from_decimal(Decimal(part)) for part in stripped.split("/")]
        if len(parts) > 2:
            raise NotANumberError(text)
        return parts[0] / parts[1] if len(parts) == 2 else parts[0]
    except (InvalidOperation, ZeroDivisionError):
        raise NotANumberError(text) from None


def _from_decimal(value: Decimal) -> Fraction:
    """Return a decimal as a fraction, unless a short text stands for a number of very many digits."""
    if not value.is_finite():
        raise NotANumberError(value)
    if value and abs(value.adjusted()) > max(LARGEST_EXPONENT, len(value.as_tuple().digits)):
        raise NumberSizeError(f"{value} is too large or too small a number", remedy="change units")
    return Fraction(value)
