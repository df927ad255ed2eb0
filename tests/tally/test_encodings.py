"""How a column is stored does not matter, nor what engine would say of it; and nothing is lost."""

from __future__ import annotations

import math

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from sklearn.metrics import brier_score_loss, confusion_matrix, roc_auc_score

from shall.tally import Need, Plan, Tally, accumulate, compile_plan
from tests.tally.conftest import binding, needs, odd


def encoded(table: pa.Table) -> pa.Table:
    return pa.table({name: table[name] if pa.types.is_dictionary(table[name].type)
                     else table[name].dictionary_encode() for name in table.column_names})


def widened(table: pa.Table) -> pa.Table:
    for name, kind in (("label", pa.float64()), ("decision", pa.int64()), ("code", pa.float64())):
        table = table.set_column(table.column_names.index(name), name, table[name].cast(kind))
    return table


def viewed(table: pa.Table) -> pa.Table:
    for name, kind in (("sex", pa.large_string()), ("kind", pa.string_view())):
        table = table.set_column(table.column_names.index(name), name, table[name].cast(pa.string()).cast(kind))
    return table


@pytest.mark.parametrize("change", [encoded, widened, viewed])
def test_the_encoding_of_a_column_does_not_matter(plan: Plan, change: object) -> None:
    table = odd(400)
    assert counted(plan, change(table)).to_bytes() == counted(plan, table).to_bytes()  # type: ignore[operator]


def test_nothing_is_lost(plan: Plan) -> None:
    table = odd(2000)
    for need in needs():
        cells = counted(plan, table).cells(need)
        assert int(cells.rows.sum()) + cells.skipped == len(table)


def test_confusion_of_each_group_is_that_of_scikit_learn(plan: Plan) -> None:
    table = odd(3000, seed=4)
    cells = counted(plan, table).cells(needs()[0])
    known = table.filter(pc.and_(pc.is_valid(table["label"]), pc.is_valid(table["decision"])))
    label = (known["label"].to_numpy() == 1).astype(int)
    decision = known["decision"].to_numpy()
    sex = np.array(["(missing)" if value is None else value for value in known["sex"].to_pylist()], dtype=object)
    age = np.array([band(value) for value in known["age"].to_pylist()])
    for group, found in zip(cells.groups, cells.table("label", "decision"), strict=True):
        of = dict(group)
        rows = (sex == of["sex"]) & (age == of["age"])
        expected = confusion_matrix(label[rows], decision[rows], labels=[0, 1]) if rows.any() else np.zeros((2, 2))
        assert np.array_equal(found[:2, :2], expected), group


def band(age: float | None) -> str:
    if age is None or math.isnan(age):
        return "(missing)"
    return "below 25" if age < 25 else "25 to 45.5" if age < 45.5 else "45.5 and over"


def test_brier_auc_and_calibration_are_those_of_the_rows() -> None:
    chance = np.random.default_rng(1)
    score = chance.beta(1, 3, 20_000)
    label = (chance.random(20_000) < score**1.3).astype(np.int64)
    need = Need(axes=("label", "score"), sums=("score", "(score - label)**2"))
    plan = compile_plan([need], binding(roles=binding().roles[1:2] + binding().roles[3:], groups=()))
    cells = accumulate(plan, pa.table({"score": score, "label": label}).to_batches()).cells(need)
    assert cells.total("(score - label)**2")[0] / 20_000 == pytest.approx(brier_score_loss(label, score), rel=1e-12)
    negative, positive = cells.table("label", "score")[0, :2, cells.scored]
    below = np.cumsum(negative) - negative
    area = (positive * (below + negative / 2)).sum() / positive.sum() / negative.sum()
    assert area == pytest.approx(roc_auc_score(label, score), abs=1e-4)
    place = np.minimum((score * 10).astype(int), 9)
    counts = cells.score_bins("label", bins=10)[0]
    assert np.array_equal(counts[1], np.bincount(place, weights=label, minlength=10))
    sums = cells.score_bins(bins=10, total="score")[0]
    assert sums == pytest.approx(np.bincount(place, weights=score, minlength=10), rel=1e-12)


def counted(plan: Plan, table: pa.Table) -> Tally:
    return accumulate(plan, table.to_batches())
