"""The values of rows add up to the measure, whatever their family."""

import numpy as np
import pyarrow as pa
import pytest

from shall.core.errors import InputError
from shall.core.log import Binding, Column
from shall.core.requirement import Requirement
from shall.phases.measuring import known, prepare
from shall.phases.row_values import CHUNK, columns_of_rows, row_values
from shall.tally import accumulate

ROWS = CHUNK + 900                          # more than one chunk


def log():
    random = np.random.default_rng(0)
    label, decision = random.integers(0, 2, ROWS).astype(float), random.integers(0, 2, ROWS).astype(float)
    label[:50], decision[40:90] = np.nan, np.nan
    score = random.random(ROWS)
    score[100:120] = np.nan
    return pa.table({"y": pa.array(label, from_pandas=True).cast(pa.int64()),
                     "d": pa.array(decision, from_pandas=True).cast(pa.int64()),
                     "s": score, "cost": random.gamma(2.0, 1.0, ROWS), "age": random.integers(18, 80, ROWS)})


BINDING = Binding(roles=(("score", Column("s")), ("decision", Column("d")), ("label", Column("y"))))


@pytest.mark.parametrize("line", [
    "accuracy >= 0.5", "false_positive_rate <= 0.5", "precision >= 0.1 where age >= 40", "selection_rate >= 0.1",
    "brier <= 1 where age < 40", "log_loss <= 9", "mean(cost) <= 9 where not age = 30", "share(cost < 2) >= 0",
    "missing_rate(s) <= 1"])
def test_their_mean_is_the_measure(line):
    examination = prepare([Requirement.parse(line)], BINDING)
    part = examination.parts[0][0]
    table = log().select(dict.fromkeys(columns_of_rows(part, BINDING)))
    values = row_values(part, table, BINDING)
    family = known(examination, accumulate(examination.plan, log().to_batches()), {})[0][0].estimates
    assert len(values) == ROWS and np.isfinite(values).sum() == family.n[0] < ROWS + (line[:2] in ("mi", "sh", "se"))
    assert np.nanmean(values) == pytest.approx(family.value[0], abs=1e-4)


@pytest.mark.parametrize("line", ["roc_auc >= 0.5", "f1 >= 0.5", "quantile(cost, q = 0.9) <= 9", "rows >= 5"])
def test_what_is_no_mean_is_refused(line):
    part = prepare([Requirement.parse(line)], BINDING).parts[0][0]
    with pytest.raises(InputError, match="is not a mean over rows"):
        row_values(part, log(), BINDING)


def test_what_the_log_lacks_is_said():
    part = prepare([Requirement.parse("accuracy >= 0.5")], Binding(roles=())).parts[0][0]
    with pytest.raises(InputError, match="accuracy: the log has no label column"):
        row_values(part, log(), Binding(roles=()))
