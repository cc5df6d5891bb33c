"""What a sweep leaves on disk: chunks, the finished file, and nothing else."""

import importlib
from fractions import Fraction

import pytest

import gametheory as gt
from gametheory.errors import UsageError

xarray = pytest.importorskip("xarray")

from gametheory.sweeps import chunks, files, run  # noqa: E402
from gametheory.sweeps.reference import digest_of_source  # noqa: E402


def test_one_process_writes_to_a_folder(tmp_path):
    folder = tmp_path / "out.nc.chunks"
    first, second = chunks.Store(folder, {"a": 1}), chunks.Store(folder, {"a": 1})
    first.open(resume=False)
    with pytest.raises(UsageError, match="another process"):
        second.open(resume=True)
    with pytest.raises(UsageError, match="another process"):
        second.open(resume=False, overwrite=True)
    second.remove()
    assert (folder / chunks.MANIFEST).exists()
    first.close()
    second.open(resume=True)
    second.remove()
    assert not folder.exists()


def test_files_of_others_are_never_deleted(tmp_path):
    folder = tmp_path / "out.nc.chunks"
    folder.mkdir()
    (folder / "thesis.tex").write_text("years of work")
    for overwrite in (False, True):
        with pytest.raises(UsageError, match=r"'thesis\.tex', which no sweep put there"):
            chunks.Store(folder, {"a": 1}).open(resume=False, overwrite=overwrite)
    assert [path.name for path in folder.iterdir()] == ["thesis.tex"]


def test_a_sweep_that_ended_meanwhile_is_not_written_over(entry_file, tmp_path, monkeypatch):
    """Between looking for the file and holding the folder, another process finishes another sweep there."""
    path = tmp_path / "out.nc"
    opened = chunks.Store.open

    def late(store, **options):
        with monkeypatch.context() as patch:
            patch.setattr(chunks.Store, "open", opened)
            gt.sweep(str(entry_file), duopoly=[1, 2, 3], output=path)
        opened(store, **options)

    with monkeypatch.context() as patch:
        patch.setattr(chunks.Store, "open", late)
        with pytest.raises(UsageError, match="exists"):
            gt.sweep(str(entry_file), duopoly=[1, 2], output=path)
    assert files.read(path).sizes["duopoly"] == 3
    assert not list(tmp_path.glob("*.chunks"))


def test_a_full_disk_is_said_and_what_is_solved_is_kept(entry_file, tmp_path, monkeypatch):
    path = tmp_path / "out.nc"

    def full(dataset, path, **options):
        path.write_bytes(b"half of it")
        raise RuntimeError("NetCDF: HDF error")

    with monkeypatch.context() as patch:
        patch.setattr(xarray.Dataset, "to_netcdf", full)
        with pytest.raises(UsageError, match=r"cannot write .*HDF error") as caught:
            gt.sweep(str(entry_file), duopoly=[1, 2], output=path)
    assert "--resume" in caught.value.remedy
    assert sorted(p.name for p in tmp_path.glob("out.nc.chunks/*")) == [
        "chunk-00000000.json",
        "chunk-00000001.json",
        "lock",
        "manifest.json",
    ]
    assert gt.sweep(str(entry_file), duopoly=[1, 2], output=path, resume=True).sizes["duopoly"] == 2

    def nothing(beside, data):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(type(path), "write_bytes", nothing)
        with pytest.raises(UsageError, match="No space left"):
            gt.sweep(str(entry_file), duopoly=[1, 2], output=tmp_path / "other.nc")
    assert not list(tmp_path.glob("other*"))


@pytest.mark.parametrize("suffix", [".nc", ".parquet", ".csv"])
def test_what_is_written_is_what_is_returned(tmp_path, suffix):
    path = tmp_path / f"out{suffix}"
    design = {"rho_d": [0, Fraction(1, 3), 2], "formulas": "first_principles,published"}
    found = gt.sweep("front_running", design, output=path)
    xarray.testing.assert_identical(files.read(path), found)
    assert not path.with_name(path.name + ".chunks").exists()
    again = gt.sweep("front_running", design, output=path, resume=True)
    xarray.testing.assert_identical(again, found)
    with pytest.raises(UsageError, match="exists"):
        gt.sweep("front_running", design, output=path)
    with pytest.raises(UsageError, match="not the result of this sweep"):
        gt.sweep("front_running", {**design, "q_D": [0.5]}, output=path, resume=True)
    other = gt.sweep("front_running", {**design, "q_D": [0.5]}, output=path, overwrite=True)
    assert other.sizes["q_D"] == 1


@pytest.mark.parametrize("suffix", [".nc", ".parquet", ".csv"])
def test_a_truth_that_is_undefined_somewhere_stays_one(entry_file, tmp_path, suffix):
    path = tmp_path / f"out{suffix}"
    found = gt.sweep(str(entry_file), {"monopoly": [-1, 4], "duopoly": [-1, 1]}, output=path)
    assert found.enters.values.tolist()[1] == [0, 1] and found.enters.isnull().values.tolist()[0] == [True, True]
    assert found.enters.attrs["meaning"] == "1 is true, 0 is false"
    xarray.testing.assert_identical(files.read(path), found)
    if suffix == ".csv":
        rows = [line.split(",")[-2:] for line in path.read_text().splitlines()]
        assert [row[0] for row in rows] == ['"enters"', "", "", "false", "true"]
    if suffix == ".parquet":
        import pandas

        assert pandas.read_parquet(path).enters.tolist() == [None, None, False, True]


