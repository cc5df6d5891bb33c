"""Assessments: strategies together with beliefs, and the check for weak perfect Bayesian equilibrium."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from gametheory.errors import InputError, nearest
from gametheory.extensive.arrays import as_exact, as_floats
from gametheory.extensive.findings import Findings
from gametheory.extensive.profile import StrategyProfile, behaviour, edge_weights
from gametheory.extensive.structure import best_response_values, reach_probabilities, require_recall
from gametheory.extensive.values import one_shot_gains
from gametheory.numbers import decode, exact_array, float_array
from gametheory.solution import Certificate, Termination

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gametheory.extensive.form import ExtensiveGame


@dataclass(frozen=True, eq=False)
class Assessment:
    """A strategy profile, and what players believe where they cannot tell nodes apart.

    Attributes
    ----------
    profile : StrategyProfile
        The strategies.
    beliefs : mapping of str to mapping of str to number
        By label of the information set, then by the moves that lead to the node, joined by slashes (``start``
        for none): its probability. Information sets of one node may be left out.
    """

    proves: ClassVar[Termination] = Termination.SOLVED
    #: What an assessment is checked for unless told otherwise; the form's own concept would not look at beliefs.
    concept: ClassVar[str] = "weak_perfect_bayesian"

    profile: StrategyProfile
    beliefs: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def to_data(self) -> dict[str, Any]:
        """Return the assessment as a tree."""
        return {"profile": self.profile.to_data(), "beliefs": {k: dict(v) for k, v in self.beliefs.items()}}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Build the assessment from what `to_data` returned, or from that tree read back from JSON."""
        if not isinstance(data, Mapping) or "profile" not in data:
            raise InputError("an assessment needs 'profile' and 'beliefs'")
        given = data.get("beliefs") or {}
        if not isinstance(given, Mapping) or not all(isinstance(v, Mapping) for v in given.values()):
            raise InputError("'beliefs' is a table by information set, of tables by history")
        beliefs = {str(k): {str(h): decode(p) for h, p in v.items()} for k, v in given.items()}
        return cls(StrategyProfile.from_data(data["profile"]), beliefs)


def beliefs_of(game: ExtensiveGame, beliefs: Mapping[str, Mapping[str, Any]], *, exact: bool) -> NDArray[Any]:
    """Return the belief in every node, given its information set [nodes].

    Raises
    ------
    InputError
        If an information set or node is unknown, or an information set of several nodes is left out.
    """
    members: dict[int, list[int]] = {}
    for v in game.decisions.tolist():
        members.setdefault(int(game.set_of[v]), []).append(v)
    for label in beliefs:
        if label not in game.set_index:
            raise InputError(f"no information set '{label}'", remedy=nearest(label, game.set_index))
    listed: list[Any] = [Fraction(0)] * game.nodes
    for k, nodes in members.items():
        label = game.set_label(k)
        names = {"/".join(game.history(v)) or "start": v for v in nodes}
        if label not in beliefs:
            if len(nodes) > 1:
                shown = ", ".join(f"'{name}'" for name in list(names)[:5]) + (", ..." if len(names) > 5 else "")
                raise InputError(
                    f"the assessment holds no belief at information set '{label}'",
                    remedy=f"give the probability of each of its nodes: {shown}",
                )
            listed[nodes[0]] = Fraction(1)
            continue
        for history, p in beliefs[label].items():
            if history not in names:
                raise InputError(f"'{history}' is no node of information set '{label}'", remedy=nearest(history, names))
            listed[names[history]] = p
    return exact_array(listed) if exact else float_array(listed)


def verify_assessment(game: ExtensiveGame, answer: Assessment, *, exact: bool) -> Certificate:
    """Check that an assessment is a weak perfect Bayesian equilibrium.

    Where the strategies lead, beliefs must follow from them by Bayes' rule; at every information set, reached or
    not, the player must have no better continuation, given the belief there.

    Returns
    -------
    Certificate
        ``weak_perfect_bayesian``.

    Raises
    ------
    InputError
        If the assessment does not fit the game, or somebody forgets.
    """
    if not game.is_tree or game.points is not None:
        raise InputError("an assessment is checked on a single tree")
    require_recall(game)
    profile = answer.profile
    moves = behaviour(game, profile.strategy, exact=exact)
    convert = as_exact if exact else as_floats
    payoffs = convert(game.payoffs)
    weights = edge_weights(game, moves, None if game.probability is None else convert(game.probability))
    if exact:
        weights = as_exact(weights)
    beliefs = beliefs_of(game, answer.beliefs, exact=exact)
    findings = Findings(game, exact)
    findings.check_distributions(moves)
    value, _ = one_shot_gains(game, payoffs, weights)
    reach = reach_probabilities(game, weights)
    for k in range(game.sets):
        nodes = game.decisions[game.set_of[game.decisions] == k]
        label = game.set_label(k)
        held = beliefs[nodes]
        findings.checked += 2
        findings.add_share(f"beliefs at '{label}' sum to 1", abs(held.sum() - 1))
        findings.add_share(f"beliefs at '{label}' are not negative", max(-held.min(), held.sum() * 0))
        total = reach[nodes].sum()
        if total > 0:
            findings.checked += len(nodes)
            for v, p in zip(nodes.tolist(), held, strict=True):
                where = "/".join(game.history(v)) or "start"
                findings.add_share(f"belief in '{where}' follows from the strategies", abs(reach[v] / total - p))
        i = int(game.player[nodes[0]])
        start = np.zeros(game.nodes, dtype=np.int64).astype(beliefs.dtype)
        start[nodes] = held
        begins = np.zeros(game.nodes, dtype=bool)
        begins[0] = True
        begins[nodes] = True
        best = best_response_values(game, i, payoffs, weights, begins, start)
        gain = sum(p * (best[v] - value[v, i]) for v, p in zip(nodes.tolist(), held, strict=True))
        findings.checked += 1
        findings.add_gain(f"{game.players[i]} gains at '{label}'", gain)
    worth = [Fraction(x) if exact else float(x) for x in value[0]]
    findings.check_report(profile, worth, weights)
    return findings.certificate("weak_perfect_bayesian")
