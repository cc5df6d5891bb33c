"""What the paper prints: the rows of its tables and the items it numbers."""

from __future__ import annotations

from dataclasses import dataclass

STATEMENTS = (
    "equation (1)",
    *(f"equation (A.{n})" for n in range(1, 78)),
    *(f"Table {n}" for n in (1, 2, 3)),
    *(f"Figure {n}" for n in (1, 2)),
    *(f"Figure A-{n}" for n in range(1, 10)),
    "Lemma 1",
    "Lemma 2",
    "Proposition 1",
    "Proposition 2",
)

#: The equilibria that occur in the tables.
_CODES = {
    "n": [[0, -2]],
    "f": [[-2, -2]],
    "p": [[-1, -2]],
    "s": [[-2, -1]],
    "m": [[0, -2], [-2, -1]],
}


@dataclass(frozen=True)
class Row:
    """A row of a table: the point, and the equilibria the paper prints for it.

    Attributes
    ----------
    name : str
        ``table1.panel2.row07``.
    place : str
        Where it is printed.
    point : dict of str to str
        Parameters as printed.
    equilibria : list of [a_A, a_D]
        As printed.
    """

    name: str
    place: str
    point: dict[str, str]
    equilibria: list[list[int]]


def _panel(table: int, panel: int, fixed: str, varied: str, values: str, codes: str) -> list[Row]:
    rows = []
    for k, (value, code) in enumerate(zip(values.split(), codes, strict=True), start=1):
        point = dict(pair.split("=") for pair in fixed.split()) | {varied: value}
        place = f"Table {table}, panel {panel}, row {k}"
        rows.append(Row(f"table{table}.panel{panel}.row{k:02d}", place, point, _CODES[code]))
    return rows


_TWENTIETHS = "0 0.05 0.1 0.15 0.2 0.25 0.3 0.35 0.4 0.45 0.5 0.55 0.6 0.65 0.7 0.75 0.8 0.85"
_HUNDREDTHS = "0 0.01 0.02 0.03 0.04 0.05 0.06 0.07 0.08 0.09 0.1 0.11 0.12 0.13 0.14 0.15 0.16"

TABLE_1 = (
    *_panel(
        1,
        1,
        "rho_d=0.1 rho_u=0.1 q_A=0.96",
        "q_D",
        "0.1 0.15 0.2 0.25 0.3 0.35 0.4 0.45 0.5 0.55 0.6 0.65 0.7 0.75 0.8 0.85 0.9 0.95",
        "nnnnnnn" + "f" * 11,
    ),
    *_panel(
        1,
        2,
        "rho_d=0.1 rho_u=0.1 q_D=0.45",
        "q_A",
        "0.51 0.535 0.56 0.585 0.61 0.635 0.66 0.685 0.71 0.735 0.76 0.785 0.81 0.835 0.86 0.885 0.91 0.935",
        "n" * 12 + "f" * 6,
    ),
    *_panel(1, 3, "rho_u=0.1 q_D=0.55 q_A=0.6", "rho_d", _TWENTIETHS, "nn" + "f" * 8 + "s" * 8),
    *_panel(1, 4, "rho_d=0.1 q_D=0.55 q_A=0.6", "rho_u", _TWENTIETHS, "f" * 6 + "n" * 12),
)
TABLE_2 = (
    *_panel(2, 1, "rho_d=0.05 q_D=0.55 q_A=0.6", "rho_u", f"{_HUNDREDTHS} 0.2 0.3 0.4 0.5 0.6 0.7 0.8 0.9", "n" * 25),
    *_panel(
        2, 2, "rho_d=0.1 q_D=0.55 q_A=0.6", "rho_u", f"{_HUNDREDTHS} 0.2 0.3 0.4 0.5 0.6 0.7 0.8", "f" * 18 + "n" * 6
    ),
    *_panel(2, 3, "rho_d=0.83 q_D=0.55 q_A=0.6", "rho_u", _HUNDREDTHS, "ffp" + "s" * 12 + "mm"),
)
TABLE_3 = tuple(
    Row(
        f"table3.row{k:02d}",
        f"Table 3, row {k}",
        {"rho_d": rho_d, "rho_u": rho_u, "q_A": "0.6", "q_D": "0.55"},
        _CODES[code],
    )
    for k, (rho_d, rho_u, code) in enumerate(
        (
            ("0.05", "0.1", "n"),
            ("0.05", "0.6", "n"),
            ("0.1", "0.1", "f"),
            ("0.83", "0.02", "p"),
            ("0.83", "0.1", "s"),
            ("0.83", "0.15", "m"),
        ),
        start=1,
    )
)
ROWS = (*TABLE_1, *TABLE_2, *TABLE_3)

#: The errata that make a row differ from first principles: put into the correct formulas, they give the printed row.
#: Nothing printed gives the two rows at rho_d = 0.83, rho_u = 0.02.
CAUSES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("table1.panel2.row13", "table1.panel2.row14"), ("A.20",)),
    **dict.fromkeys((f"table1.panel3.row{k}" for k in range(11, 16)), ("A.62",)),
    "table1.panel3.row16": ("A.29", "A.35", "A.62"),
    **dict.fromkeys(("table1.panel3.row17", "table1.panel3.row18"), ("A.29", "A.35")),
    "table2.panel3.row03": (),
    "table2.panel3.row04": ("A.62",),
    "table2.panel3.row05": ("A.35", "A.62"),
    **dict.fromkeys(("table2.panel3.row06", "table2.panel3.row07"), ("A.29", "A.35", "A.62")),
    **dict.fromkeys((f"table2.panel3.row{k:02d}" for k in range(8, 18)), ("A.29", "A.35")),
    "table3.row04": (),
    **dict.fromkeys(("table3.row05", "table3.row06"), ("A.29", "A.35")),
}

