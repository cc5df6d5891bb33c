"""Well-known problems as mediated games."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from gametheory.errors import InputError
from gametheory.mechanism.communication.problem import CommunicationProblem
from gametheory.numbers import number_array, simplest_sum_to_one

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gametheory.strategic import StrategicGame


def correlated_equilibrium(game: StrategicGame, objective: Any = None, *, coarse: bool = False) -> CommunicationProblem:
    """Return the problem of the best correlated equilibrium of a game (Aumann 1974).

    Parameters
    ----------
    game : StrategicGame
        The game; a device recommends a strategy to each player.
    objective : ndarray of the shape of a profile, or sequence of numbers by player, optional
        What the device maximises: a value for every profile, or a weight for every player's payoff; by default the
        sum of payoffs.
    coarse : bool
        Whether players may only deviate before they hear the recommendation (Moulin and Vial 1978).
    """
    payoffs = game.payoffs
    aim = payoffs.sum(axis=0) if objective is None else number_array(objective)
    if aim.ndim == 1 and len(game.players) > 1:
        if len(aim) != len(game.players):
            raise InputError(f"{len(aim)} weights for {len(game.players)} players")
        aim = (payoffs * aim.reshape(-1, *(1,) * len(game.players))).sum(axis=0)
    lead = (1,) * (len(game.players) + 2)
    return CommunicationProblem(
        agents=game.players,
        actions=game.strategies,
        utility=payoffs.reshape(len(game.players), *lead, *game.shape),
        objective=aim.reshape(*lead, *game.shape),
        obedience="before_recommendation" if coarse else "after_recommendation",
    )


def bayes_correlated_equilibrium(
    agents: Sequence[str],
    actions: Sequence[Sequence[str]],
    utility: Any,
    objective: Any,
    prior: Any,
    *,
    states: Sequence[str],
    types: Sequence[Sequence[str]] | None = None,
) -> CommunicationProblem:
    """Return the problem of the best Bayes correlated equilibrium of a basic game (Bergemann and Morris 2016).

    The mediator knows the state and the types, and only recommends: its optimum is the best for `objective` over all
    information that could be added to what the players know.

    Parameters
    ----------
    agents, actions, states, types
        Names; without `types` the players know nothing but the prior.
    utility : array of shape (N, S, T1, ..., TN, A1, ..., AN)
        Payoffs of the players; without `types`, of shape (N, S, A1, ..., AN).
    objective : array of shape (S, T1, ..., TN, A1, ..., AN)
        What is maximised; without `types`, of shape (S, A1, ..., AN).
    prior : array of shape (S, T1, ..., TN)
        Probabilities; without `types`, of shape (S,).
    """
    n = len(agents)
    listed = tuple((a,) for a in agents) if types is None else tuple(tuple(t) for t in types)
    information = (len(states), *(len(t) for t in listed))
    outcome = (1, *(len(a) for a in actions))
    try:
        u = number_array(utility).reshape(n, *information, *outcome)
        g = number_array(objective).reshape(*information, *outcome)
        p = number_array(prior).reshape(information)
    except ValueError as error:
        raise InputError(f"the arrays of the game do not fit its names: {error}") from None
    return CommunicationProblem(
        agents=tuple(agents),
        actions=tuple(tuple(a) for a in actions),
        utility=u,
        objective=g,
        types=listed,
        states=tuple(states),
        prior=p,
        types_are="known",
    )


def bayesian_persuasion(
    prior: Mapping[str, Any], actions: Sequence[str], sender: Any, receiver: Any
) -> CommunicationProblem:
    """Return the problem of a sender who commits to what a receiver learns (Kamenica and Gentzkow 2011).

    Parameters
    ----------
    prior : mapping of str to number
        Probability of each state.
    actions : sequence of str
        The receiver's actions.
    sender, receiver : arrays of shape (states, actions)
        Their payoffs.
    """
    u = number_array(receiver)
    return bayes_correlated_equilibrium(
        ("receiver",), (tuple(actions),), u[None], sender, number_array(list(prior.values())), states=tuple(prior)
    )


def moral_hazard(
    efforts: Mapping[str, Any],
    outputs: Mapping[str, Any],
    likelihood: Any,
    wages: Mapping[str, tuple[Any, Any]],
    outside: Any,
) -> CommunicationProblem:
    """Return the problem of a principal who hires an agent whose effort cannot be seen, over lotteries of contracts.

    A contract says a wage for every output. The principal maximises expected output less wages; the agent's
    utility is that of the wage less the cost of effort.

    Parameters
    ----------
    efforts : mapping of str to number
        The agent's cost of each effort, in utility.
    outputs : mapping of str to number
        The principal's value of each output, in money.
    likelihood : array of shape (efforts, outputs)
        Probability of each output after each effort.
    wages : mapping of str to (number, number)
        Wages that can be paid: each in money, and in the agent's utility.
    outside : number
        The agent's utility without the contract.

    Raises
    ------
    InputError
        If the likelihood has another shape, or a row does not sum to 1.
    """
    from itertools import product

    chance = number_array(likelihood)
    if chance.shape != (len(efforts), len(outputs)):
        raise InputError(f"the likelihood has shape {chance.shape}, not {(len(efforts), len(outputs))}")
    for effort, row in zip(efforts, chance, strict=True):
        if (row < 0).any() or not simplest_sum_to_one(row):
            raise InputError(f"the likelihood after effort '{effort}' is not a row of probabilities that sum to 1")
    paid, felt = (number_array([w[k] for w in wages.values()]) for k in (0, 1))
    contracts = np.array(list(product(range(len(wages)), repeat=len(outputs))), dtype=np.int64)
    labels = [
        ",".join(f"{o}:{w}" for o, w in zip(outputs, c, strict=True)) for c in product(wages, repeat=len(outputs))
    ]
    value = number_array(list(outputs.values()))
    principal = _expected(chance, value[None, :] - paid[contracts])
    agent = _expected(chance, felt[contracts]) - number_array(list(efforts.values()))[None, :]
    lead = (1, 1)
    return CommunicationProblem(
        agents=("agent",),
        actions=(tuple(efforts),),
        utility=agent.reshape(1, *lead, *agent.shape),
        objective=principal.reshape(*lead, *principal.shape),
        decisions=tuple(labels),
        outside=(number_array([outside]),),
    )


def _expected(chance: NDArray[Any], by_output: NDArray[Any]) -> NDArray[Any]:
    """Return the expectation of an array (contracts, outputs) for each effort: (contracts, efforts)."""
    return (by_output[:, None, :] * chance[None, :, :]).sum(axis=2)  # type: ignore[no-any-return]
