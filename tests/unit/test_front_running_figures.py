import io

import numpy as np
import pytest

from gametheory_plugins.front_running import FrontRunning, figures
from gametheory_plugins.front_running.markets import CELLS

FIGURES = {figure.name: figure for figure in FrontRunning.figures}


@pytest.mark.parametrize("name", [name for name in FIGURES if not name.startswith("regions")])
@pytest.mark.parametrize("formulas", ["first_principles", "published"])
def test_every_figure_is_drawn_with_labels(name, formulas):
    drawn = FIGURES[name].draw(FrontRunning(formulas=formulas))
    drawn.savefig(io.BytesIO(), format="svg")
    assert any(axis.get_title() or axis.texts for axis in drawn.axes)


def test_every_figure_of_the_paper_is_there():
    assert {f.place for f in FIGURES.values() if f.place} == {
        "Figure 1",
        "Figure 2",
        *(f"Figure A-{k}" for k in range(1, 10)),
    }
    assert sum(name.startswith("regions") for name in FIGURES) == 6


def test_regions_show_both_sets_of_formulas_in_the_colours_of_the_equilibria():
    from matplotlib.colors import to_rgb

    model = FrontRunning(rho_d="0.83", rho_u="0.1")
    drawn = figures.regions(model, "rho_d", "rho_u", points=50)
    assert [axis.get_title() for axis in drawn.axes] == ["first principles", "published formulas"]
    for axis, cells in zip(drawn.axes, (((1, 1),), ((2, 1),)), strict=True):
        image = np.asarray(axis.images[0].get_array())
        place = round(0.1 * 50 - 0.5), round(0.83 * 50 - 0.5)  # rows go up in rho_u, columns in rho_d
        assert tuple(image[place]) == pytest.approx(to_rgb(figures.SETS[cells]))
        assert tuple(image[49, 49]) == (1, 1, 1)  # out of bounds
    named = {text.get_text() for text in drawn.legends[0].get_texts()}
    assert {"(-1, -1)", "(-2, -1)", "(0, -2)", "(-2, -2)"} <= named


@pytest.mark.parametrize("cell", CELLS)
def test_subgames_of_a_tree_are_all_that_can_happen(cell):
    rows = figures.subgames(FrontRunning(), cell)
    assert sum(chance for _, chance, _ in rows) == 1
    drawn = figures.tree(cell)(FrontRunning())
    texts = {text.get_text() for text in drawn.axes[0].texts}
    assert {told for *_, told in rows} <= texts
    assert drawn.axes[0].get_title().startswith(figures.LABELS[cell] + ":")


def test_prices_break_where_the_branch_switches():
    """CTS > BP if (1 - rho_u - rho_d)/(1 - rho_d) > 1/(q_A + q_D): below rho_d = 1 - 0.1/(1 - 1/1.15)."""
    switch = 1 - 0.1 / (1 - 1 / 1.15)
    panel = FIGURES["prices"].draw(FrontRunning()).axes[0]
    assert (panel.get_xlabel(), panel.get_ylabel()) == (figures.WORDS["rho_d"], "price per unit (money)")
    lines = [line for line in panel.lines if line.get_linestyle() != "None"]
    marks = [line for line in panel.lines if line.get_linestyle() == "None"]
    assert len(lines) == len(marks) == 3
    assert len({line.get_linestyle() for line in lines}) == len({mark.get_marker() for mark in marks}) == 3
    for line in lines:
        rate, price = line.get_xydata().T
        (gap,) = np.flatnonzero(np.isnan(price) & (rate < 0.9))
        assert rate[gap] == pytest.approx(switch, abs=0.005)


def test_values_have_a_panel_for_each_action_of_the_other():
    drawn = FIGURES["values"].draw(FrontRunning())
    titles = [f"{own}, if {other} sells {k}" for k in range(3) for own, other in (("A", "D"), ("D", "A"))]
    assert [axes.get_title() for axes in drawn.axes] == titles
    worth = FIGURES["2"].draw(FrontRunning())
    (told,) = (t.get_text() for t in worth.axes[0].texts if t.get_position() == pytest.approx((2.5, 0.35)))
    for axes, line in zip(drawn.axes[4:], told.splitlines(), strict=True):  # both sell two, at rho_d = 0.1
        two = next(x for x in axes.lines if x.get_linestyle() == "-.")
        rate, value = two.get_xydata().T
        assert value[np.argmin(abs(rate - 0.1))] == pytest.approx(float(line.split()[1]), abs=5e-5)
