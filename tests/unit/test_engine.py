"""The engine on a form, a verifier and solvers that it has never seen: the square root of a number."""

import json
import os
import signal
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

import numpy as np
import pytest

import gametheory as gt
from gametheory import forms, solvers
from gametheory.errors import RefusedError, UnsolvedError, UsageError, VerificationError
from gametheory.solution import Certificate, Outcome, Termination, Violation


@dataclass(frozen=True)
class SquareRoot:
    """Find x with x * x = square, to any width of padding."""

    square: Fraction
    padding: Any = None

    def to_data(self):
        return {"square": self.square} | ({} if self.padding is None else {"padding": self.padding})

    @classmethod
    def from_data(cls, data: Mapping[str, Any]):
        padding = data.get("padding")
        return cls(gt.number(data["square"]), None if padding is None else np.asarray(padding))


@dataclass(frozen=True)
class Root:
    """A root."""

    proves: ClassVar[Termination] = Termination.SOLVED
    value: Any

    def to_data(self):
        return {"value": self.value}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]):
        return cls(gt.number(data["value"]))


@dataclass(frozen=True)
class NoRoot(Root):
    """The number itself, being negative, has none."""

    proves: ClassVar[Termination] = Termination.NONE_EXISTS


def verify(form, answer, *, exact, concept):
    if isinstance(answer, NoRoot):
        ok = form.square < 0 and answer.value == form.square
        return Certificate("negative", 1, 0 if ok else 1, 0, exact, ok)
    amount = abs(answer.value * answer.value - form.square)
    tolerance = 0 if exact else 1e-9
    violations = () if amount <= tolerance else (Violation("square", amount),)
    return Certificate("square", 1, amount, tolerance, exact, amount <= tolerance, violations)


def newton(form, options):
    if form.square < 0:
        return Outcome(Termination.NONE_EXISTS, NoRoot(form.square), exact=options.exact)
    x = float(form.square) or 1.0
    for _ in range(60):
        x = (x + float(form.square) / x) / 2
    return Outcome(Termination.SOLVED, Root(Fraction(x) if options.exact else x), exact=options.exact)


def wrong(form, options):
    return Outcome(Termination.SOLVED, Root(gt.number(17)), exact=options.exact)


def endless(form, options):
    try:
        while True:
            options.budget.check(iterations=1)
            time.sleep(0.001)
    except gt.LimitReached as reached:
        return Outcome(Termination.LIMIT, None, message=str(reached))


def only_squares(form, options):
    root = form.square**0.5
    return None if root == int(root) else "this number is no perfect square; use newton"


@pytest.fixture(autouse=True)
def registered(monkeypatch):
    solvers.load_catalogue()
    monkeypatch.setattr(forms, "_registry", dict(forms._registry))
    monkeypatch.setattr(solvers, "_registry", dict(solvers._registry))
    answers = {"Root": Root, "NoRoot": NoRoot}
    report = lambda form, solution: {"root": solution.answer.value}  # noqa: E731
    gt.register_form(gt.FormType("SquareRoot", SquareRoot, "root", verify, answers, report))
    for method, function in {"newton": newton, "wrong": wrong, "endless": endless}.items():
        gt.register_solver(gt.Solver("SquareRoot", "root", method, function, exact=True))
    gt.register_solver(gt.Solver("SquareRoot", "whole_root", "table", newton, refuses=only_squares))


class Roots(gt.Model):
    """The roots of two numbers."""

    name = "roots"
    one: gt.Number = gt.parameter(4)
    two: gt.Number = gt.parameter(9)

    def run(self, engine):
        first = engine.solve(SquareRoot(self.one))
        if not first.solved:
            return first
        return engine.solve(SquareRoot(self.two + first.answer.value - 2))

    def report(self, solution):
        return {"second": solution.answer.value, "first": solution.parts[0].answer.value}


def test_a_form_of_ones_own_is_solved_verified_and_reported():
    solution = gt.solve(SquareRoot(Fraction(4)), exact=True)
    assert solution.require().results == {"root": 2}
    assert solution.certificate.exact
    assert solution.provenance.versions["gametheory"]


