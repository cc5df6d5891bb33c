from importlib.metadata import version

import numpy as np
import pytest

from gametheory import solve
from gametheory.limits import Budget, LimitReached
from gametheory.solution import Termination
from gametheory.strategic import StrategicGame
from gametheory.strategic.outside import TaskFailed, ask


def drawn(*shape, seed=0):
    random = np.random.default_rng(seed)
    return StrategicGame.from_arrays(*(random.integers(-9, 10, shape) for _ in shape))


def test_a_limit_stops_a_package_that_does_not_look_at_a_clock():
    # 2.7 million pairs of supports of equal size, a linear system for each.
    solution = solve(drawn(12, 12), method="nashpy:support_enumeration", seconds=0.5)
    assert solution.termination is Termination.LIMIT
    assert "0.5 seconds" in solution.message
    # The next question is answered by a new process.
    again = solve(drawn(2, 2), method="nashpy:support_enumeration", exact=True).require()
    assert again.certificate.ok
    assert again.provenance.versions["nashpy"] == version("nashpy")


def test_ctrl_c_stops_a_package_too():
    budget = Budget()
    budget.interrupted = True
    with pytest.raises(LimitReached, match="interrupted"):
        list(ask("nashpy", budget, payoffs=[[[1]], [[1]]], algorithm="support_enumeration"))


def test_what_a_package_raises_is_told_and_the_process_goes_on():
    with pytest.raises(TaskFailed, match="no_such_algorithm"):
        list(ask("nashpy", Budget(), payoffs=[[[1]], [[1]]], algorithm="no_such_algorithm"))
    assert list(ask("nashpy", Budget(), payoffs=[[[1]], [[1]]], algorithm="support_enumeration")) == [[[1.0], [1.0]]]


def test_pygambit_stops_at_a_limit():
    pytest.importorskip("pygambit")
    solution = solve(drawn(3, 3, 3, 3), method="pygambit:enumpoly", seconds=1)
    assert solution.termination is Termination.LIMIT
