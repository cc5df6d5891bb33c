"""What solving a game with transfers reports on the command line."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from gametheory.matching.assignment_game import AssignmentGame
from gametheory.matching.dynamic_pairing import DynamicPairing
from gametheory.matching.report import NAMED
from gametheory.matching.roommate_game import RoommateGame
from gametheory.matching.transfers import AssignmentCore, ChooSiowEquilibrium, CoreAllocation, EmptyCore, PairingPlan
from gametheory.numbers import exact_array, float_array


def report_game(game: Any, solution: Any) -> dict[str, Any]:
    """Return the results of a game with transfers by name; see `gametheory.matching.report.report`."""
    answer = solution.answer
    if isinstance(game, AssignmentGame):
        return _choo_siow(game, answer) if isinstance(answer, ChooSiowEquilibrium) else _assignment(game, answer)
    if isinstance(game, DynamicPairing):
        return _pairing(game, answer)
    return _roommates(game, answer)


def _numbers(values: Any) -> list[Any]:
    """Return floats as floats and everything exact as fractions."""
    listed = np.asarray(values).tolist()
    return [v if isinstance(v, float) else Fraction(v) for v in listed]


def _total(values: Any) -> Any:
    return float(values.sum()) if values.dtype.kind == "f" else sum(_numbers(values), Fraction(0))


def _weighted(values: Any, masses: Any) -> Any:
    """Return the sum of values times masses, in the arithmetic of the values."""
    if values.dtype.kind == "f":
        return float((values * float_array(masses)).sum())
    return _total(exact_array(values) * exact_array(masses))


def _assignment(game: AssignmentGame, answer: AssignmentCore) -> dict[str, Any]:
    n, m = game.shape
    ends = (answer.best_for_buyers, answer.then_sellers), (answer.then_buyers, answer.best_for_sellers)
    u, v = ends[0]
    if game.buyer_masses is not None and game.seller_masses is not None:
        value = _weighted(u, game.buyer_masses) + _weighted(v, game.seller_masses)
    else:
        value = _total(u) + _total(v)
    results: dict[str, Any] = {"value": value, "matches": int(answer.buyers.size)}
    if n > NAMED or m > NAMED:
        return results
    if answer.amounts is None:
        partner = {int(i): game.seller_name(int(j)) for i, j in zip(answer.buyers, answer.sellers, strict=True)}
        results["matching"] = {game.buyer_name(i): partner.get(i) for i in range(n)}
    else:
        masses: dict[str, dict[str, Any]] = {}
        for i, j, amount in zip(answer.buyers, answer.sellers, _numbers(answer.amounts), strict=True):
            masses.setdefault(game.buyer_name(int(i)), {})[game.seller_name(int(j))] = amount
        results["masses"] = masses
    for name, (buyers, sellers) in zip(("buyer_optimal", "seller_optimal"), ends, strict=True):
        results[name] = {
            "buyers": {game.buyer_name(i): x for i, x in enumerate(_numbers(buyers))},
            "sellers": {game.seller_name(j): x for j, x in enumerate(_numbers(sellers))},
        }
    return results


def _choo_siow(game: AssignmentGame, answer: ChooSiowEquilibrium) -> dict[str, Any]:
    n, m = game.shape
    matches = answer.matches
    results: dict[str, Any] = {"matched": float(matches.sum())}
    if n * m <= NAMED:
        results["masses"] = {
            game.buyer_name(i): {game.seller_name(j): float(matches[i, j]) for j in range(m)} for i in range(n)
        }
        results["single_buyers"] = {
            game.buyer_name(i): x for i, x in enumerate(np.exp(answer.log_single_buyers).tolist())
        }
        results["single_sellers"] = {
            game.seller_name(j): x for j, x in enumerate(np.exp(answer.log_single_sellers).tolist())
        }
    return results


def _roommates(game: RoommateGame, answer: CoreAllocation | EmptyCore) -> dict[str, Any]:
    if isinstance(answer, EmptyCore):
        return {"core": "empty"}
    payoffs = answer.payoffs
    value = _total(payoffs) if game.masses is None else _weighted(payoffs, game.masses)
    results: dict[str, Any] = {"value": value, "pairs": int(answer.first.size)}
    if len(game) > NAMED:
        return results
    if answer.amounts is None:
        partner: dict[int, str] = {}
        for i, j in zip(answer.first.tolist(), answer.second.tolist(), strict=True):
            partner[i], partner[j] = game.name(j), game.name(i)
        results["matching"] = {game.name(i): partner.get(i) for i in range(len(game))}
    else:
        results["masses"] = [
            {"first": game.name(int(i)), "second": game.name(int(j)), "pairs": x}
            for i, j, x in zip(answer.first, answer.second, _numbers(answer.amounts), strict=True)
        ]
    results["payoffs"] = {game.name(i): x for i, x in enumerate(_numbers(payoffs))}
    return results


def _pairing(game: DynamicPairing, answer: PairingPlan) -> dict[str, Any]:
    served = answer.flows[:, :2].sum(axis=1)
    leaves = answer.flows[:, [0, 2, 4, 6, 8]].sum(axis=1)
    results: dict[str, Any] = {
        "value": _weighted(answer.unsettled_values[0], game.masses),
        "fees": _numbers(answer.fees),
        "served": _numbers([row.sum() for row in served]),
        "active": _numbers([row.sum() for row in answer.flows[:, :6].sum(axis=1)]),
    }
    if len(game) <= NAMED:
        results["values"] = {game.name(k): x for k, x in enumerate(_numbers(answer.unsettled_values[0]))}
        results["leaves_by_round"] = {game.name(k): _numbers(leaves[:, k]) for k in range(len(game))}
    return results
