"""Check a plan of pairing over rounds: its flows are feasible, and its values and fees leave nothing to gain."""

from __future__ import annotations

from typing import Any

import numpy as np

from gametheory import tolerances
from gametheory.errors import UsageError
from gametheory.matching.dynamic_pairing import ROLES, DynamicPairing
from gametheory.matching.transfers import PairingPlan
from gametheory.matching.verify_assignment import Tally, broken
from gametheory.matching.verify_roommates import _exactly
from gametheory.numbers import exact as exact_number
from gametheory.numbers import exact_array, float_array
from gametheory.solution import Certificate


def verify_pairing(game: DynamicPairing, answer: Any, *, exact: bool, concept: str) -> Certificate:
    """Check a `PairingPlan` by duality of the planner's program.

    Flows are feasible; at the fees nobody, in any round and state, has a role worth more than its value; and the
    values of the population at the start add up to the surplus of the flows. Then the flows are an equilibrium
    at these fees, and no other flows are worth more.
    """
    if not isinstance(answer, PairingPlan) or concept != "equilibrium":
        raise UsageError(f"an answer of type {type(answer).__name__} says nothing about concept '{concept}'")
    rounds, count = int(game.rounds), len(game)
    shapes = ((rounds, len(ROLES), count), (rounds, count), (rounds, count), (rounds,))
    read = exact_array if exact else float_array
    given = (answer.flows, answer.unsettled_values, answer.settled_values, answer.fees)
    if any(a.shape != s for a, s in zip(given, shapes, strict=True)):
        return broken("lp_duality", "flows, values and fees do not fit the rounds and types", exact=exact)
    flows, unsettled, settled, fees = (read(a) for a in given)
    masses, high, low = (read(a) for a in (game.masses, game.settled, game.unsettled))
    beta = exact_number(game.discount) if exact else float(game.discount)
    scale = max(1.0, float(np.abs(float_array(high)).max(initial=0)), float(np.abs(float_array(low)).max(initial=0)))
    total = max(1.0, float(float_array(masses).sum()))
    tally = Tally(0 if exact else tolerances.FEASIBILITY * scale * total)
    tally.add(-flows.ravel(), lambda k: f"a flow is negative in round {k // (len(ROLES) * count) + 1}")
    tally.add(-fees, lambda k: f"the fee of round {k + 1} is negative")
    tally.add(flows[-1][1::2].ravel(), lambda k: f"{game.name(k % count)} stays after the last round")
    stock, calm = masses, masses * 0
    value: Any = 0
    weight: Any = 1
    for t in range(rounds):
        f = flows[t]
        for state, used, there in (("unsettled", f[:6], stock), ("settled", f[6:], calm)):
            tally.add(
                abs(used.sum(axis=0) - there),
                lambda k, t=t, state=state: f"{state} {game.name(k)} in round {t + 1}: not all have one role",
            )
        served, deals = f[:2].sum(), f[2:4].sum() + f[6:8].sum()
        tally.add(np.array([served - deals]), lambda k, t=t: f"more are served than deal in round {t + 1}")
        value = value + weight * ((f[0] + f[8]) * high + (f[2] + f[4] + f[6]) * low).sum()
        stock, calm = f[3] + f[5] + f[7], f[1] + f[9]
        following = (beta * unsettled[t + 1], beta * settled[t + 1]) if t + 1 < rounds else (low, high)
        again, rest = np.maximum(low, following[0]), np.maximum(high, following[1])
        options = (
            (unsettled[t], rest - fees[t], "being served"),
            (unsettled[t], again + fees[t], "dealing"),
            (unsettled[t], again, "waiting"),
            (settled[t], again + fees[t], "dealing when settled"),
            (settled[t], rest, "leaving or waiting when settled"),
        )
        for own, worth, what in options:
            tally.add(
                worth - own,
                lambda k, t=t, what=what: f"{what} in round {t + 1} is worth more to {game.name(k)} than its value",
            )
        weight = weight * beta
    gap = (masses * unsettled[0]).sum() - value
    tally.add(np.array([abs(gap)]), lambda _: "the values at the start do not add up to the surplus of the flows")
    return _exactly(tally.certificate("lp_duality", scale=1, exact=False), exact)
