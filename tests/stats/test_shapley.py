"""Shapley values against all orders one by one, and the axioms that define them."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shall.stats import shapley


def game(worth):
    players = len(worth).bit_length() - 1
    return lambda coalitions: worth[(coalitions * (1 << np.arange(players))).sum(axis=1).astype(int)]


def by_every_order(worth):
    """What each adds, order by order, as the definition says."""
    players = len(worth).bit_length() - 1
    found = np.zeros(players)
    for order in itertools.permutations(range(players)):
        code = 0
        for player in order:
            found[player] += worth[code | 1 << player] - worth[code]
            code |= 1 << player
    return found / math.factorial(players)


@pytest.mark.parametrize("players", range(1, 8))
def test_small_games_are_exact(players):
    worth = np.random.default_rng(players).normal(size=2**players)
    found = shapley.values(game(worth), players, 0)
    np.testing.assert_allclose(found.contributions, by_every_order(worth), rtol=0, atol=1e-12)
    assert found.exact and found.asked == 2**players and not found.errors.any()


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 8), st.integers(0, 2**32 - 1), st.sampled_from([1e-3, 1.0, 1e6]))
def test_the_contributions_add_up(players, seed, scale):
    worth = np.random.default_rng(seed).normal(size=2**players) * scale
    found = shapley.values(game(worth), players, 0)
    assert math.fsum([*found.contributions, found.empty, -found.full]) == pytest.approx(0, abs=4e-16 * scale)


@settings(max_examples=50, deadline=None)
@given(st.integers(13, 40), st.integers(0, 2**32 - 1))
def test_drawn_orders_add_up_and_say_the_same_for_the_same_seed(players, seed):
    ties = np.random.default_rng(seed).normal(size=(players, 3))

    def worth(coalitions):
        return np.tanh(coalitions @ ties).prod(axis=1)

    found, again = (shapley.values(worth, players, seed, 1000) for _ in range(2))
    assert not found.exact and found.asked <= 1000 + 2 and (found.errors >= 0).all()
    assert math.fsum([*found.contributions, found.empty, -found.full]) == pytest.approx(0, abs=1e-15)
    assert found.contributions.tobytes() == again.contributions.tobytes()
    assert found.errors.tobytes() == again.errors.tobytes()


@pytest.mark.parametrize("players", [6, 16])
def test_who_changes_nothing_adds_nothing_and_equals_add_alike(players):
    ties = np.random.default_rng(1).normal(size=players)
    ties[2] = 0.0
    ties[4] = ties[5]
    found = shapley.values(lambda some: np.exp((some * ties).sum(axis=1) / 4), players, 3)
    assert found.contributions[2] == 0.0 and found.errors[2] == 0.0
    apart = found.contributions[4] - found.contributions[5]
    assert abs(apart) <= 1e-12 if found.exact else abs(apart) <= 4 * found.errors[4]


def test_two_games_add_up_to_their_sum():
    first, second = np.random.default_rng(5).normal(size=(2, 2**9))
    both = shapley.values(game(first + 2 * second), 9, 0).contributions
    parts = shapley.values(game(first), 9, 0).contributions + 2 * shapley.values(game(second), 9, 0).contributions
    np.testing.assert_allclose(both, parts, atol=1e-12)


def test_the_standard_error_says_how_far_off_a_drawn_value_is():
    players = 14
    ties = np.random.default_rng(11).normal(size=(players, 2))

    def worth(coalitions):
        sums = coalitions @ ties
        return np.tanh(sums[:, 0]) * np.cos(sums[:, 1])

    truth = shapley.values(worth, players, 0, most=2**players)
    assert truth.exact
    draws = [shapley.values(worth, players, seed, 1000) for seed in range(200)]
    apart = np.array([(one.contributions - truth.contributions) / one.errors for one in draws])
    assert 0.85 < np.sqrt((apart**2).mean()) < 1.15, "1 where the errors are as large as they say"
    assert 0.92 < (np.abs(apart) < 1.96).mean() < 0.98


def test_no_player_and_too_many():
    found = shapley.values(lambda some: np.full(len(some), 0.25), 0, 0)
    assert found.contributions.shape == (0,) and found.empty == found.full == 0.25 and found.asked == 1
    with pytest.raises(ValueError, match="1,001 players"):
        shapley.values(lambda some: some.sum(axis=1), 1001, 0)


def test_what_has_no_worth_is_not_made_up():
    worth = np.ones(8)
    worth[3] = np.nan
    assert np.isnan(shapley.values(game(worth), 3, 0).contributions).any()
