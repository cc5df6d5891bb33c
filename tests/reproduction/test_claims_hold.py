"""Every claim of every installed model still has the verdict on record."""

import pytest

import gametheory as gt

MODELS = [model for model in gt.models().values() if model.claims]


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m.label())
def test_verdicts_are_the_ones_on_record(model):
    changed = {r.claim.id: (r.verdict, r.recorded) for r in gt.evaluate(model(), model.claims) if r.changed}
    assert not changed
