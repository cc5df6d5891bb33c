"""What solvers draw can be drawn again, whether or not a seed was given."""

import numpy as np

import gametheory as gt
from gametheory.solvers import Options


def test_a_seed_is_drawn_only_for_those_who_ask():
    options = Options()
    assert options.seed_used is None
    first, again = options.generator().random(5), options.generator().random(5)
    assert (first == again).all()
    assert (first == np.random.default_rng(options.seed_used).random(5)).all()
    assert Options(seed=7).seed_used == 7
    assert (Options(seed=7).generator().random(5) == np.random.default_rng(7).random(5)).all()


def test_a_lottery_can_be_held_again():
    houses = {f"a{i}": [f"a{k}" for k in range(6)] for i in range(6)}
    market = gt.MatchingMarket.housing(houses)
    drawn = gt.solve(market, method="serial_dictatorship", concept="pareto_efficient", ties="single_lottery").require()
    seed = drawn.provenance.seed
    assert (
        drawn.results["matching"]
        == (
            gt.solve(market, method="serial_dictatorship", concept="pareto_efficient", ties="single_lottery", seed=seed)
            .require()
            .results["matching"]
        )
    )
    plain = gt.solve(market, method="serial_dictatorship", concept="pareto_efficient").require()
    assert plain.provenance.seed is None
