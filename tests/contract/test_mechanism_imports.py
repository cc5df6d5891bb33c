import subprocess
import sys


def test_forms_and_checks_load_no_solver():
    code = (
        "import sys, gametheory.mechanism.verify, gametheory.mechanism.duality\n"
        "from gametheory.mechanism import MechanismProblem\n"
        "loaded = {'highspy', 'pulp', 'numba', 'scipy', 'pygambit', 'nashpy', 'flint'} & set(sys.modules)\n"
        "own = [m for m in sys.modules if m in ('gametheory.mechanism.lazy', 'gametheory.linear.highs')]\n"
        "print(sorted(loaded) + own)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
