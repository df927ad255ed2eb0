"""One family in parts says what the whole one says."""

from __future__ import annotations

import numpy as np
import pytest

from shall.stats import Auc, InTheLarge, NoisyParts, Parted, Smooth, Transport, jackknifed, log_loss, weighted

CHANCE = np.random.default_rng(8)
GROUPS, PLACES = 12, (np.array([7, 0, 3, 11]), np.array([1, 2, 4, 5, 6, 8, 9]), np.array([10]))
ROWS = CHANCE.poisson(9.0, (GROUPS, 2, 6))
ROWS[5] = 0                                 # a group without a row
WEIGHTS = ROWS * CHANCE.random(ROWS.shape)
MEANS = np.linspace(0.1, 0.9, 6)


def auc(rows):
    return Auc(rows[:, 1], rows[:, 0])


def loss(rows):
    return Smooth(rows, log_loss, (0.0, np.inf), rows.sum(axis=1) * MEANS)


def intercept(rows):
    return InTheLarge(rows, rows.sum(axis=1) * MEANS)


def parted(family, rows=ROWS):
    return Parted(tuple(family(rows[place]) for place in PLACES), PLACES)


def same(found, wanted):
    i, j = np.divmod(np.arange(len(wanted.value) ** 2), len(wanted.value))
    assert (found.natural, found.n.tolist()) == (wanted.natural, wanted.n.tolist())
    for left, right in ((found.value, wanted.value), (found.bounds(0.05), wanted.bounds(0.05)),
                        (found.difference(i, j, 0.01), wanted.difference(i, j, 0.01)),
                        (found.ratio(i, j, 0.01), wanted.ratio(i, j, 0.01))):
        np.testing.assert_allclose(left, right, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("family", [auc, loss, intercept])
def test_parts_are_the_whole(family):
    whole, found, factor = family(ROWS), parted(family), np.linspace(0.2, 3, GROUPS)
    assert np.isnan(whole.value[5]) and np.isfinite(whole.value).sum() == GROUPS - 1
    same(found, whole)
    same(found.scaled(factor), whole.scaled(factor))
    same(found.concat(parted(family, ROWS[::-1])), whole.concat(family(ROWS[::-1])))


@pytest.mark.parametrize("family", [auc, loss, intercept])
def test_weights_of_parts_are_those_of_the_whole(family):
    mass = (WEIGHTS, WEIGHTS**2, ROWS)
    same(weighted(*(parted(family, rows) for rows in mass)), weighted(*map(family, mass)))


def transport(rows):
    return Transport(rows[:, 0], rows[:, 1], np.tile(MEANS, (len(rows), 1)))


def noisy(rows=ROWS):
    return NoisyParts.of((place, transport(rows[place])) for place in PLACES)


def test_parts_that_take_noise_out_are_the_whole():
    left = [CHANCE.binomial(ROWS, 0.9) for _ in range(20)]
    for found, wanted in ((noisy(), transport(ROWS)),
                          (weighted(noisy(WEIGHTS), noisy(WEIGHTS**2), noisy()),
                           weighted(transport(WEIGHTS), transport(WEIGHTS**2), transport(ROWS)))):
        same(found, wanted)
        units = [jackknifed(whole, map(made, left), np.full(GROUPS, 20)) for whole, made in (
            (found, noisy), (wanted, transport))]
        assert (units[0].worth < 1).any() and np.isfinite(units[0].bounds(0.05)).any()
        np.testing.assert_allclose(units[0].worth, units[1].worth, rtol=1e-12)
        same(*units)
        same(*(one.scaled(np.linspace(0.2, 3, GROUPS)) for one in units))
    np.testing.assert_allclose(noisy().plug_in, transport(ROWS).plug_in, rtol=1e-12)
    same(noisy().concat(noisy(ROWS[::-1])), transport(ROWS).concat(transport(ROWS[::-1])))
