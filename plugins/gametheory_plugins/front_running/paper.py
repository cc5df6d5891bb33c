"""What the paper prints: the rows of its tables and the items it numbers."""

from __future__ import annotations

from dataclasses import dataclass

#: The equilibria that occur in the tables.
_CODES = {
    "n": [[0, -2]],
    "f": [[-2, -2]],
    "p": [[-1, -2]],
    "s": [[-2, -1]],
    "m": [[-2, -1], [0, -2]],
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
