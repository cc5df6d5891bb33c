"""Every command and code block of the README runs (the set-up and the test command run in the gate)."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

README = Path(__file__).parents[2] / "README.md"
BLOCKS = re.findall(r"^```(\w+)[ ]?(\w*)\n(.*?)^```$", README.read_text(), flags=re.MULTILINE | re.DOTALL)
GATE = Path(__file__).parents[2] / ".ci" / "run"


def test_there_are_blocks_of_each_kind():
    assert [name for _, name, _ in BLOCKS].count("setup") == 1
    assert [name for _, name, _ in BLOCKS].count("test") == 1
    assert {language for language, _, _ in BLOCKS} == {"sh", "python"}


def test_the_gate_runs_the_set_up_and_the_test_command():
    text = GATE.read_text()
    assert "readme_block setup" in text
    assert "readme_block test" in text


DOCS = sorted((Path(__file__).parents[2] / "docs").glob("*.md"))


@pytest.mark.parametrize("page", DOCS, ids=lambda page: page.stem)
def test_the_python_of_every_page_runs(page):
    blocks = re.findall(r"^```python\n(.*?)^```$", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    assert blocks
    for code in blocks:
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_the_blocks_run_one_after_the_other(tmp_path):
    """One folder for the whole tour, and one test: later blocks use what earlier ones wrote."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    for language, name, code in BLOCKS:
        if name:
            continue
        command = ["bash", "-euo", "pipefail", "-c", code] if language == "sh" else [sys.executable, "-c", code]
        done = subprocess.run(command, cwd=tmp_path, env={**os.environ, "PATH": path}, capture_output=True, text=True)
        assert done.returncode == 0, f"{code}\n{done.stderr}"
        assert "Traceback" not in done.stderr, code
