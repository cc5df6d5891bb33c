import json
import textwrap
from fractions import Fraction

import numpy as np
import pytest

import gametheory as gt
from gametheory.errors import InputError, ModelError, UsageError, VerificationError

xarray = pytest.importorskip("xarray")

FRAGILE = '''
import os
import signal

from gametheory import Model, Number, StrategicGame, parameter


class Fragile(Model):
    """A coordination game whose Python breaks where it is told to."""

    name = "fragile"
    concept = "pure_nash"
    result_docs = {"equilibria": "how many pure equilibria", "stake": "the stake (money)"}
    result_units = {"stake": "money"}

    stake: Number = parameter(1, ge=0, doc="what coordination pays", unit="money")
    mode: int = parameter(0, doc="0 solve, 1 raise, 2 exit, 3 be killed")

    def build(self):
        if self.mode == 1:
            raise RuntimeError("as told")
        if self.mode == 2:
            os._exit(5)
        if self.mode == 3:
            os.kill(os.getpid(), signal.SIGKILL)
        s = self.stake
        return StrategicGame.from_arrays([[s, 0], [0, s]], [[s, 0], [0, s]])

    def report(self, solution):
        return {"equilibria": 4 if self.stake == 0 else 2, "stake": self.stake}
'''


@pytest.fixture
def fragile(tmp_path):
    path = tmp_path / "fragile.py"
    path.write_text(FRAGILE)
    return str(path)


def test_a_grid_has_a_dimension_by_parameter_and_exact_points(entry_file):
    found = gt.sweep(str(entry_file), duopoly="-1:1:21", monopoly=[0, Fraction(1, 3)], exact=True)
    assert found.sizes == {"duopoly": 21, "monopoly": 2}
    duopoly = [Fraction(k, 10) - 1 for k in range(21)]
    assert found.duopoly.values.tolist() == [float(d) for d in duopoly]
    assert found.monopoly_exact.values.tolist() == ["0", "1/3"]
    # The entrant comes in, and is given its share, if and only if sharing pays.
    assert found.enters.values.tolist() == [[d > 0] * 2 for d in duopoly]
    assert found.profit.values.tolist() == [[str(max(d, 0))] * 2 for d in duopoly]
    assert found.duopoly.attrs["description"] == "each firm's profit when sharing"
    assert json.loads(found.attrs["parameters"]) == {"war": -1}
    assert found.attrs["failed"] == 0
    assert found.verified.all()


def test_values_may_be_arrays_and_names_may_be_those_of_options(entry_file):
    model = gt.load(str(entry_file), war=-2)
    found = gt.sweep(model, {"duopoly": np.linspace(0, 1, 3)}, results=["profit"])
    assert found.profit.sel(duopoly=0.5) == 0.5
    assert "enters" not in found
    assert json.loads(found.attrs["parameters"]) == {"monopoly": 4, "war": -2}


def test_a_point_that_fails_is_a_record(fragile):
    found = gt.sweep(fragile, stake=[-1, 0, 1], mode=[0, 1])
    assert found.termination.values.tolist() == [["ERROR", "ERROR"], ["SOLVED", "ERROR"], ["SOLVED", "ERROR"]]
    assert "parameter 'stake'" in str(found.error.values[0, 0])
    assert "fragile.py:21: " in str(found.error.values[1, 1]) and "as told" in str(found.error.values[1, 1])
    assert np.array_equal(found.equilibria.values[:, 0], [np.nan, 4, 2], equal_nan=True)
    assert found.stake_result.attrs == {"description": "the stake (money)", "units": "money"}
    assert found.stake.attrs["units"] == "money"
    assert found.attrs["failed"] == 4


def test_limits_fail_and_certified_negatives_do_not(entry_file, tmp_path):
    path = tmp_path / "program.py"
    path.write_text(
        textwrap.dedent("""
        from gametheory import LinearProgram, Model, Number, parameter

        class Program(Model):
            ceiling: Number = parameter(1)

            def build(self):
                return LinearProgram.build("max", [1], at_most=([[1]], [self.ceiling]))

            def report(self, solution):
                return {"largest": solution.answer.objective}
        """)
    )
    found = gt.sweep(str(path), ceiling=[-1, 2])
    assert found.termination.values.tolist() == ["INFEASIBLE", "SOLVED"]
    assert found.attrs["failed"] == 0
    assert np.isnan(found.largest.values[0]) and found.largest.values[1] == 2


def test_any_number_of_workers_gives_the_same_and_deaths_are_recorded(fragile):
    alone = gt.sweep(fragile, stake=range(5), mode=[0, 1], workers=1)
    many = gt.sweep(fragile, stake=range(5), mode=[0, 1], workers=2, chunk_size=3)
    xarray.testing.assert_identical(alone.drop_attrs(), many.drop_attrs())
    deaths = gt.sweep(fragile, stake=range(2), mode=[0, 2, 3], workers=2, chunk_size=6)
    assert deaths.termination.values[:, 0].tolist() == ["SOLVED"] * 2
    assert "exit code 5" in str(deaths.error.values[0, 1])
    assert "SIGKILL" in str(deaths.error.values[1, 2])


