from __future__ import annotations

import math
import re
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gametheory as gt


class Harvest(gt.Model):
    """Sell at a price as much as the land and the barn allow."""

    name = "harvest"

    price: gt.Number = gt.parameter(3, gt=0, doc="price")
    land: gt.Number = gt.parameter(5, ge=0, le=10, doc="what grows")
    barn: gt.Number = gt.parameter(7, ge=0, doc="what can be stored")
    shares: list[gt.Number] = gt.parameter(default_factory=lambda: [1, 2], doc="weights of two owners")
    rounds: int = gt.parameter(1, ge=1, doc="how often")

    def build(self) -> gt.LinearProgram:
        return gt.LinearProgram.build("max", [self.price], at_most=([[1], [1]], [self.land, self.barn]))

    def report(self, solution: gt.Solution) -> dict[str, Any]:
        first, second = self.shares
        return {
            "revenue": solution.answer.objective,
            "owners": {"first": solution.answer.objective * first / (first + second)},
            "curve": self.price**5 / (1 + self.price),
            "wave": math.sin(self.price),
            "full": 1 if self.land >= self.barn else 0,
            "step": Fraction(1) if self.land >= 5 else Fraction(0),
            "root": math.sqrt(abs(self.land - 5)),
            "entropy": float(self.land) * math.log(self.land) if self.land else 0.0,
            "cusp": abs(float(self.land) - 5) ** 1.5,
            "bent": math.sin(self.land) + abs(float(self.land) - 5) ** 1.5,
            "lean": abs(float(self.land) - 5) ** 1.5 * (2 if self.land > 5 else 1),
            "nothing": (float(self.price) * 1.1 + 0.3) - float(self.price) * 1.1 - 0.3,
            "gap": None if 0 < abs(self.land - 5) < 2**-20 else Fraction(1) if self.land >= 5 else Fraction(0),
            "ledge": float(self.land) + (1e-6 if self.land > 5 else 0.0),
        }


class Slopes(Harvest):
    """The same, with the slope of its revenue stated."""

    name = "slopes"

    def derivatives(self, solution: gt.Solution) -> dict[str, dict[str, Any]]:
        return {"revenue": {"price": solution.answer.objective / self.price}}


def found(model: gt.Model, result: str, parameter: str, **options: Any) -> gt.Sensitivity:
    (one,) = gt.sensitivities(model, results=[result], parameters=[parameter], **options)
    return one


@pytest.mark.parametrize("exact", [True, False])
def test_the_value_of_a_program_moves_with_the_binding_side_alone(exact: bool) -> None:
    land = found(Harvest(), "revenue", "land", exact=exact)
    assert abs(land.derivative - 3) <= land.error + 1e-12
    assert land.elasticity == pytest.approx(1)
    assert found(Harvest(), "revenue", "barn", exact=exact).derivative == pytest.approx(0, abs=1e-9)
    assert found(Harvest(), "owners.first", "shares[0]", exact=exact).derivative == pytest.approx(15 * 2 / 9)


def test_an_exact_difference_of_a_linear_result_is_exact() -> None:
    land = found(Harvest(), "revenue", "land", exact=True)
    assert (land.derivative, land.elasticity, land.error, land.method) == (3, 1, 0, "finite_difference")


@pytest.mark.parametrize("exact", [True, False])
def test_a_kink_has_two_slopes_and_no_derivative(exact: bool) -> None:
    kink = found(Harvest(land=7), "revenue", "barn", exact=exact)
    assert (kink.derivative, kink.elasticity) == (None, None)
    assert kink.left == pytest.approx(3) and kink.right == pytest.approx(0, abs=1e-9)
    assert kink.note == "a kink"


@pytest.mark.parametrize("exact", [True, False])
def test_a_jump_has_no_slope(exact: bool) -> None:
    jump = found(Harvest(), "step", "land", exact=exact)
    assert (jump.derivative, jump.left) == (None, None)
    assert jump.note == "a jump"


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize(("result", "land"), [("root", 5), ("entropy", 0), ("ledge", 5)])
def test_an_infinite_slope_is_not_a_number(result: str, land: int, exact: bool) -> None:
    """The slopes of a root at 0, of x log x at 0, and a jump so small that it is lost in the smallest step."""
    steep = found(Harvest(land=land), result, "land", exact=exact)
    assert (steep.derivative, steep.elasticity, steep.error, steep.right) == (None, None, None, None)
    assert steep.note == ("a jump" if exact and result == "ledge" else "not smooth")