#: The worked examples of the appendix: rho_d, rho_u, q_A, q_D, whose value, and which cells it compares: the first
#: is said to be worth more than the others.
Cell = tuple[int, int]
EXAMPLES: tuple[tuple[str, tuple[str, str, str, str], str, Cell, tuple[Cell, ...]], ...] = (
    ("D sells two if A sells none", ("0.2", "0.2", "0.8", "0.55"), "D", (0, 2), ((0, 1),)),
    ("D sells two if A sells none", ("0.2", "0.2", "0.6", "0.55"), "D", (0, 2), ((0, 1),)),
    ("D sells two if A sells two", ("0.2", "0.2", "0.8", "0.55"), "D", (2, 2), ((2, 1),)),
    ("D sells two if A sells two", ("0.2", "0.2", "0.6", "0.55"), "D", (2, 2), ((2, 1),)),
    ("D sells one if A sells two", ("0.81", "0.09", "0.98", "0.93"), "D", (2, 1), ((2, 2),)),
    ("D sells one if A sells two", ("0.81", "0.09", "0.95", "0.93"), "D", (2, 1), ((2, 2),)),
    ("A sells none if D sells two", ("0.05", "0.3", "0.92", "0.55"), "A", (0, 2), ((1, 2), (2, 2))),
    ("A sells one if D sells two", ("0.83", "0.05", "0.92", "0.55"), "A", (1, 2), ((0, 2), (2, 2))),
    ("A sells two if D sells two", ("0.1", "0.1", "0.6", "0.55"), "A", (2, 2), ((0, 2), (1, 2))),
    ("A sells none if D sells two", ("0.05", "0.3", "0.6", "0.55"), "A", (0, 2), ((1, 2), (2, 2))),
    ("A sells one if D sells two", ("0.83", "0.02", "0.6", "0.55"), "A", (1, 2), ((0, 2), (2, 2))),
    ("A sells two if D sells two", ("0.1", "0.1", "0.56", "0.55"), "A", (2, 2), ((0, 2), (1, 2))),
)

#: What the text says is sold at t2 in the subgames of each figure: types of A, D, S1, S2 (h or l), sales
#: ``seller buyer units`` if CTS > BP, and if CTS <= BP where that differs. Halves come from a coin.
SUBGAMES: dict[str, tuple[Cell, tuple[tuple[str, ...], ...]]] = {
    "A-1": (
        (0, 0),
        tuple((t, "D S1 1, D S2 1") for t in ("hlhh", "llhh", "hlhl", "llhl", "hlll", "llll")),
    ),
    "A-2": ((0, 1), tuple((f"{a}l{s}{t}", "D S1 1") for a in "hl" for s in "hl" for t in "hl")),
    "A-3": (
        (0, 2),
        (
            ("lhhh", "A D 2"),
            ("hhhl", "S2 D 1"),
            ("lhhl", "A D 1, S2 D 1"),
            ("hhll", "S1 D 1, S2 D 1"),
            ("lhll", "S1 D 1, S2 D 1", "A D 2"),
        ),
    ),
    "A-4": (
        (1, 0),
        (
            ("hlhh", "D S2 1, D A 1"),
            ("llhh", "D S2 1"),
            ("hllh", "D S2 1, S1 A 1", "D S2 1, D A 1"),
            ("hlhl", "D S2 1, D A 1"),
            ("lllh", "D S2 1"),
            ("llhl", "D S2 1"),
            ("llll", "D S2 1"),
        ),
    ),
    "A-5": (
        (1, 1),
        (("hlhh", "D A 1"), ("hllh", "S1 A 1", "D A 1"), ("hlll", "S1 A 1/2, S2 A 1/2", "D A 1")),
    ),
    "A-6": (
        (1, 2),
        (
            ("hllh", "S1 A 1"),
            ("hlhl", "S2 A 1"),
            ("hlll", "S2 A 1"),
            ("lhhh", "A D 1"),
            ("hhlh", "S1 D 1"),
            ("hhhl", "S2 D 2"),
            ("hhll", "S2 D 2, S1 A 1"),
            ("lhlh", "A D 1, S1 D 1"),
            ("lhhl", "S2 D 2"),
            ("lhll", "S2 D 2"),
        ),
    ),
    "A-7": (
        (2, 0),
        (
            ("hlhh", "D A 2"),
            ("hlhl", "S2 A 1, D A 1", "D A 2"),
            ("hlll", "S1 A 1, S2 A 1", "D A 2"),
        ),
    ),
    "A-8": (
        (2, 1),
        (("hlhh", "D A 1"), ("hllh", "S1 A 2"), ("hlhl", "D A 1, S2 A 1"), ("hlll", "S1 A 2")),
    ),
    "A-9": (
        (2, 2),
        (
            ("hllh", "S1 A 2"),
            ("hlll", "S1 A 1, S2 A 1"),
            ("lhlh", "S1 D 2"),
            ("hhll", "S1 D 1, S2 D 1, S1 A 1, S2 A 1"),
            ("lhll", "S1 D 1, S2 D 1"),
        ),
    ),
}
