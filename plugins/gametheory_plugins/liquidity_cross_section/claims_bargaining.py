"""The bank's problem: equations (1) to (17), (37) to (47), Theorem 1 and Lemma 1."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from gametheory import Claim, Reported, exact
from gametheory_plugins.liquidity_cross_section.numbered import equation, erratum
from gametheory_plugins.liquidity_cross_section.paper import (
    dividends,
    dot,
    flow,
    m2,
    marginal,
    moved,
    price,
    quadrature,
    quantity,
    rich,
    risk,
    same,
    several,
    slope,
    states,
    total,
    value,
)


def _meetings(r: Reported) -> Iterator[tuple[int, Any, Any]]:
    """Yield assets with two states each."""
    listed = states(r.model)
    for j in range(len(r.model.psi)):
        for k in range(0, len(listed) - 1, 3):
            yield j, listed[k], listed[k + 1]


def _value(r: Reported, need: Any) -> Any:
    """Return our value of a bank without positions."""
    market = r.model.market().to_exact()
    return r.solution.answer.value(market, need, [Fraction(0)] * market.assets)


def _theta(r: Reported, state: Any) -> Any:
    return state[0] + dot(r.model.psi, state[1])


def _gains(r: Reported, j: int, one: Any, two: Any, q: Any, p: Any) -> tuple[Any, Any]:
    """Return what the two banks gain if the first buys q units of asset j at p each, from our values."""
    market, answer = r.model.market().to_exact(), r.solution.answer
    first = answer.value(market, one[0], moved(one[1], j, q)) - answer.value(market, *one) - q * p
    second = answer.value(market, two[0], moved(two[1], j, -q)) - answer.value(market, *two) + q * p
    return first, second


def _implied_flow(r: Reported, eta: Any, a: Any) -> Any:
    """Return the flow benefit that our value implies: what it yields beyond diffusion and meetings."""
    m, market, answer = r.model, r.model.market().to_exact(), r.solution.answer
    meetings = total(m) * -answer.quadratic / 2 * (answer.moments[0] + _theta(r, (eta, a)) ** 2)
    return exact(m.r) * answer.value(market, eta, a) - exact(m.sigma_eta) ** 2 * answer.quadratic - meetings


def dividend_risk(r: Reported) -> bool:
    """Dividends and income load on the Brownian motion by sigma (eta + psi'a): our value charges for its square."""
    m = r.model
    cost = exact(m.r) * exact(m.gamma_B) / 2
    return all(
        same(dot(dividends(m), a) - _implied_flow(r, eta, a), cost * (exact(m.sigma) * _theta(r, (eta, a))) ** 2)
        for eta, a in states(m)
    )


def needs_diffuse(r: Reported) -> bool:
    """Check that what the Brownian motion of needs adds to the variance of exposures is what meetings take away."""
    return same(r["moments"]["2"] * total(r.model), exact(r.model.sigma_eta) ** 2)


def nash(r: Reported) -> bool:
    """Our trades beat trades nearby in the Nash product of CARA utilities."""
    aversion = float(exact(r.model.r) * exact(r.model.gamma_B))
    for j, one, two in _meetings(r):
        thetas = _theta(r, one), _theta(r, two)
        if thetas[0] == thetas[1]:
            continue
        q, p = quantity(r.model, j, *thetas), price(r.model, j, *thetas)

        def product(dq: float, dp: float, j: int = j, one: Any = one, two: Any = two, q: Any = q, p: Any = p) -> float:
            gains = _gains(r, j, one, two, q * (1 + exact(dq)), p + exact(dp))
            parts = [-math.expm1(-aversion * float(g)) for g in gains]
            return math.sqrt(parts[0] * parts[1]) if min(parts) > 0 else 0.0

        best = product(0, 0)
        step = 0.01 * abs(float(slope(r.model) * (thetas[1] - thetas[0])))
        if not all(product(dq, dp) < best for dq, dp in ((0.01, 0), (-0.01, 0), (0, step), (0, -step), (0.01, step))):
            return False
    return True


def consumption(r: Reported) -> bool:
    """Check that the consumption -log(r)/gamma + (r/J)(W + V + Vbar) maximises the Hamiltonian, whoever trades."""
    m, market = r.model, r.model.market().to_exact()
    count = len(m.psi)
    rate, aversion = float(m.r), float(m.gamma_B) * count
    for wealth in (-1.0, 0.0, 2.0):
        for eta, a in states(m)[:6]:
            level = wealth + float(r.solution.answer.value(market, eta, a))
            utility = -math.exp(-rate * aversion / count * level)
            worth = -rate * aversion / count * utility

            def hamiltonian(c: float, worth: float = worth) -> float:
                return -math.exp(-aversion * c) - worth * count * c

            best = -math.log(rate) / aversion + rate / count * level
            if not all(hamiltonian(best) > hamiltonian(best + d) for d in (-0.01, 0.01, -1.0, 1.0)):
                return False
    return True


def post_trade_values_agree(r: Reported) -> bool:
    """Equation (7): after the trade both banks value the asset alike."""
    market, answer = r.model.market().to_exact(), r.solution.answer
    found = []
    for j, one, two in _meetings(r):
        q = answer.trade_size(market, j, _theta(r, one), _theta(r, two))
        first = answer.marginal_value(market, j, one[0], moved(one[1], j, q))
        found.append(same(first, answer.marginal_value(market, j, two[0], moved(two[1], j, -q))))
    return all(found)


def surplus_is_shared(r: Reported) -> bool:
    """Equation (8): the price splits the surplus equally."""
    found = []
    for j, one, two in _meetings(r):
        thetas = _theta(r, one), _theta(r, two)
        first, second = _gains(r, j, one, two, quantity(r.model, j, *thetas), price(r.model, j, *thetas))
        found.append(same(first, second))
    return all(found)


def _residual(r: Reported, aversion: float, eta: Any, a: Any) -> float:
    """Return the residual of (9) at our value, at risk aversion `aversion`, with gamma_B sigma^2 held fixed."""
    m, answer = r.model, r.solution.answer
    rate, lam, noise = float(m.r), float(total(m)), float(m.sigma_eta) ** 2
    theta = float(eta + dot(m.psi, a))
    curve = float(answer.quadratic)
    law = m.market().law()
    worth = answer.value(m.market().to_exact(), eta, a)
    scale = m.market().misallocation

    def gained(other: float) -> float:
        surplus = -curve / 2 * (other - theta) ** 2
        share = -math.expm1(-rate * aversion / 2 * surplus) / (rate * aversion)
        return float(law.density(other)) * share

    meetings = 2 * lam * quadrature(gained, -18 * scale, 18 * scale, 160)
    own_risk = rate * aversion / 2 * sum(float(x) ** 2 for x in a)  # nu_j = 1
    bending = noise / 2 * (rate * aversion * (2 * curve * theta) ** 2 - 2 * curve)
    return float(exact(m.r) * worth - flow(m, eta, a)) + own_risk + bending - meetings


def risk_neutral_limit(r: Reported) -> bool:
    """Lemma 1: as gamma_B falls with gamma_B sigma^2 fixed, what (9) misses at our value vanishes in proportion."""
    for eta, a in states(r.model)[4:8]:
        coarse, fine = (_residual(r, g, eta, a) for g in (1e-2, 1e-3))
        if not (abs(fine) < abs(coarse) and 8 < coarse / fine < 12):
            return False
    return True


def marginal_bellman(r: Reported) -> bool:
    """Check equation (13) at our marginal values, with counterparties of exposure 0 on average."""
    m, market, answer = r.model, r.model.market().to_exact(), r.solution.answer
    for eta, a in states(m):
        theta = eta + dot(m.psi, a)
        for j, psi in enumerate(m.psi):
            here = answer.marginal_value(market, j, eta, a)
            change: Any = Fraction(0)
            for k in range(len(m.psi)):
                after = moved(a, k, quantity(m, k, theta, Fraction(0)))
                change += exact(m.contact_rates[k]) * (answer.marginal_value(market, j, eta, after) - here)
            if not same(exact(m.r) * here, dividends(m)[j] - exact(m.r) * risk(m) * theta * exact(psi) + change):
                return False
    return True


def implied_flow(r: Reported) -> bool:
    """Check that the flow benefit which our value implies is the mean-variance benefit (12)."""
    return all(same(_implied_flow(r, eta, a), flow(r.model, eta, a)) for eta, a in states(r.model))


def theorem_1(r: Reported) -> bool:
    """Equations (14) to (17) against the verified equilibrium."""
    m, market, answer = r.model, r.model.market().to_exact(), r.solution.answer
    if not all(same(answer.value(market, *s), value(m, *s)) for s in states(m)):
        return False
    assets = range(len(m.psi))
    if not all(same(answer.marginal_value(market, j, *s), marginal(m, j, *s)) for s in states(m) for j in assets):
        return False
    return all(
        same(answer.trade_size(market, j, x, y), quantity(m, j, x, y))
        and same(answer.price(market, j, x, y), price(m, j, x, y))
        for j in assets
        for x, y in ((Fraction(1), Fraction(-2)), (Fraction(1, 3), Fraction(5)))
    )


def equation_17_middle(r: Reported) -> bool:
    """Check that the price is the marginal value at the average state, and the average of marginal values."""
    market, answer = r.model.market().to_exact(), r.solution.answer
    for j, one, two in _meetings(r):
        average = (one[0] + two[0]) / 2, [(x + y) / 2 for x, y in zip(one[1], two[1], strict=True)]
        here = answer.price(market, j, _theta(r, one), _theta(r, two))
        each = [answer.marginal_value(market, j, *state) for state in (one, two)]
        if not same(here, answer.marginal_value(market, j, *average)) or not same(2 * here, sum(each)):
            return False
    return True


def price_schedule(r: Reported) -> bool:
    """To buy q from a counterparty of exposure theta', a bank pays (17) at theta = theta' - 2 psi q."""
    m, market = r.model, r.model.market().to_exact()
    for j in range(len(m.psi)):
        for q in (Fraction(1), Fraction(-1, 2)):
            other, psi = Fraction(2, 3), exact(m.psi[j])
            wanted = dividends(m)[j] / exact(m.r) - slope(m) * psi * (other - psi * q)
            if not same(r.solution.answer.price(market, j, other - 2 * psi * q, other), wanted):
                return False
    return True


def payoffs_add_up(r: Reported) -> bool:
    """Check that the value is the expected discounted payoff of the equilibrium strategy, integrated in closed form."""
    m = r.model
    rate, lam, spread = exact(m.r), total(m), m2(m)
    for theta in (Fraction(0), Fraction(1), Fraction(5, 2)):
        # E theta_t^2 = spread + (theta^2 - spread) exp(-3 lambda t / 2), and payments add
        # lambda slope/2 (spread - E theta_t^2) per unit of time.
        settled = -rate * risk(m) / 2 * spread / rate
        passing = -(rate * risk(m) / 2 + lam * slope(m) / 2) * (theta**2 - spread) / (rate + Fraction(3, 2) * lam)
        if not same(settled + passing, _value(r, theta)):
            return False
    return True


def until_the_next_meeting(r: Reported) -> bool:
    """Equation (42): flow until the next meeting, then the value after it less the payment."""
    m = r.model
    rate, lam, spread, noise = exact(m.r), total(m), m2(m), exact(m.sigma_eta) ** 2
    base, curve = _value(r, Fraction(0)), -slope(m) / 2
    gone = rate + 2 * lam
    for theta in (Fraction(0), Fraction(1), Fraction(5, 2)):
        square = theta**2 / gone + noise / gone**2  # discounted integral of E theta_s^2 until the meeting, times 1
        flows = -rate * risk(m) / 2 * square
        after = 2 * lam * (base / gone + curve / 4 * (square + spread / gone))
        paid = 2 * lam * slope(m) / 4 * (spread / gone - square)
        if not same(flows + after + paid, _value(r, theta)):
            return False
    return True


def transversality(r: Reported) -> bool:
    """Check that values stay bounded in mean square along the equilibrium, so that discounting takes them to 0."""
    m = r.model
    horizon = 200 / float(m.r)
    for theta in (0.0, 5.0):
        square = float(m2(m)) + (theta**2 - float(m2(m))) * math.exp(-1.5 * float(total(m)) * horizon)
        expected = float(_value(r, Fraction(0))) + float(r.solution.answer.quadratic) * square
        if abs(math.exp(-float(m.r) * horizon) * expected) > 1e-60 * max(1.0, abs(expected)):
            return False
    return same(r["moments"]["4"], Fraction(27, 7) * m2(m) ** 2)  # finite, hence (41)


def psi_as_printed(r: Reported) -> bool:
    """Psi = psi' psi is a number; with it the form of (12) would be psi'psi a'a, not what our value implies."""
    m = r.model
    cost, square = exact(m.r) * risk(m) / 2, dot(m.psi, m.psi)
    return all(
        same(
            dot(dividends(m), a) - _implied_flow(r, eta, a),
            cost * (eta**2 + 2 * eta * dot(m.psi, a) + square * dot(a, a)),
        )
        for eta, a in states(m)
    )


BARGAINING = [
    equation(1, "dividends carry systematic risk sigma psi_j", dividend_risk),
    equation(2, "hedging needs are driftless Brownian motions", needs_diffuse),
    equation(3, "terms of trade maximise the Nash product", rich(nash)),
    Claim(
        "eq4-5",
        "optimal consumption is the same for each trader of a bank",
        consumption,
        "equations (4) and (5)",
        ("equation (4)", "equation (5)"),
    ),
    equation(7, "trades equalise marginal values", rich(post_trade_values_agree)),
    equation(8, "the price splits the surplus", rich(surplus_is_shared)),
    Claim(
        "lemma1",
        "the risk-neutral limit of the Bellman equation (9) is (10)",
        risk_neutral_limit,
        "Lemma 1, equations (6), (9) and (10)",
        ("Lemma 1", "equation (6)", "equation (9)", "equation (10)"),
    ),
    equation(
        11,
        "the value solves the Bellman equation with the largest surplus in each meeting",
        rich(lambda r: r.solution.certificate.ok),
        also=(43,),
    ),
    equation(12, "u is mean-variance in eta + psi'a", rich(implied_flow)),
    equation(13, "the Bellman equation of marginal values", marginal_bellman),
    Claim(
        "theorem1",
        "value, marginal values, trade sizes and prices",
        rich(theorem_1),
        "Theorem 1, equations (14) to (16), (46) and (47)",
        ("Theorem 1", "equation (14)", "equation (15)", "equation (16)", "equation (46)", "equation (47)"),
    ),
    equation(17, "the price is the marginal value at the average state", rich(equation_17_middle)),
    Claim("text.schedule", "the price schedule P_j(q | theta')", rich(price_schedule), "Section 4.3"),
    Claim(
        "eq37-45",
        "the value is the expected discounted payoff of the equilibrium strategy",
        payoffs_add_up,
        "equations (37) to (39), (44) and (45)",
        ("equation (37)", "equation (38)", "equation (39)", "equation (44)", "equation (45)"),
    ),
    Claim(
        "eq40-41",
        "the transversality conditions",
        transversality,
        "equations (40) and (41)",
        ("equation (40)", "equation (41)"),
    ),
    equation(42, "the value until the next meeting", until_the_next_meeting),
    erratum(
        4,
        "Psi = psi' psi",
        several(psi_as_printed),
        "after equation (12)",
        "misprint: Psi is psi psi', a matrix; also 'W - q_k, P_k' in (4) is W - q_k P_k, "
        "u(delta_s, a_s) in (42) is u(eta_s, a_s), and in C.8 E[theta'] is E[theta'^2]",
    ),
]
