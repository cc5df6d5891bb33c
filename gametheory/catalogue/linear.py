"""Linear programs."""

from __future__ import annotations

from gametheory.forms import FormType
from gametheory.solvers import Solver

FORMS = (
    FormType(
        "LinearProgram",
        "gametheory.linear:LinearProgram",
        concept="optimal",
        verifier="gametheory.linear.verify:verify",
        answers={
            "PrimalDual": "gametheory.linear:PrimalDual",
            "FarkasRay": "gametheory.linear:FarkasRay",
            "UnboundedRay": "gametheory.linear:UnboundedRay",
            "DualBound": "gametheory.linear:DualBound",
        },
        report="gametheory.linear.report:report",
        readers={".mps": "gametheory.linear.mps:read_mps"},
        writers={".mps": "gametheory.linear.mps:write_mps"},
    ),
)

SOLVERS = (
    Solver(
        "LinearProgram",
        "optimal",
        "highs",
        "gametheory.linear.highs:solve",
        exact=True,
        summary="HiGHS, then exact certification of its basis if exact",
    ),
    Solver(
        "LinearProgram",
        "optimal",
        "pulp",
        "gametheory.linear.pulp_solver:solve",
        refuses="gametheory.linear.pulp_solver:refuses",
        exact=True,
        options=("solver",),
        summary="any solver PuLP knows, as pulp:cbc; then exact certification if exact",
    ),
    Solver(
        "LinearProgram",
        "optimal",
        "exact_simplex",
        "gametheory.linear.exact:solve",
        exact=True,
        summary="pivoting in rational arithmetic, no floating-point solver",
    ),
)
