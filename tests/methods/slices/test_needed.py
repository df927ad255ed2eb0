"""What is told of the worst slices: no needless features, no slice twice."""

import numpy as np

from shall.methods.slices.columns import categories, numbers
from shall.methods.slices.needed import Losses, apart, needed
from shall.methods.slices.scores import Excess
from shall.methods.slices.slice_search import search


def world():
    random = np.random.default_rng(0)
    age, sex, noise = random.integers(18, 80, 8_000), random.choice(["F", "M"], 8_000), random.normal(size=8_000)
    loss = (random.random(8_000) < np.where((age >= 60) & (sex == "F"), 0.5, 0.1)).astype(float)
    return Losses([numbers("age", age, edges=[30, 45, 60]), categories("sex", sex), numbers("noise", noise)], loss)


def test_a_feature_that_helps_by_chance_is_left_out():
    losses = world()
    found = search(losses.columns, losses.loss, top=200, support=50, score=Excess(1.0)).slices
    longest = next(one for one in found if str(one.filter).startswith("age >= 60 and sex = 'F' and "))
    short = needed(longest, losses, 4.0)
    assert str(short.filter) == "age >= 60 and sex = 'F'"
    rows = short.holds(losses.columns)
    assert (short.rows, short.loss) == (rows.sum(), losses.loss[rows].mean())


def test_a_feature_that_is_needed_stays():
    losses = world()
    for one in search(losses.columns, losses.loss, top=300, support=50, score=Excess(4.0)).slices:
        if str(one.filter) == "age >= 60 and sex = 'F'":
            assert needed(one, losses, 4.0) == one
            return
    raise AssertionError("the planted slice was not found")


def test_no_slice_is_told_twice():
    losses = world()
    found = search(losses.columns, losses.loss, top=200, support=50, score=Excess(4.0)).slices
    told = apart(found, losses, 4.0, most=0.5, top=10)
    rows = [one.holds(losses.columns) for one in told]
    shared = [(a & b).sum() / min(a.sum(), b.sum()) for place, a in enumerate(rows) for b in rows[:place]]
    assert len(told) < 6 and max(shared, default=0.0) <= 0.5 and str(told[0].filter) == "age >= 60 and sex = 'F'"
    assert apart(found, losses, 4.0, top=1) == told[:1]


def test_weights_of_rows_are_heard():
    losses = world()
    young = losses.columns[0].codes < 3
    alone = Losses(losses.columns, losses.loss, np.where(young, 1.0, 0.0))
    found = search(losses.columns, losses.loss, top=1, depth=2, support=50, score=Excess(4.0)).slices[0]
    assert str(found.filter) == "age >= 60 and sex = 'F'" and alone.sums(found)[0] == 0
    left = needed(found, alone, 4.0)
    assert str(left.filter) == "sex = 'F'" and left.rows == (left.holds(losses.columns) & young).sum()
