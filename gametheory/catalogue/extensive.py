"""Games in extensive form and multistage games."""

from __future__ import annotations

from gametheory.forms import FormType
from gametheory.solvers import Solver

FORMS = (
    FormType(
        "ExtensiveGame",
        "gametheory.extensive:ExtensiveGame",
        concept="subgame_perfect",
        verifier="gametheory.extensive.verify:verify",
        answers={
            "StrategyProfile": "gametheory.extensive:StrategyProfile",
            "ProfileBatch": "gametheory.extensive:ProfileBatch",
            "Assessment": "gametheory.extensive:Assessment",
        },
        report="gametheory.extensive.report:report",
        readers={".efg": "gametheory.extensive.efg:read"},
        writers={".efg": "gametheory.extensive.efg_writer:write"},
        figures={"tree": "gametheory.extensive.drawing:draw_tree"},
    ),
    FormType(
        "MultistageGame",
        "gametheory.extensive:MultistageGame",
        concept="subgame_perfect",
        verifier="gametheory.extensive.stage_verify:verify",
        answers={"StageProfile": "gametheory.extensive:StageProfile"},
        report="gametheory.extensive.report:report_stages",
    ),
)

SOLVERS = (
    Solver(
        "ExtensiveGame",
        "subgame_perfect",
        "backward_induction",
        "gametheory.extensive.backward:solve",
        refuses="gametheory.extensive.backward:refuses",
        exact=True,
        ties=("first", "last", "random", "prefer", "all_payoffs"),
        options=("limit",),
        summary="backward induction on perfect information and simultaneous moves",
    ),
    Solver(
        "ExtensiveGame",
        "subgame_perfect",
        "subgames",
        "gametheory.extensive.subgames:solve",
        refuses="gametheory.extensive.subgames:refuses",
        exact=True,
        ties=("first", "last", "random", "prefer", "all_payoffs"),
        options=("limit",),
        summary="every minimal subgame in its strategic form, from the last to the whole",
    ),
    Solver(
        "ExtensiveGame",
        "subgame_perfect",
        "sequence_form",
        "gametheory.extensive.sequence:solve_subgames",
        refuses="gametheory.extensive.sequence:refuses",
        exact=True,
        summary="a linear program for each subgame; two players whose payoffs add up to a constant",
    ),
    Solver(
        "ExtensiveGame",
        "nash",
        "backward_induction",
        "gametheory.extensive.backward:solve",
        refuses="gametheory.extensive.backward:refuses_nash",
        exact=True,
        ties=("first", "last", "random", "prefer"),
        summary="with perfect information, a subgame-perfect equilibrium, which is one",
    ),
    Solver(
        "ExtensiveGame",
        "nash",
        "sequence_form",
        "gametheory.extensive.sequence:solve",
        refuses="gametheory.extensive.sequence:refuses",
        exact=True,
        summary="one linear program; two players whose payoffs add up to a constant",
    ),
    Solver(
        "ExtensiveGame",
        "nash",
        "pygambit",
        "gametheory.extensive.gambit:solve",
        refuses="gametheory.extensive.gambit:refuses",
        exact=True,
        options=("solver",),
        summary="pygambit's algorithms on the tree, as pygambit:logit",
    ),
    Solver(
        "ExtensiveGame",
        "nash",
        "subgames",
        "gametheory.extensive.subgames:solve",
        refuses="gametheory.extensive.subgames:refuses",
        exact=True,
        ties=("first", "last", "random", "prefer"),
        summary="a subgame-perfect equilibrium, which is one",
    ),
    Solver(
        "ExtensiveGame",
        "nash",
        "pure_enumeration",
        "gametheory.extensive.gambit:solve_pure",
        refuses="gametheory.extensive.gambit:refuses_pure",
        exact=True,
        summary="the first pure equilibrium of the strategic form; needs no recall",
    ),
    Solver(
        "MultistageGame",
        "subgame_perfect",
        "backward_induction",
        "gametheory.extensive.stages:solve",
        exact=True,
        ties=("first", "last", "random", "prefer"),
        summary="backward induction over stages, with bargained prices",
    ),
)
