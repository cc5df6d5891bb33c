import pytest
from chain_store import ChainStore

import gametheory as gt


@pytest.mark.parametrize("towns", [1, 2, 20])
def test_everybody_enters_and_nobody_is_fought(towns):
    # by hand, from the last town backwards: 2 > 0 for the store, so 2 > 1 for the entrant
    results = ChainStore(towns=towns).solve(exact=True).require().results
    assert results == {"entries": towns, "fights": 0, "store": 2 * towns, "deterrence": 5 * towns}


def test_it_is_found_by_its_entry_point():
    assert gt.models()["chain_store"] is ChainStore


def test_claims_keep_their_verdicts():
    assert not [report.claim.id for report in gt.evaluate(ChainStore(), ChainStore.claims) if report.changed]


def test_the_store_is_feared_once_it_gains_by_fighting():
    pytest.importorskip("matplotlib")
    # by hand: a fight is worth more than cooperation (2) from 2.1 on; then nobody enters, and each town is worth 5
    kept, believed = ChainStore.figures[0].draw(ChainStore(towns=3)).axes[0].lines
    assert dict(kept.get_xydata()) == {k / 10: 15 if k > 20 else 6 for k in range(31)}
    assert set(believed.get_ydata()) == {15}
