"""What a solve returns: a termination, an answer, and a certificate that needs no solver."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, Self, runtime_checkable

from gametheory.errors import UnsolvedError, VerificationError
from gametheory.notebook import Displayed

if TYPE_CHECKING:
    from pathlib import Path

    from gametheory.model import Model


class Termination(StrEnum):
    """How a solve ended. `FAILED` is never folded into `INFEASIBLE`."""

    SOLVED = "SOLVED"
    INFEASIBLE = "INFEASIBLE"
    UNBOUNDED = "UNBOUNDED"
    NONE_EXISTS = "NONE_EXISTS"
    LIMIT = "LIMIT"
    FAILED = "FAILED"


#: Terminations that say no, with a proof.
CERTIFIED_NEGATIVE = frozenset({Termination.INFEASIBLE, Termination.UNBOUNDED, Termination.NONE_EXISTS})


@runtime_checkable
class Form(Protocol):
    """A mathematical object that can be solved: immutable, array-backed, labelled, validated when built."""

    def to_data(self) -> dict[str, Any]:
        """Return the form as a tree of dicts, lists, arrays, text, integers and numbers."""
        ...

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Build the form from what `to_data` returned, or from that tree read back from JSON."""
        ...


@runtime_checkable
class Answer(Protocol):
    """What a solver found: a strategy profile, a primal-dual pair, a Farkas ray, ..."""

    #: The termination this answer is evidence for.
    proves: ClassVar[Termination]

    def to_data(self) -> dict[str, Any]:
        """Return the answer as a tree, as `Form.to_data` does."""
        ...

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Build the answer from what `to_data` returned, or from that tree read back from JSON."""
        ...


@dataclass(frozen=True)
class Violation:
    """A constraint of the form that an answer breaks, by name, and by how much."""

    constraint: str
    amount: Fraction | float


@dataclass(frozen=True)
class Certificate(Displayed):
    """The outcome of checking an answer against a form, without a solver.

    Attributes
    ----------
    kind : str
        What was checked: ``"lp_duality"``, ``"one_shot_deviation"``, ``"farkas_ray"``, ...
    checked : int
        How many conditions were checked.
    max_violation : Fraction or float
        The largest violation, 0 where none.
    tolerance : Fraction or float
        What a violation may be; 0 in exact arithmetic.
    exact : bool
        Whether everything was checked in rational arithmetic.
    ok : bool
        Whether every condition holds within the tolerance.
    violations : tuple of Violation
        The worst violations beyond the tolerance, worst first, at most twenty.
    note : str
        What the reader must know, for example why the check is not exact.
    """

    kind: str
    checked: int
    max_violation: Fraction | float
    tolerance: Fraction | float
    exact: bool
    ok: bool
    violations: tuple[Violation, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Outcome:
    """What a solver hands to the engine, which then verifies it and makes a `Solution`.

    Attributes
    ----------
    termination : Termination
        How the solver ended.
    answer : Answer or None
        The evidence; None only for `FAILED`, or for `LIMIT` with nothing certified.
    exact : bool
        Whether the answer is in rational arithmetic.
    complete : str
        ``"all"``, ``"all_extreme"``, ``"one"`` or ``"unknown"``: how much of the solution set the answer is.
    method : str or None
        The method in detail, if it differs from the registered name.
    message : str
        One line for people.
    """

    termination: Termination
    answer: Answer | None
    exact: bool = False
    complete: str = "one"
    method: str | None = None
    message: str = ""


@dataclass(frozen=True)
class Provenance:
    """How a solution was found: versions, options, seed, seconds."""

    versions: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    seed: int | None = None
    seconds: float = 0.0


@dataclass(frozen=True)
class Solution(Displayed):
    """A termination, an answer, and its certificate; of a form, or of a model with several forms.

    Attributes
    ----------
    termination, answer, exact, complete, message
        As in `Outcome`.
    concept, method, tie_rule : str
        What counts as a solution, how it was found, and how ties were broken.
    form : Form or None
        What was solved; None for a model solved in several parts.
    certificate : Certificate or None
        The check of `answer` against `form`; every part has its own.
    parts : tuple of Solution
        The forms a model solved on its way, each with its own certificate.
    results : mapping
        What the model reports, by name.
    model : Model or None
        The model that built the form.
    provenance : Provenance
        How the solution was found.
    """

    termination: Termination
    concept: str
    method: str
    form: Form | None = None
    answer: Any = None
    certificate: Certificate | None = None
    exact: bool = False
    complete: str = "one"
    tie_rule: str = "first"
    parts: tuple[Solution, ...] = ()
    results: Mapping[str, Any] = field(default_factory=dict)
    model: Model | None = None
    message: str = ""
    provenance: Provenance = field(default_factory=Provenance)

    def __repr__(self) -> str:
        subject = self.model.label() if self.model is not None else type(self.form).__name__
        held = "no certificate"
        if self.certificate is not None:
            held = f"{self.certificate.kind} {'holds' if self.certificate.ok else 'DOES NOT HOLD'}"
        names = ", ".join(self.results)
        results = f"; results: {names if len(names) <= 200 else names[:199] + '…'}" if names else ""
        return f"<Solution of {subject}: {self.termination} ({self.concept} by {self.method}), {held}{results}>"

    @property
    def solved(self) -> bool:
        """Whether the termination is `SOLVED`."""
        return self.termination is Termination.SOLVED

    @property
    def verified(self) -> bool:
        """Whether there is a certificate and it holds, and likewise for every part."""
        own = self.certificate is not None and self.certificate.ok
        return own and all(part.verified for part in self.parts)

    def require(self) -> Self:
        """Return the solution itself if it is solved and verified.

        Raises
        ------
        UnsolvedError
            If the termination is not `SOLVED`.
        VerificationError
            If a certificate does not hold.
        """
        if not self.solved:
            raise UnsolvedError(
                f"{self.concept} was not solved: {self.termination}",
                remedy=self.message or None,
                exit_code=4 if self.termination in CERTIFIED_NEGATIVE else 5 if self.termination == "LIMIT" else 8,
            )
        if not self.verified:
            raise VerificationError(f"the {self.concept} answer of {self.method} does not pass its check")
        return self

    def to_frame(self) -> Any:
        """Return the results as a tidy `pandas.DataFrame`, one row for each number or word.

        Returns
        -------
        pandas.DataFrame
            Columns ``result`` (its name), ``key_1``, ``key_2``, ... (labels of a table, positions from 0 in a list, or
            the model's `result_axes` where it names them; empty beyond the depth of the result; none at all if every
            result is a single value) and ``value``: fractions stay fractions, what is undefined is None (NaN where all
            else is floats). Empty lists have no rows, and without a solution there are none.

        Raises
        ------
        MissingPackageError
            If pandas is not installed.
        """
        from gametheory.frames import results_frame

        return results_frame(self)

    def to_json(self) -> dict[str, Any]:
        """Return the solution as a JSON object (version 1)."""
        from gametheory.saving import solution_to_json

        return solution_to_json(self)

    def save(self, path: str | Path) -> None:
        """Write the solution as JSON, whole or not at all.

        Forms and answers over a million numbers go to an ``.npz`` beside the file, which names it.
        """
        from gametheory.saving import save_solution

        save_solution(self, path)
