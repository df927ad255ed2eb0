"""Where no slice is worse none is said to be; where one is, bounds hold what it truly is."""

import pytest

from benchmarks.slice_worlds import looked, share, world
from shall.core.parse import parse_filter
from shall.tally.filters import selected


@pytest.mark.parametrize("what", ["errors", "costs"])
@pytest.mark.parametrize("halves", [False, True])
def test_no_false_alarms(what, halves):
    assert share(6, 2_000, what, halves) == 0


@pytest.mark.slow
@pytest.mark.parametrize("what", ["errors", "costs"])
@pytest.mark.parametrize("halves", [False, True])
def test_few_false_alarms_in_many_worlds(what, halves):
    assert share(300, 3_000, what, halves) <= 0.05


@pytest.mark.parametrize("halves", [False, True])
def test_bounds_hold_the_rate_that_made_the_rows(halves):
    for seed in range(3):
        table = world(seed, 3_000, planted=0.3)
        batch = table.combine_chunks().to_batches()[0]
        planted = selected(parse_filter("b >= 65 and s = 'F'"), batch)
        found = looked(table, "errors", halves)
        assert found.slices[0].evident
        for one in found.slices:
            rows = selected(parse_filter(one.filter), batch)
            truth = 0.85 - 0.3 * planted[rows].mean()
            assert one.low - 0.02 <= truth <= one.high + 0.02       # of the rows of a half, the share is a little off
