"""Claims: the statements of a paper, executable, each with its verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal

from gametheory.errors import GameTheoryError, ModelError, UsageError, nearest
from gametheory.notebook import Displayed

if TYPE_CHECKING:
    from gametheory.model import Model
    from gametheory.solution import Solution

Verdict = Literal["holds", "differs", "not_testable"]


class Reported(Mapping[str, Any]):
    """The results of a solved model, as a claim sees them: ``r["price"]``, ``r.model``, ``r.solve(delta=2)``."""

    def __init__(self, model: Model, exact: bool, solved: dict[str, Solution]) -> None:
        self.model = model
        self._exact = exact
        self._solved = solved

    @property
    def solution(self) -> Solution:
        """The solution behind the results, required to be solved and verified."""
        point = self.model.model_dump_json()
        if point not in self._solved:
            self._solved[point] = self.model.solve(exact=self._exact).require()
        return self._solved[point]

    def solve(self, **parameters: Any) -> Reported:
        """Return the results with some parameters changed; each parameter point is solved once."""
        return Reported(self.model.with_(**parameters), self._exact, self._solved)

    def __getitem__(self, key: str) -> Any:
        results = self.solution.results
        if key not in results:
            raise KeyError(f"no result '{key}'; {nearest(key, results)}")
        return results[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.solution.results)

    def __len__(self) -> int:
        return len(self.solution.results)


@dataclass(frozen=True)
class Claim(Displayed):
    """One statement of a paper.

    Either `check` decides it, or `paper` is compared with `ours`; with neither, it is not testable.

    Attributes
    ----------
    id : str
        Unique within the model, for example ``"table1.panel2.q_A=0.81"``.
    statement : str
        What the paper says, in one line of our own words.
    check : callable or None
        ``check(results) -> bool``, of `Reported` results.
    place : str
        Where in the paper: ``"Table 4"``, ``"equation (17)"``.
    covers : tuple of str
        The numbered items of the paper this claim accounts for, as the model's `statements` spell them.
    paper : object
        The paper's value: a number, text, a boolean, or lists and dicts of these.
    ours : callable or None
        ``ours(results)``: our value, of the same shape as `paper`.
    tolerance : Fraction or float
        Largest absolute difference that still holds, per number.
    settings : mapping
        Parameters the statement is about, where they are not the model's defaults.
    recorded : str or mapping of str to str
        The verdict on record; where it depends on a setting, by setting: ``{"formulas=published": "holds"}``.
    reason : str
        Why it differs or is not testable: misprint, algebra slip, units, our reading, proprietary data.
    """

    id: str
    statement: str
    check: Callable[[Reported], bool] | None = None
    place: str = ""
    covers: tuple[str, ...] = ()
    paper: Any = None
    ours: Callable[[Reported], Any] | None = None
    tolerance: Fraction | float = 0
    settings: Mapping[str, Any] = field(default_factory=dict)
    recorded: Verdict | Mapping[str, Verdict] = "holds"
    reason: str = ""

    def __post_init__(self) -> None:
        if self.check is None and self.ours is None and self.recorded != "not_testable":
            raise ModelError(f"claim '{self.id}' has neither check nor ours, and is not recorded as not_testable")
        if self.recorded != "holds" and not self.reason:
            raise ModelError(f"claim '{self.id}' is recorded as {self.recorded} without a reason")

    def recorded_for(self, model: Model) -> Verdict:
        """Return the verdict on record for a model's parameters.

        Raises
        ------
        ModelError
            If the record depends on settings and names none of the model's.
        """
        if isinstance(self.recorded, str):
            return self.recorded
        for setting, verdict in self.recorded.items():
            name, _, value = setting.partition("=")
            if str(getattr(model, name)) == value:
                return verdict
        raise ModelError(f"claim '{self.id}' has no recorded verdict for these parameters")


@dataclass(frozen=True)
class ClaimReport(Displayed):
    """A claim beside what was computed."""

    claim: Claim
    verdict: Verdict
    recorded: Verdict
    ours: Any

    @property
    def changed(self) -> bool:
        """Whether the verdict is not the one on record."""
        return self.verdict != self.recorded


def evaluate(model: Model, claims: Sequence[Claim], *, exact: bool = True) -> Iterator[ClaimReport]:
    """Decide claims one by one; parameter points shared by claims are solved once.

    Parameters
    ----------
    model : Model
        The model at the parameters the user chose; a claim's own settings override them.
    claims : sequence of Claim
        Which ones.
    exact : bool
        Whether the model is solved in rational arithmetic.

    Yields
    ------
    ClaimReport
        In the order of `claims`.

    Raises
    ------
    GameTheoryError
        If the model is not solved where a claim needs it; the claim is named.
    """
    from gametheory.model import guarded

    solved: dict[str, Solution] = {}
    for claim in claims:
        try:
            with guarded(type(model), f"claim '{claim.id}'"):
                report = _decided(claim, Reported(model.with_(**claim.settings), exact, solved))
        except GameTheoryError as error:
            error.place = error.place or f"claim '{claim.id}' of {model.label()}"
            raise
        yield report


def _decided(claim: Claim, reported: Reported) -> ClaimReport:
    recorded = claim.recorded_for(reported.model)
    if claim.check is not None:
        holds = bool(claim.check(reported))
        ours = claim.ours(reported) if claim.ours else holds
    elif claim.ours is not None:
        ours = claim.ours(reported)
        holds = agree(claim.paper, ours, claim.tolerance)
    else:
        return ClaimReport(claim, "not_testable", recorded, None)
    return ClaimReport(claim, "holds" if holds else "differs", recorded, ours)


def pinned(claims: Sequence[Claim], names: Iterable[str]) -> dict[str, int]:
    """Return how many claims are about fixed values of the parameters named, and so ignore what is set."""
    counts = {name: sum(name in claim.settings for claim in claims) for name in names}
    return {name: count for name, count in counts.items() if count}


def chosen(claims: Sequence[Claim], wanted: str | None) -> list[Claim]:
    """Return the claims whose id is, or begins with, `wanted`; all of them for None.

    Raises
    ------
    UsageError
        If there is none; the nearest ids are given.
    """
    if wanted is None:
        return list(claims)
    found = [c for c in claims if c.id == wanted] or [c for c in claims if c.id.startswith(wanted + ".")]
    if not found:
        raise UsageError(f"no claim '{wanted}'", remedy=nearest(wanted, [c.id for c in claims]))
    return found


def agree(paper: Any, ours: Any, tolerance: Fraction | float = 0) -> bool:
    """Say whether two values agree: numbers within `tolerance`, all else equal, item by item."""
    if isinstance(paper, Mapping):
        return (
            isinstance(ours, Mapping)
            and paper.keys() == ours.keys()
            and all(agree(paper[k], ours[k], tolerance) for k in paper)
        )
    if isinstance(paper, list | tuple):
        return (
            isinstance(ours, list | tuple)
            and len(paper) == len(ours)
            and all(agree(p, o, tolerance) for p, o in zip(paper, ours, strict=True))
        )
    if isinstance(paper, bool | str) or paper is None or ours is None:
        return bool(paper == ours)
    return bool(abs(paper - ours) <= tolerance)
