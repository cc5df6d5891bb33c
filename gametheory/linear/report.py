"""What solving a bare linear program reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gametheory.linear.program import LinearProgram
    from gametheory.solution import Solution


def report(program: LinearProgram, solution: Solution) -> dict[str, Any]:
    """Return the optimal objective, and the primal and dual values by name."""
    answer = solution.answer
    return {
        "objective": answer.objective,
        "primal": dict(zip(program.column_names, answer.primal.tolist(), strict=True)),
        "dual": dict(zip(program.row_names, answer.row_dual.tolist(), strict=True)),
    }
