"""Numbers as people read them."""

from __future__ import annotations

import math

import pytest

from shall.reports._figures import Scale, _decimals, confidence_text, group_text, per_cent
from shall.reports._layout import size_text


@pytest.mark.parametrize(("values", "limit", "decimals"), [
    ([0.8712, 0.868], 0.75, 3),             # three figures
    ([0.0124, 0.01], 0.05, 4),
    ([64.55], 80.0, 1),                     # per cent
    ([97_412.0], 1000.0, 0),
    ([12.0], 10.0, 0),                      # whole numbers stay whole
    ([0.79996], 0.80, 5),                   # told from the limit
    ([0.8], 0.8, 3),                        # it is the limit
    ([0.0], 0.0, 3),
    ([1e-9], 0.0, 6),
    ([1.0, 0.95], 0.9, 3),                  # rates have three decimals, also where they are 1
    ([0.311, 1.68], 0.8, 3),
    ([None], 0.8, 3),
    ([1e12], 1.0, 0),
])
def test_as_many_decimals_as_tell_a_value_from_its_limit(values, limit, decimals):
    value, *bounds = values
    assert _decimals(value, bounds, limit) == decimals


@pytest.mark.parametrize(("value", "shown"), [
    (None, "-"), (math.nan, "-"), (math.inf, "inf"), (-math.inf, "-inf"), (-0.0001, "0.000"), (0.5, "0.500"),
    (1234.5678, "1,234.568"),
])
def test_every_value_can_be_shown(value, shown):
    assert Scale(1.0, 3).bare(value) == shown


@pytest.mark.parametrize(("value", "shown"), [
    (1e200, "1e+200"), (-1.5e15, "-1.5e+15"), (1.234e-5, "1.23e-05"), (-3e-7, "-3e-07"),
    (9.9e14, "990,000,000,000,000.000"),
    (1e-4, "0.000"), (5e-324, "4.94e-324"), (1.7e308, "1.7e+308"),
])
def test_what_is_very_large_or_very_small_has_an_exponent(value, shown):
    assert Scale(1.0, 3).bare(value) == shown


def test_a_tiny_value_is_not_shown_as_nothing():
    assert Scale(1.0, 6).bare(1e-9) == "1e-09"


def test_small_times_and_sizes_keep_three_figures():
    scale = Scale(1e-3, 1, " ms")
    assert scale(4.1234e-5) == "0.0412 ms" and scale.between(3.98e-5, 0.0123) == "[0.0398, 12.3]"
    assert (scale(0.0), Scale(1.0, 0, " B")(5.0)) == ("0.0 ms", "5 B")


def test_bytes_have_the_units_of_a_shall_file():
    shown = {0: "0 B", 999: "999 B", 1510: "1.5 KB", 12_345: "12.3 KB", 3_200_000: "3.2 MB"}
    assert {count: size_text(count) for count in shown} == shown


def test_units_are_those_of_the_limit():
    assert Scale(0.001, 2, " ms")(0.00184) == "1.84 ms"
    assert Scale(0.01, 1, "%")(0.6455) == "64.5%"
    assert Scale(0.001, 2, " ms")(None) == "-"


@pytest.mark.parametrize(("part", "whole", "shown"), [
    (0, 0, "-"), (0, 10, "0%"), (10, 10, "100%"), (99_999, 100_000, "99.9%"), (1, 100_000, "0.1%"), (1, 3, "33.3%"),
])
def test_a_share_is_never_rounded_to_all_or_nothing(part, whole, shown):
    assert per_cent(part, whole) == shown


def test_confidence_after_looks():
    assert confidence_text(1 - 0.05 / 20) == "99.75%"


def test_everybody_is_a_group_too():
    assert group_text(()) == "all rows"
    assert group_text((("sex", "F"), ("race", "2"))) == "sex=F race=2"
