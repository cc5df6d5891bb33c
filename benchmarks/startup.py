"""How long until the first answer: whole processes, from the shell's point of view.

Every command runs in a process of its own, in turns, so that a busy machine slows them alike. "Cold" is the first solve
after an installation: an empty folder of compiled kernels (NUMBA_CACHE_DIR), a new one for every run; Python's own
bytecode is there, as pip leaves it. "Warm" is the next solve with the same folder. A small solve compiles nothing, and
the table says so if one does.

    python benchmarks/startup.py [--runs 5]

Medians, least and most of the seconds between start and end, and the median of the processor's seconds, which other
programs on the machine disturb less. `python -c pass` is the floor; nashpy and networkx are what else one would import.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).parent.parent
PYTHON = sys.executable
GAMETHEORY = shutil.which("gametheory", path=str(Path(sys.executable).parent)) or "gametheory"
HELP, SECOND, FIRST = 0.3, 1.0, 3.0

BARE = {
    "python -c pass": [PYTHON, "-c", "pass"],
    "import gametheory": [PYTHON, "-c", "import gametheory"],
    "gametheory --help": [GAMETHEORY, "--help"],
    "import nashpy": [PYTHON, "-c", "import nashpy"],
    "import networkx": [PYTHON, "-c", "import networkx"],
}
SOLVES = {
    "entry.py of the README": ["{folder}/entry.py"],
    "front_running": ["front_running"],
    "neutral_bargaining, max_gains": ["neutral_bargaining", "--exact", "--set", "select=max_gains"],
    "neutral_bargaining": ["neutral_bargaining", "--exact"],
    "mandate_auction": ["mandate_auction"],
    "entry_deterrence.efg": ["games/entry_deterrence.efg"],
    "battle_of_the_sexes.nfg": ["games/battle_of_the_sexes.nfg"],
    "school_choice.csv": ["games/school_choice.csv"],
    "gale_shapley_1962.toml": ["games/gale_shapley_1962.toml"],
}


def run(command: list[str], cache: Path) -> tuple[float, float]:
    """Return the seconds that a process took, and those of the processor."""
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(cache)}
    began = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    with process.stderr as errors:  # type: ignore[union-attr]
        said = errors.read()
    _, status, used = os.wait4(process.pid, 0)
    elapsed = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}: {said.strip()}")
    return elapsed, used.ru_utime + used.ru_stime


def show(name: str, runs: list[tuple[float, float]], target: float | None, note: str = "") -> None:
    elapsed = [wall for wall, _ in runs]
    median, used = statistics.median(elapsed), statistics.median(cpu for _, cpu in runs)
    limit = "" if target is None else f"  target {target:.1f}{'' if median < target else '  ABOVE'}"
    print(f"{name:38} {median:6.2f} {min(elapsed):6.2f} {max(elapsed):6.2f} {used:10.2f}{limit}{note}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    runs = range(parser.parse_args().runs)
    packages = ", ".join(f"{name} {version(name)}" for name in ("gametheory", "numpy", "pydantic", "numba"))
    print(f"{packages}; Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} processors")
    print(f"{'seconds':38} median  least   most  processor")
    entry = re.search(r"^cat > entry.py <<'EOF'\n(.*?)^EOF", (ROOT / "README.md").read_text(), re.DOTALL | re.MULTILINE)
    assert entry is not None
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "entry.py").write_text(entry[1])
        caches = Path(folder) / "caches"
        seconds: dict[str, list[tuple[float, float]]] = {name: [] for name in BARE}
        for _ in runs:
            for name, command in BARE.items():
                seconds[name].append(run(command, caches))
        for name in BARE:
            show(name, seconds[name], HELP if "gametheory" in name else None)
        cold: dict[str, list[tuple[float, float]]] = {name: [] for name in SOLVES}
        warm: dict[str, list[tuple[float, float]]] = {name: [] for name in SOLVES}
        compiled: dict[str, int] = {}
        for k in runs:
            for n, (name, what) in enumerate(SOLVES.items()):
                cache = caches / f"{n}-{k}"
                command = [GAMETHEORY, "solve", *(part.format(folder=folder) for part in what)]
                cold[name].append(run(command, cache))
                compiled[name] = sum(1 for path in cache.rglob("*") if path.is_file())
                warm[name].append(run(command, cache))
        for name in SOLVES:
            note = f"  {compiled[name]} files of compiled kernels" if compiled[name] else ""
            show(f"{name}, cold", cold[name], FIRST, note)
            show(f"{name}, warm", warm[name], SECOND)


if __name__ == "__main__":
    main()
