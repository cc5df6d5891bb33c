"""The claims of every paper at once."""

from gametheory_cli.commands import reproduce
from gametheory_plugins.mandate_auction import OrderBookModel, WellPosedMandateAuction


def test_the_verdicts_of_a_paper_are_summed_over_its_models(gametheory, monkeypatch):
    monkeypatch.setattr(reproduce, "_with_claims", lambda: [OrderBookModel, WellPosedMandateAuction])
    told = gametheory("reproduce", "--format", "json").json
    listed = [claim["verdict"] for model in told["models"] for claim in model["claims"]]
    assert [model["model"] for model in told["models"]] == ["order_book", "mandate_auction_well_posed"]
    assert told["plugins"] == {
        "mandate_auction": {"holds": listed.count("holds"), "differs": 0, "not_testable": 0, "changed": 0}
    }
    last = gametheory("reproduce").out.splitlines()[-1]
    assert last.split() == ["mandate_auction", str(len(listed)), "0", "0", "0"]
