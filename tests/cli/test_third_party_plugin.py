"""A plugin in a package of its own, installed beside gametheory in a fresh environment."""

import json
import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """Run a command in a new environment that holds both packages; it borrows their dependencies from this one."""
    folder = tmp_path_factory.mktemp("third_party")
    home = folder / "env"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", home], check=True)
    python = home / "bin" / "python"
    find = "import sysconfig; print(sysconfig.get_paths()['purelib'])"
    site = subprocess.run([python, "-c", find], check=True, capture_output=True, text=True).stdout.strip()
    borrowed = sysconfig.get_paths()["purelib"]
    Path(site, "borrowed.pth").write_text(f"import site; site.addsitedir({borrowed!r})\n")
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "-q", "--no-deps", "--ignore-installed"]
    subprocess.run([*pip, ROOT, ROOT / "examples" / "chain_store"], check=True)
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}

    def run(command, *arguments):
        return subprocess.run(
            [home / "bin" / command, *arguments],
            env=environment,
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


@pytest.mark.slow
def test_it_is_found_by_its_entry_point_and_named_with_its_package(installed):
    listed = json.loads(installed("gametheory", "list", "--format", "json").stdout)
    assert {m["name"]: m["from"] for m in listed["models"]}[
        "chain_store"
    ] == "gametheory-chain-store 1.0.0 (chain_store)"
    examined = json.loads(installed("gametheory", "doctor", "--format", "json").stdout)
    found = {plugin["name"]: plugin for plugin in examined["plugins"]}
    assert found["chain_store"]["from"] == "gametheory-chain-store 1.0.0 (chain_store)"
    assert not any(plugin["error"] for plugin in examined["plugins"])
    assert "Selten (1978)" in installed("gametheory", "show", "chain_store").stdout


@pytest.mark.slow
def test_it_is_solved_verified_and_reproduced(installed):
    solved = installed("gametheory", "solve", "chain_store", "--exact", "--set", "towns=7", "--output", "solved.json")
    assert solved.returncode == 0, solved.stderr
    checked = installed("gametheory", "verify", "solved.json")
    assert checked.returncode == 0, checked.stderr
    told = "import gametheory as gt; print(gt.load('chain_store').solve(exact=True).results['store'])"
    assert installed("python", "-c", told).stdout.strip() == "40"  # twenty towns at 2
    reproduced = installed("gametheory", "reproduce", "chain_store", "--format", "json")
    assert reproduced.returncode == 0, reproduced.stderr
    assert json.loads(reproduced.stdout)["summary"] == {"holds": 4, "differs": 0, "not_testable": 0, "changed": 0}


@pytest.mark.slow
def test_its_own_tests_pass(installed):
    tested = installed("python", "-m", "pytest", "-q", "-p", "no:cacheprovider", str(ROOT / "examples" / "chain_store"))
    assert tested.returncode == 0, tested.stdout
    assert "6 passed" in tested.stdout
