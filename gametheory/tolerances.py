"""The one tolerance policy.

A float certificate scales a violation by the size of what is compared:
``|violation| <= ABSOLUTE * max(1, scale)``. An exact certificate has tolerance 0.
"""

from __future__ import annotations

from typing import Final

#: Largest violation, relative to max(1, scale of the data), that a float certificate accepts.
FEASIBILITY: Final = 1e-7
#: Largest duality gap, relative to max(1, |objective|), that a float certificate accepts.
GAP: Final = 1e-7
#: Largest relative difference between a stored float result and its recomputation.
RESULT: Final = 1e-9
#: Largest best-response regret, relative to max(1, range of payoffs), in float mode.
REGRET: Final = 1e-9