def test_every_point_has_its_own_seed_whoever_solves_it():
    options = {"parameters": {"log2_traders": 6, "rounds": 2}, "seed": 11, "results": ["volume", "idle"]}
    alone = gt.sweep("network_simulation", dividend=[2, 3, 4], **options, workers=1)
    many = gt.sweep("network_simulation", dividend=[2, 3, 4], **options, workers=2, chunk_size=2)
    xarray.testing.assert_identical(alone.drop_attrs(), many.drop_attrs())
    seeds = alone.seed.values.tolist()
    assert len(set(seeds)) == 3
    one = gt.load("network_simulation", log2_traders=6, rounds=2, dividend=3, seed=seeds[1]).solve()
    assert one.results["idle"] == alone.idle.values[1].tolist()
    assert one.results["volume"]["mean"] == alone.volume.sel(volume_label="mean").values[1].tolist()
    other = gt.sweep("network_simulation", dividend=[2, 3, 4], **{**options, "seed": 12}, workers=1)
    assert (other.seed.values != alone.seed.values).all()


def test_arrays_agree_with_points_solved_one_by_one():
    design = {"rho_d": "0:0.9:4", "q_A": ["1/2", "2/3", 0.8], "formulas": "first_principles,published"}
    design["q_A"] = ["1/2", "2/3", 0.8]
    design = {**design, "q_A": [Fraction(1, 2), Fraction(2, 3), 0.8]}
    at_once = gt.sweep("front_running", design)
    one_by_one = gt.sweep("front_running", design, exact=True, workers=1)
    assert at_once.attrs["spot_checked"] == int(at_once.verified.sum()) == 3
    assert one_by_one.verified.values.sum() == 16
    assert (at_once.termination == one_by_one.termination).all()
    assert (at_once.error == one_by_one.error).all()
    assert at_once.attrs["failed"] == 8  # q_A = 1/2 is out of bounds
    for name in ("branch", "equilibria", "front_runs"):
        xarray.testing.assert_equal(at_once[name], one_by_one[name])
    for name in ("loss_A", "loss_D", "price_A", "price_D", "value_A", "value_D"):
        exactly = [float(Fraction(text)) if text else np.nan for text in one_by_one[name].values.ravel()]
        assert np.allclose(at_once[name].values.ravel(), exactly, rtol=1e-12, atol=1e-12, equal_nan=True)
    assert at_once.loss_A.dims == ("rho_d", "q_A", "formulas", "sold_A", "sold_D")


def test_axes_have_the_names_that_a_model_gives_them():
    found = gt.sweep(
        "liquidity_cross_section", r=[0.05, 0.1], results=["volume", "volume_bounds_sharp", "elasticities"]
    )
    assert found.volume.dims == ("r", "asset") and "asset" not in found.coords
    assert found.volume_bounds_sharp.sel(bound="lower").dims == ("r", "asset")
    assert found["elasticities.volume.own_contact_rate"].dims == ("r", "asset")
    assert found["elasticities.volume.r"].dims == ("r",)
    types = gt.sweep("neutral_bargaining", delta=[0, 10], results=["Q", "alpha"])
    assert types.Q.sel(type="lb").values.tolist() == [1, 1]
    assert types.alpha.dims == ("delta", "alpha_label")


def test_axes_of_one_name_and_different_lengths_are_kept_apart():
    class Lists(gt.Model):
        name = "lists"
        result_axes = {key: {"x": ()} for key in ("short", "long", "named")}
        swept: gt.Number = gt.parameter(1)

        def build(self):
            return gt.LinearProgram.build("max", [1], at_most=([[1]], [1]))

        def report(self, solution):
            return {"short": [1, 2], "long": [1, 2, 3], "named": {"a": 1, "b": 2}, "x": 1}

    found = gt.sweep(Lists, swept=[1, 2])
    assert [found[name].dims for name in ("short", "long", "named")] == [
        ("swept", "x"),
        ("swept", "long_0"),
        ("swept", "named_label"),
    ]
    assert found["x_result"].values.tolist() == [1, 1]


def test_points_out_of_bounds_have_the_errors_of_the_model_itself():
    design = {"rho_d": "-0.2:1.2:8", "rho_u": [0.5, Fraction(1, 3)], "q_D": "0.5:0.9:3"}
    found = gt.sweep("front_running", design)
    for k in np.ndindex(found.error.shape):
        point = {name: found[name].values[i].item() for name, i in zip(found.error.dims, k, strict=True)}
        try:
            gt.load("front_running", **point)
        except gt.GameTheoryError as error:
            assert found.error.values[k] == str(error).replace("\n", "; ")
        else:
            assert found.error.values[k] == ""
    told = {str(text).partition(" not ")[0] for text in found.error.values.ravel()}
    assert len(told) == 5  # none, rho_d below and above its bounds, and two conditions


class Square(gt.Model):
    """A model that solves many points at once."""

    name = "square"
    vectorized = True
    side: gt.Number = gt.parameter(1, gt=0)

    def build(self):
        return gt.LinearProgram.build("max", [1], at_most=([[1]], [self.side * self.side]))

    def report(self, solution):
        return {"area": solution.answer.objective}

    @classmethod
    def evaluate(cls, *, results=None, invalid="raise", side):
        return {"area": side.astype(float) ** 2, "valid": side > 0}


