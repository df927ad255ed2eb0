"""What measures read off a tally, against scikit-learn on the rows themselves."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from shall.core.errors import DataError, InputError
from shall.core.log import Binding, Column, GroupDef
from shall.tally import Cells, Need, accumulate, compile_plan, grid
from shall.tally.sums import joined, places

metrics = pytest.importorskip("sklearn.metrics")

CHANCE = np.random.default_rng(11)
N = 20_000
SCORE = CHANCE.beta(0.7, 2, N)
LABEL = (CHANCE.random(N) < SCORE**1.2).astype(int)
SEX = CHANCE.choice(["F", "M"], N)
RACE = CHANCE.choice(["1", "2", "6"], N, p=[0.8, 0.19, 0.01])
HOUSE = CHANCE.integers(0, 3000, N)
TABLE = pa.table({"score": SCORE, "label": LABEL, "decision": (SCORE >= 0.4).astype(int), "sex": SEX, "race": RACE,
                  "unit": HOUSE})
ROLES = tuple((role, Column(role)) for role in ("score", "decision", "label"))
BOTH = ("sex", "race")


def cells(need: Need, roles: tuple = ROLES, **race: object) -> Cells:
    binding = Binding(roles, groups=(GroupDef("sex", "sex"), GroupDef("race", "race", **race)))
    return accumulate(compile_plan([need], binding), TABLE.to_batches(1777)).cells(need)


def of_group(group: tuple) -> np.ndarray:
    columns = {"sex": SEX, "race": RACE}
    return np.logical_and.reduce([columns[name] == value for name, value in group]) if group else np.ones(N, bool)


def test_confusion_of_every_group_is_exact() -> None:
    some = cells(Need(groups=BOTH, axes=("label", "decision")))
    assert len(some.groups) == 6
    for place, group in enumerate(some.groups):
        rows = of_group(group)
        wanted = metrics.confusion_matrix(LABEL[rows], SCORE[rows] >= 0.4, labels=[0, 1])
        assert some.table("label", "decision")[place, :2, :2].tolist() == wanted.tolist()
        assert some.table("decision", "label")[place, :2, :2].tolist() == wanted.T.tolist()
        assert some.rows[place] == rows.sum()


def test_brier_is_scikit_learn_s() -> None:
    some = cells(Need(groups=("race",), sums=("(score - label)**2",)))
    for place, group in enumerate(some.groups):
        rows = of_group(group)
        wanted = metrics.brier_score_loss(LABEL[rows], SCORE[rows])
        assert some.total("(score - label)**2")[place] / some.rows[place] == pytest.approx(wanted, rel=1e-13)


@pytest.mark.parametrize("bins", [10, 20, 1000])
def test_bins_of_the_calibration_error_are_exact(bins: int) -> None:
    some = cells(Need(axes=("label", "score"), sums=("score",)))
    place = np.searchsorted(np.arange(0, 1000, 1000 // bins) / 1000, SCORE, side="right") - 1
    counts = some.score_bins("label", bins=bins)[0]
    assert counts[:2].sum(axis=0).tolist() == np.bincount(place, minlength=bins).tolist()
    assert counts[1].tolist() == np.bincount(place, weights=LABEL, minlength=bins).tolist()
    sums = some.score_bins(bins=bins, total="score")[0]
    np.testing.assert_allclose(sums, np.bincount(place, weights=SCORE, minlength=bins), rtol=1e-13)
    with pytest.raises(DataError, match="divisor of 1000"):
        some.score_bins("label", bins=15)


def test_bins_of_any_cells_hold_what_these_hold() -> None:
    some = cells(Need(groups=BOTH, axes=("label", "score"), sums=("score",)))
    bin_of = CHANCE.integers(0, 7, grid.CELLS)
    rows, score = some.table("label", "score"), some.total("score", by=("label", "score"))
    for place in range(7):
        mine = np.flatnonzero(bin_of == place)
        assert some.binned(bin_of, 7, "label")[..., place].tolist() == rows[..., mine].sum(axis=-1).tolist()
        added = some.binned(bin_of, 7, "label", total="score")[..., place]
        np.testing.assert_allclose(added, score[..., mine].sum(axis=-1), rtol=1e-13)


def test_some_groups_and_all_together_are_read_off_the_same_cells() -> None:
    some = cells(Need(groups=BOTH, axes=("label", "score"), sums=("score",)), at_least=5000)
    chosen = [some.groups[place] for place in (4, 1)]
    few, every = some.only(chosen), some.everybody()
    assert (few.groups, few.judged.tolist()) == ((chosen[1], chosen[0]), some.judged[[1, 4]].tolist())
    assert few.rows.tolist() == some.rows[[1, 4]].tolist() and every.rows.tolist() == [N]
    assert few.table("label", "score").tolist() == some.table("label", "score")[[1, 4]].tolist()
    assert few.total("score").tolist() == some.total("score")[[1, 4]].tolist()
    assert every.table("score").tolist() == cells(Need(axes=("score",))).table("score").tolist()
    assert some.only([]).table("label", "score").shape == (0, 3, grid.SIZE)


def test_roc_auc_from_the_cells_is_scikit_learn_s_within_its_own_bound() -> None:
    some = cells(Need(groups=("sex",), axes=("label", "score")))
    for place, group in enumerate(some.groups):
        rows = of_group(group)
        negative, positive = some.table("label", "score")[place, :2, some.scored].astype(float)
        below = np.cumsum(negative) - negative
        auc = (positive * (below + negative / 2)).sum() / negative.sum() / positive.sum()
        bound = (positive * negative).sum() / 2 / negative.sum() / positive.sum()
        assert abs(auc - metrics.roc_auc_score(LABEL[rows], SCORE[rows])) <= bound + 1e-12
        assert bound < 1e-3


def test_a_smaller_need_is_read_off_a_larger_cube() -> None:
    large = Need(groups=BOTH, axes=("label", "decision"))
    binding = Binding(ROLES, groups=(GroupDef("sex", "sex"), GroupDef("race", "race")))
    tally = accumulate(compile_plan([large], binding), TABLE.to_batches())
    small = tally.cells(Need(groups=("sex",), axes=("label",)))
    assert small.table("label").tolist() == cells(Need(groups=("sex",), axes=("label",))).table("label").tolist()


def test_small_groups_are_pooled_or_shown_and_never_dropped() -> None:
    need = Need(groups=("race",), axes=("label",))
    pooled = cells(need, at_least=5000, rest="pool")
    assert [group[0][1] for group in pooled.groups] == ["(rest)", "1"]
    assert pooled.judged.tolist() == [False, True]
    shown = cells(need, at_least=5000, rest="show")
    assert [group[0][1] for group in shown.groups] == ["1", "2", "6"]
    assert shown.judged.tolist() == [True, False, False]
    assert pooled.rows.sum() == shown.rows.sum() == N
    enough = cells(need, at_least=3000, rest="pool")
    assert dict(zip([group[0][1] for group in enough.groups], enough.judged.tolist(), strict=True)) == {
        "1": True, "2": True, "(rest)": False}


@pytest.mark.parametrize("text", ["score", "9 * score - 4"])        # of two limbs, and of sixteen
def test_sums_of_what_occurs_are_those_of_every_cell(text: str) -> None:
    need = Need(groups=BOTH, axes=("label", "score"), sums=(text,))
    some = cells(need, at_least=5000)
    found = some.total(text, by=need.axes)
    place = (some._group * 3 + some._axis("label")) * grid.SIZE + some._axis("score")
    limbs = np.zeros((found.size, len(places(text))), dtype=np.int64)
    np.add.at(limbs, place, some._values[:, some._cube.limbs(need.sum(text))])
    assert found.tobytes() == joined(limbs, text).tobytes()
    assert (found < 0).any() == (text != "score") and 0 < np.count_nonzero(found) < found.size / 2


def test_deleting_a_bucket_leaves_the_rows_of_the_others() -> None:
    need = Need(groups=("sex",), axes=("label",))
    some = cells(need, roles=(("unit", Column("unit")), *ROLES))
    left = [one for one, in some.buckets()]
    assert len(left) == 200
    assert sum(part.rows for part in left).tolist() == (199 * some.rows).tolist()
    assert all(part.groups == some.groups for part in left)
    assert list(cells(need).buckets()) == []
    both = list(some.buckets(some))                         # what they are held against loses the same units
    assert all(one.rows.tolist() == other.rows.tolist() == part.rows.tolist()
               for (one, other), part in zip(both, left, strict=True))
    assert list(some.buckets(cells(need))) == []


def test_a_histogram_holds_every_finite_value() -> None:
    counts, lower, upper = cells(Need(groups=("sex",), axes=("value:score",))).histogram("score")
    assert counts.sum() == N
    assert (np.diff(lower) > 0).all()
    assert (lower[1:] > upper[:-1]).all()
    place = np.searchsorted(lower, SCORE, side="right") - 1
    assert (upper[place] >= SCORE).all()
    assert counts.sum(axis=0).tolist() == np.bincount(place, minlength=len(lower)).tolist()


def test_what_was_not_asked_for_is_not_answered() -> None:
    some = cells(Need(axes=("label",)))
    with pytest.raises(InputError, match="does not count score"):
        some.table("score")
    with pytest.raises(InputError, match="does not sum"):
        some.total("score")
