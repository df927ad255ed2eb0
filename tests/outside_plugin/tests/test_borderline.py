"""What the author of a measure has to test: that it keeps the rules, and what it says."""

import pytest
from shall_outside import borderline

from shall import testing


def test_it_keeps_the_rules() -> None:
    testing.check_measure(borderline)


def test_the_middle_bins_count() -> None:
    family = borderline.estimate(testing.cells(score=[0.1, 0.39, 0.4, 0.59, 0.6]))
    assert family.value == pytest.approx(2 / 5)
