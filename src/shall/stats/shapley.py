"""Shapley values of a game: what each player adds, on average over all orders in which they may come.

A game is asked for many coalitions at once. Up to ``most`` coalitions are enumerated, and the values are exact; of
larger games as many permutations are drawn as that pays for, each with its reverse (antithetic), and every value comes
with a standard error.

Source: Shapley (1953); Castro, Gómez and Tejada, "Polynomial calculation of the Shapley value based on sampling"
(2009); Mitchell, Cooper, Frank and Holmes, "Sampling Permutations for Shapley Value Estimation" (2022).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

MOST: Final = 4096                          # coalitions: all of twelve players
LARGEST: Final = 1_000                      # players
Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]
Game = Callable[[Truths], Floats]           # coalitions [n, players] to what each is worth [n]


@dataclass(frozen=True, slots=True)
class Values:
    """``contributions`` and ``errors`` [players]; what nobody and all are worth; coalitions that were asked.

    The contributions add up to ``full - empty``. Errors are standard errors, 0 where the values are ``exact``.
    """

    contributions: Floats
    errors: Floats
    empty: float
    full: float
    exact: bool
    asked: int


def values(game: Game, players: int, seed: int, most: int = MOST) -> Values:
    """What each of some players adds. The same for the same seed. ValueError for more than LARGEST players."""
    if players > LARGEST:
        raise ValueError(f"{players:,} players, more than {LARGEST:,}")
    if players < 2 or 2**players <= most:
        return _enumerated(game, players)
    return _sampled(game, players, seed, max(2, most // (2 * (players - 1))))


def _enumerated(game: Game, players: int) -> Values:
    codes = np.arange(2**players)
    coalitions = (codes[:, None] >> np.arange(players) & 1).astype(bool)
    worth = game(coalitions)
    sizes = coalitions.sum(axis=1)
    weights = np.array([1.0 / (players * math.comb(players - 1, size)) for size in range(players)])
    found = np.zeros(players)
    for player in range(players):
        without = codes[~coalitions[:, player]]
        gains = worth[without | 1 << player] - worth[without]
        found[player] = math.fsum((weights[sizes[without]] * gains).tolist())
    return _added_up(found, np.zeros(players), (float(worth[0]), float(worth[-1])), True, len(codes))


def _sampled(game: Game, players: int, seed: int, pairs: int) -> Values:
    """The raw bits of the generator are the same in every version of numpy, its permutations need not be."""
    drawn: NDArray[Any] = np.random.PCG64(seed).random_raw(pairs * players).reshape(pairs, players)
    orders = np.argsort(drawn, axis=1, kind="stable")
    both = np.stack([orders, orders[:, ::-1]], axis=1).reshape(2 * pairs, players)
    places = np.argsort(both, axis=1)                                   # when each player comes
    coalitions = places[:, None, :] < np.arange(players + 1)[None, :, None]
    packed = np.packbits(coalitions.reshape(-1, players), axis=1)
    _, first, which = np.unique(packed, axis=0, return_index=True, return_inverse=True)
    worth = game(coalitions.reshape(-1, players)[first])[which.ravel()].reshape(2 * pairs, players + 1)
    gains = np.take_along_axis(np.diff(worth, axis=1), places, axis=1).reshape(pairs, 2, players).mean(axis=1)
    errors = gains.std(axis=0, ddof=1) / math.sqrt(pairs)
    return _added_up(gains.mean(axis=0), errors, (float(worth[0, 0]), float(worth[0, -1])), False, len(first))


def _added_up(found: Floats, errors: Floats, ends: tuple[float, float], exact: bool, asked: int) -> Values:
    """The smallest contribution takes what rounding left, so that the sum is the difference itself."""
    empty, full = ends
    if np.isfinite(found).all() and found.any():
        sizes = np.where(found == 0, np.inf, np.abs(found))
        place = int(sizes.argmin())
        found[place] = math.fsum([full, -empty, *(-np.delete(found, place)).tolist()])
    return Values(found, errors, empty, full, exact, asked)