class Wrong(Square):
    """One whose arrays are wrong."""

    @classmethod
    def evaluate(cls, *, results=None, invalid="raise", side):
        return {"area": side.astype(float) ** 3, "valid": side > 0}


class Misshapen(Square):
    """One that forgets the axis of the points."""

    @classmethod
    def evaluate(cls, *, results=None, invalid="raise", side):
        return {"area": 1.0}


def test_arrays_that_disagree_with_a_solution_are_refused():
    found = gt.sweep(Square, side=[-1, 1, 2, Fraction(1, 3)])
    assert np.allclose(found.area.values, [np.nan, 1, 4, 1 / 9], equal_nan=True)
    assert found.error.values.tolist()[1:] == ["", "", ""]
    with pytest.raises(VerificationError, match="disagree at point 1 in area"):
        gt.sweep(Wrong, side=[1, 2])
    with pytest.raises(ModelError, match="points"):
        gt.sweep(Misshapen, side=[1, 2])
    with pytest.raises(ModelError, match="does not define evaluate"):
        type("Lazy", (gt.Model,), {"vectorized": True})


def test_a_worker_that_dies_with_an_array_fails_its_points(tmp_path):
    path = tmp_path / "mortal.py"
    path.write_text(
        textwrap.dedent("""
        import os

        from gametheory import LinearProgram, Model, Number, parameter

        class Mortal(Model):
            vectorized = True
            side: Number = parameter(1)

            def build(self):
                return LinearProgram.build("max", [1], at_most=([[1]], [self.side]))

            def report(self, solution):
                return {"largest": solution.answer.objective}

            @classmethod
            def evaluate(cls, *, results=None, invalid="raise", side):
                if (side == 3).any():
                    os._exit(9)
                return {"largest": side}
        """)
    )
    found = gt.sweep(str(path), side=[1, 2, 3, 4, 5], workers=2, chunk_size=2)
    assert found.termination.values.tolist() == ["SOLVED", "SOLVED", "ERROR", "ERROR", "SOLVED"]
    assert np.array_equal(found.largest.values, [1, 2, np.nan, np.nan, 5], equal_nan=True)
    assert "exit code 9" in str(found.error.values[3])


@pytest.mark.parametrize("name", sorted(n for n, kind in gt.models().items() if kind.vectorized))
def test_every_model_of_arrays_agrees_with_its_own_solutions(name):
    kind = gt.models()[name]
    first = next(iter(kind.model_fields))
    default = getattr(kind(), first)
    found = gt.sweep(name, {first: [default]})
    assert found.attrs["spot_checked"] == 1


def test_misuse(entry_file, tmp_path):
    entry = str(entry_file)
    for wrong in (
        {"duoploy": [1]},
        {},
        {"duopoly": [1], "parameters": {"wra": 1}},
        {"duopoly": [1], "parameters": {"duopoly": 1}},
        {"duopoly": [1], "workers": 0},
        {"duopoly": [1], "chunk_size": 0},
        {"duopoly": [1], "output": tmp_path / "out.txt"},
        {"duopoly": [1], "output": tmp_path / "none" / "out.nc"},
        {"duopoly": "0:1", "random": 3, "latin_hypercube": 3},
        {"duopoly": [1], "points": {"war": [1]}},
        {"duopoly": [1], "seed": -1},
        {"duopoly": [1], "ties": 3},
        {"duopoly": [1], "results": "profit"},
        {"duopoly": [1], "results": ["gain"]},
    ):
        with pytest.raises(UsageError):
            gt.sweep(entry, **wrong)
    with pytest.raises(UsageError, match="not a model"):
        gt.sweep(gt.LinearProgram.build("max", [1], at_most=([[1]], [1])), x=[1])
    with pytest.raises(InputError):
        gt.sweep(entry, duopoly=[float("inf")])

    class Local(gt.Model):
        x: gt.Number = gt.parameter(1)

    with pytest.raises(UsageError, match="other processes cannot find it"):
        gt.sweep(Local, x=[1, 2], workers=2)
    assert not list(tmp_path.glob("*.nc*"))


def test_what_is_irrational_is_a_decimal_also_in_an_exact_sweep(tmp_path):
    """A float is no fraction: it keeps its point, as in a saved solution."""
    model = tmp_path / "roots.py"
    model.write_text(
        "from gametheory import Model, Number, StrategicGame, parameter\n\n\n"
        "class Roots(Model):\n    x: Number = parameter(2)\n\n"
        "    def build(self):\n        return StrategicGame.from_arrays([[self.x]])\n\n"
        "    def report(self, solution):\n        return {'root': float(self.x) ** 0.5, 'half': self.x / 2}\n"
    )
    dataset = gt.sweep(model, x="2:3:2", exact=True)
    assert dataset.root.values.tolist() == [str(2**0.5), str(3**0.5)]
    assert dataset.half.values.tolist() == ["1", "3/2"]
