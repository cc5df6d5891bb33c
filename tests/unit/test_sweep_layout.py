import json

import numpy as np

from gametheory.sweeps.layout import columns_of


def arranged(*values):
    """Arrange one result over some points; None is a point that failed."""
    columns = columns_of([{} if value is None else {"x": value} for value in values])
    return {column.name: column for column in columns}


def test_scalars_keep_their_kind_unless_some_are_undefined():
    assert arranged(1, 2)["x"].values.dtype == np.int64
    assert arranged(True, False)["x"].values.dtype == bool
    assert arranged(1, 2.5)["x"].values.tolist() == [1.0, 2.5]
    assert np.array_equal(arranged(True, None)["x"].values, [1.0, np.nan], equal_nan=True)
    assert arranged(True, None)["x"].is_boolean and not arranged(True, False)["x"].is_boolean
    assert not arranged(1, None)["x"].is_boolean
    assert arranged("a", None)["x"].values.tolist() == ["a", ""]
    assert json.loads(arranged(10**30, 1)["x"].values[0]) == 10**30
    assert arranged("1/3", 2)["x"].values.tolist() == ["1/3", "2"]


def test_rectangular_lists_get_axes_and_ragged_ones_are_kept_as_json():
    table = arranged([[1.0, None], [3.0, 4.0]], None)["x"]
    assert table.values.shape == (2, 2, 2)
    assert np.array_equal(table.values[0], [[1.0, np.nan], [3.0, 4.0]], equal_nan=True)
    assert np.isnan(table.values[1]).all()
    ragged = arranged([[-2, -2]], [[0, 0], [-1, -2]], None)["x"]
    assert ragged.is_json
    assert [json.loads(text) for text in ragged.values[:2]] == [[[-2, -2]], [[0, 0], [-1, -2]]]
    assert ragged.values[2] == ""
    assert json.loads(arranged([[1], [2, 3]])["x"].values[0]) == [[1], [2, 3]]
    assert arranged([], [])["x"].is_json


def test_tables_get_labels_and_records_become_variables():
    table = arranged({"lb": 1.0, "hb": 2.0}, {"lb": 3.0})["x"]
    assert table.labels == (("lb", "hb"),)
    assert np.array_equal(table.values, [[1.0, 2.0], [3.0, np.nan]], equal_nan=True)
    deep = arranged({"mean": [1.0, 2.0], "error": [0.1, 0.2]})["x"]
    assert deep.labels == (("mean", "error"), None)
    assert deep.values.tolist() == [[[1.0, 2.0], [0.1, 0.2]]]
    record = arranged({"ok": True, "reasons": []}, {"ok": False, "reasons": ["a", "b"]})
    assert record["x.ok"].values.tolist() == [True, False]
    mixed = arranged({"rule": "first", "count": 3}, {"rule": "last", "count": 4})
    assert mixed["x.count"].values.tolist() == [3, 4] and mixed["x.rule"].values.tolist() == ["first", "last"]
    assert arranged({"a": "1/3", "b": 2}, {"a": 1, "b": "0.5e-7"})["x"].labels == (("a", "b"),)
    assert json.loads(record["x.reasons"].values[1]) == ["a", "b"]


def test_a_verdict_keeps_its_name_where_nothing_speaks_against_it():
    refuted = arranged({"ok": False, "deviation": {"to": 1, "gain": 2}}, {"ok": True, "deviation": None})
    upheld = arranged({"ok": True, "deviation": None}, {"ok": True, "deviation": None})
    assert set(refuted) == set(upheld) == {"x.ok", "x.deviation"}
    assert upheld["x.ok"].values.tolist() == [True, True] and upheld["x.ok"].values.dtype == bool
    assert np.isnan(upheld["x.deviation"].values).all()
    assert arranged({"a": True, "b": False}, {"a": True, "b": None})["x"].labels == (("a", "b"),)


def test_what_is_of_different_kinds_at_different_points_is_kept_whole():
    held = arranged(1.5, "infinite", [1])["x"]
    assert [json.loads(text) for text in held.values] == [1.5, "infinite", [1]]
    assert np.isnan(arranged(None, None).get("x", type("", (), {"values": np.nan})).values).all()