def test_a_wrong_answer_is_failed_never_solved():
    solution = gt.solve(SquareRoot(Fraction(4)), method="wrong")
    assert solution.termination is Termination.FAILED
    assert "square" in solution.message
    assert solution.results == {}
    with pytest.raises(UnsolvedError):
        solution.require()


def test_a_negative_is_certified():
    solution = gt.solve(SquareRoot(Fraction(-4)))
    assert solution.termination is Termination.NONE_EXISTS
    assert solution.verified


def test_limits_are_reported():
    solution = gt.solve(SquareRoot(Fraction(4)), method="endless", seconds=0.05)
    assert solution.termination is Termination.LIMIT
    assert "time limit" in solution.message
    assert "3 iterations" in gt.solve(SquareRoot(Fraction(4)), method="endless", iterations=3).message


def test_a_limit_may_be_a_fraction_as_scenario_files_hold_it():
    solution = gt.solve(SquareRoot(Fraction(4)), method="endless", seconds=Fraction(1, 20))
    assert solution.message == "time limit of 0.05 seconds"


def test_an_interrupt_is_a_limit():
    timer = threading.Timer(0.1, lambda: os.kill(os.getpid(), signal.SIGINT))
    timer.start()
    before = signal.getsignal(signal.SIGINT)
    solution = gt.solve(SquareRoot(Fraction(4)), method="endless")
    assert solution.termination is Termination.LIMIT
    assert solution.message == "interrupted"
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"concept": "rot"}, UsageError, "did you mean 'root'"),
        ({"method": "newtn"}, UsageError, "did you mean 'newton'"),
        ({"ties": "odd"}, RefusedError, "tie rule"),
        ({"depth": 3}, RefusedError, "depth"),
        ({"concept": "whole_root"}, RefusedError, "use newton"),
        ({"concept": "whole_root", "exact": True}, RefusedError, "floats only"),
        ({"seconds": 0}, UsageError, "positive"),
        ({"seconds": 10**400}, UsageError, "too large"),
        ({"method": ""}, UsageError, "'method' is empty"),
        ({"concept": " "}, UsageError, "'concept' is empty"),
        ({"ties": ""}, UsageError, "'ties' is empty"),
    ],
)
def test_refusals_are_stated(options, error, said):
    with pytest.raises(error, match=said):
        gt.solve(SquareRoot(Fraction(2)), **options)


def test_what_is_no_form_is_refused():
    with pytest.raises(UsageError, match="int"):
        gt.solve(3)


def test_a_form_that_only_shares_a_name_is_refused():
    false_friend = type("LinearProgram", (), {"to_data": dict})()
    for use in (gt.solve, lambda form: gt.verify(form, Root(2))):
        with pytest.raises(UsageError, match=r"test_engine.LinearProgram is not .*linear\.program\.LinearProgram"):
            use(false_friend)


def test_a_solver_registered_twice_is_refused_with_both_origins():
    with pytest.raises(UsageError, match=r"from gametheory and from elsewhere"):
        gt.register_solver(gt.Solver("SquareRoot", "root", "newton", wrong, origin="elsewhere"))


def test_a_model_of_several_forms_keeps_every_part():
    solution = Roots().solve(exact=True).require()
    assert solution.results == {"second": 3, "first": 2}
    assert len(solution.parts) == 1
    assert solution.parts[0].verified


@dataclass(frozen=True)
class CubeRoot(SquareRoot):
    """Find x with x * x * x = square: another kind of form, with a method of its own."""


def cube_verify(form, answer, *, exact, concept):
    amount = abs(answer.value**3 - form.square)
    return Certificate("cube", 1, amount, 0 if exact else 1e-9, exact, amount <= 1e-9)


def power(form, options):
    root = round(float(form.square) ** (1 / 3), options.extra.get("digits", 12))
    return Outcome(Termination.SOLVED, Root(gt.number(root)), exact=options.exact)


class Both(gt.Model):
    """A square root, and the cube root of it by a method that the model names."""

    name = "both"
    solved: ClassVar[list[str]] = []

    def run(self, engine):
        first = engine.solve(SquareRoot(Fraction(64)))
        self.solved.append(first.method)
        if not first.solved:
            return first
        return engine.solve(CubeRoot(Fraction(8)), method="power", digits=6)


