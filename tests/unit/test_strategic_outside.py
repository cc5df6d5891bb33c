import gc
import io
import os
import queue
import signal
import subprocess
import sys
import threading
from importlib.metadata import version

import numpy as np
import pytest

from gametheory import solve
from gametheory.errors import RefusedError
from gametheory.limits import Budget, LimitReached
from gametheory.solution import Termination
from gametheory.strategic import StrategicGame, outside
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


def test_one_line_is_told_of_what_a_package_says():
    # With one strategy of the first player, nashpy asks qhull for a polytope of one dimension, which explains itself.
    with pytest.raises(TaskFailed, match="dimension") as failure:
        list(ask("nashpy", Budget(), payoffs=[[[1, 2, 3]], [[3, 3, 1]]], algorithm="vertex_enumeration"))
    assert "\n" not in str(failure.value)


@pytest.mark.parametrize("shape", [(1, 1), (1, 3), (3, 1)])
def test_nashpy_is_not_asked_for_what_it_cannot_do_with_one_strategy(shape):
    # Its Lemke-Howson method goes round in circles or raises there, its vertices have no dimension.
    game = StrategicGame.from_arrays(*np.ones((2, *shape), dtype=int))
    for algorithm in ("lemke_howson", "vertex_enumeration"):
        with pytest.raises(RefusedError, match="one strategy"):
            solve(game, method=f"nashpy:{algorithm}", seconds=5)
    for method in ("lemke_howson", "nashpy:support_enumeration"):
        assert solve(game, method=method, exact=True).require().certificate.ok


def test_pygambit_stops_at_a_limit():
    pytest.importorskip("pygambit")
    solution = solve(drawn(3, 3, 3, 3), method="pygambit:enumpoly", seconds=1)
    assert solution.termination is Termination.LIMIT


@pytest.fixture
def started(monkeypatch):
    """Hold the processes that a test starts; none is running when it begins."""
    processes = []

    class Recorded(subprocess.Popen):
        def __init__(self, *given, **named):
            super().__init__(*given, **named)
            processes.append(self)

    monkeypatch.setattr(subprocess, "Popen", Recorded)
    monkeypatch.setattr(outside, "_held", threading.local())
    return processes


def of_one_profile():
    return list(ask("nashpy", Budget(), payoffs=[[[1]], [[1]]], algorithm="support_enumeration"))


@pytest.mark.parametrize("method", ["nashpy:lemke_howson", "nashpy:support_enumeration", "pygambit:lcp"])
def test_one_process_answers_one_question_after_another(method, started):
    pytest.importorskip(method.split(":")[0])
    for _ in range(3):
        solve(drawn(2, 2), method=method, exact=True).require()
    assert len(started) == 1


def test_a_thread_takes_its_process_with_it(started):
    for _ in range(2):
        thread = threading.Thread(target=of_one_profile)
        thread.start()
        thread.join()
    gc.collect()
    assert len(started) == 2
    assert all(process.returncode is not None for process in started)  # nothing is left, not even to be waited for


def test_two_questions_at_once_do_not_hear_each_others_answers():
    # An equilibrium in each of the first three strategies; of the second game, in the others of two.
    one = ask("nashpy", Budget(), payoffs=[np.eye(3).tolist()] * 2, algorithm="support_enumeration")
    two = ask("nashpy", Budget(), payoffs=[[[0, 1], [1, 0]]] * 2, algorithm="support_enumeration")
    assert next(one) == [[1, 0, 0], [1, 0, 0]]
    assert next(two) == [[1, 0], [0, 1]]
    assert next(one) == [[0, 1, 0], [0, 1, 0]]
    assert next(two) == [[0, 1], [1, 0]]
    assert (len(list(one)), len(list(two))) == (5, 1)


def test_a_process_that_dies_is_told_and_replaced(started):
    asked = ask("nashpy", Budget(), payoffs=[np.eye(12).tolist()] * 2, algorithm="support_enumeration")
    next(asked)
    started[0].send_signal(signal.SIGTERM)
    with pytest.raises(TaskFailed, match="its process ended"):
        list(asked)
    assert of_one_profile() == [[[1.0], [1.0]]]
    started[1].kill()
    started[1].wait()
    assert of_one_profile() == [[[1.0], [1.0]]]
    assert len(started) == 3


def test_half_a_reply_is_none():
    replies = queue.SimpleQueue()
    outside._read(io.StringIO('{"found": 1}\n{"fou'), replies)
    assert [replies.get_nowait(), replies.get_nowait()] == ['{"found": 1}\n', None]


@pytest.mark.parametrize("executable", [None, "", "/no/such/python"])
def test_where_no_process_can_be_started_it_is_said(executable, started, monkeypatch):
    monkeypatch.setattr(sys, "executable", executable)
    solution = solve(drawn(2, 2), method="nashpy:support_enumeration")
    assert solution.termination is Termination.FAILED
    assert "no process can be started" in solution.message


def test_a_process_starts_in_a_folder_that_is_gone_and_beside_paths_that_are_no_text(tmp_path):
    code = f"""
import os, pathlib, sys
sys.path[:0] = ["", pathlib.Path("/")]
os.chdir({str(tmp_path)!r})
os.rmdir({str(tmp_path)!r})
from gametheory.limits import Budget
from gametheory.strategic.outside import ask
print(list(ask("nashpy", Budget(), payoffs=[[[1]], [[1]]], algorithm="support_enumeration")))
"""
    environment = {**os.environ, "PYTHONIOENCODING": "utf-16"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr.decode("utf-16", errors="replace")
    assert done.stdout.decode("utf-16").strip() == "[[[1.0], [1.0]]]"


@pytest.mark.skipif(not outside.OWN_GROUP, reason="a process is ended with its group only")
def test_ctrl_c_while_a_process_begins_prints_no_traceback():
    # A terminal sends Ctrl-C to all processes in its foreground, and packages take a second to load.
    code = """
import os, signal, threading
from gametheory.limits import Budget, LimitReached
from gametheory.strategic.outside import ask
budget = Budget()
with budget.watching_interrupt():
    threading.Timer(0.2, os.killpg, (0, signal.SIGINT)).start()
    try:
        payoffs = [[float(i == j) for j in range(12)] for i in range(12)]  # takes minutes
        list(ask("nashpy", budget, payoffs=[payoffs, payoffs], algorithm="support_enumeration"))
    except LimitReached as reached:
        print(reached)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, start_new_session=True, check=False
    )
    assert "Traceback" not in done.stderr
    assert done.stdout.strip() == "interrupted"