def test_a_table_has_one_row_by_point(tmp_path):
    import csv

    path = tmp_path / "out.csv"
    gt.sweep("front_running", rho_d=[0, 2], results=["branch", "loss_A"], output=path)
    first, second = csv.DictReader(path.read_text().splitlines())
    assert (first["rho_d"], first["branch"], first["loss_A[0,0]"], first["error"]) == ("0", "CTS>BP", "0", "")
    assert second["branch"] == "" == second["loss_A[2,2]"]
    assert "rho_d" in second["error"]


class Stopped(BaseException):
    """Stands for the end of the process."""


@pytest.mark.parametrize("suffix", [".nc", ".csv"])
@pytest.mark.parametrize("stage", ["first chunk", "fourth chunk", "file", "folder"])
def test_a_sweep_stopped_at_any_stage_is_resumed(entry_file, tmp_path, monkeypatch, stage, suffix):
    path, design = tmp_path / f"out{suffix}", {"duopoly": "-1:1:21"}
    whole = gt.sweep(str(entry_file), design, output=tmp_path / f"whole{suffix}", chunk_size=3)
    left = {"first chunk": 1, "fourth chunk": 4}.get(stage, 0)
    put, calls = chunks.Store.put, []

    def stopping(self, index, block):
        calls.append(index)
        if len(calls) == left:
            (self.folder / f"chunk-{index:08d}.json").write_text('[{"termination"')  # as if half written
            raise Stopped
        put(self, index, block)

    def stop(*arguments):
        raise Stopped

    with monkeypatch.context() as patch:
        patch.setattr(chunks.Store, "put", stopping)
        if stage == "file":
            patch.setattr(files, "_write_netcdf" if suffix == ".nc" else "_write_csv", stop)
        if stage == "folder":
            patch.setattr(chunks.Store, "remove", stop)
        with pytest.raises(Stopped):
            gt.sweep(str(entry_file), design, output=path, chunk_size=3)
    assert path.exists() == (stage == "folder")
    with pytest.raises(UsageError, match="overwrite"):
        gt.sweep(str(entry_file), design, output=path, chunk_size=3)
    solved = []
    monkeypatch.setattr(run, "run_chunk", lambda *a, _run=run.run_chunk: solved.append(a[2].start) or _run(*a))
    resumed = gt.sweep(str(entry_file), design, output=path, chunk_size=3, resume=True)
    assert len(solved) == {"first chunk": 7, "fourth chunk": 4}.get(stage, 0)
    xarray.testing.assert_identical(resumed, whole)
    xarray.testing.assert_identical(files.read(path), whole)
    assert not list(tmp_path.glob("*.chunks"))


def test_chunks_of_another_sweep_are_never_mixed_in(entry_file, tmp_path, monkeypatch):
    path = tmp_path / "out.nc"

    def stop(*arguments):
        raise Stopped

    with monkeypatch.context() as patch:
        patch.setattr(files, "write", stop)
        with pytest.raises(Stopped):
            gt.sweep(str(entry_file), duopoly=[1, 2], output=path)
    for change in ({"duopoly": [1, 3]}, {"exact": True}, {"parameters": {"war": -2}}, {"seed": 1}):
        with pytest.raises(UsageError, match="holds another sweep: its") as caught:
            gt.sweep(str(entry_file), **{"duopoly": [1, 2], "output": path, "resume": True, **change})
        assert "overwrite" in caught.value.remedy
    entry_file.write_text(entry_file.read_text().replace('== "in"', '== "out"'))
    with pytest.raises(UsageError, match="its source is"):
        gt.sweep(str(entry_file), duopoly=[1, 2], output=path, resume=True)
    assert gt.sweep(str(entry_file), duopoly=[1, 3], output=path, overwrite=True).sizes["duopoly"] == 2


def test_a_package_with_another_file_is_another_model(entry_file, tmp_path, monkeypatch):
    folder = tmp_path / "twofold"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "rule.py").write_text("FIGHTS = True")
    entry_file.rename(folder / "model.py")
    monkeypatch.syspath_prepend(tmp_path)
    model = importlib.import_module("twofold.model").EntryDeterrence
    told = digest_of_source(model)
    assert told == digest_of_source(model)
    (folder / "rule.py").write_text("FIGHTS = False")
    assert digest_of_source(model) != told


def test_a_drawn_sweep_is_resumed_with_its_seed(entry_file, tmp_path):
    path = tmp_path / "out.parquet"
    first = gt.sweep(str(entry_file), duopoly="-1:1", random=5, output=path)
    again = gt.sweep(str(entry_file), duopoly="-1:1", random=5, output=path, resume=True)
    xarray.testing.assert_identical(first, again)
    assert first.sizes == {"point": 5}
    assert first.enters.values.tolist() == [d > 0 for d in first.duopoly.values]
    seeded = gt.sweep(str(entry_file), duopoly="-1:1", random=5, seed=int(first.attrs["seed"]))
    assert seeded.duopoly.values.tolist() == first.duopoly.values.tolist()