def test_rounding_is_no_roughness() -> None:
    """A difference of large numbers that is zero but for rounding."""
    nothing = found(Harvest(), "nothing", "price")
    assert abs(nothing.derivative) <= nothing.error <= 1e-6


@pytest.mark.parametrize("result", ["cusp", "lean"])
@pytest.mark.parametrize("exact", [True, False])
def test_the_error_is_a_bound_where_there_is_no_second_derivative(result: str, exact: bool) -> None:
    cusp = found(Harvest(land=5), result, "land", exact=exact)
    assert cusp.note == ""
    assert abs(cusp.derivative) <= cusp.error <= 0.01


@pytest.mark.parametrize("beside", ["1e-7", "1e-6", "-3e-6", "1e-5"])
@pytest.mark.parametrize("result", ["cusp", "lean"])
def test_the_error_is_a_bound_beside_a_point_without_a_second_derivative(result: str, beside: str) -> None:
    """The bend lies between the result's own point and the nearest that is tried."""
    away = Fraction(beside)
    cusp = found(Harvest(land=5 + away), result, "land")
    true = math.copysign(1.5 * math.sqrt(abs(away)), away) * (2 if result == "lean" and away > 0 else 1)
    assert cusp.derivative is None or abs(cusp.derivative - true) <= cusp.error <= 0.02


@pytest.mark.parametrize("beside", ["1e-7", "1e-6", "-2e-6", "1e-5"])
def test_steps_that_pass_over_a_cusp_do_not_hide_it(beside: str) -> None:
    """To both sides together the cusp cancels, and over long steps the wave outweighs it."""
    away = Fraction(beside)
    bent = found(Harvest(land=5 + away), "bent", "land")
    true = math.cos(5 + away) + math.copysign(1.5 * math.sqrt(abs(away)), away)
    assert bent.derivative is None or abs(bent.derivative - true) <= bent.error <= 0.05


@pytest.mark.parametrize("beside", ["1e-7", "-1e-6", "1e-5", "-1e-5"])
def test_no_middle_is_taken_between_slopes_on_both_sides_of_a_kink(beside: str) -> None:
    """Within what is tried, one side does not settle; the slope there is never the mean of the two."""
    kink = found(Harvest(land=7 + Fraction(beside)), "revenue", "land")
    assert kink.derivative is None or abs(kink.derivative - (0 if Fraction(beside) > 0 else 3)) <= kink.error


def test_a_jump_is_seen_where_nothing_is_solved_close_by() -> None:
    gap = found(Harvest(), "gap", "land", exact=True)
    assert (gap.derivative, gap.left, gap.note) == (None, None, "a jump")


@pytest.mark.parametrize("land", [0, 10])
def test_at_a_bound_the_slope_is_one_sided(land: int) -> None:
    edge = found(Harvest(land=land, barn=20), "revenue", "land", exact=True)
    assert edge.derivative == 3
    assert edge.note == ("from the right" if land == 0 else "from the left")
    assert edge.elasticity == (None if land == 0 else 1)


@settings(max_examples=8, deadline=None)
@given(price=st.fractions(Fraction(1, 10), 10, max_denominator=50), exact=st.booleans())
def test_the_error_bounds_the_distance_from_the_true_slope(price: Fraction, exact: bool) -> None:
    model = Harvest(price=price)
    curve = found(model, "curve", "price", exact=exact)
    assert abs(Fraction(curve.derivative) - (5 * price**4 * (1 + price) - price**5) / (1 + price) ** 2) <= curve.error
    assert curve.error <= (1e-20 if exact else 1e-5) * (1 + price**4)
    wave = found(model, "wave", "price", exact=False)
    assert abs(wave.derivative - math.cos(price)) <= wave.error <= 1e-5


def test_the_slopes_that_a_model_gives_come_first() -> None:
    stated = found(Slopes(), "revenue", "price", exact=True)
    assert (stated.derivative, stated.elasticity, stated.error, stated.method) == (5, 1, 0, "model")
    assert found(Slopes(), "revenue", "land", exact=True).method == "finite_difference"


def test_a_wrong_slope_that_a_model_gives_is_found_out() -> None:
    class Wrong(Harvest):
        name = "wrong"

        def derivatives(self, solution: gt.Solution) -> dict[str, dict[str, Any]]:
            return {"revenue": {"price": 4}}

    with pytest.raises(gt.VerificationError, match=r"revenue moves by 4 with price, but differences give 5"):
        gt.sensitivities(Wrong(), results=["revenue"], exact=True)


