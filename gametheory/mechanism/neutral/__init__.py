"""The neutral optimum (Myerson 1983, 1984) of trade in which one side has private types.

**The question.** A seller of type t (probability ``p_t``, cost ``c_t``, value ``v_t`` to the buyer) bargains with a
buyer who does not know t. Which mechanism (Q, Y), probability of trade and payment by reported type, should they
settle on? Interim incentive efficiency leaves many. Myerson's neutral optimum is the smallest solution that
satisfies his axioms.

**Virtual utilities.** Give the seller's types weights ``lambda_t``, the buyer weight 1, and "t does not report s"
the multiplier ``alpha(s|t)``. Type t then counts as ``(M u)_t / p_t`` with ``M = diag(lambda_t + sum_s alpha(s|t))
- alpha'``: her utility less that of the types tempted to imitate her. A weighted sum of utilities has a maximum
over payments only if a unit of money is worth the same to both at each type: ``M 1 = p``. What remains is the
virtual cost ``psi = M c / p`` and the virtual surplus ``W = max(v - psi, 0)``.

**Warrants.** If virtual utility could be transferred, and were shared in the proportion ``power : 1 - power``, type
t would be due ``omega_t`` and the buyer ``omega_2``, where ``M omega = power p W`` and ``omega_2 = (1 - power) p
W``. A mechanism is neutral if for every epsilon > 0 there are weights, all positive, for which it is optimal and
for which no one gets less than warranted minus epsilon. Weights may tend to 0 along the way; typically some do.

**A finite certificate.** (Q, Y) is neutral if and only if (a) there are ``lambda >= 0`` and ``alpha >= 0``, the
limit, with ``M 1 = p``, ``omega <= U1`` and ``omega_2 <= U2``, and (b) it is interim incentive efficient, that is,
optimal for some positive weights E. If: the weights ``(1-e) M + e E`` are positive, (Q, Y) is optimal for them, and
their warrants differ from those of M by at most e times a constant, because M is diagonally dominant with margin p
(`gametheory.mechanism.neutral.verify`). Only if: with distinct costs the weights in the definition are bounded
(`relaxation`), and a limit of them serves.

**The search.** Sort types by cost. Incentive constraints between neighbours imply all others (`chain`), so that
there is a certificate with multipliers between neighbours only. All conditions are linear but for a choice in each
pair of complementary quantities, and for products of a multiplier with ``s = U1 - omega`` (`relaxation`). A
mixed-integer program makes the choices, intervals of s are divided where the products matter (`search`), and its
multipliers are made rational: what is zero is made exactly zero, what is free is rounded (`rounding`). Sometimes
one nonlinear equation remains, whose solution need not be rational with neighbours alone; with multipliers between
types further apart it becomes a linear equation in one unknown (`polish`). One exact linear program then either
finds the mechanism with the greatest gains among those that give the warrants, together with its proof of
efficiency, or rejects the multipliers (`refine`). Floats propose; fractions decide.

**Uniqueness.** The same program, with multipliers between all types, looks for neutral payoffs that differ
(`uniqueness`).

**Equal costs.** Types of equal cost cannot be separated by their utility, which is the same; yet their quantities
may differ. They form one class, with one weight, one warrant and the sum of their warrant equations. This is the
limit of multipliers between them that grow without bound: those change neither money nor virtual costs, and force
equal warrants. Every such limit is neutral by the definition above (the proof in `verify` covers it). For equal
costs it is a way to find a neutral mechanism; others might need finite multipliers within a class, so that
uniqueness is left undecided.

References
----------
R. B. Myerson, "Mechanism design by an informed principal", Econometrica 51 (1983).
R. B. Myerson, "Two-person bargaining problems with incomplete information", Econometrica 52 (1984).
"""

from gametheory.mechanism.neutral.answers import NeutralMechanism, NeutralOptimum, Weights
from gametheory.mechanism.neutral.trade import OneSidedTrade

__all__ = ["NeutralMechanism", "NeutralOptimum", "OneSidedTrade", "Weights"]
