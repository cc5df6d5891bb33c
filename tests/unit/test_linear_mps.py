from fractions import Fraction

import numpy as np
import pytest

from gametheory.errors import InputError
from gametheory.linear import LinearProgram
from gametheory.linear.exact import solve
from gametheory.linear.mps import read_mps, write_mps
from gametheory.solvers import Options

INF = np.inf

# The usual example of the format. ZTHREE = 7 + YTWO leaves cost 63 + XONE + 13 YTWO: 50 at (0, -1, 6).
FIXED = """\
* an example in fixed columns
NAME          TESTPROB
ROWS
 N  COST
 L  LIM1
 G  LIM2
 E  MYEQN
COLUMNS
    XONE      COST                 1   LIM1                 1
    XONE      LIM2                 1
    YTWO      COST                 4   LIM1                 1
    YTWO      MYEQN               -1
    ZTHREE    COST                 9   LIM2                 1
    ZTHREE    MYEQN                1
RHS
    RHS1      LIM1                 4   LIM2                 1
    RHS1      MYEQN                7
BOUNDS
 UP BND1      XONE                 4
 LO BND1      YTWO                -1
 UP BND1      YTWO                 1
ENDATA
"""


def read(tmp_path, text):
    path = tmp_path / "program.mps"
    path.write_text(text)
    return read_mps(path)


def bounds(lp):
    return list(zip(lp.lower.tolist(), lp.upper.tolist(), strict=True))


def sides(lp):
    return dict(zip(lp.row_names, zip(lp.row_lower.tolist(), lp.row_upper.tolist(), strict=True), strict=True))


def test_a_fixed_file(tmp_path):
    lp = read(tmp_path, FIXED)
    assert list(lp.column_names) == ["XONE", "YTWO", "ZTHREE"]
    assert lp.is_exact
    assert sides(lp) == {"LIM1": (-INF, 4), "LIM2": (1, INF), "MYEQN": (7, 7)}
    assert bounds(lp) == [(0, 4), (-1, 1), (0, INF)]
    answer = solve(lp, Options(exact=True)).answer
    assert answer.objective == 50
    assert answer.primal.tolist() == [0, -1, 6]


def test_names_with_blanks_in_a_fixed_file(tmp_path):
    lp = read(tmp_path, FIXED.replace("XONE  ", "X ONE ").replace("LIM1", "L M1"))
    assert list(lp.column_names) == ["X ONE", "YTWO", "ZTHREE"]
    assert sides(lp)["L M1"] == (-INF, 4)
    assert solve(lp, Options(exact=True)).answer.objective == 50


FREE = """\
NAME free
OBJSENSE
  MAX
ROWS
 N cost
 N watched
 E equal_up
 E equal_down
 L most
 G least
COLUMNS
 a cost 0.1 equal_up 1
 a watched 2
 b cost 1e-3 equal_down 1.5D0
 c most 1 least 1
 d most 1
 e least 1
 f least 1
 g least 1
RHS
 cost -7.25 equal_up 4
 equal_down 4
 most 5 least -1
RANGES
 R equal_up 2 equal_down -2
 R most -3 least 4
BOUNDS
 UP limits a -2
 FR b
 MI limits c
 FX limits d 1.25
 LO limits e 1
 UP limits e 3
 LO f -8
 UP f -1
 PL g
ENDATA
trailing text is not read
"""


def test_a_free_file_with_everything(tmp_path, caplog):
    lp = read(tmp_path, FREE)
    assert lp.sense == "max"
    assert lp.constant == Fraction(29, 4)
    assert lp.objective.tolist() == [Fraction(1, 10), Fraction(1, 1000), 0, 0, 0, 0, 0]
    assert sides(lp) == {
        "watched": (-INF, INF),
        "equal_up": (4, 6),
        "equal_down": (2, 4),
        "most": (2, 5),
        "least": (-1, 3),
    }
    assert bounds(lp) == [
        (-INF, -2),
        (-INF, INF),
        (-INF, INF),
        (Fraction(5, 4), Fraction(5, 4)),
        (1, 3),
        (-8, -1),
        (0, INF),
    ]
    assert "column 'a' has a negative upper bound" in caplog.text
    assert lp.matrix.to_dense()[2, 1] == Fraction(3, 2)


@pytest.mark.parametrize("word", ["OBJSENSE MAX", "OBJSENSE\n    MAXIMIZE", "OBJSENSE\n    max"])
def test_spellings_of_the_sense(tmp_path, word):
    assert read(tmp_path, FIXED.replace("ROWS", f"{word}\nROWS", 1)).sense == "max"


