"""Running a model again on the answers it was solved with, without a solver."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from gametheory import tolerances
from gametheory.engine import Engine
from gametheory.errors import VerificationError
from gametheory.solution import Answer, Form, Solution
from gametheory.trees import differences


class Replay(Engine):
    """An engine that solves nothing: it answers from a stored solution, checking that the forms agree.

    Re-running a model with it recomputes everything the model derives from its answers.
    """

    def __init__(self, stored: Solution) -> None:
        super().__init__(exact=stored.exact, seed=stored.provenance.seed)
        self.stored = [*stored.parts, replace(stored, parts=(), model=None)]

    def solve(self, form: Form, *, concept: str | None = None, method: str | None = None, **options: Any) -> Solution:
        """Return the stored solution of this form.

        Raises
        ------
        VerificationError
            If no stored solution is about this form.
        """
        nearest_difference = ""
        for index, part in enumerate(self.stored):
            if type(part.form) is not type(form):
                continue
            tolerance = 0 if self.exact else tolerances.RESULT
            different = next(
                differences(part.form.to_data(), form.to_data(), exactly=self.exact, tolerance=tolerance), None
            )
            if different is None:
                found = self.stored.pop(index)
                self.parts.append(found)
                return found
            nearest_difference = nearest_difference or different[0]
        raise VerificationError(
            f"parameters: the model at the stored parameters builds another form (it differs at {nearest_difference})"
            if nearest_difference
            else f"parameters: the file holds no solution of the model's {type(form).__name__}"
        )

    def certify(self, form: Form, answer: Answer, *, concept: str | None = None, method: str) -> Solution:
        """Return the stored solution of this form, as `solve` does."""
        return self.solve(form, concept=concept)