@pytest.fixture
def cubes(registered):
    gt.register_form(gt.FormType("CubeRoot", CubeRoot, "cube_root", cube_verify, {"Root": Root}))
    for method in ("power", "other"):
        options = ("digits", "depth") if method == "power" else ()
        gt.register_solver(gt.Solver("CubeRoot", "cube_root", method, power, ties=("first", "last"), options=options))
    Both.solved.clear()


@pytest.mark.parametrize(
    ("asked", "methods"),
    [
        ({}, ["newton", "power"]),
        ({"method": "newton"}, ["newton", "power"]),
        ({"method": "other"}, ["newton", "other"]),
        ({"method": "power", "digits": 3}, ["newton", "power"]),
        ({"depth": 1}, ["newton", "power"]),
        ({"ties": "last"}, ["newton", "power"]),
        ({"concept": "root"}, ["newton", "power"]),
        ({"concept": "cube_root"}, ["newton", "power"]),
    ],
)
def test_what_is_asked_goes_to_the_forms_that_offer_it(cubes, asked, methods):
    solution = gt.solve(Both(), **asked).require()
    assert [part.method for part in (*solution.parts, solution)] == methods
    assert solution.tie_rule == asked.get("ties", "first")
    assert solution.parts[0].tie_rule == "first"


@pytest.mark.parametrize(
    ("asked", "said", "solved"),
    [
        ({"method": "newtn"}, "no method 'newtn' for SquareRoot", []),
        ({"method": "table"}, "no method 'table' for SquareRoot", ["newton"]),
        ({"concept": "rot"}, "no concept 'rot' for SquareRoot", []),
        ({"ties": "odd"}, "tie rule 'odd'", []),
        ({"dept": 3}, "option 'dept'", []),
    ],
)
def test_what_no_form_of_a_model_offers_is_refused(cubes, asked, said, solved):
    with pytest.raises(UsageError, match=said):
        gt.solve(Both(), **asked)
    assert Both.solved == solved


class Certified(gt.Model):
    """A root that the model computes itself."""

    name = "certified"

    def run(self, engine):
        return engine.certify(SquareRoot(Fraction(4)), Root(Fraction(2)), method="by_hand")


@pytest.mark.parametrize("asked", [{"method": "newton"}, {"ties": "last"}, {"digits": 3}, {"concept": "cube_root"}])
def test_a_model_that_computes_its_own_answers_has_no_choices(cubes, asked):
    assert gt.solve(Certified(), concept="root").verified
    with pytest.raises(UsageError, match="nothing that certified solves has the"):
        gt.solve(Certified(), **asked)


def test_a_tie_rule_survives_saving(cubes, tmp_path):
    gt.solve(Both(), ties="last").save(tmp_path / "both.json")
    assert gt.verify_file(tmp_path / "both.json", Both).ok
    assert gt.load(tmp_path / "both.json").tie_rule == "last"


def test_what_a_form_not_reached_might_offer_is_not_refused(cubes, monkeypatch):
    endless = solvers._registry["SquareRoot", "root", "endless"]
    monkeypatch.setitem(solvers._registry, ("SquareRoot", "root", "newton"), endless)
    assert gt.solve(Both(), method="power", iterations=3).termination is Termination.LIMIT


@pytest.mark.parametrize("asked", [4, -4])
def test_nothing_follows_from_a_part_that_fails(asked):
    class Follows(gt.Model):
        def run(self, engine):
            engine.solve(SquareRoot(Fraction(9)), method="wrong")
            return engine.solve(SquareRoot(Fraction(asked)))

    solution = gt.solve(Follows())
    assert solution.certificate.ok
    assert solution.termination is Termination.FAILED
    assert not solution.verified


def test_no_form_is_begun_when_nothing_is_left():
    begun = []

    class Many(gt.Model):
        def run(self, engine):
            while True:
                begun.append(engine.solve(SquareRoot(Fraction(4))))
                engine.budget.interrupted = len(begun) == 3

    solution = gt.solve(Many())
    assert solution.termination is Termination.LIMIT
    assert "interrupted, between the forms" in solution.message
    assert len(begun) == len(solution.parts) == 3


