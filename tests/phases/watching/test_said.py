"""What a row says of a measure: learned from the rows that come, one combination of codes at a time."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from shall.api.opening import file_of, opened
from shall.phases.measuring import prepare
from shall.phases.parts import Part
from shall.phases.row_values import row_values
from shall.phases.watching.said import Beyond, Truths, said_by
from shall.tally import compile_plan
from shall.tally.rows import Rows


def log(rows: int = 400) -> pa.Table:
    rng = np.random.default_rng(1)
    return pa.table({"sex": rng.choice(["f", "m"], rows), "label": pa.array(rng.integers(0, 2, rows),
                                                                            mask=rng.random(rows) < 0.2),
                     "decision": rng.integers(0, 2, rows), "latency": pa.array(rng.exponential(1, rows),
                                                                               mask=rng.random(rows) < 0.1)})


def asked(line: str, table: pa.Table) -> tuple[Part, Any, Rows]:
    """The part of a line, how its rows are read, and the rows."""
    file = file_of({"subject": {"target": "label", "positive": "1"}, "groups": {"sex": "sex"},
                    "requirements": {"line": line}})
    subject = opened(file, table, None)
    [[part]] = prepare(file.requirements, subject.binding, file.confidence, subject.features).parts
    plan = compile_plan(part.needs, subject.binding)
    return part, subject.binding, Rows(plan, table.combine_chunks().to_batches()[0])


def test_what_codes_mean_is_what_the_measure_says_of_their_rows() -> None:
    table = log()
    part, binding, rows = asked("precision over sex >= 0.5", table)
    values, side, limit = said_by(part, binding)
    assert isinstance(values, Truths) and (side, limit) == (">=", 0.5)
    code = np.asarray(values.codes(rows)) % values.kinds
    values.ask({int(one): int(np.argmax(code == one)) for one in np.unique(code)[:2]}, rows)
    assert len(values.known) == 2
    values.ask({int(one): int(np.argmax(code == one)) for one in np.unique(code)}, rows)
    np.testing.assert_array_equal([values.known[one] for one in code.tolist()], row_values(part, table, binding))


def test_beyond_a_quantile_is_one_of_three_and_the_group_is_told_with_it() -> None:
    part, binding, rows = asked("p90(latency) over sex <= 1.5", log())
    values, side, limit = said_by(part, binding)
    assert isinstance(values, Beyond) and side == "<=" and abs(limit - 0.1) < 1e-12
    group, said = np.divmod(np.asarray(values.codes(rows)), values.kinds)
    np.testing.assert_array_equal(group, rows.crossed(("sex",))[0])
    latency = rows.batch.column("latency").to_numpy(zero_copy_only=False)
    np.testing.assert_array_equal(said, np.where(np.isnan(latency), 2, latency > 1.5))
