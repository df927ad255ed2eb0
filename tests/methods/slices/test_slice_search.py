"""The search finds what trying every slice finds."""

from itertools import combinations, product

import numpy as np
import pytest

from shall.core.errors import InputError
from shall.methods.slices.columns import categories, numbers
from shall.methods.slices.scores import Excess, SliceLine, Whole
from shall.methods.slices.slice_search import possible, search


def brute(columns, loss, *, top, depth, support, score):
    """Every slice, one by one."""
    shown = loss - min(loss.min(), 0)
    whole = Whole(len(loss), shown.sum(), (shown**2).sum(), shown.max())
    found = []
    for size in range(1, depth + 1):
        for places in combinations(range(len(columns)), size):
            for chosen in product(*(range(len(columns[place].low)) for place in places)):
                masks = [columns[place].holds(one) for place, one in zip(places, chosen, strict=True)]
                rows = np.logical_and.reduce(masks)
                if rows.sum() >= support and not any(mask.all() for mask in masks):
                    n, total = np.array([float(rows.sum())]), np.array([shown[rows].sum()])
                    found.append((-score.of(n, total, whole)[0], size, places, chosen))
    return sorted(found)[:top]


def world(seed, rows=400, kind="error"):
    random = np.random.default_rng(seed)
    age = random.normal(40, 12, rows).round()
    age[random.random(rows) < 0.05] = np.nan
    columns = [numbers("age", age, bins=4), categories("sex", random.choice(["F", "M", None], rows)),
               numbers("hours", random.integers(0, 4, rows)), categories("state", random.integers(0, 5, rows))]
    loss = (random.random(rows) < 0.2).astype(float) if kind == "error" else random.integers(-8, 64, rows) / 16
    loss[(columns[0].codes == 2) & (columns[3].codes == 1)] += 1.0
    return columns, np.minimum(loss, 1.0) if kind == "error" else loss


@pytest.mark.parametrize("kind, score", [("error", Excess(2.0)), ("error", SliceLine(0.9)), ("error", Excess(0.0)),
                                         ("number", Excess(1.0))])
@pytest.mark.parametrize("seed", range(3))
def test_equals_brute_force(kind, score, seed):
    columns, loss = world(seed, kind=kind)
    found = search(columns, loss, top=25, depth=3, support=15, score=score)
    wanted = brute(columns, loss, top=25, depth=3, support=15, score=score)
    assert len(found.slices) == 25
    assert [tuple(zip(places, chosen, strict=True)) for _, _, places, chosen in wanted] == [
        one.terms for one in found.slices]
    assert np.allclose([-score for score, *_ in wanted], [one.score for one in found.slices], atol=1e-12)
    for one in found.slices:
        rows = one.holds(columns)
        assert (rows.sum(), pytest.approx(loss[rows].mean())) == (one.rows, one.loss)


@pytest.mark.parametrize("score", [Excess(0.0), Excess(2.0), Excess(6.0), SliceLine(0.5), SliceLine(0.95)])
def test_no_part_of_a_slice_exceeds_its_ceiling(score):
    random = np.random.default_rng(0)
    loss = random.gamma(0.3, 1.0, 200)
    whole = Whole(200.0, loss.sum(), (loss**2).sum(), loss.max())
    for _ in range(300):
        rows = random.choice(200, random.integers(20, 150), replace=False)
        ceiling = score.ceiling(np.array([float(len(rows))]), np.array([loss[rows].sum()]), whole, 10.0)[0]
        worst_first = rows[np.argsort(-loss[rows])]
        for size in range(10, len(rows) + 1):
            part = worst_first[:size]
            assert score.of(np.array([float(size)]), np.array([loss[part].sum()]), whole)[0] <= ceiling + 1e-9


def test_rows_without_a_loss_do_not_count():
    columns, loss = world(3)
    known = np.random.default_rng(0).random(len(loss)) < 0.7
    some = search(columns, np.where(known, loss, np.nan), top=5, support=15)
    alone = search([column.only(known) for column in columns], loss[known], top=5, support=15)
    assert [one.terms for one in some.slices] == [one.terms for one in alone.slices]
    assert some.whole.rows == known.sum() and some.slices == alone.slices


def test_a_weight_counts_as_so_many_rows():
    columns, loss = world(4)
    twice = np.random.default_rng(0).random(len(loss)) < 0.5
    weighted = search(columns, loss, top=1, depth=1, support=15, weight=np.where(twice, 1.0, 0.0))
    alone = search([column.only(twice) for column in columns], loss[twice], top=1, depth=1, support=8)
    assert weighted.slices[0].terms == alone.slices[0].terms
    assert weighted.slices[0].loss == pytest.approx(alone.slices[0].loss) and weighted.whole.rows == twice.sum()


def test_equal_slices_come_in_a_fixed_order():
    columns, loss = world(5)
    twin = categories("again", np.array(["F", "M", "none"])[columns[1].codes])
    found = search([*columns, twin], loss, top=40, support=15)
    again = search([*columns, twin], loss, top=40, support=15)
    keys = [(-one.score, len(one.terms), one.terms) for one in found.slices]
    assert found == again and [key[:2] for key in keys] == sorted(key[:2] for key in keys)


def test_nothing_to_find():
    columns, loss = world(6)
    assert search(columns, np.zeros(len(loss))).slices == ()
    assert search(columns, np.full(len(loss), np.nan)).slices == ()
    assert search([], loss).slices == () and search(columns, loss, support=10_000).slices == ()


@pytest.mark.parametrize("wrong", [{"depth": 4}, {"depth": 0}, {"top": 0}, {"support": 0}])
def test_what_cannot_be_asked(wrong):
    columns, loss = world(7)
    with pytest.raises(InputError, match="1 to 3 features"):
        search(columns, loss, **wrong)
    with pytest.raises(InputError, match="a code for each loss"):
        search(columns, loss[1:])
    with pytest.raises(InputError, match="a weight is a number from 0"):
        search(columns, loss, weight=np.full(len(loss), -1.0))


def test_possible_counts_every_slice():
    assert possible([2, 3, 4], 3) == 2 + 3 + 4 + 6 + 8 + 12 + 24 and possible([2, 3], 1) == 5