def test_a_saved_model_is_replayed_not_solved(tmp_path, monkeypatch):
    path = tmp_path / "roots.json"
    Roots().solve(exact=True).save(path)
    monkeypatch.setattr(gt.Engine, "solve", lambda *a, **k: pytest.fail("verify must not solve"))
    assert gt.verify_file(path, Roots).ok
    data = json.loads(path.read_text())
    data["parameters"]["two"] = "16"
    path.write_text(json.dumps(data))
    assert "parameters" in gt.verify_file(path, Roots).violations[0].constraint
    data["parameters"]["two"] = "9"
    data["parts"][0]["answer"]["data"]["value"] = "3"
    path.write_text(json.dumps(data))
    assert gt.verify_file(path, Roots).violations[0].constraint == "parts[0].square"


def test_a_form_saved_and_loaded_is_the_same(tmp_path):
    path = tmp_path / "root.json"
    solution = gt.solve(SquareRoot(Fraction(4)), exact=True)
    solution.save(path)
    loaded = gt.load(path)
    assert loaded.form == solution.form
    assert loaded.answer == solution.answer
    assert gt.verify(loaded).ok
    path.write_text(path.read_text().replace('"square": "4"', '"square": "5"'))
    with pytest.raises(VerificationError, match="fingerprint"):
        gt.load(path)


def test_a_large_form_goes_beside_the_file(tmp_path):
    path = tmp_path / "large.json"
    form = SquareRoot(Fraction(4), np.arange(1_000_001, dtype=float))
    gt.solve(form).save(path)
    assert path.stat().st_size < 5000
    assert gt.verify_file(path).ok
    (beside,) = tmp_path.glob("large.json.*.npz")
    held = dict(np.load(beside))
    held["main.form.padding"][5] = 0
    np.savez(beside, **held)
    assert "form.data" in gt.verify_file(path).violations[0].constraint
    beside.unlink()
    with pytest.raises(gt.InputError, match="missing"):
        gt.verify_file(path)


def test_saving_touches_no_other_file(tmp_path, monkeypatch):
    path, other = tmp_path / "large.json", tmp_path / "large.npz"
    other.write_bytes(b"mine")
    gt.solve(SquareRoot(Fraction(4), np.zeros(1_000_001))).save(path)
    gt.solve(SquareRoot(Fraction(4), np.ones(1_000_001))).save(tmp_path / "large.txt")
    assert other.read_bytes() == b"mine"
    with monkeypatch.context() as full:
        full.setattr("gametheory.saving.write_text", lambda *a: (_ for _ in ()).throw(OSError("disk full")))
        with pytest.raises(OSError, match="full"):
            gt.solve(SquareRoot(Fraction(9), np.ones(1_000_001))).save(path)
    assert gt.verify_file(path).ok
    assert gt.load(path).form.padding.sum() == 0
    gt.solve(SquareRoot(Fraction(9))).save(path)
    assert gt.verify_file(path).ok
    assert sorted(p.suffix for p in tmp_path.glob("large.json*")) == [".json"]
    assert gt.verify_file(tmp_path / "large.txt").ok


def test_arrays_are_beside_their_file(tmp_path):
    path = tmp_path / "large.json"
    gt.solve(SquareRoot(Fraction(4), np.zeros(1_000_001))).save(path)
    data = json.loads(path.read_text())
    path.write_text(json.dumps({**data, "arrays": "../" + data["arrays"]}))
    with pytest.raises(gt.InputError, match="beside"):
        gt.verify_file(path)


def test_what_is_called_npz_is_no_array(tmp_path):
    market = gt.MatchingMarket.from_lists({"npz": ["b"]}, {"b": ["npz"]})
    solution = gt.solve(market)
    solution.save(tmp_path / "market.json")
    assert gt.verify_file(tmp_path / "market.json").ok


def test_float_solutions_verify_to_the_last_digit(tmp_path):
    path = tmp_path / "root.json"
    gt.solve(SquareRoot(Fraction(2))).save(path)
    assert gt.verify_file(path).ok
    data = json.loads(path.read_text())
    data["results"]["root"] += 1e-6
    path.write_text(json.dumps(data))
    assert {v.constraint for v in gt.verify_file(path).violations} >= {"results.root"}
