"""Linear programs: the form, its answers, solvers and exact certification."""

from gametheory.linear.answers import DualBound, FarkasRay, PrimalDual, UnboundedRay
from gametheory.linear.names import LazyNames
from gametheory.linear.program import LinearProgram
from gametheory.linear.sparse import SparseMatrix

__all__ = ["DualBound", "FarkasRay", "LazyNames", "LinearProgram", "PrimalDual", "SparseMatrix", "UnboundedRay"]
