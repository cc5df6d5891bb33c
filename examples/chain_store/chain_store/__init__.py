"""Selten's chain store: an incumbent in many towns, and in each town somebody who may enter."""

from collections.abc import Mapping, Sequence
from typing import Any

from gametheory import Claim, Constraint, ExtensiveGame, Figure, Model, Number, Solution, canvas, parameter

STORE = "chain store"
START = "start"


class Towns:
    """Towns one after another. A state is the town's number, from 0, and what happened last: in, or the town before."""

    def __init__(self, towns: int, paid: Mapping[str, tuple[Number, Number]]) -> None:
        self.towns = towns
        self.paid = paid
        self.players = (STORE, *(f"entrant {town + 1}" for town in range(towns)))
        self.initial = (0, START)

    def player(self, state: tuple[int, str]) -> str | None:
        """Return who moves: the store after an entry, else the entrant of the town."""
        town, happened = state
        if town == self.towns:
            return None
        return STORE if happened == "in" else self.players[town + 1]

    def actions(self, state: tuple[int, str]) -> Sequence[str]:
        """Return the moves."""
        return ("cooperate", "fight") if state[1] == "in" else ("in", "out")

    def next(self, state: tuple[int, str], action: str) -> tuple[int, str]:
        """Return the store's choice after an entry, else the next town."""
        return (state[0], "in") if action == "in" else (state[0] + 1, action)

    def payoffs(self, state: tuple[int, str]) -> dict[str, Number] | None:
        """Return what the town before was worth."""
        town, happened = state
        if happened not in self.paid:
            return None
        store, entrant = self.paid[happened]
        return {STORE: store, self.players[town]: entrant}


def draw_threat(model: Model) -> Any:
    """Draw what the store gets over its profit from a fight, and what it would get if its threat were believed."""
    figure, axes = canvas()
    fights = [k / 10 for k in range(31)]
    found = [model.with_(fight=fight).solve().require().results for fight in fights]
    axis = axes[0, 0]
    axis.plot(fights, [float(results["store"]) for results in found], drawstyle="steps-post", label="subgame-perfect")
    axis.plot(fights, [float(results["deterrence"]) for results in found], label="threat believed")
    axis.set(xlabel="store's profit from a fight (money)", ylabel="store's profit in all towns (money)")
    axis.legend()
    return figure


class ChainStore(Model):
    """In one town after another an entrant stays out, or comes in and is met with a fight or with cooperation."""

    name = "chain_store"
    concept = "subgame_perfect"
    citation = "Selten (1978), The chain store paradox, Theory and Decision 9"
    requires_api = 1

    towns: int = parameter(20, ge=1, le=2000, doc="towns with one entrant each")
    monopoly: Number = parameter(5, doc="the store's profit in a town that nobody enters", unit="money")
    shared: Number = parameter(2, doc="the store's profit in a town where it cooperates", unit="money")
    fight: Number = parameter(0, doc="the store's profit in a town where it fights", unit="money")
    outside: Number = parameter(1, doc="an entrant's profit outside the market", unit="money")
    entry: Number = parameter(2, doc="an entrant's profit from an entry that meets cooperation", unit="money")
    defeat: Number = parameter(0, doc="an entrant's profit from an entry that is fought", unit="money")

    constraints = [Constraint("defeat < outside < entry", lambda m: (m.defeat < m.outside) & (m.outside < m.entry))]
    result_docs = {
        "entries": "towns entered",
        "fights": "entries that are fought",
        "store": "the store's profit in all towns (money)",
        "deterrence": "what the store would get if its threat kept everybody out (money)",
    }
    result_units = {"store": "money", "deterrence": "money"}
    statements = ("table 1", "induction theory")
    figures = [Figure("threat", "the store's profit (money) over its profit from a fight (money)", draw_threat)]

    def build(self) -> ExtensiveGame:
        """Return the game; histories with the same last event are one state."""
        paid = {
            "out": (self.monopoly, self.outside),
            "cooperate": (self.shared, self.entry),
            "fight": (self.fight, self.defeat),
        }
        return ExtensiveGame.from_rules(Towns(self.towns, paid), title="chain store")

    def report(self, solution: Solution) -> Mapping[str, Any]:
        """Return the results by name."""
        path = solution.answer.path
        return {
            "entries": path.count("in"),
            "fights": path.count("fight"),
            "store": solution.answer.payoffs[STORE],
            "deterrence": self.towns * self.monopoly,
        }

    claims = [
        Claim(
            "table1",
            "in one town, cooperation is worth 2 to the store once the entrant is in, and a monopoly 5",
            place="table 1",
            covers=("table 1",),
            settings={"towns": 1},
            paper=[2, 5],
            ours=lambda r: [r["store"], r["deterrence"]],
        ),
        Claim(
            "induction",
            "all of the twenty enter and none is fought",
            place="induction theory",
            covers=("induction theory",),
            paper=[20, 0],
            ours=lambda r: [r["entries"], r["fights"]],
        ),
        Claim(
            "paradox",
            "the store gets 40, and would get 100 if its threat were believed",
            place="induction theory",
            paper=[40, 100],
            ours=lambda r: [r["store"], r["deterrence"]],
        ),
        Claim("threat", "a store that gains by fighting is never entered", lambda r: r.solve(fight=3)["entries"] == 0),
    ]
