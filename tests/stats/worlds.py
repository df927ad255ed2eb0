"""Families of many simulated worlds: one world a group."""

from __future__ import annotations

import numpy as np
from scipy.stats import norm

from shall.stats import Auc, CalibrationError, Divergence, Means


def wrong(family, true, alpha):
    """The share of worlds whose lower (upper) bound lies above (below) the truth."""
    low, high = family.bounds(alpha)
    return float(np.mean(low > true)), float(np.mean(high < true))


def allowed(alpha, worlds, leeway=1.0):
    """Alpha, a stated leeway, and four standard errors of the simulation."""
    return leeway * alpha + 4 * np.sqrt(alpha / worlds)


def means(chance, draw, n, worlds):
    values = draw(chance, (worlds, n))
    return Means(values.sum(axis=1), (values**2).sum(axis=1), np.full(worlds, n))


def auc(chance, distance, positive, negative, worlds, cells=400):
    """Two normal classes ``distance`` apart, in cells; and the true area of the cells."""
    edges = 3 * norm.ppf(np.arange(1, cells) / cells)
    one, zero = (np.diff(np.concatenate([[0], norm.cdf(edges - middle), [1]])) for middle in (distance, 0))
    family = Auc(chance.multinomial(positive, one, size=worlds), chance.multinomial(negative, zero, size=worlds))
    return family, float((one * (np.cumsum(zero) - zero / 2)).sum())


def calibration(chance, n, shift, worlds, bins=10):
    """Scores in the middle of the bins, the true frequency ``shift`` above and below in turn."""
    score = (np.arange(bins) + 0.5) / bins
    rate = np.clip(score + shift * np.where(np.arange(bins) % 2, 1, -1), 0, 1)
    rows = chance.multinomial(n, np.full(bins, 1 / bins), size=worlds)
    family = CalibrationError(rows, chance.binomial(rows, rate[None]), rows * score[None])
    return family, float(np.abs(rate - score).mean())


def divergence(chance, n, reference, tilt, worlds, bins=10):
    """A sample whose shares are tilted against those of its reference."""
    q = np.linspace(1, 2, bins) / np.linspace(1, 2, bins).sum()
    p = q * np.exp(tilt * np.linspace(-1, 1, bins))
    p /= p.sum()
    family = Divergence(chance.multinomial(n, p, size=worlds), chance.multinomial(reference, q, size=worlds))
    return family, float(((p - q) * np.log(p / q)).sum())


def in_buckets(chance, share, shape, unit, alike=1.0, buckets=200):
    """int64[worlds, buckets, B]: ``shape`` (worlds, rows) in bins of these shares, ``unit`` rows at a time.

    A row is what its unit is, or else of its own: the rows of a unit have ``alike`` in common (intraclass correlation).
    """
    worlds, rows = shape
    homes = (worlds, rows // unit)
    cell = np.repeat(chance.choice(len(share), homes, p=share), unit, axis=1)
    cell = np.where(chance.random(cell.shape) < np.sqrt(alike), cell, chance.choice(len(share), cell.shape, p=share))
    bucket = np.repeat(chance.integers(0, buckets, homes), unit, axis=1)
    flat = (np.arange(worlds)[:, None] * buckets + bucket) * len(share) + cell
    size = worlds * buckets * len(share)
    return np.bincount(flat.ravel(), minlength=size).reshape(worlds, buckets, len(share))
