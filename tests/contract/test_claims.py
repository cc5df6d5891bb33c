"""Every installed model keeps its promises about claims."""

import pytest

import gametheory as gt
from gametheory.claims import agree

MODELS = list(gt.models().values())


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m.label())
def test_every_numbered_item_of_the_paper_has_a_claim(model):
    covered = {item for claim in model.claims for item in claim.covers}
    assert not set(model.statements) - covered
    assert not covered - set(model.statements)


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m.label())
def test_claim_ids_are_unique_and_placed(model):
    ids = [claim.id for claim in model.claims]
    assert len(ids) == len(set(ids))
    assert all(claim.place and claim.statement for claim in model.claims)


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m.label())
def test_every_model_is_documented(model):
    assert model.__doc__
    assert all(field.description for field in model.model_fields.values())
    assert model.result_docs


def test_agreement():
    assert agree({"a": [1, None]}, {"a": [1, None]})
    assert not agree({"a": 1}, {"b": 1})
    assert agree([1.0], [1.05], tolerance=0.1)
    assert not agree([1.0], [1.05], tolerance=0.01)
    assert not agree(True, False)
    assert not agree(1, None)
