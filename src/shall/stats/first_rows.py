"""Is the first row of each unit another sort of row? Their mean beside that of all rows, and the error of the distance.

A unit counts once in the one mean and for each of its rows in the other. Of each cluster of units (a unit lies in one)
four sums are taken: heard rows ``h``, their values ``a``, all rows ``n``, their values ``b``. The distance of the means
``A / H - B / N`` moves by ``(a - h A / H) / H - (b - n B / N) / N`` with a cluster, whatever rows of a unit have in
common and however large it is, so the squares of that add up to its variance. They are a form in the products of the
four sums, which can be kept and added while the means go on.

Reference: Cochran (1977), "Sampling techniques", sections 6.4 and 9A; Wolter (2007), "Introduction to variance
estimation", section 6.5, for the linearised distance of two ratios.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from shall.stats.arrays import Floats, floats

SUMS: Final = 4
UPPER: Final = tuple(part.tolist() for part in np.triu_indices(SUMS))       # the products of two of them
FIGURES: Final = SUMS + len(UPPER[0])       # of a batch


def batch_of(sums: Floats) -> Floats:
    """float64[14, …] of ``sums`` float64[4, ..., K]: heard rows, their values, all rows, their values by cluster; what
    is kept of them are their totals and the totals of their products."""
    return floats([*sums.sum(axis=-1), *((sums[i] * sums[j]).sum(axis=-1) for i, j in zip(*UPPER, strict=True))])


def apart(batches: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Of float64[14, ..., T] batches: float64[…] the mean of heard rows, that of all rows, the standard error of their
    distance, and how many clusters of one size would say as much (Kish); nan where no row was heard."""
    told = batches.sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        heard, every = told[1] / told[0], told[3] / told[2]
        pulls = -heard / told[0], 1 / told[0], every / told[2], -1 / told[2]
        worth = np.minimum(*(told[one] ** 2 / told[SUMS + [*zip(*UPPER, strict=True)].index((one, one))]
                             for one in (0, 2)))
    variance = sum((1 + (i != j)) * pulls[i] * pulls[j] * product
                   for i, j, product in zip(*UPPER, told[SUMS:], strict=True))
    return heard, every, np.sqrt(np.maximum(variance, 0)), worth
