"""Neutrality as linear conditions and choices, up to one product that is left out.

Let ``s = U - omega >= 0`` be what a class gets beyond its warrant. At a neutral mechanism ``lambda_g s_g = 0``, and
the warrant equations, after using which constraints bind, read (the *key identity*; sums over the types of class g)

    ``sum p_i (Y_i - v_i Q_i + (1 - power) W_i) = sum of theta_e, e from g - sum of theta_e, e on types of g``

with the flows ``theta_e = alpha_e s_source(e)``: payments split the virtual surplus, plus what is passed on. All
else is linear once it is chosen, for each pair of complementary quantities, which of the two is 0: ``W_i`` or ``1 -
Q_i``; ``Z_i`` or ``Q_i``, where ``W - Z = v - psi``; ``alpha_e`` or the slack of e; ``lambda_g`` or ``s_g``. The
program has a yes-or-no column for each pair, and keeps of the products theta their convex hull over the bounds of
both factors, which gets tight as the interval of an excess is divided. A class with one positive multiplier needs
no division: its flow is free, and the excess is their quotient.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gametheory.mechanism.neutral.chain import Chain
from gametheory.mechanism.neutral.hints import HintProgram, Term

Array = NDArray[np.float64]
#: Intervals for the excess of classes.
Boxes = Mapping[int, tuple[float, float]]
#: Multipliers and flows below this count as zero when shares are compared.
SMALL = 1e-7
#: Flows this close to a product of multiplier and excess need no division.
NEGLIGIBLE = 1e-10


@dataclass(frozen=True, eq=False)
class Point:
    """A point of the relaxation, in floats, and the objective there."""

    quantity: Array
    utility: Array
    surplus: Array
    loss: Array
    weight: Array
    excess: Array
    alpha: Array
    flow: Array
    objective: float = 0.0


class Relaxation:
    """The program of one chain; `solve` returns a point of it."""

    def __init__(self, chain: Chain) -> None:
        self.chain = chain
        self.sources, self.targets = chain.sources, chain.targets
        self.target_class = chain.class_of[chain.targets]
        self.costs, self.values, self.prior, self.class_costs, self.class_prior, self.distances = (
            a.astype(np.float64)
            for a in (chain.costs, chain.values, chain.prior, chain.class_costs, chain.class_prior, chain.distances)
        )
        self.power = float(chain.trade.power)
        self.most_utility, most_total = self._utility_bounds()
        # Where costs differ beyond what floats hold there is no bound, and the search finds nothing.
        with np.errstate(all="ignore"):
            self.most_alpha = self._multiplier_bounds(most_total)
        self.program = HintProgram()
        n, k, edges = chain.order.size, chain.classes, chain.sources.size
        most_surplus = most_total / self.prior
        raised = np.zeros(n)
        np.add.at(raised, self.targets, self.most_alpha * np.maximum(self.distances, 0))
        most_loss = np.maximum(0.0, self.costs - self.values + raised / self.prior)
        add = self.program.columns
        self.quantity, self.utility = add(n, 1.0), add(k, self.most_utility)
        self.surplus, self.loss = add(n, most_surplus), add(n, most_loss)
        self.weight, self.excess = add(k, 1.0), add(k, self.most_utility)
        self.alpha, self.flow = (
            add(edges, self.most_alpha),
            add(edges, self.most_alpha * self.most_utility[self.sources]),
        )
        self.trades, self.abstains = add(n, binary=True, upper=1), add(n, binary=True, upper=1)
        self.neighbours = np.abs(self.sources - self.target_class) == 1
        self.weighted, self.binds = add(k, binary=True, upper=1), add(int(self.neighbours.sum()), binary=True, upper=1)
        self._types(most_surplus, most_loss)
        self._classes()
        self._constraints()

    def solve(self, boxes: Boxes | None = None, objective: list[Term] | None = None, **options: Any) -> Point | None:
        """Return a point with shares inside the boxes, the objective at its maximum; None if there is none."""
        extra = [row for g, interval in (boxes or {}).items() for row in self._interval_rows(g, *interval)]
        x = self.program.solve(objective or (), extra, **options)
        if x is None:
            return None
        return Point(
            x[self.quantity],
            x[self.utility],
            x[self.surplus],
            x[self.loss],
            x[self.weight],
            x[self.excess],
            x[self.alpha],
            x[self.flow],
            sum(float(x[column]) * coefficient for column, coefficient in objective or ()),
        )

    # -- bounds ----------------------------------------------------------------------------------------

    def _slack(self, edge: int, quantity: Any, utility: Any) -> list[Term]:
        """Return the slack of a constraint as terms of the columns."""
        source, target = self.sources[edge], self.targets[edge]
        return [
            (utility[source], 1.0),
            (utility[self.target_class[edge]], -1.0),
            (quantity[target], -self.distances[edge]),
        ]

    def _utility_bounds(self) -> tuple[Array, float]:
        """Return the most each class can get, and the most that the first class and the other side get together.

        Utility falls with cost and the weights sum to that of the other side, so the latter bounds the virtual
        surplus.
        """
        program = HintProgram()
        gains = self.prior * (self.values - self.costs)
        quantity = program.columns(self.prior.size, 1.0)
        utility = program.columns(self.class_prior.size)
        for edge in range(self.sources.size):
            program.row(self._slack(edge, quantity, utility), 0.0)
        other = [*zip(quantity, gains, strict=True), *zip(utility, -self.class_prior, strict=True)]
        program.row(other, 0.0)

        def most(objective: list[Term]) -> float:
            x = program.solve(objective)
            # Without a bound from HiGHS, all gains go to one class: sum of p U over lower costs is at most the gains.
            return np.inf if x is None else float(sum(x[c] * v for c, v in objective))

        plain = np.maximum(gains, 0).sum() / np.cumsum(self.class_prior)
        bounds = [min(most([(u, 1.0)]), b) for u, b in zip(utility, plain, strict=True)]
        total = min(most([*other, (utility[0], 1.0)]), plain[0] + np.maximum(gains, 0).sum())
        return np.array(bounds), float(total)

    def _multiplier_bounds(self, most_total: float) -> Array:
        """Bound the multipliers from the lowest class up.

        The virtual surplus of a type is bounded, so its virtual cost is bounded below and with it what multipliers
        downwards on it may lower, given what those upwards raise; what crosses a cut upwards exceeds what
        crosses it downwards by at most the probability below the cut.
        """
        bounds = np.zeros(self.sources.size)
        lowered = np.zeros(self.prior.size)
        crossing = 0.0
        for g in range(self.class_prior.size):
            for i in np.flatnonzero(self.chain.class_of == g):
                on = np.flatnonzero(self.targets == i)
                up, down = on[self.distances[on] > 0], on[self.distances[on] < 0]
                bounds[up] = crossing
                raised = crossing * max(self.distances[up], default=0.0)
                lowered[i] = max(0.0, most_total - self.prior[i] * (self.values[i] - self.costs[i]) + raised)
                bounds[down] = lowered[i] / -self.distances[down]
            crossing = float(self.class_prior[: g + 1].sum())
            for i in np.flatnonzero(self.chain.class_of <= g):
                over = self.distances[(self.targets == i) & (self.sources > g)]
                crossing += lowered[i] / min(-over) if over.size else 0.0
        return bounds

    # -- rows ------------------------------------------------------------------------------------------

    def _types(self, most_surplus: Array, most_loss: Array) -> None:
        row = self.program.row
        for i in range(self.prior.size):
            on = np.flatnonzero(self.targets == i)
            gain = self.values[i] - self.costs[i]
            raised = [(self.alpha[e], self.distances[e] / self.prior[i]) for e in on]
            row([(self.surplus[i], 1.0), (self.loss[i], -1.0), *raised], gain, gain)
            row([(self.surplus[i], 1.0), (self.trades[i], -most_surplus[i])], high=0.0)
            row([(self.quantity[i], 1.0), (self.trades[i], -1.0)], 0.0)
            row([(self.loss[i], 1.0), (self.abstains[i], -most_loss[i])], high=0.0)
            row([(self.quantity[i], 1.0), (self.abstains[i], 1.0)], high=1.0)

    def _classes(self) -> None:
        row = self.program.row
        for g in range(self.class_prior.size):
            members = np.flatnonzero(self.chain.class_of == g)
            out, into = np.flatnonzero(self.sources == g), np.flatnonzero(self.target_class == g)
            net = [(self.alpha[e], 1.0) for e in out] + [(self.alpha[e], -1.0) for e in into]
            row([(self.weight[g], 1.0), *net], self.class_prior[g], self.class_prior[g])
            identity = [(self.utility[g], self.class_prior[g])]
            for i in members:
                identity.append((self.quantity[i], self.prior[i] * (self.costs[i] - self.values[i])))
                identity.append((self.surplus[i], self.prior[i] * (1 - self.power)))
            flows = [(self.flow[e], -1.0) for e in out] + [(self.flow[e], 1.0) for e in into]
            row([*identity, *flows], 0.0, 0.0)
            row([(self.weight[g], 1.0), (self.weighted[g], -1.0)], high=0.0)
            most = self.most_utility[g]
            row([(self.excess[g], 1.0), (self.weighted[g], most)], high=most)
            row([(self.excess[g], 1.0), (self.utility[g], -1.0)], high=0.0)
            # Where the excess is positive, lambda is 0 and multipliers out of g are p and those into g: at least p.
            row([*((self.flow[e], 1.0) for e in out), (self.excess[g], -self.class_prior[g])], 0.0)

    def _constraints(self) -> None:
        row = self.program.row
        binds = dict(zip(np.flatnonzero(self.neighbours).tolist(), self.binds.tolist(), strict=True))
        for e, bind in binds.items():
            slack = self._slack(e, self.quantity, self.utility)
            most_slack = self.most_utility[self.sources[e]] + max(0.0, -self.distances[e])
            row(slack, 0.0)
            row([*slack, (bind, most_slack)], high=most_slack)
        for e in range(self.sources.size):
            source = self.sources[e]
            most, reach = self.most_alpha[e], self.most_utility[source]
            for neighbour in self._implied(e):
                row([(self.alpha[e], 1.0), (binds[neighbour], -most)], high=0.0)
            # The convex hull of theta = alpha s over the bounds of both.
            row([(self.flow[e], 1.0), (self.alpha[e], -reach)], high=0.0)
            row([(self.flow[e], 1.0), (self.excess[source], -most)], high=0.0)
            row([(self.flow[e], 1.0), (self.alpha[e], -reach), (self.excess[source], -most)], -most * reach)

    def _implied(self, edge: int) -> list[int]:
        """Return the constraints between neighbours that bind if this one does: its slack is the sum of theirs.

        Between classes further apart it binds only if those between are pooled with the reported type, so that they
        do not gain by reporting each other, up or down.
        """
        if self.neighbours[edge]:
            return [edge]
        source, target, end = int(self.sources[edge]), int(self.targets[edge]), int(self.target_class[edge])
        between = range(min(source, end) + 1, max(source, end))
        step = 1 if end > source else -1
        return [
            f
            for f in np.flatnonzero(self.neighbours).tolist()
            if self.target_class[f] in between or (self.targets[f] == target and self.sources[f] == end - step)
        ]

    # -- division --------------------------------------------------------------------------------------

    def split(self, point: Point, boxes: Boxes) -> list[Boxes]:
        """Divide the interval of the class whose flow differs most from its multipliers times one excess.

        Returns
        -------
        list of boxes
            Two that together are `boxes`, the more promising first; none if every flow is such a product.
        """
        worst, chosen, middle = 0.0, -1, 0.0
        for g in range(self.class_prior.size):
            out = np.flatnonzero(self.sources == g)
            out = out[point.alpha[out] > SMALL]
            flow, alpha = point.flow[out], point.alpha[out]
            if not out.size or flow.sum() <= SMALL:
                continue
            excess = flow.sum() / alpha.sum()
            difference = float(np.abs(flow - alpha * excess).max())
            if difference > max(worst, NEGLIGIBLE):
                worst, chosen, middle = difference, g, float(excess)
        if chosen < 0:
            return []
        low, high = boxes.get(chosen, (0.0, float(self.most_utility[chosen])))
        if not low + 0.1 * (high - low) < middle < high - 0.1 * (high - low):
            middle = (low + high) / 2
        if not low < middle < high:
            return []
        parts = [(low, middle), (middle, high)]
        if point.excess[chosen] > middle:
            parts.reverse()
        return [{**boxes, chosen: part} for part in parts]

    def _interval_rows(self, g: int, low: float, high: float) -> list[tuple[list[Term], float, float]]:
        """Return rows that keep the excess of a class inside an interval, and its flows in the convex hull."""
        excess = self.excess[g]
        rows: list[tuple[list[Term], float, float]] = [([(excess, 1.0)], low, high)]
        for e in np.flatnonzero(self.sources == g):
            flow, alpha, most = self.flow[e], self.alpha[e], self.most_alpha[e]
            rows += [
                ([(flow, 1.0), (alpha, -low)], 0.0, np.inf),
                ([(flow, 1.0), (alpha, -high)], -np.inf, 0.0),
                ([(flow, 1.0), (alpha, -high), (excess, -most)], -most * high, np.inf),
                ([(flow, 1.0), (alpha, -low), (excess, -most)], -np.inf, -most * low),
            ]
        return rows
