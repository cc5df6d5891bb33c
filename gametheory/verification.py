"""Re-checking a saved solution: its answers against its forms, and its results against its model."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gametheory import tolerances
from gametheory.engine import check, report
from gametheory.errors import GameTheoryError, InputError, VerificationError
from gametheory.files import read_json
from gametheory.replay import Replay
from gametheory.saving import (
    certificate_to_json,
    decimals_as_floats,
    digests,
    encode_results,
    parameters_from_json,
    solution_from_json,
)
from gametheory.solution import Certificate, Solution, Termination, Violation
from gametheory.trees import differences

if TYPE_CHECKING:
    from gametheory.model import Model


@dataclass(frozen=True)
class Verification:
    """What re-checking a file found.

    Attributes
    ----------
    ok : bool
        Whether everything agrees.
    certificate : Certificate or None
        The recomputed certificate of the main answer; None if the file holds no answer to check.
    termination : Termination
        How the file says that the solve ended.
    violations : tuple of Violation
        Constraints broken, and keys of the file that do not match what was recomputed.
    notes : tuple of str
        What was not checked, and why.
    """

    ok: bool
    certificate: Certificate | None
    termination: Termination = Termination.SOLVED
    violations: tuple[Violation, ...] = ()
    notes: tuple[str, ...] = ()


def verify_file(path: str | Path, model: type[Model] | None = None) -> Verification:
    """Re-check a saved solution from the file alone; recompute its results where the model is installed.

    The answers are checked against the forms first, without importing any plugin's code.

    Parameters
    ----------
    path : str or Path
        What `Solution.save` or ``solve --format json --output`` wrote.
    model : type, optional
        The model, where it is not installed but given by path.

    Raises
    ------
    UsageError
        If there is no such file.
    InputError
        If the file is not a solution.
    """
    data = read_json(path)
    problems: list[str] = []
    unmodelled = {**data, "model": None} if isinstance(data, dict) else data
    if isinstance(data, dict) and not isinstance(data.get("model"), str | None):
        raise InputError(f"this is not a solution: 'model' is {data['model']!r}", place=str(path))
    edited = _edited_sections(data)
    try:
        solution = solution_from_json(unmodelled, Path(path), problems)
    except InputError:
        if not edited:
            raise
        return Verification(False, None, Termination.FAILED, tuple(edited))
    violations = [Violation(place, 1) for place in problems]
    certificate = None
    for where, part in [*((f"parts[{i}].", p) for i, p in enumerate(solution.parts)), ("", solution)]:
        certificate = _check_part(part, where, violations)
    notes: list[str] = []
    name = data.get("model")
    if certificate is not None and (certificate.ok or name is not None):
        _recompute(solution, name, data.get("parameters", {}), model, violations, notes)
    elif solution.results:
        violations.append(Violation("results: there is no answer they could come from", 1))
    violations.extend(edited)
    return Verification(not violations, certificate, solution.termination, tuple(violations), tuple(notes))


def _edited_sections(data: Any) -> list[Violation]:
    """Return the sections of a file that do not match the digests it was written with, if it has any."""
    stated = data.get("digests") if isinstance(data, dict) else None
    if not isinstance(stated, dict):
        return []
    found = digests(data)
    names = {"form": "form.data", "answer": "answer.data"}
    return [
        Violation(f"{names.get(section, section)}: edited since the file was written", 1)
        for section, value in stated.items()
        if section in found and value != found[section]
    ]


def _check_part(part: Solution, where: str, violations: list[Violation]) -> Certificate | None:
    """Check one answer against its form, and what the file says of it against what is found."""
    stated = part.termination
    if part.form is None or part.answer is None:
        if stated not in (Termination.LIMIT, Termination.FAILED):
            violations.append(Violation(f"{where}answer: {stated} without an answer", 1))
        return None
    try:
        certificate = check(part.form, part.answer, exact=part.exact, concept=part.concept)
    except GameTheoryError as error:
        violations.append(Violation(f"{where}answer: {error.message}", 1))
        return None
    violations.extend(replace(v, constraint=f"{where}{v.constraint}") for v in certificate.violations)
    if not certificate.ok and not certificate.violations:
        violations.append(Violation(f"{where}{certificate.kind}", certificate.max_violation))
    if part.answer.proves is not stated and not (stated is Termination.LIMIT and not part.results):
        violations.append(Violation(f"{where}termination: {stated}, but the answer proves {part.answer.proves}", 1))
    stored = certificate_to_json(part.certificate)
    if stored is None:
        violations.append(Violation(f"{where}certificate", 1))
    elif certificate.ok:
        computed = certificate_to_json(certificate)
        tolerance = tolerances.GAP if not certificate.exact else 0
        violations.extend(
            Violation(f"{where}{place}", amount)
            for place, amount in differences(
                stored, computed, exactly=certificate.exact, tolerance=tolerance, where="certificate"
            )
        )
    return certificate


def _recompute(
    solution: Solution,
    name: str | None,
    parameters: Any,
    model: type[Model] | None,
    violations: list[Violation],
    notes: list[str],
) -> None:
    """Rebuild the forms and results from the parameters and compare them with the stored ones."""
    from gametheory.plugins import duplicates, models

    if name is None:
        if solution.termination is Termination.SOLVED:
            _compare_results(solution, report(solution), violations)
        return
    kind = model or models().get(name)
    if kind is None and name in duplicates():
        notes.append(f"results and parameters are not recomputed: two plugins register model '{name}'")
        return
    if kind is None:
        notes.append(
            f"results and parameters are not recomputed: model '{name}' is not installed (give it with --model)"
        )
        return
    try:
        instance = kind(**parameters_from_json(parameters))
        replayed = Replay(solution).solve_model(instance)
    except VerificationError as error:
        violations.append(Violation(error.message, 1))
    except GameTheoryError as error:
        violations.append(Violation(f"parameters: {error.message}", 1))
    else:
        if solution.termination is Termination.SOLVED:
            _compare_results(solution, replayed.results, violations)


def _compare_results(solution: Solution, computed: Any, violations: list[Violation]) -> None:
    stored, found = (
        decimals_as_floats(encode_results(tree, exactly=solution.exact)) for tree in (solution.results, computed)
    )
    changed = differences(stored, found, exactly=False, tolerance=tolerances.RESULT, where="results")
    violations.extend(Violation(place, amount) for place, amount in changed)
