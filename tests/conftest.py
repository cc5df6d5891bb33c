"""What tests of several kinds share."""

from pathlib import Path

import pytest

ENTRY = '''
from gametheory import Claim, ExtensiveGame, Model, Number, parameter


class EntryDeterrence(Model):
    """An entrant decides whether to come in; the incumbent then fights or shares."""

    name = "entry_deterrence"
    concept = "subgame_perfect"

    monopoly: Number = parameter(4, ge=0, doc="incumbent's profit when alone")
    duopoly: Number = parameter(1, doc="each firm's profit when sharing")
    war: Number = parameter(-1, doc="each firm's profit in a price war")

    def build(self):
        tree = ExtensiveGame.build(players=["entrant", "incumbent"])
        tree.move("entrant", ["out", "in"])
        tree["out"].pay(entrant=0, incumbent=self.monopoly)
        tree["in"].move("incumbent", ["fight", "share"])
        tree["in", "fight"].pay(entrant=self.war, incumbent=self.war)
        tree["in", "share"].pay(entrant=self.duopoly, incumbent=self.duopoly)
        return tree.game()

    def report(self, solution):
        return {"enters": solution.answer.path[0] == "in", "profit": solution.answer.payoffs["entrant"]}

    claims = [Claim("no-empty-threat", "entry whenever sharing pays", lambda r: r["enters"] == (r.model.duopoly > 0))]
'''


@pytest.fixture
def entry_file(tmp_path: Path) -> Path:
    """A model file of one's own."""
    path = tmp_path / "entry.py"
    path.write_text(ENTRY)
    return path
