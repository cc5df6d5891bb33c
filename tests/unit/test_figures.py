"""The style that figures share."""

import itertools
import subprocess
import sys

import pytest

from gametheory import COLOURS, Figure, canvas

mpl = pytest.importorskip("matplotlib")


def two_lines(model):
    figure, axes = canvas()
    for height in (1, 2):
        axes[0, 0].plot([0, 1], [height, height], label=str(height))
    axes[0, 0].set(xlabel="x", ylabel="y")
    axes[0, 0].legend()
    return figure


def test_figures_fit_a_column_in_type_of_seven_and_eight_points():
    drawn = Figure("lines", "two lines", two_lines).draw(None)
    axes = drawn.axes[0]
    assert drawn.get_figwidth() == 3.5
    sizes = [axes.xaxis.label.get_fontsize(), axes.xaxis.get_ticklabels()[0].get_fontsize()]
    assert [*sizes, axes.get_legend().get_texts()[0].get_fontsize()] == [8, 7, 7]
    assert len({(line.get_color(), line.get_linestyle()) for line in axes.lines}) == 2
    assert len({line.get_linestyle() for line in axes.lines}) == 2


def test_the_style_ends_with_the_drawing():
    before = dict(mpl.rcParams)
    Figure("lines", "two lines", two_lines).draw(None)
    assert dict(mpl.rcParams) == before


#: What a red-blind and a green-blind eye sees of a colour in linear RGB (Viénot, Brettel and Mollon 1999).
SEEN = (
    ((0.11238, 0.88762, 0), (0.11238, 0.88762, 0), (0.00401, -0.00401, 1)),
    ((0.29275, 0.70725, 0), (0.29275, 0.70725, 0), (-0.02234, 0.02234, 1)),
)


@pytest.mark.parametrize("matrix", SEEN)
def test_no_two_colours_of_lines_look_alike_to_the_colour_blind(matrix):
    linear = {
        name: [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in mpl.colors.to_rgb(value)]
        for name, value in COLOURS.items()
        if name != "grey"
    }
    seen = {name: [sum(a * b for a, b in zip(row, rgb, strict=True)) for row in matrix] for name, rgb in linear.items()}
    for (one, a), (other, b) in itertools.combinations(seen.items(), 2):
        # Square roots are near enough to steps that the eye takes to be equal.
        distance = sum((abs(x) ** 0.5 - abs(y) ** 0.5) ** 2 for x, y in zip(a, b, strict=True)) ** 0.5
        assert distance > 0.1, (one, other)


def test_knowing_the_style_loads_no_matplotlib():
    code = "import sys; from gametheory import COLOURS, Figure, canvas, figure_style; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "matplotlib" not in done.stdout.split()
