"""Weights towards another log by learners that did not see the row: known worlds, real years, refusals."""

from __future__ import annotations

import numpy as np
import pyarrow.parquet as pq
import pytest

from examples.fetch import fetch
from shall.core.errors import DataError
from shall.methods.learn import lightgbm
from shall.methods.prepare import encode
from shall.probes import shift
from shall.stats.density_ratio import DIFFERENT


def learn(X, y, classes):
    return lightgbm.fit(X, y, [0] * X.shape[1], classes=classes, settings={"rounds": 60}).probabilities


def learn_all(X, y, classes):
    return lightgbm.fit(X, y, [0] * X.shape[1], classes=classes,
                        settings={"rounds": 60, "feature_fraction": 1.0}).probabilities


def test_a_known_ratio_is_found():
    chance = np.random.default_rng(0)
    X, other = chance.normal(size=(2000, 4)), chance.normal(size=(1000, 4))
    other[:, 0] += 0.7
    found = shift.answers(X, other, learn)
    assert found.mean() == pytest.approx(1) and found.min() >= 0
    assert np.corrcoef(found, np.exp(0.7 * X[:, 0]))[0, 1] > 0.95
    assert np.array_equal(found, shift.answers(X, other, learn))


def test_a_shift_that_no_mean_shows():
    """The other log has the pairs of equal sign only half as often: only the learners see that, as far as they can."""
    chance = np.random.default_rng(1)
    X, other = chance.normal(size=(6000, 4)), chance.normal(size=(8000, 4))
    other = other[(other[:, 0] * other[:, 1] < 0) | (chance.random(8000) < 0.5)]
    found = shift.weights(X[:, :3], other[:, :3], learn)
    wanted = (other[:, 0] * other[:, 1] > 0).mean()
    before = (X[:, 0] * X[:, 1] > 0).mean() - wanted
    after = np.average(X[:, 0] * X[:, 1] > 0, weights=found.weight) - wanted
    assert before > 0.12 and -0.02 < after < 0.6 * before
    assert not found.refused


def test_no_drift_is_not_refused():
    """False refusals: none in 12 worlds without any drift."""
    for seed in range(12):
        chance = np.random.default_rng(seed)
        found = shift.weights(chance.normal(size=(300, 4)), chance.normal(size=(200, 4)), learn, seed)
        assert not found.refused and found.effective > 250


@pytest.mark.parametrize("kinds", [0, 4])
def test_rows_on_themselves_weigh_one(kinds):
    """Equal rows are in one fold: else each was learned as the opposite of what it was asked as."""
    chance = np.random.default_rng(0)
    X = chance.integers(0, kinds, (2000, 4)).astype(float) if kinds else chance.normal(size=(2000, 4))
    found = shift.weights(X, chance.permutation(X), learn)
    assert not found.refused and found.effective > 1950
    assert np.abs(found.weight - 1).max() < 0.2


def test_rows_within_a_larger_log_that_has_drifted():
    """Production holds the rows of the log and as many others, that lie higher: the weights say so."""
    chance = np.random.default_rng(0)
    X = chance.normal(size=(2000, 3))
    other = np.concatenate([X, chance.normal(size=(2000, 3)) + np.array([0.8, 0, 0])])
    found = shift.weights(X, other, learn)
    assert not found.refused
    assert np.average(X[:, 0], weights=found.weight) == pytest.approx(other[:, 0].mean(), abs=0.05)


@pytest.mark.parametrize("far", [4.0, 8.0])
def test_no_overlap_is_refused(far):
    chance = np.random.default_rng(0)
    with pytest.raises(DataError, match=r"no overlap: \d+% of the other rows.*effective sample size [\d,]+ of 1,000 "):
        shift.answers(chance.normal(size=(1000, 3)), chance.normal(size=(1000, 3)) + far, learn)


def test_a_part_that_is_only_there_is_refused():
    chance = np.random.default_rng(0)
    X, other = chance.random((1500, 3)), chance.random((1500, 3))
    other[:225, 0] += 1
    with pytest.raises(DataError, match=r"no overlap: 1[3-7]% of the other rows"):
        shift.answers(X, other, learn)


def test_too_few_rows():
    with pytest.raises(DataError, match="from 50 rows each on; there are 49 here and 80 there"):
        shift.answers(np.zeros((49, 1)), np.zeros((80, 1)), learn)


def test_weights_that_do_not_help_are_refused(monkeypatch):
    """A density ratio that is turned off: new learners tell the rows apart, and say so."""
    chance = np.random.default_rng(0)
    X, other = chance.normal(size=(3000, 2)), chance.normal(size=(6000, 2))
    other = other[other.prod(axis=1) > 0][:2500]
    blind = shift.weigh(np.full(5500, 0.5), X, other)
    monkeypatch.setattr(shift, "weigh", lambda *given: blind)
    with pytest.raises(DataError, match=r"a classifier still tells them apart, area 0.[6-9]"):
        shift.answers(X, other, learn_all)


def test_men_of_adult_like_its_women_but_for_what_only_one_has():
    """Young people of Adult made like all of them in age, work and schooling: means meet, and outcomes come near."""
    table = pq.read_table(fetch("adult") / "train.parquet").slice(0, 12_000)
    names = ("age", "workclass", "education_num", "hours_per_week", "race", "sex")
    encoding = encode.fit(table, names)
    X, age = encoding(table), table["age"].to_numpy()
    random = np.random.default_rng(0)
    here = random.random(len(age)) < np.where(age < 35, 0.6, 0.15)

    def trees(A, y, classes):
        return lightgbm.fit(A, y, encoding.sizes, classes=classes, settings={"rounds": 60}).probabilities

    found = shift.weights(X[here], X[~here], trees)
    rich = np.array(["50K" in said and ">" in said for said in table["income"].to_pylist()])
    before = rich[here].mean() - rich[~here].mean()
    after = np.average(rich[here], weights=found.weight) - rich[~here].mean()
    assert not found.refused and found.different < DIFFERENT
    assert before < -0.08 and abs(after) < 0.03


def test_weights_are_learned_again_from_rows_that_are_drawn_anew():
    """Rows of one unit come and go together; what a row weighs moves with its copies, and about its first weight."""
    chance = np.random.default_rng(0)
    X, other = chance.normal(size=(900, 3)), chance.normal(size=(700, 3))
    other[:, 0] += 0.7
    units = np.repeat(np.arange(300), 3)
    found = shift.relearned(X, other, learn, units, 4)
    assert found.shape == (900, 4) and found.min() == 0
    here = (found > 0).reshape(300, 3, 4)
    assert np.array_equal(here.all(axis=1), here.any(axis=1))           # all rows of a unit, or none
    assert 0.5 < here.mean() < 0.75                                     # 1 - 1 / e
    assert np.corrcoef(found.mean(axis=1), np.exp(0.7 * X[:, 0]))[0, 1] > 0.6
    assert np.array_equal(found, shift.relearned(X, other, learn, units, 4))
