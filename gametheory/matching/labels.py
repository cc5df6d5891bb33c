"""Labels of agents: checked, written, read; and faults of lists said in terms of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from gametheory.errors import InputError
from gametheory.matching.preferences import ListFault, PreferenceLists


def named_fault(fault: ListFault, names: tuple[str, ...] | None, others: tuple[str, ...] | None) -> InputError:
    """Return the error that says which agent's list is wrong, and how."""

    def label(index: int, known: tuple[str, ...] | None) -> str:
        return known[index] if known is not None and 0 <= index < len(known) else str(index + 1)

    agent = label(fault.agent, names)
    if fault.kind == "repeated":
        return InputError(f"'{agent}' lists '{label(fault.target, others)}' twice")
    if fault.kind == "unknown" and isinstance(fault.target, int | np.integer) and not isinstance(fault.target, bool):
        return InputError(f"'{agent}' lists number {fault.target}, which does not exist", remedy="numbers start at 0")
    if fault.kind == "unknown":
        return InputError(
            f"'{agent}' lists {fault.target!r}, which is not an integer", remedy="for names use from_lists"
        )
    return InputError(f"the ranks of '{agent}' are not 0, 1, 2, ... in some order")


def with_names(
    build: Callable[[], PreferenceLists], names: tuple[str, ...] | None, others: tuple[str, ...] | None
) -> PreferenceLists:
    """Build lists; turn a fault into an error that names the agents."""
    try:
        return build()
    except ListFault as fault:
        raise named_fault(fault, names, others) from None


def check_names(names: tuple[str, ...] | None, count: int, side: str) -> None:
    """Check that there is one label for each agent of a side, and that they differ."""
    if names is None:
        return
    if len(names) != count:
        raise InputError(f"{len(names)} names for {count} {side}")
    if len(set(names)) != count:
        seen: set[str] = set()
        twice = next(n for n in names if n in seen or seen.add(n))  # type: ignore[func-returns-value]
        raise InputError(f"two {side} are called '{twice}'")


def names_data(names: tuple[str, ...] | None, count: int) -> list[str] | int:
    """Return labels for a data tree, or how many agents there are."""
    return count if names is None else list(names)


def read_names(data: Mapping[str, Any]) -> tuple[tuple[str, ...] | None, int]:
    """Read what `names_data` returned, and how many agents there are."""
    names = data.get("names")
    if isinstance(names, int) and not isinstance(names, bool) and 0 <= names < 2**31:
        return None, names
    if isinstance(names, list | tuple) and all(isinstance(n, str) for n in names):
        return tuple(names), len(names)
    raise InputError("'names' is a list of text, or how many agents there are")
