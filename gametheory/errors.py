"""Errors for people: what is wrong, where, and how to mend it.

Outcomes of a solve (infeasible, a limit reached, a solver that failed) are terminations of a
`Solution`, never exceptions. An exception means misuse, bad input, or a broken model.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

#: Characters of a message that are shown; one may quote a whole table.
LONGEST = 1_000


class GameTheoryError(Exception):
    """Base of every error this package raises on purpose.

    Parameters
    ----------
    message : str
        What is wrong, naming the thing.
    place : str, optional
        Where: ``file:line:column`` for files, a parameter's or a row's name otherwise.
    remedy : str, optional
        How to mend it, one line.
    """

    exit_code = 1

    def __init__(self, message: str, *, place: str | None = None, remedy: str | None = None) -> None:
        if len(message) > LONGEST:
            message = f"{message[: LONGEST // 2]} ... {message[-LONGEST // 2 :]}"
        super().__init__(message)
        self.message = message
        self.place = place
        self.remedy = remedy

    def __str__(self) -> str:
        head = f"{self.place}: {self.message}" if self.place else self.message
        return f"{head}\n{self.remedy}" if self.remedy else head


class UsageError(GameTheoryError):
    """An unknown option, parameter, type or model; something not found; contradictory parameters."""

    exit_code = 2


class RefusedError(UsageError):
    """A method does not apply to a form; the message says why and what to use instead."""


class OptionError(RefusedError):
    """No solver of a kind of form offers what was asked for, whatever the form holds.

    Attributes
    ----------
    option : str
        What was asked for: ``"concept"``, ``"method"``, ``"ties"``, or the name of an option of the method.
    """

    def __init__(self, message: str, *, option: str = "", place: str | None = None, remedy: str | None = None) -> None:
        super().__init__(message, place=place, remedy=remedy)
        self.option = option


class MissingPackageError(UsageError):
    """An optional package is needed and not installed; the remedy names the extra."""


class InputError(GameTheoryError):
    """Malformed or out-of-bounds input: a file, a parameter, a prior that does not sum to 1."""

    exit_code = 3


class VerificationError(GameTheoryError):
    """A claimed solution does not pass its check."""

    exit_code = 6


class ModelError(GameTheoryError):
    """The Python of a model or plugin raised; the place is its file and line."""

    exit_code = 7


class UnsolvedError(GameTheoryError):
    """A solution was required and there is none; raised by `Solution.require`."""

    def __init__(
        self, message: str, *, place: str | None = None, remedy: str | None = None, exit_code: int = 8
    ) -> None:
        super().__init__(message, place=place, remedy=remedy)
        self.exit_code = exit_code


def nearest(name: str, known: Iterable[str]) -> str:
    """Return a remedy that names what is closest to a misspelt name.

    Parameters
    ----------
    name : str
        What was given.
    known : iterable of str
        What exists.

    Returns
    -------
    str
        For example ``"did you mean 'delta'?"``, or the list of what there is.
    """
    names = sorted(known)
    close = difflib.get_close_matches(name, names, n=3, cutoff=0.5)
    if close:
        return "did you mean " + " or ".join(f"'{c}'" for c in close) + "?"
    if not names:
        return "there are none"
    shown = ", ".join(names[:12]) + (", ..." if len(names) > 12 else "")
    return f"there is: {shown}"
