"""The verdicts that depend on a setting."""

import pytest

import gametheory as gt
from gametheory_plugins.front_running import FrontRunning


@pytest.mark.parametrize(
    ("settings", "rows"),
    [
        ({"formulas": "published"}, 142),
        ({"formulas": "published", "tie_break": "cheapest_first"}, 142),
        pytest.param({"tie_break": "cheapest_first"}, 115, marks=pytest.mark.slow),
    ],
)
def test_verdicts_are_the_ones_on_record_in_each_setting(settings, rows):
    reports = list(gt.evaluate(FrontRunning(**settings), FrontRunning.claims))
    assert not [r.claim.id for r in reports if r.changed]
    held = [r for r in reports if r.claim.id.startswith("table") and r.verdict == "holds"]
    assert len(held) == rows


def test_every_difference_has_its_reason():
    for claim in FrontRunning.claims:
        recorded = {claim.recorded} if isinstance(claim.recorded, str) else set(claim.recorded.values())
        assert bool(claim.reason) == (recorded != {"holds"}), claim.id