def test_every_quantity_and_every_number_by_default() -> None:
    pairs = {(s.result, s.parameter) for s in gt.sensitivities(Harvest(), exact=False)}
    results = {"revenue", "owners.first", "curve", "wave", "step", "root", "entropy"}
    results |= {"bent", "cusp", "lean", "nothing", "gap", "ledge"}
    assert pairs == {(r, p) for r in results for p in ("price", "land", "barn", "shares[0]", "shares[1]")}


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"parameters": ["prise"]}, "no parameter 'prise'.*price"),
        ({"parameters": ["rounds"]}, "'rounds' is a whole number"),
        ({"results": ["revenu"]}, "no quantity 'revenu'.*revenue"),
    ],
)
def test_what_cannot_be_asked_is_named(asked: dict[str, list[str]], said: str) -> None:
    with pytest.raises(gt.UsageError) as raised:
        gt.sensitivities(Harvest(), **asked)
    assert re.search(said, str(raised.value), re.S)


def test_one_name_may_stand_alone_and_only_models_have_slopes() -> None:
    alone = gt.sensitivities(Harvest(), parameters="price", results="revenue")
    assert alone == gt.sensitivities(Harvest(), parameters=["price"], results=["revenue"])
    for other in (Harvest, gt.LinearProgram.build("min", [1])):
        with pytest.raises(gt.UsageError, match="not a model"):
            gt.sensitivities(other)  # type: ignore[arg-type]


def test_front_running_losses_of_the_first_sale() -> None:
    """The losses are rational functions of the four parameters: a secant through exact values bounds the slope."""
    model = gt.load("front_running")
    slope = found(model, "loss_A[0][1]", "q_A", exact=True)
    h = Fraction(1, 10**9)
    values = [model.with_(q_A=model.q_A + s * h).solve(exact=True).results["loss_A"][0][1] for s in (-1, 1)]
    assert abs(slope.derivative - (values[1] - values[0]) / (2 * h)) <= Fraction(1, 10**15)


def test_the_bid_of_the_mandate_auction_moves_as_its_formula_says() -> None:
    """The bid is (benchmark - expected) (1 - rho) / (n theta) + rho lambda: notes of the paper, equation (6)."""
    model = gt.load("mandate_auction")
    slope = found(model, "bid", "expected_yield", exact=True)
    moved = model.with_(expected_yield=model.expected_yield - 1).solve(exact=True).results["bid"]
    assert slope.method == "model" and slope.derivative == slope.value - moved


def test_liquidity_moves_as_its_closed_forms_say() -> None:
    """Differences confirm every derivative that the model gives, to their error bounds."""
    stated = gt.sensitivities(
        gt.load("liquidity_cross_section"), results=["volume", "price_dispersion", "price_impact"]
    )
    given = [s for s in stated if s.method == "model"]
    assert len(given) == 3 * 3 * (4 + 1 + 3)
    others = [s for s in stated if s.method != "model"]
    assert all(s.parameter.startswith("psi") and abs(s.derivative) <= s.error for s in others)


@pytest.mark.parametrize(("exact", "result", "most"), [(False, "curve", 6), (True, "curve", 6), (False, "step", 18)])
def test_more_steps_are_tried_only_where_they_are_needed(
    monkeypatch: pytest.MonkeyPatch, exact: bool, result: str, most: int
) -> None:
    """Three steps to either side settle a smooth slope; a jump is looked at with every size of step."""
    built, build, told = [], Harvest.build, []
    monkeypatch.setattr(Harvest, "build", lambda self: (built.append(self), build(self))[1])
    gt.sensitivities(
        Harvest(), parameters=["land"], results=[result], exact=exact, progress=lambda *counts: told.append(counts)
    )
    assert len(built) == 1 + most
    assert told == [(0, 1, 0)]


def test_a_parameter_tied_to_others_says_what_ties_it() -> None:
    """Four probabilities that sum to 1: none of them can move alone. Power has no say in the most gains."""
    model = gt.load("neutral_bargaining", select="max_gains")
    tied = found(model, "U2", "p_lb")
    assert (tied.derivative, tied.note) == (None, "cannot move alone: p_lb + p_hb + p_lg + p_hg == 1")
    assert found(model, "U2", "power").note == "cannot move alone: power is given, but select is 'max_gains'"
