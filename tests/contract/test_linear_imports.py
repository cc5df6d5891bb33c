import subprocess
import sys


def test_the_form_and_its_check_load_no_solver():
    code = (
        "import sys, gametheory.linear.verify, gametheory.linear.mps\n"
        "loaded = {'highspy', 'pulp', 'numba', 'scipy', 'pygambit', 'nashpy', 'flint'} & set(sys.modules)\n"
        "rooms = ('highs', 'session', 'exact', 'simplex', 'factor', 'pulp_solver', 'auxiliary')\n"
        "print(sorted(loaded) + [room for room in rooms if f'gametheory.linear.{room}' in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
