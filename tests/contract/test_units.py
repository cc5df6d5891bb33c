"""Results whose description names a unit have it in datasets and on axes, too."""

import re

import pytest

import gametheory as gt

#: How the descriptions of results write units: in brackets, perhaps followed by more.
WRITTEN = re.compile(r"\((money|numeraire|units|per year|years|loss units)\b")


@pytest.mark.parametrize("name", sorted(gt.models()))
def test_results_described_with_units_have_them(name):
    kind = gt.models()[name]
    assert set(kind.result_units) <= set(kind.result_docs)
    described = {result for result, doc in kind.result_docs.items() if WRITTEN.search(doc)}
    assert described - {"banks", "alternative"} <= set(kind.result_units)
    for result in described & set(kind.result_units):
        unit = WRITTEN.search(kind.result_docs[result]).group(1)
        assert unit.split()[0] in kind.result_units[result]
