"""From figures to places: everything finite has room, everything else stands on the edge."""

from __future__ import annotations

import math

import pytest

from shall.reports._axis import Axis, axis_of


@pytest.mark.parametrize("figures", [
    [], [None], [0.0], [0.5, 0.5], [1e-12, 2e-12], [-3.0, 4.0], [math.inf, 0.2], [math.nan, 0.2], [1e299, -1e299],
    [1e308], [1.0, 1.0 + 2e-16], [5e-324, 1e-323],
])
def test_every_figure_has_a_place_and_the_axis_some_ticks(figures):
    axis = axis_of(figures, 100, 400)
    assert axis.low < axis.high
    for figure in (*figures, math.inf, -math.inf):
        if figure is not None and not math.isnan(figure):
            assert 100 <= axis(figure) <= 400
    assert len(axis.ticks()) <= 6


def test_a_rate_is_not_drawn_below_0_or_above_1():
    axis = axis_of([0.01, 0.99], 0, 100)
    assert (axis.low, axis.high) == (0.0, 1.0)


def test_ticks_are_round_figures():
    assert Axis(0, 1, 0, 100).ticks() == pytest.approx([0, 0.2, 0.4, 0.6, 0.8, 1])
    assert Axis(0.6612, 0.7203, 0, 100).ticks() == pytest.approx([0.68, 0.70, 0.72])
    assert Axis(20, 100, 0, 100).ticks() == [20, 40, 60, 80, 100]


def test_infinity_is_the_edge():
    axis = Axis(0, 1, 10, 20)
    assert (axis(math.inf), axis(-math.inf), axis(7), axis(-7), axis(0.5)) == (20, 10, 20, 10, 15)
