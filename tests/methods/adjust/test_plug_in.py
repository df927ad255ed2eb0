"""The plug-in rule on real rows: what it keeps, at which price, and what it cannot keep."""

from __future__ import annotations

import numpy as np
import pytest

from shall.methods.adjust.plug_in import Constraint, Held, multipliers
from shall.methods.learn import lightgbm
from shall.methods.model import given_label, joint_of
from shall.methods.prepare import encode
from tests.methods.conftest import FEATURES, Adult


@pytest.fixture(scope="module")
def held(adult: Adult, held_out: Adult) -> Held:
    """Adult's held-out rows, weighed by how likely each is a man's and a woman's."""
    encoding = encode.fit(adult.table, FEATURES)
    X, new = encoding(adult.table), encoding(held_out.table)
    target = lightgbm.fit(X, adult.label, encoding.sizes)
    group = lightgbm.fit(np.column_stack([X, adult.label]), adult.female, (*encoding.sizes, 0))
    score = target.probabilities(new)[:, 1]
    weight = joint_of(given_label(group, new), score).sum(axis=2) / np.bincount(adult.female) * len(adult.female)
    return Held(score, weight, np.column_stack([held_out.female == 0, held_out.female == 1]), held_out.label)


def ratio(held: Held, found: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
    rates = held.rates(held.decided(found, 0.5))
    return float(rates.min() / rates.max())


@pytest.mark.parametrize("least", [0.5, 0.8, 0.95])
def test_it_reaches_a_ratio_at_a_small_price(held: Held, least: float) -> None:
    free = held.decided(np.zeros(2), 0.5)
    assert ratio(held, np.zeros(2)) < 0.4                               # what is to be mended is really there
    found = multipliers(held, [Constraint("ratio", (0, 1), least)])
    assert found is not None
    assert least <= ratio(held, found) < least + 0.02                   # and not further than asked
    price = (free == held.label).mean() - (held.decided(found, 0.5) == held.label).mean()
    assert 0 <= price < 0.035


def test_six_groups_by_sex_and_race_without_the_attributes(adult: Adult, held_out: Adult) -> None:
    encoding = encode.fit(adult.table, FEATURES)
    X, new = encoding(adult.table), encoding(held_out.table)
    races = {"White": 0, "Black": 1, "Asian-Pac-Islander": 2}
    cells = [np.array([races.get(race, 9) + 3 * female for race, female in zip(
        part.table.column("race").to_pylist(), part.female.tolist(), strict=True)]) for part in (adult, held_out)]
    codes = np.where(cells[0] > 5, 6, cells[0])
    target = lightgbm.fit(X, adult.label, encoding.sizes)
    group = lightgbm.fit(np.column_stack([X, adult.label]), codes, (*encoding.sizes, 0), 7, settings={"rounds": 40})
    score = target.probabilities(new)[:, 1]
    joint = joint_of(given_label(group, new), score)[:, :6]
    held = Held(score, joint.sum(axis=2) / np.bincount(codes)[:6] * len(codes),
                cells[1][:, None] == np.arange(6), held_out.label)
    assert ratio(held, np.zeros(6)) < 0.3
    start = None
    for least in (0.5, 0.7, 0.8):
        start = multipliers(held, [Constraint("ratio", tuple(range(6)), least)], start=start)
        assert start is not None
        assert ratio(held, start) >= least
    decided = held.decided(start, 0.5)
    assert (decided == held.label).mean() > 0.80                        # nobody positive: 0.76


def test_a_slack_constraint_costs_nothing(held: Held) -> None:
    found = multipliers(held, [Constraint("ratio", (0, 1), 0.1)])
    assert found is not None
    np.testing.assert_array_equal(held.decided(found, 0.5), held.decided(np.zeros(2), 0.5))


def test_differences_and_levels(held: Held) -> None:
    gap = multipliers(held, [Constraint("difference", (0, 1), 0.05)])
    assert gap is not None
    rates = held.rates(held.decided(gap, 0.5))
    assert rates.max() - rates.min() <= 0.05
    both = multipliers(held, [Constraint("least", (0, 1), 0.2), Constraint("most", (0, 1), 0.3)])
    assert both is not None
    rates = held.rates(held.decided(both, 0.5))
    assert rates.min() >= 0.2
    assert rates.max() <= 0.3


def test_what_cannot_be_kept_is_not_found(held: Held) -> None:
    assert multipliers(held, [Constraint("least", (0,), 0.9), Constraint("most", (0,), 0.1)]) is None


def test_the_same_rows_give_the_same_multipliers(held: Held) -> None:
    asked = [Constraint("ratio", (0, 1), 0.8)]
    np.testing.assert_array_equal(multipliers(held, asked), multipliers(held, asked))
