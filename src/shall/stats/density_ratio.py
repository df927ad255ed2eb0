"""Weights that make the rows of one sample like those of another: a density ratio from a classifier of the two.

Of all rows of both samples a classifier that never saw the row says how likely it is to be of the other one. Its odds
are the ratio of the densities, up to a constant (Bickel et al. 2009, section 3). Odds of a classifier that learned too
much or too little are wrong, so they are recalibrated on rows that it did not see: of all weights ``exp(a + b logit +
c x)`` those are taken at which the means of the logit and of the features are those of the other sample
(`balancing.py`). Where the classifier learned noise, b is near 0 and the weights are even. No weight is larger than the
root of the number of rows times their mean (Ionides 2008, section 2): what is cut off biases less than what it would
vary. The weights have mean 1.

Weights are refused rather than given where they cannot do what they are for: see `Weights.refused`.

Reference: Bickel, Brückner and Scheffer (2009), "Discriminative learning under covariate shift", section 3; Ionides
(2008), "Truncated importance sampling", section 2; Kish (1965), "Survey sampling", section 11.7 (effective rows);
Austin (2009), "Balance diagnostics for comparing the distribution of baseline covariates between treatment groups in
propensity-score matched samples", section 3.1 (standardised differences below 0.1).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from shall.stats.arrays import Bools, Floats, floats
from shall.stats.balancing import balanced

FLOOR: Final = 2.0**-40                     # chances are kept this far from 0 and 1
FEWEST: Final = 50                          # effective rows
LOST: Final = 0.05                          # of the other rows, where this sample has next to none
APART: Final = 0.03                         # of the weighted area above one half
DIFFERENT: Final = 0.1                      # standardised difference of a mean
NOISE: Final = 2.0                          # standard errors that are nobody's fault, on top


@dataclass(frozen=True, eq=False)
class Weights:
    """Weights float64[n] of mean 1, and what is known of them."""

    weight: Floats
    effective: float                        # rows that they are worth (Kish)
    most: float                             # no weight is larger, before they are made mean 1
    clipped: float                          # share of the weight that is at the clip
    lost: float                             # share of the other rows where the ratio is above the clip
    others: int                             # rows of the other sample
    different: float = 0.0                  # the largest standardised difference of a mean, beyond its noise
    column: int = -1                        # the feature that has it
    area: float = 0.5                       # how well a new classifier tells the weighted rows from the others

    @property
    def noise(self) -> float:
        """Standard error of the area where both are alike."""
        return float(np.sqrt((1 / self.effective + 1 / self.others) / 12))

    @property
    def known(self) -> str:
        """For messages."""
        return f"effective sample size {self.effective:,.0f} of {len(self.weight):,} rows"

    @property
    def no_overlap(self) -> str:
        """Why the samples have too little in common, and what to do; empty where they have enough."""
        part = "or ask about a part that both have, with `where`"
        if self.lost > LOST:
            return (f"there is no overlap: {self.lost:.0%} of the other rows are where this log has next to none "
                    f"({self.known}); add rows like them, {part}")
        if self.effective < FEWEST:
            return (f"there is too little overlap: {self.known}, the fewest is {FEWEST}; add rows like the others, "
                    f"{part}")
        return ""

    @property
    def refused(self) -> str:
        """Why these weights are not to be used, and what to do; empty where nothing speaks against them."""
        unlike, do = "the weighted rows do not look like the others", "add rows like the others, or leave out"
        if self.no_overlap:
            return self.no_overlap
        if self.different > DIFFERENT:
            return (f"{unlike}: the mean of feature {self.column} still differs by {self.different:.2f} standard "
                    f"deviations more than by chance, the most is {DIFFERENT} ({self.known}); {do} that column")
        if self.area - 0.5 > APART + NOISE * self.noise:
            return (f"{unlike}: a classifier still tells them apart, area {self.area:.3f} where 0.5 is alike "
                    f"({self.known}); {do} the columns that tell them apart")
        return ""


def weigh(chance: Floats, X: Floats, other: Floats, seed: int = 0, *, among: bool = False) -> Weights:
    """The weights of the rows of X.

    Args:
        chance: float64[n + m], how likely each row is to be one of the others, by what never saw it; first those of X.
        X: float64[n, features].
        other: float64[m, features].
        seed: of the rows that balance is found on, where there are too many.
        among: whether the rows of X are some of the others.
    """
    place = _logit(chance)
    told, theirs = np.column_stack([place[:len(X)], X]), np.column_stack([place[len(X):], other])
    tilt = balanced(told, theirs, seed, among=among)
    ratio = tilt(told)
    most = float(np.sqrt(len(X)) * ratio.mean())
    cut = np.minimum(ratio, most)
    weight = floats(cut / cut.mean())
    left = differences(X, other, weight)
    return Weights(
        weight, effective=float(weight.sum() ** 2 / (weight**2).sum()), most=most,
        clipped=float(cut[ratio >= most].sum() / cut.sum()),
        lost=max(float((tilt(theirs) > most).mean()), beyond(place, len(X))), others=len(other),
        different=float(left.max(initial=0.0)), column=int(left.argmax()) if left.size else -1)


def beyond(score: Floats, rows: int) -> float:
    """The largest share of the other rows that score so high that this sample has next to none as high.

    These are so many times rarer among its rows, counted with one more, as the largest weight allows.

    Args:
        score: float64[n + m], first of the n rows of this sample.
        rows: n.
    """
    own, theirs = np.sort(score[:rows]), np.sort(score[rows:])
    share = 1 - np.arange(len(theirs)) / len(theirs)
    above = (rows - np.searchsorted(own, theirs) + 1) / rows
    return float(np.where(share > np.sqrt(rows) * above, share, 0.0).max())


def area(score: Floats, others: Bools, weight: Floats) -> float:
    """How often a row of the others scores above a weighted one of this sample; ties count half.

    Args:
        score: float64[rows].
        others: bool[rows].
        weight: float64[rows that are not of the others].
    """
    level = np.unique(score, return_inverse=True)[1]
    size = int(level.max()) + 1
    own = np.bincount(level[~others], weight, minlength=size)
    theirs = np.bincount(level[others], minlength=size)
    under = np.cumsum(own) - own / 2
    return float((under * theirs).sum() / (own.sum() * theirs.sum()))


def differences(X: Floats, other: Floats, weight: Floats) -> Floats:
    """float64[features]: standardised difference of each mean, less what is noise; missing values are left out."""
    (mean, variance, size), (mean2, variance2, size2) = _moments(X, weight), _moments(other, np.ones(len(other)))
    spread, apart = np.sqrt((variance + variance2) / 2), np.abs(mean - mean2)
    some = (spread > 0) & (size > 0) & (size2 > 0)
    chance = np.sqrt(1 / np.where(some, size, 1.0) + 1 / np.where(some, size2, 1.0))
    found = np.maximum(apart / np.where(some, spread, 1.0) - NOISE * chance, 0.0)
    return floats(np.where(some, found, np.where((apart > 0) & (size > 0) & (size2 > 0), np.inf, 0.0)))


def _moments(X: Floats, weight: Floats) -> tuple[Floats, Floats, Floats]:
    """Mean, variance and effective rows of each feature, of the rows that have it."""
    known = np.isfinite(X)
    own = np.where(known, weight[:, None], 0.0)
    mass = np.maximum(own.sum(axis=0), 1e-300)
    values = np.where(known, X, 0.0)
    mean = (own * values).sum(axis=0) / mass
    variance = (own * (values - mean) ** 2).sum(axis=0) / mass
    return mean, variance, floats(own.sum(axis=0) ** 2 / np.maximum((own**2).sum(axis=0), 1e-300))


def _logit(chance: Floats) -> Floats:
    kept = np.clip(chance, FLOOR, 1 - FLOOR)
    return floats(np.log(kept) - np.log1p(-kept))
