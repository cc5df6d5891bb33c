"""Check answers about assignment games: feasible, stable for every pair, and the surplus shared out exactly."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from gametheory import tolerances
from gametheory.errors import UsageError
from gametheory.matching.assignment_game import AssignmentGame
from gametheory.matching.game_data import Array, integers_of
from gametheory.matching.transfers import AssignmentCore, ChooSiowEquilibrium, CorePoint
from gametheory.matching.verify_stability import SHOWN
from gametheory.numbers import float_array
from gametheory.solution import Certificate, Violation

#: Pairs checked at a time.
BLOCK = 2_000_000


class Tally:
    """Violations of a check, collected with their amounts."""

    def __init__(self, tolerance: Any) -> None:
        self.tolerance = tolerance
        self.worst: Any = 0
        self.checked = 0
        self.shown: list[Violation] = []

    def add(self, amounts: Any, describe: Any) -> None:
        """Count conditions whose violation amounts may be positive; name those beyond the tolerance."""
        amounts = np.atleast_1d(amounts)
        self.checked += amounts.size
        if amounts.size == 0:
            return
        self.worst = max(self.worst, amounts.max())
        beyond = np.flatnonzero(amounts > self.tolerance)
        if beyond.size:
            top = beyond[np.argsort(amounts[beyond], kind="stable")[::-1][:SHOWN]]
            self.shown += [Violation(describe(int(k)), amounts[k]) for k in top]

    def certificate(self, kind: str, *, scale: int, exact: bool, note: str = "") -> Certificate:
        """Return the certificate; amounts were multiplied by `scale`."""

        def back(value: Any) -> Fraction | float:
            return Fraction(int(value), scale) if exact else float(value)

        shown = sorted(self.shown, key=lambda v: v.amount, reverse=True)[:SHOWN]
        return Certificate(
            kind,
            self.checked,
            back(max(self.worst, 0)),
            back(self.tolerance) if not exact else Fraction(0),
            exact,
            not self.shown,
            tuple(Violation(v.constraint, back(v.amount)) for v in shown),
            note,
        )


def broken(kind: str, text: str, *, exact: bool) -> Certificate:
    """Return the certificate of an answer that has the wrong shape."""
    one: Fraction | float = Fraction(1) if exact else 1.0
    return Certificate(kind, 1, one, one * 0, exact, False, (Violation(text, one),))


def verify_assignment(game: AssignmentGame, answer: Any, *, exact: bool, concept: str) -> Certificate:
    """Check an answer about an assignment game; see `gametheory.matching.verify.verify`."""
    if isinstance(answer, ChooSiowEquilibrium) and concept == "choo_siow":
        return _verify_choo_siow(game, answer)
    if not isinstance(answer, AssignmentCore | CorePoint) or concept != "core":
        raise UsageError(f"an answer of type {type(answer).__name__} says nothing about concept '{concept}'")
    ends = (
        ((answer.best_for_buyers, answer.then_sellers), (answer.then_buyers, answer.best_for_sellers))
        if isinstance(answer, AssignmentCore)
        else ((answer.buyer_payoffs, answer.seller_payoffs),)
    )
    n, m = game.shape
    for u, v in ends:
        if u.shape != (n,) or v.shape != (m,):
            return broken("core_prices", f"payoffs are not one number per agent: {u.shape}, {v.shape}", exact=exact)
    numbers = [game.values, *(a for end in ends for a in end)]
    if exact:
        (values, *payoffs), scale = integers_of(*numbers)
        tolerance: Any = 0
    else:
        values, *payoffs = (float_array(a) for a in numbers)
        scale = 1
        tolerance = tolerances.FEASIBILITY * max(1.0, float(np.abs(values).max(initial=0)))
    tally = Tally(tolerance)
    fault = _check_matches(game, answer, exact, tally)
    if fault:
        return broken("core_prices", fault, exact=exact)
    for k in range(len(ends)):
        u, v = payoffs[2 * k], payoffs[2 * k + 1]
        _check_core(game, answer, values, u, v, tally, exact)
        if len(ends) == 2:
            _check_end(game, answer, values, u, v, tally, exact, least=k == 0)
    return tally.certificate("core_prices", scale=scale, exact=exact)


def _check_matches(game: AssignmentGame, answer: Any, exact: bool, tally: Tally) -> str | None:
    """Check that matches exist and that nobody is matched more than there is of it."""
    n, m = game.shape
    i, j = answer.buyers, answer.sellers
    if i.shape != j.shape or ((i < 0) | (i >= n)).any() or ((j < 0) | (j >= m)).any():
        return "a match is not of a buyer with a seller"
    if (answer.amounts is None) != (game.buyer_masses is None):
        return "amounts of matches are given for masses of types, and only there"
    if game.is_sparse:
        listed = game.surplus.entry_rows * m + game.surplus.indices
        if not np.isin(i * m + j, listed).all():
            return "a match is of a pair without surplus"
    if answer.amounts is None:
        for name, index, count in ((game.buyer_name, i, n), (game.seller_name, j, m)):
            over = np.flatnonzero(np.bincount(index, minlength=count) > 1)
            if over.size:
                return f"{name(int(over[0]))} is matched twice"
        tally.checked += n + m
        return None
    if answer.amounts.shape != i.shape:
        return "matches and amounts differ in number"
    if exact:
        (amounts, *masses), _ = integers_of(answer.amounts, *_masses(game))
        slack: Any = 0
    else:
        amounts, *masses = (float_array(a) for a in (answer.amounts, game.buyer_masses, game.seller_masses))
        slack = tolerances.FEASIBILITY * max(1.0, float(masses[0].sum()))
    if (amounts < -slack).any():
        return "the amount of a match is negative"
    for name, index, mass in ((game.buyer_name, i, masses[0]), (game.seller_name, j, masses[1])):
        total = mass * 0
        np.add.at(total, index, amounts)
        over = np.flatnonzero(total - mass > slack)
        if over.size:
            return f"more of {name(int(over[0]))} is matched than there is"
        tally.checked += mass.size
    return None


def _masses(game: AssignmentGame) -> tuple[Array, Array]:
    assert game.buyer_masses is not None
    assert game.seller_masses is not None
    return game.buyer_masses, game.seller_masses


def _of_pairs(game: AssignmentGame, values: Array, i: Array, j: Array) -> Array:
    if not game.is_sparse:
        return values[i, j]
    keys = game.surplus.entry_rows * game.shape[1] + game.surplus.indices
    return values[np.searchsorted(keys, i * game.shape[1] + j)]


def _check_core(
    game: AssignmentGame, answer: Any, values: Array, u: Array, v: Array, tally: Tally, exact: bool
) -> None:
    """Check payoffs: none negative, no pair can do better, matched pairs share what they make, others get 0."""
    n, m = game.shape
    tally.add(-u, lambda k: f"payoff of {_buyer(game, k)} is negative")
    tally.add(-v, lambda k: f"payoff of {_seller(game, k)} is negative")

    def blocks(i: int, j: int) -> str:
        return f"{_buyer(game, i)} and {_seller(game, j)} can do better together"

    if game.is_sparse:
        rows, columns = game.surplus.entry_rows, game.surplus.indices
        tally.add(values - u[rows] - v[columns], lambda k: blocks(int(rows[k]), int(columns[k])))
    else:
        step = max(1, BLOCK // max(1, m))
        for start in range(0, n, step):
            short = values[start : start + step] - u[start : start + step, None] - v[None, :]
            tally.add(short.ravel(), lambda k, start=start: blocks(start + k // m, k % m))
    i, j = answer.buyers, answer.sellers
    over = u[i] + v[j] - _of_pairs(game, values, i, j)
    tally.add(
        abs(over), lambda k: f"{game.buyer_name(int(i[k]))} and {game.seller_name(int(j[k]))} share more than they make"
    )
    alone_u, alone_v = _alone(game, answer, exact)
    tally.add(u[alone_u], lambda k: f"{_buyer(game, int(alone_u[k]))} is not wholly matched and is paid")
    tally.add(v[alone_v], lambda k: f"{_seller(game, int(alone_v[k]))} is not wholly matched and is paid")


def _alone(game: AssignmentGame, answer: Any, exact: bool) -> tuple[Array, Array]:
    """Return the agents, or types, that are not wholly matched."""
    n, m = game.shape
    if answer.amounts is None:
        return (
            np.setdiff1d(np.arange(n), answer.buyers),
            np.setdiff1d(np.arange(m), answer.sellers),
        )
    result = []
    for masses, index in zip(_masses(game), (answer.buyers, answer.sellers), strict=True):
        if exact:
            (amounts, mass), _ = integers_of(answer.amounts, masses)
            slack: Any = 0
        else:
            amounts, mass = float_array(answer.amounts), float_array(masses)
            slack = tolerances.FEASIBILITY * max(1.0, float(mass.sum()))
        left = mass.copy()
        np.subtract.at(left, index, amounts)
        result.append(np.flatnonzero(left > slack))
    return result[0], result[1]


def _check_end(
    game: AssignmentGame, answer: Any, values: Array, u: Array, v: Array, tally: Tally, exact: bool, *, least: bool
) -> None:
    """Check that prices cannot all fall (or rise) further within the core.

    A seller's price is held up if it is 0, or if a buyer who is unmatched, or whose own seller's price is held up,
    is just indifferent to buying there. Prices are the least of the core exactly if all are held up.
    """
    n, m = game.shape
    dense = values
    if game.is_sparse:
        dense = np.full((n, m), -1, dtype=values.dtype)
        dense[game.surplus.entry_rows, game.surplus.indices] = values
    i, j, payers, prices = answer.buyers, answer.sellers, u, v
    alone = _alone(game, answer, exact)[0]
    if not least:
        dense, i, j, payers, prices = dense.T, j, i, v, u
        alone = _alone(game, answer, exact)[1]
    held = np.asarray(prices <= tally.tolerance, dtype=bool)
    partners: dict[int, list[int]] = {}
    for row, column in zip(i.tolist(), j.tolist(), strict=True):
        partners.setdefault(column, []).append(row)
    waiting = alone.tolist() + [row for column in np.flatnonzero(held) for row in partners.get(int(column), [])]
    seen = set(waiting)
    while waiting:
        row = waiting.pop()
        tight = np.asarray(payers[row] + prices - dense[row] <= tally.tolerance, dtype=bool)
        for column in np.flatnonzero(tight & ~held).tolist():
            held[column] = True
            for other in partners.get(column, []):
                if other not in seen:
                    seen.add(other)
                    waiting.append(other)
    name = game.seller_name if least else game.buyer_name
    loose = np.flatnonzero(~held)
    what = "could be paid less within the core, so these are not the best payoffs of the other side"
    tally.add(prices[loose], lambda k: f"{name(int(loose[k]))} {what}")
    tally.checked += prices.size


def _verify_choo_siow(game: AssignmentGame, answer: ChooSiowEquilibrium) -> Certificate:
    """Check the margins and the matching function ``m_ij = sqrt(m_i0 m_0j) exp(s_ij / (2 scale))``."""
    n, m = game.shape
    matches, rows, columns = (
        float_array(a) for a in (answer.matches, answer.log_single_buyers, answer.log_single_sellers)
    )
    kind = "residual"
    if game.buyer_masses is None or game.scale is None or game.is_sparse:
        return broken(kind, "the game has no masses, no scale of taste shocks, or missing pairs", exact=False)
    if matches.shape != (n, m) or rows.shape != (n,) or columns.shape != (m,):
        return broken(kind, "the answer is not a matrix of matches with singles of each type", exact=False)
    if (np.exp(np.minimum(rows, 700)) > 2 * float_array(game.buyer_masses)).any() or (
        np.exp(np.minimum(columns, 700)) > 2 * float_array(game.seller_masses)
    ).any():
        return broken(kind, "more of a type is left alone than there is", exact=False)
    if (matches < 0).any():
        return broken(kind, "a mass of matches is negative", exact=False)
    tally = Tally(tolerances.FEASIBILITY)
    first, second = float_array(game.buyer_masses), float_array(game.seller_masses)
    tally.add(abs(matches.sum(axis=1) + np.exp(rows) - first) / first, lambda k: f"masses of {_buyer(game, k)}")
    tally.add(
        abs(matches.sum(axis=0) + np.exp(columns) - second) / second,
        lambda k: f"masses of {_seller(game, k)}",
    )
    gains = float_array(game.surplus) / (2 * float(game.scale))
    predicted = np.exp(np.minimum(gains + (rows[:, None] + columns[None, :]) / 2, 700))
    size = np.minimum(first[:, None], second[None, :])
    tally.add(
        (abs(matches - predicted) / size).ravel(),
        lambda k: f"matches of {game.buyer_name(k // m)} with {game.seller_name(k % m)}",
    )
    return tally.certificate(kind, scale=1, exact=False, note="relative to the masses")


def _buyer(game: AssignmentGame, index: int) -> str:
    return f"buyer {index + 1}" if game.buyer_names is None else game.buyer_names[index]


def _seller(game: AssignmentGame, index: int) -> str:
    return f"seller {index + 1}" if game.seller_names is None else game.seller_names[index]
