"""The statements on contagion among eight banks (Section 6.1 and its proofs), with sigma_3* = S = 1 and a = 1."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from gametheory import Claim, FinancialNetwork, Reported, solve

STATEMENTS = (
    "Proposition 8",
    "Proposition 10",
    *(f"Table {k}" for k in range(1, 7)),
    "Figure 5",
)

#: A feasible economy with different types everywhere.
GENERIC: dict[str, Any] = {"dividend": 9, "bank_types": [Fraction(1, 2), Fraction(3, 2), 3, 6]}
#: Spreads fall over the day.
FALLING: dict[str, Any] = {"intraday_discount": Fraction(945, 1000), "dividend": 8}
EIGHTH = Fraction(1, 8)


def balance_sheets(r: Reported) -> dict[str, list[Any]]:
    """Return loans, investment and debts by bank."""
    return {bank: [row["loans"], row["investment"], row["debts"]] for bank, row in r["banks"].items()}


def table_1(r: Reported, sign: int) -> bool:
    """Compare Table 1 with the balance sheets."""
    at = r.solve(core_sign=sign)
    (b1, b2, b3), (a1, a2, _), y = at["bid"], at["ask"], at.model.dividend
    s1, _, s3, s4 = at.model.bank_types
    printed = {
        "A": [b1, 0, 0],
        "B": [b1, 0, 0],
        "C": [0, 2 * (y + s4), a1],
        "D": [0, 2 * (y + s4), a1],
        "E": [2 * b2, 0, b1],
        "F": [a1, 2 * (y + s3), 2 * a2],
        "G": [a1 + 2 * b3, 0, 2 * b2],
        "H": [2 * a2, 2 * (y + sign * s1), 2 * b3 + b1],
    }
    return balance_sheets(at) == printed


def table_2(r: Reported) -> dict[str, list[Any]]:
    """Return Table 2 as printed: thresholds of loans and of investment."""
    y = r.model.dividend
    s1, _, s3, s4 = r.model.bank_types
    customer = (y + EIGHTH) / (2 * (y + s4))
    return {
        "A": [0, None],
        "B": [0, None],
        "C": [None, customer],
        "D": [None, customer],
        "E": [(y - EIGHTH) / (2 * y - Fraction(1, 2)), None],
        "F": [0, (y + 3 * EIGHTH) / (2 * (y + s3))],
        "G": [(2 * y - Fraction(1, 2)) / (3 * y - 7 * EIGHTH), None],
        "H": [(y - 7 * EIGHTH - 2 * s1) / (2 * y + Fraction(1, 2)), (y - 13 * EIGHTH) / (2 * (y + s1))],
    }


def thresholds(r: Reported) -> dict[str, list[Any]]:
    """Return our thresholds of loans and of investment."""
    return {bank: [row["loans"], row["investment"]] for bank, row in r["thresholds"].items()}


def without(table: dict[str, Any], bank: str) -> dict[str, Any]:
    """Return a table without a bank."""
    return {key: value for key, value in table.items() if key != bank}


def repaid(r: Reported, *defaulted: str) -> dict[str, Any]:
    """Return the share of its loans that every lender is repaid when these banks repay nothing."""
    form = r.solution.parts[0].form
    lost: dict[str, Any] = dict.fromkeys(form.labels, Fraction(0))
    for debtor, creditor, amount in zip(form.debtor, form.creditor, form.amount, strict=True):
        if form.label(debtor) in defaulted:
            lost[form.label(creditor)] += amount
    loans = dict(zip(form.labels, form.loans, strict=True))
    return {bank: 1 - lost[bank] / loans[bank] for bank in form.labels if loans[bank] and bank not in defaulted}


def printed_repaid(r: Reported, **changed: Any) -> dict[str, Any]:
    """Return a column of Tables 4 to 6: everybody is repaid in full but the banks named."""
    return {"A": 1, "B": 1, "E": 1, "F": 1, "G": 1, "H": 1} | changed


def after_d(r: Reported) -> Any:
    """Return the printed ratio of G when D defaults."""
    y = r.model.dividend
    return (2 * y - 1) / (3 * y - 7 * EIGHTH)


def after_h(r: Reported) -> Any:
    """Return the printed ratio of G when H defaults."""
    y = r.model.dividend
    return (y + EIGHTH) / (3 * y - 7 * EIGHTH)


def columns_agree(r: Reported, columns: dict[str, dict[str, Any]], only: str = "") -> bool:
    """Compare columns, without bank B or for one bank alone; defaulted banks are left out on both sides."""
    for defaulted, printed in columns.items():
        ours = repaid(r, *defaulted)
        for bank, ratio in ours.items():
            if (bank == only if only else bank != "B") and printed[bank] != ratio:
                return False
    return True


def table_4(r: Reported) -> dict[str, dict[str, Any]]:
    """Return Table 4 as printed."""
    return {
        "C": printed_repaid(r, F=0),
        "D": printed_repaid(r, G=after_d(r)),
        "F": printed_repaid(r, H=0),
        "H": printed_repaid(r, G=after_h(r)),
    }


def table_5(r: Reported) -> dict[str, dict[str, Any]]:
    """Return Table 5 as printed."""
    return {
        "DG": printed_repaid(r, E=0),
        "FH": printed_repaid(r, G=after_h(r)),
        "HG": printed_repaid(r, E=0),
    }


def table_6(r: Reported) -> dict[str, dict[str, Any]]:
    """Return Table 6 as printed."""
    return {"DGE": printed_repaid(r, A=0), "FHG": printed_repaid(r, E=0)}


def chains(r: Reported, *dividends: Any) -> list[list[str]]:
    """Return the chains of two banks and more at several dividends, sorted."""
    return [sorted(r.solve(dividend=y)["chains_longer"]) for y in dividends]


def proposition_10(r: Reported) -> bool:
    """Check the four parts at dividends on both sides of, and at, every boundary."""
    for k in (1, 2, 4, 5, 6, 9, 12, 20, 80):
        y = k * EIGHTH
        at = r.solve(dividend=y)["chains"]
        spreads = at["D"][:2] == ["D", "G"] and ("E" in at["D"]) == (y > EIGHTH)
        if not (at["C"] == ["C"] and spreads and (len(at["H"]) > 1) == (y > 5 * EIGHTH)):
            return False
    return True


def failing(r: Reported, share: Any) -> list[str]:
    """Return the banks that a fall of investment to this share makes insolvent."""
    return [
        bank for bank, row in r["thresholds"].items() if row["investment"] is not None and row["investment"] > share
    ]


def after_d_with_positive_debts(r: Reported) -> list[str]:
    """Return who falls after D if a debt of negative value is owed by the other side instead."""
    form = next(part.form for part in r.solution.parts if part.form.label(part.form.forced[0]) == "D")
    reversed_debts = [
        (creditor, debtor, -amount) if amount < 0 else (debtor, creditor, amount)
        for debtor, creditor, amount in zip(form.debtor, form.creditor, form.amount, strict=True)
    ]
    debtor, creditor, amount = zip(*reversed_debts, strict=True)
    turned = FinancialNetwork(debtor, creditor, amount, form.outside, (), 0, 0, form.forced, labels=form.labels)
    wave = solve(turned, concept="cascade", exact=True).require().answer.wave.tolist()
    return [turned.label(i) for _, i in sorted((w, i) for i, w in enumerate(wave) if w >= 0)]


CLAIMS = (
    Claim(
        "proposition_8",
        "at most 2^N banks are connected",
        lambda r: all(r.solve(rounds=n, draw=seed)["connected"] <= 2**n for n in (1, 2, 3, 5) for seed in (1, 2, 3)),
        place="Proposition 8",
        covers=("Proposition 8",),
    ),
    Claim(
        "figure_5",
        "A to D are customers, E and F leave in round two, G in round three, H is the core; trades connect all eight",
        lambda r: [row["tier"] for row in r["banks"].values()] == [1, 1, 1, 1, 2, 2, 3, 4] and r["connected"] == 8,
        place="Figure 5",
        covers=("Figure 5",),
    ),
    Claim(
        "table_1",
        "loans, investment and debts of the eight banks",
        lambda r: table_1(r, 1) and table_1(r, -1),
        place="Table 1",
        covers=("Table 1",),
        settings=GENERIC,
        reason="the table prints D's shock for H, and sigma_4 for H's sigma_1 in its note",
    ),
    Claim(
        "table_2",
        "thresholds of all banks but H's for loans",
        lambda r: (
            without(thresholds(r), "H") == without(table_2(r), "H") and thresholds(r)["H"][1] == table_2(r)["H"][1]
        ),
        place="Table 2",
        covers=("Table 2",),
        settings=GENERIC,
    ),
    Claim(
        "table_2.H_loans",
        "H needs (y - 7S/8 -+ 2 sigma_1)/(2y + S/2) of its loans",
        lambda r: thresholds(r)["H"][0] == table_2(r)["H"][0],
        place="Table 2",
        settings=GENERIC,
        recorded="differs",
        reason="algebra slip: H owes 3y - 9S/8 (as its own other threshold implies), so the numerator has 9S/8",
    ),
    Claim(
        "vulnerability.customers",
        "customers are less vulnerable to investment risk than the periphery dealer F",
        lambda r: thresholds(r)["C"][1] == thresholds(r)["D"][1] < thresholds(r)["F"][1],
        place="Section 6.1.1, observation (i)",
        settings=GENERIC,
    ),
    Claim(
        "vulnerability.core",
        "H may be more or less vulnerable to investment risk than F",
        lambda r: (
            [thresholds(r.solve(dividend=y))["H"][1] > thresholds(r.solve(dividend=y))["F"][1] for y in (9, 12)]
            == [False, True]
        ),
        place="Section 6.1.1, observation (ii)",
        settings=GENERIC,
    ),
    Claim(
        "shock_below_C",
        "a shock to a share below C's threshold makes F and H fail, and no others",
        place="Section 6.1.1, financial contagion",
        paper=["F", "H"],
        ours=lambda r: failing(r, thresholds(r)["C"][1] - Fraction(1, 1000)),
        settings=GENERIC,
        recorded="differs",
        reason="misprint: it is a share above C's threshold; below it C and D fail too",
    ),
    Claim(
        "shock_above_C",
        "a shock to a share just above C's threshold makes F and H fail, and no others",
        place="Section 6.1.1, financial contagion",
        paper=["F", "H"],
        ours=lambda r: failing(r, thresholds(r)["C"][1]),
        settings=GENERIC,
    ),
    Claim(
        "table_3.rows_1_to_3",
        "up to y = S/8: D-G; up to 5S/8: D-G-E; up to 7S/8: H-G-E too",
        place="Table 3",
        covers=("Table 3",),
        paper=[["D-G"]] * 2 + [["D-G-E"]] * 3 + [["D-G-E", "H-G-E"]] * 2,
        ours=lambda r: chains(r, *(k * EIGHTH for k in (Fraction(1, 2), 1, 2, 4, 5, 6, 7))),
        reason="for forced defaults, as the algorithm of the paper has them",
    ),
    Claim(
        "table_3.row_4",
        "above y = 7S/8: F-H-G-E too",
        place="Table 3",
        paper=[["D-G-E", "F-H-G-E", "H-G-E"]] * 2,
        ours=lambda r: chains(r, 1, 9 * EIGHTH),
        recorded="differs",
        reason="follows H's wrong entry in Table 2: F brings down H above y = 9S/8 only, for sigma_1 = 0",
    ),
    Claim(
        "table_3.row_4_corrected",
        "above y = 9S/8: F-H-G-E too",
        place="Table 3",
        paper=[["D-G-E", "F-H-G-E", "H-G-E"]] * 3,
        ours=lambda r: chains(r, 9 * EIGHTH + Fraction(1, 1000), 2, 10),
    ),
    Claim(
        "table_3.feasible",
        "every row of Table 3 is possible",
        lambda r: all(
            r.solve(dividend=y)["feasible"]["dividend_at_least_highest_type"]
            for y in (EIGHTH, 4 * EIGHTH, 6 * EIGHTH, 2, 9)
        ),
        place="Table 3",
        recorded="differs",
        reason="the paper assumes y >= sigma_H, which exceeds S: rows 1 to 3 cannot occur. Besides, q_3b < 0 for "
        "y < S/2, and E and G are insolvent without a shock for y < 3S/8",
    ),
    Claim(
        "table_3.negative_prices",
        "D-G-E at y = 3S/16, where two bid prices are negative, also if such loans are debts of the other side",
        place="Table 3",
        paper=["D", "G", "E"],
        ours=after_d_with_positive_debts,
        settings={"dividend": Fraction(3, 16)},
        recorded="differs",
        reason="E then has no claim on G to lose; the row holds only if a negative loan that is not repaid is a gain",
    ),
    Claim(
        "table_3.own_default_of_H",
        "H can fail on its own investment at all y of rows 3 and 4",
        lambda r: all(r.solve(dividend=y)["shock_induced"]["H"] for y in (6 * EIGHTH, 13 * EIGHTH, 2)),
        place="Table 3",
        recorded="differs",
        reason="H owes more than it is owed only for y > 13S/8",
    ),
    Claim(
        "proposition_10",
        "C never, D always, G above y = S/8 and H above y = 5S/8 bring down others",
        proposition_10,
        place="Proposition 10",
        covers=("Proposition 10",),
        reason="with sigma_1 = 0, printed as sigma_4 = 0; C is called periphery and is a customer",
    ),
    Claim(
        "proposition_10.falling_spreads",
        "D always brings down G, also with spreads that fall over the day",
        lambda r: r["chains"]["D"][:2] == ["D", "G"],
        place="Proposition 10",
        settings=FALLING,
        recorded="differs",
        reason="G is left with 2 q_3b a against 2 q_2b a and fails only if T_3 > T_2",
    ),
    Claim(
        "table_4",
        "shares of loans repaid after one default, without bank B",
        lambda r: columns_agree(r, table_4(r)),
        place="Table 4",
        covers=("Table 4",),
    ),
    Claim(
        "table_4.B",
        "B is repaid in full whoever defaults",
        lambda r: columns_agree(r, table_4(r), only="B"),
        place="Table 4",
        recorded="differs",
        reason="H owes B q_1b a: B is repaid nothing when H defaults. Nothing follows, since B has no debt",
    ),
    Claim(
        "table_5",
        "shares of loans repaid after two defaults, without bank B",
        lambda r: columns_agree(r, table_5(r)),
        place="Table 5",
        covers=("Table 5",),
    ),
    Claim(
        "table_5.B",
        "B is repaid in full whoever defaults",
        lambda r: columns_agree(r, table_5(r), only="B"),
        place="Table 5",
        recorded="differs",
        reason="B is repaid nothing when H defaults",
    ),
    Claim(
        "table_6",
        "shares of loans repaid after three defaults, without bank B",
        lambda r: columns_agree(r, table_6(r)),
        place="Table 6",
        covers=("Table 6",),
    ),
    Claim(
        "table_6.B",
        "B is repaid in full whoever defaults",
        lambda r: columns_agree(r, table_6(r), only="B"),
        place="Table 6",
        recorded="differs",
        reason="B is repaid nothing when H defaults",
    ),
)
