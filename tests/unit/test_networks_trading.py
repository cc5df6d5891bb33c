"""Trading networks against networkx and hand counts."""

from fractions import Fraction

import networkx as nx
import numpy as np
import pytest

import gametheory as gt
from gametheory.networks import (
    TradingNetwork,
    best_core,
    core_numbers,
    core_periphery,
    tier_statistics,
)


def example():
    """Trader 2 intermediates between 0, 1 and 3; 4 meets 2 without trading; 5 does nothing."""
    return TradingNetwork(
        traders=6,
        trader=[0, 2, 2, 4],
        counterparty=[2, 1, 3, 2],
        round=[1, 1, 2, 2],
        quantity=[2, 1, 1, 0],
        price=["1/2", 1, 2, 1],
        labels=("a", "b", "c", "d", "e", "f"),
    )


def random_network(seed, traders=60, trades=200):
    rng = np.random.default_rng(seed)
    trader = rng.integers(0, traders, trades)
    counterparty = (trader + rng.integers(1, traders, trades)) % traders
    return TradingNetwork(
        traders, trader, counterparty, rng.integers(0, 4, trades), rng.random(trades), rng.random(trades)
    )


def test_degrees_and_volumes():
    network = example()
    assert network.links.tolist() == [1, 1, 4, 1, 1, 0]
    assert network.degree.tolist() == [1, 1, 4, 1, 1, 0]
    assert network.gross_volume.tolist() == [2, 1, 4, 1, 0, 0]
    assert network.net_volume.tolist() == [-2, 1, 0, 1, 0, 0]
    assert sorted(network.component_sizes.tolist()) == [1, 5]
    assert sorted(network.only_traded().component_sizes.tolist()) == [1, 1, 4]


def test_deliveries_as_loans():
    debts = example().obligations([1] * 6, recovery_outside=0, recovery_loans=0)
    assert debts.debts.tolist() == [0, 1, 1, 2, 0, 0]
    assert debts.loans.tolist() == [1, 0, 3, 0, 0, 0]
    assert gt.solve(debts, concept="cascade", exact=True).results["wave"] == {"d": 0}


def test_networkx_and_graphml(tmp_path):
    network = example()
    network.write_graphml(tmp_path / "network.graphml")
    read = nx.read_graphml(tmp_path / "network.graphml", force_multigraph=True)
    for graph in (network.to_networkx(), read):
        assert set(graph.nodes) == set("abcdef")
        assert sorted((u, v, d["quantity"], d["round"]) for u, v, d in graph.edges(data=True)) == [
            ("a", "c", 2.0, 1),
            ("c", "b", 1.0, 1),
            ("c", "d", 1.0, 2),
            ("e", "c", 0.0, 2),
        ]
    with pytest.raises(gt.UsageError, match="cannot write"):
        network.write_graphml(tmp_path / "absent" / "network.graphml")


@pytest.mark.parametrize("seed", range(5))
def test_cores_and_components_as_networkx_finds_them(seed):
    network = random_network(seed, trades=60 + 60 * seed)
    graph = nx.Graph(network.to_networkx())
    assert core_numbers(network).tolist() == [nx.core_number(graph)[str(i)] for i in range(network.traders)]
    assert sorted(network.component_sizes) == sorted(len(c) for c in nx.connected_components(graph))
    assert network.degree.tolist() == [graph.degree[str(i)] for i in range(network.traders)]


def test_large_networks_are_peeled_by_compiled_code():
    network = random_network(1, traders=3000, trades=30_000)
    graph = nx.Graph(network.to_networkx())
    numbers = nx.core_number(graph)
    assert core_numbers(network).tolist() == [numbers[str(i)] for i in range(3000)]


@pytest.mark.parametrize("seed", range(3))
def test_core_periphery_is_a_correlation(seed):
    network = random_network(seed, traders=20, trades=40)
    core = np.arange(20) < 5
    met = nx.to_numpy_array(nx.Graph(network.to_networkx()), weight=None, nodelist=[str(i) for i in range(20)])
    ideal = core[:, None] | core[None, :]
    upper = np.triu_indices(20, 1)
    expected = np.corrcoef(met[upper], ideal[upper])[0, 1]
    assert core_periphery(network, core) == pytest.approx(expected, abs=1e-12)
    best, fit = best_core(network)
    assert fit == pytest.approx(core_periphery(network, best), abs=1e-12)
    order = np.argsort(-network.degree, kind="stable")
    for k in range(1, 20):
        trial = np.zeros(20, dtype=bool)
        trial[order[:k]] = True
        assert (core_periphery(network, trial) or -1) <= fit + 1e-12


def test_a_star_is_a_perfect_core_and_periphery():
    star = TradingNetwork(5, [0, 0, 0, 0], [1, 2, 3, 4], [0] * 4, [1] * 4, [1] * 4)
    best, fit = best_core(star)
    assert best.tolist() == [True, False, False, False, False]
    assert fit == pytest.approx(1.0)
    empty = TradingNetwork(3, [], [], [], [], [])
    assert core_periphery(empty, np.array([True, False, False])) is None


def test_tiers():
    stats = tier_statistics(example(), [1, 1, 0, 2, 2, 2])
    assert stats.traders.tolist() == [1, 2, 3]
    assert stats.links.tolist() == [4, 1, 2 / 3]
    assert stats.gross_volume.tolist() == [4, 1.5, 1 / 3]
    assert stats.net_volume.tolist() == [0, 1.5, 1 / 3]
    assert stats.mixing.tolist() == [[0, 2, 2], [2, 0, 0], [2, 0, 0]]


@pytest.mark.parametrize("exact", [True, False])
def test_data_round_trip(exact):
    network = example() if exact else random_network(0)
    from gametheory.trees import encode_tree

    again = TradingNetwork.from_data(encode_tree(network.to_data(), exactly=exact))
    assert again.quantity.tolist() == network.quantity.tolist()
    assert again.labels == network.labels
    assert isinstance(again.price[0], Fraction if exact else float)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"traders": -1}, "number of traders"),
        ({"trader": [0, 9]}, r"trader\[1\]"),
        ({"counterparty": [0, 1]}, "himself"),
        ({"quantity": [1, -1]}, r"quantity\[1\]"),
        ({"quantity": [1, float("inf")]}, "quantity"),
        ({"price": [1]}, "price"),
        ({"round": [0, -2]}, "round"),
        ({"labels": ("a",)}, "labels"),
    ],
)
def test_bad_input_names_the_field(change, message):
    good = {
        "traders": 3,
        "trader": [0, 1],
        "counterparty": [1, 2],
        "round": [0, 0],
        "quantity": [1, 1],
        "price": [1, 1],
    }
    with pytest.raises(gt.InputError, match=message):
        TradingNetwork(**{**good, **change})
