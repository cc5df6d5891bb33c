"""The game in stages: sales at t1 at bargained prices, switches of type, then purchases at t2."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

from gametheory import MultistageGame, nash_bargain
from gametheory_plugins.front_running.markets import (
    LABELS,
    LARGE,
    SMALL,
    TRADERS,
    Market,
    holdings,
    losses,
    markets,
    probability,
)

#: What a large trader does at t1, by units sold.
SALES = ("hold", "sell 1", "sell 2")
NOTHING = "none"


@dataclass(frozen=True)
class State:
    """Where the game is: at t1 (no market), or at t2 with a buyer to choose, or at the end."""

    market: Market | None = None
    phase: str = ""
    supply: tuple[tuple[str, int], ...] = ()

    def __str__(self) -> str:
        if self.market is None:
            return self.phase or "t1"
        types = ", ".join(f"{t} {'high' if h else 'low'}" for t, h in zip(TRADERS, self.market.high, strict=True))
        left = " after " + "+".join(f"{n}{t}" for t, n in self.supply) if self.phase == "A" else ""
        return f"{LABELS[self.market.cell]} ({types}), {self.phase or 'no'} purchases{left}"


class TradingRules:
    """The rules of the game at one point, as `MultistageGame.from_rules` wants them.

    Parameters
    ----------
    rho_d, rho_u, q_A, q_D : Fraction
        Switching rates and bargaining powers.
    unit : Fraction
        What a unit without loss is worth at t1: dividend / r^2.
    scale : Fraction
        What a unit of loss is worth at t1: epsilon / r^2.
    paper : bool
        Whether a large buyer keeps to the paper's exceptions from the cheapest price.
    """

    players = TRADERS
    initial = State()

    def __init__(
        self,
        rho_d: Fraction,
        rho_u: Fraction,
        q_A: Fraction,
        q_D: Fraction,
        unit: Fraction,
        scale: Fraction,
        paper: bool,
    ) -> None:
        self.rho = (rho_d, rho_u)
        self.power = {"A": q_A, "D": q_D}
        self.unit, self.scale, self.paper = unit, scale, paper
        self.losses = losses(rho_d, rho_u, q_A, q_D)

    def actions(self, state: State) -> Mapping[str, tuple[str, ...]] | None:
        """Return the moves: units to sell at t1; from whom to buy at t2."""
        if state.market is None:
            return None if state.phase else {"A": SALES, "D": SALES}
        if state.phase == "small":
            sellers = tuple(t for t in ("D", "A") if dict(state.supply).get(t))
            return dict.fromkeys(state.market.small_buyers(), (*sellers, NOTHING))
        if state.phase in LARGE:
            return {state.phase: tuple(self._purchases(state))}
        return {"A": ("no trade",)}

    def next(self, state: State, profile: Mapping[str, str]) -> Any:
        """Return the next state, or the states with their probabilities."""
        if state.market is None:
            cell = (SALES.index(profile["A"]), SALES.index(profile["D"]))
            return {
                _following(State(market, "start", tuple(market.supply().items()))): probability(market, *self.rho)
                for market in markets(cell)
            }
        branches: dict[State, Fraction] = {}
        for chance, _, left in self._sold(state, profile):
            after = _following(State(state.market, state.phase, left)) if state.phase else State()
            after = after if after.phase else State(None, "end")
            branches[after] = branches.get(after, Fraction(0)) + chance
        return branches

    def payoffs(self, state: State, profile: Mapping[str, str]) -> Mapping[str, Fraction]:
        """Return the value of what is held when t2 begins, and what trade then adds."""
        market = state.market
        if market is None:
            return {}
        paid = dict.fromkeys(TRADERS, Fraction(0))
        if _following(State(market, "start", tuple(market.supply().items()))) == state:
            for t, n in market.holdings.items():
                paid[t] += n * (self.unit - self.scale * self.losses[market.reservation(t)])
        for chance, sold, _ in self._sold(state, profile):
            for seller, buyer, n in sold:
                price = self.losses[market.price(seller, buyer)]
                paid[seller] += chance * n * self.scale * (self.losses[market.reservation(seller)] - price)
                paid[buyer] += chance * n * self.scale * (price - self.losses[market.reservation(buyer)])
        return paid

    def bargain(self, state: State, profile: Mapping[str, str]) -> Any:
        """Return the bargains of a cell at t1.

        The alternative to a sale is no sale (one unit, if two units are sold to two buyers). A buyer who would
        have nothing otherwise counts as getting nothing, whatever she could buy at t2: small traders are myopic.
        """
        if state.market is not None:
            return None
        cell = (SALES.index(profile["A"]), SALES.index(profile["D"]))
        struck = []
        for k, seller in enumerate(LARGE):
            if not cell[k]:
                continue
            alone = not cell[1 - k]
            fallback = list(cell)
            fallback[k] = 1 if alone and cell[k] == 2 else 0
            buyers = [t for t in SMALL if holdings(cell)[t]] if alone else [SMALL[k]]
            marginal = next((t for t in buyers if not holdings((fallback[0], fallback[1]))[t]), SMALL[k])
            otherwise = (SALES[fallback[0]], SALES[fallback[1]], "-", "-")
            held = holdings((fallback[0], fallback[1]))[marginal]
            struck.append(
                nash_bargain(
                    seller,
                    marginal,
                    power=self.power[seller],
                    seller_disagreement=otherwise,
                    buyer_disagreement=otherwise if held else 0,
                    pays={seller: cell[k], **{t: -Fraction(cell[k], len(buyers)) for t in buyers}},
                )
            )
        return tuple(struck) or None

    def _purchases(self, state: State) -> dict[str, dict[str, int]]:
        """Return what a large buyer may buy, by name of the move: most units first, then from the largest sellers.

        Equal small sellers are one line: which of them sells is drawn.
        """
        market, buyer = state.market, state.phase
        assert market is not None
        left = {t: n for t, n in state.supply if t != buyer}
        chosen = market.exception(buyer, left) if self.paper else None
        kinds: dict[str, int] = {}
        for t in sorted(left, key=lambda t: ("large", "two", "one").index(market.kind(t))):
            name = t if t in LARGE else market.kind(t)
            kinds[name] = kinds.get(name, 0) + left[t]
        room = market.capacity(buyer)
        if chosen is not None:
            menu = [{t if t in LARGE else market.kind(t): n for t, n in chosen.items()}]
        else:
            counts = product(*(range(min(n, room), -1, -1) for n in kinds.values()))
            listed = [dict(zip(kinds, row, strict=True)) for row in counts if sum(row) <= room]
            menu = sorted(listed, key=lambda m: -sum(m.values()))
        names = {"one": "small trader of one", "two": "small trader of two"}
        return {" and ".join(f"{n} from {names.get(t, t)}" for t, n in m.items() if n) or NOTHING: m for m in menu}

    def _sold(self, state: State, profile: Mapping[str, str]) -> Iterator[tuple[Fraction, Any, Any]]:
        """Yield what a stage of t2 leads to: probability, sales (seller, buyer, units), what is left for sale."""
        market = state.market
        assert market is not None
        left = dict(state.supply)
        if state.phase == "small":
            sold = [(profile[t], t, 1) for t in market.small_buyers() if profile[t] != NOTHING]
            for seller, _, _ in sold:
                left[seller] -= 1
            yield Fraction(1), sold, tuple((t, n) for t, n in left.items() if n)
        elif state.phase in LARGE:
            wanted = self._purchases(state)[profile[state.phase]]
            for order in (SMALL, SMALL[::-1]):
                left, sold = dict(state.supply), []
                for name, units in wanted.items():
                    for t in (*LARGE, *order):
                        if name == (t if t in LARGE else market.kind(t)) and left.get(t) and units:
                            n = min(units, left[t])
                            units -= n
                            left[t] -= n
                            sold.append((t, state.phase, n))
                yield Fraction(1, 2), sold, tuple((t, n) for t, n in left.items() if n)
        else:
            yield Fraction(1), [], ()


def _following(state: State) -> State:
    """Return the next stage of a market in which somebody can buy; no phase if there is none."""
    market = state.market
    assert market is not None
    phases = ("start", "small", *LARGE[::-1], "")
    left = dict(state.supply)
    for phase in phases[phases.index(state.phase) + 1 :]:
        if phase == "small" and market.small_buyers() and any(left.get(t) for t in LARGE):
            return State(market, phase, state.supply)
        if phase in market.large_buyers() and any(n for t, n in left.items() if t != phase):
            return State(market, phase, state.supply)
    return State(market, "", ())


def trading_game(rules: TradingRules) -> MultistageGame:
    """Return the game in stages: A and D sell at t1, types switch, whoever wants to buy does at t2."""
    return MultistageGame.from_rules(rules)


def sales_game(values: Mapping[str, Any]) -> MultistageGame:
    """Return the game of t1 alone, 3 by 3, from tables of values ``A`` and ``D``."""

    class Sales:
        players = LARGE
        initial = "t1"

        def actions(self, state: str) -> Mapping[str, tuple[str, ...]] | None:
            return {"A": SALES, "D": SALES} if state == "t1" else None

        def next(self, state: str, profile: Mapping[str, str]) -> str:
            return "end"

        def payoffs(self, state: str, profile: Mapping[str, str]) -> Mapping[str, Any]:
            i, j = SALES.index(profile["A"]), SALES.index(profile["D"])
            return {t: values[t][i][j] for t in LARGE}

    return MultistageGame.from_rules(Sales())
