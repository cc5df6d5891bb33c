from fractions import Fraction

import numpy as np
import pytest
import scipy.sparse

from gametheory.errors import InputError, UsageError
from gametheory.linear import LazyNames, LinearProgram, SparseMatrix


def random_pair(seed, rows=7, columns=5):
    rng = np.random.default_rng(seed)
    row, column = rng.integers(0, rows, 30), rng.integers(0, columns, 30)
    data = rng.integers(-4, 5, 30).astype(float)
    dense = np.zeros((rows, columns))
    np.add.at(dense, (row, column), data)
    return SparseMatrix.from_coo(row, column, data, (rows, columns)), dense


@pytest.mark.parametrize("seed", range(5))
def test_matrix_agrees_with_numpy(seed):
    matrix, dense = random_pair(seed)
    rng = np.random.default_rng(seed + 100)
    x, y = rng.normal(size=5), rng.normal(size=7)
    assert np.array_equal(matrix.to_dense(), dense)
    assert len(matrix.data) == np.count_nonzero(dense)
    assert np.allclose(matrix.dot(x), dense @ x)
    assert np.allclose(matrix.transpose_dot(y), dense.T @ y)
    assert np.array_equal(matrix.transpose().to_dense(), dense.T)
    chosen = rng.integers(0, 7, 4)
    assert np.array_equal(matrix.take_rows(chosen).to_dense(), dense[chosen])
    assert np.array_equal(matrix.stack(matrix).to_dense(), np.vstack((dense, dense)))
    assert np.array_equal(matrix.to_scipy().toarray(), dense)
    assert np.array_equal(SparseMatrix.from_scipy(scipy.sparse.coo_matrix(dense)).to_dense(), dense)
    assert np.array_equal(SparseMatrix.from_dense(dense).to_dense(), dense)


@pytest.mark.parametrize("size", [1, 2**31, 2**70])
def test_exact_products_agree_with_fractions(size):
    rng = np.random.default_rng(3)
    dense = np.empty((6, 4), dtype=object)
    dense[:] = [
        [Fraction(int(v) * size, int(d)) for v, d in zip(rng.integers(-3, 4, 4), rng.integers(1, 9, 4), strict=True)]
        for _ in range(6)
    ]
    matrix = SparseMatrix.from_dense(dense)
    x = np.array([Fraction(1, 3), Fraction(-5, 7), Fraction(0), Fraction(2 * size)], dtype=object)
    y = np.array([Fraction(int(v), 11) for v in rng.integers(-5, 6, 6)], dtype=object)
    assert matrix.dot(x).tolist() == [sum((a * b for a, b in zip(row, x, strict=True)), Fraction(0)) for row in dense]
    assert matrix.transpose_dot(y).tolist() == [
        sum((a * b for a, b in zip(column, y, strict=True)), Fraction(0)) for column in dense.T
    ]
    assert all(isinstance(v, Fraction) for v in matrix.dot(x))


def test_products_without_a_common_denominator(monkeypatch):
    from gametheory.linear import rational

    monkeypatch.setattr(rational, "COMMON_DENOMINATOR_BITS", 2)
    matrix = SparseMatrix.from_dense([["1/3", 2], [0, 0]])
    x = np.array([Fraction(1, 7), Fraction(1, 5)], dtype=object)
    assert matrix.dot(x).tolist() == [Fraction(1, 21) + Fraction(2, 5), 0]
    assert matrix.transpose_dot(x).tolist() == [Fraction(1, 21), Fraction(2, 7)]
    assert rational.inner(x, x) == Fraction(1, 49) + Fraction(1, 25)


def test_float_stands_for_its_shortest_decimal():
    assert SparseMatrix.from_dense([[0.1, 0.25]]).to_exact().data.tolist() == [Fraction(1, 10), Fraction(1, 4)]


@pytest.mark.parametrize(
    ("indptr", "indices", "data", "shape", "message"),
    [
        ([0, 2], [0, 0], [1.0, 2.0], (1, 2), "increase"),
        ([0, 1], [2], [1.0], (1, 2), "outside"),
        ([0, 2], [0], [1.0], (1, 2), "rise"),
        ([0], [0], [1.0], (1, 2), "agree"),
        ([0, 1], [0], [float("nan")], (1, 2), "NaN"),
        ([0, 1], [0.5], [1.0], (1, 2), "integers"),
    ],
)
def test_bad_matrices_are_refused(indptr, indices, data, shape, message):
    with pytest.raises(InputError, match=message):
        SparseMatrix(np.array(indptr), np.array(indices), np.array(data), shape)


