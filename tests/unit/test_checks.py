"""What a float cannot measure is a violation: an overflow must never pass for zero."""

import math
import sys
from fractions import Fraction

import numpy as np
import pytest

from gametheory.checks import Checks
from gametheory.saving import violations_to_json

INF, NAN = math.inf, math.nan


@pytest.mark.parametrize(
    ("amount", "scale"), [(1e300, INF), (INF, INF), (NAN, 1.0), (1.0, NAN), (INF, 1.0), (-INF, INF)]
)
def test_an_overflow_is_a_violation(amount, scale):
    one, many = Checks(1e-7, exact=False), Checks(1e-7, exact=False)
    one.at_most(amount, "sum", scale)
    many.all_at_most(np.array([0.0, amount]), "sum {}".format, np.array([1.0, scale]))
    for checks in (one, many):
        certificate = checks.certificate("sum")
        assert not certificate.ok
        assert certificate.max_violation == sys.float_info.max
        assert violations_to_json(certificate.violations)[0]["amount"] == sys.float_info.max


def test_what_holds_by_any_measure_holds():
    checks = Checks(1e-7, exact=False)
    checks.at_most(-1.0, "sum", INF)
    checks.at_most(0.0, "sum", INF)
    checks.all_at_most(np.array([-1.0, 0.0]), str, INF)
    checks.at_most(-INF, "no bound", 5.0)
    checks.all_at_most(np.array([-INF, -1.0]), str, 5.0)
    assert checks.certificate("sum").ok


def test_no_number_is_no_exact_zero():
    checks = Checks(0, exact=True)
    checks.at_most(NAN, "sum")
    assert not checks.certificate("sum").ok
    mixed = Checks(0, exact=True)
    mixed.all_at_most(np.array([Fraction(-1), NAN], dtype=object), str)
    assert not mixed.certificate("sum").ok
