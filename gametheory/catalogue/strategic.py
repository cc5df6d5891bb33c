"""Games in strategic form."""

from __future__ import annotations

from gametheory.forms import FormType
from gametheory.solvers import Solver

FORMS = (
    FormType(
        "StrategicGame",
        "gametheory.strategic:StrategicGame",
        concept="nash",
        verifier="gametheory.strategic.verify:verify",
        answers={
            "Equilibria": "gametheory.strategic:Equilibria",
            "ApproximateEquilibrium": "gametheory.strategic:ApproximateEquilibrium",
            "NoPureEquilibrium": "gametheory.strategic:NoPureEquilibrium",
            "Elimination": "gametheory.strategic:Elimination",
            "QuantalResponse": "gametheory.strategic:QuantalResponse",
        },
        report="gametheory.strategic.report:report",
        readers={".nfg": "gametheory.strategic.nfg:read"},
        writers={".nfg": "gametheory.strategic.nfg:write"},
    ),
)

SOLVERS = (
    Solver(
        "StrategicGame",
        "nash",
        "support_enumeration",
        "gametheory.strategic.support:solve",
        refuses="gametheory.strategic.support:refuses",
        exact=True,
        summary="all extreme equilibria of two players, in rational arithmetic",
    ),
    Solver(
        "StrategicGame",
        "nash",
        "zero_sum",
        "gametheory.strategic.zero_sum:solve",
        refuses="gametheory.strategic.zero_sum:refuses",
        exact=True,
        summary="linear programming for two players whose payoffs add up to a constant",
    ),
    Solver(
        "StrategicGame",
        "nash",
        "lemke_howson",
        "gametheory.strategic.lemke_howson:solve",
        refuses="gametheory.strategic.lemke_howson:refuses",
        exact=True,
        summary="one equilibrium of two players by complementary pivoting, in integers",
    ),
    Solver(
        "StrategicGame",
        "nash",
        "nashpy",
        "gametheory.strategic.external:solve",
        refuses="gametheory.strategic.external:refuses",
        exact=True,
        options=("solver",),
        summary="nashpy's algorithms for two players, as nashpy:lemke_howson",
    ),
    Solver(
        "StrategicGame",
        "nash",
        "pygambit",
        "gametheory.strategic.gambit:solve",
        refuses="gametheory.strategic.gambit:refuses",
        exact=True,
        options=("solver",),
        summary="pygambit's algorithms for any number of players, as pygambit:logit",
    ),
    Solver(
        "StrategicGame",
        "nash",
        "pure_enumeration",
        "gametheory.strategic.pure:solve_nash",
        refuses="gametheory.strategic.pure:refuses",
        exact=True,
        summary="the pure ones among the equilibria",
    ),
    Solver(
        "StrategicGame",
        "pure_nash",
        "pure_enumeration",
        "gametheory.strategic.pure:solve",
        refuses="gametheory.strategic.pure:refuses",
        exact=True,
        summary="all pure equilibria, or the proof that there is none",
    ),
    Solver(
        "StrategicGame",
        "undominated",
        "iterated_dominance",
        "gametheory.strategic.dominance:solve",
        exact=True,
        options=("strict", "mixed"),
        summary="iterated elimination of dominated strategies, step by step",
    ),
    Solver(
        "StrategicGame",
        "logit",
        "pygambit",
        "gametheory.strategic.gambit:solve_logit",
        refuses="gametheory.strategic.gambit:refuses_logit",
        options=("rationality",),
        summary="logit quantal response equilibrium on the principal branch",
    ),
)