def test_arrays_of_a_form_cannot_change():
    costs = np.array([1.0, 2.0])
    lp = LinearProgram.build("min", costs, at_least=([[1.0, 1.0]], [1.0]))
    costs[0] = 5
    assert lp.objective[0] == 1
    for array in (lp.objective, lp.lower, lp.row_upper, lp.matrix.data):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 9


def test_one_exact_array_makes_a_program_exact():
    lp = LinearProgram.build("min", [0.1, 2.0], at_least=([["1/3", 1]], [None]), upper=[None, 4.5])
    assert lp.is_exact
    assert lp.objective.tolist() == [Fraction(1, 10), Fraction(2)]
    assert lp.upper.tolist() == [np.inf, Fraction(9, 2)]
    assert lp.row_lower.tolist() == [-np.inf]
    assert not LinearProgram.build("min", [0.1, 2.0]).is_exact


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"sense": "maximum"}, "'min' or 'max'"),
        ({"objective": [1.0, float("inf")]}, "infinity"),
        ({"lower": [float("inf"), 0.0]}, "no lower bound"),
        ({"upper": [float("nan"), 0.0]}, "NaN"),
        ({"upper": [1.0]}, "bounds are needed"),
        ({"row_names": ["a", "a"]}, "two rows are named 'a'"),
        ({"column_names": ["a"]}, "1 names for 2 columns"),
        ({"column_names": ["a", ""]}, "not a name"),
    ],
)
def test_bad_programs_are_refused(changes, message):
    arguments = {"sense": "min", "objective": [1.0, 2.0], "equal": (np.eye(2), [1.0, 1.0])} | changes
    with pytest.raises(InputError, match=message):
        LinearProgram.build(**arguments)


def test_names():
    lp = LinearProgram.build("min", [1, 2], equal=([[1, 1]], [3]), column_names=["left", "right"])
    assert lp.column("right") == 1
    assert list(lp.row_names) == ["r0"]
    with pytest.raises(UsageError, match="did you mean 'right'"):
        lp.column("rigth")
    lazy = LazyNames(10**9, lambda place: f"n{place}")
    assert lazy[-1] == "n999999999"
    assert lazy[2:4] == ["n2", "n3"]


def trees_agree(left, right):
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(trees_agree(left[k], right[k]) for k in left)
    if isinstance(left, np.ndarray):
        return left.dtype == right.dtype and left.tolist() == right.tolist()
    return left == right and type(left) is type(right)


def as_json(tree):
    if isinstance(tree, dict):
        return {k: as_json(v) for k, v in tree.items()}
    if isinstance(tree, np.ndarray | list):
        return [as_json(v) for v in (tree.tolist() if isinstance(tree, np.ndarray) else tree)]
    return str(tree) if isinstance(tree, Fraction) else tree


@pytest.mark.parametrize("exact", [True, False])
def test_program_survives_json(exact):
    lp = LinearProgram.build(
        "max",
        [1.5, 2.0, 0.0],
        between=([[1.0, 0.0, 2.0], [0.5, 1.0, 0.0]], [None, 1.0], [3.0, 4.0]),
        upper=[1.0, None, 2.0],
        lower=None,
        row_names=["a", "b"],
        constant=0.5,
    )
    lp = lp.to_exact() if exact else lp
    again = LinearProgram.from_data(as_json(lp.to_data()))
    assert trees_agree(again.to_data(), lp.to_data())
    assert trees_agree(LinearProgram.from_data(lp.to_data()).to_data(), lp.to_data())


@pytest.mark.parametrize(
    "broken",
    [
        None,
        {},
        {"objective": "x"},
        {"objective": [[1.0]]},
        {"objective": ["one", 2.0]},
        {"matrix": [1]},
        {"matrix": {"shape": [1]}},
        {"matrix": {"shape": [1, 2], "indptr": [0, "a"], "indices": [0, 1], "data": [1.0, 1.0]}},
        {"matrix": {"shape": [1, 2], "indptr": [0, 2], "indices": [0, 1], "data": [[1.0], 1.0]}},
        {"row_lower": "x"},
        {"row_lower": [True]},
        {"lower": [0.0, [1.0]]},
        {"sense": 3},
        {"constant": None},
        {"row_names": 3},
        {"row_names": [3]},
    ],
)
def test_malformed_data_is_refused(broken):
    data = LinearProgram.build("min", [1.0, 2.0], at_least=([[1.0, 1.0]], [1.0])).to_data()
    data = broken if not broken else data | broken
    with pytest.raises(InputError):
        LinearProgram.from_data(data)


def test_number_outside_the_floats_is_not_rounded():
    lp = LinearProgram.build("min", ["1e-390"])
    with pytest.raises(InputError, match="too small"):
        lp.to_float()
    with pytest.raises(InputError, match="too large"):
        LinearProgram.build("min", ["1e390"]).to_float()
