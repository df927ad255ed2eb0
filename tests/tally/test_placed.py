"""Two samples along the line: of each group its own cells alone, and the rows of both in them."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from shall.tally import along, grid, histograms, packed
from shall.testing import cells

ROWS = 4_000


def drawn(seed, axis, groups):
    """Groups of many and of few rows, and values; some have none or none that is a number."""
    chance = np.random.default_rng(seed)
    branch = chance.choice(groups, ROWS, p=1 / np.arange(1, groups + 1) / (1 / np.arange(1, groups + 1)).sum())
    value = chance.random(ROWS) if axis == "score" else chance.lognormal(3, 1, ROWS)
    value[:40] = np.repeat([np.nan, np.inf, -np.inf, 1.0], 10)
    return branch, value


def counted(axis, branch, value, **more):
    return cells(**{axis.removeprefix("value:"): value}, branch=branch, by=["branch"], axes=[axis], **more)


def middles(axis, value):
    """The middle of the cell of each value."""
    if axis == "score":
        return grid.MIDDLE[grid.cell_of(value)]
    low, high = grid.edges_of(grid.code_of(value))
    return low / 2 + high / 2


@pytest.mark.parametrize("axis", ["score", "value:x"])
def test_rows_of_a_group_are_in_its_own_cells_between_the_ends_of_all(axis, monkeypatch):
    samples = [drawn(seed, axis, groups) for seed, groups in ((1, 60), (2, 50))]
    now, then = (counted(axis, *sample) for sample in samples)
    fine = [np.isfinite(value) for _, value in samples]
    every = np.concatenate([middles(axis, value[known]) for (_, value), known in zip(samples, fine, strict=True)])
    for least in (packed.LEAST, 4):
        monkeypatch.setattr(packed, "LEAST", least)
        seen, widths = [], set()
        for places, sampled in along(now, then):
            widths.add(sampled[2].shape[1])
            seen += places.tolist()
            for place, *rows, at in zip(places.tolist(), *sampled, strict=True):
                branch = int(now.groups[place][0][1])
                assert (np.diff(at) >= 0).all() and (at[0], at[-1]) == (every.min(), every.max())
                for mine, (of, value), known in zip(rows, samples, fine, strict=True):
                    wanted = Counter(middles(axis, value[known & (of == branch)]).tolist())
                    assert {at[one]: mine[one] for one in np.flatnonzero(mine)} == wanted
        assert sorted(seen) == [*range(len(now.groups))] and len(widths) > 3
        assert max(widths) <= 2 + max(np.bincount(of).max() for of, _ in samples) * 2


def test_cells_are_those_of_all_units():
    branch, value = drawn(1, "score", 60)
    now, then = (counted("score", branch, some, unit=np.arange(ROWS) // 3) for some in (value, value**2))
    whole = list(along(now, then))
    for one, other in list(now.buckets(then))[::50]:
        for (places, (_, _, at)), (mine, (rows, _, cut)) in zip(whole, along(one, other), strict=True):
            assert (places.tolist(), at.tolist()) == (mine.tolist(), cut.tolist())
            assert rows.sum() <= one.rows[mine].sum()


def test_where_no_row_has_a_value():
    branch = np.arange(6) % 2
    ((places, (now, then, at)),) = along(*[counted("value:x", branch, np.full(6, np.nan))] * 2)
    assert places.tolist() == [0, 1] and not now.any() and not then.any() and at.shape[1] >= 1


def test_without_groups_there_is_one_block_without_any():
    none = counted("score", np.zeros(0), np.zeros(0))
    ((places, sampled),) = along(none, none)
    assert places.tolist() == [] and [part.shape for part in sampled] == [(0, 1)] * 3


def test_histograms_are_those_of_all_groups_without_empty_cells():
    log = counted("value:x", *drawn(3, "value:x", 60))
    counts, lower, upper = log.histogram("x")
    for places, (rows, low, high) in histograms(log, "x"):
        for place, *mine in zip(places, rows, low, high, strict=True):
            occurs, own = counts[place] > 0, mine[0] > 0
            wanted = counts[place][occurs], lower[occurs], upper[occurs]
            assert [one[own].tolist() for one in mine] == [one.tolist() for one in wanted]