def test_a_named_objective(tmp_path):
    lp = read(tmp_path, FREE.replace("ROWS", "OBJNAME\n watched\nROWS", 1).replace("cost -7.25 ", ""))
    assert lp.objective.tolist()[0] == 2
    assert "cost" in lp.row_names


@pytest.mark.parametrize(
    ("old", "new", "place", "message"),
    [
        (" N  COST", " Q  COST", "4:2", "N, L, G or E"),
        (" L  LIM1", " L  COST", "5:5", "a second row 'COST'"),
        ("XONE      LIM2", "XONE      LIM9", "10:15", "no row 'LIM9'"),
        ("XONE      LIM2                 1", "XONE      LIM2                 l", "10:36", "'l' is not a number"),
        ("XONE      LIM2                 1", "XONE      LIM2               nan", "10:34", "not a number"),
        ("XONE      LIM2                 1", "XONE      LIM2", "10:15", "a row without a number"),
        ("XONE      LIM2", "XONE      LIM1", "10:15", "a second entry"),
        ("RHS1      MYEQN                7", "RHS1      LIM1                 7", "17:15", "a second right-hand side"),
        ("UP BND1      XONE", "UX BND1      XONE", "19:2", "not a type of bound"),
        ("UP BND1      XONE", "BV BND1      XONE", "19:2", "integer column"),
        ("UP BND1      XONE", "UP BND1      XTEN", "19:15", "no column 'XTEN'"),
        ("UP BND1      XONE                 4", "UP", "19:2", "a type, a column and a number"),
        ("BOUNDS", "BOUND", "18:1", "'BOUND' is not a section"),
        ("RHS\n", "ROWS\n", "15:1", "a second section ROWS"),
        ("ENDATA", "", "21:1", "without ENDATA"),
        ("ROWS", "OBJSENSE\n    MIDDLE\nROWS", "4:5", "MIN or MAX"),
        ("COLUMNS", "COLUMNS\n    M1 'MARKER' 'INTORG'", "9:5", "integer columns"),
        ("NAME          TESTPROB", "    XONE      COST    1", "2:5", "before the first section"),
    ],
)
def test_errors_name_the_place(tmp_path, old, new, place, message):
    with pytest.raises(InputError, match=message) as caught:
        read(tmp_path, FIXED.replace(old, new, 1))
    assert caught.value.place == f"{tmp_path / 'program.mps'}:{place}"


def test_files_that_are_none(tmp_path):
    with pytest.raises(InputError, match="without ENDATA"):
        read(tmp_path, "")
    with pytest.raises(InputError, match="cannot be read"):
        read_mps(tmp_path / "nowhere.mps")
    (tmp_path / "binary.mps").write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(InputError, match="not text"):
        read_mps(tmp_path / "binary.mps")


def test_writing_what_a_file_cannot_hold(tmp_path):
    path = tmp_path / "program.mps"
    with pytest.raises(InputError, match="1/3 has no finite decimal"):
        write_mps(LinearProgram.build("min", ["1/3"]), path)
    with pytest.raises(InputError, match="cross"):
        write_mps(LinearProgram.build("min", [1], between=([[1]], [3], [2])), path)
    with pytest.raises(InputError, match="differ in blanks only"):
        write_mps(LinearProgram.build("min", [1, 1], column_names=["a b", "a_b"]), path)
    assert not path.exists()


def test_written_names_and_objective(tmp_path):
    path = tmp_path / "program.mps"
    lp = LinearProgram.build("max", [1, 0], at_most=([[1, 2]], [3]), row_names=["objective"], column_names=["a b", "c"])
    write_mps(lp, path)
    again = read_mps(path)
    assert list(again.row_names) == ["objective"]
    assert list(again.column_names) == ["a_b", "c"]
    assert solve(again, Options(exact=True)).answer.objective == 3


def test_another_reader_reads_the_same_program(tmp_path):
    import highspy

    lp = LinearProgram.build(
        "max",
        [1.5, -2, 3, 0.25],
        between=([[1, 1, 1, 0], [0, 1, -1, 2], [1, 0, 0, 1]], [None, 2, -3], [4, 2, 6]),
        lower=[0, None, -1, -5],
        upper=[2, 3, 1.5, -1],
        constant=10,
    ).to_float()
    path = tmp_path / "program.mps"
    write_mps(lp, path)
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    assert highs.readModel(str(path)) == highspy.HighsStatus.kOk
    highs.run()
    assert highs.getInfo().objective_function_value == pytest.approx(float(solve(lp, Options()).answer.objective))
