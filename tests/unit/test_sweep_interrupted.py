"""A sweep whose process is killed at random moments, and a sweep over a cluster."""

import random
import signal
import subprocess
import sys
import time

import pytest

import gametheory as gt
from gametheory.sweeps import files

xarray = pytest.importorskip("xarray")

SLOW = '''
import time

from gametheory import EquilibriumSystem, Model, Number, Root, parameter


class Slow(Model):
    """x^2 = square, taking its time."""

    name = "slow"
    square: Number = parameter(1, ge=1)

    def run(self, engine):
        time.sleep(0.01)
        system = EquilibriumSystem(
            unknowns=("x",), residuals=("x**2 - square",), constants={"square": float(self.square)}
        )
        return engine.certify(system, Root({"x": float(self.square) ** 0.5}), method="closed_form")

    def report(self, solution):
        return {"x": solution.answer.values["x"]}
'''

CHILD = """
import sys
import gametheory as gt
model, output = sys.argv[1:]
gt.sweep(model, square="1:2:2", output=output + ".warm.nc", overwrite=True)
print("ready", flush=True)
gt.sweep(model, square="0:499:500", output=output, resume=True, chunk_size=4, workers=1)
print("done", flush=True)
"""


@pytest.fixture
def slow(tmp_path):
    path = tmp_path / "slow.py"
    path.write_text(SLOW)
    return str(path)


@pytest.mark.slow
def test_killed_at_ten_random_moments_it_ends_with_the_same_data(slow, tmp_path):
    moments = random.Random(20)
    path = tmp_path / "killed.nc"
    for _ in range(10):
        child = subprocess.Popen([sys.executable, "-c", CHILD, slow, str(path)], stdout=subprocess.PIPE, text=True)
        assert child.stdout.readline() == "ready\n"
        time.sleep(moments.uniform(0, 0.5))
        child.send_signal(signal.SIGKILL)
        child.communicate()
        assert child.returncode == -signal.SIGKILL
        assert not path.exists()
    kept = len(list(tmp_path.glob("killed.nc.chunks/chunk-*.json")))
    assert 0 < kept < 125
    resumed = gt.sweep(slow, square="0:499:500", output=path, resume=True, chunk_size=4, workers=2)
    whole = gt.sweep(slow, square="0:499:500", chunk_size=4, workers=2)
    xarray.testing.assert_identical(resumed, whole)
    xarray.testing.assert_identical(files.read(path), whole)
    # The square root is the second source; 0 is out of bounds.
    assert whole.x.values[1:].tolist() == [k**0.5 for k in range(1, 500)]
    assert whole.attrs["failed"] == 1
    assert not list(tmp_path.glob("killed.nc.chunks"))


@pytest.mark.slow
def test_a_cluster_gives_the_same_and_survives_a_death(slow, tmp_path):
    distributed = pytest.importorskip("distributed")
    import dask

    deadly = tmp_path / "deadly.py"
    deadly.write_text(SLOW.replace("time.sleep(0.01)", "import os; self.square == 7 and os._exit(1)"))
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 0}),
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
    ):
        ours = gt.sweep(slow, square="0:19:20", cluster=cluster.scheduler_address, chunk_size=3)
        died = gt.sweep(str(deadly), square="0:19:20", cluster=cluster, chunk_size=3)
    alone = gt.sweep(slow, square="0:19:20", chunk_size=3, workers=1)
    xarray.testing.assert_identical(ours, alone)
    xarray.testing.assert_identical(died.drop_sel(square=7).x, alone.drop_sel(square=7).x)
    assert "worker process ended" in str(died.error.sel(square=7).values)
    assert died.attrs["failed"] == 2


def test_no_cluster_answers(slow, monkeypatch):
    pytest.importorskip("distributed")
    from gametheory.sweeps import cluster

    monkeypatch.setattr(cluster, "PATIENCE", 1)
    with pytest.raises(gt.UsageError, match="no cluster answers"):
        gt.sweep(slow, square=[1, 2], cluster="tcp://127.0.0.1:9")
    with pytest.raises(gt.UsageError, match="no cluster answers"):
        gt.sweep(slow, square=[1, 2], cluster="nowhere")
    with pytest.raises(gt.UsageError, match="contradict"):
        gt.sweep(slow, square=[1, 2], cluster="tcp://127.0.0.1:9", workers=2)
