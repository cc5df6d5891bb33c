"""Running the command line inside the test process."""

import json
from dataclasses import dataclass
from typing import Any

import pytest

from gametheory_cli.main import run


@dataclass(frozen=True)
class Finished:
    """What one command line left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> int:
        return len(self.err.strip().splitlines())


@pytest.fixture(autouse=True)
def terminal(monkeypatch):
    """Tables are as wide whoever runs the tests from whatever terminal."""
    monkeypatch.setenv("COLUMNS", "120")


@pytest.fixture
def gametheory(capsys):
    """Run ``gametheory`` with arguments and return its exit code and both streams."""

    def do(*arguments):
        capsys.readouterr()
        code = run([str(a) for a in arguments])
        captured = capsys.readouterr()
        return Finished(code, captured.out, captured.err)

    return do
